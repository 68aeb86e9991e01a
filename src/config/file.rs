//! A file -> its text, if it is a regular file and not too large. A pipe would block, and a device
//! never ends.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Reads a text of at most `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    // A folder is refused by the system, in its own words.
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(io::Error::other("it is a pipe or a device, not a file"));
    }
    let mut text = String::new();
    // The length that is told may be wrong: files of /proc tell none.
    File::open(path)?
        .take(limit + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > limit {
        let limit = match limit >> 20 {
            0 => format!("{} KiB", limit >> 10),
            mebibytes => format!("{mebibytes} MiB"),
        };
        return Err(io::Error::other(format!(
            "it is larger than {limit}, the most that is read"
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_regular_file_or_too_large_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), "12345");
        let error = read(&path, 4).unwrap_err().to_string();
        assert_eq!(error, "it is larger than 0 KiB, the most that is read");
        assert!(read(folder.path(), 5).is_err());
        if cfg!(unix) {
            let error = read(Path::new("/dev/zero"), 5).unwrap_err().to_string();
            assert_eq!(error, "it is a pipe or a device, not a file");
        }
    }
}
