//! Matrix, by an access token: `spec.matrix.org/latest/client-server-api`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind};
use crate::model::Destination;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Matrix {
    server: String,
    token: String,
    room: String,
}

impl Matrix {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let server = needs.url("the address of the homeserver")?;
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            token: needs.token("the access token of the bot's account")?,
            room: needs.channel("the id of the room, !...:server")?,
        })
    }

    /// A request about the room. The last part of its path is the transaction: the same one is the same event.
    fn put(&self, what: &str, key: &str, body: &Value) -> Request {
        let room = encoded(&self.room);
        let url = format!(
            "{}/_matrix/client/v3/rooms/{room}/{what}/{key}",
            self.server
        );
        Request::json("PUT", url, body).bearer(&self.token)
    }
}

/// A message as an event has it: a notice, which nobody answers automatically, and which mentions nobody.
fn content(letter: &Letter) -> Value {
    let plain = letter
        .message
        .plain
        .as_ref()
        .unwrap_or(&letter.message.text);
    json!({
        "msgtype": "m.notice",
        "body": plain,
        "format": "org.matrix.custom.html",
        "formatted_body": letter.message.text,
        "m.mentions": {},
    })
}

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, NON_ALPHANUMERIC).to_string()
}

impl Platform for Matrix {
    fn form(&self) -> Form {
        Form::of(Kind::Matrix)
    }

    fn post(&self, letter: &Letter) -> Request {
        self.put("send/m.room.message", &letter.key, &content(letter))
    }

    /// Always of the first event, never of an edit.
    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let mut body = content(letter);
        body["m.new_content"] = content(letter);
        body["m.relates_to"] = json!({"rel_type": "m.replace", "event_id": receipt});
        Some(self.put("send/m.room.message", &letter.key, &body))
    }

    fn delete(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let what = format!("redact/{}", encoded(receipt));
        Some(self.put(&what, &letter.key, &json!({})))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let body = answer.json();
        match body["errcode"].as_str().unwrap_or_default() {
            "M_LIMIT_EXCEEDED" => {
                let wait = body["retry_after_ms"].as_f64();
                let until = wait.and_then(|ms| answer.after(ms / 1000.0));
                Outcome::Later(answer.said(), answer.retry_after().or(until))
            }
            "M_TOO_LARGE" | "M_BAD_JSON" | "M_NOT_JSON" | "M_INVALID_PARAM" => {
                Outcome::Refused(answer.said())
            }
            "M_FORBIDDEN" | "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_USER_DEACTIVATED"
            | "M_USER_SUSPENDED" | "M_UNRECOGNIZED" => Outcome::Stopped(answer.said()),
            _ => by_json(answer, |body| {
                body["event_id"].as_str().unwrap_or_default().to_owned()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn matrix() -> Matrix {
        let mut destination = to(model::Platform::Matrix);
        destination.channel = Some("!room:chat.example".to_owned());
        Matrix::new(&destination).unwrap()
    }

    #[test]
    fn a_message_has_a_transaction_and_mentions_nobody() {
        let letter = letter(Kind::Matrix);
        let post = matrix().post(&letter);
        assert_eq!(
            post.url.reveal(),
            "https://chat.example/hook/_matrix/client/v3/rooms/%21room%3Achat%2Eexample/send/m.room.message/key-1"
        );
        let body: Value = serde_json::from_str(&post.body).unwrap();
        assert_eq!(
            (body["msgtype"].as_str(), &body["m.mentions"]),
            (Some("m.notice"), &json!({}))
        );
        assert!(body["body"].as_str().unwrap().contains("Ferry late & slow"));
        assert!(
            body["formatted_body"]
                .as_str()
                .unwrap()
                .contains("Ferry late &amp; slow")
        );
        let edit = matrix().edit(&letter, "$1").unwrap();
        let body: Value = serde_json::from_str(&edit.body).unwrap();
        assert_eq!(body["m.relates_to"]["event_id"], "$1");
        let delete = matrix().delete(&letter, "$1").unwrap();
        assert!(
            delete.url.reveal().ends_with("/redact/%241/key-1"),
            "{}",
            delete.url.reveal()
        );
    }

    #[test]
    fn answers_are_told_apart() {
        let read = |status, body: &str| matrix().read(&answer(status, body));
        assert_eq!(
            read(200, r#"{"event_id":"$1"}"#),
            Outcome::Done("$1".to_owned())
        );
        assert!(matches!(
            read(403, r#"{"errcode":"M_FORBIDDEN"}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(413, r#"{"errcode":"M_TOO_LARGE"}"#),
            Outcome::Refused(_)
        ));
        match read(
            429,
            r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}"#,
        ) {
            Outcome::Later(_, Some(at)) => assert_eq!(at.timestamp_millis(), 2_500),
            other => panic!("{other:?}"),
        }
        assert!(matches!(read(502, "<html>"), Outcome::Later(..)));
    }
}
