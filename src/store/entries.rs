//! Which stories belong to which themes.

use super::places::{Arrival, Entry, Places, Rules};
use super::stories::{load, numbers};
use super::streams::{Noted, is_out};
use super::{Error, Store, moment};
use crate::model::{Merging, Story, Theme, ThemeId};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashMap;
use std::sync::Arc;

/// Increases when the same rows give other entries, or another archive document has to be closed: then the entries of themes
/// in which nothing has changed are read as well.
pub const ENTRIES_VERSION: u32 = 1;

/// What stands in a theme's subscription document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last arrival first.
    pub entries: Vec<Entry>,
    /// From then on an entry is too old (`max_age`). None: no entry ever is.
    pub until: Option<DateTime<Utc>>,
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
    /// From when on the themes decide otherwise, because the story is older then. None: never.
    pub until: Option<DateTime<Utc>>,
}

impl Store {
    /// Stories that are new or changed since the themes were last matched, or have reached an age at which a theme
    /// decides otherwise, oldest arrival first: those that arrived after this one.
    pub async fn stories_to_match(
        &self,
        after: u64,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<Story>, Error> {
        self.transact(move |t| {
            let numbers = numbers(
                t,
                // Both parts come in order, so that no more than the limit is read. In a new store, SQLite would
                // read all stories for the second one.
                "SELECT number FROM story WHERE entries_due = 1 AND number > ?3
                     AND EXISTS (SELECT 1 FROM item WHERE item.story = story.number AND hidden = 0)
                 UNION SELECT number FROM story INDEXED BY story_rematch_at WHERE rematch_at <= ?2 AND number > ?3
                     AND EXISTS (SELECT 1 FROM item WHERE item.story = story.number AND hidden = 0)
                 ORDER BY number LIMIT ?1",
                (limit, now.timestamp(), after.cast_signed()),
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

    /// Marks the other stories of the events of marked stories: more sources tell them now, or fewer. What enters a
    /// theme so arrives at this moment.
    pub async fn match_events_again(&self, now: DateTime<Utc>) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute(
                "UPDATE story SET rematch_at = ?1 WHERE entries_due = 0 AND number IN (
                     SELECT other.number FROM story due JOIN story other ON other.coverage = due.coverage
                     WHERE due.entries_due = 1 AND due.coverage IS NOT NULL)",
                [now.timestamp()],
            )?;
            Ok(())
        })
        .await
    }

    /// Forgets the entries of all themes but these.
    pub async fn forget_other_themes(&self, themes: Vec<ThemeId>) -> Result<(), Error> {
        self.transact(move |t| {
            let themes: Vec<&str> = themes.iter().map(ThemeId::as_str).collect();
            let themes = serde_json::to_string(&themes)?;
            for table in ["entry", "edition", "as_published", "theme_copy"] {
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

    /// Files stories under themes; earlier filing of the same stories is forgotten, but not when they
    /// arrived there. The rules of the themes `opened` have changed: earlier stories that they take now
    /// are not new, and count as arrived at their own dates.
    pub async fn keep_entries(
        &self,
        all: Vec<StoryEntries>,
        opened: Vec<ThemeId>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut entered = Vec::new();
            for f in &all {
                let story = f.story.cast_signed();
                let before = arrivals_before(t, story)?;
                if !(before.is_empty() && f.themes.is_empty()) {
                    t.prepare_cached("DELETE FROM entry WHERE story = ?1")?
                        .execute([story])?;
                    note(t, f, &before, now)?;
                    let_event_wait(t, story)?;
                }
                if !f.themes.is_empty() {
                    let arrivals = Arrivals::of(t, story, now)?;
                    let rows = f.themes.iter().map(|(theme, item, choice)| {
                        let arrived = before
                            .get(theme.as_str())
                            .copied()
                            .unwrap_or_else(|| arrivals.in_theme(opened.contains(theme), now));
                        (theme.as_str(), f.story, *item, *choice, arrived)
                    });
                    entered.extend(rows);
                }
                // Of most stories it stays. To set it for nothing would be checked at length.
                t.prepare_cached("UPDATE story SET lead = ?2 WHERE number = ?1 AND lead <> ?2")?
                    .execute((story, f.lead.cast_signed()))?;
                t.prepare_cached(
                    "UPDATE story SET entries_due = 0, rematch_at = ?2 WHERE number = ?1",
                )?
                .execute((story, f.until.map(|at| at.timestamp())))?;
            }
            enter(t, &entered)
        })
        .await
    }

    /// What arrived after this pass did so by a clock that was wrong, and would stand in front of all
    /// that comes until then. It counts as arrived at its own date.
    pub async fn mend_arrivals(
        &self,
        themes: Vec<Arc<Theme>>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            // Nearly always there is none: a query is cheaper than an UPDATE for each theme.
            let mut query = t.prepare_cached(
                "SELECT value FROM json_each(?1) WHERE EXISTS (
                     SELECT 1 FROM entry WHERE theme = value AND arrived > ?2)",
            )?;
            let themes: Vec<&str> = themes.iter().map(|theme| theme.id.as_str()).collect();
            let themes = serde_json::to_string(&themes)?;
            let rows = query.query_map((themes, now.timestamp()), |row| row.get(0))?;
            let wrong: Vec<String> = rows.collect::<Result<_, _>>()?;
            let mut mend = t.prepare_cached(
                "UPDATE entry SET arrived = (SELECT min(published, ?2) FROM story WHERE number = story)
                 WHERE theme = ?1 AND arrived > ?2",
            )?;
            for theme in wrong {
                mend.execute((theme, now.timestamp()))?;
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

    /// What stands in the subscription documents of these themes at a moment.
    pub async fn entries(
        &self,
        themes: Vec<Arc<Theme>>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Standing>, Error> {
        self.transact(move |t| {
            let shares_since = shares_since(t)?;
            let entries = |theme: &Arc<Theme>| standing(t, theme, shares_since, now);
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

/// The moments at which a story can count as arrived, seconds since 1970.
struct Arrivals {
    /// When it was found.
    first_seen: i64,
    /// As what it is: with the last of its items that is no backlog, else at its date.
    as_new: i64,
    by_date: i64,
    /// When it reached the age at which themes decide otherwise, if it is matched again for nothing else.
    by_age: Option<i64>,
}

impl Arrivals {
    fn of(t: &Transaction, story: i64, now: DateTime<Utc>) -> Result<Self, Error> {
        let mut query = t.prepare_cached(
            "SELECT story.first_seen, min(story.published, ?2),
                 (SELECT max(max(item.first_seen, story.first_seen)) FROM item
                  WHERE item.story = story.number AND hidden = 0 AND backlog = 0),
                 iif(entries_due = 0, rematch_at, NULL)
             FROM story WHERE number = ?1",
        )?;
        Ok(query.query_row((story, now.timestamp()), |row| {
            let by_date = row.get(1)?;
            Ok(Self {
                first_seen: row.get(0)?,
                as_new: row.get::<_, Option<i64>>(2)?.unwrap_or(by_date),
                by_date,
                by_age: row.get(3)?,
            })
        })?)
    }

    /// The one that counts where a story enters a theme, whose rule has perhaps changed.
    fn in_theme(&self, is_opened: bool, now: DateTime<Utc>) -> i64 {
        if is_opened && self.first_seen < now.timestamp() {
            self.by_date
        } else {
            self.by_age.unwrap_or(self.as_new)
        }
    }
}

/// When a story arrived in each of its themes.
fn arrivals_before(t: &Transaction, story: i64) -> Result<HashMap<String, i64>, Error> {
    let mut query = t.prepare_cached("SELECT theme, arrived FROM entry WHERE story = ?1")?;
    let rows = query.query_map([story], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes which themes a story leaves, and which have it now.
fn note(
    t: &Transaction,
    f: &StoryEntries,
    before: &HashMap<String, i64>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let story = f.story.cast_signed();
    let noted = Noted::of(t, story, now)?;
    let is_gone = |theme: &&String| !f.themes.iter().any(|(id, ..)| id.as_str() == *theme);
    for theme in before.keys().filter(is_gone) {
        is_out(t, story, theme)?;
    }
    for (theme, ..) in &f.themes {
        noted.is_in(t, story, theme.as_str())?;
    }
    Ok(())
}

/// Writes entries: theme, story, item, whether it is the editor's choice, and when it arrived. All with one
/// statement: for each, SQLite keeps copies of the pages that it and its triggers change.
fn enter(t: &Transaction, entries: &[(&str, u64, u64, bool, i64)]) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    t.prepare_cached(
        "INSERT INTO entry (theme, story, item, editors_choice, arrived, published)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
             (SELECT published FROM story WHERE number = value ->> 1)
         FROM json_each(?1)",
    )?
    .execute([serde_json::to_string(entries)?])?;
    Ok(())
}

/// Up to when arrivals stood in feeds before sources shared their places.
fn shares_since(t: &Transaction) -> Result<i64, Error> {
    let mut query = t.prepare_cached("SELECT value FROM meta WHERE key = 'shares_since'")?;
    let noted: Option<String> = query.query_row([], |row| row.get(0)).optional()?;
    Ok(noted.and_then(|text| text.parse().ok()).unwrap_or(i64::MIN))
}

/// What stands in a theme's subscription document.
fn standing(
    t: &Transaction,
    theme: &Theme,
    shares_since: i64,
    now: DateTime<Utc>,
) -> Result<Standing, Error> {
    let rules = Rules {
        limit: theme.limit as usize,
        per_source: theme.per_source.map(|count| count as usize),
        shares_since,
    };
    let age = theme.max_age.and_then(|age| TimeDelta::from_std(age).ok());
    let since = age.map_or(i64::MIN, |age| (now - age).timestamp());
    let first = match theme.merge {
        Merging::Identical | Merging::Off => STORIES,
        Merging::Coverage => EVENTS,
    };
    let mut oldest = i64::MAX;
    let mut query = t.prepare_cached(first)?;
    let rows = query.query((theme.id.as_str(), since))?;
    let mut entries = places(rows, rules, &mut oldest)?;
    if theme.merge == Merging::Off {
        let numbers: Vec<i64> = entries.iter().map(|e| e.story.cast_signed()).collect();
        let numbers = serde_json::to_string(&numbers)?;
        let mut query = t.prepare_cached(ITEMS)?;
        let rows = query.query((theme.id.as_str(), since, numbers))?;
        entries = places(rows, rules, &mut oldest)?;
    }
    let first_too_old = |age| {
        let last = moment(oldest).checked_add_signed(age)?;
        last.checked_add_signed(TimeDelta::seconds(1))
    };
    let until = age.filter(|_| oldest < i64::MAX).and_then(first_too_old);
    Ok(Standing { entries, until })
}

/// Reads no more rows than there are places for. Notes the oldest date read: a row that is not read can get a place only
/// after one that was read is too old.
fn places(mut rows: rusqlite::Rows, rules: Rules, oldest: &mut i64) -> Result<Vec<Entry>, Error> {
    let mut places = Places::new(rules);
    while let Some(row) = rows.next()? {
        let arrival = Arrival {
            entry: entry(row)?,
            arrived: row.get(4)?,
            source: row.get(5)?,
        };
        let published: i64 = row.get(6)?;
        *oldest = published.min(arrival.arrived).min(*oldest);
        if !places.offer(arrival) {
            break;
        }
    }
    Ok(places.finish())
}

/// Each story, through the member that brought it there; what the theme's filter made of that counts as a change.
/// Nothing arrives before its date, so that the
/// index ends where stories are too old.
const STORIES: &str =
    "SELECT entry.story,
        story.rev + ifnull((SELECT changes FROM theme_copy c WHERE c.item = entry.item AND c.theme = ?1), 0),
        entry.item, entry.editors_choice, entry.arrived, item.source, story.published
    FROM entry CROSS JOIN story ON story.number = entry.story
    JOIN item INDEXED BY item_source_of ON item.number = entry.item
    WHERE entry.theme = ?1 AND entry.arrived >= ?2 AND story.published >= ?2
    ORDER BY entry.arrived DESC, entry.story DESC";

/// Each event once, through the story that told it first there. Its count of changes counts those of
/// the others as well.
const EVENTS: &str = "SELECT entry.story,
        story.rev + ifnull((SELECT sum(other.rev + 1) FROM story other
            JOIN entry f ON f.story = other.number AND f.theme = ?1
            WHERE other.coverage = story.coverage
              AND other.number > story.number), 0)
            + ifnull((SELECT changes FROM theme_copy c WHERE c.item = entry.item AND c.theme = ?1), 0),
        entry.item, entry.editors_choice, entry.arrived, item.source, story.published
    FROM entry CROSS JOIN story ON story.number = entry.story
    JOIN item INDEXED BY item_source_of ON item.number = entry.item
    WHERE entry.theme = ?1 AND entry.arrived >= ?2 AND story.published >= ?2 AND NOT EXISTS (
        SELECT 1 FROM story other JOIN entry f ON f.story = other.number AND f.theme = ?1
        WHERE other.coverage = story.coverage AND other.number < story.number)
    ORDER BY entry.arrived DESC, entry.story DESC";

/// The items of these stories, the last arrival first. Not by their numbers, which tell who answered first.
const ITEMS: &str = "SELECT item.story,
        story.rev + ifnull((SELECT changes FROM theme_copy c WHERE c.item = item.number AND c.theme = ?1), 0),
        item.number,
        entry.editors_choice AND item.number = entry.item,
        iif(item.backlog, min(item.published, item.first_seen), item.first_seen) AS arrived,
        item.source, item.published
    FROM json_each(?3) CROSS JOIN item ON item.story = json_each.value
    JOIN story ON story.number = item.story
    JOIN entry ON entry.story = item.story AND entry.theme = ?1
    WHERE item.hidden = 0 AND item.published >= ?2 AND NOT EXISTS (
        SELECT 1 FROM theme_copy c WHERE c.item = item.number AND c.theme = ?1 AND dropped = 1)
    ORDER BY arrived DESC, item.published DESC, item.id DESC, item.source DESC";

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
