//! Items that a page describes for machines: schema.org's JSON-LD, else h-feed microformats.

use super::region::Region;
use super::{MAX_ITEMS, MAX_TAGS, Page, plain, select, show};
use crate::model::{Author, FeedItem, Image, Text, TextKind};
use crate::text::html::first_picture;
use scraper::{ElementRef, Selector};
use serde_json::Value;

/// Bytes of one JSON-LD script.
const MAX_SCRIPT: usize = 1 << 20;

/// Values of JSON-LD looked at.
const MAX_VALUES: usize = 10_000;

/// What schema.org calls things that are news (all of them `Article` or alike).
const ARTICLES: [&str; 13] = [
    "Article",
    "NewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "ReviewNewsArticle",
    "BlogPosting",
    "LiveBlogPosting",
    "Report",
    "TechArticle",
    "SocialMediaPosting",
    "PodcastEpisode",
];

/// The items of a page, in its order.
pub(super) fn read(page: &Page) -> Vec<FeedItem> {
    let items = json_ld(page);
    if items.is_empty() {
        microformats(page)
    } else {
        items
    }
}

fn json_ld(page: &Page) -> Vec<FeedItem> {
    let mut items: Vec<FeedItem> = Vec::new();
    for script in select(
        &page.document.root_element(),
        r#"script[type="application/ld+json"]"#,
    ) {
        let json: String = script.text().collect();
        if json.len() > MAX_SCRIPT {
            continue;
        }
        let Ok(value) = serde_json::from_str::<Value>(&json) else {
            continue;
        };
        // An explicit queue keeps the order of the document.
        let mut waiting = vec![&value];
        for _ in 0..MAX_VALUES {
            if items.len() == MAX_ITEMS {
                return items;
            }
            let Some(value) = waiting.pop() else {
                break;
            };
            if let Some(item) = article(page, value).or_else(|| listed(page, value)) {
                if !items
                    .iter()
                    .any(|known| known.url == item.url && known.title == item.title)
                {
                    items.push(item);
                }
                continue;
            }
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(fields) => {
                    let nested = [
                        "mainEntity",
                        "itemListElement",
                        "item",
                        "hasPart",
                        "blogPost",
                        "@graph",
                    ];
                    waiting.extend(nested.iter().filter_map(|name| fields.get(*name)));
                }
                _ => {}
            }
        }
    }
    items
}

/// A `NewsArticle` and its like.
fn article(page: &Page, value: &Value) -> Option<FeedItem> {
    let is_article = match value.get("@type")? {
        Value::Array(types) => types
            .iter()
            .filter_map(Value::as_str)
            .any(|t| ARTICLES.contains(&t)),
        kind => ARTICLES.contains(&kind.as_str()?),
    };
    let title = string(value, &["headline", "name"])?;
    let address = string(value, &["url", "mainEntityOfPage", "@id"]);
    let url = address.and_then(|url| page.resolve(&url));
    is_article.then(|| FeedItem {
        url: url.map(String::from),
        title: Some(loose(title)),
        content: string(value, &["articleBody"]).map(loose),
        summary: string(value, &["description", "abstract"]).map(loose),
        image: value.get("image").and_then(first).and_then(|image| {
            let url =
                string(image, &["url", "contentUrl"]).or_else(|| image.as_str().map(str::to_owned));
            Some(Image {
                url: page.resolve(&url?)?.into(),
                caption: string(image, &["caption"]),
                ..Image::default()
            })
        }),
        date_published: string(value, &["datePublished", "dateCreated"]),
        date_modified: string(value, &["dateModified"]),
        authors: people(value.get("author")),
        tags: tags(value),
        language: string(value, &["inLanguage"]),
        ..FeedItem::default()
    })
}

/// An element of an `ItemList` that is only a link with a name.
fn listed(page: &Page, value: &Value) -> Option<FeedItem> {
    if value.get("@type")?.as_str()? != "ListItem"
        || value.get("item").is_some_and(Value::is_object)
    {
        return None;
    }
    let url = page.resolve(&string(value, &["url", "item"])?)?;
    Some(FeedItem {
        url: Some(url.into()),
        title: Some(loose(string(value, &["name"])?)),
        ..FeedItem::default()
    })
}

fn people(value: Option<&Value>) -> Vec<Author> {
    let people = match value {
        Some(Value::Array(people)) => people.iter().collect(),
        Some(person) => vec![person],
        None => Vec::new(),
    };
    let author = |person: &Value| {
        let name = string(person, &["name"]).or_else(|| person.as_str().map(str::to_owned))?;
        Some(Author {
            name: Some(name),
            url: string(person, &["url"]),
            avatar: None,
        })
    };
    people.into_iter().filter_map(author).collect()
}

fn tags(value: &Value) -> Vec<String> {
    ["articleSection", "keywords"]
        .iter()
        .filter_map(|name| value.get(*name))
        .flat_map(|tags| match tags {
            Value::Array(tags) => tags
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Value::String(tags) => tags.split(',').map(|tag| tag.trim().to_owned()).collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// The first of these fields that is a text, or an object with an address.
fn string(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let field = first(value.get(*name)?)?;
        let text = field.as_str().or_else(|| field.get("@id")?.as_str())?;
        (!text.trim().is_empty()).then(|| text.to_owned())
    })
}

fn first(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(values) => values.first(),
        other => Some(other),
    }
}

/// `h-entry` (<https://microformats.org/wiki/h-entry>), and `hentry` of old.
fn microformats(page: &Page) -> Vec<FeedItem> {
    let Ok(entries) = Selector::parse(".h-entry, .hentry") else {
        return Vec::new();
    };
    Region::all(page.document.root_element(), &entries)
        .into_iter()
        .take(MAX_ITEMS)
        .filter_map(|entry| {
            let one = |selector: &str| entry.select(selector).next();
            let title = one(".p-name, .entry-title")
                .map(|at| show::line(page, at))
                .filter(|t| !t.is_empty());
            let content = one(".e-content, .entry-content").map(|at| html(page, at));
            let summary = one(".p-summary, .entry-summary").map(|at| html(page, at));
            if title.is_none() && content.is_none() {
                return None;
            }
            let link = one("a.u-url, .u-url a, a[rel~=bookmark], .entry-title a, a.p-name");
            let author = one(".p-author, .vcard .fn").map(|at| show::line(page, at));
            Some(FeedItem {
                url: link
                    .and_then(|a| page.resolve(a.attr("href")?))
                    .map(String::from),
                title: title.map(plain),
                content,
                summary,
                image: one("img.u-photo, img.u-featured")
                    .and_then(|img| first_picture(&page.markup(img), page.base.as_ref()))
                    .map(|picture| Image {
                        url: picture.url.into(),
                        caption: None,
                        width: picture.width,
                        height: picture.height,
                    }),
                date_published: show::first_date(
                    page,
                    entry.select(".dt-published, .published, time"),
                ),
                date_modified: show::first_date(page, entry.select(".dt-updated, .updated")),
                authors: author
                    .into_iter()
                    .filter(|name| !name.is_empty())
                    .map(|name| Author {
                        name: Some(name),
                        ..Author::default()
                    })
                    .collect(),
                tags: entry
                    .select(".p-category, a[rel~=tag]")
                    .take(MAX_TAGS)
                    .map(|at| show::line(page, at))
                    .filter(|t| !t.is_empty())
                    .collect(),
                ..FeedItem::default()
            })
        })
        .collect()
}

fn html(page: &Page, element: ElementRef) -> Text {
    Text {
        value: page.inner_markup(element),
        kind: TextKind::Html,
        base: page.base.as_ref().map(|base| base.as_str().into()),
    }
}

fn loose(value: String) -> Text {
    Text {
        value,
        kind: TextKind::Unsure,
        base: None,
    }
}
