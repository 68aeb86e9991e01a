//! Items as they arrive, before anybody has compared them.

use super::{Error, Store, moment, sources};
use crate::model::{FetchState, Item, ItemId, ItemSource, SourceId, Subscription};
use crate::normalize;
use crate::text::words;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// What one visit brought: validators and items, stored together or not at all, because a
/// validator without its items would lose them to the next 304.
#[derive(Debug)]
pub struct Arrival {
    /// The source.
    pub source: SourceId,
    /// What to remember of it.
    pub state: FetchState,
    /// Its items, in source order; all with one and the same [`ItemSource`].
    pub items: Vec<NewItem>,
    /// The feeds it names, if it is a list that has been read.
    pub list: Option<Vec<Subscription>>,
}

/// An item and what was computed of it.
#[derive(Debug)]
pub struct NewItem {
    /// The item.
    pub item: Item,
    /// Hash of what a reader sees of it.
    pub seen: u64,
    /// Hash of all else that it carries.
    pub rest: u64,
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
                if let Some(list) = &arrival.list {
                    sources::keep_list(t, &arrival.source, list)?;
                }
                sources::keep_fetch_state(t, &arrival.source, &arrival.state)?;
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

    /// Safe HTML that an earlier pass made, by item.
    pub async fn clean(&self, item: u64) -> Result<Option<(String, u32)>, Error> {
        self.transact(move |t| {
            let mut query =
                t.prepare_cached("SELECT html, version FROM safe_html WHERE item = ?1")?;
            Ok(query
                .query_row([item.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?)
        })
        .await
    }

    /// Keeps safe HTML.
    /// A store that is only read keeps nothing.
    pub async fn keep_clean(&self, made: Vec<(u64, String)>, version: u32) -> Result<(), Error> {
        if made.is_empty() || !self.writes {
            return Ok(());
        }
        self.transact(move |t| {
            let mut keep =
                t.prepare_cached("INSERT OR REPLACE INTO safe_html VALUES (?1, ?2, ?3)")?;
            for (item, html) in made {
                keep.execute((item.cast_signed(), version, html))?;
            }
            Ok(())
        })
        .await
    }
}

pub(super) fn unmerged(row: &rusqlite::Row) -> rusqlite::Result<Unmerged> {
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
    let mut id = new.item.id.as_str().to_owned();
    let mut known = find(t, source, &id)?;
    if let Some(old) = &known
        && is_another(t, old, new)?
    {
        id = normalize::derived_id(&id, new.item.url.as_deref().unwrap_or_default());
        known = find(t, source, &id)?;
    }
    match known {
        Some(old) if old.seen == new.seen && old.rest == new.rest => Ok(()),
        Some(old) => {
            saved.changed += usize::from(old.seen != new.seen);
            change(t, &old, &id, new, now)
        }
        None => {
            saved.new += 1;
            let described = match *described {
                Some(number) => number,
                None => *described.insert(describe(t, &new.item.source)?),
            };
            insert(t, source, &id, described, new, now)
        }
    }
}

/// An item as the store knows it.
struct Known {
    number: i64,
    seen: u64,
    rest: u64,
    published: DateTime<Utc>,
    url: Option<String>,
}

fn find(t: &Transaction, source: &SourceId, id: &str) -> Result<Option<Known>, Error> {
    let mut query = t.prepare_cached(
        "SELECT number, seen, rest, published, url FROM item WHERE source = ?1 AND id = ?2",
    )?;
    let known = query.query_row((source.as_str(), id), |row| {
        Ok(Known {
            number: row.get(0)?,
            seen: row.get::<_, i64>(1)?.cast_unsigned(),
            rest: row.get::<_, i64>(2)?.cast_unsigned(),
            published: moment(row.get(3)?),
            url: row.get(4)?,
        })
    });
    Ok(known.optional()?)
}

/// Whether a known id now stands on something else: there are feeds that give the same guid to
/// whatever is newest. Another page *and* another title are another item; one of the two alone is
/// the same item, moved or retitled.
fn is_another(t: &Transaction, old: &Known, new: &NewItem) -> Result<bool, Error> {
    if old.seen == new.seen
        || old.url.is_none()
        || new.item.url.is_none()
        || old.url == new.item.url
    {
        return Ok(false);
    }
    let json: String = t
        .prepare_cached("SELECT json FROM body WHERE item = ?1")?
        .query_row([old.number], |row| row.get(0))?;
    let before: Item = serde_json::from_str(&json)?;
    let folded = |item: &Item| words::fold(item.title.as_deref().unwrap_or_default());
    Ok(folded(&before) != folded(&new.item))
}

fn insert(
    t: &Transaction,
    source: &SourceId,
    id: &str,
    described: i64,
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO item (source, id, url, item_source, published, first_seen, seen, rest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        source.as_str(),
        id,
        &new.item.url,
        described,
        new.item.date_published.timestamp(),
        now.timestamp(),
        new.seen.cast_signed(),
        new.rest.cast_signed(),
    ))?;
    let item = Item {
        id: ItemId::new(id),
        ..new.item.clone()
    };
    t.prepare_cached("INSERT INTO body VALUES (?1, ?2, ?3)")?
        .execute((
            t.last_insert_rowid(),
            &new.fingerprint,
            serde_json::to_string(&item)?,
        ))?;
    Ok(())
}

/// What a source now says otherwise. The item keeps its date and its story; the story notes that it
/// has changed and, if a reader sees it and this item speaks for it, when.
fn change(
    t: &Transaction,
    old: &Known,
    id: &str,
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let item = Item {
        id: ItemId::new(id),
        date_published: old.published,
        ..new.item.clone()
    };
    t.prepare_cached("UPDATE item SET seen = ?2, rest = ?3, url = ?4 WHERE number = ?1")?
        .execute((
            old.number,
            new.seen.cast_signed(),
            new.rest.cast_signed(),
            &item.url,
        ))?;
    t.prepare_cached("UPDATE body SET fingerprint = ?2, json = ?3 WHERE item = ?1")?
        .execute((old.number, &new.fingerprint, serde_json::to_string(&item)?))?;
    t.prepare_cached("DELETE FROM safe_html WHERE item = ?1")?
        .execute([old.number])?;
    let modified = (old.seen != new.seen).then(|| {
        item.date_modified
            .map_or(now, |at| at.min(now))
            .max(old.published)
            .timestamp()
    });
    t.prepare_cached(
        "UPDATE story SET rev = rev + 1, entries_due = 1,
             changed = iif(lead = ?1, nullif(max(ifnull(changed, 0), ifnull(?2, 0)), 0), changed)
         WHERE number = (SELECT story FROM item WHERE number = ?1)",
    )?
    .execute((old.number, modified))?;
    add_keys(t, old.number, &new.exact)
}

pub(super) fn add_keys(t: &Transaction, item: i64, keys: &[u64]) -> Result<(), Error> {
    let mut add = t.prepare_cached("INSERT OR IGNORE INTO exact_key VALUES (?1, ?2)")?;
    for key in keys {
        add.execute((key.cast_signed(), item))?;
    }
    Ok(())
}

/// The number of a source as it describes itself now.
fn describe(t: &Transaction, source: &ItemSource) -> Result<i64, Error> {
    let json = serde_json::to_string(source)?;
    t.prepare_cached("INSERT OR IGNORE INTO item_source (json) VALUES (?1)")?
        .execute([&json])?;
    Ok(
        t.prepare_cached("SELECT number FROM item_source WHERE json = ?1")?
            .query_row([&json], |row| row.get(0))?,
    )
}
