//! What the lists of sources and of titles hold: the newest stories of a source, the stories of a stretch of time.

use crate::model::SourceId;
use crate::store::entries::entry;
use crate::store::{Entry, Error, Store, moment};
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use std::collections::HashSet;

/// Items of a source that are looked at: of one whose stories are rarely in a theme, a list has fewer.
const LOOKED_AT: u32 = 1000;

impl Store {
    /// Marks every source with a story that a theme shows.
    pub async fn all_sources_due(&self) -> Result<(), Error> {
        self.transact(|t| {
            t.execute(
                "INSERT OR IGNORE INTO source_due SELECT source FROM item
                 WHERE story IN (SELECT story FROM entry)",
                [],
            )?;
            Ok(())
        })
        .await
    }

    /// The sources whose lists may have to be written again.
    pub async fn due_sources(&self) -> Result<Vec<SourceId>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT source FROM source_due ORDER BY source")?;
            let rows = query.query_map([], |row| row.get(0).map(|id: String| SourceId::new(id)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The newest stories that a source has and a theme shows, newest first, each through its lead; at most so many.
    /// None where the store has no item of the source.
    pub async fn newest_of_source(
        &self,
        source: SourceId,
        most: usize,
    ) -> Result<Option<Vec<Entry>>, Error> {
        self.transact(move |t| {
            let exists = t
                .prepare_cached("SELECT 1 FROM item WHERE source = ?1")?
                .exists([source.as_str()])?;
            if !exists {
                return Ok(None);
            }
            let mut query = t.prepare_cached(
                "SELECT number, rev, lead, 0 FROM (
                     SELECT story AS told, published AS at FROM item
                     WHERE source = ?1 AND story IS NOT NULL AND hidden = 0 ORDER BY published DESC LIMIT ?2)
                 JOIN story ON number = told
                 WHERE EXISTS (SELECT 1 FROM entry WHERE entry.story = number)
                 ORDER BY at DESC, id",
            )?;
            let mut found = HashSet::new();
            let mut newest = Vec::new();
            let mut rows = query.query((source.as_str(), LOOKED_AT))?;
            while let Some(row) = rows.next()? {
                let story = entry(row)?;
                if found.insert(story.story) {
                    newest.push(story);
                }
                if newest.len() == most {
                    break;
                }
            }
            Ok(Some(newest))
        })
        .await
    }

    /// The titles that these sources give themselves in their newest items, of those that have some.
    pub async fn titles_of_sources(
        &self,
        sources: Vec<SourceId>,
    ) -> Result<Vec<(SourceId, String)>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT json ->> 'title' FROM item JOIN item_source ON item_source.number = item_source
                 WHERE source = ?1 AND story IS NOT NULL ORDER BY published DESC LIMIT 1",
            )?;
            let mut titles = Vec::new();
            for source in sources {
                let title = query.query_row([source.as_str()], |row| row.get(0)).optional()?;
                titles.extend(title.map(|title| (source, title)));
            }
            Ok(titles)
        })
        .await
    }

    /// When the newest story was published that a theme shows, of those before a moment.
    pub async fn shown_before(&self, before: i64) -> Result<Option<DateTime<Utc>>, Error> {
        self.transact(move |t| {
            let newest = t
                .prepare_cached(
                    "SELECT published FROM story
                     WHERE published < ?1 AND EXISTS (SELECT 1 FROM entry WHERE entry.story = number)
                     ORDER BY published DESC LIMIT 1",
                )?
                .query_row([before], |row| row.get(0))
                .optional()?;
            Ok(newest.map(moment))
        })
        .await
    }

    /// The stories of all themes that were published in a stretch of time, its end not included, each through its
    /// lead; oldest first.
    pub async fn shown_between(&self, from: i64, to: i64) -> Result<Vec<Entry>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT number, rev, lead, 0 FROM story
                 WHERE published >= ?1 AND published < ?2
                     AND EXISTS (SELECT 1 FROM entry WHERE entry.story = number)
                 ORDER BY published, id",
            )?;
            let rows = query.query_map((from, to), entry)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
