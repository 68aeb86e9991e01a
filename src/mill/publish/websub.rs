//! Changed feeds -> notifications to the WebSub hub, which notifies its subscribers.
//!
//! A notification is stored before the files are published, and deleted when the hub has accepted it.
//! If a pass dies in between, or the hub is down, the next pass sends it.

use crate::config::Config;
use crate::mill::advice;
use crate::mill::{Error, HubFailure, Report};
use crate::net::Client;
use crate::store::Store;
use std::time::Instant;
use url::form_urlencoded;

/// Notifies the hub of the feeds that have changed. If it cannot be notified, the pass has not failed.
/// Stops at the first failure: a hub that is down would fail for the others just as slowly. A hub that is
/// slow takes the time of one answer; the next pass notifies it of the rest.
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
    let mut notified = Vec::new();
    let begun = Instant::now();
    for topic in &topics {
        if begun.elapsed() >= config.fetch.timeout {
            break;
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("hub.mode", "publish")
            .append_pair("hub.url", topic)
            .finish();
        match client.post(hub, form).await {
            Ok(status) if (200..300).contains(&status) => notified.push(topic.clone()),
            Ok(status) => refused = Some(format!("server answered {status}")),
            Err(error) => refused = Some(advice::on_request(&error)),
        }
        if refused.is_some() {
            break;
        }
    }
    report.pinged = notified.len();
    report.unpinged = topics.len() - report.pinged;
    store.forget_pings(notified).await?;
    let well = refused.is_none();
    let failures = store.count_in_a_row("hub_failures", well).await?;
    report.hub_failure = refused.map(|error| HubFailure {
        error,
        failures,
        waiting: report.unpinged,
    });
    Ok(())
}
