//! The merger's window on earlier items: keys by the day, so that a pass with a few new items reads a
//! few old ones, and what it has learned.

use super::Decisions;
use crate::dedupe::Learned;
use crate::store::unmerged::unmerged;
use crate::store::{Error, Store, Unmerged, surely_past};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// Days after which an item is found by its exact keys only: a source that is added later brings
/// what others said weeks ago.
const KEPT_DAYS: i64 = 30;
/// Items of one day that one key leads to, the newest: what more items share is no sign of anything.
const POSTINGS: u32 = 16;

/// Items near a changed one that are read without a key.
const MOST_NEAR: u32 = 200;

/// What new items may be one with.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Stretches of time.
    pub windows: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Keys that similar items of those times share.
    pub alike: Vec<u32>,
    /// Keys that only the same item shares, at any time.
    pub exact: Vec<u64>,
    /// Times of which all items are wanted, if their keys are forgotten.
    pub near: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Store {
    /// What the merger learned in earlier passes: the last [`Learned::All`], and each [`Learned::Added`] after it, one after
    /// the other.
    pub async fn frequencies(&self) -> Result<Option<(Vec<u8>, Vec<u8>)>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT counters FROM frequencies")?;
            let Some(all) = query.query_row([], |row| row.get(0)).optional()? else {
                return Ok(None);
            };
            let mut query = t.prepare_cached("SELECT hashes FROM added_hashes ORDER BY number")?;
            let mut rows = query.query([])?;
            let mut added = Vec::new();
            while let Some(row) = rows.next()? {
                added.extend_from_slice(row.get_ref(0)?.as_blob().unwrap_or_default());
            }
            Ok(Some((all, added)))
        })
        .await
    }

    /// Merged items that share a key with new ones, oldest first.
    pub async fn comparable(
        &self,
        wanted: Wanted,
        now: DateTime<Utc>,
    ) -> Result<Vec<Unmerged>, Error> {
        self.transact(move |t| {
            let mut numbers = similar(t, &wanted)?;
            near(t, &wanted, now, &mut numbers)?;
            let mut same = t.prepare_cached("SELECT item FROM exact_key WHERE key = ?1")?;
            for key in &wanted.exact {
                for number in same.query_map([key.cast_signed()], |row| row.get(0))? {
                    numbers.insert(number?);
                }
            }
            let mut find = t.prepare_cached(
                "SELECT item.number, item.source, item.published, fingerprint,
                        item.story, item.why IS NULL, story.published, item.listed, item.id
                 FROM item JOIN body ON body.item = item.number
                           JOIN story ON story.number = item.story
                 WHERE item.number = ?1",
            )?;
            let mut found = BTreeMap::new();
            for number in numbers {
                let named = |row: &rusqlite::Row| Ok((unmerged(row)?, row.get::<_, String>(8)?));
                if let Some((item, id)) = find.query_row([number], named).optional()? {
                    found.insert((item.published, id, item.source.clone()), item);
                }
            }
            Ok(found.into_values().collect())
        })
        .await
    }
}

/// The items of the wanted times that have a wanted key.
fn similar(t: &Transaction, wanted: &Wanted) -> Result<BTreeSet<i64>, Error> {
    let mut numbers = BTreeSet::new();
    let mut next_day = t.prepare_cached("SELECT min(day) FROM similar_key WHERE day >= ?1")?;
    let mut items = t.prepare_cached(
        "SELECT item FROM similar_key WHERE day = ?1 AND key = ?2 ORDER BY item DESC LIMIT ?3",
    )?;
    let mut done = i64::MIN;
    for &(from, to) in &wanted.windows {
        let mut day = day_of(from).max(done);
        // Days without items are passed over at once.
        while let Some(known) = next_day.query_row([day], |row| row.get::<_, Option<i64>>(0))? {
            if known > day_of(to) {
                break;
            }
            for key in &wanted.alike {
                for number in items.query_map((known, key, POSTINGS), |row| row.get(0))? {
                    numbers.insert(number?);
                }
            }
            day = known + 1;
        }
        done = day;
    }
    Ok(numbers)
}

/// The items of times that are so long ago that their keys are forgotten.
fn near(
    t: &Transaction,
    wanted: &Wanted,
    now: DateTime<Utc>,
    numbers: &mut BTreeSet<i64>,
) -> Result<(), Error> {
    let oldest = oldest_day(t, now)?;
    let mut items = t.prepare_cached(
        "SELECT number FROM item WHERE published BETWEEN ?1 AND ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    for (from, to) in &wanted.near {
        if day_of(*from) < oldest {
            let within = (from.timestamp(), to.timestamp(), MOST_NEAR);
            for number in items.query_map(within, |row| row.get(0))? {
                numbers.insert(number?);
            }
        }
    }
    Ok(())
}

/// The first day of which keys are kept.
fn oldest_day(t: &Transaction, now: DateTime<Utc>) -> Result<i64, Error> {
    Ok(day_of(surely_past(t, now)? - TimeDelta::days(KEPT_DAYS)))
}

/// Keeps the keys of items and what was learned of them; whole days that are over are forgotten.
pub(super) fn keep(
    t: &Transaction,
    decided: &Decisions,
    learned: &Learned,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let oldest = oldest_day(t, now)?;
    let mut alike = decided.alike.as_slice();
    let mut merged = decided.merged.iter();
    let mut rows: Vec<(u32, i64)> = Vec::new();
    // Items come in order of their dates.
    for of_day in decided.keys.chunk_by(|a, b| a.day == b.day) {
        for (of_item, merged) in of_day.iter().zip(merged.by_ref()) {
            let keys = alike.split_off(..of_item.alike.into()).unwrap_or_default();
            rows.extend(keys.iter().map(|&key| (key, merged.item.cast_signed())));
        }
        let day = of_day.first().map_or(0, |of_item| of_item.day.into());
        if day >= oldest {
            add_rows(t, day, &mut rows)?;
        }
        rows.clear();
    }
    t.prepare_cached("DELETE FROM similar_key WHERE day < ?1")?
        .execute([oldest])?;
    match learned {
        Learned::All(counters) => {
            t.prepare_cached("DELETE FROM added_hashes")?.execute([])?;
            t.prepare_cached("INSERT OR REPLACE INTO frequencies VALUES (0, ?1)")?
                .execute([counters])?;
        }
        Learned::Added(hashes) if hashes.is_empty() => {}
        Learned::Added(hashes) => {
            t.prepare_cached("INSERT INTO added_hashes (hashes) VALUES (?1)")?
                .execute([hashes])?;
        }
    }
    Ok(())
}

/// Keeps the keys of an item that was compared again.
pub(super) fn keep_keys(
    t: &Transaction,
    item: &Unmerged,
    alike: &[u32],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let day = day_of(item.published);
    if day < oldest_day(t, now)? {
        return Ok(());
    }
    let number = item.number.cast_signed();
    add_rows(
        t,
        day,
        &mut alike.iter().map(|&key| (key, number)).collect(),
    )
}

/// Adds keys of one day.
fn add_rows(t: &Transaction, day: i64, rows: &mut Vec<(u32, i64)>) -> Result<(), Error> {
    // In the order of the table: neighbours share its pages.
    rows.sort_unstable();
    let mut add = t.prepare_cached("INSERT OR IGNORE INTO similar_key VALUES (?1, ?2, ?3)")?;
    for (key, item) in rows {
        add.execute((day, *key, *item))?;
    }
    Ok(())
}

/// Days since 1970.
pub(super) fn day_of(moment: DateTime<Utc>) -> i64 {
    moment
        .timestamp()
        .div_euclid(TimeDelta::days(1).num_seconds())
}
