//! The table `[stories]` of `feeds.toml` -> stories merged, split and hidden as it says. This runs
//! after merging and before themes are matched, so that a wrong merge is repaired before it is published.

use super::Error;
use crate::config::Config;
use crate::dedupe;
use crate::model::{Decisions, SourceId};
use crate::store::{Named, Store};
use crate::url::{canonical, comparison_key, host, is_web};
use chrono::{DateTime, Utc};
use url::{Position, Url};

pub(super) async fn apply(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<(), Error> {
    let Decisions { merge, apart, hide } = &config.decisions;
    let mut merged = Vec::new();
    for group in merge {
        let mut items = Vec::new();
        for name in group {
            items.extend(find_items(store, name).await?);
        }
        let mut stories: Vec<u64> = items.iter().map(|item| item.story).collect();
        stories.sort_unstable();
        stories.dedup();
        if stories.len() > 1 {
            store.fuse(stories).await?;
        }
        merged.extend(items.into_iter().map(|item| item.number));
    }
    // Items that were merged by a line that was removed are split off again.
    for item in store.joined_by_hand().await? {
        if !merged.contains(&item.number) {
            store.part(item, now).await?;
        }
    }
    for group in apart {
        keep_apart(store, group, now).await?;
    }
    let (mut hidden, mut sources) = (Vec::new(), Vec::new());
    for name in hide {
        // `feeds.toml` is checked: a name that is not a URI is the key of a source.
        if name.contains(':') {
            hidden.extend(
                find_items(store, name)
                    .await?
                    .into_iter()
                    .map(|item| item.number),
            );
        } else {
            sources.push(SourceId::new(name));
        }
    }
    if !sources.is_empty() {
        let listed = super::listed(config, store).await?;
        let is_hidden = |id: &SourceId| hide.iter().any(|name| name == id.table());
        let listed = listed.iter().map(|source| source.id.clone());
        sources.extend(listed.filter(is_hidden));
    }
    store.hide_only(hidden, sources).await?;
    Ok(())
}

/// If two of the items are in one story, the one that is not its first item leaves it; if neither is,
/// the later one.
async fn keep_apart(store: &Store, group: &[String], now: DateTime<Utc>) -> Result<(), Error> {
    for (n, name) in group.iter().enumerate() {
        for other in &group[n + 1..] {
            // Read again each time: the item that left has another story now.
            while let Some(item) = one_too_many(store, name, other).await? {
                store.part(item, now).await?;
            }
        }
    }
    Ok(())
}

/// Of two names, an item that is in one story with an item of the other name and has to leave it.
async fn one_too_many(store: &Store, name: &str, other: &str) -> Result<Option<Named>, Error> {
    let ones = find_items(store, name).await?;
    let others = find_items(store, other).await?;
    let order = |item: &Named| (!item.begins, item.number);
    let leaves = ones.iter().find_map(|one| {
        let is_twin = |other: &&Named| other.story == one.story && other.number != one.number;
        let twin = others.iter().find(is_twin)?;
        Some(if order(one) < order(twin) { twin } else { one })
    });
    Ok(leaves.cloned())
}

/// The items with this name: an item's id, the address of its page, or the id of its story. They are
/// the items with exactly this id or address, fragment included; without such, those of the same page.
pub async fn find_items(store: &Store, name: &str) -> Result<Vec<Named>, Error> {
    let keys = dedupe::keys_of_name(name);
    let without_key = keys.is_empty();
    let mut items = store.named(keys, name.to_owned()).await?;
    if without_key {
        items.extend(store.at_addresses(spellings(name)).await?);
        items.sort_by_key(|item| item.number);
        items.dedup();
    }
    let page = |address: &str| Some(comparison_key(&Url::parse(address).ok()?));
    let place = |address: &str| {
        let url = canonical(&Url::parse(address).ok()?);
        Some((comparison_key(&url), url.fragment().map(str::to_owned)))
    };
    let is_named = |item: &Named| item.id == name || is_same(name, item.url.as_deref(), place);
    let is_page = |item: &Named| is_same(name, item.url.as_deref(), page);
    if items.iter().any(is_named) {
        items.retain(is_named);
    } else if items.iter().any(is_page) {
        items.retain(is_page);
    }
    Ok(items)
}

/// Whether a name and an item's address are equal in what is made of both.
fn is_same<T: PartialEq>(name: &str, url: Option<&str>, of: impl Fn(&str) -> Option<T>) -> bool {
    let url = url.and_then(&of);
    url.is_some() && url == of(name)
}

/// How items may write an address: a front page has no key, because many items may name it.
fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned()];
    if let Ok(url) = Url::parse(name)
        && is_web(&url)
        && let Some(host) = host(&url)
    {
        let rest = &url[Position::AfterHost..];
        for scheme in ["https", "http"] {
            for www in ["", "www."] {
                spellings.push(format!("{scheme}://{www}{host}{rest}"));
            }
        }
    }
    spellings
}
