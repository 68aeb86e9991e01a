//! The table `[stories]` of `feeds.toml` -> stories merged, split and hidden as it says. This runs
//! after merging and before themes are matched, so that a wrong merge is repaired before it is published.

use super::Error;
use crate::config::Config;
use crate::dedupe;
use crate::model::{Decisions, SourceId};
use crate::store::{Named, Store};
use crate::url::comparison_key;
use chrono::{DateTime, Utc};
use url::Url;

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
            // Read again for each pair: the pair before may have moved them.
            let (ones, others) = (
                find_items(store, name).await?,
                find_items(store, other).await?,
            );
            for one in &ones {
                let twin = others.iter().find(|other| other.story == one.story);
                let Some(twin) = twin.filter(|twin| twin.number != one.number) else {
                    continue;
                };
                let order = |item: &Named| (!item.begins, item.number);
                let leaves = if order(one) < order(twin) { twin } else { one };
                store.part(leaves.clone(), now).await?;
            }
        }
    }
    Ok(())
}

/// The items with this name: an item's id, the address of its page, or the id of its story.
pub async fn find_items(store: &Store, name: &str) -> Result<Vec<Named>, Error> {
    let key = |url: &str| Url::parse(url).ok().map(|url| comparison_key(&url));
    let wanted = key(name);
    let mut items = store
        .named(dedupe::keys_of_name(name), name.to_owned())
        .await?;
    let is_story = |item: &Named| item.id == name;
    let is_page = |item: &Named| wanted.is_some() && item.url.as_deref().and_then(key) == wanted;
    if items.iter().any(|item| is_story(item) || is_page(item)) {
        items.retain(|item| is_story(item) || is_page(item));
    }
    Ok(items)
}
