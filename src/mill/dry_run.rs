//! A configuration -> the same configuration with copies of the store and the output folder, for a
//! pass that shows what it would do and changes nothing.

use super::Error;
use crate::config::Config;
use crate::output;
use crate::store::Store;
use tempfile::TempDir;

/// Copies that are deleted when this is dropped.
#[derive(Debug)]
pub struct DryRun {
    /// To be used in place of the real one.
    pub config: Config,
    _folder: TempDir,
}

impl DryRun {
    /// Copies the store, if there is one, and mirrors the output folder.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::DryRun)?;
        let state = folder.path().join("state");
        std::fs::create_dir(&state).map_err(Error::DryRun)?;
        let store = state.join("feedmill.db");
        if config.store.exists() {
            Store::copy(&config.store, &store)?;
        }
        let output = folder.path().join("output");
        output::mirror(&config.output, &output)?;
        let config = Config {
            state,
            store,
            output,
            ..config.clone()
        };
        Ok(Self {
            config,
            _folder: folder,
        })
    }
}
