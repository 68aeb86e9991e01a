//! What the filters of themes made of items: each theme shows its own copy. What is not here is shown as it is
//! everywhere, and so is an item whose copy has no JSON.

use super::{Error, Store};
use crate::model::{Item, ThemeId};
use rusqlite::OptionalExtension;
use std::collections::HashMap;

/// What is kept of an item in a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThemeCopy {
    /// The filter that it passed through; 0: that failed, and is to be tried again.
    pub filter: u64,
    /// A hash of what the filter was given.
    pub given: u64,
    /// The theme does not show it.
    pub dropped: bool,
}

/// What a filter made of an item.
#[derive(Debug)]
pub struct NewCopy {
    /// The store's number.
    pub item: u64,
    /// A hash of what the filter was given.
    pub given: u64,
    /// What became of it.
    pub made: Made,
}

/// What became of an item.
#[derive(Debug)]
pub enum Made {
    /// It is shown as it is.
    Same,
    /// It is shown so.
    Changed(Box<Item>),
    /// It is not shown.
    Dropped,
    /// The filter failed: as before, if it is what the filter was given then.
    Failed,
}

impl Store {
    /// Forgets what filters made of all themes but these, which have filters.
    pub async fn forget_theme_copies(&self, themes: Vec<ThemeId>) -> Result<(), Error> {
        self.transact(move |t| {
            let themes: Vec<&str> = themes.iter().map(ThemeId::as_str).collect();
            t.prepare_cached(
                "DELETE FROM theme_copy WHERE theme NOT IN (SELECT value FROM json_each(?1))",
            )?
            .execute([serde_json::to_string(&themes)?])?;
            Ok(())
        })
        .await
    }

    /// Has stories matched again with items on which the filter of a theme failed.
    pub async fn match_failed_again(&self) -> Result<(), Error> {
        self.transact(move |t| {
            t.prepare_cached(
                "UPDATE story SET entries_due = 1 WHERE number IN (SELECT story FROM theme_copy
                     CROSS JOIN item ON item.number = theme_copy.item WHERE filter = 0)",
            )?
            .execute([])?;
            Ok(())
        })
        .await
    }

    /// What is kept of these items in a theme, in the order asked for.
    pub async fn theme_copies(
        &self,
        theme: &ThemeId,
        items: Vec<u64>,
    ) -> Result<Vec<Option<ThemeCopy>>, Error> {
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT filter, given, dropped FROM theme_copy WHERE item = ?1 AND theme = ?2",
            )?;
            let copies = items.into_iter().map(|item| {
                let copy = query.query_row((item.cast_signed(), &theme), |row| {
                    Ok(ThemeCopy {
                        filter: row.get::<_, i64>(0)?.cast_unsigned(),
                        given: row.get::<_, i64>(1)?.cast_unsigned(),
                        dropped: row.get(2)?,
                    })
                });
                Ok(copy.optional()?)
            });
            copies.collect()
        })
        .await
    }

    /// Keeps what a filter made of items.
    pub async fn keep_theme_copies(
        &self,
        theme: &ThemeId,
        filter: u64,
        copies: Vec<NewCopy>,
    ) -> Result<(), Error> {
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            let mut keep = t.prepare_cached(
                "INSERT INTO theme_copy VALUES (?1, ?2, ?3, ?4, ?5, ?6 IS NOT NULL, ?6)
                 ON CONFLICT (item, theme) DO UPDATE SET filter = excluded.filter, given = excluded.given,
                     dropped = excluded.dropped, json = excluded.json,
                     changes = changes + (json IS NOT excluded.json)",
            )?;
            // One that was dropped stays so until the filter has said otherwise.
            let mut keep_failed = t.prepare_cached(
                "INSERT INTO theme_copy VALUES (?1, ?2, 0, ?3, 0, 0, NULL)
                 ON CONFLICT (item, theme) DO UPDATE SET filter = 0, given = excluded.given,
                     changes = changes + (given <> excluded.given AND json IS NOT NULL),
                     json = iif(given = excluded.given, json, NULL)",
            )?;
            for copy in copies {
                let (item, given) = (copy.item.cast_signed(), copy.given.cast_signed());
                let (dropped, json) = match copy.made {
                    Made::Same => (false, None),
                    Made::Changed(item) => (false, Some(serde_json::to_string(&item)?)),
                    Made::Dropped => (true, None),
                    Made::Failed => {
                        keep_failed.execute((item, &theme, given))?;
                        continue;
                    }
                };
                keep.execute((item, &theme, filter.cast_signed(), given, dropped, json))?;
            }
            Ok(())
        })
        .await
    }

    /// The items of these stories that a theme shows otherwise than they are.
    pub async fn changed_copies(
        &self,
        theme: &ThemeId,
        stories: Vec<u64>,
    ) -> Result<HashMap<u64, Item>, Error> {
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT item, json FROM item CROSS JOIN theme_copy ON theme_copy.item = number AND theme = ?2
                 WHERE story = ?1 AND json IS NOT NULL",
            )?;
            let mut copies = HashMap::new();
            for story in stories {
                let mut rows = query.query((story.cast_signed(), &theme))?;
                while let Some(row) = rows.next()? {
                    let json = row.get_ref(1)?.as_str().unwrap_or_default();
                    let item = row.get::<_, i64>(0)?.cast_unsigned();
                    copies.insert(item, serde_json::from_str(json)?);
                }
            }
            Ok(copies)
        })
        .await
    }

    /// The themes whose filters drop an item of this story.
    pub async fn dropped_by_themes(&self, story: u64) -> Result<Vec<ThemeId>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT DISTINCT theme FROM item CROSS JOIN theme_copy ON theme_copy.item = number
                 WHERE story = ?1 AND dropped = 1 ORDER BY theme",
            )?;
            let rows = query.query_map([story.cast_signed()], |row| {
                Ok(ThemeId::new(row.get::<_, String>(0)?))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
