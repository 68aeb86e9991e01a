//! Due sources -> items in the store. Sources are fetched concurrently and each document is read when
//! it arrives, on all cores. Items are saved in batches; the validators of a document are saved in the
//! same transaction as its items.

pub(super) mod document;
mod journal;
mod next_pages;
pub(super) mod opml_lists;
mod set_aside;
pub(super) mod visit;

pub use opml_lists::listed;

use super::recall::Recall;
use super::{Error, Failure, Options, Progress, Report, log};
use crate::config::Config;
use crate::model::{FetchState, Location, Source};
use crate::net::Client;
use crate::schedule;
use crate::store::{self, Arrival, Saved, Store};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use journal::Journal;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant, timeout};
use visit::{Turn, Visited, visit};

/// Sources that may wait for their host, per request that may be in flight: a slow host then delays
/// only its own sources.
const WAITING_PER_REQUEST: usize = 4;
/// Sources whose fetch states are read with one query.
const STATES_PER_QUERY: usize = 256;
/// Items that are saved together.
const BATCH: usize = 2_000;
/// A visit counts as at least so many items of a batch: without items it still costs a row.
const MIN_ITEMS_OF_VISIT: usize = 8;
/// The longest time that a visit waits to be saved: if a pass dies, few visits are lost.
const SAVE_AFTER: Duration = Duration::from_secs(2);
/// Large documents that are held at the same time, until their items are saved: a hundred endless
/// documents then need as much memory as one.
const MAX_LARGE: usize = 1;

pub(super) async fn gather(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    report: &mut Report,
) -> Result<(), Error> {
    let fetcher = Fetcher {
        config,
        store,
        options,
        now,
        progress,
        recall: Recall::new(&config.fetch),
        client: OnceLock::new(),
    };
    fetcher.set_aside(report).await?;
    let journal = Journal::begin(&config.state);
    let sources = config.sources.iter().cloned();
    let (lists, mut sources): (Vec<_>, Vec<_>) = sources.partition(|s| opml_lists::is_list(s));
    if !lists.is_empty() {
        // First, so that what they name is fetched in the same pass.
        fetcher.fetch(lists, &journal, report).await?;
        sources.extend(opml_lists::listed(config, store).await?);
    }
    fetcher.fetch(sources, &journal, report).await?;
    // The report must not depend on which source answered first.
    report.failed.sort_by(|a, b| a.source.cmp(&b.source));
    report.recovered.sort();
    report.odd.sort();
    Ok(())
}

/// What fetching needs.
struct Fetcher<'a> {
    config: &'a Config,
    store: &'a Store,
    options: &'a Options,
    now: DateTime<Utc>,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    recall: Recall,
    /// Made when the first source is fetched over HTTP; it knows when each host had its last request.
    client: OnceLock<Client>,
}

/// A source that is due, with its fetch state.
type Due = (Arc<Source>, FetchState);

impl Fetcher<'_> {
    /// Fetches the sources that are due. A fetch state is read just before its source is fetched, so
    /// memory does not grow with the number of sources.
    async fn fetch(
        &self,
        sources: Vec<Arc<Source>>,
        journal: &Journal,
        report: &mut Report,
    ) -> Result<(), Error> {
        let sources = alternate_hosts(self.selected(sources));
        (self.progress)(Progress::Sources(sources.len()));
        let (limits, now) = (&self.config.fetch, self.now);
        let large = Arc::new(Semaphore::new(MAX_LARGE));
        // Boxed: without it, the type of a pass gets too large for the compiler when a caller spawns it.
        let mut visits = stream::iter(sources)
            .chunks(STATES_PER_QUERY)
            .then(|some| self.due(some))
            .map_ok(|due| stream::iter(due).map(Ok::<_, Error>))
            .try_flatten()
            .map_ok(|(source, state)| {
                let id = source.id.clone();
                (self.progress)(Progress::SourceBegun(&id));
                let (client, large) = (self.client.get().cloned(), Arc::clone(&large));
                let fetching = (client, limits.max_body, now, journal.pen());
                let visit = visit(source, state, fetching, large);
                let visit = tokio::spawn(visit);
                async move { Ok(visit.await.map_err(|_| id)) }
            })
            .try_buffer_unordered(limits.in_flight.saturating_mul(WAITING_PER_REQUEST))
            .boxed();

        let mut batch = Batch::new(self.store.clone(), now);
        loop {
            let Ok(next) = timeout(SAVE_AFTER, visits.next()).await else {
                // No source answered in time; save what waits.
                batch.save(report).await?;
                continue;
            };
            let Some(visited) = next.transpose()? else {
                break;
            };
            report.asked += 1;
            match visited {
                Ok(visited) => {
                    (self.progress)(Progress::SourceDone(&visited.source.id));
                    let failed = report.failed.len();
                    visited.tell(report);
                    if let Some(failure) = report.failed.get(failed) {
                        log::failure(&visited.source, failure);
                    }
                    batch.add(visited);
                }
                // A bug of feedmill. It is reported, and does not stop the other sources.
                Err(source) => {
                    (self.progress)(Progress::SourceDone(&source));
                    report.failed.push(Failure::of_ours(source));
                }
            }
            if batch.is_full() {
                batch.save(report).await?;
            }
        }
        batch.save(report).await?;
        batch.finish(report).await
    }

    /// The sources that `--only` selects; all without it.
    fn selected(&self, mut sources: Vec<Arc<Source>>) -> Vec<Arc<Source>> {
        if !self.options.only.is_empty() {
            sources.retain(|source| self.is_named(source));
        }
        sources
    }

    fn is_named(&self, source: &Source) -> bool {
        let mut only = self.options.only.iter();
        only.any(|id| *id == source.id || id.as_str() == source.id.table())
    }

    /// Those of some sources that are fetched now.
    async fn due(&self, sources: Vec<Arc<Source>>) -> Result<Vec<Due>, Error> {
        let ids = sources.iter().map(|source| source.id.clone()).collect();
        let states = self.store.fetch_states(ids).await?;
        let mut due = Vec::new();
        for (source, state) in sources.into_iter().zip(states) {
            let state = self.recall.state(&source, state);
            let all = self.options.all || self.is_named(&source);
            if schedule::is_due(&source, &state, self.now, all) {
                due.push((source, state));
            } else {
                (self.progress)(Progress::SourceDone(&source.id));
            }
        }
        let over_http = |(source, _): &Due| matches!(source.location, Location::Http(_));
        if self.client.get().is_none() && due.iter().any(over_http) {
            let _ = self.client.set(Client::new(&self.config.fetch)?);
        }
        Ok(due)
    }
}

/// Orders sources so that neighbours are of different hosts where possible: the queue of one host
/// then does not delay the others. Each host's first source comes first, then each host's second.
fn alternate_hosts(sources: Vec<Arc<Source>>) -> Vec<Arc<Source>> {
    let mut counts: HashMap<Option<String>, usize> = HashMap::new();
    let numbered = |source: Arc<Source>| {
        let host = match &source.location {
            Location::Http(url) => url.host_str().map(str::to_owned),
            Location::File { .. } => None,
        };
        let number = counts.entry(host).or_default();
        *number += 1;
        (*number, source)
    };
    let mut numbered: Vec<_> = sources.into_iter().map(numbered).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, source)| source).collect()
}

/// Visits that wait to be saved together.
struct Batch {
    store: Store,
    now: DateTime<Utc>,
    arrivals: Vec<Arrival>,
    items: usize,
    saved: Instant,
    /// The permit of a large document among them; dropped when the batch is saved.
    turn: Option<Turn>,
    /// The batch before this one: visits go on while it is written.
    earlier: Option<JoinHandle<Result<Saved, store::Error>>>,
}

impl Batch {
    fn new(store: Store, now: DateTime<Utc>) -> Self {
        Self {
            store,
            now,
            arrivals: Vec::new(),
            items: 0,
            saved: Instant::now(),
            turn: None,
            earlier: None,
        }
    }

    fn is_full(&self) -> bool {
        self.items >= BATCH || self.turn.is_some() || self.saved.elapsed() >= SAVE_AFTER
    }

    fn add(&mut self, visited: Visited) {
        let (arrival, turn) = visited.into_arrival();
        self.items += arrival.items.len().max(MIN_ITEMS_OF_VISIT);
        self.arrivals.push(arrival);
        self.turn = turn.or(self.turn.take());
    }

    /// Starts to save this batch, after the one before it is saved.
    async fn save(&mut self, report: &mut Report) -> Result<(), Error> {
        self.finish(report).await?;
        self.saved = Instant::now();
        if self.arrivals.is_empty() {
            return Ok(());
        }
        self.items = 0;
        let arrivals = std::mem::take(&mut self.arrivals);
        let (store, now, turn) = (self.store.clone(), self.now, self.turn.take());
        self.earlier = Some(tokio::spawn(async move {
            let saved = store.save(arrivals, now).await;
            drop(turn);
            saved
        }));
        Ok(())
    }

    /// Waits until the batch that is being saved is saved.
    async fn finish(&mut self, report: &mut Report) -> Result<(), Error> {
        if let Some(earlier) = self.earlier.take() {
            let saved = earlier.await.map_err(|_| store::Error::Stopped)??;
            report.new_items += saved.new;
            report.changed_items += saved.changed;
        }
        Ok(())
    }
}
