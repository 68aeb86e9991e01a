//! Items that have no story yet, and what is compared of them.

use super::{Error, Store, moment};
use crate::model::SourceId;
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use std::collections::HashMap;

/// The items that have no story yet. There may be hundreds of thousands, so this is little of each.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// In order of their dates, ids and sources.
    pub items: Vec<WaitingItem>,
    /// The names of their sources, in any order.
    pub sources: Vec<SourceId>,
}

/// An item that has no story yet.
#[derive(Clone, Copy, Debug)]
pub struct WaitingItem {
    /// The store's number.
    pub number: u64,
    /// The position of its source in [`Waiting::sources`].
    pub source: u32,
    /// The newest document of its source lists it.
    pub listed: bool,
    /// Its `date_published`.
    pub published: DateTime<Utc>,
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
    /// The newest document of its source lists it.
    pub listed: bool,
}

impl Store {
    /// Items that have no story yet.
    pub async fn waiting(&self) -> Result<Waiting, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                "SELECT number, source, published, listed FROM item WHERE story IS NULL
                 ORDER BY published, id, source",
            )?;
            let mut rows = query.query([])?;
            let mut waiting = Waiting::default();
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
                    published: moment(row.get(2)?),
                    listed: row.get(3)?,
                });
            }
            Ok(waiting)
        })
        .await
    }

    /// Items that have no story yet, by number, in the order asked for.
    pub async fn unmerged(&self, numbers: Vec<u64>) -> Result<Vec<Unmerged>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT number, source, id, url, published, fingerprint, story, 0, NULL, listed
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
        listed: row.get(9)?,
    })
}
