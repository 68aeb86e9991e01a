//! What `search.html` shows: a field for words, and where the titles are.

use super::Frame;
use crate::model::Site;
use crate::publish::phrases::Phrases;
use crate::publish::{SEARCH, SEARCH_SCRIPT, checked};
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::publish) struct SearchPage<'a> {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    script: &'static str,
    /// The files with titles, newest first.
    titles: &'a [String],
}

impl<'a> SearchPage<'a> {
    pub(in crate::publish) fn new(titles: &'a [String], site: &Site) -> Self {
        let language = checked::language(&site.language);
        let title = Phrases::of(&language).search.to_owned();
        Self {
            frame: Frame::new(site, title, None, &language, SEARCH),
            script: SEARCH_SCRIPT,
            titles,
        }
    }
}
