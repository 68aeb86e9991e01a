//! Written bytes -> bytes that survive a power cut.

use super::{Error, failed};
use std::fs::File;
use std::path::Path;

/// Number of files from which on one sync of the file system is cheaper: else the system writes each of
/// them by itself, and waits for it.
const MANY: usize = 8;

/// Writes these files to the disk. They are in one file system, below `root`.
pub(super) fn files(root: &Path, paths: &[&Path]) -> Result<(), Error> {
    if paths.len() >= MANY && whole(root)? {
        return Ok(());
    }
    for path in paths {
        let file = File::options().write(true).open(path); // some systems sync for writers only
        file.and_then(|file| file.sync_all())
            .map_err(failed("sync", path))?;
    }
    Ok(())
}

/// Syncs the file system of a folder, with all that was written to it. False if the system cannot do
/// that.
#[cfg(target_os = "linux")]
fn whole(root: &Path) -> Result<bool, Error> {
    let folder = File::open(root).map_err(failed("open folder", root))?;
    rustix::fs::syncfs(&folder).map_err(|error| failed("sync", root)(error.into()))?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as on Linux, where it can fail")]
fn whole(_root: &Path) -> Result<bool, Error> {
    Ok(false)
}

/// Makes the renames in a folder survive a power cut, if the system can.
pub(super) fn folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed("sync folder", folder))?;
    }
    Ok(())
}
