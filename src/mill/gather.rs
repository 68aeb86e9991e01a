//! Due sources -> items in the store. Sources are asked side by side and each document is read as
//! it arrives, on all cores; saving happens in batches, each with the validators its items came
//! with, in one transaction.

use super::visit::{Visited, visit};
use super::{Error, Failure, Options, Progress, Report};
use crate::config::Config;
use crate::model::{Location, Seen, Source};
use crate::net::Client;
use crate::schedule;
use crate::store::{Arrival, Store};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::sync::Arc;

/// Sources that may wait for their host's turn, per request that may be under way: a slow host then
/// holds back only itself.
const WAITING_PER_REQUEST: usize = 4;
/// Items that are gathered before they are saved together.
const BATCH: usize = 2_000;

pub(super) async fn gather(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    report: &mut Report,
) -> Result<(), Error> {
    let due = due(config, store, options, now).await?;
    let over_http =
        |(source, _): &(Arc<Source>, Seen)| matches!(source.location, Location::Http(_));
    let client = due
        .iter()
        .any(over_http)
        .then(|| Client::new(&config.fetch))
        .transpose()?;
    report.asked = due.len();
    progress(Progress::Asking(due.len()));

    let max_body = config.fetch.max_body;
    let mut visits = futures_util::stream::iter(due)
        .map(|(source, seen)| {
            let id = source.id.clone();
            let visit = tokio::spawn(visit(source, seen, client.clone(), max_body, now));
            async move { visit.await.map_err(|_| id) }
        })
        .buffer_unordered(config.fetch.in_flight.saturating_mul(WAITING_PER_REQUEST));

    let mut batch = Batch::default();
    while let Some(visited) = visits.next().await {
        let visited = match visited {
            Ok(visited) => visited,
            // A fault of ours; it must not take the other sources with it, nor go unsaid.
            Err(source) => {
                report.failed.push(Failure::of_ours(source));
                continue;
            }
        };
        progress(Progress::Asked(&visited.source.id));
        visited.tell(report);
        batch.add(visited);
        if batch.items >= BATCH {
            batch.save(store, now, report).await?;
        }
    }
    batch.save(store, now, report).await?;
    // Whoever answered first must not show.
    report.failed.sort_by(|a, b| a.source.cmp(&b.source));
    report.recovered.sort();
    report.odd.sort();
    Ok(())
}

/// The sources to ask, each with what we remember of it. Neighbours in the list are of different
/// hosts where possible, so that no host's queue holds back the others.
async fn due(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
) -> Result<Vec<(Arc<Source>, Seen)>, Error> {
    let mut known = store.sources().await?;
    let mut rounds: HashMap<Option<String>, usize> = HashMap::new();
    let mut due = Vec::new();
    for source in &config.sources {
        let seen = schedule::recall(source, known.remove(&source.id).unwrap_or_default());
        let wanted = options.only.is_empty() || options.only.contains(&source.id);
        let asked_for = options.all || !options.only.is_empty();
        if wanted && schedule::is_due(source, &seen, now, asked_for) {
            let host = match &source.location {
                Location::Http(url) => url.host_str().map(str::to_owned),
                Location::File { .. } => None,
            };
            let round = rounds.entry(host).or_default();
            due.push((*round, Arc::clone(source), seen));
            *round += 1;
        }
    }
    due.sort_by_key(|(round, ..)| *round);
    Ok(due
        .into_iter()
        .map(|(_, source, seen)| (source, seen))
        .collect())
}

/// Visits that wait to be saved together.
#[derive(Default)]
struct Batch {
    arrivals: Vec<Arrival>,
    items: usize,
}

impl Batch {
    fn add(&mut self, visited: Visited) {
        let arrival = visited.into_arrival();
        // A visit without items still costs a row.
        self.items += arrival.items.len().max(1);
        self.arrivals.push(arrival);
    }

    async fn save(
        &mut self,
        store: &Store,
        now: DateTime<Utc>,
        report: &mut Report,
    ) -> Result<(), Error> {
        let saved = store.save(std::mem::take(&mut self.arrivals), now).await?;
        self.items = 0;
        report.new_items += saved.new;
        report.changed_items += saved.changed;
        Ok(())
    }
}
