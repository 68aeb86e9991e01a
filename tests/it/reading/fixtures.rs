//! Each folder of `tests/feeds` is one oddity: its name says what, `in.*` is a document, `out.json`
//! is what must be read from it. A bug report is two files.
//!
//! `out.json` names only what matters: what it does not mention is not compared, `null` must be
//! absent, lists are compared member by member. A text may be given as its bare value. A document
//! that is no feed has `error` (a part of the message) and `announced`. `content_type` says how it
//! was served.

use feedmill::model::{Announced, Author, Feed, FeedItem, Image, Link, Text};
use feedmill::parse::{Document, Error, parse};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use url::Url;

#[test]
fn every_oddity_is_read_as_its_folder_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/feeds");
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .expect("tests/feeds is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    folders.sort();
    let complaints: Vec<String> = folders.iter().flat_map(|folder| check(folder)).collect();
    assert!(folders.len() >= 380, "{} folders", folders.len());
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// What differs, one line each.
fn check(folder: &Path) -> Vec<String> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let input = fs::read_dir(folder)
        .expect("readable")
        .map(|entry| entry.expect("readable").path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == "in"))
        .unwrap_or_else(|| panic!("{name} has no in.*"));
    let bytes = fs::read(input).expect("readable");
    let expected = fs::read_to_string(folder.join("out.json")).expect("out.json");
    let mut expected: Value =
        serde_json::from_str(&expected).unwrap_or_else(|error| panic!("{name}/out.json: {error}"));
    let fields = expected.as_object_mut().expect("an object");
    let content_type = fields.remove("content_type");
    let url = Url::parse("https://site.example/news/feed").expect("a URL");
    let found = parse(&Document {
        bytes: &bytes,
        url: Some(&url),
        content_type: content_type.as_ref().and_then(Value::as_str),
        page: None,
    });
    let actual = match found {
        Ok(feed) => feed_value(&feed),
        Err(Error::NotAFeed { found, announced }) => json!({
            "error": found.to_string(),
            "announced": announced.iter().map(announced_value).collect::<Vec<_>>(),
        }),
        Err(error) => json!({ "error": error.to_string() }),
    };
    let mut complaints = Vec::new();
    compare(&expected, &actual, &name, &mut complaints);
    complaints
}

fn compare(expected: &Value, actual: &Value, path: &str, complaints: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                let found = actual.get(key).unwrap_or(&Value::Null);
                compare(value, found, &format!("{path}.{key}"), complaints);
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (i, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                compare(expected, actual, &format!("{path}[{i}]"), complaints);
            }
        }
        (Value::String(_), Value::Object(text)) if text.contains_key("value") => {
            compare(expected, &text["value"], path, complaints);
        }
        (Value::String(part), Value::String(whole)) if path.rsplit('.').next() == Some("error") => {
            if !whole.contains(part.as_str()) {
                complaints.push(format!("{path}: {whole:?} does not say {part:?}"));
            }
        }
        _ if expected == actual => {}
        _ => complaints.push(format!("{path}: expected {expected}, read {actual}")),
    }
}

fn feed_value(feed: &Feed) -> Value {
    json!({
        "format": format!("{:?}", feed.format),
        "id": feed.id,
        "title": feed.title.as_ref().map(text_value),
        "home_page_url": feed.home_page_url,
        "feed_url": feed.feed_url,
        "description": feed.description.as_ref().map(text_value),
        "language": feed.language,
        "updated": feed.updated,
        "rights": feed.rights,
        "icon": feed.icon,
        "authors": feed.authors.iter().map(author_value).collect::<Vec<_>>(),
        "hubs": feed.hubs,
        "ttl_minutes": feed.freshness.ttl_minutes,
        "skip_hours": feed.freshness.skip_hours,
        "skip_days": feed.freshness.skip_days,
        "update_period_seconds": feed.freshness.update_period_seconds,
        "items": feed.items.iter().map(item_value).collect::<Vec<_>>(),
        "next_page": feed.next_page,
        "cut": feed.cut,
        "warnings": feed.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn item_value(item: &FeedItem) -> Value {
    json!({
        "id": item.id,
        "id_is_permalink": item.id_is_permalink,
        "url": item.url,
        "external_url": item.external_url,
        "title": item.title.as_ref().map(text_value),
        "content": item.content.as_ref().map(text_value),
        "summary": item.summary.as_ref().map(text_value),
        "image": item.image.as_ref().map(image_value),
        "date_published": item.date_published,
        "date_modified": item.date_modified,
        "authors": item.authors.iter().map(author_value).collect::<Vec<_>>(),
        "tags": item.tags,
        "language": item.language,
        "attachments": item.attachments.iter().map(link_value).collect::<Vec<_>>(),
        "source": item.source.as_ref().map(announced_value),
    })
}

fn text_value(text: &Text) -> Value {
    json!({
        "value": text.value,
        "kind": format!("{:?}", text.kind).to_lowercase(),
        "base": text.base.as_deref(),
    })
}

fn author_value(author: &Author) -> Value {
    json!({ "name": author.name, "url": author.url, "avatar": author.avatar })
}

fn image_value(image: &Image) -> Value {
    json!({
        "url": image.url,
        "caption": image.caption,
        "width": image.width,
        "height": image.height,
    })
}

fn link_value(link: &Link) -> Value {
    json!({
        "url": link.url,
        "mime_type": link.mime_type,
        "title": link.title,
        "length": link.length,
        "duration": link.duration,
    })
}

fn announced_value(announced: &Announced) -> Value {
    json!({ "url": announced.url, "title": announced.title })
}
