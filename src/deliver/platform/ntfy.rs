//! ntfy: `docs.ntfy.sh/publish`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind, Limit};
use crate::model::Destination;
use serde_json::json;

/// The server, unless `url` names another one.
const SERVER: &str = "https://ntfy.sh";
/// Bytes of an address that is opened by a tap. A request of more than 8 KiB is refused.
const MAX_CLICK: usize = 2_000;

#[derive(Debug)]
pub(super) struct Ntfy {
    server: String,
    topic: String,
    token: Option<String>,
    silent: bool,
}

impl Ntfy {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let server = to
            .url
            .as_ref()
            .map_or(SERVER, |url| url.reveal().trim_end_matches('/'));
        Ok(Self {
            server: server.to_owned(),
            topic: Needs(to).channel("the topic")?,
            token: to.token.as_ref().map(|token| token.reveal().to_owned()),
            silent: to.silent,
        })
    }
}

impl Platform for Ntfy {
    fn form(&self) -> Form {
        Form {
            limit: Limit::NTFY,
            ..Form::of(Kind::Plain)
        }
    }

    /// As JSON, because headers would have to be encoded.
    fn post(&self, letter: &Letter) -> Request {
        let mut body = json!({
            "topic": self.topic,
            "message": letter.message.text,
            "priority": if self.silent { 2 } else { 3 },
        });
        if let Some(url) = letter.url.as_ref().filter(|url| url.len() <= MAX_CLICK) {
            body["click"] = json!(url);
        }
        let request = Request::json("POST", &self.server, &body);
        match &self.token {
            Some(token) => request.bearer(token),
            None => request,
        }
    }

    fn read(&self, answer: &Answer) -> Outcome {
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

    #[test]
    fn a_message_opens_the_story() {
        let ntfy = Ntfy::new(&to(model::Platform::Ntfy)).unwrap();
        let body: serde_json::Value =
            serde_json::from_str(&ntfy.post(&letter(Kind::Plain)).body).unwrap();
        assert_eq!(
            (body["topic"].as_str(), body["click"].as_str()),
            (Some("news"), Some("https://a.example/1"))
        );
        assert_eq!(
            ntfy.read(&answer(200, r#"{"id":"x"}"#)),
            Outcome::Done("x".to_owned())
        );
        assert!(matches!(
            ntfy.read(&answer(403, r#"{"code":40301}"#)),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            ntfy.read(&answer(429, r#"{"code":42908}"#)),
            Outcome::Later(..)
        ));
    }
}
