//! Archive documents of a theme's feed, and the entries that wait for one.

use crate::model::{Merging, Theme, ThemeId};
use crate::store::entries::entry;
use crate::store::{Entry, Error, Store, moment};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashMap;
use std::sync::Arc;

/// An archive document, which is closed.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchiveDocument {
    /// From 1, in the order of closing.
    pub number: u32,
    /// What one entry of it is.
    pub merge: Merging,
    /// How many entries it has.
    pub entries: u32,
    /// The date of its newest story.
    pub newest: DateTime<Utc>,
    /// Its files are to be made anew: they never were, or something on it was hidden or is shown again.
    pub stale: bool,
    /// Its files, in the publisher's own form.
    pub json: String,
}

/// An entry of an archive document.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchiveEntry {
    /// What stands there.
    pub entry: Entry,
    /// Its story's id; none where a person has merged the story into another.
    pub id: Option<String>,
    /// When it was first found hidden.
    pub gone: Option<DateTime<Utc>>,
}

impl Store {
    /// All archive documents of these themes, in order.
    pub async fn archive_documents(
        &self,
        themes: Vec<ThemeId>,
    ) -> Result<HashMap<ThemeId, Vec<ArchiveDocument>>, Error> {
        self.transact(move |t| {
            let mut documents = HashMap::new();
            for theme in themes {
                let sql = format!("SELECT {COLUMNS} WHERE theme = ?1 ORDER BY number");
                read(t, &sql, [theme.as_str()], &mut documents)?;
            }
            Ok(documents)
        })
        .await
    }

    /// The archive documents of all themes that have files, or are to get some, in order. Those that were dropped may be a
    /// hundred times as many.
    pub async fn published_archive_documents(
        &self,
    ) -> Result<HashMap<ThemeId, Vec<ArchiveDocument>>, Error> {
        self.transact(|t| {
            let mut documents = HashMap::new();
            let sql = format!(
                "SELECT {COLUMNS} INDEXED BY archive_document_published WHERE NOT ({IS_DROPPED})
                 ORDER BY theme, number"
            );
            read(t, &sql, [], &mut documents)?;
            Ok(documents)
        })
        .await
    }

    /// The entries of these themes that are in no archive document, in order of arrival. One that was
    /// found in one is not looked at again until its story is matched again.
    pub async fn entries_to_archive(
        &self,
        themes: Vec<Arc<Theme>>,
    ) -> Result<HashMap<ThemeId, Vec<Entry>>, Error> {
        self.transact(move |t| {
            let waiting = themes
                .iter()
                .map(|theme| Ok((theme.id.clone(), waiting(t, theme)?)));
            waiting.collect()
        })
        .await
    }

    /// Closes documents with these entries.
    pub async fn close_archive_documents(
        &self,
        theme: &ThemeId,
        documents: Vec<(ArchiveDocument, Vec<Entry>)>,
    ) -> Result<Vec<ArchiveDocument>, Error> {
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            let close = |(document, entries)| close(t, &theme, document, entries);
            documents.into_iter().map(close).collect()
        })
        .await
    }

    /// What stands in a document, in order of arrival; what is found hidden has been so since `now`, if
    /// not longer.
    pub async fn archive_entries(
        &self,
        theme: &ThemeId,
        number: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<ArchiveEntry>, Error> {
        let theme = theme.as_str().to_owned();
        self.transact(move |t| {
            t.prepare_cached(
                "UPDATE archive_entry SET hidden_since = iif(
                     EXISTS (SELECT 1 FROM item WHERE item.story = archive_entry.story AND hidden = 0),
                     NULL, ifnull(hidden_since, ?3))
                 WHERE theme = ?1 AND document = ?2",
            )?
            .execute((&theme, number, now.timestamp()))?;
            let mut query = t.prepare_cached(
                "SELECT archive_entry.story, ifnull(story.rev, 0), archive_entry.item, archive_entry.editors_choice,
                        story.id, archive_entry.hidden_since
                 FROM archive_entry LEFT JOIN story ON story.number = archive_entry.story
                 WHERE archive_entry.theme = ?1 AND archive_entry.document = ?2
                 ORDER BY archive_entry.story, archive_entry.item",
            )?;
            let rows = query.query_map((&theme, number), |row| {
                Ok(ArchiveEntry {
                    entry: entry(row)?,
                    id: row.get(4)?,
                    gone: row.get::<_, Option<i64>>(5)?.map(moment),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes that documents have no files any more.
    pub async fn drop_archive_documents(
        &self,
        documents: Vec<(ThemeId, u32)>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut drop = t.prepare_cached(
                "UPDATE archive_document SET stale = 0, json = '' WHERE theme = ?1 AND number = ?2",
            )?;
            for (theme, number) in documents {
                drop.execute((theme.as_str(), number))?;
            }
            Ok(())
        })
        .await
    }

    /// Notes the files of documents, which are now as they should be.
    pub async fn keep_archive_documents(
        &self,
        documents: Vec<(ThemeId, u32, String)>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut keep = t.prepare_cached(
                "UPDATE archive_document SET stale = 0, json = ?3 WHERE theme = ?1 AND number = ?2",
            )?;
            for (theme, number, json) in documents {
                keep.execute((theme.as_str(), number, json))?;
            }
            Ok(())
        })
        .await
    }
}

/// What is read of archive documents.
const COLUMNS: &str = "theme, number, merge, stale, json, entries, newest FROM archive_document";

fn read(
    t: &Transaction,
    sql: &str,
    params: impl rusqlite::Params,
    documents: &mut HashMap<ThemeId, Vec<ArchiveDocument>>,
) -> Result<(), Error> {
    let mut query = t.prepare_cached(sql)?;
    let mut rows = query.query(params)?;
    while let Some(row) = rows.next()? {
        let document = ArchiveDocument {
            number: row.get(1)?,
            merge: serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or_default())?,
            stale: row.get(3)?,
            json: row.get(4)?,
            entries: row.get(5)?,
            newest: moment(row.get(6)?),
        };
        let theme = ThemeId::new(row.get::<_, String>(0)?);
        documents.entry(theme).or_default().push(document);
    }
    Ok(())
}

/// Of a row of `archive_document`: it is not published any more. Its entries are known all the same, so that
/// none of them is archived again.
pub(in crate::store) const IS_DROPPED: &str = "stale = 0 AND json = ''";

/// Of a row of `entry`: the story stands in a document of the theme.
const IS_ARCHIVED: &str =
    "EXISTS (SELECT 1 FROM archive_entry a WHERE a.story = entry.story AND a.theme = entry.theme)";

/// Of a row of `entry`: another story of the theme told the event before.
const IS_TOLD_LATER: &str = "EXISTS (
    SELECT 1 FROM story own JOIN story other ON other.coverage = own.coverage
    JOIN entry f ON f.story = other.number AND f.theme = entry.theme
    WHERE own.number = entry.story AND other.number < own.number)";

/// Of rows of `entry` and `item`: a reader may see the item, and it stands in no document of the theme.
const ITEM_IS_LEFT: &str = "item.hidden = 0 AND NOT EXISTS (SELECT 1 FROM archive_entry a
    WHERE a.story = entry.story AND a.theme = entry.theme AND a.item = item.number)
    AND NOT EXISTS (SELECT 1 FROM theme_copy c
        WHERE c.item = item.number AND c.theme = entry.theme AND dropped = 1)";

/// Of a row of `entry`: such items of its story.
const ITEMS_LEFT: &str = "SELECT 1 FROM item WHERE item.story = entry.story AND item.hidden = 0
    AND NOT EXISTS (SELECT 1 FROM archive_entry a
        WHERE a.story = entry.story AND a.theme = entry.theme AND a.item = item.number)
    AND NOT EXISTS (SELECT 1 FROM theme_copy c
        WHERE c.item = item.number AND c.theme = entry.theme AND dropped = 1)";

/// The entries that wait. Few do, of themes with many: SQLite is told which index has only these, because there are
/// others of the same theme.
fn waiting(t: &Transaction, theme: &Theme) -> Result<Vec<Entry>, Error> {
    let is_archived = match theme.merge {
        Merging::Identical => IS_ARCHIVED.to_owned(),
        Merging::Coverage => format!("({IS_ARCHIVED} OR {IS_TOLD_LATER})"),
        Merging::Off => format!("NOT EXISTS ({ITEMS_LEFT})"),
    };
    t.prepare_cached(&format!(
        "UPDATE entry INDEXED BY entry_archive_due SET archive_due = 0
         WHERE theme = ?1 AND archive_due = 1 AND {is_archived}"
    ))?
    .execute([theme.id.as_str()])?;
    let waiting = match theme.merge {
        Merging::Identical | Merging::Coverage => {
            "SELECT entry.story, story.rev, entry.item, entry.editors_choice
             FROM entry INDEXED BY entry_archive_due JOIN story ON story.number = entry.story
             WHERE entry.theme = ?1 AND entry.archive_due = 1 ORDER BY entry.story"
                .to_owned()
        }
        Merging::Off => format!(
            "SELECT entry.story, story.rev, item.number, entry.editors_choice AND item.number = entry.item
             FROM entry INDEXED BY entry_archive_due JOIN story ON story.number = entry.story
             JOIN item ON item.story = entry.story
             WHERE entry.theme = ?1 AND entry.archive_due = 1 AND {ITEM_IS_LEFT}
             ORDER BY item.first_seen, item.published, item.id, item.source"
        ),
    };
    let mut query = t.prepare_cached(&waiting)?;
    let rows = query.query_map([theme.id.as_str()], entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Items that stand in a document by themselves keep their place there when they move to another story. One
/// through which that story stands in a document already is known by that.
pub(in crate::store) fn let_items_follow(t: &Transaction, from: i64, to: i64) -> Result<(), Error> {
    let by_themselves = serde_json::to_string(&Merging::Off)?;
    t.prepare_cached(
        "UPDATE OR IGNORE archive_entry SET story = ?2
         WHERE story = ?1 AND item IN (SELECT number FROM item WHERE story = ?2)
             AND (theme, document) IN (SELECT theme, number FROM archive_document WHERE merge = ?3)",
    )?
    .execute((from, to, by_themselves))?;
    Ok(())
}

/// Something of a story is hidden now, or shown again: the documents it stands in are no longer right. One that was dropped
/// has no files that could be wrong.
pub(in crate::store) fn make_anew(t: &Transaction, story: i64) -> Result<(), Error> {
    t.prepare_cached(&format!(
        "UPDATE archive_document SET stale = 1 WHERE NOT ({IS_DROPPED}) AND (theme, number) IN
             (SELECT theme, document FROM archive_entry WHERE story = ?1)"
    ))?
    .execute([story])?;
    Ok(())
}

fn close(
    t: &Transaction,
    theme: &str,
    document: ArchiveDocument,
    entries: Vec<Entry>,
) -> Result<ArchiveDocument, Error> {
    let mut newest = DateTime::UNIX_EPOCH;
    let mut date = t.prepare_cached("SELECT published FROM story WHERE number = ?1")?;
    for entry in &entries {
        let published = date.query_row([entry.story.cast_signed()], |row| row.get(0));
        newest = newest.max(moment(published.optional()?.unwrap_or_default()));
    }
    let document = ArchiveDocument { newest, ..document };
    t.prepare_cached("INSERT INTO archive_document VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute((
            theme,
            document.number,
            serde_json::to_string(&document.merge)?,
            document.stale,
            &document.json,
            document.entries,
            newest.timestamp(),
        ))?;
    let mut add = t.prepare_cached(
        "INSERT OR IGNORE INTO archive_entry (story, theme, item, editors_choice, document)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for entry in entries {
        add.execute((
            entry.story.cast_signed(),
            theme,
            entry.item.cast_signed(),
            entry.editors_choice,
            document.number,
        ))?;
    }
    Ok(document)
}
