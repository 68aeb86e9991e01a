//! Atom links (RFC 4287, 4.2.7) and RSS links -> address and relation.

use crate::parse::xml::element::Element;
use crate::parse::xml::scope::Scopes;
use crate::text::language;
use std::borrow::Cow;

/// A link with its relation.
#[derive(Debug)]
pub(super) struct Related<'a> {
    /// Absolute where possible.
    pub(super) url: String,
    /// In lower case; `alternate` when none is given.
    pub(super) rel: Cow<'a, str>,
    /// The language of its target, as given.
    pub(super) language: Option<Cow<'a, str>>,
    /// MIME type as given.
    pub(super) mime_type: Option<Cow<'a, str>>,
    /// Title.
    pub(super) title: Option<Cow<'a, str>>,
    /// Bytes.
    pub(super) length: Option<u64>,
    /// Whether the address was the text of the element, as in RSS.
    pub(super) is_text: bool,
}

/// The prefix of a registered relation that is written as a URI (RFC 4287, 4.2.7.2).
const REGISTRY: &str = "http://www.iana.org/assignments/relation/";

/// The relation of a link without a `rel`.
const ALTERNATE: Cow<str> = Cow::Borrowed("alternate");

/// Reads a `link`; none when it has no address.
pub(in crate::parse) fn read<'a>(element: Element<'a>, scopes: &Scopes) -> Option<Related<'a>> {
    let [href, rel, language, mime_type, title, length] = element
        .tag
        .values(["href", "rel", "hreflang", "type", "title", "length"]);
    let Some(href) = href else {
        return Some(Related {
            url: scopes.resolve(&element.into_text())?,
            rel: ALTERNATE,
            language: None,
            mime_type: None,
            title: None,
            length: None,
            is_text: true,
        });
    };
    Some(Related {
        url: scopes.resolve(&href)?,
        rel: rel.map_or(ALTERNATE, relation),
        language: given(language),
        mime_type: given(mime_type),
        title: given(title),
        length: length.and_then(|length| length.trim().parse().ok()),
        is_text: false,
    })
}

/// A relation by its short name.
fn relation(rel: Cow<'_, str>) -> Cow<'_, str> {
    if rel.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !rel.is_empty() {
        return rel;
    }
    let rel = rel.trim().to_ascii_lowercase();
    match rel.strip_prefix(REGISTRY).unwrap_or(&rel) {
        "" => ALTERNATE,
        rel => Cow::Owned(rel.to_owned()),
    }
}

fn given(value: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    value.filter(|value| !value.is_empty())
}

impl Related<'_> {
    /// The rank as the address of the page; 0 is the best. A link of RSS comes first, then Atom's:
    /// those in the language of the element around them (RFC 4287, 4.1.1) before others, and HTML
    /// before other types.
    pub(super) fn page_rank(&self, language: Option<&str>) -> u8 {
        if self.is_text {
            return 0;
        }
        let is_foreign = match (self.language.as_deref(), language) {
            (Some(own), Some(inherited)) => {
                !language::primary(own).eq_ignore_ascii_case(language::primary(inherited))
            }
            _ => false,
        };
        let is_html = self
            .mime_type
            .as_deref()
            .is_none_or(|mime| mime.contains("html"));
        1 + 2 * u8::from(is_foreign) + u8::from(!is_html)
    }
}
