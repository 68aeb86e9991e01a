//! Rocket.Chat, by an incoming webhook: `docs.rocket.chat/docs/integrations`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind, Limit};
use crate::model::Destination;
use chrono::DateTime;
use serde_json::json;

#[derive(Debug)]
pub(super) struct RocketChat {
    url: String,
}

impl RocketChat {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let url = Needs(to).url("the address of the webhook, .../hooks/ID/TOKEN")?;
        Ok(Self { url })
    }
}

impl Platform for RocketChat {
    fn form(&self) -> Form {
        Form {
            limit: Limit::ROCKET_CHAT,
            ..Form::of(Kind::Mattermost)
        }
    }

    fn post(&self, letter: &Letter) -> Request {
        let body = json!({"text": letter.message.text, "parseUrls": false});
        Request::json("POST", &self.url, &body)
    }

    /// A webhook that is gone is answered with 400 or 404, as a wrong message is.
    fn read(&self, answer: &Answer) -> Outcome {
        let error = answer.text(&["error"]).unwrap_or_default().to_lowercase();
        match answer.status {
            429 => {
                // A moment, in milliseconds.
                let reset = answer.header("x-ratelimit-reset");
                let reset = reset.and_then(|text| text.parse().ok());
                let until = reset.and_then(DateTime::from_timestamp_millis);
                Outcome::Later(answer.said(), answer.retry_after().or(until))
            }
            400 if ["integration", "invalid-channel", "not-allowed"]
                .iter()
                .any(|w| error.contains(w)) =>
            {
                Outcome::Stopped(answer.said())
            }
            200 if answer.json()["success"] == false => Outcome::Refused(answer.said()),
            _ => by_json(answer, |_| String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, to};
    use crate::model;

    #[test]
    fn a_webhook_that_is_gone_is_no_wrong_message() {
        let rocket = RocketChat::new(&to(model::Platform::RocketChat)).unwrap();
        let read = |status, body: &str| rocket.read(&answer(status, body));
        assert_eq!(
            read(200, r#"{"success":true}"#),
            Outcome::Done(String::new())
        );
        let gone = r#"{"success":false,"error":"Invalid integration id or token provided."}"#;
        assert!(matches!(read(400, gone), Outcome::Stopped(_)));
        let mut busy = answer(429, "");
        busy.headers = vec![("x-ratelimit-reset".to_owned(), "300000".to_owned())];
        match rocket.read(&busy) {
            Outcome::Later(_, Some(at)) => assert_eq!(at.timestamp(), 300),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            read(400, r#"{"success":false,"error":"Message too long"}"#),
            Outcome::Refused(_)
        ));
    }
}
