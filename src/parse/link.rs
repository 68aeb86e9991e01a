//! Atom links (RFC 4287, 4.2.7) and RSS links -> address and relation.

use super::element::Element;
use super::scope::Scopes;
use super::text::trimmed;
use std::borrow::Cow;

/// A link with its relation.
#[derive(Debug)]
pub(super) struct Related {
    /// Absolute where possible.
    pub(super) url: String,
    /// Lower case, `alternate` when none was given.
    pub(super) rel: String,
    /// MIME type as given.
    pub(super) mime_type: Option<String>,
    /// Title.
    pub(super) title: Option<String>,
    /// Bytes.
    pub(super) length: Option<u64>,
    /// Whether it was written as RSS does, in the text.
    pub(super) is_text: bool,
}

/// Where RFC 4287 says the short names of relations live.
const REGISTRY: &str = "http://www.iana.org/assignments/relation/";

/// Reads a `link`; none when it leads nowhere.
pub(super) fn read(element: Element, scopes: &Scopes) -> Option<Related> {
    let [href, rel, mime_type, title, length] = element
        .tag
        .values(["href", "rel", "type", "title", "length"]);
    let Some(href) = href else {
        return Some(Related {
            url: scopes.resolve(&trimmed(element.into_text()))?,
            rel: "alternate".to_owned(),
            mime_type: None,
            title: None,
            length: None,
            is_text: true,
        });
    };
    let rel = rel.unwrap_or_default().trim().to_ascii_lowercase();
    let rel = rel.strip_prefix(REGISTRY).unwrap_or(&rel);
    Some(Related {
        url: scopes.resolve(&href)?,
        rel: if rel.is_empty() { "alternate" } else { rel }.to_owned(),
        mime_type: given(mime_type),
        title: given(title),
        length: length.and_then(|length| length.trim().parse().ok()),
        is_text: false,
    })
}

fn given(value: Option<Cow<str>>) -> Option<String> {
    value.map(Cow::into_owned).filter(|value| !value.is_empty())
}

impl Related {
    /// How good this is as the page: a text or HTML before anything else.
    pub(super) fn page_rank(&self) -> u8 {
        let is_html = self
            .mime_type
            .as_deref()
            .is_none_or(|mime| mime.contains("html"));
        u8::from(!is_html)
    }
}
