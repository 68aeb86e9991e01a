//! Items that have no story yet, and what is compared of them.

use super::{Error, Store, moment};
use crate::model::SourceId;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashMap;

/// The items that have no story yet. There may be hundreds of thousands, so this is little of each.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// In order of their dates, the ranks of their sources, their ids and sources.
    pub items: Vec<WaitingItem>,
    /// The names of their sources, in any order.
    pub sources: Vec<SourceId>,
}

/// An item that has no story yet.
#[derive(Clone, Copy, Debug)]
pub struct WaitingItem {
    /// The store's number.
    pub number: u64,
    /// Its `date_published`, in seconds since 1970.
    pub published: i64,
    /// The position of its source in [`Waiting::sources`].
    pub source: u32,
    /// The newest document of its source lists it.
    pub listed: bool,
}

/// An item that has no story yet, or one that others are compared with.
#[derive(Clone, Debug)]
pub struct Unmerged {
    /// The store's number.
    pub number: u64,
    /// Its source.
    pub source: SourceId,
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
    /// The newest document of its source lists it.
    pub listed: bool,
}

impl Store {
    /// Items that have no story yet, in order of their dates and the `rank` of their sources.
    pub async fn waiting(
        &self,
        rank: impl Fn(&SourceId) -> i32 + Send + 'static,
    ) -> Result<Waiting, Error> {
        self.transact(move |t| {
            let mut waiting = read_waiting(t)?;
            let ranks: Vec<i32> = waiting.sources.iter().map(rank).collect();
            let key = |item: &WaitingItem| (item.published, ranks.get(item.source as usize));
            // By SQLite, the ids and sources of all items would be in memory at the same time.
            waiting.items.sort_unstable_by_key(key);
            for equal in waiting.items.chunk_by_mut(|a, b| key(a) == key(b)) {
                if equal.len() > 1 {
                    sort_by_id(t, equal, &waiting.sources)?;
                }
            }
            Ok(waiting)
        })
        .await
    }

    /// Items that have no story yet, by number, in the order asked for.
    pub async fn unmerged(&self, numbers: Vec<u64>) -> Result<Vec<Unmerged>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT number, source, published, fingerprint, story, 0, NULL, listed
                 FROM item JOIN body ON item = number WHERE number = ?1",
            )?;
            let mut found = Vec::with_capacity(numbers.len());
            for number in numbers {
                found.extend(
                    query
                        .query_row([number.cast_signed()], unmerged)
                        .optional()?,
                );
            }
            Ok(found)
        })
        .await
    }

    /// What is compared of some items; nothing of strangers.
    pub async fn fingerprints(&self, items: Vec<u64>) -> Result<Vec<Vec<u8>>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached("SELECT fingerprint FROM body WHERE item = ?1")?;
            let mut found = Vec::with_capacity(items.len());
            for item in items {
                let fingerprint = query.query_row([item.cast_signed()], |row| row.get(0));
                found.push(fingerprint.optional()?.unwrap_or_default());
            }
            Ok(found)
        })
        .await
    }
}

/// In any order.
fn read_waiting(t: &Transaction) -> Result<Waiting, Error> {
    let mut query =
        t.prepare_cached("SELECT number, source, published, listed FROM item WHERE story IS NULL")?;
    let mut rows = query.query([])?;
    // Known before, so that the list is not made of twice as much memory.
    let count: i64 = t
        .prepare_cached("SELECT count(*) FROM item WHERE story IS NULL")?
        .query_row([], |row| row.get(0))?;
    let mut waiting = Waiting {
        items: Vec::with_capacity(usize::try_from(count).unwrap_or_default()),
        ..Waiting::default()
    };
    let mut known: HashMap<String, u32> = HashMap::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str().unwrap_or_default();
        let source = if let Some(&source) = known.get(name) {
            source
        } else {
            let source = u32::try_from(known.len()).unwrap_or(u32::MAX);
            known.insert(name.to_owned(), source);
            waiting.sources.push(SourceId::new(name));
            source
        };
        waiting.items.push(WaitingItem {
            number: row.get::<_, i64>(0)?.cast_unsigned(),
            source,
            published: row.get(2)?,
            listed: row.get(3)?,
        });
    }
    Ok(waiting)
}

/// Sorts items by their ids and sources.
fn sort_by_id(
    t: &Transaction,
    items: &mut [WaitingItem],
    sources: &[SourceId],
) -> Result<(), Error> {
    let mut query = t.prepare_cached("SELECT id FROM item WHERE number = ?1")?;
    let mut named = Vec::with_capacity(items.len());
    for item in items.iter() {
        let id: String = query.query_row([item.number.cast_signed()], |row| row.get(0))?;
        named.push((id, sources.get(item.source as usize), *item));
    }
    named.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    for (to, (_, _, item)) in items.iter_mut().zip(named) {
        *to = item;
    }
    Ok(())
}

pub(super) fn unmerged(row: &rusqlite::Row) -> rusqlite::Result<Unmerged> {
    Ok(Unmerged {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        source: SourceId::new(row.get::<_, String>(1)?),
        published: moment(row.get(2)?),
        fingerprint: row.get(3)?,
        story: row.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
        begins_story: row.get(5)?,
        story_published: row.get::<_, Option<i64>>(6)?.map(moment),
        listed: row.get(7)?,
    })
}
