//! The notices that somebody who follows some themes is still to be told.

use crate::model::{Merging, Notice, NoticeKind, StoryId, Theme};
use crate::store::{Error, Store};
use rusqlite::{OptionalExtension, Row, Transaction};
use std::sync::Arc;

/// What somebody follows, and how much of it they know.
#[derive(Clone, Debug)]
pub struct Following {
    /// The themes.
    pub themes: Vec<Arc<Theme>>,
    /// What they know: everything up to this notice.
    pub after: u64,
    /// They began after this notice: they know no story that entered before.
    pub begun: u64,
    /// Up to this notice, also what is no news: the first visit of a source.
    pub quiet_until: u64,
    /// Whether they want to know what changed, left or was hidden.
    pub changes: bool,
    /// They want no story that was older than this when it entered, seconds.
    pub max_age: Option<i64>,
}

/// The next notices for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// In order.
    pub notices: Vec<Notice>,
    /// Nothing else is to be told up to this notice.
    pub until: u64,
    /// There may be more.
    pub is_cut: bool,
}

impl Store {
    /// The next notices that somebody is to be told, at most `limit`, from behind one of them.
    pub async fn notices(
        &self,
        following: Following,
        from: u64,
        limit: usize,
    ) -> Result<Told, Error> {
        self.transact(move |t| following.read(t, from, limit)).await
    }
}

/// A row of the table.
struct Noticed {
    number: u64,
    theme: String,
    story: i64,
    kind: String,
    quiet: bool,
    age: Option<i64>,
}

impl Noticed {
    fn of(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get::<_, i64>(0)?.cast_unsigned(),
            theme: row.get(1)?,
            story: row.get(2)?,
            kind: row.get(3)?,
            quiet: row.get(4)?,
            age: row.get(5)?,
        })
    }

    fn is_entry(&self) -> bool {
        self.kind == "entered"
    }
}

const COLUMNS: &str = "number, theme, story, kind, quiet, age";

impl Following {
    fn read(&self, t: &Transaction, from: u64, limit: usize) -> Result<Told, Error> {
        let mut told = Told {
            until: last_number(t)?.max(from),
            ..Told::default()
        };
        // Of many themes the notices of all are read: those of some would have to be sorted first.
        let (is_theirs, only) = match self.themes.as_slice() {
            [theme] => ("theme = ?2", theme.id.as_str()),
            _ => ("?2 = ''", ""),
        };
        let mut query = t.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM notice WHERE {is_theirs} AND number > ?1 ORDER BY number"
        ))?;
        let mut rows = query.query((from.cast_signed(), only))?;
        while let Some(row) = rows.next()? {
            let row = Noticed::of(row)?;
            if told.notices.len() == limit {
                told.until = row.number - 1;
                told.is_cut = true;
                break;
            }
            let Some(theme) = self.theme(&row.theme) else {
                continue;
            };
            if let Some(kind) = self.tells(t, &row, theme)? {
                told.notices.push(Notice {
                    number: row.number,
                    theme: theme.id.clone(),
                    story: row.story.cast_unsigned(),
                    id: id_of(t, row.story)?,
                    kind,
                });
            }
        }
        Ok(told)
    }

    fn theme(&self, id: &str) -> Option<&Arc<Theme>> {
        self.themes.iter().find(|theme| theme.id.as_str() == id)
    }

    /// What a row tells, if anything.
    fn tells(
        &self,
        t: &Transaction,
        row: &Noticed,
        theme: &Theme,
    ) -> Result<Option<NoticeKind>, Error> {
        if row.is_entry() {
            let is_told = self.is_for_them(row)
                && is_entry(t, row.story, theme)?
                && self.first_entry(t, row.story)? == Some(row.number);
            return Ok(is_told.then_some(NoticeKind::Entered));
        }
        // Of what has entered since, they are told as it is now.
        let known = self.first_entry(t, row.story)?;
        if !self.changes || known.is_none_or(|number| number > self.after) {
            return Ok(None);
        }
        let is_shown = self.show(t, row.story)?;
        if is_shown != (row.kind == "changed") || !self.is_last(t, row)? {
            return Ok(None);
        }
        Ok(Some(if is_shown {
            NoticeKind::Changed
        } else if is_hidden(t, row.story)? {
            NoticeKind::Hidden
        } else {
            NoticeKind::Left
        }))
    }

    /// Whether one of the themes shows a story.
    fn show(&self, t: &Transaction, story: i64) -> Result<bool, Error> {
        for theme in &self.themes {
            if is_entry(t, story, theme)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether no later row says the same of another of the themes.
    fn is_last(&self, t: &Transaction, row: &Noticed) -> Result<bool, Error> {
        let mut query = t.prepare_cached(
            "SELECT theme FROM notice WHERE story = ?1 AND kind = ?2 AND number > ?3",
        )?;
        let mut rows = query.query((row.story, &row.kind, row.number.cast_signed()))?;
        while let Some(later) = rows.next()? {
            if self.theme(&later.get::<_, String>(0)?).is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether an entry is one that they are told of, now or earlier.
    fn is_for_them(&self, row: &Noticed) -> bool {
        let is_old = self
            .max_age
            .zip(row.age)
            .is_some_and(|(max, age)| age > max);
        row.number > self.begun && (!row.quiet || row.number <= self.quiet_until) && !is_old
    }

    /// The notice by which they learn of a story: that of the first theme which it entered.
    fn first_entry(&self, t: &Transaction, story: i64) -> Result<Option<u64>, Error> {
        let mut query = t.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM notice WHERE story = ?1 AND kind = 'entered' ORDER BY number"
        ))?;
        let mut rows = query.query([story])?;
        while let Some(row) = rows.next()? {
            let row = Noticed::of(row)?;
            if self.theme(&row.theme).is_some() && self.is_for_them(&row) {
                return Ok(Some(row.number));
            }
        }
        Ok(None)
    }
}

/// Whether a theme shows a story. Of several that tell one event it shows the first.
fn is_entry(t: &Transaction, story: i64, theme: &Theme) -> Result<bool, Error> {
    let mut query = t.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM entry WHERE story = ?1 AND theme = ?2)
             AND NOT (?3 AND EXISTS (
                 SELECT 1 FROM story JOIN story other ON other.coverage = story.coverage
                     AND other.number < story.number
                 JOIN entry ON entry.story = other.number AND theme = ?2
                 WHERE story.number = ?1))",
    )?;
    let is_by_event = theme.merge == Merging::Coverage;
    Ok(query.query_row((story, theme.id.as_str(), is_by_event), |row| row.get(0))?)
}

/// Whether no member of a story is shown.
fn is_hidden(t: &Transaction, story: i64) -> Result<bool, Error> {
    let mut query = t.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM item WHERE item.story = ?1 AND hidden = 0)",
    )?;
    Ok(query.query_row([story], |row| row.get(0))?)
}

fn id_of(t: &Transaction, story: i64) -> Result<StoryId, Error> {
    let mut query = t.prepare_cached("SELECT id FROM story WHERE number = ?1")?;
    let id: Option<String> = query.query_row([story], |row| row.get(0)).optional()?;
    Ok(StoryId::new(id.unwrap_or_default()))
}

/// The last notice that there was.
pub(super) fn last_number(t: &Transaction) -> Result<u64, Error> {
    let mut query = t.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'notice'")?;
    let number: Option<i64> = query.query_row([], |row| row.get(0)).optional()?;
    Ok(number.unwrap_or(0).cast_unsigned())
}
