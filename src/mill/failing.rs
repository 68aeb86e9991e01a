//! A run that fails says why the first time, and once a day while that goes on: cron sends a mail of each line.
//!
//! It is noted in a file of the state folder, and not in the store, because it may be the store that fails. A full disk
//! still takes an empty file, mostly.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the same is said.
const AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// Bytes of a reason that are read.
const MAX_REASON: usize = 4096;

/// The note of a state folder that its last run failed.
#[derive(Debug)]
pub struct Failing {
    file: PathBuf,
}

impl Failing {
    /// The note of a state folder.
    pub fn of(state: &Path) -> Self {
        Self {
            file: state.join("failed-run"),
        }
    }

    /// Notes that a run has failed, and why. Whether somebody is to be told: nobody was in the last day.
    pub fn note(&self, why: &str) -> bool {
        let told = fs::metadata(&self.file).and_then(|there| there.modified());
        // A time that is still to come was noted by a clock that was wrong.
        let is_told = told.is_ok_and(|told| told.elapsed().is_ok_and(|age| age < AGAIN));
        if !is_told {
            // What cannot be noted is told each time.
            let _ = File::create(&self.file);
            let _ = fs::write(&self.file, why);
        }
        !is_told
    }

    /// A run was good.
    pub fn forget(&self) {
        let _ = fs::remove_file(&self.file);
    }

    /// Why the last run failed, if it did. Empty where there was no room to note it.
    pub fn reason(&self) -> Option<String> {
        let bytes = fs::read(&self.file).ok()?;
        let start = bytes.get(..MAX_REASON).unwrap_or(&bytes);
        Some(String::from_utf8_lossy(start).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn set_age(failing: &Failing, age: Duration) {
        let file = File::options().append(true).open(&failing.file).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    #[test]
    fn a_failure_is_told_at_once_and_then_once_a_day_until_a_run_is_good() {
        let folder = tempfile::tempdir().unwrap();
        let failing = Failing::of(folder.path());
        assert_eq!(failing.reason(), None);
        assert!(failing.note("the disk is full"));
        assert!(!failing.note("the disk is full"));
        assert_eq!(failing.reason().as_deref(), Some("the disk is full"));
        set_age(&failing, AGAIN);
        assert!(failing.note("the disk is full"));
        assert!(!failing.note("the disk is full"));
        failing.forget();
        assert!(failing.note("the disk is full"));
    }

    #[test]
    fn a_note_of_a_wrong_clock_silences_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let failing = Failing::of(folder.path());
        failing.note("x");
        let file = File::options().append(true).open(&failing.file).unwrap();
        file.set_modified(SystemTime::now() + 2 * AGAIN).unwrap();
        assert!(failing.note("x"));
        assert!(!failing.note("x"));
    }

    #[test]
    fn what_cannot_be_noted_is_told_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let failing = Failing::of(&folder.path().join("none"));
        assert!(failing.note("x"));
        assert!(failing.note("x"));
    }
}
