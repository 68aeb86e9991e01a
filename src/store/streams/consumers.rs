//! Consumers: who follows which themes, and up to where they have handled them.

use super::reading::{Following, last_number};
use crate::model::{Cursor, Theme, ThemeId};
use crate::store::{Error, Store, moment};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};
use std::sync::Arc;

/// Somebody who follows themes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    /// Its name.
    pub name: String,
    /// What it follows; none: all themes.
    pub themes: Option<Vec<ThemeId>>,
    /// It has handled everything up to this notice.
    pub number: u64,
    /// It began after this notice.
    pub begun: u64,
    /// Up to this notice it is told of first visits, too.
    pub quiet_until: u64,
    /// When it was last there.
    pub used: DateTime<Utc>,
}

/// What came of an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// It is noted, or was noted before.
    Yes,
    /// No such consumer.
    Unknown,
    /// The store has had no such notice: its last one is this.
    Ahead(u64),
}

impl Consumer {
    /// What it is told next.
    pub fn following(&self, themes: Vec<Arc<Theme>>) -> Following {
        Following {
            themes,
            after: self.number,
            begun: self.begun,
            quiet_until: self.quiet_until,
            changes: false,
            max_age: None,
        }
    }
}

impl Store {
    /// The end of all streams.
    pub async fn end_of_streams(&self) -> Result<Cursor, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT value FROM meta WHERE key = 'store_id'")?;
            Ok(Cursor {
                store: query.query_row([], |row| row.get(0))?,
                number: last_number(t)?,
            })
        })
        .await
    }

    /// A consumer.
    pub async fn consumer(&self, name: &str) -> Result<Option<Consumer>, Error> {
        let name = name.to_owned();
        self.transact(move |t| {
            let mut query = t.prepare_cached(&format!("{SELECT} WHERE name = ?1"))?;
            Ok(query.query_row([name], consumer).optional()?)
        })
        .await
    }

    /// All consumers, by name.
    pub async fn consumers(&self) -> Result<Vec<Consumer>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
            let rows = query.query_map([], consumer)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Begins a consumer at the end of the streams that it follows, or so many stories before.
    pub async fn begin_consumer(
        &self,
        name: &str,
        themes: Option<Vec<ThemeId>>,
        backfill: u32,
        now: DateTime<Utc>,
    ) -> Result<Consumer, Error> {
        let name = name.to_owned();
        self.transact(move |t| {
            let end = last_number(t)?;
            let themes_json = json(themes.as_deref())?;
            let begun = match backfill {
                0 => None,
                stories => before_the_last(t, themes_json.as_deref(), stories)?,
            };
            let begun = begun.unwrap_or(end);
            let consumer = Consumer {
                name,
                themes,
                number: begun,
                begun,
                quiet_until: end,
                used: now,
            };
            t.execute(
                "INSERT INTO consumer (name, themes, number, begun, quiet_until, used)
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
                (
                    &consumer.name,
                    themes_json,
                    begun.cast_signed(),
                    end.cast_signed(),
                    now.timestamp(),
                ),
            )?;
            Ok(consumer)
        })
        .await
    }

    /// A consumer follows other themes from now on.
    pub async fn follow_themes(
        &self,
        name: &str,
        themes: Option<Vec<ThemeId>>,
    ) -> Result<(), Error> {
        let name = name.to_owned();
        self.transact(move |t| {
            let themes = json(themes.as_deref())?;
            t.execute(
                "UPDATE consumer SET themes = ?2 WHERE name = ?1",
                (name, themes),
            )?;
            Ok(())
        })
        .await
    }

    /// Notes that a consumer has handled everything up to a notice. It never goes back.
    pub async fn acknowledge(
        &self,
        name: &str,
        number: u64,
        now: DateTime<Utc>,
    ) -> Result<Acknowledged, Error> {
        let name = name.to_owned();
        self.transact(move |t| {
            let end = last_number(t)?;
            if number > end {
                return Ok(Acknowledged::Ahead(end));
            }
            let known = t
                .prepare_cached(
                    "UPDATE consumer SET number = max(number, ?2), used = ?3 WHERE name = ?1",
                )?
                .execute((name, number.cast_signed(), now.timestamp()))?;
            Ok(match known {
                0 => Acknowledged::Unknown,
                _ => Acknowledged::Yes,
            })
        })
        .await
    }

    /// Forgets a consumer. False if there is none.
    pub async fn forget_consumer(&self, name: &str) -> Result<bool, Error> {
        let name = name.to_owned();
        self.transact(move |t| Ok(t.execute("DELETE FROM consumer WHERE name = ?1", [name])? > 0))
            .await
    }
}

const SELECT: &str = "SELECT name, themes, number, begun, quiet_until, used FROM consumer";

fn consumer(row: &Row) -> rusqlite::Result<Consumer> {
    let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let themes: Option<String> = row.get(1)?;
    Ok(Consumer {
        name: row.get(0)?,
        themes: themes.map(|json| serde_json::from_str(&json).unwrap_or_default()),
        number: number(2)?,
        begun: number(3)?,
        quiet_until: number(4)?,
        used: moment(row.get(5)?),
    })
}

fn json(themes: Option<&[ThemeId]>) -> Result<Option<String>, Error> {
    Ok(themes.map(serde_json::to_string).transpose()?)
}

/// The notice before the last so many stories that entered these themes.
fn before_the_last(
    t: &Transaction,
    themes: Option<&str>,
    stories: u32,
) -> Result<Option<u64>, Error> {
    let mut query = t.prepare_cached(
        // From the end, so that it ends after as many as are asked for.
        "SELECT min(number) - 1 FROM (
             SELECT number FROM notice
             WHERE kind = 'entered' AND (?1 IS NULL OR theme IN (SELECT value FROM json_each(?1)))
             AND NOT EXISTS (
                 SELECT 1 FROM notice earlier
                 WHERE earlier.story = notice.story AND earlier.number < notice.number AND earlier.kind = 'entered'
                 AND (?1 IS NULL OR earlier.theme IN (SELECT value FROM json_each(?1))))
             ORDER BY number DESC LIMIT ?2)",
    )?;
    let number: Option<i64> = query.query_row((themes, stories), |row| row.get(0))?;
    Ok(number.map(i64::cast_unsigned))
}
