//! What `index.html` shows.

use super::{Frame, Links, Moment, site_title};
use crate::date::Tz;
use crate::model::{ListedTheme, Site, StoryPages, Theme};
use crate::publish::phrases::{Phrases, direction};
use crate::publish::{INDEX, SOURCES, address, checked, path};
use minijinja::Value;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(in crate::publish) struct IndexPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    themes: Vec<ThemeView>,
    /// The zone that all times of this page are meant in.
    timezone: &'static str,
    /// The page that says how the sources are, where there is one.
    sources: Option<&'static str>,
    /// The page that lists them, where there is one.
    source_index: Option<String>,
}

impl IndexPage {
    pub(in crate::publish) fn new(themes: &[ListedTheme], site: &Site) -> Self {
        let language = checked::language(&site.language);
        let description = site.description.as_deref().map(checked::line);
        let zone = common_zone(themes.iter().map(|listed| &listed.theme));
        let titles = themes
            .iter()
            .map(|listed| checked::line(&listed.theme.title));
        let titles = titles.collect::<Vec<_>>().join(" · ");
        Self {
            frame: Frame::new(
                site,
                site_title(site),
                description.clone(),
                &language,
                INDEX,
            )
            .about(description.or(Some(titles))),
            timezone: zone.name(),
            themes: themes
                .iter()
                .map(|listed| ThemeView::new(listed, &language, zone, site))
                .collect(),
            sources: site.health.then_some(SOURCES),
            source_index: (site.story_pages != StoryPages::Off).then(path::of_sources),
        }
    }
}

/// The zone of all themes if they have one in common, else UTC: a page has one zone.
pub(super) fn common_zone<'a>(themes: impl Iterator<Item = &'a Arc<Theme>>) -> Tz {
    let mut zones = themes.map(|theme| theme.timezone);
    let first = zones.next().unwrap_or(Tz::UTC);
    if zones.all(|zone| zone == first) {
        first
    } else {
        Tz::UTC
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
    updated: Option<Value>,
    headlines: Vec<HeadlineView>,
}

#[derive(Serialize)]
struct HeadlineView {
    title: String,
    /// Its page among ours where it has one, else the source's.
    href: Option<String>,
}

impl ThemeView {
    fn new(listed: &ListedTheme, page_language: &str, zone: Tz, site: &Site) -> Self {
        let theme = checked::theme(&listed.theme);
        Self {
            language: (theme.language != page_language).then(|| theme.language.clone()),
            dir: direction(&theme.language),
            links: Links::new(&listed.links, &theme, site, INDEX),
            story_count: listed.stories,
            updated: (listed.stories > 0)
                .then(|| Moment::value(listed.updated, zone, Phrases::of(page_language))),
            headlines: listed
                .headlines
                .iter()
                .map(|headline| HeadlineView {
                    title: checked::line(&headline.title),
                    href: headline
                        .path
                        .clone()
                        .or_else(|| headline.url.as_deref().and_then(address::checked)),
                })
                .collect(),
            title: theme.title,
            description: theme.description,
        }
    }
}
