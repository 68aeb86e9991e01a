//! Items of sources with a `filter` -> the same items, changed or dropped by a program of the user. This runs
//! before merging, so that what is compared is what is shown. Each item passes once; the result is stored. Where
//! the program fails its items stay as they are, and are tried again in the next pass.

use super::{Error, FilterFailure, Report, listed, log};
use crate::config::Config;
use crate::filter::{self, Limits};
use crate::model::{Filter, Source};
use crate::store::{Store, Unfiltered};
use std::collections::HashSet;
use std::sync::Arc;

/// Items that a filter is given at once: a page of a feed.
const MAX_ITEMS: usize = 50;
/// Bytes of items that it is given at once, unless one has more.
const MAX_BYTES: usize = 1 << 20;

pub(super) async fn apply(
    config: &Config,
    store: &Store,
    report: &mut Report,
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
    // What would fail with any items is not tried again in this pass: there may be a hundred sources that hang.
    let mut broken = HashSet::new();
    for source in &sources {
        if let Some(filter) = &source.filter {
            of_source(source, filter, store, (&mut broken, report)).await?;
        }
    }
    report
        .filter_failures
        .sort_by(|a, b| a.source.cmp(&b.source));
    Ok(())
}

async fn of_source(
    source: &Source,
    filter: &Filter,
    store: &Store,
    (broken, report): (&mut HashSet<u64>, &mut Report),
) -> Result<(), Error> {
    let hash = filter.hash();
    let due = store.filter_due(source.id.clone(), hash).await?;
    let (mut failed, mut why) = (0, None);
    let mut halves = true;
    for batch in batches(&due) {
        let numbers: Vec<u64> = batch.iter().map(|item| item.number).collect();
        let (again, error) = if broken.contains(&hash) {
            (numbers, Some("it failed before in this pass".to_owned()))
        } else {
            let items = store.own_items(numbers.clone()).await?;
            let outcome = filter::run(filter, &items, Limits::default(), halves).await;
            for said in &outcome.said {
                log::filter_said(source, said);
            }
            if outcome
                .failure
                .as_ref()
                .is_some_and(|f| f.error.is_of_any_input())
            {
                broken.insert(hash);
            }
            // It fails on everything, as far as one can tell: each batch is another chance, its parts are not.
            halves &= outcome.failure.is_none() || !outcome.passed.is_empty();
            let passed = outcome.passed.into_iter();
            let passed = passed.map(|(n, item)| (numbers[n], item)).collect();
            store.keep_filtered(source.id.clone(), hash, passed).await?;
            let again = outcome.failed.into_iter().map(|n| numbers[n]).collect();
            (again, outcome.failure.map(|failure| failure.to_string()))
        };
        failed += again.len();
        store.filter_again(source.id.clone(), again).await?;
        why = why.or(error);
    }
    if let Some(error) = why {
        let failure = FilterFailure {
            source: source.id.clone(),
            error,
            items: failed,
        };
        log::filter_failed(source, &failure);
        report.filter_failures.push(failure);
    }
    Ok(())
}

fn batches(due: &[Unfiltered]) -> Vec<&[Unfiltered]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (n, item) in due.iter().enumerate() {
        if n > start && (n - start == MAX_ITEMS || bytes + item.bytes > MAX_BYTES) {
            batches.push(&due[start..n]);
            (start, bytes) = (n, 0);
        }
        bytes += item.bytes;
    }
    if start < due.len() {
        batches.push(&due[start..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_and_lose_nothing() {
        let sizes = |sizes: &[usize]| {
            let due = (0..).zip(sizes);
            let due: Vec<_> = due
                .map(|(number, &bytes)| Unfiltered { number, bytes })
                .collect();
            batches(&due).iter().map(|b| b.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&[9; 120]), [50, 50, 20]);
        assert_eq!(sizes(&[MAX_BYTES / 2; 5]), [2, 2, 1]);
        assert_eq!(sizes(&[MAX_BYTES * 3, 1, MAX_BYTES * 2]), [1, 1, 1]);
    }
}
