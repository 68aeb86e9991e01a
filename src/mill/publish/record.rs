//! What is known of written files: their names, how we left them, and what else the store keeps of
//! the document that they are.

use crate::model::Headline;
use crate::output::{self, FileStamp};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::path::Path;
use url::Url;

/// Names of files, with the stamps they had when we left them.
pub(in crate::mill) type WrittenFiles = Vec<(String, Option<FileStamp>)>;

/// Whether a file is there as we left it.
pub(in crate::mill) fn is_there(root: &Path, (name, stamp): &(String, Option<FileStamp>)) -> bool {
    stamp.is_some() && output::stat(root, name) == *stamp
}

/// What is kept of an edition, as JSON.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(in crate::mill) struct EditionRecord {
    pub(in crate::mill) files: WrittenFiles,
    /// The edition's.
    pub(super) updated: DateTime<Utc>,
    pub(super) stories: usize,
    pub(super) headlines: Vec<Headline>,
}

/// What is kept of a page, as JSON.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::mill) struct ArchiveRecord {
    /// Where it was published: its links to other documents begin so.
    pub(super) base_url: Option<Url>,
    pub(in crate::mill) files: WrittenFiles,
}
