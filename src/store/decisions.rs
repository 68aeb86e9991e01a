//! What a person said, carried out: items found by name, moved between stories, hidden.

use super::merging::new_story;
use super::publishing::feed_archive;
use super::{Error, Merged, Store, entries};
use crate::model::{Reason, SourceId, Why};
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

impl Store {
    /// Merged items that have one of these exact keys, or belong to the story with this id.
    pub async fn named(&self, keys: Vec<u64>, story: String) -> Result<Vec<Named>, Error> {
        self.transact(move |t| {
            let keys: Vec<i64> = keys.into_iter().map(u64::cast_signed).collect();
            let mut query = t.prepare_cached(
                "SELECT number, id, url, story, why IS NULL FROM item WHERE story IS NOT NULL AND (
                     number IN (SELECT item FROM exact_key
                                WHERE key IN (SELECT value FROM json_each(?1)))
                     OR story = (SELECT number FROM story WHERE id = ?2) AND why IS NULL)
                 ORDER BY number",
            )?;
            let rows = query.query_map((serde_json::to_string(&keys)?, story), named)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Merged items that have one of these addresses as their page or id. No index leads to them, so
    /// this is for addresses that have no key.
    pub async fn at_addresses(&self, addresses: Vec<String>) -> Result<Vec<Named>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT number, id, url, story, why IS NULL FROM item WHERE story IS NOT NULL AND (
                     url IN (SELECT value FROM json_each(?1))
                     OR id IN (SELECT value FROM json_each(?1)))
                 ORDER BY number",
            )?;
            let rows = query.query_map([serde_json::to_string(&addresses)?], named)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Items that began a story before a person said that it is part of another.
    pub async fn joined_by_hand(&self) -> Result<Vec<Named>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                "SELECT number, id, url, story, why IS NULL FROM item
                 WHERE why ->> 'reason' = 'by-hand' ORDER BY number",
            )?;
            let rows = query.query_map([], named)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Makes one story of several, the earliest of them, because a person said so; the others are no
    /// more.
    pub async fn fuse(&self, stories: Vec<u64>) -> Result<(), Error> {
        let why = Why {
            reason: Reason::ByHand,
            score: 1.0,
        };
        self.transact(move |t| fuse(t, &stories, &why)).await
    }

    /// Gives an item that joined a story, and what came there with it, a story of its own.
    pub async fn part(&self, item: Named, now: DateTime<Utc>) -> Result<(), Error> {
        self.transact(move |t| part(t, &item, now)).await
    }

    /// Hides these items and all of these sources', and nothing else.
    pub async fn hide_only(&self, items: Vec<u64>, sources: Vec<SourceId>) -> Result<(), Error> {
        self.transact(move |t| {
            let items: Vec<i64> = items.into_iter().map(u64::cast_signed).collect();
            let sources: Vec<&str> = sources.iter().map(SourceId::as_str).collect();
            let meant = (
                serde_json::to_string(&items)?,
                serde_json::to_string(&sources)?,
            );
            let mut query = t.prepare_cached(
                "SELECT number, 1 FROM item WHERE hidden = 0 AND (
                     number IN (SELECT value FROM json_each(?1))
                     OR source IN (SELECT value FROM json_each(?2)))
                 UNION ALL
                 SELECT number, 0 FROM item WHERE hidden = 1
                     AND number NOT IN (SELECT value FROM json_each(?1))
                     AND source NOT IN (SELECT value FROM json_each(?2))",
            )?;
            let rows = query.query_map(meant, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let changed: Vec<(i64, bool)> = rows.collect::<Result<_, _>>()?;
            for (item, hidden) in changed {
                t.prepare_cached("UPDATE item SET hidden = ?2 WHERE number = ?1")?
                    .execute((item, hidden))?;
                let story: Option<i64> = t
                    .prepare_cached("SELECT story FROM item WHERE number = ?1")?
                    .query_row([item], |row| row.get(0))?;
                if let Some(story) = story {
                    touch(t, story)?;
                    entries::let_event_wait(t, story)?;
                    feed_archive::make_anew(t, story)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Makes one story of several, the earliest of them; the others are no more.
pub(super) fn fuse(t: &Transaction, stories: &[u64], why: &Why) -> Result<(), Error> {
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
pub(super) fn part(t: &Transaction, item: &Named, now: DateTime<Utc>) -> Result<(), Error> {
    let number = item.number.cast_signed();
    let story: i64 = t.query_row(
        "SELECT ifnull(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'story'",
        [],
        |row| row.get(0),
    )?;
    let merged = Merged {
        item: item.number,
        story: story.cast_unsigned(),
        id: item.id.clone(),
        page: item.url.clone().unwrap_or_default(),
        why: None,
        exact: Vec::new(),
        alike: Vec::new(),
        published: now,
    };
    new_story(t, &merged, now)?;
    t.execute(
        "UPDATE item SET story = ?2 WHERE story = ?3
         AND moved = (SELECT moved FROM item WHERE number = ?1)",
        (number, story, item.story.cast_signed()),
    )?;
    t.execute("UPDATE item SET moved = NULL WHERE story = ?1", [story])?;
    feed_archive::let_items_follow(t, item.story.cast_signed(), story)?;
    touch(t, item.story.cast_signed())
}

/// Notes that a story has to be matched again; one that is hidden is no entry of any theme.
pub(super) fn touch(t: &Transaction, story: i64) -> Result<(), Error> {
    let is_seen: bool = t
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM item WHERE story = ?1 AND hidden = 0)")?
        .query_row([story], |row| row.get(0))?;
    t.prepare_cached("UPDATE story SET rev = rev + 1, entries_due = ?2 WHERE number = ?1")?
        .execute((story, is_seen))?;
    if !is_seen {
        t.prepare_cached("DELETE FROM entry WHERE story = ?1")?
            .execute([story])?;
    }
    Ok(())
}

pub(super) fn named(row: &rusqlite::Row) -> rusqlite::Result<Named> {
    Ok(Named {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        id: row.get(1)?,
        url: row.get(2)?,
        story: row.get::<_, i64>(3)?.cast_unsigned(),
        begins: row.get(4)?,
    })
}
