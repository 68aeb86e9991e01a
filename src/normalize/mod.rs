//! A [`Feed`] as given -> [`Item`]s as we mean them.

use crate::model::{Feed, Item, Source, Warning};
use chrono::{DateTime, Utc};
use url::Url;

/// What the feed itself cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The source it came from.
    pub source: &'a Source,
    /// Where the document was found, after redirects.
    pub document_url: Option<&'a Url>,
    /// The moment of retrieval; the source's `as_of` goes before it.
    pub now: DateTime<Utc>,
}

/// Reads meaning into a feed. Items keep the source's order.
pub fn normalize(feed: Feed, context: &Context) -> (Vec<Item>, Vec<Warning>) {
    let _ = (feed, context);
    (Vec::new(), Vec::new())
}
