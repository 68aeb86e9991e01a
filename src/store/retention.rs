//! Stories that nobody can see any more and that are old: found and deleted, so that the store does not grow
//! for ever. Of their items a hash is left, by which they are known when their source lists them again.

use super::publishing::feed_archive::IS_DROPPED;
use super::stories::numbers;
use super::{Error, Store, moment, surely_past};
use crate::digest::Digest;
use crate::model::SourceId;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashSet;
use std::sync::Arc;

/// Stories that one transaction looks at.
const STEP: u32 = 500;

/// What is not deleted, however old it is.
#[derive(Debug, Default)]
pub struct Protected {
    /// Sources that are fetched. What their documents list stays; what other sources listed last does not.
    pub sources: HashSet<SourceId>,
    /// Stories that an edition shows, or that a person has decided about.
    pub stories: HashSet<u64>,
}

/// One step of the search for old stories.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// The last story that was looked at; none at the end.
    pub last: Option<u64>,
    /// Of those that were looked at, stories to delete.
    pub old: Vec<u64>,
}

impl Store {
    /// The moment before which stories are old, if some may be left that have not been looked at: that is so
    /// once a day, as most of what is looked at stays.
    pub async fn old_before(
        &self,
        keep: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        self.transact(move |t| {
            let day = TimeDelta::days(1).num_seconds();
            let before = (surely_past(t, now)? - keep).timestamp();
            let before = before.div_euclid(day) * day;
            let done: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = 'kept_since'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            let done = done.and_then(|seconds| seconds.parse::<i64>().ok());
            Ok((done.is_none_or(|done| done < before)).then(|| moment(before)))
        })
        .await
    }

    /// Looks at some stories in order of arrival, from behind one of them.
    pub async fn sweep(
        &self,
        before: DateTime<Utc>,
        protected: Arc<Protected>,
        after: u64,
    ) -> Result<Swept, Error> {
        self.transact(move |t| {
            let candidates = numbers(
                t,
                "SELECT number FROM story WHERE number > ?1 AND first_seen < ?2 ORDER BY number LIMIT ?3",
                (after.cast_signed(), before.timestamp(), STEP),
            )?;
            let last = candidates.last().map(|story| story.cast_unsigned());
            let mut old = Vec::new();
            for story in candidates {
                if is_old(t, story, before, &protected)? {
                    old.push(story.cast_unsigned());
                }
            }
            Ok(Swept { last, old })
        })
        .await
    }

    /// Deletes stories with their items. Their pages must be gone already.
    pub async fn delete_stories(&self, stories: Vec<u64>, now: DateTime<Utc>) -> Result<(), Error> {
        self.without_references(move |t| {
            for story in stories {
                delete(t, story.cast_signed(), now)?;
            }
            Ok(())
        })
        .await
    }

    /// Deletes what only deleted stories needed, and notes that nothing is left from before this moment.
    pub async fn finish_sweep(
        &self,
        before: DateTime<Utc>,
        deleted_some: bool,
    ) -> Result<(), Error> {
        self.without_references(move |t| {
            if deleted_some {
                t.execute_batch(&format!(
                    "DELETE FROM exact_key WHERE item NOT IN (SELECT number FROM item);
                     DELETE FROM item_source WHERE number NOT IN (SELECT item_source FROM item);
                     DELETE FROM html_folder WHERE name LIKE 'story/%' AND NOT EXISTS (
                         SELECT 1 FROM html_page WHERE path >= name || '/' AND path < name || '0');
                     UPDATE archive_document SET entries = (SELECT count(*) FROM archive_entry a
                         WHERE a.theme = archive_document.theme AND a.document = archive_document.number)
                         WHERE {IS_DROPPED};
                     DELETE FROM archive_document WHERE {IS_DROPPED} AND entries = 0
                         AND number < (SELECT max(number) FROM archive_document other
                             WHERE other.theme = archive_document.theme);"
                ))?;
            }
            t.execute("DELETE FROM seen_item WHERE seen < ?1", [before.timestamp()])?;
            t.execute(
                "INSERT OR REPLACE INTO meta VALUES ('kept_since', ?1)",
                [before.timestamp().to_string()],
            )?;
            Ok(())
        })
        .await
    }
}

/// Whether a story and those that tell the same event are old: an event goes as a whole, or another of its
/// stories would be its first.
fn is_old(
    t: &Transaction,
    story: i64,
    before: DateTime<Utc>,
    protected: &Protected,
) -> Result<bool, Error> {
    let event = numbers(
        t,
        "SELECT ?1 UNION SELECT other.number FROM story JOIN story other ON other.coverage = story.coverage
         WHERE story.number = ?1",
        [story],
    )?;
    for story in event {
        if protected.stories.contains(&story.cast_unsigned())
            || is_young_or_archived(t, story, before)?
            || is_listed(t, story, protected)?
            || is_untold(t, story, before)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a consumer that was there lately has still to be told of a story.
fn is_untold(t: &Transaction, story: i64, before: DateTime<Utc>) -> Result<bool, Error> {
    let mut query = t.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM notice JOIN consumer c ON notice.number > c.number
             AND (c.themes IS NULL OR theme IN (SELECT value FROM json_each(c.themes)))
             WHERE story = ?1 AND quiet = 0 AND used >= ?2)",
    )?;
    Ok(query.query_row((story, before.timestamp()), |row| row.get(0))?)
}

/// Whether a story has a member that came later, or an archive document that is published has it.
fn is_young_or_archived(t: &Transaction, story: i64, before: DateTime<Utc>) -> Result<bool, Error> {
    let mut query = t.prepare_cached(&format!(
        "SELECT EXISTS (SELECT 1 FROM item WHERE story = ?1 AND first_seen >= ?2)
             OR EXISTS (SELECT 1 FROM archive_entry JOIN archive_document d
                        ON d.theme = archive_entry.theme AND d.number = document
                        WHERE story = ?1 AND NOT ({IS_DROPPED}))"
    ))?;
    Ok(query.query_row((story, before.timestamp()), |row| row.get(0))?)
}

/// Whether the newest document of a source lists a member.
fn is_listed(t: &Transaction, story: i64, protected: &Protected) -> Result<bool, Error> {
    let mut query = t.prepare_cached("SELECT source FROM item WHERE story = ?1 AND listed = 1")?;
    let mut rows = query.query([story])?;
    while let Some(row) = rows.next()? {
        let source = SourceId::new(row.get::<_, String>(0)?);
        if protected.sources.contains(&source) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn delete(t: &Transaction, story: i64, now: DateTime<Utc>) -> Result<(), Error> {
    let mut query = t.prepare_cached("SELECT source, id, url FROM item WHERE story = ?1")?;
    let mut rows = query.query([story])?;
    let mut note = t.prepare_cached("INSERT OR REPLACE INTO seen_item VALUES (?1, ?2)")?;
    while let Some(row) = rows.next()? {
        let source = SourceId::new(row.get::<_, String>(0)?);
        let id: String = row.get(1)?;
        let url: Option<String> = row.get(2)?;
        note.execute((key_of(&source, &id, url.as_deref()), now.timestamp()))?;
    }
    for sql in [
        // Before the story, whose date the months of the themes are looked up by.
        "DELETE FROM entry WHERE story = ?1",
        "DELETE FROM archive_entry WHERE story = ?1",
        "DELETE FROM html_page WHERE story = ?1",
        "DELETE FROM gist WHERE story = ?1",
        "DELETE FROM notice WHERE story = ?1",
        "DELETE FROM posting WHERE story = ?1",
        "DELETE FROM body WHERE item IN (SELECT number FROM item WHERE story = ?1)",
        "DELETE FROM filtered WHERE item IN (SELECT number FROM item WHERE story = ?1)",
        "DELETE FROM theme_copy WHERE item IN (SELECT number FROM item WHERE story = ?1)",
        "DELETE FROM full_text WHERE item IN (SELECT number FROM item WHERE story = ?1)",
        "DELETE FROM safe_html WHERE item IN (SELECT number FROM item WHERE story = ?1)",
        "DELETE FROM item WHERE story = ?1",
        "DELETE FROM story WHERE number = ?1",
    ] {
        t.prepare_cached(sql)?.execute([story])?;
    }
    Ok(())
}

/// Whether an item was deleted because it was old. It is listed now, so it is remembered from now on.
pub(super) fn was_seen(
    t: &Transaction,
    source: &SourceId,
    id: &str,
    url: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let key = key_of(source, id, url);
    // Nearly none was: to look is cheaper than to change nothing.
    let mut seen = t.prepare_cached("SELECT 1 FROM seen_item WHERE key = ?1")?;
    if !seen.exists([key])? {
        return Ok(false);
    }
    t.prepare_cached("UPDATE seen_item SET seen = ?2 WHERE key = ?1")?
        .execute((key, now.timestamp()))?;
    Ok(true)
}

/// Of an item. The address as well: there are feeds that give one id to whatever is newest.
fn key_of(source: &SourceId, id: &str, url: Option<&str>) -> i64 {
    let mut digest = Digest::new("seen item", 1);
    digest.add(source).add(id).add(&url.map(str::to_owned));
    digest.finish().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_an_item_that_was_seen_lasts() {
        let key = key_of(&SourceId::new("a"), "x", Some("https://a.example/1"));
        assert_eq!(format!("{key:016x}"), "85858ea052089fff");
    }
}
