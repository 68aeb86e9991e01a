//! A sign of life after a good pass, for a service that raises an alarm when it stays away.

use super::Error;
use crate::config::Config;
use crate::model::Secret;
use crate::net::{Allow, Client, Limits};
use url::Url;

/// Asks for the address that `heartbeat` names, if it names one; the status it answered, where that
/// is no success. The host may be a private one: whoever wrote it there means it.
pub async fn heartbeat(config: &Config) -> Result<Option<u16>, Error> {
    let address = config.heartbeat.as_ref().map(Secret::reveal);
    let Some(url) = address.and_then(|address| Url::parse(address).ok()) else {
        return Ok(None);
    };
    let mut limits: Limits = config.fetch.clone();
    limits.allow.extend(Allow::host_of(&url));
    let client = Client::new(&limits)?;
    let status = client
        .get(&url, reqwest::header::HeaderMap::new())
        .await?
        .response
        .status();
    Ok((!status.is_success()).then_some(status.as_u16()))
}
