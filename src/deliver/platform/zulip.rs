//! Zulip, by a bot: `zulip.com/api/send-message`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind};
use crate::model::{Destination, Secret};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use url::form_urlencoded::Serializer;

#[derive(Debug)]
pub(super) struct Zulip {
    server: String,
    login: String,
    stream: String,
    topic: String,
}

impl Zulip {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let server = needs.url("the address of the server")?;
        let user = needs.user("the e-mail address of the bot")?;
        let key = needs.token("the API key of the bot")?;
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            login: BASE64_STANDARD.encode(format!("{user}:{key}")),
            stream: needs.channel("the name of the channel")?,
            topic: to.thread.clone().unwrap_or_else(|| "news".to_owned()),
        })
    }

    fn call(&self, method: &'static str, path: &str, fields: &[(&str, &str)]) -> Request {
        Request {
            method,
            url: Secret::new(format!("{}/api/v1/messages{path}", self.server)),
            headers: Vec::new(),
            content_type: "application/x-www-form-urlencoded",
            body: Serializer::new(String::new()).extend_pairs(fields).finish(),
        }
        .header("Authorization", format!("Basic {}", self.login))
    }
}

impl Platform for Zulip {
    fn form(&self) -> Form {
        Form::of(Kind::Zulip)
    }

    fn post(&self, letter: &Letter) -> Request {
        let fields = [
            ("type", "stream"),
            ("to", &self.stream),
            ("topic", &self.topic),
            ("content", &letter.message.text),
        ];
        self.call("POST", "", &fields)
    }

    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let fields = [("content", letter.message.text.as_str())];
        Some(self.call("PATCH", &format!("/{receipt}"), &fields))
    }

    fn delete(&self, _: &Letter, receipt: &str) -> Option<Request> {
        Some(self.call("DELETE", &format!("/{receipt}"), &[]))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let body = answer.json();
        match body["code"].as_str().unwrap_or_default() {
            "RATE_LIMIT_HIT" => {
                let wait = body["retry-after"].as_f64();
                let until = wait.and_then(|seconds| answer.after(seconds));
                Outcome::Later(answer.said(), answer.retry_after().or(until))
            }
            "STREAM_DOES_NOT_EXIST"
            | "UNAUTHORIZED"
            | "INVALID_API_KEY"
            | "USER_DEACTIVATED"
            | "REALM_DEACTIVATED" => Outcome::Stopped(answer.said()),
            // A channel in which the bot may not write has no code of its own.
            _ if body["msg"]
                .as_str()
                .is_some_and(|m| m.starts_with("Not authorized to send")) =>
            {
                Outcome::Stopped(answer.said())
            }
            _ => by_json(answer, |body| body["id"].to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    #[test]
    fn a_message_is_a_form_in_a_topic() {
        let zulip = Zulip::new(&to(model::Platform::Zulip)).unwrap();
        let post = zulip.post(&letter(Kind::Zulip));
        assert!(
            post.body
                .starts_with("type=stream&to=news&topic=news&content="),
            "{}",
            post.body
        );
        assert_eq!(
            post.headers[0].1.reveal(),
            "Basic Ym90QGNoYXQuZXhhbXBsZTpUMEtFTg=="
        );
        let read = |status, body: &str| zulip.read(&answer(status, body));
        assert_eq!(
            read(200, r#"{"id":42,"result":"success"}"#),
            Outcome::Done("42".to_owned())
        );
        let gone = r#"{"code":"STREAM_DOES_NOT_EXIST","msg":"Channel 'x' does not exist"}"#;
        assert!(matches!(read(400, gone), Outcome::Stopped(_)));
        let denied = r#"{"code":"BAD_REQUEST","msg":"Not authorized to send to channel 'news'"}"#;
        assert!(matches!(read(400, denied), Outcome::Stopped(_)));
        assert!(matches!(
            read(400, r#"{"code":"BAD_REQUEST"}"#),
            Outcome::Refused(_)
        ));
        match read(429, r#"{"code":"RATE_LIMIT_HIT","retry-after":28.7}"#) {
            Outcome::Later(_, Some(at)) => assert_eq!(at.timestamp_millis(), 28_700),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            zulip.edit(&letter(Kind::Zulip), "42").unwrap().method,
            "PATCH"
        );
    }
}
