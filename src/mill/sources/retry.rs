//! A source is made due by hand.

use crate::config::Config;
use crate::mill::Error;
use crate::mill::gather::opml_lists;
use crate::mill::recall::Recall;
use crate::model::SourceId;
use crate::schedule;
use crate::store::{Arrival, Store};
use chrono::{DateTime, Utc};

/// The result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The next pass fetches it.
    Due,
    /// Its server does not want to be asked before (`Retry-After`).
    NotBefore(DateTime<Utc>),
    /// There is no such source.
    Unknown,
}

/// Makes a source due again, however often it failed: an address that is gone for good is fetched
/// once more. Only a `Retry-After` stays.
pub async fn retry(
    config: &Config,
    store: &Store,
    id: &SourceId,
    now: DateTime<Utc>,
) -> Result<Retry, Error> {
    let listed = opml_lists::listed(config, store).await?;
    let Some(source) = config.source(id).or(listed.iter().find(|s| s.id == *id)) else {
        return Ok(Retry::Unknown);
    };
    let state = store.fetch_states(vec![id.clone()]).await?.pop();
    let state = Recall::new(&config.fetch).state(source, state.unwrap_or_default());
    let state = schedule::make_due(state);
    let waits = state.retry_after.filter(|at| *at > now);
    let arrival = Arrival {
        source: id.clone(),
        state,
        items: Vec::new(),
        is_whole: false,
        is_backlog: false,
        list: None,
    };
    store.save(vec![arrival], now).await?;
    Ok(waits.map_or(Retry::Due, Retry::NotBefore))
}
