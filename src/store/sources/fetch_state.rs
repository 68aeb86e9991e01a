//! What is remembered of each source between visits: the rows of table `source`, read and written here only.

use crate::model::{FetchState, FetchTime, Settings, SourceId, WaitReason};
use crate::store::{Error, Store, moment};
use chrono::{DateTime, Utc};
use rusqlite::types::FromSql;
use rusqlite::{Row, Transaction, params};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// The columns that decide when a source is fetched: the first ones, so that SQLite need not look for them.
macro_rules! of_time {
    () => {
        "id, asked, settings_source, settings_fetch, next_due, retry_after, last_failure, gone"
    };
}

/// All columns, in the order of the table.
macro_rules! all {
    () => {
        concat!(
            of_time!(),
            ", next_why, url, etag, last_modified, body_hash, reader, freshness, oddities, rhythm_seconds, newest,
            failures, failing_since, trouble, is_reported, last_error, last_good, redirect, robots"
        )
    };
}

impl Store {
    /// What is remembered of every source that was ever fetched.
    pub async fn all_fetch_states(&self) -> Result<HashMap<SourceId, FetchState>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(concat!("SELECT ", all!(), " FROM source"))?;
            let mut rows = query.query([])?;
            let mut sources = HashMap::new();
            while let Some(row) = rows.next()? {
                sources.insert(SourceId::new(row.get::<_, String>(0)?), state(row)?);
            }
            Ok(sources)
        })
        .await
    }

    /// What is remembered of some sources, in the order of their ids; of one that is not known, nothing.
    pub async fn fetch_states(&self, ids: Vec<SourceId>) -> Result<Vec<FetchState>, Error> {
        self.transact(move |t| {
            let mut query =
                t.prepare_cached(concat!("SELECT ", all!(), " FROM source WHERE id = ?1"))?;
            let mut states = Vec::with_capacity(ids.len());
            for id in &ids {
                let mut rows = query.query([id.as_str()])?;
                states.push(match rows.next()? {
                    Some(row) => state(row)?,
                    None => FetchState::default(),
                });
            }
            Ok(states)
        })
        .await
    }

    /// What of it decides when they are fetched. The ids are sorted: all rows between the first and the last are read,
    /// which takes a third of the time of looking each up.
    pub async fn fetch_times(&self, ids: Vec<SourceId>) -> Result<Vec<FetchTime>, Error> {
        self.transact(move |t| {
            let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
                return Ok(Vec::new());
            };
            let mut query = t.prepare_cached(concat!(
                "SELECT ",
                of_time!(),
                " FROM source WHERE id BETWEEN ?1 AND ?2 ORDER BY id"
            ))?;
            let mut rows = query.query([first.as_str(), last.as_str()])?;
            let mut times = Vec::with_capacity(ids.len());
            let mut wanted = ids.iter().map(SourceId::as_str).peekable();
            while let Some(row) = rows.next()? {
                let id = row.get_ref(0)?.as_str().unwrap_or_default();
                while wanted.next_if(|wanted| *wanted < id).is_some() {
                    times.push(FetchTime::default());
                }
                while wanted.next_if_eq(&id).is_some() {
                    times.push(time(&mut Columns::of(row))?);
                }
            }
            times.resize(ids.len(), FetchTime::default());
            Ok(times)
        })
        .await
    }
}

/// The columns of a row after its id, from the first to the last.
struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Columns<'a> {
    fn of(row: &'a Row<'a>) -> Self {
        Self { row, next: 1 }
    }

    fn read<T: FromSql>(&mut self) -> Result<T, Error> {
        let column = self.next;
        self.next += 1;
        Ok(self.row.get(column)?)
    }

    fn moment(&mut self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.read::<Option<i64>>()?.map(moment))
    }

    /// 64 bits that the column holds with a sign.
    fn unsigned(&mut self) -> Result<Option<u64>, Error> {
        Ok(self.read::<Option<i64>>()?.map(i64::cast_unsigned))
    }

    /// A value as JSON; the default one is NULL.
    fn json<T: DeserializeOwned + Default>(&mut self) -> Result<T, Error> {
        match self.read::<Option<String>>()? {
            Some(json) => Ok(serde_json::from_str(&json)?),
            None => Ok(T::default()),
        }
    }

    fn why(&mut self) -> Result<Option<WaitReason>, Error> {
        let name: Option<String> = self.read()?;
        let why = name.map(|name| WaitReason::deserialize(name.into_deserializer()));
        Ok(why.transpose().map_err(|error: serde_json::Error| error)?)
    }
}

fn time(columns: &mut Columns) -> Result<FetchTime, Error> {
    Ok(FetchTime {
        asked: columns.read()?,
        settings: columns
            .unsigned()?
            .zip(columns.unsigned()?)
            .map(|(source, fetch)| Settings { source, fetch }),
        next_due: columns.moment()?,
        retry_after: columns.moment()?,
        last_failure: columns.json()?,
        gone: columns.read()?,
    })
}

/// The fields are read in the order of the columns.
fn state(row: &Row) -> Result<FetchState, Error> {
    let mut columns = Columns::of(row);
    let time = time(&mut columns)?;
    Ok(FetchState {
        next_why: columns.why()?,
        url: columns.read()?,
        etag: columns.read()?,
        last_modified: columns.read()?,
        body_hash: columns.unsigned()?,
        reader: columns.unsigned()?.unwrap_or_default(),
        freshness: columns.json()?,
        oddities: columns.json()?,
        rhythm_seconds: columns.unsigned()?,
        newest: columns.moment()?,
        failures: columns.read()?,
        failing_since: columns.moment()?,
        trouble: columns.read()?,
        is_reported: columns.read()?,
        last_error: columns.read()?,
        last_good: columns.moment()?,
        redirect: columns.json()?,
        robots: columns.json()?,
        ..time.into()
    })
}

/// The values are in the order of the columns.
pub(in crate::store) fn keep_fetch_state(
    t: &Transaction,
    id: &SourceId,
    state: &FetchState,
) -> Result<(), Error> {
    let FetchState {
        asked,
        url,
        etag,
        last_modified,
        body_hash,
        reader,
        settings,
        freshness,
        oddities,
        rhythm_seconds,
        newest,
        next_due,
        next_why,
        retry_after,
        failures,
        failing_since,
        trouble,
        is_reported,
        last_error,
        last_failure,
        last_good,
        redirect,
        robots,
        gone,
    } = state;
    let next_why = next_why.map(serde_json::to_value).transpose()?;
    t.prepare_cached(
        "REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id.as_str(),
        asked,
        settings.map(|settings| settings.source.cast_signed()),
        settings.map(|settings| settings.fetch.cast_signed()),
        seconds(*next_due),
        seconds(*retry_after),
        json(last_failure)?,
        gone,
        next_why.as_ref().and_then(Value::as_str),
        url,
        etag,
        last_modified,
        body_hash.map(u64::cast_signed),
        reader.cast_signed(),
        json(freshness)?,
        json(oddities)?,
        rhythm_seconds.map(u64::cast_signed),
        seconds(*newest),
        failures,
        seconds(*failing_since),
        trouble,
        is_reported,
        last_error,
        seconds(*last_good),
        json(redirect)?,
        json(robots)?,
    ])?;
    Ok(())
}

fn seconds(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(|at| at.timestamp())
}

/// As [`Columns::json`] reads it.
fn json<T: Serialize + Default + PartialEq>(value: &T) -> Result<Option<String>, Error> {
    let is_default = *value == T::default();
    let json = (!is_default).then(|| serde_json::to_string(value));
    Ok(json.transpose()?)
}
