//! Feeds that have changed -> a word to the WebSub hub, which tells those who subscribed there.
//!
//! What is to be told is noted before the files are put in their places, and forgotten once the hub
//! has taken it: a pass that dies in between, or a hub that is down, leaves it to the next pass.

use crate::config::Config;
use crate::mill::advice;
use crate::mill::{Error, HubFailure, Report};
use crate::net::Client;
use crate::store::Store;
use url::form_urlencoded;

/// Tells the hub of the feeds that have changed. That it cannot be told is no failure of the pass.
/// The first refusal ends it: a hub that is down would refuse the others just as slowly.
pub async fn ping(config: &Config, store: &Store, report: &mut Report) -> Result<(), Error> {
    let topics = store.pings().await?;
    if topics.is_empty() {
        return Ok(());
    }
    let Some(hub) = &config.site.hub else {
        store.forget_pings(topics).await?;
        return Ok(());
    };
    let client = Client::new(&config.fetch)?;
    let mut refused = None;
    let mut told = Vec::new();
    for topic in &topics {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("hub.mode", "publish")
            .append_pair("hub.url", topic)
            .finish();
        match client.post(hub, form).await {
            Ok(status) if (200..300).contains(&status) => told.push(topic.clone()),
            Ok(status) => refused = Some(format!("server answered {status}")),
            Err(error) => refused = Some(advice::on_request(&error)),
        }
        if refused.is_some() {
            break;
        }
    }
    report.pinged = told.len();
    store.forget_pings(told).await?;
    let failures = store.hub_was(refused.is_none()).await?;
    report.hub_failure = refused.map(|error| HubFailure {
        error,
        failures,
        waiting: topics.len() - report.pinged,
    });
    Ok(())
}
