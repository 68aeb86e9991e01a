//! A document that is not a feed -> an error that says what it is, and which feeds it announces.

use super::Error;
use crate::model::Feed;

/// Characters of a title or a name that a message quotes.
const MAX_TITLE: usize = 80;

/// Elements that only HTML has, and that may come first where `html` was left out.
const HTML_ELEMENTS: [&str; 22] = [
    "html", "head", "body", "title", "meta", "base", "script", "style", "h1", "h2", "h3", "p",
    "div", "span", "center", "font", "table", "br", "hr", "pre", "form", "noscript",
];

/// Whether a document looks like HTML: by its document type, its root, or how it was served.
pub(super) fn is_html(text: &str, root: Option<&str>, content_type: Option<&str>) -> bool {
    let has_html_root = root.is_some_and(|root| {
        HTML_ELEMENTS
            .iter()
            .any(|name| root.eq_ignore_ascii_case(name))
    });
    let start: String = text.trim_start().chars().take(14).collect();
    let is_served_as_html = || {
        content_type.is_some_and(|mime| {
            mime.trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
    };
    start.eq_ignore_ascii_case("<!doctype html")
        || has_html_root
        || root.is_some() && is_served_as_html()
}

/// The error for an HTML page.
pub(super) fn html(page: Feed, text: &str) -> Error {
    let kind = if has_password_field(text) {
        "a login page"
    } else {
        "an HTML page"
    };
    let found = match page.title {
        Some(title) => format!("{kind} titled \"{}\"", clipped(&title.value)),
        None => kind.to_owned(),
    };
    Error::NotAFeed {
        found,
        announced: page.announced,
    }
}

/// Whether a page has a field for a password.
fn has_password_field(text: &str) -> bool {
    /// Longer tags are not read to their end.
    const LONGEST_TAG: usize = 1_000;
    let contains = |tag: &[u8], word: &[u8]| tag.windows(word.len()).any(|w| w == word);
    text.match_indices('<').any(|(at, _)| {
        let rest = &text.as_bytes()[at + 1..];
        let rest = &rest[..rest.len().min(LONGEST_TAG)];
        let tag = rest.split(|&b| b == b'>').next().unwrap_or_default();
        let is_input = tag
            .get(..5)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"input"));
        is_input && contains(&tag.to_ascii_lowercase(), b"password")
    })
}

/// The error for XML with an unknown root element, or for no markup at all.
pub(super) fn other(root: Option<&str>) -> Error {
    let found = match root.map(str::to_ascii_lowercase).as_deref() {
        Some("opml") => "an OPML list of feeds".to_owned(),
        Some("urlset" | "sitemapindex") => "a sitemap".to_owned(),
        Some(root) => format!("an XML document with the root element {}", clipped(root)),
        None => "a document without any markup".to_owned(),
    };
    not_a_feed(found)
}

/// The error for a document that should be an OPML list, by its root element; empty for no markup.
pub(super) fn not_a_list(root: &str) -> Error {
    Error::NotAList {
        found: match root.to_ascii_lowercase().as_str() {
            "" => "a document without any markup".to_owned(),
            "html" => "an HTML page".to_owned(),
            "rss" | "feed" | "rdf:rdf" => "a feed".to_owned(),
            root => format!("an XML document with the root element {}", clipped(root)),
        },
    }
}

/// The error for JSON that is not a JSON Feed.
pub(super) fn json() -> Error {
    not_a_feed("a JSON document that is broken or not a JSON Feed".to_owned())
}

fn not_a_feed(found: String) -> Error {
    Error::NotAFeed {
        found,
        announced: Vec::new(),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(MAX_TITLE).collect()
}
