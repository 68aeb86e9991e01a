//! The limits of requests: the table `[fetch]` of `feeds.toml`, checked.

use super::{Allow, Authorities};
use crate::model::Secret;
use std::path::PathBuf;
use std::time::Duration;

/// The bounds of all requests.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Where a server's owner finds out who sends the requests; part of the User-Agent.
    pub contact: Option<String>,
    /// Concurrent requests, all hosts together.
    pub in_flight: usize,
    /// Concurrent requests to one host.
    pub per_host: usize,
    /// Time between two requests to one host.
    pub gap: Duration,
    /// Time for one answer: connection, redirects and body together.
    pub timeout: Duration,
    /// Time for all requests of a pass.
    pub max_pass: Duration,
    /// Bytes of a body after decompression; the rest is not read.
    pub max_body: usize,
    /// Private hosts and networks that requests may go to.
    pub allow: Vec<Allow>,
    /// A proxy for all requests. It resolves the names, so only IP literals can be judged then.
    pub proxy: Option<Secret>,
    /// Who may sign certificates, besides those that the system trusts.
    pub authorities: Authorities,
    /// A folder on a disk, for bodies that are too large to be kept in memory.
    pub scratch: PathBuf,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            contact: None,
            in_flight: 64,
            per_host: 2,
            gap: Duration::from_secs(1),
            timeout: Duration::from_secs(30),
            // A pass is over before a cron job that comes every quarter of an hour starts the next one.
            max_pass: Duration::from_secs(600),
            max_body: 10 << 20,
            allow: Vec::new(),
            proxy: None,
            authorities: Authorities::default(),
            scratch: std::env::temp_dir(),
        }
    }
}

impl Limits {
    /// Time for one answer in a pass: no request may take more than half of it, so that one that begins
    /// in time has all of its time, and the pass still ends in time.
    pub(super) fn timeout_in_a_pass(&self) -> Duration {
        self.timeout.min(self.max_pass / 2)
    }

    /// `feedmill/0.1.0 (+https://example.org/about)`: honest, with a way to reach us.
    pub fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match &self.contact {
            Some(contact) => format!("feedmill/{version} (+{contact})"),
            None => format!("feedmill/{version}"),
        }
    }
}
