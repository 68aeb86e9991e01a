//! Text -> text that may stand in markup.

use std::borrow::Cow;

/// Text for an element or a double-quoted attribute.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    // Most texts have no such sign. A loop without an early exit is compiled to steps of many bytes.
    let is_special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"');
    if !text.bytes().fold(false, |found, b| found | is_special(b)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut taken = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        escaped.push_str(&text[taken..at]);
        escaped.push_str(reference);
        taken = at + 1;
    }
    escaped.push_str(&text[taken..]);
    Cow::Owned(escaped)
}
