//! One file a platform.

mod bluesky;
mod discord;
mod google_chat;
mod gotify;
mod mastodon;
mod matrix;
mod mattermost;
mod ntfy;
mod rocket_chat;
mod slack;
mod slack_webhook;
mod teams;
mod telegram;
mod webhook;
mod zulip;

use super::{Missing, Platform};
use crate::model::{self, Destination};

/// What speaks to a destination; an error if it lacks something.
pub fn of(to: &Destination) -> Result<Box<dyn Platform>, Missing> {
    Ok(match to.platform {
        model::Platform::Webhook => Box::new(webhook::Webhook::new(to)?),
        model::Platform::SlackWebhook => Box::new(slack_webhook::SlackWebhook::new(to)?),
        model::Platform::Slack => Box::new(slack::Slack::new(to)?),
        model::Platform::Discord => Box::new(discord::Discord::new(to)?),
        model::Platform::Telegram => Box::new(telegram::Telegram::new(to)?),
        model::Platform::Matrix => Box::new(matrix::Matrix::new(to)?),
        model::Platform::Mattermost => Box::new(mattermost::Mattermost::new(to)?),
        model::Platform::RocketChat => Box::new(rocket_chat::RocketChat::new(to)?),
        model::Platform::Zulip => Box::new(zulip::Zulip::new(to)?),
        model::Platform::Mastodon => Box::new(mastodon::Mastodon::new(to)?),
        model::Platform::Bluesky => Box::new(bluesky::Bluesky::new(to)?),
        model::Platform::Ntfy => Box::new(ntfy::Ntfy::new(to)?),
        model::Platform::Gotify => Box::new(gotify::Gotify::new(to)?),
        model::Platform::GoogleChat => Box::new(google_chat::GoogleChat::new(to)?),
        model::Platform::Teams => Box::new(teams::Teams::new(to)?),
    })
}

#[cfg(test)]
mod tests {
    //! What the tests of the platforms share.

    use super::*;
    use crate::deliver::{Answer, Letter};
    use crate::message::{self, Form, Kind};
    use crate::model::{ItemSource, Secret, ShownStory};
    use chrono::DateTime;

    /// A destination with everything that a platform may ask for.
    pub(super) fn to(platform: model::Platform) -> Destination {
        Destination {
            platform,
            url: Some(Secret::new("https://chat.example/hook".to_owned())),
            token: Some(Secret::new("T0KEN".to_owned())),
            user: Some("bot@chat.example".to_owned()),
            channel: Some("news".to_owned()),
            ..Destination::default()
        }
    }

    /// A story in a message of a kind.
    pub(super) fn letter(kind: Kind) -> Letter {
        let source = ItemSource {
            title: "Post".to_owned(),
            ..ItemSource::default()
        };
        let story = ShownStory {
            title: "Ferry late & slow".to_owned(),
            url: Some("https://a.example/1".to_owned()),
            ..ShownStory::new("https://a.example/1", source.into(), DateTime::UNIX_EPOCH)
        };
        Letter {
            message: message::compose(&story, &Form::of(kind)).remove(0),
            key: "key-1".to_owned(),
            title: story.title.clone(),
            url: story.url.clone(),
            notice: "entered",
            now: 1_700_000_000,
            ..Letter::default()
        }
    }

    pub(super) fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.into(),
            ..Answer::default()
        }
    }

    #[test]
    fn what_a_destination_lacks_is_named() {
        for platform in model::Platform::ALL {
            let empty = Destination {
                platform,
                ..Destination::default()
            };
            let error = of(&empty).unwrap_err().to_string();
            assert!(error.starts_with(platform.name()), "{error}");
            of(&to(platform)).unwrap();
        }
    }
}
