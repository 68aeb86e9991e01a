//! A document that is no feed -> an error that says what it was, and which feeds it announces.

use super::Error;
use super::element::clip;
use super::entities::unescape;
use super::scope::Scopes;
use super::tokens::{Tag, Token, Tokens};
use crate::model::Announced;
use std::borrow::Cow;
use url::Url;

/// How much of a page is looked through: its head.
const MAX_HEAD: usize = 256 * 1024;

/// Feeds noted.
const MAX_ANNOUNCED: usize = 32;

/// Longest title quoted, in characters.
const MAX_TITLE: usize = 80;

/// Whether a document looks like HTML: by its document type or its root.
pub(super) fn is_html(text: &str, root: Option<&str>) -> bool {
    let is = |name: &str| root.is_some_and(|root| root.eq_ignore_ascii_case(name));
    let start: String = text.trim_start().chars().take(14).collect();
    start.eq_ignore_ascii_case("<!doctype html") || is("html") || is("head") || is("body")
}

/// An HTML page.
pub(super) fn html(text: &str, document: Option<&Url>) -> Error {
    let head = clip(text, MAX_HEAD);
    let mut tokens = Tokens::new(head);
    let mut page = Page::default();
    let mut in_title = false;
    loop {
        match tokens.next(None) {
            Token::Open(tag) if tag.name.eq_ignore_ascii_case("title") => {
                in_title = page.title.is_empty();
            }
            Token::Open(tag) if tag.name.eq_ignore_ascii_case("link") => page.link(tag, document),
            Token::Open(tag) if tag.name.eq_ignore_ascii_case("body") => break,
            Token::Open(_) | Token::Close(_) => in_title = false,
            Token::Text(text) if in_title => page.title.push_str(&unescape(text)),
            Token::End => break,
            _ => {}
        }
    }
    let words: Vec<_> = page.title.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(MAX_TITLE).collect();
    let found = if title.is_empty() {
        "an HTML page".to_owned()
    } else {
        format!("an HTML page titled \"{title}\"")
    };
    Error::NotAFeed {
        found,
        announced: page.announced,
    }
}

/// XML with an unknown root, or no markup at all.
pub(super) fn other(root: Option<&str>) -> Error {
    let found = match root.map(str::to_ascii_lowercase).as_deref() {
        Some("opml") => "an OPML list of feeds".to_owned(),
        Some("urlset" | "sitemapindex") => "a sitemap".to_owned(),
        Some(root) => format!("an XML document with the root element {}", clipped(root)),
        None => "a document without any markup".to_owned(),
    };
    not(found)
}

/// A document that should have been an OPML list; its root, if it has one.
pub(super) fn no_list(root: &str) -> Error {
    Error::NotAList {
        found: match root.to_ascii_lowercase().as_str() {
            "" => "a document without any markup".to_owned(),
            "html" => "an HTML page".to_owned(),
            "rss" | "feed" | "rdf:rdf" => "a feed".to_owned(),
            root => format!("an XML document with the root element {}", clipped(root)),
        },
    }
}

/// JSON that is no JSON Feed.
pub(super) fn json() -> Error {
    not("a JSON document of another kind, or a broken one".to_owned())
}

fn not(found: String) -> Error {
    Error::NotAFeed {
        found,
        announced: Vec::new(),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(MAX_TITLE).collect()
}

#[derive(Default)]
struct Page {
    title: String,
    announced: Vec<Announced>,
}

impl Page {
    /// Notes `<link rel=alternate type=application/rss+xml href=...>`.
    fn link(&mut self, tag: Tag, document: Option<&Url>) {
        let is_alternate = tag.get("rel").is_some_and(|rel| {
            rel.split_ascii_whitespace()
                .any(|word| word.eq_ignore_ascii_case("alternate"))
        });
        let is_feed = tag.get("type").is_some_and(|mime| {
            let mime = mime.trim().to_ascii_lowercase();
            [
                "application/rss+xml",
                "application/atom+xml",
                "application/feed+json",
                "application/rdf+xml",
                "application/json",
            ]
            .iter()
            .any(|known| mime.starts_with(known))
        });
        if !is_alternate || !is_feed || self.announced.len() >= MAX_ANNOUNCED {
            return;
        }
        let scopes = Scopes::new(document);
        if let Some(url) = tag.get("href").and_then(|href| scopes.resolve(&href)) {
            self.announced.push(Announced {
                url,
                title: tag.get("title").map(Cow::into_owned),
            });
        }
    }
}
