//! Pages of single stories and of the archives: which are there, and which have to be looked at.

use crate::model::{StoryId, ThemeId};
use crate::publish::path;
use crate::store::entries::entry;
use crate::store::{Entry, Error, Store};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::{BTreeMap, HashMap};

/// A page that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HtmlPage {
    /// Relative to the output folder.
    pub path: String,
    /// The story, if it is the page of one.
    pub story: Option<u64>,
    /// Of everything that shapes it; 0: not written.
    pub fingerprint: u64,
    /// Bytes of the file as we left it.
    pub len: u64,
    /// Its time of change, nanoseconds since 1970.
    pub modified_ns: u64,
}

/// A folder of pages as we left it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HtmlFolder {
    /// Its time of change, nanoseconds since 1970; 0: not known.
    pub modified_ns: u64,
    /// Hash of what all its pages share.
    pub base: u64,
}

/// A story that needs an address for its page.
#[derive(Clone, Debug)]
pub struct Unaddressed {
    /// The story.
    pub number: u64,
    /// Its id.
    pub id: StoryId,
    /// Its page at the source.
    pub url: Option<String>,
    /// When the source says that it was published; none where it does not.
    pub published: Option<DateTime<Utc>>,
}

/// A story whose page has to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueStory {
    /// The story.
    pub story: u64,
    /// Its count of changes.
    pub rev: u64,
    /// The member that speaks for it.
    pub lead: u64,
    /// The themes that show it; none: nobody does.
    pub themes: Vec<ThemeId>,
    /// Its page, if it has an address.
    pub page: Option<HtmlPage>,
    /// The page of the story that it has become part of.
    pub successor: Option<String>,
}

impl Store {
    /// Every folder of pages.
    pub async fn html_folders(&self) -> Result<BTreeMap<String, HtmlFolder>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT name, modified, base FROM html_folder")?;
            let rows = query.query_map([], |row| {
                let folder = HtmlFolder {
                    modified_ns: row.get::<_, i64>(1)?.cast_unsigned(),
                    base: row.get::<_, i64>(2)?.cast_unsigned(),
                };
                Ok((row.get(0)?, folder))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps how folders were left.
    pub async fn keep_html_folders(&self, folders: Vec<(String, HtmlFolder)>) -> Result<(), Error> {
        self.transact(move |t| {
            // Most are as they were, and SQLite writes a row that is the same, too.
            let mut keep = t.prepare_cached(
                "INSERT INTO html_folder VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE
                 SET modified = excluded.modified, base = excluded.base
                 WHERE (modified, base) <> (excluded.modified, excluded.base)",
            )?;
            for (name, folder) in folders {
                keep.execute((
                    name,
                    folder.modified_ns.cast_signed(),
                    folder.base.cast_signed(),
                ))?;
            }
            Ok(())
        })
        .await
    }

    /// The pages whose paths begin like this.
    pub async fn html_pages(&self, prefix: String) -> Result<Vec<HtmlPage>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT path, story, fingerprint, len, modified FROM html_page
                 WHERE path >= ?1 AND path < ?1 || char(1114111) ORDER BY path",
            )?;
            let rows = query.query_map([prefix], page)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps what was written. A path that belonged to a story that is no more changes hands.
    pub async fn keep_html_pages(&self, pages: Vec<HtmlPage>) -> Result<(), Error> {
        self.transact(move |t| {
            let mut keep =
                t.prepare_cached("INSERT OR REPLACE INTO html_page VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for page in pages {
                keep.execute((
                    page.path,
                    page.story.map(u64::cast_signed),
                    page.fingerprint.cast_signed(),
                    page.len.cast_signed(),
                    page.modified_ns.cast_signed(),
                ))?;
            }
            Ok(())
        })
        .await
    }

    /// Forgets pages that are no more.
    pub async fn forget_html_pages(&self, paths: Vec<String>) -> Result<(), Error> {
        self.transact(move |t| {
            for path in paths {
                t.prepare_cached("DELETE FROM html_page WHERE path = ?1")?
                    .execute([path])?;
            }
            Ok(())
        })
        .await
    }

    /// Forgets the archive of a theme that is no more: its folder and its months.
    pub async fn forget_html_archive(&self, folder: String, theme: ThemeId) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute("DELETE FROM html_folder WHERE name = ?1", [folder])?;
            t.execute("DELETE FROM html_month WHERE theme = ?1", [theme.as_str()])?;
            Ok(())
        })
        .await
    }

    /// Gives stories addresses for their pages, which they keep. One that belonged to a story that is no
    /// more is free: the same id had it.
    pub async fn give_paths(&self, stories: Vec<Unaddressed>) -> Result<(), Error> {
        self.transact(move |t| {
            for story in stories {
                let number = story.number.cast_signed();
                let mut round = 0;
                let path = loop {
                    let url = story.url.as_deref();
                    let path = path::of_story(&story.id, url, story.published, round);
                    let taken = t
                        .prepare_cached(
                            "SELECT 1 FROM html_page JOIN story ON number = html_page.story
                             WHERE path = ?1 AND html_page.story <> ?2",
                        )?
                        .exists((&path, number))?;
                    if !taken {
                        break path;
                    }
                    round += 1;
                };
                t.prepare_cached("INSERT OR REPLACE INTO html_page VALUES (?1, ?2, 0, 0, 0)")?
                    .execute((path, number))?;
            }
            Ok(())
        })
        .await
    }

    /// The paths of these stories' pages, of those that have one.
    pub async fn paths_of(&self, stories: Vec<u64>) -> Result<HashMap<u64, String>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached("SELECT path FROM html_page WHERE story = ?1")?;
            let mut paths = HashMap::new();
            for story in stories {
                let path = query
                    .query_row([story.cast_signed()], |row| row.get(0))
                    .optional()?;
                paths.extend(path.map(|path| (story, path)));
            }
            Ok(paths)
        })
        .await
    }

    /// Marks every story that has or may have a page.
    pub async fn all_stories_due(&self) -> Result<(), Error> {
        self.transact(|t| {
            t.execute(
                "INSERT OR IGNORE INTO html_due
                 SELECT story, theme, published FROM entry",
                [],
            )?;
            t.execute(
                "INSERT OR IGNORE INTO html_due SELECT story, '', 0 FROM html_page WHERE story IS NOT NULL",
                [],
            )?;
            Ok(())
        })
        .await
    }

    /// Marks every story of a theme, and forgets how many it had in which month. Gives what
    /// [`Store::due_dates`] now gives for it.
    pub async fn archive_is_due(&self, theme: ThemeId) -> Result<Vec<i64>, Error> {
        self.transact(move |t| {
            t.execute("DELETE FROM html_month WHERE theme = ?1", [theme.as_str()])?;
            t.execute(
                "INSERT OR IGNORE INTO html_due
                 SELECT story, theme, published FROM entry
                 WHERE theme = ?1",
                [theme.as_str()],
            )?;
            let mut query = t.prepare("SELECT published FROM html_due WHERE theme = ?1")?;
            let dates = query.query_map([theme.as_str()], |row| row.get(0))?;
            Ok(dates.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Marks one page of a story.
    pub async fn story_is_due(&self, story: u64) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute(
                "INSERT OR IGNORE INTO html_due VALUES (?1, '', 0)",
                [story.cast_signed()],
            )?;
            Ok(())
        })
        .await
    }

    /// Marks the pages of all stories that tell the events of marked stories: they name each other.
    pub async fn events_are_due(&self) -> Result<(), Error> {
        self.transact(|t| {
            t.execute(
                "INSERT OR IGNORE INTO html_due
                 SELECT other.number, '', 0
                 FROM (SELECT DISTINCT story FROM html_due) due
                 JOIN story own ON own.number = due.story
                 JOIN story other ON other.coverage = own.coverage
                 JOIN html_page ON html_page.story = other.number
                 WHERE other.number <> own.number",
                [],
            )?;
            Ok(())
        })
        .await
    }

    /// Stories that have to be looked at, in order of arrival, from behind one of them.
    pub async fn due_stories(&self, after: u64, limit: u32) -> Result<Vec<DueStory>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT DISTINCT story FROM html_due WHERE story > ?1 ORDER BY story LIMIT ?2",
            )?;
            let rows = query.query_map((after.cast_signed(), limit), |row| row.get(0))?;
            let stories: Vec<i64> = rows.collect::<Result<_, _>>()?;
            stories.into_iter().map(|story| due(t, story)).collect()
        })
        .await
    }

    /// When the stories were published that came to a theme, changed there or left it, by theme.
    pub async fn due_dates(&self) -> Result<HashMap<ThemeId, Vec<i64>>, Error> {
        self.transact(|t| {
            let mut query = t.prepare(
                "SELECT theme, published FROM html_due WHERE theme <> '' ORDER BY theme",
            )?;
            let mut rows = query.query([])?;
            let mut dates: HashMap<ThemeId, Vec<i64>> = HashMap::new();
            while let Some(row) = rows.next()? {
                let theme = ThemeId::new(row.get::<_, String>(0)?);
                dates.entry(theme).or_default().push(row.get(1)?);
            }
            Ok(dates)
        })
        .await
    }

    /// Everything that was due has been seen to.
    pub async fn nothing_is_due(&self) -> Result<(), Error> {
        self.transact(|t| {
            // Without a condition, a page would be written although there is nothing to delete.
            t.execute("DELETE FROM html_due WHERE true", [])?;
            t.execute("DELETE FROM source_due WHERE true", [])?;
            Ok(())
        })
        .await
    }

    /// A theme's stories that were published in a stretch of time, its end not included; oldest first.
    pub async fn published_between(
        &self,
        theme: ThemeId,
        from: i64,
        to: i64,
    ) -> Result<Vec<Entry>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT number,
                     rev + ifnull((SELECT changes FROM theme_copy c WHERE c.item = entry.item AND theme = ?1), 0),
                     item, editors_choice
                 FROM entry CROSS JOIN story ON story.number = entry.story
                 WHERE theme = ?1 AND entry.published >= ?2 AND entry.published < ?3
                 ORDER BY entry.published, id",
            )?;
            let rows = query.query_map((theme.as_str(), from, to), entry)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// How many stories of a theme were published in which month, for months that have some.
    pub async fn months(&self, theme: ThemeId) -> Result<BTreeMap<i32, usize>, Error> {
        self.transact(move |t| {
            let mut query =
                t.prepare_cached("SELECT month, stories FROM html_month WHERE theme = ?1")?;
            let rows = query.query_map([theme.as_str()], |row| {
                let stories: u32 = row.get(1)?;
                Ok((row.get(0)?, stories as usize))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps how many stories of a theme were published in which month.
    pub async fn keep_months(
        &self,
        theme: ThemeId,
        months: BTreeMap<i32, usize>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            t.execute("DELETE FROM html_month WHERE theme = ?1", [theme.as_str()])?;
            let mut keep = t.prepare_cached("INSERT INTO html_month VALUES (?1, ?2, ?3)")?;
            for (month, stories) in months {
                let stories = i64::try_from(stories).unwrap_or(i64::MAX);
                keep.execute((theme.as_str(), month, stories))?;
            }
            Ok(())
        })
        .await
    }
}

fn page(row: &rusqlite::Row) -> rusqlite::Result<HtmlPage> {
    Ok(HtmlPage {
        path: row.get(0)?,
        story: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
        fingerprint: row.get::<_, i64>(2)?.cast_unsigned(),
        len: row.get::<_, i64>(3)?.cast_unsigned(),
        modified_ns: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}

fn due(t: &Transaction, story: i64) -> Result<DueStory, Error> {
    let (rev, lead): (i64, i64) = t
        .prepare_cached("SELECT rev, lead FROM story WHERE number = ?1")?
        .query_row([story], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .unwrap_or_default();
    let mut query = t.prepare_cached("SELECT theme FROM entry WHERE story = ?1")?;
    let themes = query
        .query_map([story], |row| row.get(0).map(|id: String| ThemeId::new(id)))?
        .collect::<Result<Vec<_>, _>>()?;
    let page = t
        .prepare_cached(
            "SELECT path, story, fingerprint, len, modified FROM html_page WHERE story = ?1",
        )?
        .query_row([story], page)
        .optional()?;
    let successor = if themes.is_empty() && page.is_some() {
        // What a person merged by hand says where it came from.
        t.prepare_cached(
            "SELECT page.path FROM item JOIN html_page page ON page.story = item.story
             JOIN entry ON entry.story = item.story
             WHERE item.why ->> 'reason' = 'by-hand' AND item.moved = ?1 LIMIT 1",
        )?
        .query_row([story], |row| row.get(0))
        .optional()?
    } else {
        None
    };
    Ok(DueStory {
        story: story.cast_unsigned(),
        rev: rev.cast_unsigned(),
        lead: lead.cast_unsigned(),
        themes,
        page,
        successor,
    })
}
