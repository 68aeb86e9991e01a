//! Items -> the same items, changed or dropped by programs of the user. Those of a source pass before merging, so
//! that what is compared is what is shown; those of a theme when it takes them, for it alone. Each item passes
//! once; the result is stored. Where the program fails its items stay as they are, and are tried again in the next
//! pass.

mod batches;
mod runs;
mod themes;

pub(super) use runs::Filters;
pub(super) use themes::ThemeFilters;

use super::{Error, FilterOf, listed, log};
use crate::config::Config;
use crate::model::{Filter, Source};
use crate::store::Store;
use batches::batches;
use std::sync::Arc;

/// Runs the filters of sources.
pub(super) async fn apply(
    config: &Config,
    store: &Store,
    filters: &mut Filters,
) -> Result<(), Error> {
    let mut sources = config.sources.clone();
    sources.extend(listed(config, store).await?);
    for id in store.filtered_sources().await? {
        // What feeds.toml does not name any more stays as it was shown.
        let is_plain = |source: &Arc<Source>| source.id == id && source.filter.is_none();
        if sources.iter().any(is_plain) {
            store.unfilter(id).await?;
        }
    }
    for source in &sources {
        if let Some(filter) = &source.filter {
            of_source(source, filter, store, filters).await?;
        }
    }
    Ok(())
}

async fn of_source(
    source: &Source,
    filter: &Filter,
    store: &Store,
    filters: &mut Filters,
) -> Result<(), Error> {
    let hash = filter.hash();
    let due = store.filter_due(source.id.clone(), hash).await?;
    for batch in batches(&due, filter.batch, |item| item.bytes) {
        let numbers: Vec<u64> = batch.iter().map(|item| item.number).collect();
        let items = store.own_items(numbers.clone()).await?;
        let of = FilterOf::Source(source.id.clone());
        let outcome = filters.run(&of, filter, &items).await;
        for said in &outcome.said {
            log::filter_said(source, said);
        }
        if let Some(failure) = &outcome.failure {
            log::filter_failed(source, &failure.to_string(), outcome.failed.len());
        }
        let passed = outcome.passed.into_iter();
        let passed = passed.map(|(n, item)| (numbers[n], item)).collect();
        store.keep_filtered(source.id.clone(), hash, passed).await?;
        let failed = outcome.failed.into_iter().map(|n| numbers[n]).collect();
        store.filter_again(source.id.clone(), failed).await?;
    }
    Ok(())
}
