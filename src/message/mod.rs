//! A story -> the text of a chat message, within the limits of its platform. Pure: no IO, no clock.
//!
//! ```text
//! ShownStory -draft-> blocks -cut-> blocks that fit -markup-> text of one kind
//! ```
//!
//! `draft` chooses the parts and cleans them, `document` turns safe HTML into blocks, `cut` ends them
//! between words, `markup` writes and escapes them, one file a kind. What is too long is cut before it
//! has markup, and measured after: so no tag, link, entity or character is ever cut.
//!
//! Nothing that a source writes can break a message, forge another, ping, or lead elsewhere than it says:
//! see `clean` (characters), `honest` (links) and `markup` (escaping).

mod block;
mod clean;
mod cut;
mod document;
mod draft;
mod honest;
mod limit;
mod markup;
mod template;

pub use limit::{Limit, Unit};
pub use template::{Occasion, Template, TemplateFault};

use crate::model::ShownStory;
use draft::Draft;

/// A markup, named after the platform where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Plain text, in which nothing is live: files, terminals, ntfy, Signal, text parts of e-mail.
    Plain,
    /// Plain text in one line: IRC.
    Line,
    /// Plain text in which `@` and `#` are live: Mastodon, Google Chat, XMPP.
    Mastodon,
    /// Plain text with links beside it ([`Message::links`]): Bluesky.
    Bluesky,
    /// `CommonMark`: files, Gotify, Teams.
    Markdown,
    /// The Markdown of Discord.
    Discord,
    /// The Markdown of Mattermost and Rocket.Chat.
    Mattermost,
    /// The Markdown of Zulip, which has no escapes.
    Zulip,
    /// HTML: files.
    Html,
    /// HTML, with [`Message::plain`] as the other part of a mail.
    Mail,
    /// `org.matrix.custom.html`, with [`Message::plain`] as the body.
    Matrix,
    /// Slack's mrkdwn.
    Slack,
    /// HTML as Telegram reads it (`parse_mode`).
    Telegram,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Plain,
        Self::Line,
        Self::Mastodon,
        Self::Bluesky,
        Self::Markdown,
        Self::Discord,
        Self::Mattermost,
        Self::Zulip,
        Self::Html,
        Self::Mail,
        Self::Matrix,
        Self::Slack,
        Self::Telegram,
    ];

    /// Its name in small letters, for options and filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Line => "line",
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::Markdown => "markdown",
            Self::Discord => "discord",
            Self::Mattermost => "mattermost",
            Self::Zulip => "zulip",
            Self::Html => "html",
            Self::Mail => "mail",
            Self::Matrix => "matrix",
            Self::Slack => "slack",
            Self::Telegram => "telegram",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The limit of the platform that it is named after.
    pub fn limit(self) -> Limit {
        match self {
            Self::Plain | Self::Markdown | Self::Html => Limit::NONE,
            Self::Line => Limit::IRC,
            Self::Mastodon => Limit::MASTODON,
            Self::Mail => Limit::MAIL,
            Self::Bluesky => Limit::BLUESKY,
            Self::Discord => Limit::DISCORD,
            Self::Mattermost => Limit::MATTERMOST,
            Self::Zulip => Limit::ZULIP,
            Self::Matrix => Limit::MATRIX,
            Self::Slack => Limit::SLACK,
            Self::Telegram => Limit::TELEGRAM,
        }
    }
}

/// How much of a story's text a message has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// A line of a list: date, title, sources and address in one line.
    Line,
    /// Title, sources and address.
    Headline,
    /// The same and the summary, as short as a preview.
    #[default]
    Summary,
    /// The same and the full text, in several messages if need be.
    Full,
}

/// Which parts of a story a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How much of the text.
    pub extent: Extent,
    /// The zone of the date, where there is one: `2024-06-14 09:30`.
    pub date: Option<crate::date::Tz>,
    /// The source, and the others that have the story.
    pub sources: bool,
    /// The tags, as a last line.
    pub tags: bool,
    /// The address of the picture, as a link.
    pub picture: bool,
    /// How many messages a full text may take; what is left is cut.
    pub messages: usize,
}

impl Default for Layout {
    /// Headline, sources and summary in one message.
    fn default() -> Self {
        Self {
            extent: Extent::Summary,
            date: None,
            sources: true,
            tags: false,
            picture: false,
            messages: 1,
        }
    }
}

/// The words that a message has of its own, in the language of its readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Between the source and the others: `also in`.
    pub also_in: String,
    /// The text of a link to a picture without caption: `picture`.
    pub picture: String,
}

impl Default for Words {
    /// English.
    fn default() -> Self {
        Self {
            also_in: "also in".to_owned(),
            picture: "picture".to_owned(),
        }
    }
}

/// How stories become messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The markup.
    pub kind: Kind,
    /// How long each message may be.
    pub limit: Limit,
    /// The parts.
    pub layout: Layout,
    /// The words around them.
    pub words: Words,
}

impl Form {
    /// Headline and summary in one message, within the limit of the kind.
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            limit: kind.limit(),
            layout: Layout::default(),
            words: Words::default(),
        }
    }
}

/// The text of one message. Empty only where the limit allows not even an ellipsis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The text in the markup of its kind, never longer than the limit.
    pub text: String,
    /// The same without markup and within the same limit, for [`Kind::Matrix`] and [`Kind::Mail`]; none for
    /// other kinds. For a message without markup, compose with [`Kind::Plain`] or [`Kind::Mastodon`].
    pub plain: Option<String>,
    /// The links of [`Kind::Bluesky`], in order; empty for other kinds, which have them in the text.
    pub links: Vec<TextLink>,
}

/// A part of a text that is a link (`app.bsky.richtext.facet`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLink {
    /// Its first byte in [`Message::text`].
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// Where it leads to.
    pub url: String,
}

/// The messages that tell a story: one, or several where its full text is split. Never none. The same story
/// gives the same messages.
pub fn compose(story: &ShownStory, form: &Form) -> Vec<Message> {
    cut::messages(&Draft::of(story, form), form)
}

/// A message that lists stories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The message.
    pub message: Message,
    /// How many stories it has; none if it holds only the last line.
    pub stories: usize,
}

/// Messages that list stories, a line a story ([`Extent::Line`], whatever the layout says), below a heading
/// of plain text and above a last line of it; both may be empty. No line is in two messages; one that is too long is cut.
/// A heading that leaves no room for a story is left out.
pub fn digest((heading, last): (&str, &str), stories: &[ShownStory], form: &Form) -> Vec<Listing> {
    let form = Form {
        layout: Layout {
            extent: Extent::Line,
            ..form.layout
        },
        ..form.clone()
    };
    let drafts: Vec<Draft> = stories
        .iter()
        .map(|story| Draft::of(story, &form))
        .collect();
    cut::list((&clean::line(heading), &clean::line(last)), &drafts, &form)
}

/// A text of a source in one line, without what is not seen: for the fields that platforms have beside the text.
pub fn line(text: &str) -> String {
    clean::line(text)
}

/// A message in words of the caller, plain text, such as `and 12 more`: escaped and cut. None where
/// nothing of it can be seen.
pub fn notice(text: &str, form: &Form) -> Option<Message> {
    cut::notice(&clean::text(text), form)
}

#[cfg(test)]
mod tests;
