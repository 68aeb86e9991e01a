//! What is known of sources: what is remembered of each between visits, what is kept of its items, the hosts that
//! wait, the feeds of lists.

mod fetch_state;

use super::{Error, Store, moment};
use crate::model::{ItemSource, SourceId, Subscription};
use chrono::{DateTime, Utc};
pub(super) use fetch_state::keep_fetch_state;
use rusqlite::Transaction;
use std::collections::{BTreeMap, HashMap};

/// What is kept of a source's items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holding {
    /// How many.
    pub items: u64,
    /// When the last new one arrived.
    pub last_new: Option<DateTime<Utc>>,
    /// The source's title, as its newest item remembers it.
    pub title: Option<String>,
    /// Its site, likewise.
    pub home_page_url: Option<String>,
}

impl Store {
    /// What is kept of every source.
    pub async fn holdings(&self) -> Result<HashMap<SourceId, Holding>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                // Counted in an index: of each source, the row of one item is read.
                "SELECT item.source, items, first_seen, json FROM
                 (SELECT source, count(*) AS items, max(number) AS newest FROM item GROUP BY source) held
                 JOIN item ON item.number = held.newest
                 JOIN item_source ON item_source.number = item.item_source",
            )?;
            let mut rows = query.query([])?;
            let mut holdings = HashMap::new();
            while let Some(row) = rows.next()? {
                let described: ItemSource =
                    serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or_default())?;
                let holding = Holding {
                    items: row.get::<_, i64>(1)?.cast_unsigned(),
                    last_new: Some(moment(row.get(2)?)),
                    title: Some(described.title).filter(|title| !title.is_empty()),
                    home_page_url: described.home_page_url,
                };
                holdings.insert(SourceId::new(row.get::<_, String>(0)?), holding);
            }
            Ok(holdings)
        })
        .await
    }
}

impl Store {
    /// The hosts that asked to be left alone, and until when.
    pub async fn held_hosts(&self) -> Result<BTreeMap<String, DateTime<Utc>>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT value FROM meta WHERE key = 'held_hosts'")?;
            let mut rows = query.query([])?;
            match rows.next()? {
                Some(row) => Ok(serde_json::from_str(
                    row.get_ref(0)?.as_str().unwrap_or_default(),
                )?),
                None => Ok(BTreeMap::new()),
            }
        })
        .await
    }

    /// Keeps them for the passes to come.
    pub async fn keep_held_hosts(
        &self,
        held: BTreeMap<String, DateTime<Utc>>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            t.prepare_cached("INSERT OR REPLACE INTO meta VALUES ('held_hosts', ?1)")?
                .execute([serde_json::to_string(&held)?])?;
            Ok(())
        })
        .await
    }
}

impl Store {
    /// The feeds that each list named when it was last read.
    pub async fn lists(&self) -> Result<HashMap<SourceId, Vec<Subscription>>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT source, json FROM opml_list")?;
            let mut rows = query.query([])?;
            let mut lists = HashMap::new();
            while let Some(row) = rows.next()? {
                let id: String = row.get(0)?;
                let json = row.get_ref(1)?.as_str().unwrap_or_default();
                lists.insert(SourceId::new(id), serde_json::from_str(json)?);
            }
            Ok(lists)
        })
        .await
    }
}

pub(super) fn keep_list(
    t: &Transaction,
    id: &SourceId,
    list: &[Subscription],
) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO opml_list VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET json = excluded.json",
    )?
    .execute((id.as_str(), serde_json::to_string(list)?))?;
    Ok(())
}
