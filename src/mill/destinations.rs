//! How each destination of `feeds.toml` is: for `feedmill status` and monitors.

use super::Error;
use super::deliver::{CONSUMER, LONGEST_REST, REPORTED_AFTER, settings};
use crate::config::Config;
use crate::model::Delivery;
use crate::store::{DeliveryState, Store};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Stories are counted up to this: whether a thousand or a million wait is the same to those who look.
pub const MOST_COUNTED: u32 = 1000;

/// How a destination is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DestinationHealth {
    /// Nothing is sent until somebody has changed something.
    Stopped,
    /// Nothing is sent for a while, because the last message did not come through.
    Resting,
    /// It was not there in the last pass: the next one begins with what comes from then on.
    New,
    /// It takes messages.
    Fine,
}

/// One destination.
#[derive(Clone, Debug, Serialize)]
pub struct DestinationStatus {
    /// Its name in `feeds.toml`.
    pub name: String,
    /// What it speaks.
    pub platform: &'static str,
    /// How it is.
    pub health: DestinationHealth,
    /// Stories that entered its themes and were not posted, up to [`MOST_COUNTED`]. Its `rule` may leave some of them out.
    pub waiting: u32,
    /// When it last took a message or a change of one.
    pub last_posted: Option<DateTime<Utc>>,
    /// Nothing is sent before.
    pub held_until: Option<DateTime<Utc>>,
    /// How often the next message was tried.
    pub tries: u32,
    /// What was wrong the last time.
    pub error: Option<String>,
    /// Stories that the platform refused, up to [`MOST_COUNTED`].
    pub set_aside: u32,
}

impl DestinationStatus {
    /// Whether somebody should look at it: it was stopped, or has failed as often as is reported.
    pub fn wants_attention(&self) -> bool {
        self.health == DestinationHealth::Stopped || self.tries >= REPORTED_AFTER
    }
}

/// How every destination is at `now`, as in `feeds.toml`.
pub(super) async fn destinations(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<DestinationStatus>, Error> {
    let mut all = Vec::with_capacity(config.deliveries.len());
    for delivery in &config.deliveries {
        all.push(one(store, delivery, now).await?);
    }
    Ok(all)
}

async fn one(
    store: &Store,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Result<DestinationStatus, Error> {
    let name = &delivery.name;
    let state = store.delivery_state(name, settings(delivery)).await?;
    let consumer = store.consumer(&format!("{CONSUMER}{name}")).await?;
    let waiting = match &consumer {
        None => 0,
        Some(consumer) => {
            let seconds = delivery.max_age.map(|age| i64::try_from(age.as_secs()));
            let max_age = seconds.map(|seconds| seconds.unwrap_or(i64::MAX));
            let which = (delivery.themes.as_deref(), max_age);
            store
                .count_waiting(name, consumer, which, MOST_COUNTED)
                .await?
        }
    };
    let held_until = held_until(&state, now);
    Ok(DestinationStatus {
        name: name.clone(),
        platform: delivery.destination.platform.name(),
        health: match held_until {
            _ if state.is_stopped => DestinationHealth::Stopped,
            Some(_) => DestinationHealth::Resting,
            None if consumer.is_none() => DestinationHealth::New,
            None => DestinationHealth::Fine,
        },
        waiting,
        last_posted: state.last_posted,
        held_until,
        tries: state.tries,
        error: state.error,
        set_aside: store.count_set_aside(name, MOST_COUNTED).await?,
    })
}

/// A rest that ends in years was noted by a clock that was wrong.
fn held_until(state: &DeliveryState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let rests = |until: &DateTime<Utc>| *until > now && *until <= now + LONGEST_REST;
    state.held_until.filter(rests)
}
