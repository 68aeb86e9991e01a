//! A source that is given another chance by hand.

use crate::config::Config;
use crate::mill::Error;
use crate::mill::gather::opml_lists;
use crate::model::SourceId;
use crate::schedule;
use crate::store::{Arrival, Store};
use chrono::{DateTime, Utc};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The next pass asks it.
    Due,
    /// Its server demanded to be left alone until then.
    NotBefore(DateTime<Utc>),
    /// There is no such source.
    Unknown,
}

/// Makes a source due again, whatever it said and however often it failed: an address that is gone
/// for good is asked once more. Only a `Retry-After` stands.
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
    let mut state = schedule::recall(source, state.unwrap_or_default());
    schedule::make_due(&mut state);
    let waits = state.retry_after.filter(|at| *at > now);
    let arrival = Arrival {
        source: id.clone(),
        state,
        items: Vec::new(),
        list: None,
    };
    store.save(vec![arrival], now).await?;
    Ok(waits.map_or(Retry::Due, Retry::NotBefore))
}
