//! Items -> the story of each, as a stream. [`Filter`] is the whole of `dedupe` in memory. A pass of
//! the mill over the same items gives the same stories; the documentation of `dedupe` says where the
//! two differ.

use super::coverage::{Coverage, Gist};
use super::fingerprint::Fingerprint;
use super::identical::{Candidate, Member, Merger, Placement, source_number};
use super::limits::WINDOW;
use crate::model::Item;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, VecDeque};

/// The newest items, of which most must have made a leap in time before it counts.
const RECENT: usize = 9;

/// How far ahead of an item the words of others are counted.
const AHEAD: TimeDelta = WINDOW;
/// The most items that are.
const MOST_AHEAD: usize = 4096;

/// An item and the story it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The item's position in the stream, from 0.
    pub number: u64,
    /// The position of the story's first item.
    pub story: u64,
    /// Why it belongs to that story.
    pub placement: Placement,
}

/// Assigns each item to a story, in the order given. Oldest first gives the best result.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    merger: Merger,
    clock: Clock,
    next: u64,
}

impl Filter {
    /// A filter without items.
    pub fn new() -> Self {
        Self::default()
    }

    /// Assigns the next item to a story.
    pub fn place(&mut self, item: &Item) -> Placed {
        let number = self.next;
        self.next += 1;
        let candidate = Candidate {
            number,
            source: source_number(source(item)),
            listed: false,
            published: item.date_published,
            fingerprint: Fingerprint::of(item),
        };
        self.merger
            .forget_before(self.clock.now(item.date_published));
        let placement = self.merger.place(&candidate);
        let member = match placement {
            Placement::New => Member {
                story: number,
                is_first: true,
                first_published: item.date_published,
                steps: 0,
            },
            Placement::Joins {
                story,
                first_published,
                steps,
                ..
            } => Member {
                story,
                is_first: false,
                first_published,
                steps,
            },
        };
        self.merger.remember(&candidate, member);
        Placed {
            number,
            story: member.story,
            placement,
        }
    }
}

/// The present, by the dates of items. One item that is dated 2099 must not expire everything before
/// it. So a leap in time counts only when most of the newest items have made it.
#[derive(Clone, Debug, Default)]
struct Clock {
    /// The dates of the newest items.
    recent: VecDeque<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Clock {
    /// The present when an item of this date arrives.
    fn now(&mut self, published: DateTime<Utc>) -> DateTime<Utc> {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(published);
        if published > self.now && published - self.now <= WINDOW {
            self.now = published;
            return self.now;
        }
        let mut recent: Vec<_> = self.recent.iter().copied().collect();
        recent.sort_unstable();
        let middle = recent[(recent.len() - 1) / 2];
        if (middle - self.now).abs() > WINDOW {
            self.now = middle;
        }
        self.now
    }
}

/// The source that an item names, else the host of its URL.
fn source(item: &Item) -> &str {
    let named = item.source.id.as_str();
    if !named.is_empty() {
        return named;
    }
    let host = item.url.as_deref().and_then(|url| url.split('/').nth(2));
    host.unwrap_or_default()
}

/// For each item the position of the first item of its coverage, from 0. Reads all items before it
/// answers, because two coverages may turn out to be one. So it can sort them by date, as a pass
/// does: the order in which they are given does not matter.
pub fn coverages<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<u64> {
    let mut ordered: Vec<(u64, &Item)> = (0..).zip(items).collect();
    ordered.sort_by_key(|(_, item)| (item.date_published, item.id.as_str()));
    let mut coverage = Coverage::new();
    let mut placed = Vec::new();
    let mut absorbed = HashMap::new();
    let mut ahead = VecDeque::new();
    let mut rest = ordered.iter();
    for &(number, item) in &ordered {
        let enough = item.date_published + AHEAD;
        while ahead.len() < MOST_AHEAD
            && rest
                .as_slice()
                .first()
                .is_some_and(|next| next.1.date_published <= enough)
        {
            let Some((_, next)) = rest.next() else { break };
            let gist = Gist::of(next, source_number(source(next)));
            coverage.count(&gist);
            ahead.push_back(gist);
        }
        let Some(gist) = ahead.pop_front() else { break };
        coverage.forget_before(item.date_published);
        let covered = coverage.place(number, item.date_published, &gist);
        absorbed.extend(
            covered
                .absorbed
                .into_iter()
                .map(|small| (small, covered.coverage)),
        );
        placed.push((number, covered.coverage));
    }
    for (_, first) in &mut placed {
        while let Some(&into) = absorbed.get(first) {
            *first = into;
        }
    }
    placed.sort_unstable();
    placed.into_iter().map(|(_, first)| first).collect()
}
