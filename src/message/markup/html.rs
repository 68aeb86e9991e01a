//! HTML of a few elements, which are all in `org.matrix.custom.html` (Matrix specification, 11.2.1.7).

use crate::message::block::{Block, BlockKind, Span};
use crate::message::honest;
use std::fmt::Write as _;

/// Writes blocks; `text` is done to each text before it is escaped.
pub(super) fn write(blocks: &[Block], text: impl Fn(&str) -> String) -> String {
    let mut html = String::new();
    let mut rest = blocks;
    while let Some((first, after)) = rest.split_first() {
        let quote = first.is_quote;
        if quote {
            html.push_str("<blockquote>");
        }
        let together = match first.kind {
            BlockKind::Item(number) => {
                let is_same = |block: &&Block| {
                    matches!(block.kind, BlockKind::Item(n) if n.is_some() == number.is_some())
                        && block.is_quote == quote
                };
                let items = 1 + after.iter().take_while(is_same).count();
                push_list(&mut html, &rest[..items], number, &text);
                items
            }
            BlockKind::Code => {
                let code: String = first.spans.iter().map(|span| span.text.as_str()).collect();
                let _ = write!(
                    html,
                    "<pre><code>{}</code></pre>",
                    escape_lines(&text(&code))
                );
                1
            }
            BlockKind::Paragraph => {
                let is_line = |block: &&Block| {
                    block.is_tight && block.kind == BlockKind::Paragraph && block.is_quote == quote
                };
                let lines = 1 + after.iter().take_while(is_line).count();
                let written = rest[..lines].iter().map(|block| spans(block, &text));
                let written: Vec<String> = written.collect();
                let _ = write!(html, "<p>{}</p>", written.join("<br>"));
                lines
            }
        };
        if quote {
            html.push_str("</blockquote>");
        }
        rest = &rest[together..];
    }
    html
}

/// Text for an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    escape_lines(text).replace('\n', "<br>")
}

fn escape_lines(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn push_list(
    html: &mut String,
    items: &[Block],
    number: Option<usize>,
    text: &impl Fn(&str) -> String,
) {
    let name = match number {
        Some(1) => {
            html.push_str("<ol>");
            "ol"
        }
        Some(start) => {
            let _ = write!(html, "<ol start=\"{start}\">");
            "ol"
        }
        None => {
            html.push_str("<ul>");
            "ul"
        }
    };
    for item in items {
        let _ = write!(html, "<li>{}</li>", spans(item, text));
    }
    let _ = write!(html, "</{name}>");
}

fn spans(block: &Block, text: &impl Fn(&str) -> String) -> String {
    let mut html = String::new();
    for span in &block.spans {
        let style = span.style;
        let names = [
            (style.struck, "del"),
            (style.bold, "strong"),
            (style.italic, "em"),
            (style.code, "code"),
        ];
        let names = names.into_iter().filter(|(is_on, _)| *is_on);
        let names: Vec<&str> = names.map(|(_, name)| name).collect();
        for name in &names {
            let _ = write!(html, "<{name}>");
        }
        html.push_str(&linked(span, text));
        for name in names.iter().rev() {
            let _ = write!(html, "</{name}>");
        }
    }
    html
}

fn linked(span: &Span, text: &impl Fn(&str) -> String) -> String {
    let Some(url) = &span.link else {
        return escape(&text(&span.text));
    };
    let address = escape_lines(url);
    if span.is_address() {
        return format!("<a href=\"{address}\">{address}</a>");
    }
    let link = format!("<a href=\"{address}\">{}</a>", escape(&text(&span.text)));
    match honest::other_host(&span.text, url) {
        Some(host) => format!("{link} ({host})"),
        None => link,
    }
}
