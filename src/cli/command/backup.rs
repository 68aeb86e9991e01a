//! `feedmill backup`, `feedmill vacuum`: the store as a file.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{message, store};
use crate::mill::Lock;
use crate::store::Store;
use std::path::{Path, PathBuf};

/// Copy the store to a file, whole, while runs go on
///
/// The copy is written beside FILE and put in its place when it is complete. Only its owner may read it, because addresses in the store may
/// be secrets. To go back to it, stop feedmill and put it in the
/// place of state/feedmill.db.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill backup feedmill-backup.db\n  \
    17 4 * * * feedmill backup -c /home/me/feeds.toml /backup/feedmill.db       (crontab)")]
pub(in crate::cli) struct Backup {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// The copy; one that is there is replaced
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

/// Give the room that deleted stories left in the store back to the disk
///
/// It needs as much free space as the store has, and no run may be in progress. Without it the room is used again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill vacuum")]
pub(in crate::cli) struct Vacuum {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
}

pub(in crate::cli) fn backup(arguments: &Backup) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    // It says what to do if there is none.
    drop(store::store(&config)?);
    let to = std::path::absolute(&arguments.to)?;
    if to == std::path::absolute(&config.store)? {
        let text = "this is the store itself; name another file";
        return Err(Failure::new(Exit::Usage, text.to_owned()));
    }
    let folder = to.parent().unwrap_or(Path::new("."));
    let failed = |cause: std::io::Error| {
        let text = format!(
            "cannot write {}: {cause}; check that its folder is there and writable",
            to.display()
        );
        Failure::new(Exit::Failed, text)
    };
    // SQLite writes into a file that is there only if it is empty. It is removed if something fails.
    let part = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    Store::copy(&config.store, part.path())?;
    part.as_file().sync_all().map_err(failed)?;
    part.persist(&to).map_err(|error| failed(error.error))?;
    Ok(Exit::Success)
}

pub(in crate::cli) fn vacuum(arguments: &Vacuum) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    drop(store::store(&config)?);
    let _lock = Lock::take(&config.state)?;
    let bytes = || std::fs::metadata(&config.store).map(|file| file.len());
    let before = bytes()?;
    Store::vacuum(&config.store)?;
    let saved = before.saturating_sub(bytes()?);
    message::note(&format!("the store is {saved} bytes smaller now"));
    Ok(Exit::Success)
}
