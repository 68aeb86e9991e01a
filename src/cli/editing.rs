//! Commands that edit feeds.toml: the file, the option `--dry-run`, and what is said of an edit.

use super::border;
use super::config_file::ConfigFile;
use super::exit::Failure;
use super::message;
use crate::config::Config;
use crate::config::edit::{self, Changed, first_file};
use std::io::Write as _;
use std::path::PathBuf;

/// The title of a site, where nobody gave one.
pub(super) const TITLE: &str = "My news";

/// The options of a command that edits feeds.toml.
#[derive(Debug, clap::Args)]
pub(super) struct Editing {
    #[command(flatten)]
    pub(super) config: ConfigFile,
    /// Print what would change in feeds.toml, as a diff; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A file to edit.
pub(super) struct Target {
    pub(super) path: PathBuf,
    /// The text that it begins with, if it is not there yet.
    first: Option<String>,
    dry_run: bool,
}

impl Editing {
    /// The file that is there.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        Ok(Target {
            path: self.config.path()?,
            first: None,
            dry_run: self.dry_run,
        })
    }

    /// The file that is there, else a new one with this title.
    pub(super) fn target_or_new(&self, title: &str) -> Result<Target, Failure> {
        let (path, is_new) = self.config.path_or_new()?;
        Ok(Target {
            path,
            first: is_new.then(|| first_file(title)),
            dry_run: self.dry_run,
        })
    }
}

impl Target {
    /// What it says before the edit; it may have no source or no theme yet.
    pub(super) fn read(&self) -> Result<Config, Failure> {
        let config = match &self.first {
            Some(text) => Config::parse_draft(&self.path, text)?,
            None => Config::load_draft(&self.path)?,
        };
        border::keep(config.secrets.clone());
        Ok(config)
    }

    /// Edits it and says what was done; `done` is given the configuration after.
    pub(super) fn change(
        &self,
        edit: impl Fn(&Config, &str) -> Result<String, String>,
        done: impl FnOnce(&Config) -> String,
    ) -> Result<(), Failure> {
        let Changed { difference, config } =
            edit::change(&self.path, self.first.as_deref(), self.dry_run, edit)?;
        let file = self.path.display();
        if difference.is_empty() {
            message::note(&format!("{file}: nothing to change"));
        } else if self.dry_run {
            write!(border::stdout(), "{difference}")?;
        } else {
            message::note(&format!("{file}: {}", done(&config)));
        }
        Ok(())
    }
}

/// The first names of a list, and how many more there are.
pub(super) fn some_of(names: &[String]) -> String {
    /// More are not read.
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
