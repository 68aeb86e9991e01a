//! Bytes -> [`Feed`]. Never fails on a feed that has a root; says what was odd in warnings.

use crate::model::{Announced, Feed, PageRule};
use url::Url;

/// Rises when parsing changes, so that old documents are read once more.
pub const VERSION: u32 = 1;

/// A document as it arrived.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// Its bytes, content codings already undone.
    pub bytes: &'a [u8],
    /// Where it came from; links in it are relative to this.
    pub url: Option<&'a Url>,
    /// The `Content-Type` it was served with.
    pub content_type: Option<&'a str>,
    /// Selectors, when it is an HTML page that lists items.
    pub page: Option<&'a PageRule>,
}

/// Why a document is no feed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing in it.
    #[error("the document is empty")]
    Empty,
    /// Something else.
    #[error("not a feed: {found}")]
    NotAFeed {
        /// What it seems to be, in words, e.g. `an HTML page titled "503 Service Unavailable"`.
        found: String,
        /// Feeds that the page announces.
        announced: Vec<Announced>,
    },
}

/// Reads a document.
pub fn parse(document: &Document) -> Result<Feed, Error> {
    let _ = document;
    Err(Error::Empty)
}
