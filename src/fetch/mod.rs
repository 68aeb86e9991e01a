//! A [`Source`] and what we [remember](FetchState) of it -> what one visit brought. Does not know the
//! store: validators are given, and new ones are handed back with the body they came with.

mod body;
mod coding;
mod file;
mod freshness;
mod http;
mod request;
mod robots;

pub use body::Body;
pub use file::unpacked;

use crate::model::{FailureKind, FetchState, Location, Robots, Source};
use crate::net::{self, Client};
use chrono::{DateTime, Utc};
use reqwest::Response;
use reqwest::header::HeaderMap;
use std::time::Duration;
use url::Url;

/// One visit.
#[derive(Debug)]
pub struct Visit {
    /// What it brought.
    pub outcome: Outcome,
    /// Where it has moved to for good: where the permanent redirects (301, 308) before any other led.
    pub moved_to: Option<Url>,
    /// For how long the server says that its answer holds (`Cache-Control`, `Expires`).
    pub fresh_for: Option<Duration>,
    /// Each robots.txt that had to be asked: of the site, and of those that redirects led to.
    pub robots: Vec<Robots>,
    /// From each host's turn to the end of its answer, in all.
    pub took: Duration,
}

impl Visit {
    /// A visit that brought nothing.
    fn failed(error: Error) -> Self {
        Self {
            outcome: Outcome::Failed(error),
            moved_to: None,
            fresh_for: None,
            robots: Vec::new(),
            took: Duration::ZERO,
        }
    }
}

/// What a visit brought. Failure is a value: one source never stops another.
#[derive(Debug)]
pub enum Outcome {
    /// A body.
    Modified(Fetched),
    /// 304: what we have is what there is.
    NotModified,
    /// 410: stop asking.
    Gone,
    /// Nothing usable.
    Failed(Error),
}

/// A body and what it came with.
#[derive(Debug, Default)]
pub struct Fetched {
    /// Decoded bytes.
    pub body: Body,
    /// Where it was found, after redirects.
    pub url: Option<Url>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `ETag`, byte for byte: each is one character.
    pub etag: Option<String>,
    /// `Last-Modified`, likewise.
    pub last_modified: Option<String>,
    /// Why it is not to be taken as whole, if so: then the validators must not be kept.
    pub cut: Option<String>,
}

/// Why a visit brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer.
    #[error(transparent)]
    Net(#[from] net::Error),
    /// An answer, but not a document.
    #[error("server answered {status}{}", meaning(*.status))]
    Status {
        /// HTTP status.
        status: u16,
        /// From `Retry-After`: do not ask before.
        retry_after: Option<DateTime<Utc>>,
    },
    /// A page that programs are asked to leave alone.
    #[error("the site's robots.txt asks programs to leave this page alone")]
    Robots,
    /// Whether a page may be asked cannot be known.
    #[error(
        "the site's robots.txt cannot be read (server answered {status}): until it can, its pages are left alone"
    )]
    NoRobots {
        /// HTTP status.
        status: u16,
        /// From `Retry-After`: do not ask before.
        retry_after: Option<DateTime<Utc>>,
    },
    /// A redirect that leads nowhere.
    #[error("redirected {0}")]
    Redirect(&'static str),
    /// A header from `feeds.toml` cannot be sent.
    #[error("the header {0} has a value that cannot be sent")]
    Header(String),
    /// A file cannot be read.
    #[error("cannot read {path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file is larger than `max_body`.
    #[error("{path} is larger than max_body")]
    LargeFile {
        /// The file.
        path: String,
    },
}

impl Error {
    /// Its kind, for a report.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Net(error) => error.kind(),
            Self::Status { status, .. } => FailureKind::of_status(*status),
            Self::Robots | Self::NoRobots { .. } => FailureKind::Robots,
            Self::Redirect(_) => FailureKind::Redirect,
            Self::Header(_) => FailureKind::Configuration,
            Self::File { .. } => FailureKind::File,
            Self::LargeFile { .. } => FailureKind::TooLarge,
        }
    }

    /// From `Retry-After`: not fetched before.
    pub fn retry_after(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Status { retry_after, .. } | Self::NoRobots { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// What a status says that its number does not.
fn meaning(status: u16) -> &'static str {
    match status {
        304 => ", but it was asked for everything; it is at fault",
        305 => ", to use a proxy; that is not followed",
        401 => "; it wants a login",
        403 => "; it turns us away",
        410 => " where it redirects to",
        429 => "; we asked too often",
        _ => "",
    }
}

/// One request of a visit and the head of its answer, for whoever watches.
#[derive(Debug)]
pub struct Hop<'a> {
    /// Where it went.
    pub url: &'a Url,
    /// The headers that went with it, besides those of the client itself.
    pub sent: &'a HeaderMap,
    /// The answer, its body unread.
    pub response: &'a Response,
    /// From the host's turn to the head of the answer.
    pub took: Duration,
}

/// Visits a source once. `client` is there when the source needs one.
pub async fn visit(
    source: &Source,
    state: &FetchState,
    client: Option<&Client>,
    max_body: usize,
    now: DateTime<Utc>,
) -> Visit {
    visit_watched(source, state, client, max_body, now, &|_| ()).await
}

/// Visits a source once, and tells of each request.
pub async fn visit_watched(
    source: &Source,
    state: &FetchState,
    client: Option<&Client>,
    max_body: usize,
    now: DateTime<Utc>,
    watch: &(dyn Fn(&Hop<'_>) + Sync),
) -> Visit {
    match (&source.location, client) {
        (Location::Http(url), Some(client)) => {
            let proxied = source.proxy.as_ref().map(|proxy| client.through(proxy));
            let client = proxied.as_ref().unwrap_or(client);
            http::get(client, source, url, state, max_body, now, watch).await
        }
        (Location::Http(_), None) => {
            unreachable!("a client is made whenever a source has an address")
        }
        (Location::File { path, url }, _) => file::read(path, url.as_deref(), max_body),
    }
}
