//! What happens to a story in a theme -> notices. Of a story in a theme there are two at most: that it entered,
//! which keeps its number, and the last thing that happened since, which comes last. So the table does not grow
//! with the number of changes, and who reads late is told once.

use crate::store::Error;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// What notices say of a story, in whatever theme.
pub(in crate::store) struct Noted {
    /// It came with the first visit of its source, and is no news.
    quiet: bool,
    /// How old it is, seconds.
    age: i64,
    /// The date of its last change that a reader should see, seconds since 1970.
    changed: Option<i64>,
}

impl Noted {
    pub(in crate::store) fn of(
        t: &Transaction,
        story: i64,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let mut query = t.prepare_cached(
            "SELECT NOT EXISTS (SELECT 1 FROM item WHERE item.story = story.number
                 AND hidden = 0 AND backlog = 0), max(?2 - published, 0), changed
             FROM story WHERE number = ?1",
        )?;
        Ok(query.query_row((story, now.timestamp()), |row| {
            Ok(Self {
                quiet: row.get(0)?,
                age: row.get(1)?,
                changed: row.get(2)?,
            })
        })?)
    }

    /// Notes that a story is an entry of a theme, which may be nothing new.
    pub(in crate::store) fn is_in(
        &self,
        t: &Transaction,
        story: i64,
        theme: &str,
    ) -> Result<(), Error> {
        match last(t, story, theme)? {
            None => {
                t.prepare_cached(
                    "INSERT INTO notice (theme, story, kind, quiet, age, changed)
                     VALUES (?1, ?2, 'entered', ?3, ?4, ?5)",
                )?
                .execute((theme, story, self.quiet, self.age, self.changed))?;
                Ok(())
            }
            Some((kind, changed)) if kind == "left" || changed != self.changed => {
                replace(t, story, theme, "changed", self.changed)
            }
            Some(_) => Ok(()),
        }
    }
}

/// Notes that a story is no entry of a theme any more.
pub(in crate::store) fn is_out(t: &Transaction, story: i64, theme: &str) -> Result<(), Error> {
    match last(t, story, theme)? {
        Some((kind, changed)) if kind != "left" => replace(t, story, theme, "left", changed),
        _ => Ok(()),
    }
}

/// Notes that a story leaves all its themes.
pub(in crate::store) fn leave(t: &Transaction, story: i64) -> Result<(), Error> {
    let mut query = t.prepare_cached("SELECT theme FROM entry WHERE story = ?1")?;
    let themes = query.query_map([story], |row| row.get(0))?;
    let themes: Vec<String> = themes.collect::<Result<_, _>>()?;
    themes.iter().try_for_each(|theme| is_out(t, story, theme))
}

/// A story became part of another. Where both entered a theme, whoever was told of the first one is not told
/// of it again; where one of them was no news, the other is.
pub(in crate::store) fn follow(t: &Transaction, story: i64, into: i64) -> Result<(), Error> {
    t.prepare_cached("UPDATE notice SET story = ?2 WHERE story = ?1")?
        .execute((story, into))?;
    t.prepare_cached(
        "DELETE FROM notice WHERE story = ?1 AND EXISTS (SELECT 1 FROM notice better
             WHERE better.story = notice.story AND better.theme = notice.theme
             AND (better.kind = 'entered') = (notice.kind = 'entered') AND better.number <> notice.number
             AND iif(notice.kind = 'entered',
                 (better.quiet, better.number) < (notice.quiet, notice.number),
                 better.number > notice.number))",
    )?
    .execute([into])?;
    Ok(())
}

/// The last notice of a story in a theme: its kind, and the change that it tells.
fn last(t: &Transaction, story: i64, theme: &str) -> Result<Option<(String, Option<i64>)>, Error> {
    let mut query = t.prepare_cached(
        "SELECT kind, changed FROM notice WHERE story = ?1 AND theme = ?2 ORDER BY number DESC LIMIT 1",
    )?;
    let row = query.query_row((story, theme), |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(row.optional()?)
}

/// Puts a notice in the place of all since the story entered.
fn replace(
    t: &Transaction,
    story: i64,
    theme: &str,
    kind: &str,
    changed: Option<i64>,
) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM notice WHERE story = ?1 AND theme = ?2 AND kind <> 'entered'")?
        .execute((story, theme))?;
    t.prepare_cached(
        "INSERT INTO notice (theme, story, kind, quiet, changed) VALUES (?1, ?2, ?3, 0, ?4)",
    )?
    .execute((theme, story, kind, changed))?;
    Ok(())
}
