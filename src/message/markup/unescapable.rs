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

/// A text none of whose lines begins a list, a quotation, a table or a command.
pub(super) fn without_beginnings(text: &str) -> String {
    let begins = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(['-', '+', '>', '|', '/'])
            || (rest.len() < line.len() && rest.starts_with(['.', ')']))
    };
    let lines = text.split('\n').map(|line| {
        let separator = begins(line).then_some(SEPARATOR);
        separator
            .into_iter()
            .chain(line.chars())
            .collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}
