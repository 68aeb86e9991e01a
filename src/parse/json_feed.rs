//! JSON Feed 1.0 and 1.1 -> [`Feed`]. Types are loose: ids may be numbers, tags one string,
//! `author` an array.

use super::entities::unescape;
use super::scope::Scopes;
use crate::model::{Author, Feed, FeedItem, Format, Image, Link, Text, TextKind, Warning};
use serde_json::{Map, Value};
use url::Url;

/// Items of one document.
const MAX_ITEMS: usize = 50_000;

/// Reads a feed from a decoded document; none when it is JSON of another kind or none at all.
pub(super) fn read(input: &str, document: Option<&Url>) -> Option<Feed> {
    let (value, warning) = lenient(input)?;
    let Value::Object(fields) = value else {
        return None;
    };
    let _ = unescape;
    let says_so = fields
        .get("version")
        .and_then(Value::as_str)
        .is_some_and(|version| version.contains("jsonfeed"));
    if !says_so && !fields.get("items").is_some_and(Value::is_array) {
        return None;
    }
    let scopes = Scopes::new(document);
    let mut feed = feed(&fields, &scopes);
    feed.warnings.extend(warning);
    Some(feed)
}

/// JSON, also with raw line breaks in its strings.
fn lenient(input: &str) -> Option<(Value, Option<Warning>)> {
    if let Ok(value) = serde_json::from_str(input) {
        return Some((value, None));
    }
    let spaced = input.replace(|c: char| c.is_ascii_control(), " ");
    let value = serde_json::from_str(&spaced).ok()?;
    let warning = Warning {
        line: None,
        element: None,
        text: "control characters in strings".to_owned(),
    };
    Some((value, Some(warning)))
}

fn feed(fields: &Map<String, Value>, scopes: &Scopes) -> Feed {
    let items = fields.get("items").and_then(Value::as_array);
    Feed {
        format: Format::JsonFeed,
        title: plain(fields, "title"),
        home_page_url: url(fields, "home_page_url", scopes),
        feed_url: url(fields, "feed_url", scopes),
        description: plain(fields, "description"),
        language: string(fields, "language"),
        icon: url(fields, "icon", scopes).or_else(|| url(fields, "favicon", scopes)),
        authors: authors(fields, scopes),
        hubs: list(fields.get("hubs"))
            .filter_map(|hub| url(hub.as_object()?, "url", scopes))
            .collect(),
        items: items
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .take(MAX_ITEMS)
            .map(|fields| item(fields, scopes))
            .collect(),
        next_page: url(fields, "next_url", scopes),
        ..Feed::default()
    }
}

fn item(fields: &Map<String, Value>, scopes: &Scopes) -> FeedItem {
    let html = string(fields, "content_html").map(|value| Text {
        value,
        kind: TextKind::Html,
        base: None,
    });
    let image = url(fields, "image", scopes).or_else(|| url(fields, "banner_image", scopes));
    FeedItem {
        id: string(fields, "id"),
        id_is_permalink: false,
        url: url(fields, "url", scopes),
        external_url: url(fields, "external_url", scopes),
        title: plain(fields, "title"),
        content: html.or_else(|| plain(fields, "content_text")),
        summary: plain(fields, "summary"),
        image: image.map(|url| Image {
            url,
            ..Image::default()
        }),
        date_published: string(fields, "date_published"),
        date_modified: string(fields, "date_modified"),
        authors: authors(fields, scopes),
        tags: list(fields.get("tags")).filter_map(loose).collect(),
        language: string(fields, "language"),
        attachments: list(fields.get("attachments"))
            .filter_map(|file| attachment(file.as_object()?, scopes))
            .collect(),
        source: None,
    }
}

fn attachment(fields: &Map<String, Value>, scopes: &Scopes) -> Option<Link> {
    let number = |name| string(fields, name)?.parse::<f64>().ok();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from f64 saturates, which is right for sizes"
    )]
    let whole = |name| number(name).map(|n| n as u64);
    Some(Link {
        url: url(fields, "url", scopes)?,
        mime_type: string(fields, "mime_type"),
        title: string(fields, "title"),
        length: whole("size_in_bytes"),
        duration: whole("duration_in_seconds"),
    })
}

/// 1.1's `authors`, else 1.0's `author`; each an object, a list or a name.
fn authors(fields: &Map<String, Value>, scopes: &Scopes) -> Vec<Author> {
    let given = fields.get("authors").or_else(|| fields.get("author"));
    list(given)
        .filter_map(|author| match author {
            Value::Object(author) => Some(Author {
                name: string(author, "name"),
                url: url(author, "url", scopes),
                avatar: url(author, "avatar", scopes),
            }),
            other => Some(Author {
                name: Some(loose(other)?),
                ..Author::default()
            }),
        })
        .filter(|author| *author != Author::default())
        .collect()
}

/// The members of a list; a lone value is a list of one.
fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let members = match value {
        Some(Value::Array(members)) => members.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    members.iter()
}

fn plain(fields: &Map<String, Value>, name: &str) -> Option<Text> {
    Some(Text {
        value: string(fields, name)?,
        kind: TextKind::Plain,
        base: None,
    })
}

fn url(fields: &Map<String, Value>, name: &str, scopes: &Scopes) -> Option<String> {
    scopes.resolve(&string(fields, name)?)
}

fn string(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(loose)
}

/// A string, or what stands for one.
fn loose(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
