//! Due sources -> items in the store. Sources are fetched concurrently and each document is read when
//! it arrives, on all cores. Items are saved in batches; the validators of a document are saved in the
//! same transaction as its items.
//!
//! It comes to an end: no request begins when the time of the pass (`max_pass`) is over, and a host that
//! asked to be left alone is. The sources that wait keep their place and come first in the next pass.

pub(super) mod document;
mod full_text;
mod journal;
mod network;
mod next_pages;
pub(super) mod opml_lists;
mod queue;
pub(super) mod round;
mod set_aside;
pub(super) mod visit;
mod waiting;

pub use opml_lists::listed;

use super::recall::Recall;
use super::{Error, Failure, Options, Progress, Report};
use crate::config::Config;
use crate::model::{FetchState, Location, Source, SourceId};
use crate::net::Client;
use crate::schedule;
use crate::store::Store;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use journal::{Journal, Pen};
use queue::Queue;
use round::{Round, SAVE_AFTER};
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio::time::timeout;
use visit::{Visited, visit};
use waiting::NotNow;

/// Visits at the same time, per request that may be in flight: of all hosts together, and of each. Some
/// wait for their host's turn, others are being read.
const VISITS_PER_REQUEST: usize = 4;
/// Sources whose fetch states are read with one query.
const STATES_PER_QUERY: usize = 256;
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
    let held = schedule::still_held(store.held_hosts().await?, now);
    let mut round = Round::new(store.clone(), now, held);
    let pen = journal.pen();
    let sources = config.sources.iter().cloned();
    let (lists, mut sources): (Vec<_>, Vec<_>) = sources.partition(|s| opml_lists::is_list(s));
    if !lists.is_empty() {
        // First, so that what they name is fetched in the same pass.
        fetcher.fetch(lists, &pen, &mut round, report).await?;
        sources.extend(opml_lists::listed(config, store).await?);
    }
    let with_full_text = sources.iter().filter(|source| source.full_text);
    let with_full_text: Vec<_> = with_full_text.cloned().collect();
    fetcher.fetch(sources, &pen, &mut round, report).await?;
    // Before the items are merged and matched with themes for the first time.
    fetcher
        .full_texts(with_full_text, &pen, &mut round, report)
        .await?;
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
        pen: &Pen,
        round: &mut Round,
        report: &mut Report,
    ) -> Result<(), Error> {
        let limits = &self.config.fetch;
        let sources = self.selected(sources);
        (self.progress)(Progress::Sources(sources.len()));
        let due = self.due(sources).await?;
        self.prepare(&due, round)?;
        let places = limits.per_host.saturating_mul(VISITS_PER_REQUEST);
        let mut queue = Queue::new(due, places);
        for (host, until) in round.held().clone() {
            self.dismiss(host, until, &mut queue, round);
        }
        let large = Arc::new(Semaphore::new(MAX_LARGE));
        let mut running = Running::new();
        loop {
            self.start(&mut queue, &mut running, &large, pen).await?;
            let Ok(next) = timeout(SAVE_AFTER, running.next()).await else {
                // No source answered in time; save what waits.
                round.save(report).await?;
                continue;
            };
            let Some((source, visited)) = next else {
                break;
            };
            (self.progress)(Progress::SourceDone(&source.id));
            queue.done(queue::host(&source));
            match visited {
                Ok(Ok(visited)) => round.add(visited, report),
                Ok(Err(not_now)) => round.waits(&source, not_now),
                // A bug of feedmill. It is reported, and does not stop the other sources.
                Err(_) => {
                    report.asked += 1;
                    report.failed.push(Failure::of_ours(source.id.clone()));
                }
            }
            if let Some(client) = self.client.get() {
                for (host, until) in client.newly_held() {
                    round.hold(&host, until);
                    self.dismiss(host, until, &mut queue, round);
                }
                if client.is_closed() {
                    self.wait(queue.dismiss_all(), || NotNow::Closed, round);
                }
            }
            if round.is_full() {
                round.save(report).await?;
            }
        }
        round.finish(report).await
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
            let visit = visit(source.clone(), state, self.store.clone(), fetching, large);
            // Boxed: it is ten kilobytes, and would be moved six times.
            let visit = tokio::spawn(Box::pin(visit));
            running.push(async move { (source, visit.await) }.boxed());
        }
        Ok(())
    }

    /// A host asked to be left alone: its sources wait.
    fn dismiss(&self, host: String, until: DateTime<Utc>, queue: &mut Queue, round: &mut Round) {
        let host = Some(host);
        let sources = queue.dismiss(&host);
        let held = || NotNow::Held {
            host: host.clone().unwrap_or_default(),
            until,
        };
        self.wait(sources, held, round);
    }

    fn wait(
        &self,
        sources: impl IntoIterator<Item = Arc<Source>>,
        why: impl Fn() -> NotNow,
        round: &mut Round,
    ) {
        for source in sources {
            round.waits(&source, why());
            (self.progress)(Progress::SourceDone(&source.id));
        }
    }

    /// The sources that `--only` selects; all without it.
    fn selected(&self, mut sources: Vec<Arc<Source>>) -> Vec<Arc<Source>> {
        sources.retain(|source| source.enabled);
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
        let states = self.store.fetch_states(ids(sources)).await?;
        let states = sources.iter().zip(states);
        Ok(states
            .map(|(source, state)| self.recall.state(source, state))
            .collect())
    }

    /// Those of some sources that are fetched now, and when each was due.
    async fn due(&self, sources: Vec<Arc<Source>>) -> Result<Vec<Due>, Error> {
        // In the order of their rows, so that many are found by reading on.
        let mut by_id: Vec<_> = sources.iter().enumerate().collect();
        by_id.sort_unstable_by_key(|(_, source)| &source.id);
        let mut due = Vec::new();
        for some in by_id.chunks(STATES_PER_QUERY) {
            let ids = some.iter().map(|(_, source)| source.id.clone());
            let times = self.store.fetch_times(ids.collect()).await?;
            for ((place, source), time) in some.iter().zip(times) {
                let state = self.recall.state(source, time.into());
                let all = self.options.all || self.is_named(source);
                if schedule::is_due(source, &state, self.now, all) {
                    due.push((*place, (state.next_due, Arc::clone(source))));
                } else {
                    (self.progress)(Progress::SourceDone(&source.id));
                }
            }
        }
        due.sort_unstable_by_key(|(place, _)| *place);
        Ok(due.into_iter().map(|(_, due)| due).collect())
    }

    /// Makes what the requests to these sources need. A machine without root certificates fails the pass, not each
    /// source by itself.
    fn prepare(&self, due: &[Due], round: &Round) -> Result<(), Error> {
        let schemes = due.iter().filter_map(|(_, source)| match &source.location {
            Location::Http(url) => Some(url.scheme()),
            Location::File { .. } => None,
        });
        let schemes: HashSet<_> = schemes.collect();
        if !schemes.is_empty() {
            let client = self.client(round);
            if schemes.contains("https") {
                client.prepare_https()?;
            }
        }
        Ok(())
    }

    /// The client of the pass, made when it is first needed.
    fn client(&self, round: &Round) -> &Client {
        self.client.get_or_init(|| {
            let client = Client::for_a_pass(&self.config.fetch);
            for (host, until) in round.held() {
                client.hold(host, *until);
            }
            client
        })
    }
}

fn ids(sources: &[Arc<Source>]) -> Vec<SourceId> {
    sources.iter().map(|source| source.id.clone()).collect()
}

/// A source that is due, and since when.
type Due = (Option<DateTime<Utc>>, Arc<Source>);
