//! What we knew and what we learned: one SQLite file. All SQL is here, behind methods grouped by
//! subject, and one thread owns the connection, so that nothing else waits for the disk.

mod decisions;
mod deliveries;
mod entries;
mod filtered;
mod full_text;
mod in_a_row;
mod items;
mod merging;
mod migrate;
mod new_item;
mod places;
mod publishing;
mod retention;
mod retold;
mod robots;
mod sources;
mod stories;
mod streams;
#[cfg(test)]
mod tests;
mod theme_copies;
mod unmerged;

use chrono::{DateTime, Utc};
pub use deliveries::{DeliveryState, DigestState, Partly, Posting, Underway};
pub use entries::{ENTRIES_VERSION, Standing, StoryEntries};
pub use filtered::{FailureCount, Unfiltered};
pub use full_text::{Article, FullText, Unread};
pub use items::{Arrival, Saved};
pub use merging::{Again, Change, Covered, Decisions, Merged, Named, Refreshed, Role, Wanted};
pub use new_item::{Compared, KnownItem, NewItem};
pub use places::Entry;
pub use publishing::{
    Abandoned, ArchiveDocument, ArchiveEntry, AsPublished, DueStory, HtmlFolder, HtmlPage,
    StoredEdition, Unaddressed,
};
pub use retention::{Protected, Swept};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
pub use sources::Holding;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
pub use stories::Since;
pub use streams::{Acknowledged, Consumer, Following, Told};
pub use theme_copies::{Made, NewCopy, ThemeCopy};
use tokio::sync::oneshot;
pub use unmerged::{Unmerged, Waiting, WaitingItem};

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused.
    #[error("the store failed: {0}; {advice}", advice = advice(.0))]
    Database(#[from] rusqlite::Error),
    /// The folder cannot be made.
    #[error("cannot make the folder {}: {cause}; check its permissions", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A newer program wrote it.
    #[error("the store {} was written by a newer feedmill (version {found}, this one knows {known}); update feedmill", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest we know.
        known: u32,
    },
    /// An older program wrote it, and this command changes nothing.
    #[error("the store {} was written by an older feedmill; run `feedmill run` once", path.display())]
    Older {
        /// The database.
        path: PathBuf,
    },
    /// Something in it is not what we wrote.
    #[error(
        "the store holds something unreadable: {0}; move it away and run again: what sources still say is read anew"
    )]
    Damaged(#[from] serde_json::Error),
    /// Its thread cannot be started.
    #[error("the store cannot start: {0}")]
    Thread(std::io::Error),
    /// Its thread is gone.
    #[error("the store has stopped")]
    Stopped,
}

fn advice(error: &rusqlite::Error) -> &'static str {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
        PermissionDenied, ReadOnly,
    };
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => {
            "it is damaged: move it away and run again, what sources still say is read anew"
        }
        Some(DatabaseBusy | DatabaseLocked) => "another program is writing to it: try again",
        Some(CannotOpen | PermissionDenied | ReadOnly) => {
            "this user may not write there: run feedmill as the user that owns the state folder, or make the folder and its files writable"
        }
        Some(DiskFull) => "free some space and run again: nothing is lost",
        _ => "check that the disk has room and the state folder is writable",
    }
}

/// Bytes of what is noted of one message or story, at most: pages of four tables and their indexes.
const ROOM: usize = 64 * 1024;
/// Prepared statements that are kept: all we have.
const STATEMENTS: usize = 64;

/// A pass, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastPass {
    /// The moment that everything in it happened at: time never runs backwards from here, unless a
    /// clock was wrong.
    pub at: DateTime<Utc>,
    /// What the clock said.
    pub clock: DateTime<Utc>,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The store. Cheap to clone; all clones speak to one connection.
#[derive(Clone, Debug)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    writes: bool,
}

impl Store {
    /// Opens or makes the database and brings it up to date.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| Error::Folder {
                path: folder.to_owned(),
                cause,
            })?;
        }
        Self::prepare(Connection::open(path)?, path)
    }

    /// Opens the database beside a pass that may be writing to it; nothing can be changed.
    pub fn open_to_read(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;")?;
        migrate::check(&connection, path)?;
        Self::start(connection, false)
    }

    /// Opens the database beside a pass that may be writing to it, to note something as well.
    pub fn open_beside(path: &Path) -> Result<Self, Error> {
        let mut connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 30000;",
        )?;
        connection.set_transaction_behavior(TransactionBehavior::Immediate);
        migrate::check(&connection, path)?;
        Self::start(connection, true)
    }

    /// Copies a database as it is at this moment, whoever writes to it.
    pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
        let connection = Connection::open(from)?;
        connection.execute_batch("PRAGMA busy_timeout = 5000;")?;
        connection.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
        Ok(())
    }

    /// Gives room that is not used back to the disk. Nobody else may use the database.
    pub fn vacuum(path: &Path) -> Result<(), Error> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA busy_timeout = 5000; VACUUM;")?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// A store that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, Error> {
        Self::prepare(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    fn prepare(mut connection: Connection, path: &Path) -> Result<Self, Error> {
        // Of pages that are read again and again: with 2 MiB, a third of the time in the system went into reading them.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
             PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16384;",
        )?;
        // A transaction that reads before it writes would otherwise fail, not wait, when another
        // program has written in between.
        connection.set_transaction_behavior(TransactionBehavior::Immediate);
        migrate::migrate(&mut connection, path)?;
        // Copies of pages, kept while a statement changes many: none is to be written. Made after migrations, which sort
        // whole tables.
        connection.execute_batch("PRAGMA temp_store = MEMORY")?;
        Self::start(connection, true)
    }

    fn start(mut connection: Connection, writes: bool) -> Result<Self, Error> {
        // Otherwise a statement may be planned again for each value that is bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let (jobs, queue) = mpsc::channel::<Job>();
        let owner = move || {
            for job in queue {
                job(&mut connection);
            }
        };
        let named = thread::Builder::new().name("store".to_owned());
        named.spawn(owner).map_err(Error::Thread)?;
        Ok(Self { jobs, writes })
    }

    /// Runs one job on the owner thread, inside one transaction: all of it happens, or nothing.
    async fn transact<T: Send + 'static>(
        &self,
        job: impl FnOnce(&rusqlite::Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            let value = job(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await
    }

    /// Runs a job that leaves no row without what it refers to. To check that for each row costs SQLite more than
    /// the job: where rows are deleted, it would search whole tables.
    async fn without_references(
        &self,
        job: impl FnOnce(&rusqlite::Transaction) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        self.run(move |connection| {
            connection.pragma_update(None, "foreign_keys", false)?;
            let done = connection.transaction().map_err(Error::from).and_then(|t| {
                job(&t)?;
                Ok(t.commit()?)
            });
            connection.pragma_update(None, "foreign_keys", true)?;
            done
        })
        .await
    }

    /// Runs one job on the owner thread.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits any more when the pass was interrupted; what is committed stays.
            let _ = reply.send(job(connection));
        });
        self.jobs.send(job).map_err(|_| Error::Stopped)?;
        answer.await.map_err(|_| Error::Stopped)?
    }

    /// Makes sure that something can be noted after it was done, although the disk may be full by then: as much is written
    /// now, and moved into the database, so that the write-ahead log begins again in room that it has. To write a few
    /// bytes would not do: where these fit and the note does not, the same would be done again at each run.
    pub async fn make_room(&self) -> Result<(), Error> {
        self.run(|connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO meta VALUES ('room', ?1)")?
                .execute([" ".repeat(ROOM)])?;
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }

    /// Moves what was written into the database itself and empties the write-ahead log, so that
    /// the state folder at rest is one file.
    pub async fn settle(&self) -> Result<(), Error> {
        self.run(|connection| {
            connection.execute_batch("PRAGMA optimize")?;
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }

    /// The last pass, if there was one.
    pub async fn last_pass(&self) -> Result<Option<LastPass>, Error> {
        self.transact(last_pass).await
    }

    /// Notes a pass.
    pub async fn finish_pass(&self, pass: LastPass) -> Result<(), Error> {
        self.transact(move |t| {
            let mut note = t.prepare_cached(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?;
            note.execute(("last_pass", pass.at.timestamp().to_string()))?;
            note.execute(("last_clock", pass.clock.timestamp().to_string()))?;
            Ok(())
        })
        .await
    }
}

fn last_pass(t: &rusqlite::Transaction) -> Result<Option<LastPass>, Error> {
    let mut query = t.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    let mut noted = |key: &str| -> Result<Option<DateTime<Utc>>, Error> {
        let text: Option<String> = query.query_row([key], |row| row.get(0)).optional()?;
        let seconds = text.and_then(|text| text.parse().ok());
        Ok(seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)))
    };
    let at = noted("last_pass")?;
    let clock = noted("last_clock")?;
    Ok(at.map(|at| LastPass {
        at,
        clock: clock.unwrap_or(at),
    }))
}

/// A moment that has surely come: what is older than something may be forgotten by this one, since a
/// clock that is wrong for one pass must not make everything old.
fn surely_past(t: &rusqlite::Transaction, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    Ok(last_pass(t)?.map_or(now, |last| last.at.min(now)))
}

/// Seconds of a column -> a moment. What we wrote is always in range; a damaged value is the epoch.
fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
