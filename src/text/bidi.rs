//! Text -> text whose direction ends with it. A title that turns the direction of writing and does not
//! turn it back reorders what stands after it, on a page, in a feed reader or on a terminal.

use std::borrow::Cow;

/// Ends an embedding or an override (Unicode Standard Annex 9, 2.2-2.3).
const POP: char = '\u{202C}';

/// Ends an isolate (2.5).
const POP_ISOLATE: char = '\u{2069}';

/// Levels of embedding that have an effect (3.3.2, `max_depth`).
const MAX_DEPTH: usize = 125;

/// Ends in each paragraph what it begins: adds ends that are missing and drops those of nothing.
/// Borrowed where the text has no such controls, which is nearly always so.
pub fn balanced(text: &str) -> Cow<'_, str> {
    if !has_controls(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    // The ends that are due, innermost last.
    let mut due: Vec<char> = Vec::new();
    for c in text.chars() {
        match c {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}' => {
                if due.len() == MAX_DEPTH {
                    continue;
                }
                due.push(if c < '\u{2066}' { POP } else { POP_ISOLATE });
            }
            POP => match due.pop_if(|end| *end == POP) {
                Some(_) => {}
                None => continue,
            },
            // Ends the embeddings in its isolate too.
            POP_ISOLATE => match due.iter().rposition(|&end| end == POP_ISOLATE) {
                Some(isolate) => {
                    out.extend(due.drain(isolate + 1..).rev());
                    due.pop();
                }
                None => continue,
            },
            '\n' | '\r' | '\u{2029}' => out.extend(due.drain(..).rev()),
            _ => {}
        }
        out.push(c);
    }
    out.extend(due.into_iter().rev());
    Cow::Owned(out)
}

/// Whether a text has controls of U+202A-202E or U+2066-2069: `E2 80 AA..AE`, `E2 81 A6..A9`.
fn has_controls(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xE2, bytes).any(|at| {
        matches!(
            bytes.get(at + 1..at + 3),
            Some([0x80, 0xAA..=0xAE] | [0x81, 0xA6..=0xA9])
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_controls_and_a_balanced_one_stay() {
        assert!(matches!(
            balanced("“a” – ⁂ שלום \u{200f}"),
            Cow::Borrowed(_)
        ));
        for text in ["\u{202b}a\u{202c}", "\u{2067}a \u{202e}b\u{202c}\u{2069} c"] {
            assert_eq!(balanced(text), text);
        }
    }

    #[test]
    fn what_begins_ends_with_its_paragraph() {
        assert_eq!(balanced("a \u{202e}b"), "a \u{202e}b\u{202c}");
        assert_eq!(
            balanced("\u{2066}\u{202b}a\nb"),
            "\u{2066}\u{202b}a\u{202c}\u{2069}\nb"
        );
        assert_eq!(
            balanced("\u{2067}\u{202d}a\u{2069}b"),
            "\u{2067}\u{202d}a\u{202c}\u{2069}b"
        );
    }

    #[test]
    fn what_ends_without_a_beginning_is_dropped() {
        assert_eq!(balanced("a\u{202c}b\u{2069}c"), "abc");
        // An embedding outside of an isolate does not end inside it.
        assert_eq!(
            balanced("\u{202a}\u{2066}\u{202c}\u{2069}\u{202c}"),
            "\u{202a}\u{2066}\u{2069}\u{202c}"
        );
    }

    #[test]
    fn no_text_becomes_much_longer() {
        let deep = "\u{202e}".repeat(10_000);
        assert_eq!(balanced(&deep).chars().count(), 2 * MAX_DEPTH);
    }
}
