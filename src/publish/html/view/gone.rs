//! What `gone.html` shows. It replaces the page of a story that is no longer shown, so that copies of the
//! output folder that never delete a file do not keep the text.

use super::{Frame, relative};
use crate::model::Site;
use crate::publish::checked;
use crate::publish::phrases::Phrases;
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::publish) struct GonePage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    /// The page of the story that this one has become part of.
    successor: Option<String>,
}

impl GonePage {
    pub(in crate::publish) fn new(path: &str, successor: Option<&str>, site: &Site) -> Self {
        let language = checked::language(&site.language);
        let phrases = Phrases::of(&language);
        let title = if successor.is_some() {
            phrases.moved
        } else {
            phrases.gone
        };
        Self {
            frame: Frame::new(site, title.to_owned(), None, &language, path),
            successor: successor.map(|successor| relative(path, successor)),
        }
    }
}
