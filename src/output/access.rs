//! What is published can be read by everybody on this machine, whatever the umask: a web server runs as
//! another user, and nothing in the output folder is secret. What else the umask gives or takes stays so.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// What everybody may do with a file: read it.
pub(super) const FILE: u32 = 0o444;
/// What everybody may do with a folder: list it and go in.
pub(super) const FOLDER: u32 = 0o555;

/// Whether these permissions are given. Systems without them give all.
#[cfg(unix)]
pub(super) fn is_open(metadata: &Metadata, wanted: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & wanted == wanted
}

#[cfg(not(unix))]
pub(super) fn is_open(_metadata: &Metadata, _wanted: u32) -> bool {
    true
}

/// Adds these permissions where they are missing, to a file or folder that was just made.
#[cfg(unix)]
pub(super) fn open_to_all(path: &Path, wanted: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = path.metadata()?;
    if is_open(&metadata, wanted) {
        return Ok(());
    }
    let mut permissions = metadata.permissions();
    permissions.set_mode(permissions.mode() | wanted);
    std::fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix, where it can fail")]
pub(super) fn open_to_all(_path: &Path, _wanted: u32) -> io::Result<()> {
    Ok(())
}
