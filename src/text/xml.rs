//! Text -> text that is valid in an XML 1.0 document (section 2.2, the `Char` production).

use std::borrow::Cow;

/// Drops every character outside XML 1.0's `Char` production.
///
/// Nearly every text is clean, so the bytes are checked first: only C0 controls and the
/// noncharacters U+FFFE and U+FFFF (UTF-8 `EF BF BE`, `EF BF BF`) are unclean.
pub fn clean(text: &str) -> Cow<'_, str> {
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "without an early exit, a block is checked by a few vector instructions"
    )]
    let is_suspicious = |block: &[u8]| {
        block.iter().fold(false, |found, &b| {
            found | (b < b' ') & (b != b'\t') & (b != b'\n') & (b != b'\r') | (b == 0xEF)
        })
    };
    if text.as_bytes().chunks(64).any(is_suspicious) && !text.chars().all(is_char) {
        Cow::Owned(text.chars().filter(|&c| is_char(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether XML 1.0 allows the character.
pub const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_is_borrowed() {
        assert!(matches!(
            clean("a\tb\r\n\u{feff}ｃ é 😀 \u{85}"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn controls_and_noncharacters_are_dropped() {
        assert_eq!(
            clean("a\0\u{1}\u{8}\u{b}\u{1f}b\u{fffe}\u{ffff}\u{fffd}"),
            "ab\u{fffd}"
        );
    }
}
