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
    /// Lower case, `alternate` when none was given.
    pub(super) rel: Cow<'a, str>,
    /// The language of what it leads to.
    pub(super) language: Option<Cow<'a, str>>,
    /// MIME type as given.
    pub(super) mime_type: Option<Cow<'a, str>>,
    /// Title.
    pub(super) title: Option<Cow<'a, str>>,
    /// Bytes.
    pub(super) length: Option<u64>,
    /// Whether it was written as RSS does, in the text.
    pub(super) is_text: bool,
}

/// Where RFC 4287 says the short names of relations live.
const REGISTRY: &str = "http://www.iana.org/assignments/relation/";

/// What a link is that says nothing of it.
const ALTERNATE: Cow<str> = Cow::Borrowed("alternate");

/// Reads a `link`; none when it leads nowhere.
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
    /// How good this is as the page: RSS's own kind of link before Atom's, of those one in the
    /// language around it before others (RFC 4287, 4.1.1), and HTML before anything else.
    pub(super) fn page_rank(&self, language: Option<&str>) -> u8 {
        if self.is_text {
            return 0;
        }
        let is_foreign = match (self.language.as_deref(), language) {
            (Some(own), Some(around)) => {
                !language::primary(own).eq_ignore_ascii_case(language::primary(around))
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
