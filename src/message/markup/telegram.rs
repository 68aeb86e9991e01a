//! HTML as Telegram reads it (Bot API, "HTML style"): no paragraphs, no lists; four named references.

use super::{bullet, inert, join};
use crate::message::block::{Block, BlockKind, Span};
use crate::message::honest;
use std::fmt::Write as _;

pub(super) fn write(blocks: &[Block]) -> String {
    join(blocks, |block| {
        let written = match block.kind {
            BlockKind::Code => {
                let code: String = block.spans.iter().map(|span| span.text.as_str()).collect();
                format!("<pre>{}</pre>", references(&inert::broadcasts(&code)))
            }
            BlockKind::Paragraph | BlockKind::Item(_) => {
                let spans = block.spans.iter().map(span_html);
                bullet(block) + &spans.collect::<String>()
            }
        };
        if block.is_quote {
            format!("<blockquote>{written}</blockquote>")
        } else {
            written
        }
    })
}

/// Text without tags, mentions and commands.
pub(super) fn escape(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        inert.push(c);
        let is_command = c == '/'
            && before.is_none_or(|before| {
                !before.is_alphanumeric() && !matches!(before, '/' | ':' | '<')
            })
            && chars.peek().is_some_and(char::is_ascii_alphabetic);
        if c == '@' || is_command {
            inert.push(inert::SEPARATOR);
        }
        before = Some(c);
    }
    references(&inert)
}

pub(super) fn references(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

fn span_html(span: &Span) -> String {
    let style = span.style;
    // Code takes no other style.
    let names = [
        (style.struck && !style.code, "s"),
        (style.bold && !style.code, "b"),
        (style.italic && !style.code, "i"),
        (style.code, "code"),
    ];
    let names = names.into_iter().filter(|(is_on, _)| *is_on);
    let names: Vec<&str> = names.map(|(_, name)| name).collect();
    let mut html = String::new();
    for name in &names {
        let _ = write!(html, "<{name}>"); // writing to a String does not fail
    }
    let mut host = None;
    match &span.link {
        Some(url) if span.is_address() => html.push_str(&references(url)),
        Some(url) => {
            let _ = write!(
                html,
                "<a href=\"{}\">{}</a>",
                references(url),
                escape(&span.text)
            );
            host = honest::other_host(&span.text, url);
        }
        None if style.code => html.push_str(&references(&inert::broadcasts(&span.text))),
        None => html.push_str(&escape(&span.text)),
    }
    for name in names.iter().rev() {
        let _ = write!(html, "</{name}>");
    }
    if let Some(host) = host {
        let _ = write!(html, " ({host})");
    }
    html
}
