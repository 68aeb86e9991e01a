//! Markdown: `CommonMark`, and what Discord, Mattermost, Rocket.Chat and Zulip make of it.

use super::marks::marked;
use super::{inert, join, quoted, unescapable};
use crate::message::block::{Block, BlockKind, Span};
use crate::message::{Kind, honest};
use std::borrow::Cow;

/// Begins and ends preformatted text.
const FENCE: &str = "```";

pub(super) fn write(kind: Kind, blocks: &[Block]) -> String {
    join(blocks, |block| {
        let written = match block.kind {
            BlockKind::Code => fenced(block),
            BlockKind::Item(None) => format!("- {}", indented(&spans(kind, block), "  ")),
            BlockKind::Item(Some(number)) => {
                format!("{number}. {}", indented(&spans(kind, block), "   "))
            }
            BlockKind::Paragraph => spans(kind, block),
        };
        if block.is_quote {
            quoted(&written, "> ")
        } else {
            written
        }
    })
}

/// Text of which nothing is markup.
pub(super) fn escape(kind: Kind, text: &str) -> String {
    let escaped = match kind {
        Kind::Zulip => return zulip(text),
        Kind::Discord | Kind::Mattermost => inert::mentions(&with_backslashes(text, kind)),
        _ => with_backslashes(text, kind),
    };
    if kind == Kind::Markdown {
        // A line ends there only before a backslash.
        escaped.replace('\n', "\\\n")
    } else {
        escaped
    }
}

/// An address without what would end it in a link.
pub(super) fn address(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29")
}

/// Puts a backslash before each character that could be markup: always, or at the start of a line.
fn with_backslashes(text: &str, kind: Kind) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut digits = true;
    let mut is_start = true;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let is_live = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' => true,
            // Formulas.
            '$' => kind == Kind::Mattermost,
            '&' => is_reference(rest),
            '-' | '+' | '=' | ':' => is_start,
            '.' | ')' => digits && !is_start,
            _ => false,
        };
        if is_live {
            escaped.push('\\');
        }
        escaped.push(c);
        if c == ']' && rest.starts_with('(') {
            // Rocket.Chat reads a link although its brackets are escaped.
            escaped.push(inert::SEPARATOR);
        }
        let is_line = c == '\n';
        digits = is_line || (digits && (c.is_ascii_digit() || is_start && c == ' '));
        is_start = is_line || (is_start && c == ' ');
    }
    escaped
}

/// Whether an `&` with this behind it is a character reference.
fn is_reference(rest: &str) -> bool {
    /// Bytes of the longest name.
    const LONGEST: usize = 32;
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'#';
    let rest = rest.as_bytes();
    let name = rest.iter().take(LONGEST).take_while(|b| is_name(b)).count();
    name > 0 && rest.get(name) == Some(&b';')
}

/// Zulip reads no backslashes (zulip/zulip#18202).
fn zulip(text: &str) -> String {
    let text = unescapable::unmarked(text);
    let text = inert::separated(&text, |c| matches!(c, '@' | '#' | ']' | '$' | '<' | '!'));
    unescapable::without_beginnings(&text)
}

fn spans(kind: Kind, block: &Block) -> String {
    let mut written = String::new();
    for (span, place) in marked(&block.spans) {
        written.push_str(&white(kind, place.before));
        let style = span.style;
        if style.code && span.link.is_none() && is_simple_code(place.text) {
            let code = inert::broadcasts(place.text);
            written.extend(["`", &code, "`", &white(kind, place.after)]);
            continue;
        }
        let italic = if kind == Kind::Zulip { "*" } else { "_" };
        let marks = [
            (style.struck, "~~"),
            (style.bold, "**"),
            (style.italic, italic),
        ];
        let marks = marks
            .into_iter()
            .filter(|(is_on, _)| *is_on && place.can_mark);
        let marks: Vec<&str> = marks.map(|(_, mark)| mark).collect();
        written.push_str(&marks.concat());
        written.push_str(&linked(kind, span, place.text));
        written.extend(marks.iter().rev().copied());
        written.push_str(&white(kind, place.after));
    }
    written
}

/// White space between spans, with the ends of lines in it.
fn white(kind: Kind, space: &str) -> String {
    match (kind, space.contains('\n')) {
        (_, false) => space.to_owned(),
        // Elsewhere a line goes on in the next one.
        (Kind::Markdown, true) => space.trim_matches(' ').replace('\n', "\\\n"),
        (_, true) => space.trim_matches(' ').to_owned(),
    }
}

fn linked(kind: Kind, span: &Span, text: &str) -> Cow<'static, str> {
    let Some(url) = &span.link else {
        return escape(kind, text).into();
    };
    let url = address(url);
    if span.is_address() {
        return match kind {
            Kind::Markdown => format!("<{url}>").into(),
            _ => url.into(),
        };
    }
    let shown = escape(kind, &text.replace('\n', " "));
    let link = format!("[{shown}]({url})");
    match honest::other_host(text, &url) {
        Some(host) => format!("{link} ({host})").into(),
        None => link.into(),
    }
}

/// Whether a text can stand between single backticks.
fn is_simple_code(text: &str) -> bool {
    !text.is_empty() && !text.contains(['`', '\n'])
}

/// Preformatted text.
fn fenced(block: &Block) -> String {
    let code: String = block.spans.iter().map(|span| span.text.as_str()).collect();
    // Discord has no longer fences.
    let apart = format!("``{}`", inert::SEPARATOR);
    let code = inert::broadcasts(&code.replace(FENCE, &apart));
    format!("{FENCE}\n{code}\n{FENCE}")
}

/// A text whose further lines belong to the item that the first one begins.
fn indented(text: &str, by: &str) -> String {
    text.replace('\n', &format!("\n{by}"))
}
