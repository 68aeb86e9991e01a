//! The articles of items whose feeds give only a part of them. They are apart from the items: what a feed
//! says is compared with what it said before, and items with each other by what their feeds say. So a text
//! that comes later, or never, changes no id, date or story.

use super::items::note_change;
use super::{Error, Store};
use crate::model::{Item, SourceId};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// An item whose page is to be read.
#[derive(Debug)]
pub struct Unread {
    /// The store's number.
    pub number: u64,
    /// The item as its feed gives it.
    pub item: Item,
    /// How often its page was tried.
    pub tries: u32,
    /// The article that there is; what its item says has changed since.
    pub article: Option<Article>,
}

/// What a page gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Safe HTML.
    pub html: String,
    /// Hashes of what the page says. Two items with an equal one have no articles of their own.
    pub words: [u64; 2],
}

/// What came of an attempt to read the page of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullText {
    /// The article; none: what the feed gave is shown.
    pub article: Option<Article>,
    /// Attempts so far.
    pub tries: u32,
    /// When to try again; none: never.
    pub try_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Items of a source, newest first, whose pages have not been tried or are to be tried again: those that
    /// its newest document lists.
    pub async fn unread(
        &self,
        source: SourceId,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Unread>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT due.number, due.tries, ifnull(own, json), html, words, own_words FROM (
                     SELECT number, published, ifnull(tries, 0) AS tries
                     FROM item LEFT JOIN full_text ON full_text.item = number
                     WHERE source = ?1 AND listed = 1 AND hidden = 0 AND url IS NOT NULL
                         AND (full_text.item IS NULL OR try_at <= ?2)
                     ORDER BY published DESC, number LIMIT ?3) due
                 JOIN body ON body.item = due.number
                 LEFT JOIN filtered ON filtered.item = due.number
                 LEFT JOIN full_text ON full_text.item = due.number
                 ORDER BY due.published DESC, due.number",
            )?;
            let mut rows = query.query((source.as_str(), now.timestamp(), limit))?;
            let mut unread = Vec::new();
            while let Some(row) = rows.next()? {
                let article = match row.get(3)? {
                    Some(html) => Some(Article {
                        html,
                        words: [row.get(4)?, row.get(5)?].map(i64::cast_unsigned),
                    }),
                    None => None,
                };
                unread.push(Unread {
                    number: row.get::<_, i64>(0)?.cast_unsigned(),
                    tries: row.get(1)?,
                    item: serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or_default())?,
                    article,
                });
            }
            Ok(unread)
        })
        .await
    }

    /// Keeps what came of an attempt. A story that is there already is matched and written again, and is
    /// not an update for readers: its source has changed nothing. Gives whether there is an article.
    pub async fn keep_full_text(
        &self,
        item: u64,
        found: FullText,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        self.transact(move |t| keep(t, item.cast_signed(), &found, now))
            .await
    }
}

fn keep(t: &Transaction, item: i64, found: &FullText, now: DateTime<Utc>) -> Result<bool, Error> {
    let article = found.article.as_ref();
    let words = article.map_or([0; 2], |article| article.words.map(u64::cast_signed));
    let same = same_page(t, item, words)?;
    let html = article.map(|article| article.html.as_str());
    let html = html.filter(|_| same.is_empty());
    let before: Option<Option<String>> = t
        .prepare_cached("SELECT html FROM full_text WHERE item = ?1")?
        .query_row([item], |row| row.get(0))
        .optional()?;
    t.prepare_cached("INSERT OR REPLACE INTO full_text VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute((
            item,
            html,
            found.tries,
            found.try_at.map(|at| at.timestamp()),
            now.timestamp(),
            words[0],
            words[1],
        ))?;
    if before.flatten().as_deref() != html {
        show(t, item)?;
    }
    for other in same {
        let withdrawn = t
            .prepare_cached(
                "UPDATE full_text SET html = NULL WHERE item = ?1 AND html IS NOT NULL",
            )?
            .execute([other])?;
        if withdrawn > 0 {
            show(t, other)?;
        }
    }
    Ok(html.is_some())
}

/// Other items of its source whose pages said the same: a wall, or a front page. An item that comes again is
/// none, with another id, or at the same address with another title while the first is not listed any more.
fn same_page(t: &Transaction, item: i64, [words, own_words]: [i64; 2]) -> Result<Vec<i64>, Error> {
    let mut query = t.prepare_cached(
        "SELECT other.number FROM full_text
         JOIN item other ON other.number = full_text.item
         JOIN body ON body.item = other.number
         JOIN item this ON this.number = ?1
         JOIN body this_body ON this_body.item = this.number
         WHERE full_text.item IN (
                 SELECT item FROM full_text WHERE words = ?2 AND words <> 0
                 UNION SELECT item FROM full_text WHERE own_words = ?3 AND own_words <> 0)
             AND other.number <> this.number AND other.source = this.source
             AND body.json ->> 'title' IS NOT this_body.json ->> 'title'
             AND (other.url IS NOT this.url OR other.listed = 1)",
    )?;
    let rows = query.query_map((item, words, own_words), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The text of an item is another one from now on.
fn show(t: &Transaction, item: i64) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM safe_html WHERE item = ?1")?
        .execute([item])?;
    note_change(t, item, None)
}
