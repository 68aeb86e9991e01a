//! Bytes -> [`Feed`]. Never fails on a feed that has a root element; reports what was odd as
//! warnings.
//!
//! ```text
//! bytes - encoding - text -+- xml (tokens, elements) - feed -+- channel - Feed
//!                        |                             +- item - FeedItem
//!                        +- json (loose types)
//!                        +- page (HTML)
//!                        +- not_a_feed (what it is instead; binary: a file of another kind)
//! ```
//!
//! RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF are read as one vocabulary, in one pass, straight
//! into the model, without a tree of the document. A value that the document does not give is left
//! out; dates stay text. Nothing is guessed here: `normalize` does that.
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

mod binary;
mod encoding;
mod feed;
mod json;
mod not_a_feed;
pub mod opml;
mod page;
mod xml;

pub use not_a_feed::Found;
pub use page::Proposal;

use crate::model::{Announced, FailureKind, Feed, PageRule, Warning};
use crate::text::html::{self, Article};
use url::Url;

/// Rises when parsing changes, so that stored documents are parsed again.
pub const VERSION: u32 = 3;

/// A document as it was received.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// Its bytes, content codings already undone.
    pub bytes: &'a [u8],
    /// The address it was fetched from; links in it are relative to this.
    pub url: Option<&'a Url>,
    /// The `Content-Type` it was served with.
    pub content_type: Option<&'a str>,
    /// Selectors, when it is an HTML page that lists items.
    pub page: Option<&'a PageRule>,
}

/// Why a document is not a feed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It has no text.
    #[error("the document is empty")]
    Empty,
    /// It is something else than a feed.
    #[error("not a feed: {found}{}", which_announces(announced))]
    NotAFeed {
        /// What it seems to be, e.g. `an HTML page titled "503 Service Unavailable"`.
        found: Found,
        /// Feeds that the page announces.
        announced: Vec<Announced>,
    },
    /// It is something else than an OPML list of feeds.
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

/// The selector of the items of a page, if it shows some: for a page without a feed.
pub fn propose(document: &Document) -> Option<Proposal> {
    let text = encoding::decode(document.bytes, document.content_type).text;
    page::propose(&text, document.url)
}

/// The article on an HTML page whose address is known, safe to show; none if there is none, or if this is
/// something else than HTML.
pub fn article(document: &Document) -> Option<Article> {
    let is_html = document
        .content_type
        .is_none_or(|value| value.to_ascii_lowercase().contains("html"));
    if !is_html || binary::kind(document.bytes).is_some() {
        return None;
    }
    let text = encoding::decode(document.bytes, document.content_type).text;
    html::article(&text, document.url?)
}

/// Reads a document. Fails only when it holds no feed.
pub fn parse(document: &Document) -> Result<Feed, Error> {
    if let Some(what) = binary::kind(document.bytes) {
        return Err(not_a_feed::file(what));
    }
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
        xml(text, document).map_err(|error| match error {
            Error::NotAFeed {
                found: Found::NoMarkup,
                ..
            } if binary::is_binary(document.bytes) => not_a_feed::file("binary data"),
            error => error,
        })?
    };
    if let Some(text) = decoded.warning {
        feed.warnings.push(Warning {
            line: None,
            element: None,
            text,
        });
    }
    Ok(feed)
}

/// Where the feeds of a page may be that announces none; the likeliest first.
pub fn likely_feeds(document: &Document) -> Vec<Url> {
    let decoded = encoding::decode(document.bytes, document.content_type);
    page::likely_feeds(&decoded.text, document.url)
}

fn xml(text: &str, document: &Document) -> Result<Feed, Error> {
    feed::read(text, document.url).or_else(|root| {
        let root = root.as_deref();
        if not_a_feed::is_html(text, root, document.content_type) {
            feed_in_html(text, document).map_or_else(|| page(text, document), Ok)
        } else if root.is_none() {
            // An error message of the server may come before a JSON Feed.
            json_after_text(text, document).ok_or_else(|| not_a_feed::other(root))
        } else {
            Err(not_a_feed::other(root))
        }
    })
}

/// A feed with items inside an HTML page.
fn feed_in_html(text: &str, document: &Document) -> Option<Feed> {
    let begin = ["<rss", "<rdf:RDF", "<feed xmlns"]
        .iter()
        .filter_map(|root| text.find(root))
        .min()?;
    let mut feed = feed::read(&text[begin..], document.url).ok()?;
    feed.warnings.push(Warning {
        line: None,
        element: None,
        text: "the feed is inside an HTML page".to_owned(),
    });
    (!feed.items.is_empty()).then_some(feed)
}

/// A JSON Feed after some other text.
fn json_after_text(text: &str, document: &Document) -> Option<Feed> {
    let begin = text.find('{')?;
    text.contains("jsonfeed.org/version")
        .then(|| json::read(&text[begin..], document.url))?
}

fn json(text: &str, document: &Document) -> Result<Feed, Error> {
    json::read(text, document.url)
        .or_else(|| json::feed_as_xml(text).and_then(|xml| feed_written_as_json(&xml, document)))
        // An error message of the server, in brackets, may come before an XML feed.
        .or_else(|| feed::read(text, document.url).ok())
        .ok_or_else(not_a_feed::json)
}

/// RSS or Atom whose elements were written as JSON; none when it is something else.
fn feed_written_as_json(xml: &str, document: &Document) -> Option<Feed> {
    let mut feed = feed::read(xml, document.url).ok()?;
    // Settings and interfaces have a `feed` or a `channel` too.
    if feed.items.is_empty() {
        return None;
    }
    // Their lines are those of the XML that was made of it.
    feed.warnings = vec![Warning {
        line: None,
        element: None,
        text: "RSS or Atom written as JSON".to_owned(),
    }];
    Some(feed)
}

/// An HTML page. With a rule, its items are found by selectors. Without one, it is a feed only if
/// it describes its items for machines and announces no feed.
fn page(text: &str, document: &Document) -> Result<Feed, Error> {
    let feed = page::parse(text, document.url, document.page);
    if document.page.is_some() || (!feed.items.is_empty() && feed.announced.is_empty()) {
        Ok(feed)
    } else {
        Err(not_a_feed::html(feed, text))
    }
}
