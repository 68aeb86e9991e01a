//! Stories, and the themes they are filed under.

use super::merging::window;
use super::publishing::feed_archive;
use super::{Error, Store, items, moment};
use crate::model::{Item, ItemSource, Member, Story, StoryId, ThemeId, Why};
use crate::normalize;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashMap;
use std::sync::Arc;

/// Where one item belongs, as the merger decided.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The item.
    pub item: u64,
    /// Its story; a number not yet in the store makes a new one.
    pub story: u64,
    /// The item's id, which becomes that of a new story unless another story has it.
    pub id: String,
    /// What tells the item apart from another one with the same id: its page.
    pub page: String,
    /// Why it joins a story; none for a new one.
    pub why: Option<Why>,
    /// Keys that only the same item shares, for later items to find it by.
    pub exact: Vec<u64>,
    /// Keys that similar items share.
    pub alike: Vec<u32>,
    /// When it was published.
    pub published: DateTime<Utc>,
}

/// Where one story belongs, as the themes decided.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The story.
    pub story: u64,
    /// The member that speaks for it.
    pub lead: u64,
    /// Its themes: through which member, and whether it is the editor's choice.
    pub themes: Vec<(ThemeId, u64, bool)>,
}

/// Which stories somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// Only those of this theme.
    pub theme: Option<ThemeId>,
    /// Of several that tell one event only the first of the theme.
    pub events_once: bool,
    /// Only those that arrived at or after this moment.
    pub moment: DateTime<Utc>,
    /// Only those that arrived after the one with this number.
    pub after: u64,
}

impl Store {
    /// The number of the next new story.
    pub async fn next_story(&self) -> Result<u64, Error> {
        self.transact(|t| {
            let mut query =
                t.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'story'")?;
            let last: Option<i64> = query.query_row([], |row| row.get(0)).optional()?;
            Ok(last.unwrap_or(0).cast_unsigned() + 1)
        })
        .await
    }

    /// Notes where items belong, and what was learned by comparing them.
    pub async fn merge(
        &self,
        merged: Vec<Merged>,
        heard: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            window::keep(t, &merged, &heard, now)?;
            for m in &merged {
                match &m.why {
                    None => new_story(t, m, now)?,
                    Some(why) => {
                        join(t, m, Some(why))?;
                        t.prepare_cached(
                            "UPDATE story SET rev = rev + 1, unfiled = 1 WHERE number = ?1",
                        )?
                        .execute([m.story.cast_signed()])?;
                    }
                }
            }
            Ok(())
        })
        .await
    }

    /// Stories that are new or changed since the themes were last filed, oldest arrival first.
    pub async fn unfiled(&self, limit: u32) -> Result<Vec<Story>, Error> {
        self.transact(move |t| {
            let numbers = numbers(
                t,
                "SELECT number FROM story WHERE unfiled = 1 AND EXISTS (
                     SELECT 1 FROM item WHERE item.story = story.number AND hidden = 0)
                 ORDER BY number LIMIT ?1",
                [limit],
            )?;
            load(t, &numbers)
        })
        .await
    }

    /// Marks every story unfiled: a theme's rule has changed.
    pub async fn unfile_all(&self) -> Result<(), Error> {
        self.transact(|t| {
            t.execute("UPDATE story SET unfiled = 1", [])?;
            Ok(())
        })
        .await
    }

    /// Forgets what was filed under all themes but these.
    pub async fn forget_other_themes(&self, themes: Vec<ThemeId>) -> Result<(), Error> {
        self.transact(move |t| {
            let themes: Vec<&str> = themes.iter().map(ThemeId::as_str).collect();
            let themes = serde_json::to_string(&themes)?;
            for table in ["filed", "edition"] {
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
    pub async fn file(&self, filed: Vec<Filed>) -> Result<(), Error> {
        self.transact(move |t| {
            for f in filed {
                let story = f.story.cast_signed();
                t.prepare_cached("DELETE FROM filed WHERE story = ?1")?
                    .execute([story])?;
                for (theme, item, choice) in f.themes {
                    t.prepare_cached(
                        "INSERT INTO filed (theme, story, item, choice) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((
                        theme.as_str(),
                        story,
                        item.cast_signed(),
                        choice,
                    ))?;
                }
                t.prepare_cached("UPDATE story SET lead = ?2, unfiled = 0 WHERE number = ?1")?
                    .execute((story, f.lead.cast_signed()))?;
                feed_archive::let_event_wait(t, story)?;
            }
            Ok(())
        })
        .await
    }

    /// Stories by number, in the order asked for.
    pub async fn stories(&self, numbers: Vec<u64>) -> Result<Vec<Story>, Error> {
        let numbers = numbers
            .into_iter()
            .map(u64::cast_signed)
            .collect::<Vec<_>>();
        self.transact(move |t| load(t, &numbers)).await
    }

    /// Numbers of stories that arrived at or after a moment and have a number above another, oldest
    /// first; of one theme or of all.
    pub async fn since(&self, asked: Since) -> Result<Vec<u64>, Error> {
        self.transact(move |t| {
            let found = numbers(
                t,
                "SELECT number FROM story WHERE number > ?1 AND first_seen >= ?2
                 AND EXISTS (SELECT 1 FROM item WHERE item.story = story.number AND hidden = 0)
                 AND (?3 IS NULL OR number IN (SELECT story FROM filed WHERE theme = ?3))
                 AND NOT (?4 AND EXISTS (
                     SELECT 1 FROM story other JOIN filed f ON f.story = other.number AND f.theme = ?3
                     WHERE other.coverage = story.coverage AND other.number < story.number))
                 ORDER BY number",
                (
                    asked.after.cast_signed(),
                    asked.moment.timestamp(),
                    asked.theme.map(|theme| theme.as_str().to_owned()),
                    asked.events_once,
                ),
            )?;
            Ok(found.into_iter().map(i64::cast_unsigned).collect())
        })
        .await
    }

    /// The themes that each of these stories is filed under.
    pub async fn themes_of(&self, stories: Vec<u64>) -> Result<HashMap<u64, Vec<ThemeId>>, Error> {
        self.transact(move |t| {
            let mut query =
                t.prepare_cached("SELECT theme FROM filed WHERE story = ?1 ORDER BY theme")?;
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
}

pub(super) fn new_story(t: &Transaction, m: &Merged, now: DateTime<Utc>) -> Result<(), Error> {
    let mut taken = t.prepare_cached("SELECT 1 FROM story WHERE id = ?1")?;
    let mut id = m.id.clone();
    let mut round = 0_u32;
    while taken.exists([&id])? {
        id = normalize::derived_id(&m.id, &format!("{} {round}", m.page));
        round += 1;
    }
    t.prepare_cached(
        "INSERT INTO story (number, id, published, url, lead, first_seen)
         SELECT ?1, ?2, published, url, number, ?4 FROM item WHERE number = ?3",
    )?
    .execute((
        m.story.cast_signed(),
        id,
        m.item.cast_signed(),
        now.timestamp(),
    ))?;
    join(t, m, None)
}

fn join(t: &Transaction, m: &Merged, why: Option<&Why>) -> Result<(), Error> {
    let why = why.map(serde_json::to_string).transpose()?;
    t.prepare_cached("UPDATE item SET story = ?2, why = ?3 WHERE number = ?1")?
        .execute((m.item.cast_signed(), m.story.cast_signed(), why))?;
    items::add_keys(t, m.item.cast_signed(), &m.exact)
}

fn numbers(t: &Transaction, sql: &str, params: impl rusqlite::Params) -> Result<Vec<i64>, Error> {
    let mut query = t.prepare_cached(sql)?;
    let rows = query.query_map(params, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn load(t: &Transaction, numbers: &[i64]) -> Result<Vec<Story>, Error> {
    let mut sources = HashMap::new();
    numbers
        .iter()
        .filter_map(|number| load_one(t, *number, &mut sources).transpose())
        .collect()
}

fn load_one(
    t: &Transaction,
    number: i64,
    sources: &mut HashMap<i64, Arc<ItemSource>>,
) -> Result<Option<Story>, Error> {
    let mut query = t.prepare_cached(
        "SELECT id, published, url, rev, first_seen, changed, lead FROM story WHERE number = ?1",
    )?;
    let story = query.query_row([number], |row| {
        let story = Story {
            id: StoryId::new(row.get::<_, String>(0)?),
            date_published: moment(row.get(1)?),
            url: row.get(2)?,
            members: Vec::new(),
            seq: number.cast_unsigned(),
            rev: row.get::<_, i64>(3)?.cast_unsigned(),
            first_seen: moment(row.get(4)?),
            changed: row.get::<_, Option<i64>>(5)?.map(moment),
        };
        Ok((story, row.get::<_, i64>(6)?.cast_unsigned()))
    });
    let Some((mut story, lead)) = story.optional()? else {
        return Ok(None);
    };
    let mut query = t.prepare_cached(
        "SELECT item.number, body.json, item.why, item.described, item.first_seen
         FROM item JOIN body ON body.item = item.number
         WHERE item.story = ?1 AND item.hidden = 0",
    )?;
    let mut rows = query.query([number])?;
    while let Some(row) = rows.next()? {
        let mut item: Item = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
        item.source = described(t, row.get(3)?, sources)?;
        let why = row.get_ref(2)?.as_str_or_null().ok().flatten();
        let why = why.map(serde_json::from_str).transpose()?;
        story.members.push(Member {
            number: row.get::<_, i64>(0)?.cast_unsigned(),
            item,
            first_seen: moment(row.get(4)?),
            why,
        });
    }
    if story.members.iter().all(|member| member.why.is_some()) {
        // The item that began it is hidden, and so is its page.
        story.url = None;
    }
    // Here and not in SQL, whose sorting would copy every text.
    story.members.sort_by(|a, b| {
        let key = |m: &Member| (m.number != lead, m.item.date_published);
        (key(a), &a.item.id, &a.item.source.id).cmp(&(key(b), &b.item.id, &b.item.source.id))
    });
    Ok((!story.members.is_empty()).then_some(story))
}

fn described(
    t: &Transaction,
    number: i64,
    sources: &mut HashMap<i64, Arc<ItemSource>>,
) -> Result<Arc<ItemSource>, Error> {
    if let Some(source) = sources.get(&number) {
        return Ok(Arc::clone(source));
    }
    let json: String = t
        .prepare_cached("SELECT json FROM described WHERE number = ?1")?
        .query_row([number], |row| row.get(0))?;
    let source: Arc<ItemSource> = Arc::new(serde_json::from_str(&json)?);
    sources.insert(number, Arc::clone(&source));
    Ok(source)
}
