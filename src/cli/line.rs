//! A text as a terminal shows it: without control characters, one line on stderr, its columns.

use super::border;
use crate::text::bidi;
use unicode_width::UnicodeWidthStr;

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
    text.width()
}
