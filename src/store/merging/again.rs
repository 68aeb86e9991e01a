//! Items that have a story and are compared with others again: because they changed, or because a newer
//! program compares them in another way.

use super::moves::{Named, fuse, named, part, touch};
use crate::model::{Item, SourceId, Why};
use crate::store::items::add_keys;
use crate::store::publishing::feed_archive;
use crate::store::unmerged::unmerged;
use crate::store::{Error, Store, Unmerged};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// The key in `meta` of the version of all fingerprints that are compared.
const VERSION: &str = "fingerprints";
/// The key in `meta` of the sources that do not take part in merging.
const APART: &str = "apart";
/// Items that are read together.
const BATCH: u32 = 500;

/// What is compared of an item, made by a newer program.
#[derive(Debug)]
pub struct Refreshed {
    /// The item.
    pub item: u64,
    /// Its fingerprint.
    pub fingerprint: Vec<u8>,
    /// Keys that only the same item shares.
    pub exact: Vec<u64>,
}

/// An item that was compared again.
#[derive(Debug)]
pub struct Again {
    /// The item, with its story.
    pub item: Unmerged,
    /// What becomes of it.
    pub change: Change,
    /// Keys that similar items share: days since 1970, key.
    pub alike: Vec<u32>,
}

/// What an item is in its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The only one.
    Alone,
    /// The same page under another id, which its source lists in place of an earlier member.
    Successor,
    /// One of many.
    OneOfMany,
}

/// Where an item that was compared again belongs.
#[derive(Debug)]
pub enum Change {
    /// Where it was.
    Stays,
    /// It is the only item of its story: that story and this one are one.
    Unites(u64, Why),
    /// It joins this story.
    Moves(u64, Why),
    /// It has nothing in common with its story any more.
    Leaves,
}

impl Store {
    /// Items that have to be compared again, and what each is in its story.
    pub async fn merge_due(&self) -> Result<Vec<(Unmerged, Role)>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                "SELECT item.number, item.source, item.published, fingerprint,
                        item.story, item.why IS NULL, story.published, item.listed,
                        NOT EXISTS (SELECT 1 FROM item AS other WHERE other.story = item.story
                                    AND other.number <> item.number),
                        EXISTS (SELECT 1 FROM item AS other WHERE other.story = item.story
                                AND other.number < item.number AND other.source = item.source
                                AND other.url = item.url AND other.listed = 0)
                 FROM item JOIN body ON body.item = item.number
                           JOIN story ON story.number = item.story
                 WHERE item.merge_due = 1 AND ifnull(item.why ->> 'reason', '') <> 'by-hand'
                 ORDER BY item.published, item.id, item.source",
            )?;
            let rows = query.query_map([], |row| {
                let role = match (row.get(8)?, row.get(9)?) {
                    (true, _) => Role::Alone,
                    (false, true) => Role::Successor,
                    (false, false) => Role::OneOfMany,
                };
                Ok((unmerged(row)?, role))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes what became of all items that had to be compared again.
    pub async fn merge_again(&self, items: Vec<Again>, now: DateTime<Utc>) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute("UPDATE item SET merge_due = 0 WHERE merge_due = 1", [])?;
            for again in &items {
                super::window::keep_keys(t, &again.item, &again.alike, now)?;
                apply(t, &again.item, &again.change, now)?;
            }
            Ok(())
        })
        .await
    }

    /// Gives each item of these sources, and of the feeds that these lists name, a story of its own,
    /// and takes others out of their stories, unless a person merged them. Does so once for a set of
    /// sources.
    pub async fn part_sources(
        &self,
        sources: Vec<SourceId>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut names: Vec<&str> = sources.iter().map(SourceId::as_str).collect();
            names.sort_unstable();
            let names = serde_json::to_string(&names)?;
            let known: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([APART], |row| row.get(0))
                .optional()?;
            if known.as_deref().unwrap_or("[]") == names {
                return Ok(());
            }
            let mut query = t.prepare_cached(
                "SELECT item.number, item.id, item.url, item.story, 0, item.source, first.source
                 FROM item JOIN item AS first ON first.story = item.story AND first.why IS NULL
                 WHERE item.why IS NOT NULL AND item.why ->> 'reason' <> 'by-hand'
                 ORDER BY item.number",
            )?;
            let source = |row: &rusqlite::Row, column: usize| -> rusqlite::Result<SourceId> {
                Ok(SourceId::new(row.get::<_, String>(column)?))
            };
            let rows = query.query_map([], |row| {
                Ok((named(row)?, [source(row, 5)?, source(row, 6)?]))
            })?;
            let mut joined: Vec<(Named, [SourceId; 2])> = rows.collect::<Result<_, _>>()?;
            let is_apart = |source: &SourceId| sources.iter().any(|s| s.as_str() == source.table());
            joined.retain(|(_, sources)| sources.iter().any(is_apart));
            for (item, _) in &joined {
                part(t, (item.number, item.story), now)?;
                // The others of the story may still be one among themselves.
                t.prepare_cached("UPDATE item SET merge_due = 1 WHERE number = ?1")?
                    .execute([item.number.cast_signed()])?;
            }
            t.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?
                .execute((APART, names))?;
            Ok(())
        })
        .await
    }

    /// Some of the items published since a moment whose fingerprints are not of this version; none if
    /// all are.
    pub async fn outdated(
        &self,
        version: u8,
        since: DateTime<Utc>,
    ) -> Result<Vec<(u64, Item)>, Error> {
        self.transact(move |t| {
            let known: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([VERSION], |row| row.get(0))
                .optional()?;
            if known == Some(version.to_string()) {
                return Ok(Vec::new());
            }
            let mut query = t.prepare_cached(
                "SELECT item.number, body.json FROM item JOIN body ON body.item = item.number
                 WHERE item.published >= ?1 AND substr(body.fingerprint, 1, 1) <> ?2 LIMIT ?3",
            )?;
            let rows = query.query_map((since.timestamp(), [version], BATCH), |row| {
                Ok((
                    row.get::<_, i64>(0)?.cast_unsigned(),
                    row.get::<_, String>(1)?,
                ))
            })?;
            let mut items = Vec::new();
            for row in rows {
                let (number, json) = row?;
                items.push((number, serde_json::from_str(&json)?));
            }
            if items.is_empty() {
                t.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?
                    .execute((VERSION, version.to_string()))?;
            }
            Ok(items)
        })
        .await
    }

    /// Keeps new fingerprints. The items will be compared again.
    pub async fn refresh(&self, items: Vec<Refreshed>) -> Result<(), Error> {
        self.transact(move |t| {
            for refreshed in &items {
                let number = refreshed.item.cast_signed();
                t.prepare_cached("UPDATE body SET fingerprint = ?2 WHERE item = ?1")?
                    .execute((number, &refreshed.fingerprint))?;
                t.prepare_cached(
                    "UPDATE item SET merge_due = 1 WHERE number = ?1 AND story IS NOT NULL",
                )?
                .execute([number])?;
                add_keys(t, number, &refreshed.exact)?;
            }
            Ok(())
        })
        .await
    }
}

fn apply(
    t: &Transaction,
    item: &Unmerged,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(story) = item.story else {
        return Ok(());
    };
    match change {
        Change::Stays => Ok(()),
        Change::Unites(other, why) => fuse(t, &[story.min(*other), story.max(*other)], why),
        Change::Moves(other, why) => {
            t.prepare_cached("UPDATE item SET story = ?2, why = ?3 WHERE number = ?1")?
                .execute((
                    item.number.cast_signed(),
                    other.cast_signed(),
                    serde_json::to_string(why)?,
                ))?;
            feed_archive::let_items_follow(t, story.cast_signed(), other.cast_signed())?;
            touch(t, story.cast_signed())?;
            touch(t, other.cast_signed())
        }
        Change::Leaves => part(t, (item.number, story), now),
    }
}
