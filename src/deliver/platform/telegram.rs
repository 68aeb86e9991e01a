//! Telegram, by a bot: `core.telegram.org/bots/api#sendmessage`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_status};
use crate::message::{Form, Kind};
use crate::model::Destination;
use serde_json::{Value, json};
use std::time::Duration;

/// The methods, unless `url` names another server.
const API: &str = "https://api.telegram.org";

/// Words in errors with 400 that are about the chat, not the message.
const OF_CHAT: [&str; 11] = [
    "chat not found",
    "kicked",
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
    "thread not found",
    "TOPIC_CLOSED",
    "TOPIC_DELETED",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_RESTRICTED",
    "PEER_ID_INVALID",
];

#[derive(Debug)]
pub(super) struct Telegram {
    api: String,
    chat: String,
    thread: Option<String>,
    silent: bool,
}

impl Telegram {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let api = to
            .url
            .as_ref()
            .map_or(API, |url| url.reveal().trim_end_matches('/'));
        let token = needs.token("the token of the bot, from @BotFather")?;
        Ok(Self {
            // The token is part of the address.
            api: format!("{api}/bot{token}"),
            chat: needs.channel("the chat: its number, or @name of a channel")?,
            thread: to.thread.clone(),
            silent: to.silent,
        })
    }

    fn call(&self, method: &str, body: &Value) -> Request {
        Request::json("POST", format!("{}/{method}", self.api), body)
    }
}

impl Platform for Telegram {
    fn form(&self) -> Form {
        Form::of(Kind::Telegram)
    }

    /// A group takes 20 messages a minute.
    fn pace(&self) -> Duration {
        Duration::from_secs(3)
    }

    fn post(&self, letter: &Letter) -> Request {
        let mut body = json!({
            "chat_id": self.chat,
            "text": letter.message.text,
            "parse_mode": "HTML",
            "disable_notification": self.silent,
            "link_preview_options": {"is_disabled": true},
        });
        if let Some(thread) = self
            .thread
            .as_ref()
            .and_then(|thread| thread.parse::<i64>().ok())
        {
            body["message_thread_id"] = json!(thread);
        }
        self.call("sendMessage", &body)
    }

    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let (chat, message) = receipt.split_once(' ')?;
        let body = json!({
            "chat_id": chat,
            "message_id": message.parse::<i64>().ok()?,
            "text": letter.message.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
        });
        Some(self.call("editMessageText", &body))
    }

    fn delete(&self, _: &Letter, receipt: &str) -> Option<Request> {
        let (chat, message) = receipt.split_once(' ')?;
        let body = json!({"chat_id": chat, "message_id": message.parse::<i64>().ok()?});
        Some(self.call("deleteMessage", &body))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let body = answer.json();
        let said = body["description"]
            .as_str()
            .map_or_else(|| answer.said(), str::to_owned);
        let parameters = &body["parameters"];
        if let Some(chat) = parameters["migrate_to_chat_id"].as_i64() {
            return Outcome::Stopped(format!("{said}; write channel = \"{chat}\""));
        }
        match answer.status {
            200 if body["ok"] == true => {
                let result = &body["result"];
                Outcome::Done(format!("{} {}", result["chat"]["id"], result["message_id"]))
            }
            200 => Outcome::Later(said, None),
            429 => {
                let wait = parameters["retry_after"].as_f64();
                let until = wait.and_then(|seconds| answer.after(seconds));
                Outcome::Later(said, until.or(answer.retry_after()))
            }
            400 if said.contains("message is not modified") => Outcome::Done(String::new()),
            400 if OF_CHAT.iter().any(|words| said.contains(words)) => Outcome::Stopped(said),
            400 => Outcome::Refused(said),
            401 | 403 | 404 => Outcome::Stopped(said),
            _ => by_status(answer, String::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn telegram() -> Telegram {
        let mut destination = to(model::Platform::Telegram);
        destination.url = None;
        Telegram::new(&destination).unwrap()
    }

    #[test]
    fn a_message_is_html_without_preview() {
        let letter = letter(Kind::Telegram);
        let post = telegram().post(&letter);
        assert_eq!(
            post.url.reveal(),
            "https://api.telegram.org/botT0KEN/sendMessage"
        );
        let body: Value = serde_json::from_str(&post.body).unwrap();
        assert_eq!(body["parse_mode"], "HTML");
        assert!(
            body["text"]
                .as_str()
                .unwrap()
                .contains("Ferry late &amp; slow</a>")
        );
        let receipt = "-100 7";
        let edit = telegram().edit(&letter, receipt).unwrap();
        assert!(edit.body.contains(r#""message_id":7"#), "{}", edit.body);
        assert_eq!(
            telegram().delete(&letter, receipt).unwrap().body,
            r#"{"chat_id":"-100","message_id":7}"#
        );
    }

    #[test]
    fn answers_are_told_apart() {
        let read = |status, body: &str| telegram().read(&answer(status, body));
        let good = r#"{"ok":true,"result":{"message_id":7,"chat":{"id":-100}}}"#;
        assert_eq!(read(200, good), Outcome::Done("-100 7".to_owned()));
        match read(
            429,
            r#"{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":9}}"#,
        ) {
            Outcome::Later(_, Some(at)) => assert_eq!(at.timestamp(), 9),
            other => panic!("{other:?}"),
        }
        let moved =
            r#"{"ok":false,"description":"upgraded","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert_eq!(
            read(400, moved),
            Outcome::Stopped("upgraded; write channel = \"-1001\"".to_owned())
        );
        for (status, text) in [
            (403, "bot was kicked"),
            (400, "Bad Request: chat not found"),
            (
                400,
                "Bad Request: need administrator rights in the channel chat",
            ),
            (400, "Bad Request: TOPIC_CLOSED"),
            (401, "Unauthorized"),
        ] {
            let body = format!(r#"{{"ok":false,"description":"{text}"}}"#);
            assert_eq!(read(status, &body), Outcome::Stopped(text.to_owned()));
        }
        let body = r#"{"ok":false,"description":"Bad Request: can't parse entities"}"#;
        assert!(matches!(read(400, body), Outcome::Refused(_)));
        let same = r#"{"ok":false,"description":"Bad Request: message is not modified: ..."}"#;
        assert!(matches!(read(400, same), Outcome::Done(_)));
    }
}
