//! What `source.html` shows: the newest stories of one source.

use super::index::common_zone;
use super::theme::{DayView, by_day};
use super::{Frame, Listing, Reference, StoryView, site_of};
use crate::model::{ItemSource, ShownStory, Site, SourceId, Theme};
use crate::publish::html::source_line;
use crate::publish::phrases::Phrases;
use crate::publish::{SOURCES, checked, path};
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(in crate::publish) struct SourcePage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    /// The site of the source.
    source: Reference,
    /// Its line on the page of the sources, where there is one.
    state: Option<String>,
    /// The page that lists all sources.
    source_index: String,
    story_count: usize,
    timezone: &'static str,
    /// Newest first.
    days: Vec<DayView>,
}

impl SourcePage {
    /// Of stories newest first that the source has, under the name that it gives itself in them.
    pub(in crate::publish) fn new(
        id: &SourceId,
        stories: &[ShownStory],
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Self {
        let language = checked::language(&site.language);
        let phrases = Phrases::of(&language);
        let zone = common_zone(themes.iter());
        let page = path::of_source(id);
        let listing = Arc::new(Listing {
            language: language.clone(),
            zone,
            phrases,
            path: page.clone(),
        });
        let stories = stories.iter().map(|story| Arc::new(checked::story(story)));
        let stories: Vec<_> = stories.collect();
        let own = stories.iter().find_map(|story| description(story, id));
        let title = own.map_or(id.as_str(), |source| &source.title);
        let title = checked::line(title);
        let days = stories.iter().map(|story| {
            let local = story.date_published.with_timezone(&zone);
            (local.date_naive(), StoryView::value(story, &listing))
        });
        Self {
            source: Reference {
                title: title.clone(),
                url: own.and_then(site_of),
            },
            state: site.health.then(|| {
                let anchor = source_line::anchor(id.as_str());
                format!("{}#{anchor}", super::relative(&page, SOURCES))
            }),
            source_index: super::relative(&page, &path::of_sources()),
            story_count: stories.len(),
            timezone: zone.name(),
            days: by_day(days, phrases),
            frame: Frame::new(site, title.clone(), None, &language, &page).about(Some(title)),
        }
    }
}

/// What a story says of one of the sources that have it.
fn description<'a>(story: &'a ShownStory, id: &SourceId) -> Option<&'a ItemSource> {
    let others = story.also.iter().map(|also| &also.source);
    let mut sources = std::iter::once(&story.source).chain(others);
    sources.find(|source| source.id == *id).map(AsRef::as_ref)
}
