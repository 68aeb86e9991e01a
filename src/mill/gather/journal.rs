//! Which documents are being read, in a file of the state folder: a pass that is killed by what it
//! reads cannot say so itself. The next pass finds the notes, and sets these sources aside.
//!
//! A note is for a program that ends, not for a power cut, so it is not synced to the disk: it costs
//! a system call. Nothing is noted while a server is waited for. So whoever kills a pass delays one
//! source for each core at most.

use crate::model::SourceId;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Bytes of a document that is not noted: it is read in a millisecond and some hundred kilobytes, so
/// a program that ends meanwhile was ended by somebody else.
const SMALL: usize = 16 << 10;

/// The notes of this pass; removed when the pass ends, whether or not it succeeds.
#[derive(Debug)]
pub(super) struct Journal(Pen);

/// What writes notes.
#[derive(Clone, Debug)]
pub(super) struct Pen(Arc<Notes>);

/// The file of the notes, made with the first one: most passes read nothing. Without a file no notes are written: a
/// pass that cannot note is better than none.
#[derive(Debug)]
struct Notes {
    path: PathBuf,
    file: OnceLock<Option<File>>,
}

impl Journal {
    /// Begins a new one.
    pub(super) fn begin(state: &Path) -> Self {
        let path = path(state);
        // Not opened if it is there: it may be a pipe.
        let _ = fs::remove_file(&path);
        Self(Pen(Arc::new(Notes {
            path,
            file: OnceLock::new(),
        })))
    }

    pub(super) fn pen(&self) -> Pen {
        self.0.clone()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let Notes { path, file } = &*self.0.0;
        // A document that is still being read is not noted any more.
        if file.set(None).is_err() {
            let _ = fs::remove_file(path);
        }
    }
}

impl Pen {
    /// Reads a document of a source, with a note as long as that takes.
    pub(super) fn noting<T>(&self, id: &SourceId, bytes: usize, read: impl FnOnce() -> T) -> T {
        let _note = (bytes > SMALL).then(|| Note::new(self, id));
        read()
    }

    fn write(&self, sign: char, id: &SourceId) {
        let Notes { path, file } = &*self.0;
        let open = || File::options().append(true).create_new(true).open(path);
        if let Some(mut file) = file.get_or_init(|| open().ok()).as_ref() {
            // One call, so that the notes of two threads do not mix.
            let _ = file.write_all(format!("{sign}{id}\n").as_bytes());
        }
    }
}

/// Taken back when it is dropped.
struct Note<'a>(&'a Pen, &'a SourceId);

impl<'a> Note<'a> {
    fn new(pen: &'a Pen, id: &'a SourceId) -> Self {
        pen.write('+', id);
        Self(pen, id)
    }
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        self.0.write('-', self.1);
    }
}

/// The sources whose documents a pass was reading when it died.
pub(super) fn left_behind(state: &Path) -> Vec<SourceId> {
    let path = path(state);
    let is_file = fs::symlink_metadata(&path).is_ok_and(|there| there.is_file());
    let text = is_file.then(|| fs::read_to_string(&path).ok()).flatten();
    let mut open: HashMap<&str, i32> = HashMap::new();
    for line in text.as_deref().unwrap_or_default().lines() {
        if let Some(id) = line.strip_prefix('+') {
            *open.entry(id).or_default() += 1;
        } else if let Some(id) = line.strip_prefix('-') {
            *open.entry(id).or_default() -= 1;
        }
    }
    let mut left: Vec<_> = open
        .into_iter()
        .filter(|(_, notes)| *notes > 0)
        .map(|(id, _)| SourceId::new(id))
        .collect();
    left.sort();
    left
}

fn path(state: &Path) -> PathBuf {
    state.join("reading")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_being_read_is_left_behind_by_a_pass_that_dies() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b, c) = (
            SourceId::new("a"),
            SourceId::new("b/x-1"),
            SourceId::new("c"),
        );
        let journal = Journal::begin(folder.path());
        let pen = journal.pen();
        pen.noting(&a, SMALL + 1, || ());
        let while_read = pen.noting(&b, SMALL + 1, || {
            pen.noting(&c, SMALL, || left_behind(folder.path()))
        });
        assert_eq!(while_read, [b]);
        assert_eq!(left_behind(folder.path()), []);
        drop(journal);
        assert!(!path(folder.path()).exists());
    }

    #[test]
    fn a_pass_that_reads_nothing_and_one_that_has_ended_make_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let is_there = || path(folder.path()).exists();
        let journal = Journal::begin(folder.path());
        assert!(!is_there());
        let pen = journal.pen();
        drop(journal);
        assert!(!pen.noting(&SourceId::new("a"), SMALL + 1, is_there));
    }
}
