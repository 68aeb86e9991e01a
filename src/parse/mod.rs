//! Bytes -> [`Feed`]. Never fails on a feed that has a root; says what was odd in warnings.
//!
//! ```text
//! bytes - decode - text -+- tokens - xml (the element stack) -+- channel - Feed
//!                        |           role (what a name means)  +- item, parts - FeedItem
//!                        +- json_feed (loose types)
//!                        +- not_a_feed (what it was instead)
//! ```
//!
//! RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF are one vocabulary, read in one pass straight
//! into the model, without a tree of the document. What an element does not say is left out;
//! dates stay text; nothing is invented and nothing judged.
//!
//! ```
//! use feedmill::parse::{Document, parse};
//!
//! // A bare ampersand, an element without end tag, and the rest is missing.
//! let bytes = b"<rss><channel><title>Harbour & Sea</title>\
//!     <item><title>Ferry late</title><link>/ferry<pubDate>Fri, 14 Jun 2024</pubDate></item>\
//!     <item><title>Half of an";
//! let feed = parse(&Document { bytes, ..Document::default() })?;
//! let text = |text: &Option<feedmill::model::Text>| text.as_ref().map(|t| t.value.clone());
//! assert_eq!(text(&feed.title).as_deref(), Some("Harbour & Sea"));
//! assert_eq!(text(&feed.items[0].title).as_deref(), Some("Ferry late"));
//! assert_eq!((feed.items.len(), feed.cut, feed.warnings.is_empty()), (1, true, false));
//!
//! let page = Document { bytes: b"<title>503 Service Unavailable</title>", ..Document::default() };
//! assert!(parse(&page).unwrap_err().to_string().contains("503 Service Unavailable"));
//! # Ok::<(), feedmill::parse::Error>(())
//! ```

mod encoding;
mod feed;
mod json;
mod not_a_feed;
pub mod opml;
mod page;
mod xml;

pub use not_a_feed::Found;

use crate::model::{Announced, FailureKind, Feed, PageRule, Warning};
use url::Url;

/// Rises when parsing changes, so that old documents are read once more.
pub const VERSION: u32 = 2;

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
    #[error("not a feed: {found}{}", which_announces(announced))]
    NotAFeed {
        /// What it seems to be, e.g. `an HTML page titled "503 Service Unavailable"`.
        found: Found,
        /// Feeds that the page announces.
        announced: Vec<Announced>,
    },
    /// Something else than the list of feeds that was asked for.
    #[error("not an OPML list: {found}")]
    NotAList {
        /// What it seems to be.
        found: Found,
    },
}

impl Error {
    /// Its kind, for a report.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::NotAFeed {
                found: Found::LoginPage { .. },
                ..
            } => FailureKind::AccessDenied { status: None },
            Self::Empty | Self::NotAFeed { .. } => FailureKind::NotAFeed,
            Self::NotAList { .. } => FailureKind::NotAList,
        }
    }
}

fn which_announces(feeds: &[Announced]) -> String {
    let urls: Vec<_> = feeds.iter().map(|feed| feed.url.as_str()).collect();
    if urls.is_empty() {
        String::new()
    } else {
        format!(" that announces {}", urls.join(" and "))
    }
}

/// Reads a document.
pub fn parse(document: &Document) -> Result<Feed, Error> {
    let decoded = encoding::decode(document.bytes, document.content_type);
    let text = &*decoded.text;
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(Error::Empty);
    }
    let mut feed = if document.page.is_some() {
        page(text, document)?
    } else if start.starts_with(['{', '[']) {
        json(start, document)?
    } else {
        xml(text, document)?
    };
    if let Some(oddity) = decoded.oddity {
        feed.warnings.push(Warning {
            line: None,
            element: None,
            text: oddity,
        });
    }
    Ok(feed)
}

/// Where the feeds of a page that announces none may be, likeliest first.
pub fn likely_feeds(document: &Document) -> Vec<Url> {
    let decoded = encoding::decode(document.bytes, document.content_type);
    page::likely_feeds(&decoded.text, document.url)
}

fn xml(text: &str, document: &Document) -> Result<Feed, Error> {
    feed::read(text, document.url).or_else(|root| {
        let root = root.as_deref();
        if not_a_feed::is_html(text, root, document.content_type) {
            wrapped(text, document).map_or_else(|| page(text, document), Ok)
        } else if root.is_none() {
            // A server's complaint may stand before a JSON Feed.
            behind_words(text, document).ok_or_else(|| not_a_feed::other(root))
        } else {
            Err(not_a_feed::other(root))
        }
    })
}

/// A feed with items that somebody put into a page.
fn wrapped(text: &str, document: &Document) -> Option<Feed> {
    let begin = ["<rss", "<rdf:RDF", "<feed xmlns"]
        .iter()
        .filter_map(|root| text.find(root))
        .min()?;
    let mut feed = feed::read(&text[begin..], document.url).ok()?;
    feed.warnings.push(Warning {
        line: None,
        element: None,
        text: "the feed stands inside an HTML page".to_owned(),
    });
    (!feed.items.is_empty()).then_some(feed)
}

fn behind_words(text: &str, document: &Document) -> Option<Feed> {
    let begin = text.find('{')?;
    text.contains("jsonfeed.org/version")
        .then(|| json::read(&text[begin..], document.url))?
}

fn json(text: &str, document: &Document) -> Result<Feed, Error> {
    json::read(text, document.url)
        // A server's complaint in brackets may stand before the feed.
        .or_else(|| feed::read(text, document.url).ok())
        .ok_or_else(not_a_feed::json)
}

/// HTML: a feed by a rule that says where its items are; without one, only if the page describes
/// its items for machines and announces no feed.
fn page(text: &str, document: &Document) -> Result<Feed, Error> {
    let feed = page::parse(text, document.url, document.page);
    if document.page.is_some() || (!feed.items.is_empty() && feed.announced.is_empty()) {
        Ok(feed)
    } else {
        Err(not_a_feed::html(feed, text))
    }
}
