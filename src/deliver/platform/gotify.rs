//! Gotify: `gotify.net/docs/pushmsg`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind};
use crate::model::Destination;
use serde_json::{Value, json};

/// The priority of a message that shows up, and of one that does not.
const PRIORITIES: (u8, u8) = (5, 0);

#[derive(Debug)]
pub(super) struct Gotify {
    server: String,
    token: String,
    silent: bool,
}

impl Gotify {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let server = needs.url("the address of the server")?;
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            token: needs.token("the token of an application")?,
            silent: to.silent,
        })
    }
}

impl Platform for Gotify {
    fn form(&self) -> Form {
        Form::of(Kind::Markdown)
    }

    fn post(&self, letter: &Letter) -> Request {
        let mut display = json!({"client::display": {"contentType": "text/markdown"}});
        if let Some(url) = &letter.url {
            display["client::notification"] = json!({"click": {"url": url}});
        }
        let body = json!({
            "title": letter.title,
            "message": letter.message.text,
            "priority": if self.silent { PRIORITIES.1 } else { PRIORITIES.0 },
            "extras": display,
        });
        Request::json("POST", format!("{}/message", self.server), &body)
            .header("X-Gotify-Key", &self.token)
    }

    /// The token of an application may not delete; nothing is taken back.
    fn read(&self, answer: &Answer) -> Outcome {
        by_json(answer, |body| match &body["id"] {
            Value::Number(id) => id.to_string(),
            _ => String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    #[test]
    fn a_message_is_markdown_and_opens_the_story() {
        let gotify = Gotify::new(&to(model::Platform::Gotify)).unwrap();
        let post = gotify.post(&letter(Kind::Markdown));
        assert_eq!(post.url.reveal(), "https://chat.example/hook/message");
        let body: Value = serde_json::from_str(&post.body).unwrap();
        assert_eq!(
            body["extras"]["client::notification"]["click"]["url"],
            "https://a.example/1"
        );
        assert_eq!(body["priority"], 5);
        assert_eq!(
            gotify.read(&answer(200, r#"{"id":3}"#)),
            Outcome::Done("3".to_owned())
        );
        assert!(matches!(gotify.read(&answer(401, "")), Outcome::Stopped(_)));
    }
}
