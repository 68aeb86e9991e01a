//! Sources that are due and were not fetched: how many, and why.

use super::queue::Host;
use crate::mill::report::{Waiting, WaitingFor};
use crate::model::{Location, Source};
use crate::net;
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;

/// Counts of them.
#[derive(Default)]
pub(super) struct Waits {
    held: BTreeMap<(DateTime<Utc>, Host), usize>,
    late: BTreeMap<Host, usize>,
}

/// Why a source was not fetched: a request that was not sent.
pub(super) enum NotNow {
    /// The host asked to be left alone.
    Held { host: String, until: DateTime<Utc> },
    /// The time for requests was over.
    Closed,
}

impl NotNow {
    /// Of the error of a visit, if it was ended by one.
    pub(super) fn of(error: &net::Error) -> Option<Self> {
        match error {
            net::Error::Held { host, until } => Some(Self::Held {
                host: host.clone(),
                until: *until,
            }),
            net::Error::Closed => Some(Self::Closed),
            _ => None,
        }
    }
}

impl Waits {
    pub(super) fn add(&mut self, source: &Source, why: NotNow) {
        // The host of a secret address is as secret.
        let shown = |host: Host| host.filter(|_| source.public_url.is_some());
        let count = match why {
            NotNow::Held { host, until } => self.held.entry((until, shown(Some(host)))),
            NotNow::Closed => {
                let host = match &source.location {
                    Location::Http(url) => url.host_str().map(str::to_owned),
                    Location::File { .. } => None,
                };
                return *self.late.entry(shown(host)).or_default() += 1;
            }
        };
        *count.or_default() += 1;
    }

    /// For the report. Of those that came too late only the host with most of them is named.
    pub(super) fn tell(self) -> Vec<Waiting> {
        let held = self
            .held
            .into_iter()
            .map(|((until, host), sources)| Waiting {
                why: WaitingFor::RetryAfter,
                sources,
                host,
                until: Some(until.to_rfc3339_opts(SecondsFormat::Secs, true)),
            });
        let mut waiting: Vec<_> = held.collect();
        let all: usize = self.late.values().sum();
        if all > 0 {
            let most = self.late.into_iter().max_by_key(|(_, sources)| *sources);
            let (host, of_host) = most.unwrap_or_default();
            waiting.push(Waiting {
                why: WaitingFor::MaxPass,
                sources: all,
                host: host.filter(|_| of_host > all / 2),
                until: None,
            });
        }
        waiting
    }
}
