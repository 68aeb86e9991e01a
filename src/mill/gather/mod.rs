//! Due sources -> items in the store. Sources are asked side by side and each document is read as
//! it arrives, on all cores; saving happens in batches, each with the validators its items came
//! with, in one transaction.

pub(super) mod document;
mod next_pages;
pub(super) mod opml_lists;
pub(super) mod visit;

pub use opml_lists::listed;

use super::{Error, Failure, Options, Progress, Report, log};
use crate::config::Config;
use crate::model::{FetchState, Location, Source};
use crate::net::Client;
use crate::schedule;
use crate::store::{self, Arrival, Saved, Store};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant, timeout};
use visit::{Turn, Visited, visit};

/// Sources that may wait for their host's turn, per request that may be under way: a slow host then
/// holds back only itself.
const WAITING_PER_REQUEST: usize = 4;
/// Sources whose memory is read at once, when it is their turn.
const RECALLED: usize = 256;
/// Items that are gathered before they are saved together.
const BATCH: usize = 2_000;
/// As many items is a visit worth that brought none: it still costs a row.
const BARE_VISIT: usize = 8;
/// And the longest that a visit waits for that: a pass that dies then has asked few in vain.
const SAVE_AFTER: Duration = Duration::from_secs(2);
/// Large documents that are read at once, up to and including the saving of their items: what a
/// hundred endless ones cost in memory is what one costs.
const LARGE_AT_ONCE: usize = 1;

pub(super) async fn gather(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    report: &mut Report,
) -> Result<(), Error> {
    let asking = Asking {
        config,
        store,
        options,
        now,
        progress,
        client: OnceLock::new(),
    };
    let sources = config.sources.iter().cloned();
    let (lists, mut sources): (Vec<_>, Vec<_>) = sources.partition(|s| opml_lists::is_list(s));
    if !lists.is_empty() {
        // First, so that what they name is asked in the same pass.
        asking.ask(lists, report).await?;
        sources.extend(opml_lists::listed(config, store).await?);
    }
    asking.ask(sources, report).await?;
    // Whoever answered first must not show.
    report.failed.sort_by(|a, b| a.source.cmp(&b.source));
    report.recovered.sort();
    report.odd.sort();
    Ok(())
}

/// What it takes to ask.
struct Asking<'a> {
    config: &'a Config,
    store: &'a Store,
    options: &'a Options,
    now: DateTime<Utc>,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    /// Made once somebody has to be asked over HTTP; it knows which host was asked when.
    client: OnceLock<Client>,
}

/// A source that is due, and what we remember of it.
type Due = (Arc<Source>, FetchState);

impl Asking<'_> {
    /// Asks those that are due. What we remember of them is read when their turn comes, so that
    /// memory holds what is under way and no more, however many sources there are.
    async fn ask(&self, sources: Vec<Arc<Source>>, report: &mut Report) -> Result<(), Error> {
        let sources = in_turns(self.meant(sources));
        (self.progress)(Progress::Looking(sources.len()));
        let (limits, now) = (&self.config.fetch, self.now);
        let large = Arc::new(Semaphore::new(LARGE_AT_ONCE));
        // Boxed, lest its type be too much for whoever spawns a pass.
        let mut visits = stream::iter(sources)
            .chunks(RECALLED)
            .then(|some| self.due(some))
            .map_ok(|due| stream::iter(due).map(Ok::<_, Error>))
            .try_flatten()
            .map_ok(|(source, state)| {
                let id = source.id.clone();
                let (client, large) = (self.client.get().cloned(), Arc::clone(&large));
                let visit = visit(source, state, client, limits.max_body, now, large);
                let visit = tokio::spawn(visit);
                async move { Ok(visit.await.map_err(|_| id)) }
            })
            .try_buffer_unordered(limits.in_flight.saturating_mul(WAITING_PER_REQUEST))
            .boxed();

        let mut batch = Batch::new(self.store.clone(), now);
        loop {
            let Ok(next) = timeout(SAVE_AFTER, visits.next()).await else {
                // Nobody answers at the moment.
                batch.save(report).await?;
                continue;
            };
            let Some(visited) = next.transpose()? else {
                break;
            };
            report.asked += 1;
            match visited {
                Ok(visited) => {
                    (self.progress)(Progress::Done(&visited.source.id));
                    let failed = report.failed.len();
                    visited.tell(report);
                    if let Some(failure) = report.failed.get(failed) {
                        log::failure(&visited.source, failure);
                    }
                    batch.add(visited);
                }
                // A fault of ours; it must not take the other sources with it, nor go unsaid.
                Err(source) => report.failed.push(Failure::of_ours(source)),
            }
            if batch.is_ripe() {
                batch.save(report).await?;
            }
        }
        batch.save(report).await?;
        batch.settle(report).await
    }

    /// Those that the pass is about.
    fn meant(&self, mut sources: Vec<Arc<Source>>) -> Vec<Arc<Source>> {
        if !self.options.only.is_empty() {
            sources.retain(|source| self.is_named(source));
        }
        sources
    }

    fn is_named(&self, source: &Source) -> bool {
        let mut only = self.options.only.iter();
        only.any(|id| id.as_str() == source.id.table())
    }

    /// Those of some sources that are to be asked now.
    async fn due(&self, sources: Vec<Arc<Source>>) -> Result<Vec<Due>, Error> {
        let ids = sources.iter().map(|source| source.id.clone()).collect();
        let remembered = self.store.fetch_states(ids).await?;
        let mut due = Vec::new();
        for (source, state) in sources.into_iter().zip(remembered) {
            let state = schedule::recall(&source, state);
            let all = self.options.all || self.is_named(&source);
            if schedule::is_due(&source, &state, self.now, all) {
                due.push((source, state));
            } else {
                (self.progress)(Progress::Done(&source.id));
            }
        }
        let over_http = |(source, _): &Due| matches!(source.location, Location::Http(_));
        if self.client.get().is_none() && due.iter().any(over_http) {
            let _ = self.client.set(Client::new(&self.config.fetch)?);
        }
        Ok(due)
    }
}

/// Neighbours are of different hosts where possible, so that no host's queue holds back the others.
fn in_turns(sources: Vec<Arc<Source>>) -> Vec<Arc<Source>> {
    let mut asked: HashMap<Option<String>, usize> = HashMap::new();
    let turn = |source: Arc<Source>| {
        let host = match &source.location {
            Location::Http(url) => url.host_str().map(str::to_owned),
            Location::File { .. } => None,
        };
        let before = asked.entry(host).or_default();
        *before += 1;
        (*before, source)
    };
    let mut turns: Vec<_> = sources.into_iter().map(turn).collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, source)| source).collect()
}

/// Visits that wait to be saved together.
struct Batch {
    store: Store,
    now: DateTime<Utc>,
    arrivals: Vec<Arrival>,
    items: usize,
    saved: Instant,
    /// That of a large document among them.
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

    fn is_ripe(&self) -> bool {
        self.items >= BATCH || self.turn.is_some() || self.saved.elapsed() >= SAVE_AFTER
    }

    fn add(&mut self, visited: Visited) {
        let (arrival, turn) = visited.into_arrival();
        self.items += arrival.items.len().max(BARE_VISIT);
        self.arrivals.push(arrival);
        self.turn = turn.or(self.turn.take());
    }

    /// Begins to save this batch once the one before it is saved.
    async fn save(&mut self, report: &mut Report) -> Result<(), Error> {
        self.settle(report).await?;
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

    /// Waits until everything is saved that was begun.
    async fn settle(&mut self, report: &mut Report) -> Result<(), Error> {
        if let Some(earlier) = self.earlier.take() {
            let saved = earlier.await.map_err(|_| store::Error::Stopped)??;
            report.new_items += saved.new;
            report.changed_items += saved.changed;
        }
        Ok(())
    }
}
