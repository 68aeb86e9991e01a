//! The sources that wait to be fetched, in the order in which they start. Each host has a line of its
//! own and only a few places at a time, so that a slow host, or one with thousands of sources, delays only
//! itself.

use crate::model::{Location, Source};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The host of a source's address; none of a file.
pub(super) type Host = Option<String>;

pub(super) fn host(source: &Source) -> Host {
    let url = source.location.url()?;
    matches!(source.location, Location::Http(_)).then_some(())?;
    url.host_str().map(str::to_owned)
}

/// The lines of all hosts.
pub(super) struct Queue {
    /// Places of each host.
    places: usize,
    lines: HashMap<Host, Line>,
    /// Hosts whose next source may start, each once, in turn.
    ready: VecDeque<Host>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Arc<Source>>,
    started: usize,
    is_ready: bool,
}

impl Queue {
    /// Sources with the moment at which each was due. The one that has waited longest starts first, and
    /// one that was never fetched before all others: what an earlier pass had no time for.
    pub(super) fn new(
        mut sources: Vec<(Option<DateTime<Utc>>, Arc<Source>)>,
        places: usize,
    ) -> Self {
        sources.sort_by_key(|(due, _)| *due);
        let mut queue = Self {
            places,
            lines: HashMap::new(),
            ready: VecDeque::new(),
        };
        for (_, source) in sources {
            let host = host(&source);
            let line = queue.lines.entry(host.clone()).or_default();
            line.waiting.push_back(source);
            if !std::mem::replace(&mut line.is_ready, true) {
                queue.ready.push_back(host);
            }
        }
        queue
    }

    /// The next source that may start. Hosts take turns.
    pub(super) fn next(&mut self) -> Option<Arc<Source>> {
        loop {
            let host = self.ready.pop_front()?;
            let line = self.lines.get_mut(&host)?;
            line.is_ready = false;
            // None: all that waited have been dismissed.
            let Some(source) = line.waiting.pop_front() else {
                continue;
            };
            line.started += 1;
            line.is_ready = line.may_start(&host, self.places);
            if line.is_ready {
                self.ready.push_back(host);
            }
            return Some(source);
        }
    }

    /// A source of this host has been visited.
    pub(super) fn done(&mut self, host: Host) {
        let Some(line) = self.lines.get_mut(&host) else {
            return;
        };
        line.started = line.started.saturating_sub(1);
        if !line.is_ready && line.may_start(&host, self.places) {
            line.is_ready = true;
            self.ready.push_back(host);
        }
    }

    /// The sources of a host that have not started. They do not start any more.
    pub(super) fn dismiss(&mut self, host: &Host) -> VecDeque<Arc<Source>> {
        let line = self.lines.get_mut(host);
        line.map(|line| std::mem::take(&mut line.waiting))
            .unwrap_or_default()
    }

    /// The sources of all hosts that have not started, as [`Self::dismiss`] gives them. Files are read.
    pub(super) fn dismiss_all(&mut self) -> Vec<Arc<Source>> {
        let lines = self.lines.iter_mut().filter(|(host, _)| host.is_some());
        lines
            .flat_map(|(_, line)| std::mem::take(&mut line.waiting))
            .collect()
    }
}

impl Line {
    /// Files have as many places as they want.
    fn may_start(&self, host: &Host, places: usize) -> bool {
        !self.waiting.is_empty() && (host.is_none() || self.started < places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceId;
    use url::Url;

    /// Sources by address, with the minute in which each was due; 0 was never fetched.
    fn queue(places: usize, sources: &[(&str, i64)]) -> Queue {
        let source = |&(address, due): &(&str, i64)| {
            let url = Url::parse(&format!("https://{address}")).unwrap();
            let source = Source::new(SourceId::new(address), Location::Http(url.into()));
            let due = (due > 0).then(|| DateTime::from_timestamp(due * 60, 0).unwrap());
            (due, Arc::new(source))
        };
        Queue::new(sources.iter().map(source).collect(), places)
    }

    fn started(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.next())
            .map(|source| source.id.to_string())
            .collect()
    }

    #[test]
    fn hosts_take_turns_and_who_waited_longest_is_first() {
        let sources = [("a/1", 9), ("a/2", 5), ("b/1", 7), ("a/3", 0), ("c/1", 8)];
        let mut queue = queue(9, &sources);
        assert_eq!(started(&mut queue), ["a/3", "b/1", "c/1", "a/2", "a/1"]);
    }

    #[test]
    fn a_host_has_only_so_many_places() {
        let sources = [("a/1", 1), ("a/2", 2), ("a/3", 3), ("a/4", 4), ("b/1", 5)];
        let mut queue = queue(2, &sources);
        let a = Some("a".to_owned());
        assert_eq!(started(&mut queue), ["a/1", "b/1", "a/2"]);
        queue.done(Some("b".to_owned()));
        assert_eq!(started(&mut queue).len(), 0);
        queue.done(a.clone());
        assert_eq!(started(&mut queue), ["a/3"]);
        queue.done(a);
        assert_eq!(queue.dismiss_all().len(), 1);
        assert_eq!(started(&mut queue).len(), 0);
    }

    #[test]
    fn who_is_dismissed_does_not_start() {
        let mut queue = queue(9, &[("a/1", 1), ("a/2", 2), ("b/1", 3)]);
        let gone = queue.dismiss(&Some("a".to_owned()));
        assert_eq!(gone.len(), 2);
        assert_eq!(started(&mut queue), ["b/1"]);
        queue.done(Some("a".to_owned()));
        assert_eq!(started(&mut queue).len(), 0);
    }
}
