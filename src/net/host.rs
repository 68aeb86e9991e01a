//! Politeness: at most a few concurrent requests per host, a gap between them, and a bound for all hosts
//! together. "Host" is the name in the URL of the request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

/// The hosts, and when the next request to each may start.
#[derive(Debug)]
pub(super) struct Hosts {
    at_once: usize,
    gap: Duration,
    in_flight: Arc<Semaphore>,
    by_name: Mutex<HashMap<String, Host>>,
}

#[derive(Debug)]
struct Host {
    turns: Arc<Semaphore>,
    /// The next request may start then.
    next: Instant,
}

/// The permission for one request. While it lives, the request counts as running.
#[derive(Debug)]
pub(super) struct Turn {
    _host: OwnedSemaphorePermit,
    _flight: OwnedSemaphorePermit,
}

impl Hosts {
    pub(super) fn new(in_flight: usize, at_once: usize, gap: Duration) -> Self {
        Self {
            at_once: at_once.min(Semaphore::MAX_PERMITS),
            gap,
            in_flight: Arc::new(Semaphore::new(in_flight.min(Semaphore::MAX_PERMITS))),
            by_name: Mutex::default(),
        }
    }

    /// Waits until a request to this URL's host may start. The place among all requests is taken
    /// after the host's turn has come, so that a slow host delays only itself.
    pub(super) async fn turn(&self, url: &Url) -> Turn {
        let name = url.host_str().unwrap_or_default();
        let host = permit(self.with(name, |host| Arc::clone(&host.turns))).await;
        loop {
            tokio::time::sleep_until(self.with(name, |host| host.next)).await;
            let flight = permit(Arc::clone(&self.in_flight)).await;
            // Another request to this host may have started while this one waited for its place.
            if self.with(name, |host| host.starts(self.gap)) {
                return Turn {
                    _host: host,
                    _flight: flight,
                };
            }
        }
    }

    fn with<T>(&self, name: &str, act: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get_mut(name) {
            return act(host);
        }
        let host = Host {
            turns: Arc::new(Semaphore::new(self.at_once)),
            next: Instant::now(),
        };
        act(hosts.entry(name.to_owned()).or_insert(host))
    }
}

impl Host {
    /// Starts a request, if one may start now.
    fn starts(&mut self, gap: Duration) -> bool {
        let now = Instant::now();
        let may = self.next <= now;
        if may {
            self.next = now + gap;
        }
        may
    }
}

async fn permit(of: Arc<Semaphore>) -> OwnedSemaphorePermit {
    let Ok(permit) = of.acquire_owned().await else {
        unreachable!("no semaphore is ever closed here")
    };
    permit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn two_requests_to_one_host_are_spaced() {
        let hosts = Hosts::new(9, 2, Duration::from_secs(5));
        let before = Instant::now();
        let _first = hosts.turn(&url("http://a.example/1")).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        let _second = hosts.turn(&url("http://a.example/2")).await;
        assert_eq!(before.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn another_host_does_not_wait() {
        let hosts = Hosts::new(9, 1, Duration::from_secs(5));
        let before = Instant::now();
        let _first = hosts.turn(&url("http://a.example/")).await;
        let _second = hosts.turn(&url("http://b.example/")).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_at_once_than_allowed() {
        let hosts = Hosts::new(9, 1, Duration::ZERO);
        let first = hosts.turn(&url("http://a.example/")).await;
        let waited = tokio::time::timeout(
            Duration::from_secs(9),
            hosts.turn(&url("http://a.example/")),
        )
        .await;
        assert!(waited.is_err());
        drop(first);
        let _next = hosts.turn(&url("http://a.example/")).await;
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_waited_for_a_place_are_spaced_all_the_same() {
        let hosts = Hosts::new(2, 2, Duration::from_secs(5));
        let before = Instant::now();
        let slow = [
            hosts.turn(&url("http://a.example/")).await,
            hosts.turn(&url("http://b.example/")).await,
        ];
        let waiting = async {
            let both = [url("http://c.example/1"), url("http://c.example/2")];
            let both = both.each_ref().map(|url| hosts.turn(url));
            let [_first, _second] = futures_util::future::join_all(both)
                .await
                .try_into()
                .unwrap();
            before.elapsed()
        };
        let later = async {
            tokio::time::sleep(Duration::from_secs(20)).await;
            drop(slow);
        };
        let (elapsed, ()) = tokio::join!(waiting, later);
        assert_eq!(elapsed, Duration::from_secs(25));
    }
}
