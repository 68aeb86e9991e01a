//! The files that we wrote: those that stand, and those that nothing writes any more.

use crate::model::{Encoding, ThemeId};
use crate::store::{Error, Store};
use rusqlite::OptionalExtension;

/// A file that nothing writes any more, as we left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abandoned {
    /// Its name below the output folder.
    pub file: String,
    /// Bytes.
    pub len: u64,
    /// Nanoseconds since 1970.
    pub modified_ns: u64,
}

impl Store {
    /// The names of all files of the last pass.
    pub async fn published(&self) -> Result<Vec<String>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                "SELECT file.value ->> 0 FROM edition, json_each(edition.json, '$.files') file
                 WHERE edition.json <> ''
                 UNION SELECT file.value ->> 0 FROM archive_document, json_each(archive_document.json, '$.files') file
                 WHERE archive_document.json <> ''
                     AND archive_document.theme IN (SELECT theme FROM edition)
                 UNION SELECT path FROM html_page WHERE fingerprint <> 0",
            )?;
            let rows = query.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The groups of names that are ours: no file of another is there.
    pub async fn claimed(&self) -> Result<Vec<String>, Error> {
        self.transact(|t| {
            let json: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = 'claimed'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            Ok(json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json))?)
        })
        .await
    }

    /// Notes these and no others.
    pub async fn keep_claimed(&self, groups: Vec<String>) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute(
                "INSERT OR REPLACE INTO meta VALUES ('claimed', ?1)",
                [serde_json::to_string(&groups)?],
            )?;
            Ok(())
        })
        .await
    }

    /// How the files of the last pass are compressed beside themselves.
    pub async fn compressed(&self) -> Result<Vec<Encoding>, Error> {
        self.transact(|t| {
            let json: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = 'compressed'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            Ok(json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json))?)
        })
        .await
    }

    /// Notes how.
    pub async fn keep_compressed(&self, encodings: Vec<Encoding>) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute(
                "INSERT OR REPLACE INTO meta VALUES ('compressed', ?1)",
                [serde_json::to_string(&encodings)?],
            )?;
            Ok(())
        })
        .await
    }

    /// Notes files that nothing writes any more.
    pub async fn abandon(&self, files: Vec<Abandoned>) -> Result<(), Error> {
        self.transact(move |t| {
            let mut note =
                t.prepare_cached("INSERT OR REPLACE INTO unused_file VALUES (?1, ?2, ?3)")?;
            for file in files {
                let (len, modified) = (file.len.cast_signed(), file.modified_ns.cast_signed());
                note.execute((file.file, len, modified))?;
            }
            Ok(())
        })
        .await
    }

    /// Files that nothing writes any more, by name.
    pub async fn abandoned(&self) -> Result<Vec<Abandoned>, Error> {
        self.transact(|t| {
            let mut query =
                t.prepare_cached("SELECT file, len, modified FROM unused_file ORDER BY file")?;
            let rows = query.query_map([], |row| {
                Ok(Abandoned {
                    file: row.get(0)?,
                    len: row.get::<_, i64>(1)?.cast_unsigned(),
                    modified_ns: row.get::<_, i64>(2)?.cast_unsigned(),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Forgets such files, and the closed pages of all themes but these.
    pub async fn forget_abandoned(&self, themes: Vec<ThemeId>) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute("DELETE FROM unused_file", [])?;
            let themes: Vec<&str> = themes.iter().map(ThemeId::as_str).collect();
            let themes = serde_json::to_string(&themes)?;
            for table in ["archive_document", "archive_entry"] {
                t.execute(
                    &format!(
                        "DELETE FROM {table} WHERE theme NOT IN (SELECT value FROM json_each(?1))"
                    ),
                    [&themes],
                )?;
            }
            Ok(())
        })
        .await
    }
}
