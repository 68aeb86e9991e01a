//! Items as they arrive, before anybody has compared them.

use super::new_item::{KnownItem, NewItem};
use super::{Error, Store, moment, retention, retold, sources};
use crate::model::{FetchState, Item, ItemId, ItemSource, SourceId, Subscription};
use crate::normalize::{self, ItemHashes};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{CachedStatement, OptionalExtension, Transaction};
use std::collections::{HashMap, HashSet};

/// From one request for the page of an item to the next one because the item has changed: as often as a
/// feed is visited by default, however often it changes.
const BETWEEN_REQUESTS: TimeDelta = TimeDelta::hours(1);

/// What one visit brought: validators and items, stored together or not at all, because a
/// validator without its items would lose them to the next 304.
#[derive(Debug)]
pub struct Arrival {
    /// The source.
    pub source: SourceId,
    /// What to remember of it.
    pub state: FetchState,
    /// Its items, in source order; all with one and the same [`ItemSource`].
    pub items: Vec<NewItem>,
    /// These are all items that the source lists: an item that is not among them has left its document.
    pub is_whole: bool,
    /// Nobody knows what the source listed before this visit: items that are new here may be old there.
    pub is_backlog: bool,
    /// The feeds it names, if it is a list that has been read.
    pub list: Option<Vec<Subscription>>,
}

/// What saving did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Items never seen before.
    pub new: usize,
    /// Items that now say something else, and readers are told.
    pub changed: usize,
}

impl Store {
    /// Saves what visits brought, in one transaction.
    pub async fn save(&self, arrivals: Vec<Arrival>, now: DateTime<Utc>) -> Result<Saved, Error> {
        self.transact(move |t| {
            let mut saved = Saved::default();
            for arrival in &arrivals {
                let mut described = None;
                let mut listed = HashSet::new();
                for new in &arrival.items {
                    let number = save_item(t, arrival, new, &mut described, now, &mut saved)?;
                    listed.extend(number);
                }
                if arrival.is_whole {
                    unlist_others(t, &arrival.source, &listed)?;
                }
                if let Some(list) = &arrival.list {
                    sources::keep_list(t, &arrival.source, list)?;
                }
                sources::keep_fetch_state(t, &arrival.source, &arrival.state)?;
            }
            Ok(saved)
        })
        .await
    }

    /// Whether the newest documents of their sources list both items.
    pub async fn are_listed(&self, items: [u64; 2]) -> Result<bool, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT count(*) FROM item WHERE number IN (?1, ?2) AND listed = 1",
            )?;
            let listed: i64 = query.query_row(items.map(u64::cast_signed), |row| row.get(0))?;
            Ok(listed == 2)
        })
        .await
    }

    /// The items that a source lists, as they are known, of those whose hashes can be compared with new ones.
    pub async fn listed_items(&self, source: &SourceId) -> Result<HashSet<KnownItem>, Error> {
        let source = source.clone();
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT id, content_hash, metadata_hash FROM item
                 WHERE source = ?1 AND listed = 1 AND hash_version = ?2",
            )?;
            let known = query.query_map((source.as_str(), ItemHashes::VERSION), |row| {
                Ok(KnownItem {
                    id: row.get(0)?,
                    content_hash: row.get::<_, i64>(1)?.cast_unsigned(),
                    metadata_hash: row.get::<_, i64>(2)?.cast_unsigned(),
                })
            })?;
            Ok(known.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Safe HTML that was made of these items, and by which version, by item.
    pub async fn clean(&self, items: Vec<u64>) -> Result<HashMap<u64, (String, u32)>, Error> {
        if items.is_empty() {
            return Ok(HashMap::new());
        }
        self.transact(move |t| {
            let mut query =
                t.prepare_cached("SELECT html, version FROM safe_html WHERE item = ?1")?;
            let mut clean = HashMap::new();
            for item in items {
                let of_item = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?));
                if let Some(safe) = query.query_row([item.cast_signed()], of_item).optional()? {
                    clean.insert(item, safe);
                }
            }
            Ok(clean)
        })
        .await
    }

    /// Keeps safe HTML.
    /// A store that is only read keeps nothing.
    pub async fn keep_clean(&self, made: Vec<(u64, String)>, version: u32) -> Result<(), Error> {
        if made.is_empty() || !self.writes {
            return Ok(());
        }
        self.transact(move |t| {
            let mut keep =
                t.prepare_cached("INSERT OR REPLACE INTO safe_html VALUES (?1, ?2, ?3)")?;
            for (item, html) in made {
                keep.execute((item.cast_signed(), version, html))?;
            }
            Ok(())
        })
        .await
    }
}

impl Store {
    /// Tells the minor changes that have waited long enough.
    pub async fn tell_minor_changes(&self, now: DateTime<Utc>) -> Result<(), Error> {
        self.transact(move |t| {
            for number in retold::due(t, now)? {
                retold::tell(t, number, &own(t, number)?, now)?;
                note_change(t, number, Some(now))?;
                read_page_again(t, number, now)?;
            }
            Ok(())
        })
        .await
    }
}

/// Notes that a source no longer lists its other items.
fn unlist_others(t: &Transaction, source: &SourceId, listed: &HashSet<i64>) -> Result<(), Error> {
    let mut query = t.prepare_cached("SELECT number FROM item WHERE source = ?1 AND listed = 1")?;
    let rows = query.query_map([source.as_str()], |row| row.get(0))?;
    let before: Vec<i64> = rows.collect::<Result<_, _>>()?;
    let mut unlist = t.prepare_cached("UPDATE item SET listed = 0 WHERE number = ?1")?;
    for number in before.iter().filter(|number| !listed.contains(number)) {
        unlist.execute([number])?;
    }
    Ok(())
}

/// Stores what a document says of an item, and gives the item's number; none if it was deleted long ago.
fn save_item(
    t: &Transaction,
    arrival: &Arrival,
    new: &NewItem,
    described: &mut Option<i64>,
    now: DateTime<Utc>,
    saved: &mut Saved,
) -> Result<Option<i64>, Error> {
    let source = &arrival.source;
    let mut id = new.item.id.as_str().to_owned();
    let mut known = find(t, source, &id)?;
    if let Some(old) = &known
        && let Some(page) = other_page(old, new)
    {
        let other_id = normalize::derived_id(&id, page);
        let other = find(t, source, &other_id)?;
        // What was another item once stays one, however its text comes to be.
        if other.is_some() || is_another(t, old, new)? {
            (id, known) = (other_id, other);
        }
    }
    let Some(old) = known else {
        if retention::was_seen(t, source, &id, new.item.url.as_deref(), now)? {
            return Ok(None);
        }
        saved.new += 1;
        let described = match *described {
            Some(number) => number,
            None => *described.insert(describe(t, &new.item.source)?),
        };
        return insert(t, arrival, &id, described, new, now).map(Some);
    };
    if !old.listed {
        t.prepare_cached("UPDATE item SET listed = 1 WHERE number = ?1")?
            .execute([old.number])?;
    }
    if old.content_hash == new.content_hash && old.metadata_hash == new.metadata_hash {
        note_hashes(t, &old)?;
    } else {
        let is_told = change(t, &old, &id, new, now)?;
        saved.changed += usize::from(is_told);
    }
    Ok(Some(old.number))
}

/// An item as the store knows it.
struct Known {
    number: i64,
    content_hash: u64,
    metadata_hash: u64,
    /// Its hashes were made just now: those in the store are of another version.
    is_rehashed: bool,
    published: DateTime<Utc>,
    url: Option<String>,
    listed: bool,
}

fn find(t: &Transaction, source: &SourceId, id: &str) -> Result<Option<Known>, Error> {
    let mut query = t.prepare_cached(
        "SELECT number, content_hash, metadata_hash, hash_version <> ?3, published, url,
                listed
         FROM item WHERE source = ?1 AND id = ?2",
    )?;
    let known = query.query_row((source.as_str(), id, ItemHashes::VERSION), |row| {
        Ok(Known {
            number: row.get(0)?,
            content_hash: row.get::<_, i64>(1)?.cast_unsigned(),
            metadata_hash: row.get::<_, i64>(2)?.cast_unsigned(),
            is_rehashed: row.get(3)?,
            published: moment(row.get(4)?),
            url: row.get(5)?,
            listed: row.get(6)?,
        })
    });
    let Some(mut known) = known.optional()? else {
        return Ok(None);
    };
    if known.is_rehashed {
        let hashes = ItemHashes::of(&own(t, known.number)?);
        known.content_hash = hashes.content;
        known.metadata_hash = hashes.metadata;
    }
    Ok(Some(known))
}

/// An item as its source gave it, whatever a filter made of it; without its source.
pub(super) fn own(t: &Transaction, number: i64) -> Result<Item, Error> {
    let json: String = t
        .prepare_cached(
            "SELECT ifnull(own, json) FROM body LEFT JOIN filtered ON filtered.item = body.item
             WHERE body.item = ?1",
        )?
        .query_row([number], |row| row.get(0))?;
    Ok(serde_json::from_str(&json)?)
}

/// Keeps hashes that were made just now.
fn note_hashes(t: &Transaction, known: &Known) -> Result<(), Error> {
    if known.is_rehashed {
        t.prepare_cached(
            "UPDATE item SET content_hash = ?2, metadata_hash = ?3, hash_version = ?4
             WHERE number = ?1",
        )?
        .execute((
            known.number,
            known.content_hash.cast_signed(),
            known.metadata_hash.cast_signed(),
            ItemHashes::VERSION,
        ))?;
    }
    Ok(())
}

/// The page of an item, if the known item with its id has another one.
fn other_page<'a>(old: &Known, new: &'a NewItem) -> Option<&'a str> {
    let page = new.item.url.as_deref()?;
    let is_other = old.url.as_deref().is_some_and(|old| old != page);
    is_other.then_some(page)
}

/// Whether the known id of an item with another page now stands on something else.
fn is_another(t: &Transaction, old: &Known, new: &NewItem) -> Result<bool, Error> {
    Ok(old.content_hash != new.content_hash
        && normalize::is_another(&own(t, old.number)?, &new.item))
}

fn insert(
    t: &Transaction,
    arrival: &Arrival,
    id: &str,
    described: i64,
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    t.prepare_cached(
        "INSERT INTO item (source, id, url, item_source, published, first_seen,
                           content_hash, metadata_hash, hash_version, listed, backlog)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10)",
    )?
    .execute((
        arrival.source.as_str(),
        id,
        &new.item.url,
        described,
        new.item.date_published.timestamp(),
        now.timestamp(),
        new.content_hash.cast_signed(),
        new.metadata_hash.cast_signed(),
        ItemHashes::VERSION,
        arrival.is_backlog,
    ))?;
    let number = t.last_insert_rowid();
    let compared = new.compared();
    let json = if new.item.id.as_str() == id {
        serde_json::to_string(&new.item)?
    } else {
        serde_json::to_string(&Item {
            id: ItemId::new(id),
            ..new.item.clone()
        })?
    };
    t.prepare_cached("INSERT INTO body VALUES (?1, ?2, ?3)")?
        .execute((number, &compared.fingerprint, json))?;
    Ok(number)
}

/// What a source now says otherwise. The item keeps its date and its story; the story notes that it
/// has changed, if that is news, and, if a reader sees it and this item speaks for it, when. Gives
/// whether readers are told.
fn change(
    t: &Transaction,
    old: &Known,
    id: &str,
    new: &NewItem,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let item = Item {
        id: ItemId::new(id),
        date_published: old.published,
        ..new.item.clone()
    };
    let before = own(t, old.number)?;
    let compared = new.compared();
    t.prepare_cached(
        "UPDATE item SET content_hash = ?2, metadata_hash = ?3, hash_version = ?4, url = ?5
         WHERE number = ?1",
    )?
    .execute((
        old.number,
        new.content_hash.cast_signed(),
        new.metadata_hash.cast_signed(),
        ItemHashes::VERSION,
        &item.url,
    ))?;
    t.prepare_cached(
        "UPDATE item SET merge_due = 1 WHERE number = ?1 AND story IS NOT NULL
         AND (SELECT fingerprint FROM body WHERE item = ?1) <> ?2",
    )?
    .execute((old.number, &compared.fingerprint))?;
    t.prepare_cached("UPDATE body SET fingerprint = ?2, json = ?3 WHERE item = ?1")?
        .execute((
            old.number,
            &compared.fingerprint,
            serde_json::to_string(&item)?,
        ))?;
    t.prepare_cached("DELETE FROM safe_html WHERE item = ?1")?
        .execute([old.number])?;
    // It is to be filtered again. What a filter dropped stays so until then.
    t.prepare_cached("UPDATE filtered SET filter = 0, own = NULL WHERE item = ?1")?
        .execute([old.number])?;
    let is_told = old.content_hash != new.content_hash
        && retold::is_told(t, old.number, (&before, &item), now)?;
    let modified = is_told.then(|| {
        item.date_modified
            .map_or(now, |at| at.min(now))
            .max(old.published)
    });
    if is_told || old.metadata_hash != new.metadata_hash {
        note_change(t, old.number, modified)?;
    }
    if is_told {
        read_page_again(t, old.number, now)?;
    }
    add_keys(t, old.number, &compared.exact)?;
    Ok(is_told)
}

/// The page of an item whose article was read is read again (`full_text`).
fn read_page_again(t: &Transaction, item: i64, now: DateTime<Utc>) -> Result<(), Error> {
    t.prepare_cached(
        "UPDATE full_text SET tries = 0, try_at = max(?2, asked_at + ?3) WHERE item = ?1",
    )?
    .execute((item, now.timestamp(), BETWEEN_REQUESTS.num_seconds()))?;
    Ok(())
}

/// The story of an item has changed, and where the item speaks for it, readers see that since a moment.
pub(super) fn note_change(
    t: &Transaction,
    item: i64,
    seen_since: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    t.prepare_cached(
        "UPDATE story SET rev = rev + 1, entries_due = 1,
             changed = iif(lead = ?1, nullif(max(ifnull(changed, 0), ifnull(?2, 0)), 0), changed)
         WHERE number = (SELECT story FROM item WHERE number = ?1)",
    )?
    .execute((item, seen_since.map(|at| at.timestamp())))?;
    Ok(())
}

pub(super) fn add_keys(t: &Transaction, item: i64, keys: &[u64]) -> Result<(), Error> {
    let mut add = key_adder(t)?;
    for key in keys {
        add.execute((key.cast_signed(), item))?;
    }
    Ok(())
}

/// Adds a key that only the same item shares, and the item.
pub(super) fn key_adder<'t>(t: &'t Transaction) -> Result<CachedStatement<'t>, Error> {
    Ok(t.prepare_cached("INSERT OR IGNORE INTO exact_key VALUES (?1, ?2)")?)
}

/// The number of a source as it describes itself now.
fn describe(t: &Transaction, source: &ItemSource) -> Result<i64, Error> {
    let json = serde_json::to_string(source)?;
    t.prepare_cached("INSERT OR IGNORE INTO item_source (json) VALUES (?1)")?
        .execute([&json])?;
    Ok(
        t.prepare_cached("SELECT number FROM item_source WHERE json = ?1")?
            .query_row([&json], |row| row.get(0))?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Compared;
    use crate::store::migrate;
    use std::path::Path;

    /// An item as version 7 of the store kept it, in a story, with hashes of which nothing is known.
    const OF_VERSION_7: &str = r#"
        INSERT INTO described VALUES (1, '{"id":"a","title":"A","feed_id":"https://a.example/feed"}');
        INSERT INTO item (number, source, id, url, described, published, first_seen, seen, rest, story)
        VALUES (1, 'a', 'https://a.example/1', 'https://a.example/1', 1, 1718355600, 1718409600, 7, 8, NULL);
        INSERT INTO body VALUES (1, x'00', '{"id":"https://a.example/1","url":"https://a.example/1","title":"Council agrees   \"at last\"","content_html":{"html":"<p>It\u0027s <b>done</b>.","base":"https://a.example/1"},"date_published":"2024-06-14T09:00:00Z","date_precision":"exact","authors":[{"name":"Ann"}],"tags":["Budget"],"language":"en","attachments":[{"url":"https://a.example/1.mp3","mime_type":"audio/mpeg","size_in_bytes":5}]}');
        INSERT INTO story (number, id, published, url, lead, first_seen, unfiled)
        VALUES (1, 'https://a.example/1', 1718355600, 'https://a.example/1', 1, 1718409600, 0);
        UPDATE item SET story = 1;
        INSERT INTO clean VALUES (1, 2, '<p>It''s <b>done</b>.</p>');
    "#;

    fn store() -> Store {
        let connection = migrate::of_version(7);
        connection.execute_batch(OF_VERSION_7).unwrap();
        Store::prepare(connection, Path::new("x.db")).unwrap()
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_500_000, 0).unwrap()
    }

    /// The stored item.
    async fn stored(store: &Store) -> Item {
        let load = |t: &Transaction| own(t, 1);
        store.transact(load).await.unwrap()
    }

    /// What a visit does that finds this item.
    async fn save(store: &Store, item: Item) -> Saved {
        let hashes = ItemHashes::of(&item);
        let new = NewItem {
            content_hash: hashes.content,
            metadata_hash: hashes.metadata,
            address_is_shared: false,
            compared: Some(Compared {
                fingerprint: vec![1],
                exact: Vec::new(),
            }),
            item,
        };
        let arrival = Arrival {
            source: SourceId::new("a"),
            state: FetchState::default(),
            items: vec![new],
            is_whole: true,
            is_backlog: false,
            list: None,
        };
        store.save(vec![arrival], now()).await.unwrap()
    }

    /// The story's count of changes, the date of the last, and whether it has to be filed again.
    async fn story(store: &Store) -> (i64, Option<i64>, bool) {
        let load = |t: &Transaction| {
            let columns = "SELECT rev, changed, entries_due FROM story";
            Ok(t.query_row(columns, [], |row| row.try_into())?)
        };
        store.transact(load).await.unwrap()
    }

    /// The hashes of the item, with their version.
    async fn hashes(store: &Store) -> (ItemHashes, u32) {
        let load = |t: &Transaction| {
            let columns = "SELECT content_hash, metadata_hash, hash_version FROM item";
            Ok(t.query_row(columns, [], |row| {
                let hashes = ItemHashes {
                    content: row.get::<_, i64>(0)?.cast_unsigned(),
                    metadata: row.get::<_, i64>(1)?.cast_unsigned(),
                };
                Ok((hashes, row.get(2)?))
            })?)
        };
        store.transact(load).await.unwrap()
    }

    #[tokio::test]
    async fn an_item_of_an_older_store_that_stays_as_it_was_has_not_changed() {
        let store = store();
        let item = stored(&store).await;
        assert_eq!(hashes(&store).await.1, 0);
        for _ in 0..2 {
            assert_eq!(save(&store, item.clone()).await, Saved::default());
            assert_eq!(story(&store).await, (0, None, false));
            let now = (ItemHashes::of(&item), ItemHashes::VERSION);
            assert_eq!(hashes(&store).await, now);
        }
        let clean = store.clean(vec![1]).await.unwrap().remove(&1);
        assert!(clean.is_some(), "its safe HTML stays");
    }

    #[tokio::test]
    async fn an_item_of_an_older_store_that_has_changed_is_noticed() {
        let store = store();
        let mut item = stored(&store).await;
        item.title = Some("Council agrees".to_owned());
        let changed = Saved { new: 0, changed: 1 };
        assert_eq!(save(&store, item.clone()).await, changed);
        assert_eq!(stored(&store).await.title, item.title);
        assert_eq!(story(&store).await, (1, Some(now().timestamp()), true));
        let after = (ItemHashes::of(&item), ItemHashes::VERSION);
        assert_eq!(hashes(&store).await, after);
    }

    #[tokio::test]
    async fn other_metadata_of_an_item_of_an_older_store_file_it_again_and_nothing_more() {
        let store = store();
        let mut item = stored(&store).await;
        item.tags.push("Bridges".to_owned());
        assert_eq!(save(&store, item).await, Saved::default());
        assert_eq!(story(&store).await, (1, None, true));
    }

    #[tokio::test]
    async fn an_id_of_an_older_store_that_stands_on_another_item_is_another_item() {
        let store = store();
        let mut item = stored(&store).await;
        item.title = Some("Harbour closes".to_owned());
        item.url = Some("https://a.example/2".to_owned());
        item.date_published = now();
        item.content_html = None;
        let new = Saved { new: 1, changed: 0 };
        assert_eq!(save(&store, item).await, new);
        assert_eq!(story(&store).await, (0, None, false));
    }
}
