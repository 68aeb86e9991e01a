//! A [`Feed`] as given -> [`Item`]s as we mean them. Pure: time comes in as an argument.
//!
//! The order of steps, each for a reason:
//!
//! 1. `base_urls`: what links are relative to, and whose host ids are made with.
//! 2. Links: an item's address is needed by its texts (as base) and by its id.
//! 3. `age`, reading: a date the source gave is part of the id of an item that has no other.
//! 4. `text`, `media`, `people`: field by field, no item looks at another.
//!    What then says nothing at all is no item and goes.
//! 5. `id`: whether an id is one can only be seen beside the other items of the document. Exact
//!    repeats go here, before they take a place in the order of time.
//! 6. `age`, spreading: last, because undated neighbours are told apart by their order.
//!
//! Nothing here parses HTML: bodies stay as they are until somebody shows them.
//!
//! ```
//! use feedmill::model::{Location, Source, SourceId};
//! use feedmill::normalize::{Context, normalize};
//! use feedmill::parse::{Document, parse};
//!
//! let url = url::Url::parse("https://harbour.example/news.xml")?;
//! let bytes = b"<rss><channel><item><title>Ferry &amp;amp; <b>train</b> late</title>\
//!     <link>/ferry?utm_source=rss</link><pubDate>Fri, 14 Jun 2024 11:00 CEST</pubDate></item>";
//! let feed = parse(&Document { bytes, url: Some(&url), ..Document::default() })?;
//! let source = Source::new(SourceId::new("harbour"), Location::Http(url.clone().into()));
//! let (items, warnings) = normalize(feed, &Context {
//!     source: &source,
//!     document_url: Some(&url),
//!     now: chrono::Utc::now(),
//!     ids_as_given: false,
//! });
//! assert_eq!(items[0].title.as_deref(), Some("Ferry & train late"));
//! assert_eq!(items[0].url.as_deref(), Some("https://harbour.example/ferry"));
//! assert_eq!(items[0].date_published.to_rfc3339(), "2024-06-14T09:00:00+00:00");
//! assert!(warnings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authors_tags;
mod base_urls;
mod content_hash;
mod dates;
mod id;
mod media;
mod secrecy;
mod text;
mod uri;

use crate::date;
use crate::model::{Feed, FeedItem, Item, ItemId, ItemSource, Source, Text, Warning};
use base_urls::BaseUrls;
use chrono::{DateTime, Utc};
pub use content_hash::ItemHashes;
use std::sync::Arc;
use url::Url;

/// Rises when normalising changes in a way that changes items already stored.
pub const VERSION: u32 = 2;

/// What the feed itself cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The source it came from.
    pub source: &'a Source,
    /// Where the document was found, after redirects.
    pub document_url: Option<&'a Url>,
    /// The moment of retrieval; the source's `as_of` goes before it.
    pub now: DateTime<Utc>,
    /// Keep an id that only its own feed knows, such as `d70`, instead of making a URI of it: for a
    /// document that is shown by itself.
    pub ids_as_given: bool,
}

impl Context<'_> {
    /// The moment that the document is a picture of: no item is younger.
    fn reference(&self) -> DateTime<Utc> {
        self.source.as_of.unwrap_or(self.now)
    }

    fn dates(&self) -> date::Context {
        date::Context {
            now: self.reference(),
            timezone: self.source.timezone,
            month_first: self.source.date_order == crate::model::DateOrder::MonthFirst,
        }
    }
}

/// Reads meaning into a feed. Items keep the source's order; exact repeats within the document
/// are one item. Never fails: a field that cannot be used is left out, with a warning.
pub fn normalize(mut feed: Feed, context: &Context) -> (Vec<Item>, Vec<Warning>) {
    let given = std::mem::take(&mut feed.items);
    let base_urls = BaseUrls::of(&feed, context);
    let source = Arc::new(base_urls::item_source(&feed, &base_urls, context));
    let mut odd = Oddities::default();

    let mut drafts: Vec<Draft> = given
        .into_iter()
        .map(|item| Draft::of(item, &feed, &base_urls, &source, context, &mut odd))
        .collect();
    drop_empty(&mut drafts, &mut odd);
    id::settle(&mut drafts, &base_urls, context.ids_as_given, &mut odd);
    dates::spread(&mut drafts, context.reference(), context.source.timezone);

    let items = drafts.into_iter().map(|draft| draft.item).collect();
    (items, odd.into_warnings())
}

/// An id for a story whose first item's own id another story has already: made of that id and of
/// what else tells the two apart.
pub fn derived_id(taken: &str, apart: &str) -> String {
    uri::derived(taken, "story", apart)
}

/// A text of a feed as one plain line: its title, its description.
pub fn plain(text: Text) -> Option<String> {
    text::title(text)
}

fn trimmed(text: String) -> String {
    match text.trim() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

/// Drops items that say nothing.
fn drop_empty(drafts: &mut Vec<Draft>, odd: &mut Oddities) {
    drafts.retain(|draft| {
        let empty = draft.is_empty();
        if empty {
            odd.note("item", "an item is empty", "");
        }
        !empty
    });
}

/// An item under way, with what is needed to settle it among its neighbours.
struct Draft {
    item: Item,
    /// The id as the source gave it, trimmed, never empty.
    own_id: Option<String>,
    /// Whether it names authors or tags of its own.
    has_names: bool,
}

impl Draft {
    fn of(
        mut given: FeedItem,
        feed: &Feed,
        base_urls: &BaseUrls,
        source: &Arc<ItemSource>,
        context: &Context,
        odd: &mut Oddities,
    ) -> Self {
        let own_id = given.id.take().map(trimmed).filter(|id| !id.is_empty());
        let permalink = own_id.as_ref().filter(|_| given.id_is_permalink);
        let page = given
            .url
            .take()
            .and_then(|url| base_urls.page(url))
            // `d70` claims to be a permalink too, for that is what RSS takes a guid for.
            .or_else(|| permalink.and_then(|id| base_urls.permalink(id.clone())));
        let external_url = given
            .external_url
            .take()
            .and_then(|url| base_urls.page(url))
            .filter(|url| Some(url) != page.as_ref());
        let ages = dates::read(&given, context, odd);
        let base = page.as_deref().or(base_urls.base.as_ref().map(Url::as_str));
        let without_secret = |text: Text| Text {
            base: text.base.filter(|base| !base_urls.is_secret(base)),
            ..text
        };
        let body = text::body(
            given.content.map(without_secret),
            given.summary.map(without_secret),
            base,
        );
        let (image, attachments) = media::files(given.image, given.attachments, base_urls);
        let has_names = !given.authors.is_empty() || !given.tags.is_empty();

        let item = Item {
            id: ItemId::new(""),
            url: page,
            external_url,
            title: given.title.and_then(text::title),
            content_html: body.html,
            content_text: body.text,
            summary: body.summary,
            image,
            date_published: ages.published.at,
            date_precision: ages.published.precision,
            date_modified: ages.modified,
            authors: authors_tags::authors(given.authors, &feed.authors, base_urls),
            tags: authors_tags::tags(given.tags, &context.source.tags),
            language: authors_tags::language([
                &given.language,
                &feed.language,
                &context.source.language,
            ]),
            attachments,
            source: Arc::clone(source),
        };
        Self {
            item,
            own_id,
            has_names,
        }
    }

    /// Whether it says nothing: what its feed and its source say of all their items does not count.
    fn is_empty(&self) -> bool {
        self.item.is_bare()
            && self.own_id.is_none()
            && !self.has_names
            && self.item.date_precision == date::Precision::Unknown
    }
}

/// What was odd, by kind: one line of report for a thousand bad dates.
#[derive(Default)]
struct Oddities {
    kinds: Vec<(&'static str, &'static str, String, usize)>,
}

impl Oddities {
    /// Notes an oddity of an element; the first example of a kind is shown.
    fn note(&mut self, element: &'static str, what: &'static str, example: &str) {
        /// Characters of an example.
        const SHOWN: usize = 60;
        let known = self
            .kinds
            .iter_mut()
            .find(|(e, w, ..)| (*e, *w) == (element, what));
        if let Some((.., times)) = known {
            *times += 1;
        } else {
            let example = crate::text::words::first_words(example, SHOWN);
            self.kinds.push((element, what, example, 1));
        }
    }

    fn into_warnings(self) -> Vec<Warning> {
        self.kinds
            .into_iter()
            .map(|(element, what, example, times)| {
                let example = match example.as_str() {
                    "" => String::new(),
                    shown => format!(": \"{shown}\""),
                };
                let more = match times - 1 {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                Warning {
                    line: None,
                    element: Some(element.to_owned()),
                    text: format!("{what}{example}{more}"),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
