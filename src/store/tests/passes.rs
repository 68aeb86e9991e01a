//! Opening, copying and the last pass.

use super::*;
use crate::store::{Error, LastPass};
use std::path::{Path, PathBuf};

/// A folder of a test, removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("feedmill-store-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a store that says that it is of another version.
fn of_version(path: &Path, version: u32) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .pragma_update(None, "user_version", version)
        .unwrap();
}

async fn finish(store: &Store, at: DateTime<Utc>) {
    store.finish_pass(LastPass { at, clock: at }).await.unwrap();
}

#[tokio::test]
async fn the_last_pass_is_kept_with_what_the_clock_said() {
    let store = store();
    assert_eq!(store.last_pass().await.unwrap(), None);
    finish(&store, now()).await;
    let pass = LastPass {
        at: day(1),
        clock: day(-1),
    };
    store.finish_pass(pass).await.unwrap();
    assert_eq!(store.last_pass().await.unwrap(), Some(pass));
}

#[tokio::test]
async fn a_last_pass_without_a_clock_was_at_its_moment() {
    let store = store();
    finish(&store, now()).await;
    execute(&store, "DELETE FROM meta WHERE key = 'last_clock'")
        .await
        .unwrap();
    let pass = store.last_pass().await.unwrap().unwrap();
    assert_eq!(pass.clock, now());
}

#[tokio::test]
async fn a_store_opened_to_read_reads_and_keeps_nothing() {
    let folder = Folder::new("read");
    let path = folder.file("feedmill.db");
    let writer = Store::open(&path).unwrap();
    finish(&writer, now()).await;
    let reader = Store::open_to_read(&path).unwrap();
    assert!(reader.last_pass().await.unwrap().is_some());
    let html = vec![(1, "<p>".to_owned())];
    reader.keep_clean(html, 1).await.unwrap();
    assert!(reader.clean(vec![1]).await.unwrap().is_empty());
    let pass = LastPass {
        at: day(1),
        clock: day(1),
    };
    let error = reader.finish_pass(pass).await.unwrap_err();
    assert!(matches!(error, Error::Database(_)), "{error}");
}

#[tokio::test]
async fn a_copy_is_the_store_at_that_moment() {
    let folder = Folder::new("copy");
    let (path, copy) = (folder.file("one.db"), folder.file("two.db"));
    let store = Store::open(&path).unwrap();
    finish(&store, now()).await;
    Store::copy(&path, &copy).unwrap();
    finish(&store, day(1)).await;
    let copy = Store::open(&copy).unwrap();
    assert_eq!(copy.last_pass().await.unwrap().unwrap().at, now());
}

#[tokio::test]
async fn a_settled_store_leaves_its_log_empty() {
    let folder = Folder::new("settle");
    let store = Store::open(&folder.file("a.db")).unwrap();
    finish(&store, now()).await;
    let log = folder.file("a.db-wal");
    assert_ne!(std::fs::metadata(&log).unwrap().len(), 0);
    store.settle().await.unwrap();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
}

#[test]
fn a_store_of_a_newer_program_is_not_opened() {
    let folder = Folder::new("newer");
    let path = folder.file("a.db");
    of_version(&path, 99);
    for error in [Store::open(&path), Store::open_to_read(&path)] {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
    }
}

#[test]
fn a_store_of_an_older_program_is_not_read_before_it_is_migrated() {
    let folder = Folder::new("older");
    let path = folder.file("a.db");
    of_version(&path, 1);
    let error = Store::open_to_read(&path).unwrap_err();
    assert!(matches!(error, Error::Older { .. }), "{error}");
    assert!(error.to_string().ends_with("run `feedmill run` once"));
}

#[test]
fn a_file_that_is_not_a_database_says_what_to_do() {
    let folder = Folder::new("damaged");
    let path = folder.file("a.db");
    std::fs::write(&path, [b'x'; 4096]).unwrap();
    let error = Store::open(&path).unwrap_err().to_string();
    assert!(error.contains("move it away and run again"), "{error}");
}
