//! Google Chat, by a webhook: `developers.google.com/workspace/chat/quickstart/webhooks`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind, Limit};
use crate::model::Destination;
use serde_json::json;

#[derive(Debug)]
pub(super) struct GoogleChat {
    url: String,
}

impl GoogleChat {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let url = Needs(to).url("the address of the webhook, with key and token")?;
        Ok(Self { url })
    }
}

impl Platform for GoogleChat {
    fn form(&self) -> Form {
        Form {
            limit: Limit::GOOGLE_CHAT,
            ..Form::of(Kind::Mastodon)
        }
    }

    /// The same `requestId` is the same message.
    fn post(&self, letter: &Letter) -> Request {
        let mark = if self.url.contains('?') { '&' } else { '?' };
        let url = format!("{}{mark}requestId={}", self.url, letter.key);
        Request::json("POST", url, &json!({"text": letter.message.text}))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        // Of a wrong key it says the same as of a wrong message.
        if answer.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID" {
            return Outcome::Stopped(answer.said());
        }
        match answer.text(&["error", "status"]).as_deref() {
            Some("RESOURCE_EXHAUSTED") => Outcome::Later(answer.said(), answer.retry_after()),
            Some("PERMISSION_DENIED" | "UNAUTHENTICATED" | "NOT_FOUND") => {
                Outcome::Stopped(answer.said())
            }
            _ => by_json(answer, |body| {
                body["name"].as_str().unwrap_or_default().to_owned()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    #[test]
    fn a_message_has_an_id_against_repetition() {
        let chat = GoogleChat::new(&to(model::Platform::GoogleChat)).unwrap();
        let post = chat.post(&letter(Kind::Mastodon));
        assert_eq!(
            post.url.reveal(),
            "https://chat.example/hook?requestId=key-1"
        );
        let read = |status, body: &str| chat.read(&answer(status, body));
        assert_eq!(
            read(200, r#"{"name":"spaces/a/messages/b"}"#),
            Outcome::Done("spaces/a/messages/b".to_owned())
        );
        assert!(matches!(
            read(429, r#"{"error":{"status":"RESOURCE_EXHAUSTED"}}"#),
            Outcome::Later(..)
        ));
        assert!(matches!(
            read(400, r#"{"error":{"status":"INVALID_ARGUMENT"}}"#),
            Outcome::Refused(_)
        ));
        assert!(matches!(
            read(
                400,
                r#"{"error":{"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#
            ),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(403, r#"{"error":{"status":"PERMISSION_DENIED"}}"#),
            Outcome::Stopped(_)
        ));
    }
}
