//! Slack's mrkdwn: three references, links as `<address|text>`, marks without escapes.

use super::marks::marked;
use super::{bullet, inert, join, quoted, unescapable};
use crate::message::block::{Block, BlockKind, Span};
use crate::message::honest;

pub(super) fn write(blocks: &[Block]) -> String {
    join(blocks, |block| {
        let written = match block.kind {
            BlockKind::Code => {
                let code: String = block.spans.iter().map(|span| span.text.as_str()).collect();
                let apart = format!("``{}`", inert::SEPARATOR);
                let code = inert::broadcasts(&code.replace("```", &apart));
                format!("```\n{}\n```", references(&code))
            }
            BlockKind::Paragraph | BlockKind::Item(_) => bullet(block) + &spans(block),
        };
        if block.is_quote {
            // What is quoted in mrkdwn begins with the sign itself, not with its reference.
            quoted(&written, "> ")
        } else {
            written
        }
    })
}

/// Text without marks, links and mentions.
pub(super) fn escape(text: &str) -> String {
    let text = inert::broadcasts(&unescapable::unmarked(text));
    // A reference at the start of a line is read as the sign that quotes.
    let lines = text.split('\n').map(|line| {
        let is_quote = line.starts_with('>');
        let separator = if is_quote {
            inert::SEPARATOR.to_string()
        } else {
            String::new()
        };
        separator + &references(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn references(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}

fn spans(block: &Block) -> String {
    let mut written = String::new();
    for (span, place) in marked(&block.spans) {
        written.push_str(place.before);
        let style = span.style;
        let is_code = style.code && span.link.is_none() && !place.text.contains(['`', '\n']);
        if is_code && place.can_mark {
            let code = references(&inert::broadcasts(place.text));
            written.extend(["`", &code, "`", place.after]);
            continue;
        }
        let marks = [(style.struck, "~"), (style.bold, "*"), (style.italic, "_")];
        let marks = marks
            .into_iter()
            .filter(|(is_on, _)| *is_on && place.can_mark);
        let marks: Vec<&str> = marks.map(|(_, mark)| mark).collect();
        written.push_str(&marks.concat());
        let (link, host) = linked(span, place.text);
        written.push_str(&link);
        written.extend(marks.iter().rev().copied());
        written.push_str(&host);
        written.push_str(place.after);
    }
    written
}

/// A link, and the host to be shown behind it.
fn linked(span: &Span, text: &str) -> (String, String) {
    let Some(url) = &span.link else {
        return (escape(text), String::new());
    };
    let address = references(url);
    if span.is_address() {
        return (format!("<{address}>"), String::new());
    }
    // A bar begins the text.
    let shown = escape(&text.replace('\n', " ").replace('|', "∣"));
    let host = honest::other_host(text, url);
    let host = host.map_or_else(String::new, |host| format!(" ({host})"));
    (format!("<{address}|{shown}>"), host)
}
