//! What stands on the shelves of the themes.

use super::{Error, Store};
use crate::model::{Merging, Theme, ThemeId};
use rusqlite::OptionalExtension;
use std::sync::Arc;

/// A story on a theme's shelf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shelved {
    /// The story.
    pub story: u64,
    /// Its count of changes.
    pub rev: u64,
    /// The member it is shown through.
    pub item: u64,
    /// The editor's choice.
    pub choice: bool,
}

impl Store {
    /// What stands on the shelf of each of these themes: the last arrivals, newest first. Asked for all
    /// of them at once: where nothing has changed, a pass asks for little else.
    pub async fn shelves(&self, themes: Vec<Arc<Theme>>) -> Result<Vec<Vec<Shelved>>, Error> {
        self.transact(move |t| {
            let shelf = |theme: &Arc<Theme>| {
                let mut query = t.prepare_cached(match theme.merge {
                    Merging::Identical => STORIES,
                    Merging::Coverage => EVENTS,
                    Merging::Off => ITEMS,
                })?;
                let rows = query.query_map((theme.id.as_str(), theme.limit), shelved)?;
                Ok(rows.collect::<Result<_, _>>()?)
            };
            themes.iter().map(shelf).collect()
        })
        .await
    }

    /// Where these stories stand on a theme's shelf, in the order asked for.
    pub async fn places(&self, theme: &ThemeId, stories: Vec<u64>) -> Result<Vec<Shelved>, Error> {
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT filed.story, story.rev, filed.item, filed.choice
                 FROM filed JOIN story ON story.number = filed.story
                 WHERE filed.theme = ?1 AND filed.story = ?2",
            )?;
            let mut places = Vec::with_capacity(stories.len());
            for story in stories {
                places.extend(
                    query
                        .query_row((&theme, story.cast_signed()), shelved)
                        .optional()?,
                );
            }
            Ok(places)
        })
        .await
    }
}

/// Each story, through the member that brought it there.
const STORIES: &str = "SELECT filed.story, story.rev, filed.item, filed.choice
    FROM filed JOIN story ON story.number = filed.story
    WHERE filed.theme = ?1 ORDER BY filed.story DESC LIMIT ?2";

/// Each event once, through the story that told it first there. Its count of changes counts those of
/// the others as well.
const EVENTS: &str = "SELECT filed.story,
        story.rev + ifnull((SELECT sum(other.rev + 1) FROM story other
            JOIN filed f ON f.story = other.number AND f.theme = ?1
            WHERE other.coverage = story.coverage
              AND other.number > story.number), 0),
        filed.item, filed.choice
    FROM filed JOIN story ON story.number = filed.story
    WHERE filed.theme = ?1 AND NOT EXISTS (
        SELECT 1 FROM story other JOIN filed f ON f.story = other.number AND f.theme = ?1
        WHERE other.coverage = story.coverage AND other.number < story.number)
    ORDER BY filed.story DESC LIMIT ?2";

/// The items that arrived last of the stories that arrived last. Not by their numbers, which tell who
/// answered first.
const ITEMS: &str =
    "SELECT story.number, story.rev, item.number, last.choice AND item.number = last.item
    FROM (SELECT story, item, choice FROM filed
          WHERE theme = ?1 ORDER BY story DESC LIMIT ?2) last
    JOIN story ON story.number = last.story
    JOIN item ON item.story = last.story AND item.hidden = 0
    ORDER BY item.first_seen DESC, item.published DESC, item.id DESC, item.source DESC
    LIMIT ?2";

pub(super) fn shelved(row: &rusqlite::Row) -> rusqlite::Result<Shelved> {
    Ok(Shelved {
        story: row.get::<_, i64>(0)?.cast_unsigned(),
        rev: row.get::<_, i64>(1)?.cast_unsigned(),
        item: row.get::<_, i64>(2)?.cast_unsigned(),
        choice: row.get(3)?,
    })
}
