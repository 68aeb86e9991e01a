//! Discord, by a webhook: `docs.discord.com/developers/resources/webhook`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind};
use crate::model::Destination;
use serde_json::{Value, json};

/// Flag of a message that shows no previews of its links.
const SUPPRESS_EMBEDS: u32 = 1 << 2;
/// Flag of a message that wakes nobody.
const SUPPRESS_NOTIFICATIONS: u32 = 1 << 12;

#[derive(Debug)]
pub(super) struct Discord {
    url: String,
    thread: Option<String>,
    silent: bool,
}

impl Discord {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let url = Needs(to).url("the address of the webhook, discord.com/api/webhooks/...")?;
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            thread: to.thread.clone(),
            silent: to.silent,
        })
    }

    /// Nobody is pinged, whatever the text says.
    fn body(&self, letter: &Letter) -> Value {
        let silent = if self.silent {
            SUPPRESS_NOTIFICATIONS
        } else {
            0
        };
        json!({
            "content": letter.message.text,
            "allowed_mentions": {"parse": []},
            "flags": SUPPRESS_EMBEDS | silent,
        })
    }

    fn address(&self, path: &str, query: &str) -> String {
        match &self.thread {
            None if query.is_empty() => format!("{}{path}", self.url),
            None => format!("{}{path}?{query}", self.url),
            Some(thread) if query.is_empty() => format!("{}{path}?thread_id={thread}", self.url),
            Some(thread) => format!("{}{path}?{query}&thread_id={thread}", self.url),
        }
    }
}

impl Platform for Discord {
    fn form(&self) -> Form {
        Form::of(Kind::Discord)
    }

    /// `wait`, because without it a message that is not saved gives no error, and no id.
    fn post(&self, letter: &Letter) -> Request {
        Request::json("POST", self.address("", "wait=true"), &self.body(letter))
    }

    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let path = format!("/messages/{receipt}");
        let mut body = self.body(letter);
        body["flags"] = json!(SUPPRESS_EMBEDS);
        Some(Request::json("PATCH", self.address(&path, ""), &body))
    }

    fn delete(&self, _: &Letter, receipt: &str) -> Option<Request> {
        let path = format!("/messages/{receipt}");
        Some(Request::bare("DELETE", self.address(&path, "")))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let body = answer.json();
        if answer.status == 429 {
            let wait = body["retry_after"]
                .as_f64()
                .and_then(|seconds| answer.after(seconds));
            return Outcome::Later("rate limited".to_owned(), wait.or(answer.retry_after()));
        }
        match body["code"].as_u64().unwrap_or_default() {
            // A message that is gone, not the webhook.
            10_008 => return Outcome::Refused(answer.said()),
            // A forum without `thread`, a channel with one, a thread that is locked: with 400, as for a wrong message.
            220_001..=220_003 | 160_005 => return Outcome::Stopped(answer.said()),
            _ => {}
        }
        by_json(answer, |body| {
            body["id"].as_str().unwrap_or_default().to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn discord() -> Discord {
        Discord::new(&to(model::Platform::Discord)).unwrap()
    }

    #[test]
    fn a_message_pings_nobody_and_is_waited_for() {
        let post = discord().post(&letter(Kind::Discord));
        assert_eq!(post.url.reveal(), "https://chat.example/hook?wait=true");
        let body: Value = serde_json::from_str(&post.body).unwrap();
        assert_eq!(body["allowed_mentions"], json!({"parse": []}));
        let mut to = to(model::Platform::Discord);
        to.thread = Some("77".to_owned());
        let edit = Discord::new(&to)
            .unwrap()
            .edit(&letter(Kind::Discord), "5")
            .unwrap();
        assert_eq!(
            edit.url.reveal(),
            "https://chat.example/hook/messages/5?thread_id=77"
        );
        assert_eq!(edit.method, "PATCH");
    }

    #[test]
    fn a_wait_is_a_fraction_of_seconds_in_the_body() {
        let read = |status, body: &str| discord().read(&answer(status, body));
        assert_eq!(read(200, r#"{"id":"42"}"#), Outcome::Done("42".to_owned()));
        match read(429, r#"{"retry_after":1.5,"global":false}"#) {
            Outcome::Later(_, Some(at)) => assert_eq!(at.timestamp_millis(), 1_500),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            read(404, r#"{"code":10015}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(404, r#"{"code":10008}"#),
            Outcome::Refused(_)
        ));
        assert!(matches!(
            read(400, r#"{"code":220001}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(400, r#"{"content":["too long"]}"#),
            Outcome::Refused(_)
        ));
    }
}
