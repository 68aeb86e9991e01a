//! Slack, by an incoming webhook: `docs.slack.dev/messaging/sending-messages-using-incoming-webhooks`.

use crate::deliver::{
    Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_status, not_theirs,
};
use crate::message::{Form, Kind};
use crate::model::Destination;
use serde_json::json;

#[derive(Debug)]
pub(super) struct SlackWebhook {
    url: String,
}

impl SlackWebhook {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let url = Needs(to).url("the address of the webhook, hooks.slack.com/services/...")?;
        Ok(Self { url })
    }
}

impl Platform for SlackWebhook {
    fn form(&self) -> Form {
        Form::of(Kind::Slack)
    }

    fn post(&self, letter: &Letter) -> Request {
        let body = json!({
            "text": letter.message.text,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        Request::json("POST", &self.url, &body)
    }

    /// It answers `ok`, or the name of an error as plain text.
    fn read(&self, answer: &Answer) -> Outcome {
        let body = String::from_utf8_lossy(&answer.body);
        match body.trim() {
            "msg_too_long" | "no_text" | "invalid_payload" | "too_many_attachments" => {
                Outcome::Refused(answer.said())
            }
            "rollup_error" => Outcome::Later(answer.said(), answer.retry_after()),
            "no_service"
            | "no_team"
            | "no_active_hooks"
            | "channel_not_found"
            | "channel_is_archived"
            | "action_prohibited"
            | "posting_to_general_channel_denied"
            | "team_disabled"
            | "invalid_token"
            | "user_not_found" => Outcome::Stopped(answer.said()),
            body if answer.status == 200 && body != "ok" => not_theirs(answer),
            _ => by_status(answer, String::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn slack() -> SlackWebhook {
        SlackWebhook::new(&to(model::Platform::SlackWebhook)).unwrap()
    }

    #[test]
    fn a_message_is_posted_without_previews() {
        let request = slack().post(&letter(Kind::Slack));
        assert_eq!(
            (request.method, request.url.reveal()),
            ("POST", "https://chat.example/hook")
        );
        let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(body["unfurl_links"], false);
        let text = body["text"].as_str().unwrap();
        assert!(
            text.contains("<https://a.example/1|Ferry late &amp; slow>"),
            "{text}"
        );
    }

    #[test]
    fn an_error_is_known_by_its_name() {
        let read = |status, body: &str| slack().read(&answer(status, body));
        assert_eq!(read(200, "ok"), Outcome::Done(String::new()));
        assert!(matches!(read(404, "no_service"), Outcome::Stopped(_)));
        assert!(matches!(
            read(410, "channel_is_archived"),
            Outcome::Stopped(_)
        ));
        assert!(matches!(read(400, "invalid_payload"), Outcome::Refused(_)));
        assert!(matches!(read(500, "rollup_error"), Outcome::Later(..)));
        assert!(matches!(read(502, "<html>"), Outcome::Later(..)));
    }
}
