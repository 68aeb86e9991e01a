//! What a person said, carried out: items found by name, moved between stories, hidden.

use super::merging::{fuse, named, part, touch};
use super::publishing::feed_archive;
use super::{Error, Named, Store, entries};
use crate::model::{Reason, SourceId, Why};
use chrono::{DateTime, Utc};

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
        self.transact(move |t| part(t, (item.number, item.story), now))
            .await
    }

    /// Hides these items, all of these sources' and those that a filter drops, and nothing else.
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
                     OR source IN (SELECT value FROM json_each(?2))
                     OR number IN (SELECT item FROM filtered WHERE dropped = 1))
                 UNION ALL
                 SELECT number, 0 FROM item WHERE hidden = 1
                     AND number NOT IN (SELECT value FROM json_each(?1))
                     AND source NOT IN (SELECT value FROM json_each(?2))
                     AND number NOT IN (SELECT item FROM filtered WHERE dropped = 1)",
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
