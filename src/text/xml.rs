//! Text that may stand in an XML 1.0 document.

use std::borrow::Cow;

/// Drops every character outside XML 1.0's `Char` production.
pub fn clean(text: &str) -> Cow<'_, str> {
    let ok = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    if text.chars().all(ok) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|&c| ok(c)).collect())
    }
}
