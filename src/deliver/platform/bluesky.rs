//! Bluesky: `docs.bsky.app/docs/advanced-guides/posts`.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_json};
use crate::digest::Digest;
use crate::message::{Form, Kind};
use crate::model::Destination;
use crate::text::language;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

/// The server, unless `url` names another one.
const SERVER: &str = "https://bsky.social";
const POSTS: &str = "app.bsky.feed.post";
/// Seconds before its end from which a token counts as ended.
const SOON: i64 = 60;

#[derive(Debug)]
pub(super) struct Bluesky {
    server: String,
    user: String,
    password: String,
    session: Value,
}

impl Bluesky {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let server = to
            .url
            .as_ref()
            .map_or(SERVER, |url| url.reveal().trim_end_matches('/'));
        Ok(Self {
            server: server.to_owned(),
            user: needs.user("the handle, for example news.bsky.social")?,
            password: needs.token("an app password")?,
            session: Value::Null,
        })
    }

    fn address(&self, method: &str) -> String {
        format!("{}/xrpc/com.atproto.{method}", self.server)
    }

    fn call(&self, method: &str, body: &Value) -> Request {
        Request::json("POST", self.address(method), body)
    }

    fn token(&self, name: &str) -> &str {
        self.session[name].as_str().unwrap_or_default()
    }
}

/// A post.
fn record(letter: &Letter) -> Value {
    let now = DateTime::from_timestamp(letter.now, 0).unwrap_or_default();
    let facets: Vec<Value> = letter
        .message
        .links
        .iter()
        .map(|link| {
            json!({
                "index": {"byteStart": link.start, "byteEnd": link.end},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link.url}],
            })
        })
        .collect();
    let mut record = json!({
        "$type": POSTS,
        "text": letter.message.text,
        "createdAt": now.to_rfc3339_opts(SecondsFormat::Millis, true),
        "facets": facets,
    });
    if let Some(tag) = &letter.language {
        // A tag of subtags that nobody knows is refused together with the post.
        record["langs"] = json!([language::primary(tag)]);
    }
    if let Some(url) = &letter.url {
        // The server fetches no card.
        record["embed"] = json!({
            "$type": "app.bsky.embed.external",
            "external": {
                "uri": url,
                "title": letter.title,
                "description": letter.summary.as_deref().unwrap_or_default(),
            },
        });
    }
    record
}

/// The key of a record: the same for each try. It is a TID, which is made of a moment: that of the story.
fn record_key(letter: &Letter) -> String {
    const LETTERS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let date = letter.item["date_published"].as_str();
    let date = date.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let seconds = date.map_or(0, |date| date.timestamp().clamp(0, 1 << 32).unsigned_abs());
    let mut digest = Digest::new("record key", 1);
    let hash = digest.add(&letter.key).finish();
    let micros = seconds * 1_000_000 + hash % 1_000_000;
    let number = (micros << 10) | (hash >> 54);
    let letter_at = |place: u32| {
        let index = usize::try_from((number >> (5 * place)) & 31).unwrap_or_default();
        char::from(LETTERS[index])
    };
    (0..13).rev().map(letter_at).collect()
}

/// When a token ends, seconds since 1970 (RFC 7519). One that does not say it has ended.
fn ends(token: &str) -> i64 {
    let claims = token.split('.').nth(1);
    let claims = claims.and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Option<Value> = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims
        .and_then(|claims| claims["exp"].as_i64())
        .unwrap_or_default()
}

impl Platform for Bluesky {
    fn form(&self) -> Form {
        Form::of(Kind::Bluesky)
    }

    /// A session. Few may be made a day, so it is kept and refreshed.
    fn prepare(&self, known: Option<&str>, now: i64) -> Option<Request> {
        let is_over = |name: &str| ends(self.token(name)) <= now + SOON;
        if known.is_some() && !is_over("accessJwt") {
            return None;
        }
        if known.is_some() && !is_over("refreshJwt") {
            let request = Request::bare("POST", self.address("server.refreshSession"));
            return Some(request.bearer(self.token("refreshJwt")));
        }
        let body = json!({"identifier": self.user, "password": self.password});
        Some(self.call("server.createSession", &body))
    }

    fn prepared(&mut self, answer: &Answer) -> Result<String, Outcome> {
        match self.read(answer) {
            Outcome::Done(_) => {
                let body = answer.json();
                let kept = json!({
                    "did": body["did"],
                    "accessJwt": body["accessJwt"],
                    "refreshJwt": body["refreshJwt"],
                });
                Ok(kept.to_string())
            }
            outcome => Err(outcome),
        }
    }

    fn resume(&mut self, known: &str) {
        self.session = serde_json::from_str(known).unwrap_or_default();
    }

    /// `putRecord`: the same key is the same record.
    fn post(&self, letter: &Letter) -> Request {
        let body = json!({
            "repo": self.session["did"],
            "collection": POSTS,
            "rkey": record_key(letter),
            "record": record(letter),
        });
        self.call("repo.putRecord", &body)
            .bearer(self.token("accessJwt"))
    }

    fn delete(&self, _: &Letter, receipt: &str) -> Option<Request> {
        let body = json!({
            "repo": self.session["did"],
            "collection": POSTS,
            "rkey": receipt.rsplit('/').next()?,
        });
        Some(
            self.call("repo.deleteRecord", &body)
                .bearer(self.token("accessJwt")),
        )
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let body = answer.json();
        match (answer.status, body["error"].as_str().unwrap_or_default()) {
            (429, _) => {
                let reset = answer
                    .header("ratelimit-reset")
                    .and_then(|text| text.parse().ok());
                let until = reset.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
                Outcome::Later(answer.said(), answer.retry_after().or(until))
            }
            (_, "ExpiredToken") => Outcome::Later(answer.said(), answer.after(0.0)),
            (
                _,
                "AuthenticationRequired"
                | "AccountTakedown"
                | "AccountDeactivated"
                | "InvalidToken"
                | "AuthMissing"
                | "AuthFactorTokenRequired",
            ) => Outcome::Stopped(answer.said()),
            _ => by_json(answer, |body| {
                body["uri"].as_str().unwrap_or_default().to_owned()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn token(ends: i64) -> String {
        format!(
            "x.{}.y",
            BASE64_URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{ends}}}"))
        )
    }

    fn with_session(access: i64, refresh: i64) -> Bluesky {
        let mut bluesky = Bluesky::new(&to(model::Platform::Bluesky)).unwrap();
        let body =
            json!({"did": "did:plc:x", "accessJwt": token(access), "refreshJwt": token(refresh)});
        let known = bluesky.prepared(&answer(200, &body.to_string())).unwrap();
        bluesky.resume(&known);
        bluesky
    }

    #[test]
    fn a_session_is_made_kept_and_refreshed() {
        let asked = |bluesky: &Bluesky, known, now| {
            let request = bluesky.prepare(known, now)?;
            request.url.reveal().rsplit('.').next().map(str::to_owned)
        };
        let new = Bluesky::new(&to(model::Platform::Bluesky)).unwrap();
        assert_eq!(asked(&new, None, 0).as_deref(), Some("createSession"));
        let bluesky = with_session(1_000, 9_000);
        assert_eq!(asked(&bluesky, Some("x"), 500), None);
        assert_eq!(
            asked(&bluesky, Some("x"), 990).as_deref(),
            Some("refreshSession")
        );
        assert_eq!(
            asked(&bluesky, Some("x"), 9_000).as_deref(),
            Some("createSession")
        );
    }

    #[test]
    fn a_post_has_links_by_bytes_and_a_key_of_its_own() {
        let mut letter = letter(Kind::Bluesky);
        letter.item = json!({"date_published": "2024-06-14T09:30:00Z"});
        letter.language = Some("en-x".to_owned());
        let post = with_session(1, 1).post(&letter);
        let body: Value = serde_json::from_str(&post.body).unwrap();
        let key = body["rkey"].as_str().unwrap();
        assert_eq!(key.len(), 13);
        assert!(key.starts_with("3kuu"), "{key}");
        assert_eq!(with_session(1, 1).post(&letter).body, post.body);
        let record = &body["record"];
        let link = &record["facets"][0]["index"];
        let range = |name: &str| usize::try_from(link[name].as_u64().unwrap()).unwrap();
        let text = record["text"].as_str().unwrap();
        assert!(
            text.get(range("byteStart")..range("byteEnd")).is_some(),
            "{record}"
        );
        assert_eq!(record["langs"], json!(["en"]));
        assert_eq!(record["embed"]["external"]["uri"], "https://a.example/1");
        letter.key = "another".to_owned();
        assert_ne!(record_key(&letter), key);
    }

    #[test]
    fn answers_are_told_apart() {
        let read = |status, body: &str| with_session(1, 1).read(&answer(status, body));
        assert!(matches!(
            read(401, r#"{"error":"AuthenticationRequired"}"#),
            Outcome::Stopped(_)
        ));
        assert!(matches!(
            read(400, r#"{"error":"ExpiredToken"}"#),
            Outcome::Later(..)
        ));
        assert!(matches!(
            read(400, r#"{"error":"InvalidRequest"}"#),
            Outcome::Refused(_)
        ));
        assert_eq!(
            read(
                200,
                r#"{"uri":"at://did:plc:x/app.bsky.feed.post/3k","cid":"b"}"#
            ),
            Outcome::Done("at://did:plc:x/app.bsky.feed.post/3k".to_owned())
        );
    }
}
