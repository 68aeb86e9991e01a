//! What is new for the destinations of `feeds.toml` -> messages there.
//!
//! A destination is a consumer of the streams: its cursor is the queue. A message is sent, and then its notice is
//! acknowledged together with what came back, in one transaction. So a process that dies loses nothing, and repeats at most
//! the message that was on its way, which a platform with keys knows again.

mod digest;
mod letters;
mod queue;
mod sender;
mod trial;

use super::{Delivered, Error};
use crate::config::Config;
use crate::deliver::Courier;
use crate::digest::Digest;
use crate::model::Delivery;
use crate::net::{Allow, Client, Limits};
use crate::store::Store;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use queue::Queue;
pub(super) use sender::LONGEST_REST;
use std::time::{Duration, Instant};
use url::Url;

/// What the names of consumers begin with that are destinations. No name of another consumer has a colon.
pub const CONSUMER: &str = "deliver:";

/// What is wanted of deliveries.
#[derive(Clone, Debug, Default)]
pub struct Deliveries {
    /// Only these; empty: all.
    pub only: Vec<String>,
    /// A destination that is new begins so many stories before the end.
    pub backfill: u32,
    /// Those that were stopped or that wait after failures are tried, and what was set aside as well.
    pub retry: bool,
    /// No message begins after so long; none: all that waits is sent.
    pub within: Option<Duration>,
}

/// Posts what is new, to all destinations at the same time.
pub async fn deliver(
    config: &Config,
    store: &Store,
    wanted: &Deliveries,
    now: DateTime<Utc>,
) -> Result<Vec<Delivered>, Error> {
    forget_old(config, store).await?;
    let is_meant =
        |delivery: &&Delivery| wanted.only.is_empty() || wanted.only.contains(&delivery.name);
    let meant: Vec<_> = config.deliveries.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Ok(Vec::new());
    }
    let courier = courier(config)?;
    let ends = wanted
        .within
        .and_then(|within| Instant::now().checked_add(within));
    let work = meant.into_iter().map(|delivery| {
        let courier = courier.clone();
        async move {
            let asked = (wanted, now);
            let mut queue = Queue::begin(config, store, delivery, courier, asked).await?;
            queue.run(ends, wanted.retry).await
        }
    });
    join_all(work).await.into_iter().collect()
}

/// Forgets destinations that feeds.toml does not have any more.
pub async fn forget_old(config: &Config, store: &Store) -> Result<(), Error> {
    let known = config.deliveries.iter();
    let known = known.map(|delivery| delivery.name.clone()).collect();
    Ok(store.forget_deliveries(known, CONSUMER).await?)
}

/// The requests of a dry run: what would be posted now, one line each; nothing is sent or noted.
pub async fn preview(
    config: &Config,
    store: &Store,
    delivery: &Delivery,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<String>, Error> {
    let queue = Queue::look(config, store, delivery, courier(config)?, now).await?;
    queue.preview(limit).await
}

/// Sends one message that says that it is a test; what became of it.
pub async fn test_delivery(
    config: &Config,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Result<Result<(), String>, Error> {
    let courier = courier(config)?;
    Ok(trial::send(delivery, &courier, now).await)
}

fn courier(config: &Config) -> Result<Courier, Error> {
    let client = Client::new(&limits(config))?;
    let authorities = config.fetch.authorities.clone();
    Ok(Courier::new(client, authorities, config.secrets.clone()))
}

/// Those of the pass. A destination that is written down is meant, private or not.
fn limits(config: &Config) -> Limits {
    let urls = config
        .deliveries
        .iter()
        .filter_map(|d| d.destination.url.as_ref());
    let hosts = urls.filter_map(|url| Allow::host_of(&Url::parse(url.reveal()).ok()?));
    Limits {
        allow: config.fetch.allow.iter().cloned().chain(hosts).collect(),
        ..config.fetch.clone()
    }
}

/// What makes another destination of the same name.
pub(super) fn settings(delivery: &Delivery) -> u64 {
    let mut digest = Digest::new("delivery", 1);
    digest.add(&delivery.destination);
    digest.finish()
}
