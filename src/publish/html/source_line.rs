//! The state of a source, as `sources.html` shows it.

use chrono::{DateTime, Utc};

/// One source.
#[derive(Clone, Debug)]
pub struct SourceLine {
    /// Its key in `feeds.toml`.
    pub name: String,
    /// Its title, once one is known.
    pub title: Option<String>,
    /// Its feed, if that may be shown.
    pub url: Option<String>,
    /// Its state.
    pub state: SourceState,
    /// When it was last fetched without an error.
    pub last_good: Option<DateTime<Utc>>,
    /// When it is fetched next; none if that is at the next pass, or never again.
    pub next_visit: Option<DateTime<Utc>>,
    /// Failed visits in a row.
    pub failures: u32,
    /// The last failure, in words that may be shown.
    pub error: Option<String>,
    /// Items that are kept of it.
    pub items: u64,
    /// The date of its newest item.
    pub newest: Option<DateTime<Utc>>,
    /// The page with its newest stories, relative to the output folder, where there is one.
    pub stories_page: Option<String>,
}

/// Its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// It is never fetched again.
    Gone,
    /// Its last visit failed.
    Failing,
    /// It answers, but has had nothing new for a long time.
    Stale,
    /// It has not been fetched yet.
    New,
    /// It answers.
    Fine,
    /// `enabled = false`: it is not fetched.
    Disabled,
}

/// Where a source stands on the page of the sources. A key of `feeds.toml` may have any character; an
/// `id` has no white space, and a link writes the others as they are.
pub(super) fn anchor(name: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(safe).collect();
    format!("source-{name}")
}
