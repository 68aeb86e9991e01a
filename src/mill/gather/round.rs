//! What becomes of the visits of a pass: they count, wait or are excused, and are saved in batches.

use super::network::Network;
use super::visit::{Turn, Visited};
use super::waiting::{NotNow, Waits};
use crate::mill::{Error, Report, log};
use crate::model::Source;
use crate::store::{self, Arrival, Saved, Store};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant};

/// How the store names passes in which the network here was at fault.
pub(in crate::mill) const NETWORK_FAULTS: &str = "network_faults";
/// Items that are saved together.
const BATCH: usize = 2_000;
/// A visit counts as at least so many items of a batch: without items it still costs a row.
const MIN_ITEMS_OF_VISIT: usize = 8;
/// The longest time that a visit waits to be saved: if a pass dies, few visits are lost.
pub(super) const SAVE_AFTER: Duration = Duration::from_secs(2);

/// The visits of a pass.
pub(super) struct Round {
    batch: Batch,
    network: Network,
    waits: Waits,
    /// The hosts that asked to be left alone, and until when.
    held: BTreeMap<String, DateTime<Utc>>,
    /// Some of them did so since that was last saved.
    is_held_new: bool,
}

impl Round {
    /// `held` are the hosts that asked an earlier pass to be left alone.
    pub(super) fn new(
        store: Store,
        now: DateTime<Utc>,
        held: BTreeMap<String, DateTime<Utc>>,
    ) -> Self {
        Self {
            batch: Batch::new(store, now),
            network: Network::default(),
            waits: Waits::default(),
            held,
            is_held_new: false,
        }
    }

    pub(super) fn held(&self) -> &BTreeMap<String, DateTime<Utc>> {
        &self.held
    }

    pub(super) fn hold(&mut self, host: &str, until: DateTime<Utc>) {
        let before = self.held.insert(host.to_owned(), until);
        self.is_held_new |= before != Some(until);
    }

    /// A source that was due is not fetched.
    pub(super) fn waits(&mut self, source: &Source, why: NotNow) {
        self.waits.add(source, why);
    }

    /// A source was visited.
    pub(super) fn add(&mut self, visited: Visited, report: &mut Report) {
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

    pub(super) fn is_full(&self) -> bool {
        self.batch.is_full()
    }

    /// Starts to save what has come, after what came before it is saved.
    pub(super) async fn save(&mut self, report: &mut Report) -> Result<(), Error> {
        if std::mem::take(&mut self.is_held_new) {
            self.batch.store.keep_held_hosts(self.held.clone()).await?;
        }
        self.batch.save(report).await
    }

    /// Saves what has come.
    pub(super) async fn finish(&mut self, report: &mut Report) -> Result<(), Error> {
        self.save(report).await?;
        self.batch.finish(report).await
    }

    /// After the last visit.
    pub(super) async fn end(mut self, report: &mut Report) -> Result<(), Error> {
        let is_up = self.network.is_up();
        let (is_at_fault, unreached) = std::mem::take(&mut self.network).verdict();
        report.network_fault = is_at_fault;
        if is_up || is_at_fault {
            let counted = self.batch.store.count_in_a_row(NETWORK_FAULTS, is_up);
            report.network_faults = counted.await?;
        }
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
        report.waiting = std::mem::take(&mut self.waits).tell();
        self.finish(report).await
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

    /// Waits until the batch before this one is saved.
    async fn finish(&mut self, report: &mut Report) -> Result<(), Error> {
        if let Some(earlier) = self.earlier.take() {
            let saved = earlier.await.map_err(|_| store::Error::Stopped)??;
            report.new_items += saved.new;
            report.changed_items += saved.changed;
        }
        Ok(())
    }
}
