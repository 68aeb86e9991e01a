//! What is remembered of a source between visits.

use super::{FailureKind, Freshness};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is remembered of a source between visits. `fetch` reads it; `schedule` makes the next one of it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(Serialize))]
pub struct FetchState {
    /// The address in `feeds.toml` at the last visit; another one is another source.
    pub asked: Option<String>,
    /// The URL that the validators belong to; they are void for any other.
    pub url: Option<String>,
    /// `ETag`, byte for byte: each is one character.
    pub etag: Option<String>,
    /// `Last-Modified`, likewise.
    pub last_modified: Option<String>,
    /// Hash of the last whole body: an unchanged 200 costs no parse.
    pub body_hash: Option<u64>,
    /// Fingerprint of everything that decides how a document is read. Another parser or other
    /// selectors change it, and the document is then read again.
    pub reader: u64,
    /// The settings at the last visit: a source with others is due. None in older stores.
    pub settings: Option<Settings>,
    /// What the feed said of its own rhythm when it was last read.
    pub freshness: Freshness,
    /// What was odd about the document that was read last, for people.
    pub oddities: Vec<String>,
    /// The usual time between two of its items, seconds, as their dates have it.
    pub rhythm_seconds: Option<u64>,
    /// The date of its newest item.
    pub newest: Option<DateTime<Utc>>,
    /// Not fetched before.
    pub next_due: Option<DateTime<Utc>>,
    /// What decided `next_due`.
    pub next_why: Option<WaitReason>,
    /// `Retry-After` of the server: `--all` and `feedmill retry` do not lift it.
    pub retry_after: Option<DateTime<Utc>>,
    /// Failed visits in a row.
    pub failures: u32,
    /// When the row began.
    pub failing_since: Option<DateTime<Utc>>,
    /// Its record: one more with each failure, half with each good visit.
    pub trouble: u32,
    /// That it fails was reported, and it has not been good for long enough since.
    pub is_reported: bool,
    /// What the last failure was, for people.
    pub last_error: Option<String>,
    /// The kind of the last failure; none in stores that were written before kinds were.
    pub last_failure: Option<FailureKind>,
    /// When it was last fetched without a failure.
    pub last_good: Option<DateTime<Utc>>,
    /// A permanent redirect, believed after several good visits.
    pub redirect: Option<Redirect>,
    /// Each robots.txt that a page was asked by: of its site, and of those that redirects lead to.
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchTime {
    /// As in [`FetchState`], like all that follows.
    pub asked: Option<String>,
    /// The settings at the last visit.
    pub settings: Option<Settings>,
    /// Not fetched before.
    pub next_due: Option<DateTime<Utc>>,
    /// `Retry-After` of the server.
    pub retry_after: Option<DateTime<Utc>>,
    /// The kind of the last failure.
    pub last_failure: Option<FailureKind>,
    /// 410.
    pub gone: bool,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize))]
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
