//! Where signs such as `**` may stand around a text: not inside a word, and next to the text they mark.

use crate::message::block::Span;

/// A span whose marks may be written, or one whose style has no effect.
pub(super) struct Marked<'a> {
    /// White space before the marks.
    pub before: &'a str,
    pub text: &'a str,
    /// White space after them.
    pub after: &'a str,
    pub can_mark: bool,
}

/// The spans of a block, each with the place of its marks.
pub(super) fn marked(spans: &[Span]) -> impl Iterator<Item = (&Span, Marked<'_>)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    spans.iter().enumerate().map(move |(at, span)| {
        let text = span.text.trim();
        let start = span.text.len() - span.text.trim_start().len();
        let (before, rest) = span.text.split_at(start);
        let (text, after) = rest.split_at(text.len());
        let previous = at
            .checked_sub(1)
            .and_then(|at| spans[at].text.chars().next_back());
        let next = spans.get(at + 1).and_then(|next| next.text.chars().next());
        let is_free = |space: &str, outer: Option<char>| {
            !space.is_empty() || outer.is_none_or(|c| !is_word(c))
        };
        let can_mark = !text.is_empty() && is_free(before, previous) && is_free(after, next);
        let marked = Marked {
            before,
            text,
            after,
            can_mark,
        };
        (span, marked)
    })
}
