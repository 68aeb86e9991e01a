//! A folder -> another one that holds the same files, for trying out what would be written.

use super::{Error, failed};
use std::fs::{self, File, FileTimes};
use std::path::Path;

/// Makes a folder hold the files of another, by name, bytes and time. Where the system can, they are
/// the very same files: nobody here writes into a file, one is only ever replaced by another.
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
    Ok(())
}

fn copy(source: &Path, target: &Path) -> std::io::Result<()> {
    fs::copy(source, target)?;
    let modified = fs::metadata(source)?.modified()?;
    let file = File::options().write(true).open(target)?;
    file.set_times(FileTimes::new().set_modified(modified))
}
