//! What is known of written files: their names, their stamps when they were written, and what else the
//! store keeps of the document that they are.

use crate::config::Config;
use crate::mill::Error;
use crate::model::{EditionLinks, Headline, ListedTheme, Theme, ThemeId};
use crate::output::{self, FileStamp};
use crate::store::{Store, StoredEdition};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Names of files, with the stamps they had when they were written.
pub(in crate::mill) type WrittenFiles = Vec<(String, Option<FileStamp>)>;

/// Whether nobody has changed a file since it was written.
pub(super) fn is_there(root: &Path, (name, stamp): &(String, Option<FileStamp>)) -> bool {
    stamp.is_some() && output::stat(root, name) == *stamp
}

/// What is kept of an edition, as JSON.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(in crate::mill) struct EditionRecord {
    pub(in crate::mill) files: WrittenFiles,
    pub(super) updated: DateTime<Utc>,
    /// How many stories it has.
    pub(super) stories: usize,
    /// The newest ones, for the index page.
    pub(super) headlines: Vec<Headline>,
}

impl EditionRecord {
    /// The theme's line in the index.
    pub(super) fn listed(self, theme: &Arc<Theme>) -> ListedTheme {
        ListedTheme {
            theme: Arc::clone(theme),
            links: EditionLinks::of(theme),
            updated: self.updated,
            stories: self.stories,
            headlines: self.headlines,
        }
    }
}

/// What is kept of an archive document, as JSON.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::mill) struct ArchiveRecord {
    /// Where it was published: its links to other documents begin with this. A string, because it is only compared, and to
    /// parse addresses takes time.
    pub(super) base_url: Option<String>,
    /// The document before it was removed, so it has no link to it.
    #[serde(default)]
    pub(super) is_cut_off: bool,
    /// Its theme has no page, so it links to the one that lists all themes.
    #[serde(default)]
    pub(super) has_no_page: bool,
    pub(in crate::mill) files: WrittenFiles,
}

/// The editions as the last pass left them.
pub(super) struct Records<'a> {
    config: &'a Config,
    editions: HashMap<ThemeId, StoredEdition>,
    /// Treat every one as changed.
    rebuild: bool,
}

impl<'a> Records<'a> {
    pub(super) async fn read(
        config: &'a Config,
        store: &Store,
        rebuild: bool,
    ) -> Result<Self, Error> {
        Ok(Self {
            config,
            editions: store.editions().await?,
            rebuild,
        })
    }

    /// The record of an edition that would be the same now, with every file as it was written.
    pub(super) fn unchanged(&self, theme: &ThemeId, fingerprint: u64) -> Option<EditionRecord> {
        let edition = self.editions.get(theme)?;
        if self.rebuild || edition.fingerprint != fingerprint {
            return None;
        }
        let record: EditionRecord = serde_json::from_str(&edition.json).ok()?;
        let is_there = |file| is_there(&self.config.output, file);
        record.files.iter().all(is_there).then_some(record)
    }

    /// The files that an edition had.
    pub(super) fn files_before(&self, theme: &ThemeId) -> WrittenFiles {
        let edition = self.editions.get(theme);
        let record = edition.and_then(|e| serde_json::from_str::<EditionRecord>(&e.json).ok());
        record.map(|record| record.files).unwrap_or_default()
    }

    /// The hash of the rule by which a theme's entries were found.
    pub(super) fn rule_hash(&self, theme: &ThemeId) -> u64 {
        self.editions.get(theme).map_or(0, |edition| edition.rule)
    }
}
