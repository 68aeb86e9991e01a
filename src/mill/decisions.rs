//! What a person said in `[stories]` of `feeds.toml` -> stories as they are meant to be. It comes
//! after merging and before filing, so that nobody sees what is to be mended.

use super::Error;
use crate::config::Config;
use crate::dedupe;
use crate::model::{Decisions, SourceId};
use crate::store::{Named, Store};
use crate::url::comparison_key;
use chrono::{DateTime, Utc};
use url::Url;

pub(super) async fn decide(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Decisions { merge, apart, hide } = &config.decisions;
    let mut meant = Vec::new();
    for group in merge {
        let mut items = Vec::new();
        for name in group {
            items.extend(named(store, name).await?);
        }
        let mut stories: Vec<u64> = items.iter().map(|item| item.story).collect();
        stories.sort_unstable();
        stories.dedup();
        if stories.len() > 1 {
            store.fuse(stories).await?;
        }
        meant.extend(items.into_iter().map(|item| item.number));
    }
    // What was merged by a line that is no longer there is parted again.
    for item in store.joined_by_hand().await? {
        if !meant.contains(&item.number) {
            store.part(item, now).await?;
        }
    }
    for group in apart {
        keep_apart(store, group, now).await?;
    }
    let (mut hidden, mut sources) = (Vec::new(), Vec::new());
    for name in hide {
        // `feeds.toml` is checked: what is no address and no URI is the key of a source.
        if name.contains(':') {
            hidden.extend(
                named(store, name)
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

/// Of two that stand in one story the one leaves it that did not begin it, of two such the later.
async fn keep_apart(store: &Store, group: &[String], now: DateTime<Utc>) -> Result<(), Error> {
    for (n, name) in group.iter().enumerate() {
        for other in &group[n + 1..] {
            // Asked anew each time: the pair before may have moved them.
            let (ones, others) = (named(store, name).await?, named(store, other).await?);
            for one in &ones {
                let twin = others.iter().find(|other| other.story == one.story);
                let Some(twin) = twin.filter(|twin| twin.number != one.number) else {
                    continue;
                };
                let place = |item: &Named| (!item.begins, item.number);
                let leaves = if place(one) < place(twin) { twin } else { one };
                store.part(leaves.clone(), now).await?;
            }
        }
    }
    Ok(())
}

/// The items that a person means: by id, by the address of their page, or by their story's id.
pub async fn named(store: &Store, name: &str) -> Result<Vec<Named>, Error> {
    let page = |url: &str| Url::parse(url).ok().map(|url| comparison_key(&url));
    let meant = page(name);
    let mut items = store
        .named(dedupe::keys_of_name(name), name.to_owned())
        .await?;
    let is_story = |item: &Named| item.id == name;
    let is_page = |item: &Named| meant.is_some() && item.url.as_deref().and_then(page) == meant;
    if items.iter().any(|item| is_story(item) || is_page(item)) {
        items.retain(|item| is_story(item) || is_page(item));
    }
    Ok(items)
}
