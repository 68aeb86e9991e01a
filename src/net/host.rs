//! Politeness: at most a few concurrent requests per host, a gap between them, and a bound for all hosts
//! together. A host that asked for patience is left alone, and no request begins after the closing time.
//! "Host" is the name in the URL of the request.

use super::{Error, Limits};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// No request begins after this.
    closes: Option<Instant>,
    by_name: Mutex<HashMap<String, Host>>,
    newly_held: Mutex<Vec<(String, DateTime<Utc>)>>,
}

#[derive(Debug)]
struct Host {
    turns: Arc<Semaphore>,
    /// The next request may start then.
    next: Instant,
    /// It asked to be left alone until then (`Retry-After`).
    held: Option<DateTime<Utc>>,
}

/// The permission for one request. While it lives, the request counts as running.
#[derive(Debug)]
pub(super) struct Turn {
    _host: OwnedSemaphorePermit,
    _flight: OwnedSemaphorePermit,
}

impl Hosts {
    pub(super) fn new(limits: &Limits, closes: Option<Instant>) -> Self {
        Self {
            at_once: limits.per_host.min(Semaphore::MAX_PERMITS),
            gap: limits.gap,
            closes,
            in_flight: Arc::new(Semaphore::new(limits.in_flight.min(Semaphore::MAX_PERMITS))),
            by_name: Mutex::default(),
            newly_held: Mutex::default(),
        }
    }

    /// Waits until a request to this URL's host may start. The place among all requests is taken
    /// after the host's turn has come, so that a slow host delays only itself.
    pub(super) async fn turn(&self, url: &Url) -> Result<Turn, Error> {
        let name = url.host_str().unwrap_or_default();
        match self.closes {
            None => self.wait(name).await,
            // `timeout_at` would still give a turn that need not be waited for.
            Some(_) if self.is_closed() => Err(Error::Closed),
            Some(closes) => tokio::time::timeout_at(closes, self.wait(name))
                .await
                .unwrap_or(Err(Error::Closed)),
        }
    }

    /// Whether no request begins any more.
    pub(super) fn is_closed(&self) -> bool {
        self.closes.is_some_and(|closes| closes <= Instant::now())
    }

    async fn wait(&self, name: &str) -> Result<Turn, Error> {
        let host = permit(self.with(name, |host| Arc::clone(&host.turns))).await;
        loop {
            let next = self.with(name, |host| host.unheld(name).map(|()| host.next))?;
            tokio::time::sleep_until(next).await;
            let flight = permit(Arc::clone(&self.in_flight)).await;
            // Another request to this host may have started while this one waited for its place, or
            // its answer may have been that the host is to be left alone.
            let starts = |host: &mut Host| host.unheld(name).map(|()| host.starts(self.gap));
            if self.with(name, starts)? {
                return Ok(Turn {
                    _host: host,
                    _flight: flight,
                });
            }
        }
    }

    /// Leaves a host alone from now on. The later of several moments counts.
    pub(super) fn hold(&self, name: &str, until: DateTime<Utc>) {
        let is_later = self.with(name, |host| {
            let before = host.held;
            host.held = before.max(Some(until));
            host.held != before
        });
        if is_later {
            lock(&self.newly_held).push((name.to_owned(), until));
        }
    }

    /// The hosts that are left alone since this was last asked, and until when.
    pub(super) fn newly_held(&self) -> Vec<(String, DateTime<Utc>)> {
        std::mem::take(&mut *lock(&self.newly_held))
    }

    fn with<T>(&self, name: &str, act: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = lock(&self.by_name);
        if let Some(host) = hosts.get_mut(name) {
            return act(host);
        }
        let host = Host {
            turns: Arc::new(Semaphore::new(self.at_once)),
            next: Instant::now(),
            held: None,
        };
        act(hosts.entry(name.to_owned()).or_insert(host))
    }
}

impl Host {
    fn unheld(&self, name: &str) -> Result<(), Error> {
        match self.held {
            None => Ok(()),
            Some(until) => Err(Error::Held {
                host: name.to_owned(),
                until,
            }),
        }
    }

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

/// A panic elsewhere leaves what is locked as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn hosts(in_flight: usize, per_host: usize, gap: u64) -> Hosts {
        closing(in_flight, per_host, gap, None)
    }

    fn closing(in_flight: usize, per_host: usize, gap: u64, closes: Option<Instant>) -> Hosts {
        let limits = Limits {
            in_flight,
            per_host,
            gap: Duration::from_secs(gap),
            ..Limits::default()
        };
        Hosts::new(&limits, closes)
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn two_requests_to_one_host_are_spaced() {
        let hosts = hosts(9, 2, 5);
        let before = Instant::now();
        let _first = hosts.turn(&url("http://a.example/1")).await.unwrap();
        assert_eq!(before.elapsed(), Duration::ZERO);
        let _second = hosts.turn(&url("http://a.example/2")).await.unwrap();
        assert_eq!(before.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn another_host_does_not_wait() {
        let hosts = hosts(9, 1, 5);
        let before = Instant::now();
        let _first = hosts.turn(&url("http://a.example/")).await.unwrap();
        let _second = hosts.turn(&url("http://b.example/")).await.unwrap();
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_at_once_than_allowed() {
        let hosts = hosts(9, 1, 0);
        let first = hosts.turn(&url("http://a.example/")).await.unwrap();
        let waited = tokio::time::timeout(
            Duration::from_secs(9),
            hosts.turn(&url("http://a.example/")),
        )
        .await;
        assert!(waited.is_err());
        drop(first);
        let _next = hosts.turn(&url("http://a.example/")).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_waited_for_a_place_are_spaced_all_the_same() {
        let hosts = hosts(2, 2, 5);
        let before = Instant::now();
        let slow = [
            hosts.turn(&url("http://a.example/")).await.unwrap(),
            hosts.turn(&url("http://b.example/")).await.unwrap(),
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

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asked_for_patience_is_left_alone_and_no_other() {
        let hosts = hosts(9, 2, 5);
        let until = DateTime::from_timestamp(1_718_409_600, 0).unwrap();
        let _first = hosts.turn(&url("http://a.example/")).await.unwrap();
        let another = url("http://a.example/");
        let answer = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            hosts.hold("a.example", until);
            hosts.hold("a.example", until - chrono::Duration::hours(1));
        };
        let (second, ()) = tokio::join!(hosts.turn(&another), answer);
        assert!(matches!(second, Err(Error::Held { until: at, .. }) if at == until));
        assert!(hosts.turn(&url("http://b.example/")).await.is_ok());
        assert_eq!(hosts.newly_held(), [("a.example".to_owned(), until)]);
        assert_eq!(hosts.newly_held(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_begins_after_the_closing_time() {
        let closes = Instant::now() + Duration::from_secs(9);
        let hosts = closing(9, 2, 60, Some(closes));
        let _first = hosts.turn(&url("http://a.example/")).await.unwrap();
        let second = hosts.turn(&url("http://a.example/")).await;
        assert!(matches!(second, Err(Error::Closed)));
        assert_eq!(Instant::now(), closes);
        assert!(hosts.turn(&url("http://b.example/")).await.is_err());
    }
}
