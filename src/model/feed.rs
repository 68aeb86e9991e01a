//! A parsed document, *as the source wrote it*: dates are still text, titles may still be HTML, and
//! nothing is checked. Only two things are done already, because they cannot be done later:
//! characters are Unicode, and links are resolved against the `xml:base` of their element.

use super::{Author, Episode, Image};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A feed document, or a page that lists news, read into one shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    /// The dialect the document was written in.
    pub format: Format,
    /// Atom `id`; the channel's `rdf:about`; none in RSS 2.0 and JSON Feed.
    pub id: Option<String>,
    /// The feed's title.
    pub title: Option<Text>,
    /// The site the feed belongs to: RSS `link`, Atom `link rel=alternate`, JSON `home_page_url`.
    pub home_page_url: Option<String>,
    /// Where the feed says it lives: Atom `link rel=self`, JSON `feed_url`.
    pub feed_url: Option<String>,
    /// RSS `description`, Atom `subtitle`, JSON `description`.
    pub description: Option<Text>,
    /// RFC 5646 tag as given.
    pub language: Option<String>,
    /// RSS `lastBuildDate` or `pubDate`, Atom `updated`, as text.
    pub updated: Option<String>,
    /// RSS `copyright`, Atom `rights`, `dc:rights`.
    pub rights: Option<String>,
    /// RSS `image/url`, Atom `logo`, JSON `icon`: a picture for the feed.
    pub icon: Option<String>,
    /// Authors of the feed as a whole; used for items that name none.
    pub authors: Vec<Author>,
    /// WebSub hubs.
    pub hubs: Vec<String>,
    /// What the feed says about how often to fetch it.
    pub freshness: Freshness,
    /// The items, in source order.
    pub items: Vec<FeedItem>,
    /// RFC 5005 `next`/`prev-archive`, JSON `next_url`, or a page's following page.
    pub next_page: Option<String>,
    /// Feeds that an HTML page announces with `link rel=alternate`.
    pub announced: Vec<Announced>,
    /// The document ended before its root element did: bytes are missing. Complete items are kept.
    pub cut: bool,
    /// What was odd, and where. A warning never makes parsing fail.
    pub warnings: Vec<Warning>,
}

impl Feed {
    /// Whether the document is a page that lists items, not a feed.
    pub fn is_page(&self) -> bool {
        self.format == Format::Page
    }
}

/// The dialect of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// RSS 0.9x and 2.0, and everything that looks like it.
    #[default]
    Rss,
    /// RSS 0.90 and 1.0: items beside the channel, `rdf:about` as id.
    Rdf,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed 1.0 and 1.1.
    JsonFeed,
    /// An HTML page that lists items.
    Page,
}

/// One item as its feed gave it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedItem {
    /// RSS `guid`, Atom `id`, `rdf:about`, JSON `id`: as text, never invented.
    pub id: Option<String>,
    /// True when RSS says (or implies) `isPermaLink="true"`.
    pub id_is_permalink: bool,
    /// The item's page: RSS `link`, Atom `link rel=alternate`, JSON `url`. Absolute where possible.
    pub url: Option<String>,
    /// The page the item is about: Atom `link rel=related`, JSON `external_url`.
    pub external_url: Option<String>,
    /// Title.
    pub title: Option<Text>,
    /// The full text: `content:encoded`, Atom `content`, JSON `content_html`/`content_text`.
    pub content: Option<Text>,
    /// A shorter text: RSS `description` beside a full text, Atom `summary`, JSON `summary`.
    pub summary: Option<Text>,
    /// The item's picture.
    pub image: Option<Image>,
    /// RSS `pubDate`, Atom `published`, `dc:date`, as text.
    pub date_published: Option<String>,
    /// Atom `updated`, `dcterms:modified`, as text.
    pub date_modified: Option<String>,
    /// Authors.
    pub authors: Vec<Author>,
    /// Categories as plain text, in order.
    pub tags: Vec<String>,
    /// RFC 5646 tag, from `xml:lang`, `dc:language` or JSON `language`.
    pub language: Option<String>,
    /// Enclosures and further media.
    pub attachments: Vec<Link>,
    /// What it is as an episode of a podcast.
    pub episode: Episode,
    /// RSS `source`, Atom `source`: the feed this item was taken from, its URL and title.
    pub source: Option<Announced>,
}

/// A text as given, with what is known of its kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The text; markup is still in it where `kind` is not [`TextKind::Plain`].
    pub value: String,
    /// What the format says of it.
    pub kind: TextKind,
    /// The `xml:base` in force, absolute; links inside the text are relative to it.
    pub base: Option<Arc<str>>,
}

/// What a format says of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Plain text: a `<` is a `<`.
    Plain,
    /// HTML.
    Html,
    /// RSS: usually HTML, often plain text. The text itself has to be examined.
    #[default]
    Unsure,
}

/// A link to a file that belongs to an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Absolute where possible.
    pub url: String,
    /// MIME type as given.
    pub mime_type: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Bytes.
    pub length: Option<u64>,
    /// Seconds.
    pub duration: Option<u64>,
}

/// A feed that another document names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Announced {
    /// Where it is; may be empty when only a title was given.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
}

/// What a feed says about when to fetch it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Freshness {
    /// RSS `ttl`, minutes.
    pub ttl_minutes: Option<u32>,
    /// RSS `skipHours`, GMT, 0-23.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`, as given (`Monday`).
    pub skip_days: Vec<String>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, seconds.
    pub update_period_seconds: Option<u64>,
}

/// Something odd in a document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// 1-based line in the decoded document, where there is one.
    pub line: Option<u32>,
    /// The element or field concerned, e.g. `item/title`.
    pub element: Option<String>,
    /// What was odd, in a few words.
    pub text: String,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(element) = &self.element {
            write!(f, "{element}: ")?;
        }
        f.write_str(&self.text)
    }
}
