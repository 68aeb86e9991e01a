//! The runs of filters in one pass, and what is told of them.

use super::FilterOf;
use crate::filter::{self, Error, Failure, Outcome};
use crate::mill::{self, FilterFailure, Report};
use crate::model::{Filter, Item};
use crate::store::Store;
use std::collections::{BTreeMap, HashSet};

/// The filters that ran in a pass.
#[derive(Debug, Default)]
pub(in crate::mill) struct Filters {
    /// Hashes of those that would fail with any items. They are not tried again in this pass: a hundred sources may
    /// have one that hangs.
    broken: HashSet<u64>,
    ran: BTreeMap<FilterOf, Ran>,
}

/// What came of the runs of one filter.
#[derive(Debug, Default)]
struct Ran {
    /// The first failure.
    error: Option<String>,
    /// On how many items it failed.
    items: usize,
    /// It failed on every part of a batch: the next batch is another chance, its parts are not.
    fails_on_all: bool,
}

impl Filters {
    /// Runs a filter over items whose ids differ.
    pub(super) async fn run(&mut self, of: &FilterOf, filter: &Filter, items: &[Item]) -> Outcome {
        let ran = self.ran.entry(of.clone()).or_default();
        let outcome = if self.broken.contains(&filter.hash()) {
            Outcome {
                failed: (0..items.len()).collect(),
                failure: Some(Failure {
                    error: Error::Before,
                    said: None,
                }),
                ..Outcome::default()
            }
        } else {
            // What is read of a program is in its future, and a pass has filters seldom.
            Box::pin(filter::run(filter, items, !ran.fails_on_all)).await
        };
        if let Some(failure) = &outcome.failure {
            if failure.error.is_of_any_input() {
                self.broken.insert(filter.hash());
            }
            ran.fails_on_all |= outcome.passed.is_empty();
            ran.items += outcome.failed.len();
            ran.error.get_or_insert_with(|| failure.to_string());
        }
        outcome
    }

    /// Tells what came of all runs.
    pub(in crate::mill) async fn report(
        self,
        store: &Store,
        report: &mut Report,
    ) -> Result<(), mill::Error> {
        let ran = self.ran.iter();
        let ran = ran.map(|(of, ran)| (of.to_string(), ran.error.is_none()));
        let rows = store.filters_were(ran.collect()).await?;
        for ((of, ran), row) in self.ran.into_iter().zip(rows) {
            match ran.error {
                Some(error) => report.filter_failures.push(FilterFailure {
                    of,
                    error,
                    items: ran.items,
                    failures: row.after,
                }),
                None if row.before >= FilterFailure::THRESHOLD => report.recovered_filters.push(of),
                None => {}
            }
        }
        Ok(())
    }
}
