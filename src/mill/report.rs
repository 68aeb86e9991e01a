//! What a pass did.

use crate::model::{FailureKind, SourceId, ThemeId};
use crate::schedule;
use serde::Serialize;
use std::collections::BTreeMap;

/// The summary of a pass: for people, `--json` and the exit code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Sources that were due and asked.
    pub asked: usize,
    /// Sources that brought something to read.
    pub modified: usize,
    /// Sources that had nothing new: 304, or the same bytes.
    pub unchanged: usize,
    /// Sources that brought nothing usable.
    pub failed: Vec<Failure>,
    /// Sources that answer again after they had failed often enough to be reported.
    pub recovered: Vec<SourceId>,
    /// What was odd, by source: the documents were read all the same.
    pub odd: Vec<(SourceId, String)>,
    /// Items never seen before.
    pub new_items: usize,
    /// Items that now say something else.
    pub changed_items: usize,
    /// New items that repeat a story.
    pub merged_items: usize,
    /// New stories.
    pub new_stories: usize,
    /// Files of themes that are no longer in `feeds.toml`: nobody writes them any more.
    pub abandoned_files: Vec<String>,
    /// New stories by theme.
    pub new_by_theme: BTreeMap<ThemeId, usize>,
    /// Files that were removed: compressed copies that nobody asks for any more, and with `--prune`
    /// those that nothing writes any more.
    pub removed: Vec<String>,
    /// Files written, relative to the output folder.
    pub written: Vec<String>,
    /// Files that were as they should be.
    pub unchanged_files: usize,
    /// Feeds that the hub was told of.
    pub pinged: usize,
    /// That the hub could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub_failure: Option<HubFailure>,
}

/// A source that brought nothing usable.
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
    /// When it is asked again, RFC 3339; none when it is not until its URL is edited.
    pub next_try: Option<String>,
    /// The server was not reached at all.
    pub unreached: bool,
    /// It said that it is gone for good, and is not asked again.
    pub gone: bool,
}

/// A hub that was not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HubFailure {
    /// What happened.
    pub error: String,
    /// How often in a row.
    pub failures: u32,
    /// Feeds that it will be told of in the next pass.
    pub waiting: usize,
}

impl Failure {
    /// A source is worth a word in a silent run when it has failed this often in a row.
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
        }
    }

    /// Whether this failure is worth a word in a silent run: the one that crosses the threshold,
    /// or the last one there will be.
    pub fn is_news(&self) -> bool {
        self.gone || self.failures == Self::THRESHOLD
    }
}

impl Report {
    /// Sources were due and none of them could be reached: the network is down, not they.
    pub fn nobody_reached(&self) -> bool {
        self.asked > 0 && self.failed.len() == self.asked && self.failed.iter().all(|f| f.unreached)
    }
}
