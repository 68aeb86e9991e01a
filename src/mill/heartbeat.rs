//! Sends one request after a good pass, for a service that raises an alarm when it does not arrive.

use super::Error;
use crate::config::Config;
use crate::model::Secret;
use crate::net::{Allow, Client, Limits};
use url::Url;

/// Requests the address that `heartbeat` names, if there is one. Returns the status of the answer if
/// it is not a success. The host may be private: the user wrote it there on purpose.
pub async fn heartbeat(config: &Config) -> Result<Option<u16>, Error> {
    let address = config.heartbeat.as_ref().map(Secret::reveal);
    let Some(url) = address.and_then(|address| Url::parse(address).ok()) else {
        return Ok(None);
    };
    let mut limits: Limits = config.fetch.clone();
    limits.allow.extend(Allow::host_of(&url));
    let client = Client::new(&limits)?;
    let status = client
        .get(&url, reqwest::header::HeaderMap::new(), client.timeout())
        .await?
        .response
        .status();
    Ok((!status.is_success()).then_some(status.as_u16()))
}
