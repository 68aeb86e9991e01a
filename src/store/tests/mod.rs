//! Each method of the store by itself, in memory. The builders are here; `now` is given.

mod archive;
mod as_published;
mod entries;
mod fetch_states;
mod full_text;
mod html_pages;
mod items;
mod listed;
mod merging;
mod passes;
mod published;
mod retention;
mod schema;
mod streams;
mod versions;

use super::{Arrival, Compared, Decisions, Entry, Merged, NewItem, Store, StoryEntries, Unmerged};
use crate::dedupe::Learned;
use crate::model::{
    EditorsChoice, FetchState, Formats, Ids, Item, ItemSource, Member, Merging, Reason, Rule,
    SourceId, Story, Theme, ThemeId, Why,
};
use crate::normalize::ItemHashes;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

#[test]
fn a_missing_permission_is_named_with_the_next_step() {
    use rusqlite::ffi;
    let told = |code| {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        super::Error::from(error).to_string()
    };
    for code in [ffi::SQLITE_READONLY, ffi::SQLITE_CANTOPEN, ffi::SQLITE_PERM] {
        assert!(
            told(code).contains("this user may not write there"),
            "{code}"
        );
    }
    assert!(told(ffi::SQLITE_FULL).contains("free some space"));
}

/// The moment at which everything happens that is not said to happen earlier or later.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_718_409_600, 0).unwrap()
}

/// So many days after [`now`].
fn day(days: i64) -> DateTime<Utc> {
    now() + TimeDelta::days(days)
}

fn store() -> Store {
    Store::in_memory().unwrap()
}

/// An item of a source, an hour old.
fn item(source: &str, id: &str) -> Item {
    let source = ItemSource {
        id: SourceId::new(source),
        title: format!("Source {source}"),
        ..ItemSource::default()
    };
    Item {
        url: Some(format!("https://example.org/{id}")),
        title: Some(format!("Title of {id}")),
        ..Item::new(id, source.into(), now() - TimeDelta::hours(1))
    }
}

/// An item as a visit hands it over.
fn new_item(item: Item) -> NewItem {
    let hashes = ItemHashes::of(&item);
    NewItem {
        content_hash: hashes.content,
        metadata_hash: hashes.metadata,
        address_is_shared: false,
        compared: Some(Compared {
            fingerprint: vec![7],
            exact: Vec::new(),
        }),
        item,
    }
}

/// What a visit to a source brought.
fn arrival(source: &str, items: Vec<Item>) -> Arrival {
    Arrival {
        source: SourceId::new(source),
        state: FetchState::default(),
        items: items.into_iter().map(new_item).collect(),
        is_whole: true,
        is_backlog: false,
        list: None,
    }
}

/// The items that have no story.
async fn unmerged(store: &Store) -> Vec<Unmerged> {
    let waiting = store.waiting(|_| 0).await.unwrap();
    let numbers = waiting.items.iter().map(|item| item.number).collect();
    store.unmerged(numbers).await.unwrap()
}

/// An item that begins a story.
fn begins(item: u64, story: u64) -> Merged {
    Merged {
        item,
        story,
        why: None,
    }
}

/// Where items belong that were published at a moment, with the same exact keys and keys of similar items.
fn keyed(merged: Vec<Merged>, published: DateTime<Utc>, exact: &[u64], alike: &[u32]) -> Decisions {
    let mut decided = Decisions::default();
    for merged in merged {
        decided.add(merged, published, exact, alike);
    }
    decided
}

/// Where items without keys belong.
fn nothing_learned() -> Learned {
    Learned::Added(Vec::new())
}

fn decided(merged: Vec<Merged>) -> Decisions {
    keyed(merged, now(), &[], &[])
}

/// An item that joins a story.
fn joins(item: u64, story: u64) -> Merged {
    Merged {
        why: Some(Why {
            reason: Reason::SameText,
            score: 1.0,
        }),
        ..begins(item, story)
    }
}

/// A store with so many stories of one item each; item and story have the same number.
async fn stories(count: u64) -> Store {
    let store = store();
    let items = (1..=count).map(|n| item("a", &format!("i{n}"))).collect();
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    let merged = (1..=count).map(|n| begins(n, n)).collect();
    store
        .merge(decided(merged), nothing_learned(), now())
        .await
        .unwrap();
    store
}

/// A store with so many stories, all of them entries of the theme `t`.
async fn entries(count: u64) -> Store {
    let store = stories(count).await;
    enter(&store, "t", &(1..=count).collect::<Vec<_>>()).await;
    store
}

/// Makes stories entries of one theme, each through the item that began it.
async fn enter(store: &Store, theme: &str, stories: &[u64]) {
    let entries = stories.iter().map(|&story| StoryEntries {
        until: None,
        story,
        lead: story,
        themes: vec![(ThemeId::new(theme), story, false)],
    });
    let kept = store.keep_entries(entries.collect(), Vec::new(), now());
    kept.await.unwrap();
}

fn theme(merge: Merging, limit: u32) -> Arc<Theme> {
    Arc::new(Theme {
        id: ThemeId::new("t"),
        title: "T".to_owned(),
        description: None,
        rule: Rule::default(),
        editors_choice: EditorsChoice::default(),
        merge,
        ids: Ids::default(),
        order: crate::model::Order::default(),
        byline: false,
        formats: Formats::default(),
        aliases: Vec::new(),
        limit,
        archive: None,
        per_source: None,
        max_age: None,
        language: "en".to_owned(),
        timezone: crate::date::Tz::UTC,
        image: None,
        rights: None,
        filter: None,
    })
}

/// Hides these items and no others.
async fn hide(store: &Store, items: &[u64]) {
    store.hide_only(items.to_vec(), Vec::new()).await.unwrap();
}

/// The story with this number.
async fn story(store: &Store, number: u64) -> Story {
    store.stories(vec![number]).await.unwrap().remove(0)
}

fn members(story: &Story) -> Vec<u64> {
    story.members.iter().map(|m: &Member| m.number).collect()
}

/// The stories that entries are of.
fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.story).collect()
}

/// Runs SQL that no method runs.
async fn execute(store: &Store, sql: &'static str) -> Result<(), super::Error> {
    store.transact(move |t| Ok(t.execute_batch(sql)?)).await
}
