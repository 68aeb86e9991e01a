//! Items that move between stories: stories united, items taken out of them.

use super::{Merged, new_story};
use crate::model::Why;
use crate::store::publishing::feed_archive;
use crate::store::streams::{follow, leave};
use crate::store::{Error, deliveries};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

/// An item that somebody named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The store's number.
    pub number: u64,
    /// Its id.
    pub id: String,
    /// Its page.
    pub url: Option<String>,
    /// Its story.
    pub story: u64,
    /// It is its story's first item.
    pub begins: bool,
}

/// Makes one story of several, the earliest of them; the others are no more.
pub(in crate::store) fn fuse(t: &Transaction, stories: &[u64], why: &Why) -> Result<(), Error> {
    let Some((into, others)) = stories.split_first() else {
        return Ok(());
    };
    let why = serde_json::to_string(why)?;
    for other in others {
        let both = (other.cast_signed(), into.cast_signed());
        t.execute(
            "UPDATE item SET why = ifnull(why, ?3), moved = ifnull(moved, ?1), story = ?2
             WHERE story = ?1",
            (both.0, both.1, &why),
        )?;
        feed_archive::let_items_follow(t, both.0, both.1)?;
        follow(t, both.0, both.1)?;
        deliveries::follow(t, both.0, both.1)?;
        t.execute("UPDATE story SET coverage = ?2 WHERE coverage = ?1", both)?;
        for table in ["entry", "gist"] {
            t.execute(
                &format!("DELETE FROM {table} WHERE story = ?1"),
                [other.cast_signed()],
            )?;
        }
        t.execute("DELETE FROM story WHERE number = ?1", [other.cast_signed()])?;
    }
    touch(t, into.cast_signed())
}

/// Gives an item that joined a story, and what came there with it, a story of its own.
pub(in crate::store) fn part(
    t: &Transaction,
    (item, left): (u64, u64),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (number, left) = (item.cast_signed(), left.cast_signed());
    let story: i64 = t.query_row(
        "SELECT ifnull(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'story'",
        [],
        |row| row.get(0),
    )?;
    let merged = Merged {
        item,
        story: story.cast_unsigned(),
        why: None,
    };
    new_story(t, &merged, now)?;
    t.execute(
        "UPDATE item SET story = ?2 WHERE story = ?3
         AND moved = (SELECT moved FROM item WHERE number = ?1)",
        (number, story, left),
    )?;
    t.execute("UPDATE item SET moved = NULL WHERE story = ?1", [story])?;
    feed_archive::let_items_follow(t, left, story)?;
    touch(t, left)
}

/// Notes that a story has to be matched again; one that is hidden is no entry of any theme.
pub(in crate::store) fn touch(t: &Transaction, story: i64) -> Result<(), Error> {
    let is_seen: bool = t
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM item WHERE story = ?1 AND hidden = 0)")?
        .query_row([story], |row| row.get(0))?;
    t.prepare_cached("UPDATE story SET rev = rev + 1, entries_due = ?2 WHERE number = ?1")?
        .execute((story, is_seen))?;
    if !is_seen {
        leave(t, story)?;
        t.prepare_cached("DELETE FROM entry WHERE story = ?1")?
            .execute([story])?;
    }
    Ok(())
}

pub(in crate::store) fn named(row: &rusqlite::Row) -> rusqlite::Result<Named> {
    Ok(Named {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        id: row.get(1)?,
        url: row.get(2)?,
        story: row.get::<_, i64>(3)?.cast_unsigned(),
        begins: row.get(4)?,
    })
}
