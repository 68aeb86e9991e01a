//! A text as a terminal shows it: without control characters, one line on stderr, its columns.

use super::border;
use crate::text::bidi;
use unicode_normalization::char::is_combining_mark;

/// Prints a line to stderr, without control characters of others (see [`plain`]). If stderr is closed, nothing fails.
pub(super) fn print_stderr(line: &str) {
    border::stderr(&format!("{line}\n"));
}

/// Replaces control characters and ends what turns the direction of writing: text of a source must
/// not steer the terminal.
pub(super) fn plain(text: &str) -> String {
    let plain = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{FFFD}'
        } else {
            c
        }
    };
    bidi::balanced(text).chars().map(plain).collect()
}

/// The columns that a text takes on a terminal.
pub(super) fn width_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The columns of a character: none for marks, two for those of East Asia and for pictures (the ranges of
/// UAX #11 that terminals draw wide).
fn columns(c: char) -> usize {
    match c {
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' => 0,
        c if is_combining_mark(c) => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1F64F}'
        | '\u{1F680}'..='\u{1F6FF}'
        | '\u{1F900}'..='\u{1F9FF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}
