//! What an answer means.

use crate::net::retry_after;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// An answer of a server.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in small letters, with values.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// When it came.
    pub now: DateTime<Utc>,
}

impl Answer {
    /// The first header with this name, in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A text in the JSON of the body, by the names of its objects.
    pub fn text(&self, path: &[&str]) -> Option<String> {
        let mut value = &self.json();
        for name in path {
            value = &value[*name];
        }
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// What it says of an error: the code, and the beginning of the body on one line.
    pub fn said(&self) -> String {
        /// Characters that are kept of a body.
        const MAX: usize = 200;
        let body = String::from_utf8_lossy(&self.body);
        let words: Vec<&str> = body.split_whitespace().collect();
        let words: String = words
            .join(" ")
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX)
            .collect();
        if words.is_empty() {
            return self.status.to_string();
        }
        format!("{} {words}", self.status)
    }

    /// Until when the server wants to be left alone: `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<DateTime<Utc>> {
        retry_after(self.header("retry-after")?, self.now)
    }

    /// So many seconds from now.
    pub fn after(&self, seconds: f64) -> Option<DateTime<Utc>> {
        /// The longest wait, whatever the server sends.
        const LONGEST: f64 = 7.0 * 86_400.0;
        let wait = std::time::Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST)).ok()?;
        Some(self.now + TimeDelta::from_std(wait).ok()?)
    }
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken. What came back, by which it can be changed: empty if nothing.
    Done(String),
    /// Not now: the server is busy, or fails. Until when it wants to be left alone, if it says so.
    Later(String, Option<DateTime<Utc>>),
    /// Not this message, ever.
    Refused(String),
    /// No message, until somebody changes something: a wrong token, a room that is gone.
    Stopped(String),
}

impl Outcome {
    /// The same with other words for what went wrong.
    pub(super) fn map(self, words: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Done(receipt) => Self::Done(receipt),
            Self::Later(why, until) => Self::Later(words(why), until),
            Self::Refused(why) => Self::Refused(words(why)),
            Self::Stopped(why) => Self::Stopped(words(why)),
        }
    }
}

/// The outcome of a status code on its own, for platforms that keep to HTTP. `receipt` is what a good answer gives.
pub fn by_status(answer: &Answer, receipt: impl FnOnce() -> String) -> Outcome {
    match answer.status {
        200..=299 => Outcome::Done(receipt()),
        408 | 425 | 429 | 500..=599 => Outcome::Later(answer.said(), answer.retry_after()),
        400 | 413 | 422 => Outcome::Refused(answer.said()),
        300..=399 => Outcome::Stopped(format!("{} (a redirect is not followed)", answer.said())),
        _ => Outcome::Stopped(answer.said()),
    }
}

/// The same of platforms that answer with a JSON object. A page of a proxy or of a login with a good status is no answer of theirs.
pub fn by_json(answer: &Answer, receipt: impl FnOnce(&Value) -> String) -> Outcome {
    let body = answer.json();
    let is_good = matches!(answer.status, 200..=299) && answer.status != 204;
    if is_good && !body.is_object() {
        return not_theirs(answer);
    }
    by_status(answer, || receipt(&body))
}

/// A good status with something that the platform does not answer.
pub fn not_theirs(answer: &Answer) -> Outcome {
    let said = answer.said();
    Outcome::Later(
        format!("this is not an answer of the platform: {said}"),
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        Answer {
            status,
            headers: headers
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
            body: body.into(),
            now: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_status_is_passing_final_or_about_this_message() {
        let outcome = |status| by_status(&answer(status, &[], ""), || "x".to_owned());
        assert_eq!(outcome(204), Outcome::Done("x".to_owned()));
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(matches!(outcome(status), Outcome::Later(..)), "{status}");
        }
        for status in [400, 413, 422] {
            assert!(matches!(outcome(status), Outcome::Refused(_)), "{status}");
        }
        for status in [301, 302, 401, 403, 404, 405, 410] {
            assert!(matches!(outcome(status), Outcome::Stopped(_)), "{status}");
        }
    }

    #[test]
    fn a_wait_is_read_and_capped() {
        let wait = |headers: &[_]| match by_status(&answer(429, headers, ""), String::new) {
            Outcome::Later(_, until) => until.map(|at| at.timestamp()),
            _ => None,
        };
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(
            wait(&[("retry-after", "Thu, 01 Jan 1970 00:01:00 GMT")]),
            Some(60)
        );
        assert_eq!(wait(&[]), None);
        let answer = answer(429, &[], "");
        assert_eq!(
            answer.after(0.25).map(|at| at.timestamp_millis()),
            Some(250)
        );
        assert_eq!(
            answer.after(1e300).map(|at| at.timestamp()),
            Some(7 * 86_400)
        );
        assert_eq!(answer.after(-1.0).map(|at| at.timestamp()), Some(0));
        assert_eq!(answer.after(f64::NAN), None);
    }

    #[test]
    fn what_a_server_says_is_one_short_line() {
        let said = answer(500, &[], &format!("<html>\n\u{1b}[31m{}", "x".repeat(999))).said();
        assert!(said.starts_with("500 <html> [31mxxx"), "{said}");
        assert!(said.chars().count() <= 204);
        assert_eq!(answer(502, &[], "").said(), "502");
    }
}
