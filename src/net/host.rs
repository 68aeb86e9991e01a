//! Politeness per host: at most a few requests at once, and a gap between them. "Host" is the name
//! as dialled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

/// Whose turn it is, per host.
#[derive(Debug)]
pub(super) struct Hosts {
    at_once: usize,
    gap: Duration,
    by_name: Mutex<HashMap<String, Host>>,
}

#[derive(Debug)]
struct Host {
    turns: Arc<Semaphore>,
    /// The next request may start then.
    next: Instant,
}

impl Hosts {
    pub(super) fn new(at_once: usize, gap: Duration) -> Self {
        Self {
            at_once: at_once.min(Semaphore::MAX_PERMITS),
            gap,
            by_name: Mutex::default(),
        }
    }

    /// Waits until a request to this URL's host may start; the turn lasts as long as the permit.
    pub(super) async fn turn(&self, url: &Url) -> OwnedSemaphorePermit {
        let name = url.host_str().unwrap_or_default();
        let turns = self.with(name, |host| Arc::clone(&host.turns));
        let Ok(permit) = turns.acquire_owned().await else {
            unreachable!("the semaphore is never closed")
        };
        let start = self.with(name, |host| {
            let start = host.next.max(Instant::now());
            host.next = start + self.gap;
            start
        });
        tokio::time::sleep_until(start).await;
        permit
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

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn two_requests_to_one_host_are_spaced() {
        let hosts = Hosts::new(2, Duration::from_secs(5));
        let before = Instant::now();
        let _first = hosts.turn(&url("http://a.example/1")).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        let _second = hosts.turn(&url("http://a.example/2")).await;
        assert_eq!(before.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn another_host_does_not_wait() {
        let hosts = Hosts::new(1, Duration::from_secs(5));
        let before = Instant::now();
        let _first = hosts.turn(&url("http://a.example/")).await;
        let _second = hosts.turn(&url("http://b.example/")).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_at_once_than_allowed() {
        let hosts = Hosts::new(1, Duration::ZERO);
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
}
