//! A normalised item: the fields of JSON Feed 1.1 under JSON Feed's names,
//! dates in UTC, links absolute, titles plain. Bodies stay as the source wrote them ([`RawHtml`])
//! until they are shown.

use super::{Episode, ItemId, SourceId};
use crate::date::Precision;
use crate::digest::{Digest, Encode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// HTML as a source wrote it: *not safe to show*. Only [`crate::text::html`] turns it into
/// something that may be published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawHtml {
    /// The markup, untouched.
    pub html: String,
    /// What relative links in it are relative to, absolute: the `xml:base` in force, else the
    /// item's page, else the document.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<String>,
}

/// One item of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Unique within the source.
    pub id: ItemId,
    /// The item's page, canonical: absolute, without tracking parameters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// The page the item is about, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_url: Option<String>,
    /// Plain text; none when the source gave none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// The text as HTML. Either this or `content_text` is there, or neither.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content_html: Option<RawHtml>,
    /// The text as plain text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content_text: Option<String>,
    /// A short plain text, given beside the content.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub summary: Option<String>,
    /// The item's picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<Image>,
    /// When the source says it was published, never in the future; the time of the first visit if the
    /// source gives no usable date. Fixed once stored.
    pub date_published: DateTime<Utc>,
    /// How exactly `date_published` is known.
    pub date_precision: Precision,
    /// When the source says it was changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date_modified: Option<DateTime<Utc>>,
    /// Authors; those of the feed where the item names none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub authors: Vec<Author>,
    /// Plain-text tags, in order, without repetition.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tags: Vec<String>,
    /// RFC 5646 tag.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// Files that belong to the item.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attachments: Vec<Attachment>,
    /// What it is as an episode of a podcast. Few items are one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub episode: Option<Box<Episode>>,
    /// The source, as it was when this item was stored. Kept beside the item, not inside its JSON.
    #[serde(skip)]
    pub source: Arc<ItemSource>,
}

impl Item {
    /// An item with only these fields: every other one is empty, and the date is exact.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use feedmill::model::{Item, ItemSource};
    ///
    /// let item = Item {
    ///     title: Some("Storm over Esbjerg".to_owned()),
    ///     ..Item::new("tag:example.org,2024:1", ItemSource::default().into(), DateTime::UNIX_EPOCH)
    /// };
    /// assert!(!item.is_bare());
    /// ```
    pub fn new(
        id: impl Into<String>,
        source: Arc<ItemSource>,
        date_published: DateTime<Utc>,
    ) -> Self {
        Self {
            id: ItemId::new(id),
            url: None,
            external_url: None,
            title: None,
            content_html: None,
            content_text: None,
            summary: None,
            image: None,
            date_published,
            date_precision: Precision::Exact,
            date_modified: None,
            authors: Vec::new(),
            tags: Vec::new(),
            language: None,
            attachments: Vec::new(),
            episode: None,
            source,
        }
    }

    /// Whether there is nothing to show and nothing to open: no text, page, picture or file.
    pub fn is_bare(&self) -> bool {
        let texts = [&self.title, &self.content_text, &self.summary];
        let pages = [&self.url, &self.external_url];
        texts.into_iter().chain(pages).all(Option::is_none)
            && self.content_html.is_none()
            && self.image.is_none()
            && self.attachments.is_empty()
    }
}

/// A source as stored with its items: what `atom:source` and RSS `source` need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemSource {
    /// The source's key in `feeds.toml`.
    pub id: SourceId,
    /// Its title: from `feeds.toml`, else as the feed says.
    pub title: String,
    /// The feed's own id where it has one, else its URL. A URI.
    pub feed_id: String,
    /// Where the feed is, as may be published (never a secret URL).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub feed_url: Option<String>,
    /// The site.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub home_page_url: Option<String>,
    /// The feed's own date of change, where it says one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub updated: Option<DateTime<Utc>>,
    /// The copyright line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rights: Option<String>,
}

impl Default for ItemSource {
    fn default() -> Self {
        Self {
            id: SourceId::new(""),
            title: String::new(),
            feed_id: String::new(),
            feed_url: None,
            home_page_url: None,
            updated: None,
            rights: None,
        }
    }
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Absolute in an [`Item`].
    pub url: String,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caption: Option<String>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
}

/// Somebody who wrote something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// A page, or `mailto:`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub avatar: Option<String>,
}

impl Encode for Author {
    fn encode(&self, to: &mut Digest) {
        let Self { name, url, avatar } = self;
        to.add(name).add(url).add(avatar);
    }
}

/// A file that belongs to an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Absolute.
    pub url: String,
    /// MIME type; guessed from the name where the source gave none.
    pub mime_type: String,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size_in_bytes: Option<u64>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration_in_seconds: Option<u64>,
}
