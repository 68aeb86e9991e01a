//! Documents -> files below one folder: each whole or not at all, and only if its bytes differ from the
//! file that is there, so that dates, `ETag`s and `git diff` do not change when nothing happened.
//!
//! Each file is written as a temporary file beside its place. When the bytes of all have reached the
//! disk, all are moved to their places. A reader or a power cut sees the old file or the new one, and a
//! full disk leaves every old one. The next call removes what a killed run left. So there must be only
//! one writer: the caller holds the lock of the state that this folder belongs to.

mod access;
mod compress;
mod mirror;
mod sync;

#[cfg(test)]
mod tests;

pub use mirror::mirror;

use crate::model::Encoding;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;
use tempfile::TempPath;

/// Names of files that are being written: [`PREFIX`] + [`LETTERS`] random letters and digits + [`SUFFIX`]. No
/// other program and no person calls a file so.
const PREFIX: &str = ".feedmill-";
/// See [`PREFIX`].
const SUFFIX: &str = ".tmp";
/// See [`PREFIX`].
const LETTERS: usize = 20;

/// The name of a file, relative to the folder, and its bytes.
pub type File = (String, Vec<u8>);

/// What a call of [`write()`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Names of the files that are new or changed, in the order given.
    pub written: Vec<String>,
    /// How many others had the same bytes already.
    pub unchanged: usize,
}

/// Why a file could not be written. The old one, if any, is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name leads out of the output folder, or is not valid.
    #[error("{name:?} is not a valid name for a published file: {why}")]
    Name {
        /// The name, as given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The system reported an error.
    #[error("cannot {action} {}: {reason}; {}", path.display(), advice(reason))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The error of the system.
        reason: io::Error,
    },
}

/// What shows, at the cost of a `stat`, that a file is still the one that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FileStamp {
    /// Bytes.
    pub len: u64,
    /// Nanoseconds since 1970; 0 if the file system keeps no such time.
    pub modified_ns: u64,
}

/// Writes files, given as names relative to `root` (`/` between folders) and bytes. Folders are
/// made as needed, none for no files. If one file cannot be written, none is replaced. Only an error
/// while they are moved to their places can leave some new and some old.
pub fn write(root: &Path, files: Vec<File>) -> Result<Written, Error> {
    prepare(root, files)?.put_in_place()
}

/// Files whose bytes are on the disk, each beside its place. Those that are not moved to their places
/// are removed.
#[derive(Debug, Default)]
pub struct Prepared {
    ready: Vec<Ready>,
    done: Written,
}

#[derive(Debug)]
struct Ready {
    temporary: TempPath,
    folder: PathBuf,
    path: PathBuf,
}

/// The first half of [`write()`]: nothing is visible yet.
pub fn prepare(root: &Path, files: Vec<File>) -> Result<Prepared, Error> {
    if files.is_empty() {
        sweep(root);
        return Ok(Prepared::default());
    }
    make_root(root)?;
    let root = root.canonicalize().map_err(failed("open folder", root))?;
    sweep(&root);
    let mut prepared = Prepared::default();
    let mut places = Places::below(&root);
    for (name, bytes) in files {
        let (folder, file_name) = places.find(&name)?;
        let path = folder.join(file_name);
        if holds(&path, &bytes) {
            prepared.done.unchanged += 1;
        } else {
            prepared.ready.push(Ready {
                temporary: put_beside(&folder, &path, &bytes)?,
                folder,
                path,
            });
            prepared.done.written.push(name);
        }
    }
    let paths = prepared.ready.iter().map(|ready| &*ready.temporary);
    sync::files(&root, &paths.collect::<Vec<_>>())?;
    Ok(prepared)
}

/// Makes the output folder, if it is not there. One that is there is somebody's, as it is.
pub fn make_root(root: &Path) -> Result<(), Error> {
    if !root.is_dir() {
        fs::create_dir_all(root).map_err(failed("create folder", root))?;
        access::open_to_all(root, access::FOLDER).map_err(failed("open to all", root))?;
    }
    Ok(())
}

impl Prepared {
    /// The names of the files that are new or changed.
    pub fn names(&self) -> &[String] {
        &self.done.written
    }

    /// The second half of [`write()`]: moves all to their places, in the order given.
    pub fn put_in_place(self) -> Result<Written, Error> {
        let mut changed = BTreeSet::new();
        for ready in self.ready {
            ready
                .temporary
                .persist(&ready.path)
                .map_err(|refused| failed("replace", &ready.path)(refused.error))?;
            changed.insert(ready.folder);
        }
        for folder in changed {
            sync::folder(&folder)?;
        }
        Ok(self.done)
    }
}

/// The stamp of a published file; none if there is no regular file of that name.
pub fn stat(root: &Path, name: &str) -> Option<FileStamp> {
    check(name).ok()?;
    let metadata = fs::symlink_metadata(root.join(name))
        .ok()
        .filter(fs::Metadata::is_file)?;
    let modified = metadata.modified().ok();
    let since_1970 = modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    Some(FileStamp {
        len: metadata.len(),
        modified_ns: since_1970.map_or(0, |age| u64::try_from(age.as_nanos()).unwrap_or(u64::MAX)),
    })
}

/// The bytes of a published file; none if there is no regular file of that name, or it cannot be
/// read.
pub fn read(root: &Path, name: &str) -> Option<Vec<u8>> {
    stat(root, name)?;
    fs::read(root.join(name)).ok()
}

/// When something was last made, moved or removed in a published folder, in nanoseconds since 1970;
/// none if there is no such folder.
pub fn stat_folder(root: &Path, name: &str) -> Option<u64> {
    check(name).ok()?;
    let metadata = fs::metadata(root.join(name))
        .ok()
        .filter(fs::Metadata::is_dir)?;
    let since_1970 = metadata
        .modified()
        .ok()?
        .duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since_1970.ok()?.as_nanos()).ok()
}

/// The compressed copies of each of these files in these encodings, with their names. They are made on all cores.
pub fn copies(files: &[File], encodings: &[Encoding]) -> Result<Vec<Vec<File>>, Error> {
    let of_file = move |(name, bytes): &File| {
        let copy = |encoding: &Encoding| {
            let copy = encoding.name_of(name);
            compress::compress(bytes, *encoding)
                .map_err(failed("compress", Path::new(name)))
                .map(|bytes| (copy, bytes))
        };
        encodings.iter().map(copy).collect()
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if encodings.is_empty() || files.len() < 2 || cores == 1 {
        return files.iter().map(of_file).collect();
    }
    let shares = files.chunks(files.len().div_ceil(cores));
    thread::scope(|scope| {
        let shares = shares.map(|share| scope.spawn(move || share.iter().map(of_file).collect()));
        let shares: Vec<_> = shares.collect();
        let made = shares.into_iter().map(|share| match share.join() {
            Ok(made) => made,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        let made: Vec<Vec<Vec<File>>> = made.collect::<Result<_, Error>>()?;
        Ok(made.into_iter().flatten().collect())
    })
}

/// Removes published files and the folders that they leave empty; the names of those that were there.
/// Anything that is not a regular file was not written by this module and stays.
pub fn remove(root: &Path, names: &[String]) -> Result<Vec<String>, Error> {
    let mut removed = Vec::new();
    for name in names {
        if stat(root, name).is_none() {
            continue;
        }
        let root = root.canonicalize().map_err(failed("open folder", root))?;
        let (folder, file_name) = place(&root, name)?;
        let path = folder.join(file_name);
        fs::remove_file(&path).map_err(failed("remove", &path))?;
        removed.push(name.clone());
        let inner = folder.ancestors().take_while(|folder| **folder != root);
        for folder in inner {
            if fs::remove_dir(folder).is_err() {
                break; // it holds something
            }
        }
    }
    Ok(removed)
}

/// Says why a name is not valid. Stricter than any one system, so that a configuration means the same on all of
/// them.
fn check(name: &str) -> Result<(), Error> {
    let refuse = |why| {
        Err(Error::Name {
            name: name.to_owned(),
            why,
        })
    };
    if memchr::memchr3(0, b'\\', b':', name.as_bytes()).is_some() {
        return refuse("it contains NUL, a backslash or a colon");
    }
    if name.split('/').any(str::is_empty) {
        return refuse("it is empty, absolute or has an empty part");
    }
    if name.split('/').any(|part| matches!(part, "." | "..")) {
        return refuse("it contains . or ..");
    }
    Ok(())
}

/// The folders of files that are written together: each is looked up, made and swept once.
struct Places<'a> {
    root: &'a Path,
    /// By name.
    known: HashMap<String, PathBuf>,
    swept: BTreeSet<PathBuf>,
}

impl<'a> Places<'a> {
    /// Below a root that is swept.
    fn below(root: &'a Path) -> Self {
        Self {
            root,
            known: HashMap::new(),
            swept: BTreeSet::from([root.to_owned()]),
        }
    }

    /// The folder of a file, and the file's name in it.
    fn find<'n>(&mut self, name: &'n str) -> Result<(PathBuf, &'n str), Error> {
        let (folder, file_name) = name.rsplit_once('/').unwrap_or(("", name));
        if let Some(known) = self.known.get(folder) {
            check(name)?;
            return Ok((known.clone(), file_name));
        }
        let (place, file_name) = place(self.root, name)?;
        // Two names may lead to one folder, and what is being written must stay.
        if self.swept.insert(place.clone()) {
            sweep(&place);
        }
        self.known.insert(folder.to_owned(), place.clone());
        Ok((place, file_name))
    }
}

/// The folder of a file, created if it is missing, and the file's name in it. A folder that is a
/// link is followed only if it stays below the root.
fn place<'a>(root: &Path, name: &'a str) -> Result<(PathBuf, &'a str), Error> {
    check(name)?;
    let (folders, file_name) = name.rsplit_once('/').unwrap_or(("", name));
    let mut folder = root.to_owned();
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder.push(part);
        match fs::create_dir(&folder) {
            Ok(()) => access::open_to_all(&folder, access::FOLDER)
                .map_err(failed("open to all", &folder))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed("create folder", &folder)(error)),
        }
        folder = folder
            .canonicalize()
            .map_err(failed("open folder", &folder))?;
        if !folder.starts_with(root) {
            return Err(Error::Name {
                name: name.to_owned(),
                why: "a link leads out of the output folder",
            });
        }
    }
    Ok((folder, file_name))
}

/// Whether a regular file holds exactly these bytes. A link in its place never does: it is replaced,
/// not followed. A file that cannot be read is written again, also if it is the web server that cannot.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let is_same = |there: fs::Metadata| {
        let is_whole = there.is_file() && there.len() == bytes.len() as u64;
        is_whole && access::is_open(&there, access::FILE)
    };
    fs::symlink_metadata(path).is_ok_and(is_same)
        && fs::read(path).is_ok_and(|there| there == bytes)
}

/// Writes bytes beside the place they are for. The file is closed, as there may be more of
/// them than a process may hold open, and is removed if it is not moved.
fn put_beside(folder: &Path, path: &Path, bytes: &[u8]) -> Result<TempPath, Error> {
    if fs::symlink_metadata(path).is_ok_and(|there| there.is_dir()) {
        return Err(failed("replace", path)(io::ErrorKind::IsADirectory.into()));
    }
    let mut file = temporary()
        .tempfile_in(folder)
        .map_err(failed("create a file in", folder))?;
    access::open_to_all(file.path(), access::FILE).map_err(failed("open to all", path))?;
    file.as_file_mut()
        .write_all(bytes)
        .map_err(failed("write", path))?;
    Ok(file.into_temp_path())
}

/// Temporary files with the permissions that the umask gives to any file: by default only the owner may
/// read a temporary one.
fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(LETTERS);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Removes what a killed run left in a folder. What cannot be removed now is left for the next.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if is_temporary(&entry.file_name()) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    let random = name.and_then(|name| name.strip_suffix(SUFFIX));
    random.is_some_and(|random| {
        random.len() == LETTERS && random.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |reason| Error::Io {
        action,
        path: path.to_owned(),
        reason,
    }
}

fn advice(error: &io::Error) -> &'static str {
    use io::ErrorKind::{
        AlreadyExists, IsADirectory, NotADirectory, PermissionDenied, QuotaExceeded,
        ReadOnlyFilesystem, StorageFull,
    };
    match error.kind() {
        StorageFull | QuotaExceeded => {
            "free some space and run again: each published file is still whole"
        }
        PermissionDenied | ReadOnlyFilesystem => "make the output folder writable for this user",
        AlreadyExists | IsADirectory | NotADirectory => {
            "move away what is there (a file, a folder or a dangling link)"
        }
        _ => "run again when this is fixed: each published file is still whole",
    }
}
