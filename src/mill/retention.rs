//! Stories that are older than `keep`, that no edition and no archive document shows and no source lists ->
//! deleted, with their pages. So a store and an output folder do not grow for ever.

use super::publish::compress;
use super::{Error, Report, decisions, gather};
use crate::config::Config;
use crate::model::{Decisions, Encoding};
use crate::output;
use crate::store::{Protected, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// Stories that one pass deletes, in some seconds. The next one goes on.
const MOST: usize = 20_000;

pub(super) async fn apply(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    let keep = config.keep.and_then(|keep| TimeDelta::from_std(keep).ok());
    let Some(keep) = keep else {
        return Ok(());
    };
    let Some(before) = store.old_before(keep, now).await? else {
        return Ok(());
    };
    let protected = Arc::new(protected(config, store, now).await?);
    let copies = compress::encodings(config, store).await?;
    let mut after = 0;
    loop {
        let swept = store.sweep(before, Arc::clone(&protected), after).await?;
        if !swept.old.is_empty() {
            // First the files: of what is in the store, the pass after a crash knows that it goes.
            remove_pages(config, store, &swept.old, &copies, report).await?;
            report.old_stories += swept.old.len();
            store.delete_stories(swept.old, now).await?;
        }
        match swept.last {
            Some(last) if report.old_stories < MOST => after = last,
            Some(_) => return Ok(()),
            None => break,
        }
    }
    Ok(store.finish_sweep(before, report.old_stories > 0).await?)
}

async fn remove_pages(
    config: &Config,
    store: &Store,
    stories: &[u64],
    copies: &[Encoding],
    report: &mut Report,
) -> Result<(), Error> {
    let paths = store.paths_of(stories.to_vec()).await?.into_values();
    let with_copies = |path: String| {
        let copies = copies.iter().map(|encoding| encoding.name_of(&path));
        let mut names: Vec<_> = copies.collect();
        names.push(path);
        names
    };
    let names: Vec<_> = paths.flat_map(with_copies).collect();
    report
        .removed
        .extend(output::remove(&config.output, &names)?);
    Ok(())
}

/// What stays however old it is: what editions show, what sources list, what a person decided about.
async fn protected(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<Protected, Error> {
    let mut protected = Protected::default();
    let own = config.sources.iter().map(|source| source.id.clone());
    protected.sources.extend(own);
    let listed = gather::listed(config, store).await?;
    let listed = listed.iter().map(|source| source.id.clone());
    protected.sources.extend(listed);
    let entries = store.entries(config.themes.clone(), now).await?;
    let shown = entries.iter().flat_map(|standing| &standing.entries);
    let shown = shown.map(|entry| entry.story);
    protected.stories.extend(shown);
    for name in named(config) {
        let items = decisions::find_items(store, name).await?;
        let stories = items.iter().map(|item| item.story);
        protected.stories.extend(stories);
    }
    Ok(protected)
}

/// The items that `feeds.toml` names.
fn named(config: &Config) -> Vec<&String> {
    let Decisions { merge, apart, hide } = &config.decisions;
    // A name that is not a URI is the key of a source.
    let hidden = hide.iter().filter(|name| name.contains(':'));
    let themes = config.themes.iter();
    let pins = themes.flat_map(|theme| &theme.editors_choice.pins);
    let groups = merge.iter().chain(apart).flatten();
    groups.chain(hidden).chain(pins).collect()
}
