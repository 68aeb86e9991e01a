//! One HTTP client for all requests: which addresses they may connect to, how many run at the same time,
//! and how they are spaced per host. The caller follows redirects hop by hop, because each hop is a new
//! address to judge.

mod authorities;
mod connectors;
mod guard;
mod host;
mod http_date;
mod limits;
mod retry_after;

pub use authorities::Authorities;
pub use guard::{Allow, refused_host};
pub use http_date::http_date;
pub use limits::Limits;
pub use retry_after::retry_after;

use crate::model::{FailureKind, Secret};
use chrono::{DateTime, Utc};
use connectors::Connectors;
use guard::Guard;
use host::{Hosts, Turn};
use reqwest::header::{self, HeaderMap, HeaderValue};
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The guard refuses the address.
    #[error("{}", refused(host, address))]
    Private {
        /// The host of the URL.
        host: String,
        /// The address it resolves to.
        address: IpAddr,
    },
    /// Not http or https.
    #[error("\"{0}:\" is not fetched, only http and https are")]
    Scheme(String),
    /// The client cannot work on this machine.
    #[error("cannot set up HTTPS: {}; install the system's root certificates (ca-certificates)", chain(.0))]
    SetUp(reqwest::Error),
    /// It took longer than allowed.
    #[error("no complete answer within the time allowed")]
    TimedOut,
    /// The name does not resolve.
    #[error("the name of its host is not known")]
    UnknownHost,
    /// The server does not accept the connection, or closes it before it has sent anything.
    #[error("cannot connect: {0}")]
    Unconnected(String),
    /// The certificate is not valid, or there is no common version of TLS.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Protocol.
    #[error("the connection failed: {0}")]
    Transport(String),
    /// The host asked to be left alone (`Retry-After`). No request was sent.
    #[error("{host} asked to be left alone until {}", until.format("%Y-%m-%d %H:%M UTC"))]
    Held {
        /// The host.
        host: String,
        /// When it may be asked again.
        until: DateTime<Utc>,
    },
    /// The time for requests is over. No request was sent.
    #[error("the time for requests is over")]
    Closed,
    /// The caller did not make a request of it: an address or a header that is none.
    #[error("{0} is not valid")]
    Request(&'static str),
}

/// A request with a body.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// `POST`, `PUT` and so on.
    pub method: &'a str,
    /// Where to.
    pub url: &'a str,
    /// Its headers.
    pub headers: Vec<(&'a str, &'a str)>,
    /// Its body.
    pub body: &'a str,
}

/// The answer to it.
#[derive(Debug)]
pub struct Incoming {
    /// Its status code.
    pub status: u16,
    /// Names in small letters, with values.
    pub headers: Vec<(String, String)>,
    /// Its body, or the beginning of it.
    pub body: Vec<u8>,
}

impl Error {
    /// Its kind, for a report.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Private { .. } | Self::Scheme(_) => FailureKind::BlockedAddress,
            Self::SetUp(_) => FailureKind::Internal,
            Self::TimedOut | Self::Closed => FailureKind::Timeout,
            Self::Held { .. } => FailureKind::TooManyRequests,
            Self::UnknownHost => FailureKind::Dns,
            Self::Unconnected(_) => FailureKind::Connect,
            Self::Tls(_) => FailureKind::Tls,
            Self::Transport(_) | Self::Request(_) => FailureKind::Transport,
        }
    }
}

fn refused(host: &str, address: &IpAddr) -> String {
    let is_literal = host.trim_matches(['[', ']']).parse() == Ok(*address);
    if is_literal {
        format!("{address} is a private address")
    } else {
        format!("{host} leads to the private address {address}")
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The URL may be a secret, and the caller names the source.
        let error = error.without_url();
        if let Some(error) = guard::failed_lookup(&error) {
            return error;
        }
        match innermost(&error) {
            // Where nobody answers at all, not even to refuse.
            _ if error.is_timeout() && error.is_connect() => {
                Self::Unconnected("nobody answers".to_owned())
            }
            _ if error.is_timeout() => Self::TimedOut,
            cause if is_tls(&error) => Self::Tls(cause),
            cause if error.is_connect() => Self::Unconnected(cause),
            cause => Self::Transport(cause),
        }
    }
}

/// Whether TLS is the cause of the failure. The error that an `io::Error` wraps is not its `source`.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|inner| is_tls(inner))
        || error.source().is_some_and(is_tls)
}

/// The error of the system itself.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

/// An error with its causes: reqwest alone says only "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    connectors: Arc<Connectors>,
    guard: Arc<Guard>,
    hosts: Arc<Hosts>,
    scratch: Arc<Path>,
    limits: Arc<Limits>,
    /// What goes through the proxies of single sources, by their addresses.
    proxied: Arc<Mutex<HashMap<String, Arc<Connectors>>>>,
}

/// An answer whose body is still to be read. While it lives, the request counts as running.
#[derive(Debug)]
pub struct Answer {
    /// Status, headers, body.
    pub response: reqwest::Response,
    /// The folder for its body, if that is large.
    pub scratch: Arc<Path>,
    /// From the host's turn to the head of the answer.
    pub took: Duration,
    _turn: Turn,
}

impl Client {
    /// A client that keeps these limits.
    pub fn new(limits: &Limits) -> Result<Self, Error> {
        let client = Self::build(limits.clone(), None);
        client.prepare_https()?;
        Ok(client)
    }

    /// A client for the requests of a pass that begins now: the last answer is there when `max_pass`
    /// is over.
    pub fn for_a_pass(limits: &Limits) -> Self {
        let limits = Limits {
            timeout: limits.timeout_in_a_pass(),
            ..limits.clone()
        };
        let open = limits.max_pass.saturating_sub(limits.timeout);
        Self::build(limits, tokio::time::Instant::now().checked_add(open))
    }

    fn build(limits: Limits, closes: Option<tokio::time::Instant>) -> Self {
        let guard = Arc::new(Guard::new(limits.allow.clone()));
        let limits = Arc::new(limits);
        Self {
            connectors: Arc::new(Connectors::new(&limits, limits.proxy.as_ref(), &guard)),
            guard,
            proxied: Arc::default(),
            hosts: Arc::new(Hosts::new(&limits, closes)),
            scratch: limits.scratch.as_path().into(),
            limits,
        }
    }

    /// Makes ready what requests over https need: it fails on a machine that has no root certificates.
    pub fn prepare_https(&self) -> Result<(), Error> {
        self.connectors.secure().map(drop)
    }

    /// The same client through another proxy, with the same turns of hosts.
    #[must_use]
    pub fn through(&self, proxy: &Secret) -> Self {
        let mut known = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
        let connectors = known
            .entry(proxy.reveal().to_owned())
            .or_insert_with(|| Arc::new(Connectors::new(&self.limits, Some(proxy), &self.guard)));
        Self {
            connectors: Arc::clone(connectors),
            ..self.clone()
        }
    }

    /// The addresses that a request to this URL would be sent to.
    pub async fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, Error> {
        self.guard.addresses(url).await
    }

    /// One POST of a form; the status of the answer. It does not wait for the host's turn: a hub
    /// that asks for pings accepts several in a row.
    pub async fn post(&self, url: &Url, form: String) -> Result<u16, Error> {
        const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.guard.check(url)?;
        let request = self.connectors.to(url)?.post(url.clone()).body(form);
        let answer = request.header(header::CONTENT_TYPE, FORM).send().await?;
        Ok(answer.status().as_u16())
    }

    /// Sends a request with a body; of the answer, so many bytes are read. It does not wait for the host's turn: the
    /// caller knows how often it may send.
    pub async fn send(&self, outgoing: Outgoing<'_>, max: usize) -> Result<Incoming, Error> {
        let url = Url::parse(outgoing.url).map_err(|_| Error::Request("the address"))?;
        self.guard.check(&url)?;
        let method = outgoing
            .method
            .parse()
            .map_err(|_| Error::Request("the method"))?;
        let mut request = self
            .connectors
            .to(&url)?
            .request(method, url)
            .body(outgoing.body.to_owned());
        for (name, value) in outgoing.headers {
            let value = HeaderValue::from_str(value).map_err(|_| Error::Request("a header"))?;
            request = request.header(name, value);
        }
        let mut answer = request.send().await?;
        let headers = answer.headers().iter();
        let headers = headers.filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        let mut incoming = Incoming {
            status: answer.status().as_u16(),
            headers: headers.collect(),
            body: Vec::new(),
        };
        while let Some(piece) = answer.chunk().await? {
            let room = max - incoming.body.len();
            incoming
                .body
                .extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.len() >= room {
                break;
            }
        }
        Ok(incoming)
    }

    /// The time that a request may take, with all its redirects.
    pub fn timeout(&self) -> Duration {
        self.limits.timeout
    }

    /// Sends no more requests to a host, which asked to be left alone until then.
    pub fn hold(&self, host: &str, until: DateTime<Utc>) {
        self.hosts.hold(host, until);
    }

    /// The hosts that are held since this was last asked, and until when.
    pub fn newly_held(&self) -> Vec<(String, DateTime<Utc>)> {
        self.hosts.newly_held()
    }

    /// Whether the time for requests is over.
    pub fn is_closed(&self) -> bool {
        self.hosts.is_closed()
    }

    /// One GET, when it is this host's turn. From then on it may take so long, with its body.
    pub async fn get(
        &self,
        url: &Url,
        headers: HeaderMap,
        within: Duration,
    ) -> Result<Answer, Error> {
        self.guard.check(url)?;
        if within.is_zero() {
            return Err(Error::TimedOut);
        }
        let turn = self.hosts.turn(url).await?;
        let begun = Instant::now();
        let request = self.connectors.to(url)?.get(url.clone());
        let request = request.headers(headers);
        let response = request.timeout(within).send().await?;
        Ok(Answer {
            response,
            scratch: Arc::clone(&self.scratch),
            took: begun.elapsed(),
            _turn: turn,
        })
    }
}
