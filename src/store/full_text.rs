//! The articles of items whose feeds give only a part of them. They are apart from the items: what a feed
//! says is compared with what it said before, and items with each other by what their feeds say. So a text
//! that comes later, or never, changes no id, date or story.

use super::items::note_change;
use super::{Error, Store};
use crate::model::{Item, SourceId};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

/// An item whose page is to be read.
#[derive(Debug)]
pub struct Unread {
    /// The store's number.
    pub number: u64,
    /// The item as its feed gives it.
    pub item: Item,
    /// How often its page was tried.
    pub tries: u32,
}

/// What came of an attempt to read the page of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullText {
    /// The article as safe HTML; none: what the feed gave is shown.
    pub html: Option<String>,
    /// Attempts so far.
    pub tries: u32,
    /// When to try again; none: never.
    pub try_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Items of a source, newest first, whose pages have not been tried or are to be tried again: those that
    /// its newest document lists.
    pub async fn unread(
        &self,
        source: SourceId,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Unread>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT due.number, due.tries, body.json FROM (
                     SELECT number, published, ifnull(tries, 0) AS tries
                     FROM item LEFT JOIN full_text ON full_text.item = number
                     WHERE source = ?1 AND listed = 1 AND hidden = 0 AND url IS NOT NULL
                         AND (full_text.item IS NULL OR try_at <= ?2)
                     ORDER BY published DESC, number LIMIT ?3) due
                 JOIN body ON body.item = due.number
                 ORDER BY due.published DESC, due.number",
            )?;
            let mut rows = query.query((source.as_str(), now.timestamp(), limit))?;
            let mut unread = Vec::new();
            while let Some(row) = rows.next()? {
                unread.push(Unread {
                    number: row.get::<_, i64>(0)?.cast_unsigned(),
                    tries: row.get(1)?,
                    item: serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or_default())?,
                });
            }
            Ok(unread)
        })
        .await
    }

    /// Keeps what came of an attempt. A story that is there already is matched and written again, and is
    /// not an update for readers: its source has changed nothing.
    pub async fn keep_full_text(&self, item: u64, found: FullText) -> Result<(), Error> {
        self.transact(move |t| keep(t, item.cast_signed(), &found))
            .await
    }
}

fn keep(t: &Transaction, item: i64, found: &FullText) -> Result<(), Error> {
    let FullText {
        html,
        tries,
        try_at,
    } = found;
    t.prepare_cached("INSERT OR REPLACE INTO full_text VALUES (?1, ?2, ?3, ?4)")?
        .execute((item, html, tries, try_at.map(|at| at.timestamp())))?;
    if html.is_some() {
        t.prepare_cached("DELETE FROM safe_html WHERE item = ?1")?
            .execute([item])?;
        note_change(t, item, None)?;
    }
    Ok(())
}
