//! Text of a source -> text of visible characters, which stays where it is put.
//!
//! Gone are controls, what turns the direction of writing, and what is not seen: these reorder what
//! stands beside them, hide a part of an address or of a mention, or end a line that must not end.
//! Joiners stay where emoji, Persian and Indic scripts need them.

use unicode_segmentation::UnicodeSegmentation;

/// Characters of one grapheme. The longest in use, families with skin colours, have 11; there is no other
/// bound, and what is one grapheme cannot be cut.
const LONGEST_GRAPHEME: usize = 16;

/// A text with its lines, without blank ones at its ends; one blank line between paragraphs.
pub(super) fn text(given: &str) -> String {
    let clean = characters(given);
    let mut lines = String::with_capacity(clean.len());
    for line in clean.trim().lines() {
        let is_blank = line.trim().is_empty();
        if is_blank && lines.ends_with("\n\n") {
            continue;
        }
        push_folded(&mut lines, line);
        lines.push('\n');
    }
    lines.truncate(lines.trim_end().len());
    lines
}

/// A text in one line.
pub(super) fn line(given: &str) -> String {
    let clean = characters(given);
    let mut line = String::with_capacity(clean.len());
    push_folded(&mut line, &clean);
    line
}

fn push_folded(to: &mut String, text: &str) {
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            to.push(' ');
        }
        to.push_str(word);
    }
}

/// A text without what is not seen. White space is a space or a newline, and as it was otherwise.
pub(super) fn characters(given: &str) -> String {
    let given = given.replace("\r\n", "\n");
    let mut clean = String::with_capacity(given.len());
    let mut chars = given.chars().peekable();
    while let Some(c) = chars.next() {
        let before = clean.chars().next_back();
        let is_kept = match c {
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                clean.push('\n');
                continue;
            }
            _ if c.is_whitespace() => {
                clean.push(' ');
                continue;
            }
            _ if c.is_control() => false,
            // They join what is no ASCII: letters of some scripts, parts of an emoji.
            '\u{200c}' | '\u{200d}' => {
                before.is_some_and(is_joined) && chars.peek().copied().is_some_and(is_joined)
            }
            // They choose a form of the character before.
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                before.is_some_and(|before| !before.is_whitespace() && !is_selector(before))
            }
            _ => !is_unseen(c),
        };
        if is_kept {
            clean.push(c);
        }
    }
    if clean.is_ascii() {
        return clean;
    }
    let bounded = clean.graphemes(true).flat_map(|grapheme| {
        let is_short = grapheme.len() <= LONGEST_GRAPHEME;
        grapheme.chars().take(if is_short {
            usize::MAX
        } else {
            LONGEST_GRAPHEME
        })
    });
    bounded.collect()
}

fn is_joined(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !is_unseen(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters without a shape: `Default_Ignorable_Code_Point` of Unicode but for joiners and selectors,
/// and what may not be in a text at all.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_gone() {
        for (given, expected) in [
            ("a\0b\u{7}c\u{9b}d", "abcd"),
            ("\u{202e}evil\u{202c} \u{2067}x\u{2069}", "evil x"),
            ("ev\u{200b}il\u{200d}e\u{2060}\u{feff}\u{ad}", "evile"),
            ("a\u{e0041}\u{e0042}b\u{3164}", "ab"),
            ("\u{fe0f}\u{fe0f}a\u{fe0f}\u{fe0f}", "a\u{fe0f}"),
        ] {
            assert_eq!(line(given), expected, "{given:?}");
        }
    }

    #[test]
    fn what_scripts_and_emoji_need_stays() {
        for text in ["👨‍👩‍👧‍👦 ❤️", "می‌خواهم", "e\u{301}", "葛\u{e0100}", "क्‍ष"]
        {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line(" a\r\nb\u{2028}c\u{85}\td\u{b}e "), "a b c d e");
        assert_eq!(text("\n a \u{a0} b\r\nc\n\n \n\nd\n"), "a b\nc\n\nd");
    }

    #[test]
    fn no_grapheme_is_long() {
        for long in [
            format!("e{}", "\u{301}".repeat(500)),
            "👩\u{200d}".repeat(500) + "👩",
            "\u{1100}".repeat(500),
        ] {
            assert_eq!(line(&long).chars().count(), LONGEST_GRAPHEME);
        }
    }
}
