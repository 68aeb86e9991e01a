//! A folder -> another one with the same files, for a dry run that shows what would be written.

use super::{Error, failed};
use std::fs::{self, File, FileTimes};
use std::io;
use std::path::Path;

/// Makes a folder hold the files of another, by name, bytes and time, and have its time. Where the system
/// can, they are hard links: this program never writes into a file, it only replaces one by another.
pub fn mirror(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(failed("create folder", to))?;
    let Ok(entries) = fs::read_dir(from) else {
        return Ok(()); // there is nothing yet
    };
    for entry in entries.flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => mirror(&source, &target)?,
            Ok(kind) if kind.is_file() && fs::hard_link(&source, &target).is_err() => {
                copy(&source, &target).map_err(failed("copy", &source))?;
            }
            _ => {}
        }
    }
    if cfg!(unix) {
        let folder = File::open(to);
        folder
            .and_then(|folder| same_time(from, &folder))
            .map_err(failed("copy the time of", from))?;
    }
    Ok(())
}

fn copy(source: &Path, target: &Path) -> io::Result<()> {
    fs::copy(source, target)?;
    same_time(source, &File::options().write(true).open(target)?)
}

fn same_time(source: &Path, target: &File) -> io::Result<()> {
    let modified = fs::metadata(source)?.modified()?;
    target.set_times(FileTimes::new().set_modified(modified))
}
