//! Markdown, as far as it leads elsewhere, calls somebody or imitates: links, code, what begins a line.

use super::Shown;

/// Reads a text, and adds what is not code to `prose`, to look for mentions there. Without escapes a backslash is one, and no
/// line makes a heading of the one above it (Zulip).
pub(super) fn read(source: &str, escapes: bool, prose: &mut String) -> Shown {
    let mut shown = Shown::default();
    let tokens = tokens(source, escapes);
    for line in tokens.split(|token| token.0 == '\n') {
        shown.forged.extend(beginning(line, escapes));
    }
    let mut at = 0;
    while let Some(&(c, is_live)) = tokens.get(at) {
        let rest = &tokens[at..];
        if is_live && c == '`' {
            let ticks = run(rest);
            if let Some(end) = code_end(rest, ticks) {
                shown
                    .text
                    .extend(rest[ticks..end].iter().map(|token| token.0));
                at += end + ticks;
                continue;
            }
            shown.text.extend(rest[..ticks].iter().map(|token| token.0));
            at += ticks;
            continue;
        }
        if is_live
            && c == '['
            && let Some((text_end, end, url)) = link(rest)
        {
            let inner: String = rest[1..text_end].iter().map(|token| token.0).collect();
            shown.text += &inner;
            *prose += &inner;
            shown.links.push(url);
            at += end;
            continue;
        }
        shown.text.push(c);
        prose.push(c);
        at += 1;
    }
    shown
}

/// Characters, and whether each may be markup.
fn tokens(source: &str, escapes: bool) -> Vec<(char, bool)> {
    let mut tokens = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.next_if(|next| escapes && c == '\\' && next.is_ascii_punctuation()) {
            Some(next) => tokens.push((next, false)),
            None => tokens.push((c, true)),
        }
    }
    tokens
}

/// How many backticks are here.
fn run(rest: &[(char, bool)]) -> usize {
    rest.iter()
        .take_while(|token| **token == ('`', true))
        .count()
}

/// Where code ends that begins here. In code a backslash is one.
fn code_end(rest: &[(char, bool)], ticks: usize) -> Option<usize> {
    let mut at = ticks;
    while at < rest.len() {
        let here = rest[at..].iter().take_while(|token| token.0 == '`').count();
        if here == ticks {
            return Some(at);
        }
        at += here.max(1);
    }
    None
}

/// A link that begins here: where its text ends, where it ends, and where it leads.
fn link(rest: &[(char, bool)]) -> Option<(usize, usize, String)> {
    let mut depth = 0_usize;
    let text_end = rest.iter().position(|token| {
        depth = match token {
            ('[', true) => depth + 1,
            (']', true) => depth - 1,
            _ => depth,
        };
        depth == 0
    })?;
    let target = rest.get(text_end + 1..)?.strip_prefix(&[('(', true)])?;
    let length = target.iter().position(|token| *token == (')', true))?;
    let url: String = target[..length].iter().map(|token| token.0).collect();
    (!url.contains(char::is_whitespace)).then_some((text_end, text_end + length + 3, url))
}

/// What a line begins that only a person would write: our messages of a summary have paragraphs alone.
fn beginning(line: &[(char, bool)], escapes: bool) -> Option<String> {
    let mut line = line.iter().skip_while(|token| token.0 == ' ').peekable();
    let is_digit = |token: &&(char, bool)| token.0.is_ascii_digit();
    let mut number = 0;
    while line.next_if(is_digit).is_some() {
        number += 1;
    }
    let first = line.next()?;
    let second = line.next().map_or(' ', |token| token.0);
    let is_list = matches!(first.0, '-' | '+' | '*') && second == ' ';
    let is_number = number > 0 && matches!(first.0, '.' | ')') && second == ' ';
    let is_other = match (first.0, second) {
        ('#', '#' | ' ') | ('>' | '|', _) => true,
        ('=', _) => escapes,
        _ => false,
    };
    let is_forged = first.1 && (is_number || number == 0 && (is_list || is_other));
    is_forged.then(|| format!("a line that begins with {}", first.0))
}

/// The names after each `@` that is not inside of a word.
pub(super) fn mentions(prose: &str, is_name: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in prose.match_indices('@') {
        let before = prose[..at].chars().next_back();
        let after = &prose[at + 1..];
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*');
        let name = after.split(|c| !is_word(c)).next().unwrap_or_default();
        if before.is_none_or(|c| !c.is_alphanumeric()) && is_name(name) {
            found.push(name.to_owned());
        }
    }
    found
}
