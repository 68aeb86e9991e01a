//! Items and what filters made of them. `body.json` is an item as it is compared and shown; where that is not
//! what its source said, `filtered.own` is. Ids, dates and hashes of change are always those of the source.

use super::items::{add_keys, own};
use super::merging::touch;
use super::{Error, Store};
use crate::dedupe::Fingerprint;
use crate::model::{Item, SourceId};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::BTreeMap;

/// An item that is to pass through a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfiltered {
    /// The store's number.
    pub number: u64,
    /// Bytes of its JSON.
    pub bytes: usize,
}

/// How often in a row something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureCount {
    /// Up to now.
    pub before: u32,
    /// With this time.
    pub after: u32,
}

impl Store {
    /// Items of a source that have not passed through this filter: those that are new, have changed, or are
    /// tried again, and of those that another filter had seen what its newest document lists.
    pub async fn filter_due(
        &self,
        source: SourceId,
        filter: u64,
    ) -> Result<Vec<Unfiltered>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT number, length(ifnull(own, json)) FROM (
                     SELECT number FROM item LEFT JOIN filtered ON item = number
                     WHERE item.source = ?1 AND listed = 1 AND ifnull(filter, 0) <> ?2
                     UNION SELECT number FROM item LEFT JOIN filtered ON item = number
                     WHERE item.source = ?1 AND story IS NULL AND ifnull(filter, 0) <> ?2
                     UNION SELECT item FROM filtered WHERE source = ?1 AND filter = 0)
                 JOIN body ON body.item = number LEFT JOIN filtered ON filtered.item = number
                 ORDER BY number",
            )?;
            let rows = query.query_map((source.as_str(), filter.cast_signed()), |row| {
                Ok(Unfiltered {
                    number: row.get::<_, i64>(0)?.cast_unsigned(),
                    bytes: row.get::<_, u32>(1)? as usize,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Items as their source gave them, without it.
    pub async fn own_items(&self, numbers: Vec<u64>) -> Result<Vec<Item>, Error> {
        self.transact(move |t| {
            let numbers = numbers.iter().map(|number| number.cast_signed());
            numbers.map(|number| own(t, number)).collect()
        })
        .await
    }

    /// Keeps what a filter made of items; none: it drops the item.
    pub async fn keep_filtered(
        &self,
        source: SourceId,
        filter: u64,
        items: Vec<(u64, Option<Item>)>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut keep =
                t.prepare_cached("INSERT OR REPLACE INTO filtered VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for (number, result) in items {
                let number = number.cast_signed();
                let own = own(t, number)?;
                let is_dropped = result.is_none();
                let shown = result.unwrap_or_else(|| own.clone());
                show(t, number, &shown)?;
                let own = (shown != own).then(|| serde_json::to_string(&own));
                let hash = filter.cast_signed();
                keep.execute((number, source.as_str(), hash, is_dropped, own.transpose()?))?;
            }
            Ok(())
        })
        .await
    }

    /// Notes that a filter failed on these items: they stay as they are and are tried again.
    pub async fn filter_again(&self, source: SourceId, items: Vec<u64>) -> Result<(), Error> {
        self.transact(move |t| {
            let mut note = t.prepare_cached(
                "INSERT INTO filtered VALUES (?1, ?2, 0, 0, NULL)
                 ON CONFLICT (item) DO UPDATE SET filter = 0",
            )?;
            for number in items {
                note.execute((number.cast_signed(), source.as_str()))?;
            }
            Ok(())
        })
        .await
    }

    /// The sources whose filters drop some of these items.
    pub async fn dropped_by_sources(&self, items: Vec<u64>) -> Result<Vec<SourceId>, Error> {
        self.transact(move |t| {
            let items: Vec<i64> = items.into_iter().map(u64::cast_signed).collect();
            let mut query = t.prepare_cached(
                "SELECT DISTINCT source FROM filtered
                 WHERE item IN (SELECT value FROM json_each(?1)) AND dropped = 1 ORDER BY source",
            )?;
            let rows = query.query_map([serde_json::to_string(&items)?], |row| {
                Ok(SourceId::new(row.get::<_, String>(0)?))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes how filters were in this pass, by name: whether each was well. Gives how often each had failed in a row
    /// before, and has now.
    pub async fn filters_were(&self, ran: Vec<(String, bool)>) -> Result<Vec<FailureCount>, Error> {
        self.transact(move |t| {
            let noted: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = 'filter_failures'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            let noted = noted.unwrap_or_default();
            let mut counts: BTreeMap<String, u32> =
                serde_json::from_str(&noted).unwrap_or_default();
            let mut rows = Vec::with_capacity(ran.len());
            for (name, is_well) in ran {
                let before = counts.remove(&name).unwrap_or(0);
                let after = if is_well { 0 } else { before.saturating_add(1) };
                if after > 0 {
                    counts.insert(name, after);
                }
                rows.push(FailureCount { before, after });
            }
            let counts = serde_json::to_string(&counts)?;
            if counts != noted {
                t.prepare_cached("INSERT OR REPLACE INTO meta VALUES ('filter_failures', ?1)")?
                    .execute([counts])?;
            }
            Ok(rows)
        })
        .await
    }

    /// Sources of which items have passed through a filter.
    pub async fn filtered_sources(&self) -> Result<Vec<SourceId>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT DISTINCT source FROM filtered")?;
            let rows = query.query_map([], |row| Ok(SourceId::new(row.get::<_, String>(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Shows the items of a source as it gave them: it has no filter any more.
    pub async fn unfilter(&self, source: SourceId) -> Result<(), Error> {
        self.transact(move |t| {
            let numbers = super::stories::numbers(
                t,
                "SELECT item FROM filtered WHERE source = ?1",
                [source.as_str()],
            )?;
            for number in numbers {
                let own = own(t, number)?;
                show(t, number, &own)?;
            }
            t.prepare_cached("DELETE FROM filtered WHERE source = ?1")?
                .execute([source.as_str()])?;
            Ok(())
        })
        .await
    }
}

/// An item is shown so from now on.
fn show(t: &Transaction, number: i64, item: &Item) -> Result<(), Error> {
    let json = serde_json::to_string(item)?;
    let before: String = t
        .prepare_cached("SELECT json FROM body WHERE item = ?1")?
        .query_row([number], |row| row.get(0))?;
    if before == json {
        return Ok(());
    }
    let fingerprint = Fingerprint::of(item);
    let bytes = fingerprint.to_bytes();
    t.prepare_cached(
        "UPDATE item SET merge_due = 1 WHERE number = ?1 AND story IS NOT NULL
         AND (SELECT fingerprint FROM body WHERE item = ?1) <> ?2",
    )?
    .execute((number, &bytes))?;
    t.prepare_cached("UPDATE body SET fingerprint = ?2, json = ?3 WHERE item = ?1")?
        .execute((number, &bytes, json))?;
    t.prepare_cached("DELETE FROM safe_html WHERE item = ?1")?
        .execute([number])?;
    let story: Option<Option<i64>> = t
        .prepare_cached("SELECT story FROM item WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?;
    if let Some(story) = story.flatten() {
        touch(t, story)?;
        add_keys(t, number, &fingerprint.exact_keys())?;
    }
    Ok(())
}
