//! Slack, by `chat.postMessage`, `chat.update`, `chat.delete`: `docs.slack.dev/reference/methods`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_status};
use crate::message::{Form, Kind};
use crate::model::Destination;
use serde_json::{Value, json};

/// The methods, unless `url` names another server.
const API: &str = "https://slack.com/api";

#[derive(Debug)]
pub(super) struct Slack {
    api: String,
    token: String,
    channel: String,
    thread: Option<String>,
}

impl Slack {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let api = to
            .url
            .as_ref()
            .map_or(API, |url| url.reveal().trim_end_matches('/'));
        Ok(Self {
            api: api.to_owned(),
            token: needs.token("the bot token, xoxb-...")?,
            channel: needs.channel("the id of the channel, for example C024BE91L")?,
            thread: to.thread.clone(),
        })
    }

    fn call(&self, method: &str, body: &Value) -> Request {
        Request::json("POST", format!("{}/{method}", self.api), body).bearer(&self.token)
    }
}

impl Platform for Slack {
    fn form(&self) -> Form {
        Form::of(Kind::Slack)
    }

    fn post(&self, letter: &Letter) -> Request {
        let mut body = json!({
            "channel": self.channel,
            "text": letter.message.text,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        if let Some(thread) = &self.thread {
            body["thread_ts"] = json!(thread);
        }
        self.call("chat.postMessage", &body)
    }

    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let (channel, ts) = receipt.split_once(' ')?;
        let body = json!({"channel": channel, "ts": ts, "text": letter.message.text});
        Some(self.call("chat.update", &body))
    }

    fn delete(&self, _: &Letter, receipt: &str) -> Option<Request> {
        let (channel, ts) = receipt.split_once(' ')?;
        Some(self.call("chat.delete", &json!({"channel": channel, "ts": ts})))
    }

    /// Errors are answered with 200 and `ok: false`.
    fn read(&self, answer: &Answer) -> Outcome {
        if answer.status != 200 {
            return by_status(answer, String::new);
        }
        let body = answer.json();
        if body["ok"] == true {
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            return Outcome::Done(format!("{} {}", text("channel"), text("ts")));
        }
        let error = body["error"]
            .as_str()
            .unwrap_or("no JSON answer")
            .to_owned();
        match error.as_str() {
            "msg_too_long"
            | "no_text"
            | "msg_blocks_too_long"
            | "invalid_blocks"
            | "message_not_found"
            | "cant_update_message"
            | "cant_delete_message"
            | "edit_window_closed" => Outcome::Refused(error),
            "ratelimited"
            | "rate_limited"
            | "message_limit_exceeded"
            | "internal_error"
            | "fatal_error"
            | "service_unavailable"
            | "request_timeout"
            | "no JSON answer" => Outcome::Later(error, answer.retry_after()),
            _ => Outcome::Stopped(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn slack() -> Slack {
        let mut destination = to(model::Platform::Slack);
        destination.url = None;
        Slack::new(&destination).unwrap()
    }

    #[test]
    fn a_message_is_posted_changed_and_taken_back() {
        let letter = letter(Kind::Slack);
        let post = slack().post(&letter);
        assert_eq!(post.url.reveal(), "https://slack.com/api/chat.postMessage");
        assert_eq!(post.headers[0].1.reveal(), "Bearer T0KEN");
        let receipt = match slack().read(&answer(200, r#"{"ok":true,"channel":"C1","ts":"12.5"}"#))
        {
            Outcome::Done(receipt) => receipt,
            other => panic!("{other:?}"),
        };
        let edit = slack().edit(&letter, &receipt).unwrap();
        assert_eq!(edit.url.reveal(), "https://slack.com/api/chat.update");
        assert!(edit.body.contains(r#""ts":"12.5""#), "{}", edit.body);
        let delete = slack().delete(&letter, &receipt).unwrap();
        assert_eq!(delete.body, r#"{"channel":"C1","ts":"12.5"}"#);
    }

    #[test]
    fn an_error_comes_with_200() {
        let read = |body: &str| slack().read(&answer(200, body));
        assert!(matches!(
            read(r#"{"ok":false,"error":"invalid_auth"}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(r#"{"ok":false,"error":"channel_not_found"}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(r#"{"ok":false,"error":"restricted_action"}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(r#"{"ok":false,"error":"msg_too_long"}"#),
            Outcome::Refused(_)
        ));
        assert!(matches!(
            read(r#"{"ok":false,"error":"ratelimited"}"#),
            Outcome::Later(..)
        ));
        assert!(matches!(read("<html>maintenance"), Outcome::Later(..)));
    }
}
