//! Plain text: one link a line or in angle brackets (RFC 3986, appendix C), lists with bullets, quotes
//! with `>`.

use super::{bullet, join, quoted};
use crate::message::block::{Block, Span};
use crate::message::{Message, TextLink, honest};

/// Leaves a text alone.
pub(super) const AS_IT_IS: fn(&str) -> String = str::to_owned;

pub(super) fn write(blocks: &[Block], text: impl Fn(&str) -> String) -> String {
    join(blocks, |block| {
        let spans = block.spans.iter().map(|span| span_text(span, &text));
        decorated(block, &spans.collect::<String>())
    })
}

/// All blocks in one line.
pub(super) fn line(blocks: &[Block]) -> String {
    let spans = |block: &Block| -> String {
        let spans = block.spans.iter();
        spans.map(|span| span_text(span, &AS_IT_IS)).collect()
    };
    let blocks: Vec<String> = blocks.iter().map(spans).collect();
    blocks.join(" – ").replace('\n', " ")
}

fn span_text(span: &Span, text: &impl Fn(&str) -> String) -> String {
    match &span.link {
        Some(url) if span.is_address() => url.clone(),
        Some(url) => format!("{} <{url}>", text(&span.text)),
        None => text(&span.text),
    }
}

/// Stand around a link while the text is made. Clean text has no control characters.
const LINK: (char, char) = ('\u{1}', '\u{2}');

/// Text with its links beside it.
pub(super) fn with_links(blocks: &[Block]) -> Message {
    let mut urls = Vec::new();
    for span in blocks.iter().flat_map(|block| &block.spans) {
        urls.extend(span.link.as_ref());
    }
    let marked = join(blocks, |block| {
        let spans = block.spans.iter().map(|span| match &span.link {
            Some(url) => {
                let host = honest::other_host(&span.text, url);
                let host = host.map_or_else(String::new, |host| format!(" ({host})"));
                format!("{}{}{host}{}", LINK.0, span.text, LINK.1)
            }
            None => span.text.clone(),
        });
        decorated(block, &spans.collect::<String>())
    });
    let mut message = Message::default();
    let mut start = 0;
    let mut urls = urls.into_iter();
    for c in marked.chars() {
        if c == LINK.0 {
            start = message.text.len();
        } else if c == LINK.1 {
            message.links.extend(urls.next().map(|url| TextLink {
                start,
                end: message.text.len(),
                url: url.clone(),
            }));
        } else {
            message.text.push(c);
        }
    }
    message
}

fn decorated(block: &Block, text: &str) -> String {
    let text = bullet(block) + text;
    if block.is_quote {
        quoted(&text, "> ")
    } else {
        text
    }
}
