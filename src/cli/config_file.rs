//! `-c`, `--config`: which feeds.toml is read.

use super::border;
use super::exit::Failure;
use crate::config::Config;
use std::path::{Path, PathBuf};

/// The file, where none is named, and in a folder that is named.
const USUAL: &str = "feeds.toml";

/// The option of every command that needs feeds.toml.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigFile {
    /// Configuration file, or its folder; paths in it are relative to that folder [default: feeds.toml]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// Sets the file, unless it is set.
    pub(super) fn set(&mut self, file: PathBuf) {
        self.config.get_or_insert(file);
    }

    /// Reads and checks it, and hides from then on what is secret of it.
    pub(super) fn load(&self) -> Result<Config, Failure> {
        let config = Config::load(&self.path())?;
        border::keep(config.secrets.clone());
        Ok(config)
    }

    /// Reads it, if it is named or there.
    pub(super) fn load_if_any(&self) -> Result<Option<Config>, Failure> {
        let wanted = self.config.is_some() || self.path().exists();
        wanted.then(|| self.load()).transpose()
    }

    fn path(&self) -> PathBuf {
        match &self.config {
            Some(folder) if folder.is_dir() => folder.join(USUAL),
            Some(file) => file.clone(),
            None => Path::new(USUAL).to_owned(),
        }
    }
}
