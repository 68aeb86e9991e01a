//! What makes connections: directly or through a proxy, encrypted or not.

use super::{Allow, Error, Guard, Limits};
use crate::model::Secret;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::Url;

/// A server that does not accept the connection in this time counts as down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A server that sends nothing for this long in the middle of an answer counts as hung.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Makes connections. To read the root certificates takes as long as some hundred requests, so that is done when the
/// first address asks for them.
#[derive(Debug)]
pub(super) struct Connectors {
    limits: Arc<Limits>,
    proxy: Option<Secret>,
    guard: Arc<Guard>,
    plain: OnceLock<reqwest::Client>,
    secure: OnceLock<reqwest::Client>,
}

impl Connectors {
    /// All connections go through the proxy, if there is one.
    pub(super) fn new(limits: &Arc<Limits>, proxy: Option<&Secret>, guard: &Arc<Guard>) -> Self {
        Self {
            limits: Arc::clone(limits),
            proxy: proxy.cloned(),
            guard: Arc::clone(guard),
            plain: OnceLock::new(),
            secure: OnceLock::new(),
        }
    }

    /// What connects to the host of an address. The way to a proxy may be encrypted, whatever the address is.
    pub(super) fn to(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        if url.scheme() == "http" && self.proxy.is_none() {
            self.plain()
        } else {
            self.secure()
        }
    }

    /// What makes encrypted connections.
    pub(super) fn secure(&self) -> Result<&reqwest::Client, Error> {
        let own = self.limits.authorities.certificates.iter().cloned();
        made(&self.secure, || Ok(self.builder()?.tls_certs_merge(own)))
    }

    /// What makes others. It trusts nobody: an encrypted connection would fail.
    fn plain(&self) -> Result<&reqwest::Client, Error> {
        made(&self.plain, || Ok(self.builder()?.tls_certs_only([])))
    }

    fn builder(&self) -> Result<reqwest::ClientBuilder, Error> {
        // This fails only if a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = &self.limits;
        let (builder, resolver) = match &self.proxy {
            None => (
                reqwest::Client::builder().no_proxy(),
                Arc::clone(&self.guard),
            ),
            Some(proxy) => through(proxy)?,
        };
        Ok(builder
            .user_agent(limits.user_agent())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(resolver)
            .connect_timeout(CONNECT_TIMEOUT.min(limits.timeout))
            .read_timeout(IDLE_TIMEOUT.min(limits.timeout))
            .timeout(limits.timeout)
            .pool_max_idle_per_host(limits.per_host)
            // What curl and browsers accept too: a bad header is left out, the answer is read.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true))
    }
}

/// What was made before, or is made now. Two threads may make it at the same time; one of the two stays.
fn made(
    known: &OnceLock<reqwest::Client>,
    builder: impl FnOnce() -> Result<reqwest::ClientBuilder, Error>,
) -> Result<&reqwest::Client, Error> {
    if let Some(known) = known.get() {
        return Ok(known);
    }
    let client = builder()?.build().map_err(Error::SetUp)?;
    Ok(known.get_or_init(|| client))
}

/// A client that goes through a proxy. The only name that it looks up is the proxy's, which may well
/// be a private one.
fn through(proxy: &Secret) -> Result<(reqwest::ClientBuilder, Arc<Guard>), Error> {
    let address = proxy.reveal();
    let host = Url::parse(address)
        .ok()
        .and_then(|url| Allow::host_of(&url));
    let resolver = Guard::new(host.into_iter().collect());
    let proxy = reqwest::Proxy::all(address).map_err(Error::SetUp)?;
    Ok((reqwest::Client::builder().proxy(proxy), Arc::new(resolver)))
}
