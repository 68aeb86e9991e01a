//! A document that is not a feed -> an error that says what it was, and which feeds it announces.

use super::Error;
use crate::model::Feed;
use crate::text::bidi;
use std::fmt;

/// Longest title quoted, in characters.
const MAX_TITLE: usize = 80;

/// What a document is that is not what was expected. Its words are for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An HTML page with a field for a password.
    LoginPage {
        /// Its title, clipped.
        title: Option<String>,
    },
    /// Another HTML page.
    HtmlPage {
        /// Its title, clipped.
        title: Option<String>,
    },
    /// A feed where a list was expected.
    Feed,
    /// An OPML list where a feed was expected.
    OpmlList,
    /// A file that is no text: a picture, an archive, an executable.
    File {
        /// What it is, with its article.
        what: &'static str,
    },
    /// A sitemap (sitemaps.org).
    Sitemap,
    /// Another XML document.
    Xml {
        /// Name of its root element, clipped.
        root: String,
    },
    /// JSON that is not a JSON Feed.
    Json,
    /// Text, or no text at all.
    NoMarkup,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, title) = match self {
            Self::LoginPage { title } => ("a login page", title.as_ref()),
            Self::HtmlPage { title } => ("an HTML page", title.as_ref()),
            Self::Feed => ("a feed", None),
            Self::OpmlList => ("an OPML list of feeds", None),
            Self::File { what } => (*what, None),
            Self::Sitemap => ("a sitemap", None),
            Self::Xml { root } => {
                return write!(f, "an XML document with the root element {root}");
            }
            Self::Json => ("a JSON document of another kind, or a broken one", None),
            Self::NoMarkup => ("a document without any markup", None),
        };
        f.write_str(what)?;
        match title {
            Some(title) => write!(f, " titled \"{title}\""),
            None => Ok(()),
        }
    }
}

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
    let title = page.title.map(|title| clipped(&title.value));
    let found = if asks_for_a_password(text) {
        Found::LoginPage { title }
    } else {
        Found::HtmlPage { title }
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
    not(match root.map(str::to_ascii_lowercase).as_deref() {
        Some("opml") => Found::OpmlList,
        Some("urlset" | "sitemapindex") => Found::Sitemap,
        Some("svg") => Found::File {
            what: "a picture (SVG)",
        },
        Some(root) if is_name(root) => Found::Xml {
            root: clipped(root),
        },
        _ => Found::NoMarkup,
    })
}

/// Whether a name of an element can be shown: a `<` in other bytes is followed by noise.
fn is_name(root: &str) -> bool {
    root.chars()
        .all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

/// A file that is no text.
pub(super) fn file(what: &'static str) -> Error {
    not(Found::File { what })
}

/// A file that is no text, where an OPML list should have been.
pub(super) fn no_list_but(what: &'static str) -> Error {
    Error::NotAList {
        found: Found::File { what },
    }
}

/// A document that should have been an OPML list; its root, if it has one.
pub(super) fn no_list(root: &str) -> Error {
    Error::NotAList {
        found: match root.to_ascii_lowercase().as_str() {
            "" => Found::NoMarkup,
            "html" => Found::HtmlPage { title: None },
            "rss" | "feed" | "rdf:rdf" => Found::Feed,
            root if is_name(root) => Found::Xml {
                root: clipped(root),
            },
            _ => Found::NoMarkup,
        },
    }
}

/// JSON that is not a JSON Feed.
pub(super) fn json() -> Error {
    not(Found::Json)
}

fn not(found: Found) -> Error {
    Error::NotAFeed {
        found,
        announced: Vec::new(),
    }
}

fn clipped(text: &str) -> String {
    let beginning: String = text.chars().take(MAX_TITLE).collect();
    bidi::balanced(&beginning).into_owned()
}
