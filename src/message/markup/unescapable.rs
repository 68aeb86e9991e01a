//! For markups without escapes (mrkdwn, the Markdown of Zulip): signs become others that look alike.
//! A lone one would pair with one of another field, and take the link between them for code.

use super::inert::SEPARATOR;

/// A text without signs that mark.
pub(super) fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        let next = chars.peek();
        let in_word = before.is_some_and(char::is_alphanumeric)
            && next.is_some_and(|next| next.is_alphanumeric());
        out.push(match c {
            '*' => '∗',
            '`' => 'ˋ',
            '~' => '∼',
            '_' if !in_word => 'ˍ',
            c => c,
        });
        before = Some(c);
    }
    out
}

/// A text none of whose lines begins a list, a quotation, a heading or a command.
pub(super) fn without_beginnings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if line.starts_with(|c: char| c.is_ascii_punctuation() || c.is_ascii_digit()) {
            out.push(SEPARATOR);
        }
        out.push_str(line);
    }
    out
}
