//! Where stories are posted to.

use super::{Expression, Secret, ThemeId};
use crate::digest::{Digest, Encode};
use chrono::NaiveTime;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// A table `[deliver.NAME]` of `feeds.toml`, checked.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its key.
    pub name: String,
    /// Where messages go.
    pub destination: Destination,
    /// Whose stories; none: those of all themes.
    pub themes: Option<Vec<ThemeId>>,
    /// Which of them; none: all.
    pub rule: Option<Expression>,
    /// No story that was older than this when it entered its theme.
    pub max_age: Option<Duration>,
    /// Of more new stories than this, only the newest are posted, after a message that says how many are left out;
    /// none: all are.
    pub burst: Option<u32>,
    /// What a message holds.
    pub layout: DeliveryLayout,
    /// What makes the message of a story instead.
    pub template: Option<String>,
    /// Whether a message is changed when its story is, and taken back when it is hidden, where the platform can.
    pub edit: bool,
    /// The least time between two messages; none: what the platform asks for.
    pub pace: Option<Duration>,
    /// When all that waits is posted as a list; none: each story by itself, at once.
    pub digest: Option<DigestTime>,
    /// When nothing is sent.
    pub quiet: Option<QuietHours>,
    /// The zone of both, and of dates.
    pub timezone: crate::date::Tz,
    /// The language of the words around stories.
    pub language: String,
}

/// When a digest is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestTime {
    /// At each full hour.
    Hourly,
    /// Each day at this time.
    Daily(NaiveTime),
}

/// Hours of each day; they may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they are over.
    pub until: NaiveTime,
}

/// What a message holds of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryLayout {
    /// How much of its text.
    pub text: DeliveryText,
    /// The sources that have it.
    pub sources: bool,
    /// Its tags.
    pub tags: bool,
    /// The address of its picture.
    pub picture: bool,
}

/// How much of a story's text a message holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryText {
    /// Title and address.
    Headline,
    /// The summary, too.
    #[default]
    Summary,
    /// All of it, in several messages if need be.
    Full,
}

/// A place that messages are sent to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    /// The key of its table.
    pub name: String,
    /// What it speaks.
    pub platform: Platform,
    /// The webhook, or the server.
    pub url: Option<Secret>,
    /// Whoever knows the address may post there.
    pub has_secret_url: bool,
    /// The token, key or password.
    pub token: Option<Secret>,
    /// The account.
    pub user: Option<String>,
    /// The address that mails are from.
    pub from: Option<String>,
    /// The room, chat, channel, stream, list or recipients.
    pub channel: Option<String>,
    /// The thread, or the topic of a stream.
    pub thread: Option<String>,
    /// Nobody is woken.
    pub silent: bool,
    /// The markup of what a program is given, by its name.
    pub markup: Option<String>,
    /// The program that gets the message.
    pub command: Vec<String>,
    /// The folder of `feeds.toml`, where it runs.
    pub folder: PathBuf,
    /// How the secrets are named in `feeds.toml`, for advice: `env:NAME`.
    pub secrets: Vec<String>,
}

impl Destination {
    /// What must not be shown.
    pub fn hidden(&self) -> impl Iterator<Item = &Secret> {
        let url = self.url.as_ref().filter(|_| self.has_secret_url);
        url.into_iter().chain(&self.token)
    }
}

impl Encode for Destination {
    fn encode(&self, to: &mut Digest) {
        let Self {
            name: _,
            platform,
            url,
            has_secret_url: _,
            token,
            user,
            from,
            channel,
            thread,
            silent,
            markup,
            command,
            folder: _,
            secrets,
        } = self;
        let reveal = |secret: &Option<Secret>| secret.as_ref().map(|s| s.reveal().to_owned());
        to.add(platform.name())
            .add(&reveal(url))
            .add(&reveal(token));
        to.add(user).add(channel).add(thread).add(silent);
        to.add(from).add(markup);
        to.add_all(command.iter()).add_all(secrets.iter());
    }
}

/// What a place of messages speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// A JSON document for each story (Standard Webhooks).
    #[default]
    Webhook,
    /// Slack, by an incoming webhook.
    SlackWebhook,
    /// Slack, by `chat.postMessage`.
    Slack,
    /// Discord, by a webhook.
    Discord,
    /// Telegram, by a bot.
    Telegram,
    /// A room of Matrix.
    Matrix,
    /// Mattermost, by an incoming webhook.
    Mattermost,
    /// Rocket.Chat, by an incoming webhook.
    RocketChat,
    /// A topic of Zulip, by a bot.
    Zulip,
    /// Mastodon, and what speaks its API.
    Mastodon,
    /// Bluesky.
    Bluesky,
    /// A topic of ntfy.
    Ntfy,
    /// Gotify.
    Gotify,
    /// A space of Google Chat, by a webhook.
    GoogleChat,
    /// Microsoft Teams, by a workflow.
    Teams,
    /// E-mail, by SMTP or sendmail.
    Mail,
    /// A program of the user.
    Program,
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Webhook,
        Self::SlackWebhook,
        Self::Slack,
        Self::Discord,
        Self::Telegram,
        Self::Matrix,
        Self::Mattermost,
        Self::RocketChat,
        Self::Zulip,
        Self::Mastodon,
        Self::Bluesky,
        Self::Ntfy,
        Self::Gotify,
        Self::GoogleChat,
        Self::Teams,
        Self::Mail,
        Self::Program,
    ];

    /// As it is written in `feeds.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::SlackWebhook => "slack-webhook",
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Telegram => "telegram",
            Self::Matrix => "matrix",
            Self::Mattermost => "mattermost",
            Self::RocketChat => "rocket-chat",
            Self::Zulip => "zulip",
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::Ntfy => "ntfy",
            Self::Gotify => "gotify",
            Self::GoogleChat => "google-chat",
            Self::Teams => "teams",
            Self::Mail => "mail",
            Self::Program => "program",
        }
    }
}
