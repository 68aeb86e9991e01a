//! `feeds.toml` -> [`Config`]: the options of the other rooms, read and checked. All paths in it are
//! relative to the file itself. All invalid values are reported together, each with its line, its table
//! and what to write instead. Of unknown keys and wrong types, the first of each table is reported.

mod check;
mod decisions;
mod deliver;
mod doubts;
pub mod edit;
mod error;
mod excerpt;
mod fetch;
mod file;
mod filter;
mod hours;
mod language_names;
mod paths;
mod raw;
mod rule_names;
mod rules;
mod schema;
mod secret;
mod source;
mod terms;
#[cfg(test)]
mod tests;
mod units;
mod unknown_key;
mod values;
mod written;

pub use error::{Error, Problem};
pub use excerpt::Excerpt;
pub use fetch::max_pass;
pub use rule_names::RuleNames;
pub use schema::SCHEMA;

use crate::model::{Decisions, Delivery, Redaction, Secret, Site, Source, SourceId, Theme};
use crate::net::Limits;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a `feeds.toml`: a table of a source has 70 to 400, so this is room for more than 40,000.
/// Full of the smallest, 230,000, it takes some 300 MB of memory to read.
const MAX_FILE: u64 = 16 << 20;

/// A configuration that can be used.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it came from, as the user named it.
    pub file: PathBuf,
    /// The folder of database, lock and caches.
    pub state: PathBuf,
    /// The database.
    pub store: PathBuf,
    /// The folder of the published files.
    pub output: PathBuf,
    /// A folder of HTML templates that replace the built-in ones.
    pub templates: Option<PathBuf>,
    /// Title, address and options of the published site.
    pub site: Site,
    /// How sources are fetched.
    pub fetch: Limits,
    /// An address that is requested after each good pass.
    pub heartbeat: Option<Secret>,
    /// How long a story is kept that nothing shows any more; none: for ever.
    pub keep: Option<Duration>,
    /// The sources, in file order.
    pub sources: Vec<Arc<Source>>,
    /// The themes, in file order.
    pub themes: Vec<Arc<Theme>>,
    /// Where stories are posted to, in file order.
    pub deliveries: Vec<Delivery>,
    /// What rules may name.
    pub rules: RuleNames,
    /// The user's decisions about stories.
    pub decisions: Decisions,
    /// What nothing that leaves the program may contain.
    pub secrets: Redaction,
    /// Warnings: what is valid but probably a mistake.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// Reads and checks a file.
    pub fn load(file: &Path) -> Result<Self, Error> {
        Self::parse(file, &read(file)?)
    }

    /// Reads and checks a file that may have no source or no theme yet.
    pub fn load_draft(file: &Path) -> Result<Self, Error> {
        Self::parse_draft(file, &read(file)?)
    }

    /// Checks the text of a file.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Error> {
        let places = error::Places { file, text };
        check::complete(&places, check::check(&places)?)
    }

    /// Checks the text of a file that may have no source or no theme yet.
    pub fn parse_draft(file: &Path, text: &str) -> Result<Self, Error> {
        check::check(&error::Places { file, text })
    }

    /// The source with this key.
    pub fn source(&self, id: &SourceId) -> Option<&Arc<Source>> {
        self.sources.iter().find(|s| s.id == *id)
    }

    /// The ranks of the sources: the member of the best rank leads a story.
    pub fn ranks(&self) -> Ranks {
        let mut sources = self.sources.clone();
        sources.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Ranks(sources)
    }
}

fn read(file: &Path) -> Result<String, Error> {
    file::read(file, MAX_FILE).map_err(|cause| Error::Unreadable {
        path: file.to_owned(),
        cause,
    })
}

/// The rank of each source: that of its table in `feeds.toml`. It can outlive the configuration.
#[derive(Debug)]
pub struct Ranks(
    /// In the order of their ids.
    Vec<Arc<Source>>,
);

impl Ranks {
    /// A source's rank, the lower the better; sources that are no longer in the file come last.
    pub fn of(&self, id: &SourceId) -> i32 {
        let found = self
            .0
            .binary_search_by(|source| source.id.as_str().cmp(id.table()));
        found.map_or(i32::MAX, |at| self.0[at].rank)
    }
}
