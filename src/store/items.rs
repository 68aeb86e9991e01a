//! Items as they arrive, before anybody has compared them.

use super::{Error, Store, moment, sources};
use crate::model::{Item, ItemSource, Seen, SourceId};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::BTreeMap;

/// What one visit brought: validators and items, stored together or not at all, because a
/// validator without its items would lose them to the next 304.
#[derive(Debug)]
pub struct Arrival {
    /// The source.
    pub source: SourceId,
    /// What to remember of it.
    pub seen: Seen,
    /// Its items, in source order; all with one and the same [`ItemSource`].
    pub items: Vec<NewItem>,
}

/// An item and what was computed of it.
#[derive(Debug)]
pub struct NewItem {
    /// The item.
    pub item: Item,
    /// Of what a reader sees of it.
    pub hash: u64,
    /// For the merger.
    pub fingerprint: Vec<u8>,
    /// Keys that only the same item shares; kept once the item has a story.
    pub exact: Vec<u64>,
}

/// What saving did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Items never seen before.
    pub new: usize,
    /// Items that now say something else.
    pub changed: usize,
}

/// An item that has no story yet, or one that others are compared with.
#[derive(Clone, Debug)]
pub struct Unmerged {
    /// The store's number.
    pub number: u64,
    /// Its source.
    pub source: SourceId,
    /// Its id.
    pub id: String,
    /// Its page.
    pub url: Option<String>,
    /// Its `date_published`.
    pub published: DateTime<Utc>,
    /// For the merger.
    pub fingerprint: Vec<u8>,
    /// Its story, if it has one.
    pub story: Option<u64>,
    /// It is its story's first item.
    pub begins_story: bool,
    /// When its story's first item was published.
    pub story_published: Option<DateTime<Utc>>,
}

impl Store {
    /// Saves what visits brought, in one transaction.
    pub async fn save(&self, arrivals: Vec<Arrival>, now: DateTime<Utc>) -> Result<Saved, Error> {
        self.transact(move |t| {
            let mut saved = Saved::default();
            for arrival in &arrivals {
                let mut described = None;
                for new in &arrival.items {
                    save_item(t, &arrival.source, new, &mut described, now, &mut saved)?;
                }
                sources::remember(t, &arrival.source, &arrival.seen)?;
            }
            Ok(saved)
        })
        .await
    }

    /// Items that have no story yet.
    pub async fn unmerged(&self) -> Result<Vec<Unmerged>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                "SELECT number, source, id, url, published, fingerprint, story, 0, NULL
                 FROM item JOIN body ON item = number WHERE story IS NULL",
            )?;
            let rows = query.query_map([], unmerged)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Merged items that the unmerged ones might repeat: those published within one of these
    /// stretches of time, and those of any age that have one of these exact keys. Oldest first.
    pub async fn comparable(
        &self,
        windows: Vec<(DateTime<Utc>, DateTime<Utc>)>,
        exact: Vec<u64>,
    ) -> Result<Vec<Unmerged>, Error> {
        self.transact(move |t| {
            let mut by_date = t.prepare_cached(
                "SELECT item.number, item.source, item.id, item.url, item.published, fingerprint,
                        item.story, item.why IS NULL, story.published
                 FROM item JOIN body ON body.item = item.number
                           JOIN story ON story.number = item.story
                 WHERE item.published BETWEEN ?1 AND ?2",
            )?;
            let mut by_key = t.prepare_cached(
                "SELECT item.number, item.source, item.id, item.url, item.published, fingerprint,
                        item.story, item.why IS NULL, story.published
                 FROM item JOIN body ON body.item = item.number
                           JOIN story ON story.number = item.story
                 WHERE item.number IN (SELECT exact.item FROM exact WHERE key = ?1)",
            )?;
            let mut found = BTreeMap::new();
            for (from, to) in windows {
                for item in by_date.query_map([from.timestamp(), to.timestamp()], unmerged)? {
                    let item = item?;
                    found.insert((item.published, item.number), item);
                }
            }
            for key in exact {
                for item in by_key.query_map([key.cast_signed()], unmerged)? {
                    let item = item?;
                    found.insert((item.published, item.number), item);
                }
            }
            Ok(found.into_values().collect())
        })
        .await
    }

    /// Safe HTML that an earlier pass made, by item.
    pub async fn clean(&self, item: u64) -> Result<Option<(String, u32)>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached("SELECT html, version FROM clean WHERE item = ?1")?;
            Ok(query
                .query_row([item.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?)
        })
        .await
    }

    /// Keeps safe HTML.
    pub async fn keep_clean(&self, made: Vec<(u64, String)>, version: u32) -> Result<(), Error> {
        self.transact(move |t| {
            let mut keep = t.prepare_cached("INSERT OR REPLACE INTO clean VALUES (?1, ?2, ?3)")?;
            for (item, html) in made {
                keep.execute((item.cast_signed(), version, html))?;
            }
            Ok(())
        })
        .await
    }
}

fn unmerged(row: &rusqlite::Row) -> rusqlite::Result<Unmerged> {
    Ok(Unmerged {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        source: SourceId::new(row.get::<_, String>(1)?),
        id: row.get(2)?,
        url: row.get(3)?,
        published: moment(row.get(4)?),
        fingerprint: row.get(5)?,
        story: row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned),
        begins_story: row.get(7)?,
        story_published: row.get::<_, Option<i64>>(8)?.map(moment),
    })
}

fn save_item(
    t: &Transaction,
    source: &SourceId,
    new: &NewItem,
    described: &mut Option<i64>,
    now: DateTime<Utc>,
    saved: &mut Saved,
) -> Result<(), Error> {
    let known: Option<(i64, i64, i64)> = t
        .prepare_cached("SELECT number, hash, published FROM item WHERE source = ?1 AND id = ?2")?
        .query_row((source.as_str(), new.item.id.as_str()), |row| {
            row.try_into()
        })
        .optional()?;
    match known {
        Some((_, hash, _)) if hash == new.hash.cast_signed() => Ok(()),
        Some((number, _, published)) => {
            saved.changed += 1;
            change(t, number, moment(published), new, now)
        }
        None => {
            saved.new += 1;
            let described = match *described {
                Some(number) => number,
                None => *described.insert(describe(t, &new.item.source)?),
            };
            insert(t, source, described, new, now)
        }
    }
}

fn insert(
    t: &Transaction,
    source: &SourceId,
    described: i64,
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let item = &new.item;
    t.prepare_cached(
        "INSERT INTO item (source, id, url, described, published, first_seen, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        source.as_str(),
        item.id.as_str(),
        &item.url,
        described,
        item.date_published.timestamp(),
        now.timestamp(),
        new.hash.cast_signed(),
    ))?;
    t.prepare_cached("INSERT INTO body VALUES (?1, ?2, ?3)")?
        .execute((
            t.last_insert_rowid(),
            &new.fingerprint,
            serde_json::to_string(item)?,
        ))?;
    Ok(())
}

/// What a source now says otherwise. The item keeps its date and its story; the story notes that it
/// has changed, and when, if this item speaks for it.
fn change(
    t: &Transaction,
    number: i64,
    published: DateTime<Utc>,
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let item = Item {
        date_published: published,
        ..new.item.clone()
    };
    t.prepare_cached("UPDATE item SET hash = ?2, url = ?3 WHERE number = ?1")?
        .execute((number, new.hash.cast_signed(), &item.url))?;
    t.prepare_cached("UPDATE body SET fingerprint = ?2, json = ?3 WHERE item = ?1")?
        .execute((number, &new.fingerprint, serde_json::to_string(&item)?))?;
    t.prepare_cached("DELETE FROM clean WHERE item = ?1")?
        .execute([number])?;
    let modified = item
        .date_modified
        .map_or(now, |at| at.min(now))
        .max(published);
    t.prepare_cached(
        "UPDATE story SET rev = rev + 1, unfiled = 1,
             changed = iif(lead = ?1, max(ifnull(changed, 0), ?2), changed)
         WHERE number = (SELECT story FROM item WHERE number = ?1)",
    )?
    .execute((number, modified.timestamp()))?;
    add_keys(t, number, &new.exact)
}

pub(super) fn add_keys(t: &Transaction, item: i64, keys: &[u64]) -> Result<(), Error> {
    let mut add = t.prepare_cached("INSERT OR IGNORE INTO exact VALUES (?1, ?2)")?;
    for key in keys {
        add.execute((key.cast_signed(), item))?;
    }
    Ok(())
}

/// The number of a source as it describes itself now.
fn describe(t: &Transaction, source: &ItemSource) -> Result<i64, Error> {
    let json = serde_json::to_string(source)?;
    t.prepare_cached("INSERT OR IGNORE INTO described (json) VALUES (?1)")?
        .execute([&json])?;
    Ok(
        t.prepare_cached("SELECT number FROM described WHERE json = ?1")?
            .query_row([&json], |row| row.get(0))?,
    )
}
