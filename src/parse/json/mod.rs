//! JSON Feed 1.0 and 1.1 -> [`Feed`].
//!
//! Types are loose: an id may be a number, tags one string, an author only a name. A value of a
//! wrong type is skipped. The document is read in one pass into the feed itself, so that a
//! truncated document keeps what came before the break.

mod as_xml;
mod lenient;
pub(super) mod repair;

pub(super) use as_xml::feed_as_xml;

use super::feed::web_address;
use super::xml::scope::Scopes;
use crate::model::{Author, Feed, FeedItem, Format, Image, Link, Text, TextKind, Warning};
use lenient::{Fields, List, Object, Scalar, Words, append_list, read_into};
use repair::repaired;
use serde::de::MapAccess;
use url::Url;

/// Items of one document.
const MAX_ITEMS: usize = 50_000;

/// Reads a feed from a decoded document; none when it is not a JSON Feed.
pub(super) fn read(input: &str, document: Option<&Url>) -> Option<Feed> {
    let (mut draft, error) = attempt(input);
    if error.as_ref().is_some_and(serde_json::Error::is_syntax) {
        let (second, _) = attempt(&repaired(input));
        if second.feed.items.len() >= draft.feed.items.len() {
            draft = second;
        }
    }
    if !draft.is_feed {
        return None;
    }
    let mut feed = draft.feed;
    feed.format = Format::JsonFeed;
    feed.cut = error.as_ref().is_some_and(serde_json::Error::is_eof);
    feed.warnings.extend(error.map(|error| Warning {
        line: u32::try_from(error.line()).ok(),
        element: None,
        text: "broken JSON".to_owned(),
    }));
    make_absolute(&mut feed, &Scopes::new(document));
    Some(feed)
}

/// Reads as much as possible; returns the error that ended it, if there is one.
fn attempt(input: &str) -> (Draft, Option<serde_json::Error>) {
    let mut draft = Draft::default();
    let mut json = serde_json::Deserializer::from_str(input);
    let error = read_into(&mut draft, &mut json).err();
    (draft, error)
}

#[derive(Default)]
struct Draft {
    feed: Feed,
    /// Whether its version says JSON Feed, or it has a list of items.
    is_feed: bool,
    favicon: Option<String>,
}

impl Fields for Draft {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let feed = &mut self.feed;
        match name {
            "version" => {
                let Scalar(version) = map.next_value()?;
                self.is_feed |= version.is_some_and(|version| version.contains("jsonfeed"));
            }
            "title" => feed.title = plain(map.next_value()?),
            "home_page_url" => Scalar(feed.home_page_url) = map.next_value()?,
            "feed_url" => Scalar(feed.feed_url) = map.next_value()?,
            "description" => feed.description = plain(map.next_value()?),
            "next_url" => Scalar(feed.next_page) = map.next_value()?,
            "icon" => Scalar(feed.icon) = map.next_value()?,
            "favicon" => Scalar(self.favicon) = map.next_value()?,
            "language" => Scalar(feed.language) = map.next_value()?,
            "author" | "authors" => add_authors(&mut feed.authors, map.next_value()?),
            "hubs" => {
                let List(hubs) = map.next_value::<List<Object<Link>>>()?;
                let hubs = hubs.into_iter().filter_map(|Object(hub)| hub);
                let urls = hubs.filter(is_websub).map(|hub| hub.url);
                feed.hubs.extend(urls.filter(|url| !url.is_empty()));
            }
            "items" => {
                self.is_feed |= append_list(&mut feed.items, MAX_ITEMS, map)?;
            }
            _ => {
                map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
        if feed.icon.is_none() {
            feed.icon = self.favicon.clone();
        }
        Ok(())
    }
}

impl Fields for FeedItem {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "id" => Scalar(self.id) = map.next_value()?,
            "url" => Scalar(self.url) = map.next_value()?,
            "external_url" => Scalar(self.external_url) = map.next_value()?,
            "title" => self.title = plain(map.next_value()?),
            "content_html" => {
                let Scalar(html) = map.next_value()?;
                let html = html.map(|value| Text {
                    value,
                    kind: TextKind::Html,
                    base: None,
                });
                self.content = html.or(self.content.take());
            }
            "content_text" => {
                let text = plain(map.next_value()?);
                self.content = self.content.take().or(text);
            }
            "summary" => self.summary = plain(map.next_value()?),
            "image" | "banner_image" => {
                let Scalar(url) = map.next_value()?;
                if let Some(url) = url
                    && (self.image.is_none() || name == "image")
                {
                    self.image = Some(Image {
                        url,
                        ..Image::default()
                    });
                }
            }
            "date_published" => Scalar(self.date_published) = map.next_value()?,
            "date_modified" => Scalar(self.date_modified) = map.next_value()?,
            "author" | "authors" => add_authors(&mut self.authors, map.next_value()?),
            "tags" => {
                let Words(tags) = map.next_value()?;
                self.tags.extend(tags);
            }
            "language" => Scalar(self.language) = map.next_value()?,
            "attachments" => {
                let List(files) = map.next_value::<List<Object<Link>>>()?;
                let files = files.into_iter().filter_map(|Object(file)| file);
                self.attachments
                    .extend(files.filter(|file| !file.url.is_empty()));
            }
            _ => {
                map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Fields for Link {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let Scalar(value) = map.next_value()?;
        match name {
            "url" => self.url = value.unwrap_or_default(),
            "mime_type" | "type" => self.mime_type = value,
            "title" => self.title = value,
            "size_in_bytes" => self.length = value.as_deref().and_then(whole),
            "duration_in_seconds" => self.duration = value.as_deref().and_then(whole),
            _ => {}
        }
        Ok(())
    }
}

impl Fields for Author {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let Scalar(value) = map.next_value()?;
        match name {
            "name" => self.name = value,
            "url" => self.url = value,
            "avatar" => self.avatar = value,
            _ => {}
        }
        Ok(())
    }

    fn from_scalar(name: String) -> Option<Self> {
        Some(Self {
            name: Some(name),
            ..Self::default()
        })
    }
}

/// Whether the type of a hub is `WebSub`, by one of its names.
fn is_websub(hub: &Link) -> bool {
    hub.mime_type.as_deref().is_none_or(|protocol| {
        ["websub", "pubsubhubbub"].contains(&&*protocol.to_ascii_lowercase())
    })
}

/// Adds `authors` (1.1) and `author` (1.0). Where both are given they are the same people.
fn add_authors(authors: &mut Vec<Author>, List(given): List<Object<Author>>) {
    for author in given.into_iter().filter_map(|Object(author)| author) {
        let known = authors.iter_mut().find(|known| {
            known.name.is_some()
                && known.name == author.name
                && (known.url == author.url || known.url.is_none() || author.url.is_none())
        });
        if let Some(known) = known {
            known.url = known.url.take().or(author.url);
            known.avatar = known.avatar.take().or(author.avatar);
        } else if author != Author::default() && !authors.contains(&author) {
            authors.push(author);
        }
    }
}

fn plain(Scalar(value): Scalar) -> Option<Text> {
    Some(Text {
        value: value?,
        kind: TextKind::Plain,
        base: None,
    })
}

/// A whole number that may be written with decimals.
fn whole(number: &str) -> Option<u64> {
    number.split('.').next()?.trim().parse().ok()
}

fn make_absolute(feed: &mut Feed, scopes: &Scopes) {
    let absolute = |url: &mut Option<String>| {
        *url = url.take().and_then(|url| scopes.resolve(&url));
    };
    let complete = |url: &mut String| {
        if let Some(resolved) = scopes.resolve(url) {
            *url = resolved;
        }
    };
    let of_authors = |authors: &mut Vec<Author>| {
        for author in authors {
            absolute(&mut author.url);
            absolute(&mut author.avatar);
        }
    };
    absolute(&mut feed.home_page_url);
    absolute(&mut feed.feed_url);
    absolute(&mut feed.next_page);
    absolute(&mut feed.icon);
    of_authors(&mut feed.authors);
    feed.hubs.iter_mut().for_each(complete);
    for item in &mut feed.items {
        absolute(&mut item.url);
        // JSON Feed: an id is ideally the address of the page.
        let id = item.id.as_deref();
        item.url = item.url.take().or_else(|| web_address(id?));
        absolute(&mut item.external_url);
        of_authors(&mut item.authors);
        item.attachments
            .iter_mut()
            .for_each(|file| complete(&mut file.url));
        if let Some(image) = &mut item.image {
            complete(&mut image.url);
        }
    }
}
