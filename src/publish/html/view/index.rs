//! What `index.html` shows.

use super::{Frame, Links, Moment, site_title, text_at};
use crate::model::{ListedTheme, Site};
use crate::publish::phrases::{Phrases, direction};
use crate::publish::{INDEX, SOURCES, checked};
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::publish) struct IndexPage {
    #[serde(flatten)]
    frame: Frame,
    themes: Vec<ThemeView>,
    /// The page that says how the sources are, where there is one.
    sources: Option<&'static str>,
}

impl IndexPage {
    pub(in crate::publish) fn new(themes: &[ListedTheme], site: &Site) -> Self {
        let language = checked::language(&site.language);
        let description = site.description.as_deref().map(checked::line);
        Self {
            frame: Frame::new(site, site_title(site), description, &language, INDEX),
            themes: themes
                .iter()
                .map(|listed| ThemeView::new(listed, &language, site))
                .collect(),
            sources: site.health.then_some(SOURCES),
        }
    }
}

/// A theme on the index.
#[derive(Serialize)]
struct ThemeView {
    title: String,
    description: Option<String>,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    links: Links,
    story_count: usize,
    /// None where there are no stories.
    updated: Option<Moment>,
    headlines: Vec<HeadlineView>,
}

#[derive(Serialize)]
struct HeadlineView {
    title: String,
    /// Where all of its text is.
    href: Option<String>,
}

impl ThemeView {
    fn new(listed: &ListedTheme, page_language: &str, site: &Site) -> Self {
        let theme = checked::theme(&listed.theme);
        Self {
            language: (theme.language != page_language).then(|| theme.language.clone()),
            dir: direction(&theme.language),
            links: Links::new(&listed.links, &theme, INDEX),
            story_count: listed.stories,
            updated: (listed.stories > 0)
                .then(|| Moment::new(listed.updated, theme.timezone, Phrases::of(page_language))),
            headlines: listed
                .headlines
                .iter()
                .map(|headline| HeadlineView {
                    title: checked::line(&headline.title),
                    href: text_at(
                        headline.path.clone(),
                        headline.url.as_deref().and_then(checked::address),
                        site,
                    ),
                })
                .collect(),
            title: theme.title,
            description: theme.description,
        }
    }
}
