//! What is remembered of a source between visits.

use super::{FailureKind, Freshness};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// What is remembered of a source between visits. `fetch` reads it; `schedule` makes the next one of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FetchState {
    /// The address in `feeds.toml` at the last visit; another one is another source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// The URL that the validators belong to; they are void for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `ETag`, byte for byte: each is one character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Hash of the last whole body: an unchanged 200 costs no parse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_hash: Option<u64>,
    /// Fingerprint of everything that decides how a document is read. Another parser or other
    /// selectors change it, and the document is then read again.
    pub reader: u64,
    /// The settings at the last visit: a source with others is due. None in older stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// What the feed said of its own rhythm when it was last read.
    pub freshness: Freshness,
    /// What was odd about the document that was read last, for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<String>,
    /// The usual time between two of its items, seconds, as their dates have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rhythm_seconds: Option<u64>,
    /// The date of its newest item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<DateTime<Utc>>,
    /// Not fetched before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_due: Option<DateTime<Utc>>,
    /// What decided `next_due`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_why: Option<WaitReason>,
    /// `Retry-After` of the server: `--all` and `feedmill retry` do not lift it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<DateTime<Utc>>,
    /// Failed visits in a row.
    pub failures: u32,
    /// When the row began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<DateTime<Utc>>,
    /// Its record: one more with each failure, half with each good visit.
    pub trouble: u32,
    /// That it fails was reported, and it has not been good for long enough since.
    pub is_reported: bool,
    /// What the last failure was, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// The kind of the last failure; none in stores that were written before kinds were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<FailureKind>,
    /// When it was last fetched without a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_good: Option<DateTime<Utc>>,
    /// A permanent redirect, believed after several good visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// Each robots.txt that a page was asked by: of its site, and of those that redirects lead to.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_several"
    )]
    pub robots: Vec<Robots>,
    /// 410: not fetched until its URL is edited or `feedmill retry` is run.
    pub gone: bool,
}

impl FetchState {
    /// Whether the program ended when it last read the source: not read again before `next_due`, not
    /// even with `--all`, because it may end again and take the pass with it.
    pub fn is_set_aside(&self) -> bool {
        self.last_failure == Some(FailureKind::ProgramEnded)
    }
}

/// What of a [`FetchState`] decides when its source is fetched. Most sources are not due in most passes, and no more is
/// read of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FetchTime {
    asked: Option<String>,
    settings: Option<Settings>,
    next_due: Option<DateTime<Utc>>,
    retry_after: Option<DateTime<Utc>>,
    last_failure: Option<FailureKind>,
    gone: bool,
}

/// A state that is never stored: it remembers nothing else.
impl From<FetchTime> for FetchState {
    fn from(time: FetchTime) -> Self {
        let FetchTime {
            asked,
            settings,
            next_due,
            retry_after,
            last_failure,
            gone,
        } = time;
        Self {
            asked,
            settings,
            next_due,
            retry_after,
            last_failure,
            gone,
            ..Self::default()
        }
    }
}

/// Hashes of the keys of `feeds.toml` that matter to a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Of its own table.
    pub source: u64,
    /// Of `[fetch]`.
    pub fetch: u64,
}

/// A permanent redirect (301, 308) and how often it held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// Where it leads.
    pub to: String,
    /// Good visits that it led to.
    pub visits: u32,
}

impl Redirect {
    /// Good visits until it is believed. From then on the new address is fetched first, until it
    /// fails.
    const BELIEVED: u32 = 3;

    /// Whether it has held often enough.
    pub fn is_believed(&self) -> bool {
        self.visits >= Self::BELIEVED
    }
}

/// What a site's robots.txt says to us (RFC 9309).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Robots {
    /// Scheme, host and port.
    pub site: String,
    /// When it was read.
    pub at: DateTime<Utc>,
    /// `+` (allow) or `-` (disallow) and the pattern of a path.
    pub rules: Vec<String>,
}

/// Older stores have one, without a list.
fn one_or_several<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<Robots>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        One(Robots),
        Several(Vec<Robots>),
    }
    Ok(match Kept::deserialize(json)? {
        Kept::One(one) => vec![one],
        Kept::Several(several) => several,
    })
}

/// What decided when a source is fetched next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitReason {
    /// Its `every`, or the default.
    Every,
    /// It has something new far less often.
    Rhythm,
    /// The server: `Cache-Control: max-age` or `Expires`.
    Server,
    /// The feed: `ttl`, `sy:updatePeriod`.
    Feed,
    /// The feed: `skipHours`, `skipDays`.
    Skipped,
    /// It has failed.
    Failures,
    /// The server, when it refused: `Retry-After`.
    RetryAfter,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_when_a_source_is_fetched_is_read_without_the_rest() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0);
        let decisive = FetchState {
            asked: Some("https://a.example/".to_owned()),
            settings: Some(Settings {
                source: 1,
                fetch: 2,
            }),
            next_due: at(3),
            retry_after: at(4),
            last_failure: Some(FailureKind::ProgramEnded),
            gone: true,
            ..FetchState::default()
        };
        let stored = FetchState {
            etag: Some("\"5\"".to_owned()),
            last_good: at(6),
            failures: 7,
            ..decisive.clone()
        };
        let json = serde_json::to_string(&stored).unwrap();
        let time: FetchTime = serde_json::from_str(&json).unwrap();
        assert_eq!(FetchState::from(time), decisive);
    }

    #[test]
    fn the_robots_txt_of_an_older_store_is_read() {
        let one = r#"{"site":"https://a.example","at":"2024-06-14T09:00:00Z","rules":["-/x"]}"#;
        for json in [
            format!("{{\"robots\":{one}}}"),
            format!("{{\"robots\":[{one}]}}"),
        ] {
            let state: FetchState = serde_json::from_str(&json).unwrap();
            assert_eq!(state.robots[0].rules, ["-/x"], "{json}");
            let again = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<FetchState>(&again).unwrap(), state);
        }
        assert_eq!(serde_json::from_str::<FetchState>("{}").unwrap().robots, []);
    }
}
