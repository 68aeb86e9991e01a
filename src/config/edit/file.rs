//! An edit of a text -> an edit of its file, whole or not at all.

use super::difference::difference;
use super::{Error, wrong};
use crate::config::{Config, MAX_FILE, file};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use tempfile::NamedTempFile;

/// How often an edit is made again of a file that has changed meanwhile.
const TRIES: usize = 3;

/// What an edit did, or would do.
#[derive(Debug)]
pub struct Changed {
    /// Its lines as `diff -u` shows them; empty if there was nothing to do.
    pub difference: String,
    /// The configuration as it is now.
    pub config: Config,
}

/// Edits a file; with `dry_run` it only shows what would change. `edit` is given the configuration before and
/// its text. A file that has no source or no theme yet is edited too, but has both afterwards. If there is no
/// file, and `first` is given, it is made of that.
pub fn change(
    path: &Path,
    first: Option<&str>,
    dry_run: bool,
    edit: impl Fn(&Config, &str) -> Result<String, String>,
) -> Result<Changed, Error> {
    for _ in 0..TRIES {
        // Another `feedmill` that edits the same file waits here.
        let _lock = lock(path);
        let there = match (read(path), first) {
            (Ok(text), _) => Some(text),
            (Err(cause), Some(_)) if cause.kind() == ErrorKind::NotFound => None,
            (Err(cause), _) => return Err(Error::Config(unreadable(path, cause))),
        };
        let before = there.as_deref().or(first).unwrap_or_default();
        let config = Config::parse_draft(path, before)?;
        let after = edit(&config, before).map_err(Error::Refused)?;
        let config = Config::parse(path, &after).map_err(|error| wrong(path, error))?;
        let before = there.as_deref().unwrap_or_default();
        let difference = difference(&path.display().to_string(), before, &after);
        if dry_run || difference.is_empty() || put(path, there.as_deref(), &after)? {
            return Ok(Changed { difference, config });
        }
    }
    Err(Error::Busy(path.to_owned()))
}

/// Writes a new file, with the folders that lead to it. False if there is one.
pub(super) fn create(path: &Path, text: &str) -> Result<bool, Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(Error::io(path))?;
    let mut file = temporary(folder).map_err(Error::io(path))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(Error::io(path))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(refused) => Err(Error::io(path)(refused.error)),
    }
}

/// Puts a text in place of what was there. False if that has changed.
fn put(path: &Path, before: Option<&str>, after: &str) -> Result<bool, Error> {
    match before {
        Some(before) => replace(path, before, after),
        None => create(path, after),
    }
}

/// A file with the permissions that any new file has: by default only its owner may read a temporary one.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".feeds.toml-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn read(path: &Path) -> io::Result<String> {
    file::read(path, MAX_FILE)
}

fn unreadable(path: &Path, cause: io::Error) -> crate::config::Error {
    crate::config::Error::Unreadable {
        path: path.to_owned(),
        cause,
    }
}

/// A lock on the file, as long as it is held. Where the file system has none, the comparison before the file
/// is replaced has to do.
#[cfg(unix)]
fn lock(path: &Path) -> Option<File> {
    use std::os::unix::fs::MetadataExt as _;
    let place = |metadata: Metadata| (metadata.dev(), metadata.ino());
    loop {
        let file = File::open(path).ok()?;
        file.lock().ok()?;
        let locked = file.metadata().ok().map(place)?;
        // Who had the lock before has put another file in its place.
        if fs::metadata(path).ok().map(place)? == locked {
            return Some(file);
        }
    }
}

/// Windows lets nobody read a file that is locked.
#[cfg(not(unix))]
fn lock(_path: &Path) -> Option<File> {
    None
}

/// Replaces the file, unless it is no longer what it was: then it says false. A link stays a link, and what it
/// leads to is replaced.
fn replace(path: &Path, before: &str, after: &str) -> Result<bool, Error> {
    let target = path.canonicalize().map_err(Error::io(path))?;
    // To replace a file one needs no permission to write it, only its folder.
    let there = OpenOptions::new().append(true).open(&target);
    let metadata = there
        .and_then(|file| file.metadata())
        .map_err(Error::io(path))?;
    if metadata.permissions().readonly() {
        return Err(Error::io(path)(ErrorKind::PermissionDenied.into()));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = temporary(folder).map_err(Error::io(path))?;
    file.write_all(after.as_bytes())
        .and_then(|()| like(file.as_file(), &metadata))
        .and_then(|()| file.as_file().sync_all())
        .map_err(Error::io(path))?;
    if !read(path).is_ok_and(|there| there == before) {
        return Ok(false);
    }
    file.persist(&target)
        .map_err(|refused| Error::io(path)(refused.error))?;
    if cfg!(unix) {
        let folder = File::open(folder).and_then(|folder| folder.sync_all());
        folder.map_err(Error::io(path))?;
    }
    Ok(true)
}

/// Gives a new file the permissions and, where this user may, the owner of the old one.
#[cfg(unix)]
fn like(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        // Only the administrator may give files away. For others the file becomes theirs.
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    file.set_permissions(old.permissions())
}

#[cfg(not(unix))]
fn like(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const TEXT: &str = "# mine\n[sources.a]\nurl = 'https://a.example/'\n[themes.t]\ntitle = 'T'\n";

    fn folder(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let (folder, path) = folder(TEXT);
        let edit = |_: &Config, text: &str| Ok(text.replace("'T'", "'U'"));
        let shown = change(&path, None, true, edit).unwrap();
        assert!(shown.difference.contains("-title = 'T'\n+title = 'U'\n"));
        assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
        let done = change(&path, None, false, edit).unwrap();
        assert_eq!(done.difference, shown.difference);
        assert_eq!(done.config.themes[0].title, "U");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            TEXT.replace("'T'", "'U'")
        );
        assert_eq!(names(folder.path()), ["feeds.toml"]);
        assert!(
            change(&path, None, false, edit)
                .unwrap()
                .difference
                .is_empty()
        );
    }

    #[test]
    fn a_file_that_is_wrong_or_would_be_is_not_touched() {
        let (_folder, path) = folder(&format!("{TEXT}limt = 1\n"));
        let error = change(&path, None, false, |_, text| Ok(text.to_owned())).unwrap_err();
        assert!(
            error.to_string().contains("did you mean \"limit\""),
            "{error}"
        );
        fs::write(&path, TEXT).unwrap();
        let error = change(&path, None, false, |_, text| {
            Ok(format!("{text}limit = 0\n"))
        })
        .unwrap_err();
        let Error::Wrong { problems, .. } = &error else {
            panic!("{error}")
        };
        assert!(
            problems[0]
                .to_string()
                .contains(":6: themes.t: limit must be")
        );
        let error = change(&path, None, false, |_, _| Err("no".to_owned())).unwrap_err();
        assert_eq!(error.to_string(), "no");
        assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    }

    #[test]
    fn what_another_wrote_meanwhile_is_not_lost() {
        let (_folder, path) = folder(TEXT);
        let round = Cell::new(0);
        let done = change(&path, None, false, |_, text| {
            if round.replace(round.get() + 1) == 0 {
                fs::write(&path, TEXT.replace("# mine", "# ours")).unwrap();
            }
            Ok(text.replace("'T'", "'U'"))
        });
        assert!(done.is_ok());
        let expected = TEXT.replace("# mine", "# ours").replace("'T'", "'U'");
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        let busy = change(&path, None, false, |_, text| {
            let other = format!("# {}\n{TEXT}", round.replace(round.get() + 1));
            fs::write(&path, other).unwrap();
            Ok(format!("{text}limit = 3\n"))
        });
        assert!(matches!(busy, Err(Error::Busy(_))));
        assert!(!fs::read_to_string(&path).unwrap().contains("limit"));
    }

    // Elsewhere nothing is locked, and who loses three races says so.
    #[cfg(unix)]
    #[test]
    fn edits_at_the_same_time_are_all_there() {
        let (_folder, path) = folder(TEXT);
        std::thread::scope(|scope| {
            for n in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let add = |_: &Config, text: &str| {
                        Ok(format!(
                            "{text}[sources.s{n}]\nurl = 'https://s{n}.example/'\n"
                        ))
                    };
                    change(path, None, false, add).unwrap();
                });
            }
        });
        assert_eq!(Config::load(&path).unwrap().sources.len(), 9);
    }

    #[test]
    fn a_file_that_may_not_be_written_is_not_replaced() {
        let (folder, path) = folder(TEXT);
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let edit = |_: &Config, text: &str| Ok(text.replace("'T'", "'U'"));
        let error = change(&path, None, false, edit).unwrap_err().to_string();
        assert!(
            error.contains("make the file and its folder writable"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
        assert!(change(&path, None, true, edit).is_ok());
        assert_eq!(names(folder.path()), ["feeds.toml"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_of_its_file_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let (folder, path) = folder(TEXT);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.toml");
        symlink("feeds.toml", &link).unwrap();
        change(&link, None, false, |_, text| Ok(text.replace("'T'", "'U'"))).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert!(fs::read_to_string(&path).unwrap().contains("'U'"));
    }

    #[test]
    fn a_file_that_is_not_there_is_made_whole() {
        let (folder, _) = folder(TEXT);
        let new = folder.path().join("a/b/feeds.toml");
        let edit = |_: &Config, text: &str| Ok(text.replace("'T'", "'U'"));
        assert!(matches!(
            change(&new, None, false, edit),
            Err(Error::Config(_))
        ));
        let shown = change(&new, Some(TEXT), true, edit).unwrap();
        assert!(
            shown.difference.contains("+# mine\n"),
            "{}",
            shown.difference
        );
        assert!(!new.exists());
        change(&new, Some(TEXT), false, edit).unwrap();
        assert_eq!(
            fs::read_to_string(&new).unwrap(),
            TEXT.replace("'T'", "'U'")
        );
        assert!(!create(&new, "x").unwrap());
    }
}
