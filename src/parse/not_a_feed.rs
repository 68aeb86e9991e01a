//! A document that is no feed -> an error that says what it was, and which feeds it announces.

use super::Error;
use crate::model::Feed;

/// Longest title quoted, in characters.
const MAX_TITLE: usize = 80;

/// Elements that only HTML has, and that may stand first where `html` was left out.
const OF_HTML: [&str; 22] = [
    "html", "head", "body", "title", "meta", "base", "script", "style", "h1", "h2", "h3", "p",
    "div", "span", "center", "font", "table", "br", "hr", "pre", "form", "noscript",
];

/// Whether a document looks like HTML: by its document type, its root, or how it was served.
pub(super) fn is_html(text: &str, root: Option<&str>, content_type: Option<&str>) -> bool {
    let is_known =
        root.is_some_and(|root| OF_HTML.iter().any(|name| root.eq_ignore_ascii_case(name)));
    let start: String = text.trim_start().chars().take(14).collect();
    let is_served_so = || {
        content_type.is_some_and(|mime| {
            mime.trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
    };
    start.eq_ignore_ascii_case("<!doctype html") || is_known || root.is_some() && is_served_so()
}

/// An HTML page.
pub(super) fn html(page: Feed, text: &str) -> Error {
    let kind = if asks_for_a_password(text) {
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
fn asks_for_a_password(text: &str) -> bool {
    /// Longer tags are not read to their end.
    const LONGEST_TAG: usize = 1_000;
    let says = |tag: &[u8], word: &[u8]| tag.windows(word.len()).any(|w| w == word);
    text.match_indices('<').any(|(at, _)| {
        let rest = &text.as_bytes()[at + 1..];
        let rest = &rest[..rest.len().min(LONGEST_TAG)];
        let tag = rest.split(|&b| b == b'>').next().unwrap_or_default();
        let is_field = tag
            .get(..5)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"input"));
        is_field && says(&tag.to_ascii_lowercase(), b"password")
    })
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
