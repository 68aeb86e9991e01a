//! Mattermost, by an incoming webhook: `developers.mattermost.com/integrate/webhooks/incoming`.

use crate::deliver::{
    Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_status, not_theirs,
};
use crate::message::{Form, Kind};
use crate::model::Destination;
use serde_json::json;

#[derive(Debug)]
pub(super) struct Mattermost {
    url: String,
    channel: Option<String>,
}

impl Mattermost {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        Ok(Self {
            url: Needs(to).url("the address of the webhook, .../hooks/...")?,
            channel: to.channel.clone(),
        })
    }
}

impl Platform for Mattermost {
    fn form(&self) -> Form {
        Form::of(Kind::Mattermost)
    }

    fn post(&self, letter: &Letter) -> Request {
        let mut body = json!({"text": letter.message.text});
        if let Some(channel) = &self.channel {
            body["channel"] = json!(channel);
        }
        Request::json("POST", &self.url, &body)
    }

    /// A webhook that is gone is answered with 400, as a wrong message is.
    fn read(&self, answer: &Answer) -> Outcome {
        let id = answer.text(&["id"]).unwrap_or_default();
        // 501: somebody has turned webhooks off.
        let is_final = answer.status < 500 || answer.status == 501;
        if is_final && id.contains("webhook") && !id.contains(".text.") {
            return Outcome::Stopped(answer.said());
        }
        if answer.status == 200 && answer.body.trim_ascii() != b"ok" {
            return not_theirs(answer);
        }
        by_status(answer, String::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    #[test]
    fn a_webhook_that_is_gone_is_no_wrong_message() {
        let mattermost = Mattermost::new(&to(model::Platform::Mattermost)).unwrap();
        let post = mattermost.post(&letter(Kind::Mattermost));
        assert!(post.body.contains(r#""channel":"news""#), "{}", post.body);
        let read = |status, body: &str| mattermost.read(&answer(status, body));
        assert_eq!(read(200, "ok"), Outcome::Done(String::new()));
        let gone = r#"{"id":"web.incoming_webhook.invalid.app_error","status_code":400}"#;
        assert!(matches!(read(400, gone), Outcome::Stopped(_)));
        let empty = r#"{"id":"web.incoming_webhook.text.app_error","status_code":400}"#;
        assert!(matches!(read(400, empty), Outcome::Refused(_)));
        assert!(matches!(read(500, gone), Outcome::Later(..)));
        let off = r#"{"id":"web.incoming_webhook.disabled.app_error","status_code":501}"#;
        assert!(matches!(read(501, off), Outcome::Stopped(_)));
    }
}
