//! Mastodon, and servers that speak its API: `docs.joinmastodon.org/methods/statuses`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::message::{Form, Kind, Limit};
use crate::model::Destination;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Mastodon {
    server: String,
    token: String,
    visibility: &'static str,
    limit: Limit,
}

impl Mastodon {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let server = needs.url("the address of the server")?;
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            token: needs.token("an access token with the right to write:statuses")?,
            visibility: if to.silent { "unlisted" } else { "public" },
            limit: Limit::MASTODON,
        })
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/{path}", self.server)
    }

    fn call(&self, method: &'static str, path: &str, body: &Value) -> Request {
        Request::json(method, self.address(path), body).bearer(&self.token)
    }

    fn bare(&self, method: &'static str, path: &str) -> Request {
        Request::bare(method, self.address(path)).bearer(&self.token)
    }

    fn status(&self, letter: &Letter) -> Value {
        let mut body = json!({"status": letter.message.text, "visibility": self.visibility});
        let language = letter
            .language
            .as_deref()
            .and_then(|tag| tag.split('-').next());
        if let Some(language) = language.filter(|tag| tag.len() == 2) {
            body["language"] = json!(language);
        }
        body
    }
}

impl Platform for Mastodon {
    fn form(&self) -> Form {
        Form {
            limit: self.limit,
            ..Form::of(Kind::Mastodon)
        }
    }

    /// The limits of the server, which differ.
    fn prepare(&self, known: Option<&str>, _: i64) -> Option<Request> {
        known.is_none().then(|| self.bare("GET", "v2/instance"))
    }

    fn prepared(&mut self, answer: &Answer) -> Result<String, Outcome> {
        let limits = &answer.json()["configuration"]["statuses"];
        let number = |name: &str, usual: u64| limits[name].as_u64().unwrap_or(usual);
        match self.read(answer) {
            Outcome::Done(_) => Ok(format!(
                "{} {}",
                number("max_characters", 500),
                number("characters_reserved_per_url", 23)
            )),
            // Servers that speak an older API have the usual limits.
            Outcome::Stopped(_) if answer.status == 404 => Ok("500 23".to_owned()),
            outcome => Err(outcome),
        }
    }

    fn resume(&mut self, known: &str) {
        let numbers = known
            .split_once(' ')
            .map(|(max, link)| (max.parse(), link.parse()));
        if let Some((Ok(max), Ok(link))) = numbers {
            self.limit = Limit::mastodon(max, link);
        }
    }

    fn post(&self, letter: &Letter) -> Request {
        self.call("POST", "v1/statuses", &self.status(letter))
            .header("Idempotency-Key", &letter.key)
    }

    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Request> {
        let mut body = self.status(letter);
        body.as_object_mut()?.remove("visibility");
        Some(self.call("PUT", &format!("v1/statuses/{receipt}"), &body))
    }

    fn delete(&self, _: &Letter, receipt: &str) -> Option<Request> {
        Some(self.bare("DELETE", &format!("v1/statuses/{receipt}")))
    }

    fn read(&self, answer: &Answer) -> Outcome {
        if answer.status == 429 {
            // A moment, not a number of seconds.
            let reset = answer.header("x-ratelimit-reset");
            let reset = reset.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            let until = reset.map(|at| at.with_timezone(&Utc));
            return Outcome::Later(answer.said(), answer.retry_after().or(until));
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

    #[test]
    fn the_limits_are_those_of_the_server() {
        let mut mastodon = Mastodon::new(&to(model::Platform::Mastodon)).unwrap();
        assert!(mastodon.prepare(None, 0).is_some());
        let instance = r#"{"configuration":{"statuses":{"max_characters":5000,"characters_reserved_per_url":20}}}"#;
        let known = mastodon.prepared(&answer(200, instance)).unwrap();
        mastodon.resume(&known);
        assert_eq!(mastodon.form().limit, Limit::mastodon(5000, 20));
        assert!(mastodon.prepare(Some(&known), 0).is_none());
        assert_eq!(mastodon.prepared(&answer(404, "")), Ok("500 23".to_owned()));
        assert!(matches!(
            mastodon.prepared(&answer(503, "")),
            Err(Outcome::Later(..))
        ));
    }

    #[test]
    fn a_status_has_a_key_against_repetition() {
        let mastodon = Mastodon::new(&to(model::Platform::Mastodon)).unwrap();
        let post = mastodon.post(&letter(Kind::Mastodon));
        assert_eq!(post.headers[1].0, "Idempotency-Key");
        let mut busy = answer(429, "");
        busy.headers = vec![(
            "x-ratelimit-reset".to_owned(),
            "1970-01-01T00:05:00.000Z".to_owned(),
        )];
        match mastodon.read(&busy) {
            Outcome::Later(_, Some(at)) => assert_eq!(at.timestamp(), 300),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            mastodon.read(&answer(422, "{}")),
            Outcome::Refused(_)
        ));
    }
}
