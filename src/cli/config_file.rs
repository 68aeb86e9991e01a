//! `-c`, `--config`: which feeds.toml is read. Without it: that of this folder, of a folder above it, or of
//! the user.

use super::border;
use super::exit::Failure;
use crate::config::Config;
use std::env;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// The file, where none is named, and in a folder that is named.
pub(super) const USUAL: &str = "feeds.toml";

/// The option of every command that needs feeds.toml.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigFile {
    /// Configuration file, or its folder; paths in it are relative to that folder [default: feeds.toml here,
    /// in a folder above, or in ~/.config/feedmill]
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
        let config = Config::load(&self.path()?)?;
        border::keep(config.secrets.clone());
        Ok(config)
    }

    /// Reads it, if it is named or there.
    pub(super) fn load_if_any(&self) -> Result<Option<Config>, Failure> {
        let wanted = self.config.is_some() || search().is_ok();
        wanted.then(|| self.load()).transpose()
    }

    /// The file that is named or found.
    pub(super) fn path(&self) -> Result<PathBuf, Failure> {
        match &self.config {
            Some(folder) if folder.is_dir() => Ok(folder.join(USUAL)),
            Some(file) => Ok(file.clone()),
            None => search().map_err(|looked| Failure::no_config(looked.text())),
        }
    }

    /// The file that is named or found, else a new one here: whether it is to be made.
    pub(super) fn path_or_new(&self) -> Result<(PathBuf, bool), Failure> {
        if self.config.is_none() && search().is_err() {
            return Ok((USUAL.into(), true));
        }
        Ok((self.path()?, false))
    }
}

/// Whether a command without `-c` finds a file.
pub(super) fn is_anywhere() -> bool {
    search().is_ok()
}

/// Where nothing was found.
#[derive(Debug, Default)]
struct Looked {
    /// The file of the user, which is not there.
    user: Option<PathBuf>,
    /// A file that is there and belongs to somebody else.
    foreign: Option<PathBuf>,
}

impl Looked {
    fn text(&self) -> String {
        let user = self.user.as_ref();
        let user = user.map_or(String::new(), |file| format!(", nor {}", file.display()));
        let foreign = self.foreign.as_ref().map_or(String::new(), |file| {
            format!(
                "; {} belongs to another user, name it with -c if you trust it",
                file.display()
            )
        });
        format!(
            "there is no feeds.toml in this folder or above it{user}{foreign}; name one with -c FILE, or begin"
        )
    }
}

/// The file of this folder, else of the nearest folder above it, up to the home folder, else of the user.
fn search() -> Result<PathBuf, Looked> {
    let here = Path::new(USUAL);
    if here.exists() {
        return Ok(here.to_owned());
    }
    let mut looked = Looked::default();
    let home = env::home_dir().filter(|home| home.is_absolute());
    if let Ok(folder) = env::current_dir() {
        for above in folder.ancestors() {
            let file = above.join(USUAL);
            if above != folder && file.is_file() {
                if has_one_owner(&folder, &file) {
                    return Ok(file);
                }
                looked.foreign.get_or_insert(file);
            }
            if Some(above) == home.as_deref() {
                break;
            }
        }
    }
    let folder = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| Some(home?.join(".config")));
    let file = folder.map(|folder| folder.join("feedmill").join(USUAL));
    match file {
        Some(file) if file.is_file() => Ok(file),
        file => {
            looked.user = file;
            Err(looked)
        }
    }
}

/// Whether a file is of the user to whom a folder belongs. One that another put into a folder above is not read:
/// it names files to read, and addresses to send them to.
fn has_one_owner(folder: &Path, file: &Path) -> bool {
    let owner = |path: &Path| path.metadata().ok().map(|metadata| owner(&metadata));
    owner(folder) == owner(file)
}

#[cfg(unix)]
fn owner(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.uid()
}

#[cfg(not(unix))]
fn owner(_metadata: &Metadata) -> u32 {
    0
}
