//! How a source is, as its page shows it.

use chrono::{DateTime, Utc};

/// One source.
#[derive(Clone, Debug)]
pub struct SourceLine {
    /// Its key in `feeds.toml`.
    pub name: String,
    /// Its title, once one is known.
    pub title: Option<String>,
    /// Its feed, where everybody may know it.
    pub url: Option<String>,
    /// How it is.
    pub state: SourceState,
    /// When it last answered well.
    pub last_good: Option<DateTime<Utc>>,
    /// When it is asked next; none where that is at the next pass, or never again.
    pub next_visit: Option<DateTime<Utc>>,
    /// Failed visits in a row.
    pub failures: u32,
    /// What the last failure was, as everybody may know it.
    pub error: Option<String>,
    /// Items that are kept of it.
    pub items: u64,
    /// The date of its newest item.
    pub newest: Option<DateTime<Utc>>,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// Never asked again.
    Gone,
    /// Its last visit failed.
    Failing,
    /// It answers, and has had nothing new for long.
    Stale,
    /// Not asked yet.
    New,
    /// It answers.
    Fine,
}
