//! Which stories belong to which themes.

use super::stories::{load, numbers};
use super::{Error, Store};
use crate::digest::{Digest, Encode};
use crate::model::{Merging, Story, Theme, ThemeId};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashMap;
use std::sync::Arc;

/// A story on a theme's entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The story.
    pub story: u64,
    /// Its count of changes.
    pub rev: u64,
    /// The member it is shown through.
    pub item: u64,
    /// The editor's choice.
    pub editors_choice: bool,
}

impl Encode for Entry {
    fn encode(&self, to: &mut Digest) {
        let Self {
            story,
            rev,
            item,
            editors_choice,
        } = self;
        to.add(story).add(rev).add(item).add(editors_choice);
    }
}

/// Where one story belongs, as the themes decided.
#[derive(Clone, Debug)]
pub struct StoryEntries {
    /// The story.
    pub story: u64,
    /// The member that speaks for it.
    pub lead: u64,
    /// Its themes: through which member, and whether it is the editor's choice.
    pub themes: Vec<(ThemeId, u64, bool)>,
}

impl Store {
    /// Stories that are new or changed since the themes were last matched, oldest arrival first.
    pub async fn stories_to_match(&self, limit: u32) -> Result<Vec<Story>, Error> {
        self.transact(move |t| {
            let numbers = numbers(
                t,
                "SELECT number FROM story WHERE entries_due = 1 AND EXISTS (
                     SELECT 1 FROM item WHERE item.story = story.number AND hidden = 0)
                 ORDER BY number LIMIT ?1",
                [limit],
            )?;
            load(t, &numbers)
        })
        .await
    }

    /// Marks every story as due to be matched: a theme's rule has changed.
    pub async fn match_all_again(&self) -> Result<(), Error> {
        self.transact(|t| {
            t.execute("UPDATE story SET entries_due = 1", [])?;
            Ok(())
        })
        .await
    }

    /// Forgets the entries of all themes but these.
    pub async fn forget_other_themes(&self, themes: Vec<ThemeId>) -> Result<(), Error> {
        self.transact(move |t| {
            let themes: Vec<&str> = themes.iter().map(ThemeId::as_str).collect();
            let themes = serde_json::to_string(&themes)?;
            for table in ["entry", "edition"] {
                t.execute(
                    &format!(
                        "DELETE FROM {table} WHERE theme NOT IN (SELECT value FROM json_each(?1))"
                    ),
                    [&themes],
                )?;
            }
            Ok(())
        })
        .await
    }

    /// Files stories under themes; earlier filing of the same stories is forgotten.
    pub async fn keep_entries(&self, all: Vec<StoryEntries>) -> Result<(), Error> {
        self.transact(move |t| {
            for f in all {
                let story = f.story.cast_signed();
                t.prepare_cached("DELETE FROM entry WHERE story = ?1")?
                    .execute([story])?;
                for (theme, item, choice) in f.themes {
                    t.prepare_cached(
                        "INSERT INTO entry (theme, story, item, editors_choice) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((
                        theme.as_str(),
                        story,
                        item.cast_signed(),
                        choice,
                    ))?;
                }
                t.prepare_cached("UPDATE story SET lead = ?2, entries_due = 0 WHERE number = ?1")?
                    .execute((story, f.lead.cast_signed()))?;
                let_event_wait(t, story)?;
            }
            Ok(())
        })
        .await
    }

    /// The themes that each of these stories is an entry of.
    pub async fn themes_of(&self, stories: Vec<u64>) -> Result<HashMap<u64, Vec<ThemeId>>, Error> {
        self.transact(move |t| {
            let mut query =
                t.prepare_cached("SELECT theme FROM entry WHERE story = ?1 ORDER BY theme")?;
            let mut themes = HashMap::new();
            for story in stories {
                let rows = query.query_map([story.cast_signed()], |row| {
                    row.get(0).map(|id: String| ThemeId::new(id))
                })?;
                themes.insert(story, rows.collect::<Result<_, _>>()?);
            }
            Ok(themes)
        })
        .await
    }

    /// What stands on the entries of each of these themes: the last arrivals, newest first. Asked for all
    /// of them at once: where nothing has changed, a pass asks for little else.
    pub async fn entries(&self, themes: Vec<Arc<Theme>>) -> Result<Vec<Vec<Entry>>, Error> {
        self.transact(move |t| {
            let entries = |theme: &Arc<Theme>| {
                let mut query = t.prepare_cached(match theme.merge {
                    Merging::Identical => STORIES,
                    Merging::Coverage => EVENTS,
                    Merging::Off => ITEMS,
                })?;
                let rows = query.query_map((theme.id.as_str(), theme.limit), entry)?;
                Ok(rows.collect::<Result<_, _>>()?)
            };
            themes.iter().map(entries).collect()
        })
        .await
    }

    /// Where these stories stand on a theme's entries, in the order asked for.
    pub async fn entries_of(
        &self,
        theme: &ThemeId,
        stories: Vec<u64>,
    ) -> Result<Vec<Entry>, Error> {
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT entry.story, story.rev, entry.item, entry.editors_choice
                 FROM entry JOIN story ON story.number = entry.story
                 WHERE entry.theme = ?1 AND entry.story = ?2",
            )?;
            let mut found = Vec::with_capacity(stories.len());
            for story in stories {
                found.extend(
                    query
                        .query_row((&theme, story.cast_signed()), entry)
                        .optional()?,
                );
            }
            Ok(found)
        })
        .await
    }
}

/// Each story, through the member that brought it there.
const STORIES: &str = "SELECT entry.story, story.rev, entry.item, entry.editors_choice
    FROM entry JOIN story ON story.number = entry.story
    WHERE entry.theme = ?1 ORDER BY entry.story DESC LIMIT ?2";

/// Each event once, through the story that told it first there. Its count of changes counts those of
/// the others as well.
const EVENTS: &str = "SELECT entry.story,
        story.rev + ifnull((SELECT sum(other.rev + 1) FROM story other
            JOIN entry f ON f.story = other.number AND f.theme = ?1
            WHERE other.coverage = story.coverage
              AND other.number > story.number), 0),
        entry.item, entry.editors_choice
    FROM entry JOIN story ON story.number = entry.story
    WHERE entry.theme = ?1 AND NOT EXISTS (
        SELECT 1 FROM story other JOIN entry f ON f.story = other.number AND f.theme = ?1
        WHERE other.coverage = story.coverage AND other.number < story.number)
    ORDER BY entry.story DESC LIMIT ?2";

/// The items that arrived last of the stories that arrived last. Not by their numbers, which tell who
/// answered first.
const ITEMS: &str =
    "SELECT story.number, story.rev, item.number, last.editors_choice AND item.number = last.item
    FROM (SELECT story, item, editors_choice FROM entry
          WHERE theme = ?1 ORDER BY story DESC LIMIT ?2) last
    JOIN story ON story.number = last.story
    JOIN item ON item.story = last.story AND item.hidden = 0
    ORDER BY item.first_seen DESC, item.published DESC, item.id DESC, item.source DESC
    LIMIT ?2";

pub(super) fn entry(row: &rusqlite::Row) -> rusqlite::Result<Entry> {
    Ok(Entry {
        story: row.get::<_, i64>(0)?.cast_unsigned(),
        rev: row.get::<_, i64>(1)?.cast_unsigned(),
        item: row.get::<_, i64>(2)?.cast_unsigned(),
        editors_choice: row.get(3)?,
    })
}

/// Whoever is the first to tell this story's event may be another one now.
pub(super) fn let_event_wait(t: &Transaction, story: i64) -> Result<(), Error> {
    t.prepare_cached(
        "UPDATE entry SET archive_due = 1 WHERE story IN (SELECT other.number FROM story
             JOIN story other ON other.coverage = story.coverage WHERE story.number = ?1)",
    )?
    .execute([story])?;
    Ok(())
}
