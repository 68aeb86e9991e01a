//! What a pass did.

use crate::model::{FailureKind, SourceId, ThemeId};
use crate::schedule;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The summary of a pass: for people, `--json` and the exit code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Sources that were due and fetched.
    pub asked: usize,
    /// Sources with a document to read.
    pub modified: usize,
    /// Sources that had nothing new: 304, or the same bytes.
    pub unchanged: usize,
    /// Sources that failed.
    pub failed: Vec<Failure>,
    /// No source could be connected to, so the network here is at fault. The failures of this pass do
    /// not count, and all sources are fetched again in the next one.
    pub network_fault: bool,
    /// Sources that were due and were not fetched.
    pub waiting: Vec<Waiting>,
    /// Sources that are good again after failures that were reported.
    pub recovered: Vec<SourceId>,
    /// What was odd, by source: the documents were read all the same.
    pub odd: Vec<(SourceId, String)>,
    /// Filters that failed: their items stay as they are and are tried again in the next pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filter_failures: Vec<FilterFailure>,
    /// What was posted to destinations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delivered: Vec<Delivered>,
    /// Filters that work again after failures that were reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recovered_filters: Vec<FilterOf>,
    /// Items never seen before.
    pub new_items: usize,
    /// Items whose content has changed.
    pub changed_items: usize,
    /// New items that repeat a story.
    pub merged_items: usize,
    /// New stories.
    pub new_stories: usize,
    /// Stories that were deleted because they are older than `keep` and nothing shows them any more.
    pub old_stories: usize,
    /// Files of themes that are no longer in `feeds.toml`: they are not written any more.
    pub abandoned_files: Vec<String>,
    /// New stories by theme.
    pub new_by_theme: BTreeMap<ThemeId, usize>,
    /// Files that were removed: compressed copies that are not wanted any more, archive documents and pages
    /// that are too old, and with `--prune` those that are not written any more.
    pub removed: Vec<String>,
    /// Files written, relative to the output folder.
    pub written: Vec<String>,
    /// Files that were as they should be.
    pub unchanged_files: usize,
    /// Feeds that the hub was notified of.
    pub pinged: usize,
    /// Feeds that the hub is notified of in the next pass, because it failed or was too slow.
    pub unpinged: usize,
    /// The hub could not be notified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub_failure: Option<HubFailure>,
}

/// A source that failed.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// The source.
    pub source: SourceId,
    /// What kind of failure: `kind`, and `status` where an HTTP status is known.
    #[serde(flatten)]
    pub kind: FailureKind,
    /// What happened and what would help.
    pub error: String,
    /// How often in a row.
    pub failures: u32,
    /// When it is fetched again, RFC 3339; none if it is not until its URL is edited.
    pub next_try: Option<String>,
    /// The server was not reached at all.
    pub unreached: bool,
    /// It is gone for good (410), and is not fetched again.
    pub gone: bool,
    /// Who is to know of it.
    #[serde(skip)]
    pub(super) weight: Weight,
}

/// Who is to know of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// The first one of a source that was good, and may well be good at the next visit.
    Passing,
    /// Whoever looks.
    Known,
    /// The user, also from a silent run.
    News,
}

/// Sources that were due and were not fetched. They keep their place: they come first in the next pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// What they wait for.
    pub why: WaitingFor,
    /// How many.
    pub sources: usize,
    /// Their host, or that of most of them. None where that is secret, or where they are of many.
    pub host: Option<String>,
    /// Until when, RFC 3339; none for the next pass.
    pub until: Option<String>,
}

/// What sources wait for that are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitingFor {
    /// The time for requests (`max_pass`) was over.
    MaxPass,
    /// The host asked to be left alone (`Retry-After`).
    RetryAfter,
}

/// A filter that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilterFailure {
    /// Whose items it was given: `source` or `theme`.
    #[serde(flatten)]
    pub of: FilterOf,
    /// What happened.
    pub error: String,
    /// How many items stay as they are.
    pub items: usize,
    /// In how many passes in a row in which it ran.
    pub failures: u32,
}

/// Whose filter it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FilterOf {
    /// A source's.
    Source(SourceId),
    /// A theme's.
    Theme(ThemeId),
}

impl fmt::Display for FilterOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(id) => write!(f, "{id}"),
            Self::Theme(id) => write!(f, "theme {id}"),
        }
    }
}

/// What was posted to a destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Its name in feeds.toml.
    pub name: String,
    /// Stories posted.
    pub posted: usize,
    /// Messages changed.
    #[serde(skip_serializing_if = "is_zero")]
    pub edited: usize,
    /// Messages taken back.
    #[serde(skip_serializing_if = "is_zero")]
    pub taken_back: usize,
    /// Stories left out, because there were too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// Stories set aside, because the platform refuses them.
    #[serde(skip_serializing_if = "is_zero")]
    pub set_aside: usize,
    /// Stories that wait.
    #[serde(skip_serializing_if = "is_zero")]
    pub waiting: usize,
    /// Until when it is quiet; none if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_until: Option<DateTime<FixedOffset>>,
    /// When they are posted as a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_digest: Option<DateTime<FixedOffset>>,
    /// Why they wait, or the last reason for which one was set aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Nothing is sent until somebody has changed something.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_stopped: bool,
    /// Somebody should be told of the error: it is new, or has lasted.
    #[serde(skip)]
    pub is_news: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A hub that was not notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HubFailure {
    /// What happened.
    pub error: String,
    /// How often in a row.
    pub failures: u32,
    /// Feeds that it is notified of in the next pass.
    pub waiting: usize,
}

impl FilterFailure {
    /// A silent run reports a filter when it has failed this often in a row.
    pub const THRESHOLD: u32 = Failure::THRESHOLD;

    /// Whether a silent run reports this failure.
    pub fn is_news(&self) -> bool {
        self.failures == Self::THRESHOLD
    }
}

impl Failure {
    /// A source is reported in a silent run when it has failed this often in a row.
    pub const THRESHOLD: u32 = schedule::FAILURES_TO_REPORT;

    /// A source that could not be read because of a fault in this program.
    pub(super) fn of_ours(source: SourceId) -> Self {
        Self {
            source,
            kind: FailureKind::Internal,
            error: "feedmill failed to read it; please report this with the document".to_owned(),
            failures: Self::THRESHOLD,
            next_try: None,
            unreached: false,
            gone: false,
            weight: Weight::News,
        }
    }

    /// Whether a silent run reports this failure: the one that makes it a row, the last one that there will
    /// be, or one that has cost a whole pass.
    pub fn is_news(&self) -> bool {
        self.weight == Weight::News
    }
}

impl Report {
    /// Sources were due and none of them could be reached: the network is at fault.
    pub fn nobody_reached(&self) -> bool {
        self.asked > 0 && self.failed.len() == self.asked && self.failed.iter().all(|f| f.unreached)
    }
}
