//! One file a platform.

mod bluesky;
mod discord;
mod google_chat;
mod gotify;
mod mail;
mod mastodon;
mod matrix;
mod mattermost;
mod ntfy;
mod program;
mod rocket_chat;
mod slack;
mod slack_webhook;
mod teams;
mod telegram;
mod webhook;
mod zulip;

use super::{ByHttp, Missing, Platform, Sending};
use crate::model::{self, Destination};

/// What speaks to a destination; an error if it lacks something.
pub fn of(to: &Destination) -> Result<Box<dyn Platform<Sending>>, Missing> {
    Ok(match to.platform {
        model::Platform::Webhook => by_http(webhook::Webhook::new(to)?),
        model::Platform::SlackWebhook => by_http(slack_webhook::SlackWebhook::new(to)?),
        model::Platform::Slack => by_http(slack::Slack::new(to)?),
        model::Platform::Discord => by_http(discord::Discord::new(to)?),
        model::Platform::Telegram => by_http(telegram::Telegram::new(to)?),
        model::Platform::Matrix => by_http(matrix::Matrix::new(to)?),
        model::Platform::Mattermost => by_http(mattermost::Mattermost::new(to)?),
        model::Platform::RocketChat => by_http(rocket_chat::RocketChat::new(to)?),
        model::Platform::Zulip => by_http(zulip::Zulip::new(to)?),
        model::Platform::Mastodon => by_http(mastodon::Mastodon::new(to)?),
        model::Platform::Bluesky => by_http(bluesky::Bluesky::new(to)?),
        model::Platform::Ntfy => by_http(ntfy::Ntfy::new(to)?),
        model::Platform::Gotify => by_http(gotify::Gotify::new(to)?),
        model::Platform::GoogleChat => by_http(google_chat::GoogleChat::new(to)?),
        model::Platform::Teams => by_http(teams::Teams::new(to)?),
        model::Platform::Mail => Box::new(mail::Mail::new(to)?),
        model::Platform::Program => Box::new(program::Program::new(to)?),
    })
}

fn by_http(platform: impl Platform + 'static) -> Box<dyn Platform<Sending>> {
    Box::new(ByHttp(platform))
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
        let url = match platform {
            model::Platform::Mail => "smtp://mail.chat.example",
            _ => "https://chat.example/hook",
        };
        Destination {
            name: "team".to_owned(),
            platform,
            url: Some(Secret::new(url.to_owned())),
            from: Some("News <news@chat.example>".to_owned()),
            command: vec!["./post.sh".to_owned()],
            token: Some(Secret::new("T0KEN".to_owned())),
            user: Some("bot@chat.example".to_owned()),
            channel: Some(match platform {
                model::Platform::Mail => "a@b.example, C D <c@d.example>".to_owned(),
                _ => "news".to_owned(),
            }),
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
            fields: vec![("FEEDMILL_TITLE", "Ferry late & slow".to_owned())],
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
