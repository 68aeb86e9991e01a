//! One pass at a time per state folder. The operating system drops the lock when a process dies,
//! however it dies, so there is no stale lock to clean up.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// What a pass takes to merge, publish and post, when the time of its requests is over.
const REST: Duration = Duration::from_secs(15 * 60);

/// Held while a pass runs.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Why the lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another pass runs.
    #[error("another feedmill holds {}; wait until it has finished", .0.display())]
    Held(PathBuf),
    /// A pipe or a device: opening it could block.
    #[error("cannot lock {}: it is not a regular file; move it away", .0.display())]
    NotAFile(PathBuf),
    /// The file cannot be made.
    #[error("cannot lock {}: {cause}; {}", path.display(), advice(cause))]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        cause: std::io::Error,
    },
}

/// Mostly an earlier run as root is the cause.
fn advice(cause: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match cause.kind() {
        PermissionDenied | ReadOnlyFilesystem => {
            "this user may not write there: run feedmill as the user that owns the state folder, make the folder writable (`chown`, `chmod`), or choose another with `state` in feeds.toml"
        }
        _ => "check that the state folder is writable",
    }
}

impl Lock {
    /// Takes the lock of a state folder. Does not wait: if another process holds it, that is an error.
    pub fn take(state: &Path) -> Result<Self, LockError> {
        Self::take_file(state, Self::path(state))
    }

    /// Takes the lock of a state folder as soon as it is free, if that is so within a time.
    pub fn wait(state: &Path, within: Duration) -> Result<Self, LockError> {
        /// How often it is tried: a pass takes seconds.
        const PAUSE: Duration = Duration::from_millis(250);
        let begun = Instant::now();
        loop {
            match Self::take(state) {
                Err(LockError::Held(_)) if begun.elapsed() < within => std::thread::sleep(PAUSE),
                result => return result,
            }
        }
    }

    /// Takes the lock of a consumer of streams, so that nothing is handled twice at the same time.
    pub fn of_consumer(state: &Path, name: &str) -> Result<Self, LockError> {
        Self::take_file(state, state.join(format!("lock-{name}")))
    }

    fn take_file(state: &Path, path: PathBuf) -> Result<Self, LockError> {
        let unusable = |cause| LockError::Unusable {
            path: path.clone(),
            cause,
        };
        make_private(state).map_err(unusable)?;
        if std::fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(LockError::NotAFile(path));
        }
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {
                // Since when it is held. Who cannot set that holds it all the same.
                let _ = file.set_modified(SystemTime::now());
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(LockError::Held(path)),
            Err(TryLockError::Error(cause)) => Err(unusable(cause)),
        }
    }

    /// For how long the lock of a state folder has been held by whoever holds it now.
    pub fn held_for(state: &Path) -> Option<Duration> {
        let taken = std::fs::metadata(Self::path(state)).ok()?.modified().ok()?;
        taken.elapsed().ok()
    }

    /// Whether that is longer than a pass takes, whose requests take `max_pass`. True once for each holder, so that a run
    /// which finds the lock held says so once.
    pub fn is_overdue(state: &Path, max_pass: Duration) -> bool {
        if Self::held_for(state).is_none_or(|age| age <= max_pass.saturating_add(REST)) {
            return false;
        }
        let taken = std::fs::metadata(Self::path(state)).and_then(|there| there.modified());
        let Ok(taken) = taken else {
            return false;
        };
        let told = state.join("told-lock");
        let is_told = std::fs::metadata(&told)
            .and_then(|there| there.modified())
            .is_ok_and(|noted| noted == taken);
        if !is_told {
            // What cannot be noted is said again.
            let _ = File::create(&told).and_then(|file| file.set_modified(taken));
        }
        !is_told
    }

    pub(super) fn path(state: &Path) -> PathBuf {
        state.join("lock")
    }

    /// Writes who holds it. A disk that is full is noticed elsewhere.
    pub(super) fn note(&self, text: &str) {
        let mut file = &self.file;
        let _ = file
            .set_len(0)
            .and_then(|()| file.write_all(text.as_bytes()));
    }
}

/// Makes a folder that only its owner reads: addresses in it may be secrets.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_permission_is_named_with_the_next_step() {
        let cause = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let path = PathBuf::from("state/lock");
        let told = LockError::Unusable { path, cause }.to_string();
        for part in ["state/lock", "may not write there", "`state` in feeds.toml"] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_lock_is_waited_for_until_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let state = folder.path().to_owned();
        let second = std::thread::spawn(move || Lock::wait(&state, Duration::from_secs(60)));
        drop(first);
        let second = second.join().unwrap().unwrap();
        let third = Lock::wait(folder.path(), Duration::ZERO);
        assert!(matches!(third, Err(LockError::Held(_))));
        drop(second);
    }

    #[test]
    fn a_lock_that_is_held_for_too_long_is_told_of_once() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path();
        let max_pass = Duration::from_secs(600);
        for _ in 0..2 {
            let lock = Lock::take(state).unwrap();
            assert!(!Lock::is_overdue(state, max_pass));
            let before = |minutes: u64| SystemTime::now() - Duration::from_secs(minutes * 60);
            lock.file.set_modified(before(24)).unwrap();
            assert!(!Lock::is_overdue(state, max_pass));
            lock.file.set_modified(before(26)).unwrap();
            assert!(Lock::is_overdue(state, max_pass));
            assert!(!Lock::is_overdue(state, max_pass));
        }
    }

    #[test]
    fn a_second_lock_is_refused_while_the_first_lives() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        assert!(matches!(Lock::take(folder.path()), Err(LockError::Held(_))));
        drop(first);
        Lock::take(folder.path()).unwrap();
    }
}
