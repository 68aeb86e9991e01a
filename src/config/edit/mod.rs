//! `feeds.toml` -> the same file with one thing more, less or different: comments, order and line ends stay.
//!
//! Each edit is a pure function from text to text ([`sources`], [`stories`]). [`change`]
//! makes one of a file: it reads the file, lets the ordinary reader check it before and after, and puts
//! the result in its place as a whole. A file that is wrong, or would become so, is not touched.

mod array;
mod difference;
mod file;
mod first;
mod names;
pub mod sources;
pub mod stories;
mod text;

pub use file::{Changed, change};
pub use first::{begin, first_file};
pub use names::{Names, from_title};

use super::Problem;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file was not edited. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read, or is wrong before the edit.
    #[error(transparent)]
    Config(#[from] super::Error),
    /// The edit does not fit what the file says.
    #[error("{0}")]
    Refused(String),
    /// The edit would make it wrong.
    #[error("this would make {} invalid, so nothing was written", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What would be wrong.
        problems: Vec<Problem>,
    },
    /// Another program changed it at the same time, twice.
    #[error("{} is being changed by another program; nothing was written, try again", .0.display())]
    Busy(PathBuf),
    /// The system reported an error.
    #[error("cannot write {}: {reason}; {}", path.display(), advice(reason))]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        reason: io::Error,
    },
}

impl Error {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |reason| Self::Io {
            path: path.to_owned(),
            reason,
        }
    }
}

/// What would be wrong in a file.
fn wrong(path: &Path, error: super::Error) -> Error {
    match error {
        super::Error::Invalid(problems) => Error::Wrong {
            path: path.to_owned(),
            problems,
        },
        error @ super::Error::Unreadable { .. } => Error::Config(error),
    }
}

fn advice(reason: &io::Error) -> &'static str {
    use io::ErrorKind::{AlreadyExists, PermissionDenied, ReadOnlyFilesystem, StorageFull};
    match reason.kind() {
        PermissionDenied => {
            "make the file and its folder writable for this user (`chmod u+w`), or name another file with -c FILE"
        }
        ReadOnlyFilesystem => {
            "its file system is read-only; edit the original, or name another file with -c FILE"
        }
        StorageFull => "free some space; the file is as it was",
        AlreadyExists => "it is there already; edit it, or name another folder",
        _ => "the file is as it was",
    }
}
