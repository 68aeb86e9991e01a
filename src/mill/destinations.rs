//! The status of every source, and how each destination of `feeds.toml` is: for `feedmill status` and monitors.

use super::Error;
use super::deliver::{CONSUMER, LONGEST_REST, settings};
use super::destination_status::{DestinationHealth, DestinationStatus, MOST_COUNTED};
use super::sources::{self, Status};
use crate::config::Config;
use crate::model::Delivery;
use crate::store::{DeliveryState, Store};
use chrono::{DateTime, Utc};

/// The health of every source and destination at `now`.
pub async fn status(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<Status, Error> {
    let mut status = sources::status(config, store, now).await?;
    for delivery in &config.deliveries {
        status.destinations.push(one(store, delivery, now).await?);
    }
    Ok(status)
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
