//! A server of the user's own: Standard Webhooks, `github.com/standard-webhooks/standard-webhooks`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_status};
use crate::message::{Form, Kind};
use crate::model::Destination;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, SecondsFormat};
use ring::hmac;
use serde_json::json;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Webhook {
    url: String,
    /// What the body is signed with.
    key: Option<hmac::Key>,
}

impl Webhook {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let key = to.token.as_ref().map(|token| {
            let text = token.reveal();
            let text = text.strip_prefix("whsec_").unwrap_or(text);
            let bytes = BASE64_STANDARD.decode(text).unwrap_or_else(|_| text.into());
            hmac::Key::new(hmac::HMAC_SHA256, &bytes)
        });
        let url = Needs(to).url("the address that gets a JSON document for each story")?;
        Ok(Self { url, key })
    }
}

impl Platform for Webhook {
    fn form(&self) -> Form {
        Form::of(Kind::Plain)
    }

    fn pace(&self) -> Duration {
        Duration::ZERO
    }

    fn post(&self, letter: &Letter) -> Request {
        let now = DateTime::from_timestamp(letter.now, 0).unwrap_or_default();
        let body = json!({
            "type": format!("story.{}", letter.notice),
            "timestamp": now.to_rfc3339_opts(SecondsFormat::Secs, true),
            "data": letter.item,
        });
        let request = Request::json("POST", &self.url, &body)
            .header("webhook-id", &letter.key)
            .header("webhook-timestamp", letter.now.to_string());
        let Some(key) = &self.key else {
            return request;
        };
        let signed = format!("{}.{}.{}", letter.key, letter.now, request.body);
        let signature = BASE64_STANDARD.encode(hmac::sign(key, signed.as_bytes()));
        request.header("webhook-signature", format!("v1,{signature}"))
    }

    /// A change is a document of its own.
    fn edit(&self, letter: &Letter, _: &str) -> Option<Request> {
        Some(self.post(letter))
    }

    fn delete(&self, letter: &Letter, _: &str) -> Option<Request> {
        Some(self.post(letter))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        by_status(answer, String::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{letter, to};
    use crate::model::{self, Secret};

    #[test]
    fn a_body_is_signed_as_the_specification_has_it() {
        let mut to = to(model::Platform::Webhook);
        to.token = Some(Secret::new(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        ));
        let webhook = Webhook::new(&to).unwrap();
        let key = webhook.key.as_ref().unwrap();
        // The example of the specification.
        let text = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        let signature = BASE64_STANDARD.encode(hmac::sign(key, text.as_bytes()));
        assert_eq!(signature, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let post = webhook.post(&letter(Kind::Plain));
        let header = |name: &str| {
            let mut headers = post.headers.iter();
            headers
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.reveal().to_owned())
        };
        assert_eq!(header("webhook-id").as_deref(), Some("key-1"));
        assert!(header("webhook-signature").unwrap().starts_with("v1,"));
        assert!(
            post.body.contains(r#""type":"story.entered""#),
            "{}",
            post.body
        );
    }
}
