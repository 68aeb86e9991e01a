//! An element's text and its attributes -> [`Text`].
//!
//! Atom 1.0 has `type="text|html|xhtml"` or a MIME type (RFC 4287, 3.1.1, 4.1.3.1). Atom 0.3 has a
//! MIME type and a `mode`. RSS has neither. Real feeds put plain text and HTML into all of them.

use crate::model::{Text, TextKind};
use crate::parse::xml::element::{Element, without_cdata_marks};
use crate::parse::xml::entities::unescape;
use crate::parse::xml::notation::Notation;
use crate::parse::xml::scope::Scopes;
use crate::parse::xml::tokens::local_name;
use crate::text::html;
use std::borrow::Cow;

/// The text of an element; none when it is empty.
pub(in crate::parse) fn read(element: Element, scopes: &Scopes) -> Option<Text> {
    let Element {
        notation,
        has_markup,
        ..
    } = element;
    let base = scopes.base_within(element.wrapper_base().as_deref());
    let may_be_a_file = local_name(element.tag.name).eq_ignore_ascii_case("content");
    let text = element.into_text();
    let (value, kind) = match notation {
        Notation::Characters(TextKind::Unsure | TextKind::Plain) if has_markup => {
            (text, TextKind::Html)
        }
        Notation::Characters(kind) => (text, kind),
        Notation::Xml if has_markup => (text, TextKind::Html),
        // Declared as inline markup, but without an element: the markup was escaped.
        Notation::Xml => {
            let unescaped = unescape(&text);
            let text = without_cdata_marks(&unescaped).to_owned();
            (Cow::Owned(text), TextKind::Html)
        }
        Notation::Base64(kind) => (decoded(text), kind),
        Notation::Binary => match base64(&text) {
            Some(bytes) => match String::from_utf8(bytes) {
                Ok(decoded) => (Cow::Owned(decoded), TextKind::Unsure),
                Err(_) if may_be_a_file => return None,
                Err(_) => (text, TextKind::Plain),
            },
            None => (text, TextKind::Plain),
        },
    };
    let value = trimmed(value);
    (!value.is_empty()).then_some(Text { value, kind, base })
}

/// The kind of a text without a `type`: plain in Atom, HTML for a body, unsure in RSS, which does
/// not define it.
pub(super) fn default_kind(is_atom: bool, is_body: bool) -> TextKind {
    match (is_atom, is_body) {
        (_, true) => TextKind::Html,
        (true, false) => TextKind::Plain,
        (false, false) => TextKind::Unsure,
    }
}

/// Whether a text of Atom that has no `type`, and so should be plain, is evidently HTML: many
/// generators leave the attribute out.
pub(super) fn is_untyped_html(element: &Element) -> bool {
    element.notation == Notation::Characters(TextKind::Plain)
        && element.tag.get("type").is_none()
        && html::is_evident(without_cdata_marks(&element.text))
}

/// A text without the white space around it, in at most one copy.
pub(super) fn trimmed(text: Cow<'_, str>) -> String {
    match text {
        Cow::Borrowed(text) => text.trim().to_owned(),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end().len());
            let leading = text.len() - text.trim_start().len();
            text.drain(..leading);
            text
        }
    }
}

/// The decoded base64, or the text itself where it is not base64.
fn decoded(text: Cow<'_, str>) -> Cow<'_, str> {
    match base64(&text) {
        Some(bytes) => Cow::Owned(crate::parse::encoding::decode_unlabelled(&bytes)),
        None => text,
    }
}

/// RFC 4648 base64, white space ignored, padding optional.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u8);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(((bits >> held) & 0xff) as u8);
        }
    }
    Some(out)
}

/// An element's text; none when it is empty.
pub(in crate::parse) fn value(element: Element) -> Option<String> {
    let value = trimmed(element.into_text());
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_and_without_padding() {
        assert_eq!(
            base64("PGI+ eDwv\nYj4=").as_deref(),
            Some(b"<b>x</b>".as_slice())
        );
        assert_eq!(
            base64("PGI+eDwvYj4").as_deref(),
            Some(b"<b>x</b>".as_slice())
        );
        assert_eq!(base64("<b>"), None);
    }

    #[test]
    fn a_type_is_understood_in_any_case_and_with_parameters() {
        let of = |kind| Notation::of(Some(kind), None, TextKind::Unsure);
        assert_eq!(
            of("TEXT/HTML; charset=utf-8"),
            Notation::Characters(TextKind::Html)
        );
        assert_eq!(of("application/xhtml+xml"), Notation::Xml);
        assert_eq!(of("text/markdown"), Notation::Characters(TextKind::Plain));
        assert_eq!(of("nonsense"), Notation::Characters(TextKind::Unsure));
        assert_eq!(of("image/png"), Notation::Binary);
    }
}
