//! `feeds.toml` -> [`Config`]: the rooms' own options, gathered and checked. All paths in it are
//! relative to the file itself. Every problem is reported at once, with line, table and next step.

mod check;
mod error;
mod raw;
mod secret;
mod units;

pub use error::{Error, Problem};

use crate::model::{Site, Source, SourceId, Theme};
use crate::net::Limits;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A configuration that can be used.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it came from, as the user named it.
    pub file: PathBuf,
    /// Database, lock and caches live here.
    pub state: PathBuf,
    /// The database.
    pub store: PathBuf,
    /// What is published goes here.
    pub output: PathBuf,
    /// What pages and lists say of the whole.
    pub site: Site,
    /// How we ask.
    pub fetch: Limits,
    /// Where we ask, in file order.
    pub sources: Vec<Arc<Source>>,
    /// What we publish, in file order.
    pub themes: Vec<Arc<Theme>>,
    /// What is allowed but probably not meant.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// Reads and checks a file.
    pub fn load(file: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(file).map_err(|cause| Error::Unreadable {
            path: file.to_owned(),
            cause,
        })?;
        Self::parse(file, &text)
    }

    /// Checks the text of a file.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Error> {
        let places = error::Places { file, text };
        let raw = toml::from_str(text).map_err(|e| Error::Invalid(vec![places.refused(&e)]))?;
        check::check(raw, &places)
    }

    /// The source with this key.
    pub fn source(&self, id: &SourceId) -> Option<&Arc<Source>> {
        self.sources.iter().find(|s| s.id == *id)
    }
}
