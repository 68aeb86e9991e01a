//! Blocks -> the text of one markup, one file a kind. Each writes what is in the blocks so that its
//! platform shows just that: text is escaped, or where there are no escapes, its signs are replaced by
//! ones that look alike.

mod html;
mod inert;
mod markdown;
mod marks;
mod plain;
mod slack;
mod telegram;
mod unescapable;

use super::block::{Block, BlockKind};
use super::{Kind, Message};

/// Writes blocks in a markup.
pub(super) fn write(kind: Kind, blocks: &[Block]) -> Message {
    let text = |text: String| Message {
        text,
        ..Message::default()
    };
    match kind {
        Kind::Plain => text(plain::write(blocks, plain::AS_IT_IS)),
        Kind::Line => text(inert::no_command(plain::line(blocks))),
        Kind::Mastodon => text(inert::no_command(plain::write(blocks, inert::social))),
        Kind::Bluesky => plain::with_links(blocks),
        Kind::Markdown | Kind::Discord | Kind::Mattermost | Kind::Zulip => {
            text(markdown::write(kind, blocks))
        }
        Kind::Html => text(html::write(blocks, plain::AS_IT_IS)),
        Kind::Mail => Message {
            plain: Some(plain::write(blocks, plain::AS_IT_IS)),
            ..text(html::write(blocks, plain::AS_IT_IS))
        },
        Kind::Matrix => Message {
            plain: Some(plain::write(blocks, inert::mentions)),
            ..text(html::write(blocks, inert::mentions))
        },
        Kind::Slack => text(slack::write(blocks)),
        Kind::Telegram => text(telegram::write(blocks)),
    }
}

/// Clean text as it may stand anywhere in a markup: in a template, between marks, at the start of a line.
pub(super) fn escape(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Plain | Kind::Bluesky => text.to_owned(),
        Kind::Line => text.replace('\n', " "),
        Kind::Mastodon => inert::social(text),
        Kind::Markdown | Kind::Discord | Kind::Mattermost | Kind::Zulip => {
            markdown::escape(kind, text)
        }
        Kind::Html | Kind::Mail => html::escape(text),
        Kind::Matrix => html::escape(&inert::mentions(text)),
        Kind::Slack => slack::escape(text),
        Kind::Telegram => telegram::escape(text),
    }
}

/// A text that is no command, where programs between us and a chat would take it for one.
pub(super) fn no_command(kind: Kind, text: String) -> String {
    match kind {
        Kind::Line | Kind::Mastodon => inert::no_command(text),
        _ => text,
    }
}

/// An address as it may stand in a markup by itself, and where its links have theirs.
pub(super) fn address(kind: Kind, url: &str) -> String {
    match kind {
        Kind::Plain | Kind::Line | Kind::Mastodon | Kind::Bluesky => url.to_owned(),
        Kind::Markdown | Kind::Discord | Kind::Mattermost | Kind::Zulip => markdown::address(url),
        Kind::Html | Kind::Mail | Kind::Matrix => html::escape(url),
        Kind::Slack => slack::references(url),
        Kind::Telegram => telegram::references(url),
    }
}

/// Joins blocks as they were written: lines of one list or table below each other, others with a blank
/// line between them.
fn join(blocks: &[Block], write: impl Fn(&Block) -> String) -> String {
    let mut text = String::new();
    let mut before: Option<&Block> = None;
    for block in blocks {
        if let Some(before) = before {
            let is_list = before.is_item() && block.is_item() && before.is_quote == block.is_quote;
            text.push_str(if block.is_tight || is_list {
                "\n"
            } else {
                "\n\n"
            });
        }
        text.push_str(&write(block));
        before = Some(block);
    }
    text
}

/// What comes before a block in markups that have no lists: a bullet or a number.
fn bullet(block: &Block) -> String {
    match block.kind {
        BlockKind::Item(None) => "• ".to_owned(),
        BlockKind::Item(Some(number)) => format!("{number}. "),
        BlockKind::Paragraph | BlockKind::Code => String::new(),
    }
}

/// Puts a sign before each line.
fn quoted(text: &str, sign: &str) -> String {
    let lines = text.split('\n').map(|line| format!("{sign}{line}"));
    lines.collect::<Vec<_>>().join("\n")
}
