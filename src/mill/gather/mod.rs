//! Due sources -> items in the store. Sources are fetched concurrently and each document is read when
//! it arrives, on all cores. Items are saved in batches; the validators of a document are saved in the
//! same transaction as its items.
//!
//! It comes to an end: no request begins when the time of the pass (`max_pass`) is over, and a host that
//! asked to be left alone is. The sources that wait keep their place and come first in the next pass.

pub(super) mod document;
mod journal;
mod network;
mod next_pages;
pub(super) mod opml_lists;
mod queue;
mod set_aside;
pub(super) mod visit;
mod waiting;

pub use opml_lists::listed;

use super::recall::Recall;
use super::{Error, Failure, Options, Progress, Report, log};
use crate::config::Config;
use crate::model::{FetchState, Location, Source};
use crate::net::Client;
use crate::schedule;
use crate::store::{self, Arrival, Saved, Store};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use journal::{Journal, Pen};
use network::Network;
use queue::Queue;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Duration, Instant, timeout};
use visit::{Turn, Visited, visit};
use waiting::{NotNow, Waits};

/// Visits at the same time, per request that may be in flight: of all hosts together, and of each. Some
/// wait for their host's turn, others are being read.
const VISITS_PER_REQUEST: usize = 4;
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
    let held = store.held_hosts().await?;
    let fetcher = Fetcher {
        config,
        store,
        options,
        now,
        progress,
        recall: Recall::new(&config.fetch),
        client: OnceLock::new(),
        held: schedule::still_held(held, now),
    };
    fetcher.set_aside(report).await?;
    let journal = Journal::begin(&config.state);
    let mut round = Round::new(store.clone(), now, journal.pen());
    let sources = config.sources.iter().cloned();
    let (lists, mut sources): (Vec<_>, Vec<_>) = sources.partition(|s| opml_lists::is_list(s));
    if !lists.is_empty() {
        // First, so that what they name is fetched in the same pass.
        fetcher.fetch(lists, &mut round, report).await?;
        sources.extend(opml_lists::listed(config, store).await?);
    }
    fetcher.fetch(sources, &mut round, report).await?;
    round.end(report).await?;
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
    /// Hosts that asked an earlier pass to be left alone.
    held: BTreeMap<String, DateTime<Utc>>,
}

/// What becomes of the visits of a pass.
struct Round {
    pen: Pen,
    batch: Batch,
    network: Network,
    waits: Waits,
}

/// A visit that has ended, of this source.
type Ended = (Arc<Source>, Result<Result<Visited, NotNow>, JoinError>);
type Running<'a> = FuturesUnordered<BoxFuture<'a, Ended>>;

impl Fetcher<'_> {
    /// Fetches the sources that are due. A fetch state is read just before its source is fetched, so
    /// memory does not grow with the number of sources.
    async fn fetch(
        &self,
        sources: Vec<Arc<Source>>,
        round: &mut Round,
        report: &mut Report,
    ) -> Result<(), Error> {
        let limits = &self.config.fetch;
        let sources = self.selected(sources);
        (self.progress)(Progress::Sources(sources.len()));
        let due = self.due(sources).await?;
        let places = limits.per_host.saturating_mul(VISITS_PER_REQUEST);
        let mut queue = Queue::new(due, places);
        let mut held = self.client.get().map_or_else(BTreeMap::new, Client::held);
        self.dismiss(&held, &mut queue, round);
        let large = Arc::new(Semaphore::new(MAX_LARGE));
        let mut running = Running::new();
        loop {
            self.start(&mut queue, &mut running, &large, &round.pen)
                .await?;
            let Ok(next) = timeout(SAVE_AFTER, running.next()).await else {
                // No source answered in time; save what waits.
                round.batch.save(report).await?;
                continue;
            };
            let Some((source, visited)) = next else {
                break;
            };
            (self.progress)(Progress::SourceDone(&source.id));
            queue.done(queue::host(&source));
            match visited {
                Ok(Ok(visited)) => round.add(visited, report),
                Ok(Err(not_now)) => round.waits.add(&source, not_now),
                // A bug of feedmill. It is reported, and does not stop the other sources.
                Err(_) => {
                    report.asked += 1;
                    report.failed.push(Failure::of_ours(source.id.clone()));
                }
            }
            if let Some(client) = self.client.get() {
                let now_held = client.held();
                if now_held != held {
                    held = now_held;
                    self.store.keep_held_hosts(held.clone()).await?;
                    self.dismiss(&held, &mut queue, round);
                }
                if client.is_closed() {
                    self.close(&mut queue, round);
                }
            }
            if round.batch.is_full() {
                round.batch.save(report).await?;
            }
        }
        round.batch.save(report).await?;
        round.batch.finish(report).await
    }

    /// Starts visits where there is room for them, several at a time: their states are read together.
    async fn start(
        &self,
        queue: &mut Queue,
        running: &mut Running<'_>,
        large: &Arc<Semaphore>,
        pen: &Pen,
    ) -> Result<(), Error> {
        let limits = &self.config.fetch;
        let most = limits.in_flight.saturating_mul(VISITS_PER_REQUEST);
        if running.len() > most - most / 4 {
            return Ok(());
        }
        let room = (most - running.len()).min(STATES_PER_QUERY);
        let sources: Vec<_> = std::iter::from_fn(|| queue.next()).take(room).collect();
        let states = self.states(&sources).await?;
        for (source, state) in sources.into_iter().zip(states) {
            (self.progress)(Progress::SourceBegun(&source.id));
            let (client, large) = (self.client.get().cloned(), Arc::clone(large));
            let fetching = (client, limits.max_body, self.now, pen.clone());
            let visit = visit(source.clone(), state, fetching, large);
            let visit = tokio::spawn(visit);
            running.push(async move { (source, visit.await) }.boxed());
        }
        Ok(())
    }

    /// The hosts that asked to be left alone: their sources wait.
    fn dismiss(
        &self,
        held: &BTreeMap<String, DateTime<Utc>>,
        queue: &mut Queue,
        round: &mut Round,
    ) {
        for (host, until) in held {
            for source in queue.dismiss(&Some(host.clone())) {
                let (host, until) = (host.clone(), *until);
                round.waits.add(&source, NotNow::Held { host, until });
                (self.progress)(Progress::SourceDone(&source.id));
            }
        }
    }

    /// The time for requests is over: all sources wait but files.
    fn close(&self, queue: &mut Queue, round: &mut Round) {
        for host in queue.hosts().into_iter().filter(Option::is_some) {
            for source in queue.dismiss(&host) {
                round.waits.add(&source, NotNow::Closed);
                (self.progress)(Progress::SourceDone(&source.id));
            }
        }
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

    /// What is remembered of some sources.
    async fn states(&self, sources: &[Arc<Source>]) -> Result<Vec<FetchState>, Error> {
        if sources.is_empty() {
            return Ok(Vec::new());
        }
        let ids = sources.iter().map(|source| source.id.clone()).collect();
        let states = self.store.fetch_states(ids).await?;
        let states = sources.iter().zip(states);
        Ok(states
            .map(|(source, state)| self.recall.state(source, state))
            .collect())
    }

    /// Those of some sources that are fetched now, and when each was due.
    async fn due(&self, sources: Vec<Arc<Source>>) -> Result<Vec<Due>, Error> {
        let mut due = Vec::new();
        for some in sources.chunks(STATES_PER_QUERY) {
            for (source, state) in some.iter().zip(self.states(some).await?) {
                let all = self.options.all || self.is_named(source);
                if schedule::is_due(source, &state, self.now, all) {
                    due.push((state.next_due, Arc::clone(source)));
                } else {
                    (self.progress)(Progress::SourceDone(&source.id));
                }
            }
        }
        let over_http = |(_, source): &Due| matches!(source.location, Location::Http(_));
        if self.client.get().is_none() && due.iter().any(over_http) {
            let client = Client::for_a_pass(&self.config.fetch)?;
            for (host, until) in &self.held {
                client.hold(host, *until);
            }
            let _ = self.client.set(client);
        }
        Ok(due)
    }
}

/// A source that is due, and since when.
type Due = (Option<DateTime<Utc>>, Arc<Source>);

impl Round {
    fn new(store: Store, now: DateTime<Utc>, pen: Pen) -> Self {
        Self {
            pen,
            batch: Batch::new(store, now),
            network: Network::default(),
            waits: Waits::default(),
        }
    }

    fn add(&mut self, visited: Visited, report: &mut Report) {
        report.asked += 1;
        for visited in self.network.admit(visited) {
            self.count(visited, report);
        }
    }

    /// Tells of a visit, and keeps what it brought.
    fn count(&mut self, visited: Visited, report: &mut Report) {
        let failed = report.failed.len();
        visited.tell(report);
        if let Some(failure) = report.failed.get(failed) {
            log::failure(&visited.source, failure);
        }
        self.batch.add(visited);
    }

    /// After the last visit.
    async fn end(mut self, report: &mut Report) -> Result<(), Error> {
        let network = std::mem::take(&mut self.network);
        let (is_at_fault, unreached) = network.verdict();
        report.network_fault = is_at_fault;
        if is_at_fault {
            log::network_fault(unreached.len());
            for visited in unreached {
                visited.excuse().tell(report);
            }
        } else {
            for visited in unreached {
                self.count(visited, report);
            }
        }
        report.waiting = self.waits.tell();
        self.batch.save(report).await?;
        self.batch.finish(report).await
    }
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
