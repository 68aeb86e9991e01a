//! Stories, read.

use super::{Error, Store, moment};
use crate::model::{Item, ItemSource, Member, RawHtml, Story, StoryId, ThemeId};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::HashMap;
use std::sync::Arc;

/// Which stories somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// Only those of this theme.
    pub theme: Option<ThemeId>,
    /// Of several that tell one event only the first of the theme.
    pub events_once: bool,
    /// Only those that arrived at or after this moment.
    pub moment: DateTime<Utc>,
    /// Only the last so many.
    pub limit: Option<u32>,
}

impl Store {
    /// Stories by number, in the order asked for.
    pub async fn stories(&self, numbers: Vec<u64>) -> Result<Vec<Story>, Error> {
        let numbers = numbers
            .into_iter()
            .map(u64::cast_signed)
            .collect::<Vec<_>>();
        self.transact(move |t| load(t, &numbers)).await
    }

    /// Numbers of stories that arrived at or after a moment, oldest first; of one theme or of all.
    pub async fn since(&self, asked: Since) -> Result<Vec<u64>, Error> {
        self.transact(move |t| {
            let mut found = numbers(
                t,
                "SELECT number FROM story WHERE first_seen >= ?2
                 AND EXISTS (SELECT 1 FROM item WHERE item.story = story.number AND hidden = 0)
                 AND (?3 IS NULL OR EXISTS (SELECT 1 FROM entry WHERE story = story.number AND theme = ?3))
                 AND NOT (?4 AND EXISTS (
                     SELECT 1 FROM story other JOIN entry f ON f.story = other.number AND f.theme = ?3
                     WHERE other.coverage = story.coverage AND other.number < story.number))
                 ORDER BY number DESC LIMIT ?1",
                (
                    asked.limit.map_or(-1, i64::from),
                    asked.moment.timestamp(),
                    asked.theme.map(|theme| theme.as_str().to_owned()),
                    asked.events_once,
                ),
            )?;
            found.reverse();
            Ok(found.into_iter().map(i64::cast_unsigned).collect())
        })
        .await
    }
}

pub(super) fn numbers(
    t: &Transaction,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<i64>, Error> {
    let mut query = t.prepare_cached(sql)?;
    let rows = query.query_map(params, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn load(t: &Transaction, numbers: &[i64]) -> Result<Vec<Story>, Error> {
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
        "SELECT id, published, url, rev, first_seen, changed, lead, coverage FROM story WHERE number = ?1",
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
            event_sources: 0,
        };
        let event: Option<i64> = row.get(7)?;
        Ok((story, row.get::<_, i64>(6)?.cast_unsigned(), event))
    });
    let Some((mut story, lead, event)) = story.optional()? else {
        return Ok(None);
    };
    if let Some(event) = event {
        story.event_sources = sources_of_event(t, event)?;
    }
    let mut query = t.prepare_cached(
        // A text that a filter wrote stands before the article, of which it knew nothing.
        "SELECT item.number, body.json, item.why, item.item_source, item.first_seen,
                iif(own IS NULL OR (own -> 'content_html' IS json -> 'content_html'
                                    AND own -> 'content_text' IS json -> 'content_text'), html, NULL)
         FROM item JOIN body ON body.item = item.number
         LEFT JOIN full_text ON full_text.item = item.number
         LEFT JOIN filtered ON filtered.item = item.number
         WHERE item.story = ?1 AND item.hidden = 0",
    )?;
    let mut rows = query.query([number])?;
    while let Some(row) = rows.next()? {
        let mut item: Item = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
        item.source = described(t, row.get(3)?, sources)?;
        if let Some(html) = row.get(5)? {
            item.content_html = Some(RawHtml { html, base: None });
            item.content_text = None;
        }
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

fn sources_of_event(t: &Transaction, event: i64) -> Result<u32, Error> {
    let mut query = t.prepare_cached(
        "SELECT count(DISTINCT item.source) FROM story JOIN item ON item.story = story.number
         WHERE coverage = ?1 AND hidden = 0",
    )?;
    Ok(query.query_row([event], |row| row.get(0))?)
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
        .prepare_cached("SELECT json FROM item_source WHERE number = ?1")?
        .query_row([number], |row| row.get(0))?;
    let source: Arc<ItemSource> = Arc::new(serde_json::from_str(&json)?);
    sources.insert(number, Arc::clone(&source));
    Ok(source)
}
