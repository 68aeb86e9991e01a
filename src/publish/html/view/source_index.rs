//! What `source-index.html` shows: all sources, each with the way to its newest stories.

use super::{Frame, Reference, relative};
use crate::model::{Site, SourceId};
use crate::publish::phrases::Phrases;
use crate::publish::{SOURCES, checked, path};
use crate::text::words;
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::publish) struct SourceIndexPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    /// By name.
    sources: Vec<Reference>,
    /// The page with their state, where there is one.
    state: Option<String>,
}

impl SourceIndexPage {
    /// Of sources and their titles.
    pub(in crate::publish) fn new(sources: &[(SourceId, String)], site: &Site) -> Self {
        let language = checked::language(&site.language);
        let title = Phrases::of(&language).sources.to_owned();
        let page = path::of_sources();
        let mut sources: Vec<_> = sources
            .iter()
            .map(|(id, title)| Reference {
                title: checked::line(title),
                url: Some(relative(&page, &path::of_source(id))),
            })
            .collect();
        sources.sort_by_cached_key(|source| (words::fold(&source.title), source.url.clone()));
        Self {
            frame: Frame::new(site, title, None, &language, &page),
            sources,
            state: site.health.then(|| relative(&page, SOURCES)),
        }
    }
}
