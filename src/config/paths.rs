//! Paths of the state and output folders -> whether one contains the other, and would be published.

use std::path::{Component, Path, PathBuf};

/// An absolute path without `.` and `..`; a relative one starts at the current folder. The disk is not
/// read, because the folders may not exist yet; symbolic links are therefore not followed.
pub(super) fn cleaned(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop(); // above the root is the root
            }
            part => clean.push(part),
        }
    }
    clean
}

/// Whether a path is a folder or is inside it.
pub(super) fn is_within(path: &Path, folder: &Path) -> bool {
    cleaned(path).starts_with(cleaned(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_compared_by_where_it_leads() {
        let within = |path, folder| is_within(Path::new(path), Path::new(folder));
        assert!(within("/a/b/../c", "/a/./c/"));
        assert!(within("a/b", "a"));
        assert!(within("a", "."));
        assert!(within("/a", "/../.."));
        assert!(!within("/ab", "/a"));
        assert!(!within("a/../b", "a"));
    }
}
