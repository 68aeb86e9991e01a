//! How a destination is, for people and monitors.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Stories are counted up to this: whether a thousand or a million wait is the same to those who look.
pub const MOST_COUNTED: u32 = 1000;

/// How a destination is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DestinationHealth {
    /// Nothing is sent until somebody has changed something.
    Stopped,
    /// Nothing is sent for a while, because the last message did not come through.
    Resting,
    /// It was not there in the last pass: the next one begins with what comes from then on.
    New,
    /// It takes messages.
    Fine,
}

/// One destination.
#[derive(Clone, Debug, Serialize)]
pub struct DestinationStatus {
    /// Its name in `feeds.toml`.
    pub name: String,
    /// What it speaks.
    pub platform: &'static str,
    /// How it is.
    pub health: DestinationHealth,
    /// Stories that entered its themes and were not posted, up to [`MOST_COUNTED`]. Its `rule` may leave some of them out.
    pub waiting: u32,
    /// When it last took a message or a change of one.
    pub last_posted: Option<DateTime<Utc>>,
    /// Nothing is sent before.
    pub held_until: Option<DateTime<Utc>>,
    /// How often the next message was tried.
    pub tries: u32,
    /// What was wrong the last time.
    pub error: Option<String>,
    /// Stories that the platform refused, up to [`MOST_COUNTED`].
    pub set_aside: u32,
}

impl DestinationStatus {
    /// A silent run reports a destination when it has failed this often in a row.
    pub const REPORTED_AFTER: u32 = 3;

    /// Whether somebody should look at it: it was stopped, or has failed as often as is reported.
    pub fn wants_attention(&self) -> bool {
        self.health == DestinationHealth::Stopped || self.tries >= Self::REPORTED_AFTER
    }
}
