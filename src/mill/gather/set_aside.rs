//! Sources that ended the program when they were read -> failures, so that they rest for a while and
//! the pass that finds them comes to its end.

use super::{Fetcher, journal, opml_lists};
use crate::mill::report::Weight;
use crate::mill::{Error, Failure, Report, log};
use crate::model::{FailureKind, FetchState, Source};
use crate::schedule::{self, VisitFailure, VisitOutcome, VisitSummary};
use crate::store::Arrival;
use chrono::{DateTime, SecondsFormat, Utc};
use std::sync::Arc;

impl Fetcher<'_> {
    /// Notes the failure of each source that a pass was reading when it died.
    pub(super) async fn set_aside(&self, report: &mut Report) -> Result<(), Error> {
        let left = journal::left_behind(&self.config.state);
        if left.is_empty() {
            return Ok(());
        }
        let listed = opml_lists::listed(self.config, self.store).await?;
        let sources: Vec<Arc<Source>> = self.config.sources.iter().cloned().chain(listed).collect();
        let sources: Vec<_> = sources
            .into_iter()
            .filter(|source| left.contains(&source.id))
            .collect();
        let ids = sources.iter().map(|source| source.id.clone()).collect();
        let states = self.store.fetch_states(ids).await?;
        let mut arrivals = Vec::new();
        for (source, state) in sources.iter().zip(states) {
            let state = failed(source, schedule::recall(source, state), self.now);
            let failure = Failure {
                source: source.id.clone(),
                kind: FailureKind::ProgramEnded,
                error: state.last_error.clone().unwrap_or_default(),
                failures: state.failures,
                next_try: state
                    .next_due
                    .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                unreached: false,
                gone: false,
                weight: Weight::News,
            };
            log::failure(source, &failure);
            report.failed.push(failure);
            arrivals.push(Arrival {
                source: source.id.clone(),
                state,
                items: Vec::new(),
                is_whole: false,
                is_backlog: false,
                list: None,
            });
        }
        // Before the notes are removed: a pass that dies in between is remembered.
        self.store.save(arrivals, self.now).await?;
        Ok(())
    }
}

fn failed(source: &Source, state: FetchState, now: DateTime<Utc>) -> FetchState {
    let failure = VisitFailure {
        kind: FailureKind::ProgramEnded,
        error: format!(
            "the program ended while it read this document, so it rests; `feedmill retry {}` reads it at once",
            source.id
        ),
        retry_after: None,
    };
    let summary = VisitSummary {
        outcome: VisitOutcome::Failed(failure),
        moved_to: None,
        fresh_for: None,
        robots: state.robots.clone(),
    };
    schedule::after_visit(source, state, summary, now).0
}
