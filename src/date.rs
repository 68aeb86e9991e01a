//! The date dialects of the web -> moments in UTC. A wrong date is worse than none.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// To the minute or better.
    #[default]
    Exact,
    /// A day; the time is ours.
    Day,
    /// Counted back from a moment: `2 months ago`.
    Approximate,
    /// Not given; the moment is when we first saw it.
    Unknown,
}

/// What a text about a moment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The moment; midnight in its zone for a day.
    pub at: DateTime<Utc>,
    /// How exactly.
    pub precision: Precision,
}

/// What the text itself cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Relative ages count back from here.
    pub now: DateTime<Utc>,
    /// Zone of dates that name none.
    pub timezone: chrono_tz::Tz,
    /// `10/06/2003` is in October.
    pub month_first: bool,
}

/// Reads a date, or refuses.
pub fn parse(text: &str, context: &Context) -> Option<Reading> {
    let _ = context;
    DateTime::parse_from_rfc2822(text)
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .ok()
        .map(|at| Reading {
            at: at.to_utc(),
            precision: Precision::Exact,
        })
}
