//! A parsed [`Feed`] -> clean [`Item`]s. Pure: the time is an argument.
//!
//! The steps, and the reasons for their order:
//!
//! 1. `secrets`: no text repeats what is secret of the source.
//! 2. `base_urls`: what links are relative to, and the host that ids are made with.
//! 3. Links: the texts of an item need its address as their base, and its id needs it too.
//! 4. `dates::read`: a date that the source gave is part of the id of an item without an own id.
//! 5. `text`, `media`, `episode`, `authors_tags`: field by field; no item depends on another. An item that is
//!    empty after that is dropped.
//! 6. `id`: an id is valid only if no other item of the document has it. Repeats are dropped here,
//!    before their dates are spread; an event that recurs on another day is none.
//! 7. `dates::spread`: last, because items without a date keep the order of the document.
//!
//! HTML bodies are not sanitized here: they stay as they are until they are published.
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
mod episode;
mod id;
mod media;
mod reused_id;
mod said;
mod secrets;
mod text;
mod uri;

use crate::date;
use crate::model::{
    Feed, FeedItem, Item, ItemId, ItemSource, Secrecy, Source, Text, TitleEdit, Warning,
};
use base_urls::BaseUrls;
use chrono::{DateTime, NaiveDate, Utc};
pub use content_hash::ItemHashes;
pub use reused_id::is_another;
pub use said::Said;
use std::sync::Arc;
use url::Url;

/// Rises when normalizing changes in a way that changes stored items.
pub const VERSION: u32 = 5;

/// What is known about a document apart from its contents.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Its source.
    pub source: &'a Source,
    /// The address of the document, after redirects.
    pub document_url: Option<&'a Url>,
    /// When it was fetched; the `as_of` of the source takes precedence.
    pub now: DateTime<Utc>,
    /// Keep an id that is unique only in its own feed, such as `d70`, instead of making a URI of
    /// it: for a document that is shown by itself.
    pub ids_as_given: bool,
}

impl Context<'_> {
    /// The time to which the document belongs: no item is newer.
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

/// Makes items of a feed, in the order of the document. Exact repeats within the document become
/// one item. Never fails: a field that cannot be used is left out, with a warning.
pub fn normalize(mut feed: Feed, context: &Context) -> (Vec<Item>, Vec<Warning>) {
    let secrecy = Secrecy::of(context.source);
    secrets::hide(&mut feed, &secrecy);
    let given = std::mem::take(&mut feed.items);
    let base_urls = BaseUrls::of(&feed, context, secrecy);
    let source = Arc::new(base_urls::item_source(&feed, &base_urls, context));
    let mut warnings = Warnings::default();

    let mut drafts: Vec<Draft> = given
        .into_iter()
        .map(|item| Draft::of(item, &feed, &base_urls, &source, context, &mut warnings))
        .collect();
    drop_empty(&mut drafts, &mut warnings);
    id::assign(&mut drafts, &base_urls, context.ids_as_given, &mut warnings);
    dates::spread(&mut drafts, context.reference(), context.source.timezone);

    // After the ids, some of which are made of titles: an edited key must not make new items of old ones.
    let items = drafts.into_iter().map(|draft| Item {
        title: draft
            .item
            .title
            .map(|title| retitled(title, &context.source.titles)),
        ..draft.item
    });
    let items = items.collect();
    (items, warnings.into_warnings())
}

/// An id for a story when another story already has the id of its first item: made of that id and
/// of a text that differs between the two.
pub fn derived_id(taken: &str, difference: &str) -> String {
    uri::derived(taken, "story", difference)
}

/// A text of a feed as one plain line: its title, its description.
pub fn plain(text: Text) -> Option<String> {
    text::title(text)
}

/// A title as the user wants it. One of which nothing would be left stays.
fn retitled(title: String, edits: &[TitleEdit]) -> String {
    if edits.is_empty() {
        return title;
    }
    let edited = edits.iter().fold(title.clone(), |title, edit| {
        title.replace(&edit.find, &edit.replace)
    });
    let edited = edited.split_whitespace().collect::<Vec<_>>().join(" ");
    if edited.is_empty() { title } else { edited }
}

/// Whether an address leads to the page through a service that counts readers, by a number.
fn leads_through_feedburner(url: &str) -> bool {
    let hosts = ["feedproxy.google.com/~r/", "feeds.feedburner.com/~r/"];
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    hosts.iter().any(|host| rest.starts_with(host))
}

fn trimmed(text: String) -> String {
    match text.trim() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

/// Drops items that are empty.
fn drop_empty(drafts: &mut Vec<Draft>, warnings: &mut Warnings) {
    drafts.retain(|draft| {
        let empty = draft.is_empty();
        if empty {
            warnings.add("item", "an item is empty", "");
        }
        !empty
    });
}

/// An item without its final id and date, and what these need.
struct Draft {
    item: Item,
    /// The id as the source gave it, trimmed, never empty.
    own_id: Option<String>,
    /// Whether it has authors or tags of its own.
    has_names: bool,
    /// The day of publication, where the source gives it as such.
    day: Option<NaiveDate>,
}

impl Draft {
    fn of(
        mut given: FeedItem,
        feed: &Feed,
        base_urls: &BaseUrls,
        source: &Arc<ItemSource>,
        context: &Context,
        warnings: &mut Warnings,
    ) -> Self {
        let own_id = given.id.take().map(trimmed).filter(|id| !id.is_empty());
        let permalink = own_id.as_ref().filter(|_| given.id_is_permalink);
        let page = given
            .url
            .take()
            .and_then(|url| base_urls.page(url))
            // `d70` is declared a permalink too, because that is the default of a guid in RSS.
            .or_else(|| permalink.and_then(|id| base_urls.permalink(id.clone())));
        let page = match (page, &own_id) {
            // It names no target, but the id may.
            (Some(page), Some(id)) if leads_through_feedburner(&page) => base_urls
                .permalink(id.clone())
                .filter(|id| !leads_through_feedburner(id))
                .or(Some(page)),
            (page, _) => page,
        };
        let external_url = given
            .external_url
            .take()
            .and_then(|url| base_urls.page(url))
            .filter(|url| Some(url) != page.as_ref());
        let dates = dates::read(&given, context, warnings);
        let base = page.as_deref().or(base_urls.base.as_ref().map(Url::as_str));
        let body = text::body(given.content, given.summary, base);
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
            date_published: dates.published.at,
            date_precision: dates.published.precision,
            date_modified: dates.modified,
            authors: authors_tags::authors(given.authors, &feed.authors, base_urls),
            tags: authors_tags::tags(given.tags, &context.source.tags),
            language: authors_tags::language([
                &given.language,
                &feed.language,
                &context.source.language,
            ]),
            attachments,
            episode: episode::episode(given.episode, base_urls),
            source: Arc::clone(source),
        };
        Self {
            item,
            own_id,
            has_names,
            day: dates.day,
        }
    }

    /// Whether it is empty: values that its feed or its source give to all items do not count.
    fn is_empty(&self) -> bool {
        self.item.is_bare()
            && self.own_id.is_none()
            && !self.has_names
            && self.item.date_precision == date::Precision::Unknown
    }
}

/// Warnings, grouped by kind: a thousand bad dates become one warning.
#[derive(Default)]
struct Warnings {
    /// Element, text, first example, count.
    kinds: Vec<(&'static str, &'static str, String, usize)>,
}

impl Warnings {
    /// Adds a warning about an element; the first example of a kind is quoted.
    fn add(&mut self, element: &'static str, what: &'static str, example: &str) {
        /// Characters of an example.
        const MAX_EXAMPLE: usize = 60;
        let known = self
            .kinds
            .iter_mut()
            .find(|(e, w, ..)| (*e, *w) == (element, what));
        if let Some((.., times)) = known {
            *times += 1;
        } else {
            let example = crate::text::words::first_words(example, MAX_EXAMPLE);
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
