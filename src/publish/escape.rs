//! Text -> text that may stand in markup.

/// Text for an element or a double-quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
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
    escaped
}
