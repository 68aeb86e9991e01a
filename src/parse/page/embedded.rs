//! A page that describes its items for machines -> those items: schema.org's JSON-LD, else h-feed
//! microformats.

use super::region::Region;
use super::{MAX_ITEMS, MAX_TAGS, Page, extract, plain, select};
use crate::model::{Author, FeedItem, Image, Text, TextKind};
use crate::parse::json::repair::repaired;
use crate::text::html::first_picture;
use scraper::{ElementRef, Selector};
use serde_json::Value;

/// Bytes of one JSON-LD script.
const MAX_SCRIPT: usize = 1 << 20;

/// Values of JSON-LD read from one script.
const MAX_VALUES: usize = 10_000;

/// Types of schema.org that are news: `Article`, what is derived from it, and podcast episodes.
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
        r#"script[type*="ld+json" i]"#,
    ) {
        let json: String = script.text().collect();
        let Some(value) = script_value(&json).filter(|_| json.len() <= MAX_SCRIPT) else {
            continue;
        };
        // An explicit stack, filled in reverse, keeps the order of the document.
        let mut stack = vec![&value];
        for _ in 0..MAX_VALUES {
            if items.len() == MAX_ITEMS {
                return items;
            }
            let Some(value) = stack.pop() else {
                break;
            };
            if let Some(item) = article(page, value).or_else(|| list_item(page, value)) {
                if !items
                    .iter()
                    .any(|known| known.url == item.url && known.title == item.title)
                {
                    items.push(item);
                }
                continue;
            }
            match value {
                Value::Array(values) => stack.extend(values.iter().rev()),
                // The path to a page is not a list of news.
                Value::Object(_) if is_one_of(value, &["BreadcrumbList"]) => {}
                Value::Object(fields) => {
                    let nested = [
                        "mainEntity",
                        "itemListElement",
                        "item",
                        "hasPart",
                        "blogPost",
                        "@graph",
                    ];
                    stack.extend(nested.iter().filter_map(|name| fields.get(*name)));
                }
                _ => {}
            }
        }
    }
    items
}

/// The JSON of a script; it may be in a CDATA section, whose marks may be in comments.
fn script_value(script: &str) -> Option<Value> {
    let comment = |c: char| c.is_whitespace() || "/*;".contains(c);
    let json = script.trim_matches(comment);
    let json = json.strip_prefix("<![CDATA[").unwrap_or(json);
    let json = json.trim_matches(comment);
    let json = json
        .strip_suffix("]]>")
        .unwrap_or(json)
        .trim_matches(comment);
    serde_json::from_str(json)
        .or_else(|_| serde_json::from_str(&repaired(json)))
        .ok()
}

/// Whether a value is of one of these types, which may be given as complete URLs.
fn is_one_of(value: &Value, types: &[&str]) -> bool {
    let given = match value.get("@type") {
        Some(Value::Array(given)) => given.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => return false,
    };
    given
        .iter()
        .filter_map(|given| given.as_str()?.rsplit(['/', '#', ':']).next())
        .any(|name| types.contains(&name))
}

/// An item from one of [`ARTICLES`].
fn article(page: &Page, value: &Value) -> Option<FeedItem> {
    if !is_one_of(value, &ARTICLES) {
        return None;
    }
    let title = string(value, &["headline", "name"])?;
    let address = string(value, &["url", "mainEntityOfPage", "@id"]);
    let url = address.and_then(|url| page.resolve(&url));
    Some(FeedItem {
        url: url.map(String::from),
        title: Some(unsure(title)),
        content: string(value, &["articleBody"]).map(unsure),
        summary: string(value, &["description", "abstract"]).map(unsure),
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
fn list_item(page: &Page, value: &Value) -> Option<FeedItem> {
    if !is_one_of(value, &["ListItem"]) || value.get("item").is_some_and(Value::is_object) {
        return None;
    }
    let url = page.resolve(&string(value, &["url", "item"])?)?;
    Some(FeedItem {
        url: Some(url.into()),
        title: Some(unsure(string(value, &["name"])?)),
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

/// The first of these fields that is a text, or an object with a `@value` or an `@id`.
fn string(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let field = first(value.get(*name)?)?;
        let within = || field.get("@value").or_else(|| field.get("@id"))?.as_str();
        let text = field.as_str().or_else(within)?;
        (!text.trim().is_empty()).then(|| text.to_owned())
    })
}

fn first(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(values) => values.first(),
        other => Some(other),
    }
}

/// Entries: `h-entry` (<https://microformats.org/wiki/h-entry>), and the older `hentry`.
const ENTRIES: &str = ".h-entry, .hentry";

/// What has its own properties inside an entry: its author, the entry it replies to, comments.
const NESTED: &str =
    ".h-entry, .hentry, .h-card, .h-cite, .h-feed, .h-adr, .h-geo, .h-event, .h-item";

fn microformats(page: &Page) -> Vec<FeedItem> {
    let (Ok(entries), Ok(nested)) = (Selector::parse(ENTRIES), Selector::parse(NESTED)) else {
        return Vec::new();
    };
    let root = page.document.root_element();
    let feed_author = author(page, select(&root, ".h-feed > .p-author").next());
    Region::outermost(root, &entries, &nested)
        .into_iter()
        .take(MAX_ITEMS)
        .filter_map(|entry| {
            let mut item = entry_item(page, &entry)?;
            if item.authors.is_empty() {
                item.authors.extend(feed_author.clone());
            }
            Some(item)
        })
        .collect()
}

fn entry_item(page: &Page, entry: &Region) -> Option<FeedItem> {
    let one = |selector: &str| entry.select_with_itself(selector).next();
    let line = |at| Some(extract::line(page, at)).filter(|line| !line.is_empty());
    let title = one(".p-name, .entry-title").and_then(line);
    let content = one(".e-content, .entry-content").map(|at| html(page, at));
    let summary = one(".p-summary, .entry-summary").map(|at| html(page, at));
    let link = one("a.u-url, .u-url a, a[rel~=bookmark], .entry-title a, a.p-name");
    // An entry that is only a link: its name and URL are implied.
    let is_bare = title.is_none() && content.is_none() && summary.is_none();
    let only_link = || one("a[href]").filter(|_| is_bare);
    let link = link.or_else(only_link);
    let title = title.or_else(|| link.filter(|_| is_bare).and_then(line));
    if title.is_none() && content.is_none() {
        return None;
    }
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
        date_published: extract::first_date(page, entry.select(".dt-published, .published, time")),
        date_modified: extract::first_date(page, entry.select(".dt-updated, .updated")),
        authors: author(page, one(".p-author, .vcard .fn"))
            .into_iter()
            .collect(),
        tags: entry
            .select(".p-category, a[rel~=tag]")
            .take(MAX_TAGS)
            .filter_map(line)
            .collect(),
        ..FeedItem::default()
    })
}

/// An author by the text of an element.
fn author(page: &Page, element: Option<ElementRef>) -> Option<Author> {
    let name = extract::line(page, element?);
    (!name.is_empty()).then(|| Author {
        name: Some(name),
        ..Author::default()
    })
}

fn html(page: &Page, element: ElementRef) -> Text {
    Text {
        value: page.inner_markup(element),
        kind: TextKind::Html,
        base: page.base.as_ref().map(|base| base.as_str().into()),
    }
}

fn unsure(value: String) -> Text {
    Text {
        value,
        kind: TextKind::Unsure,
        base: None,
    }
}
