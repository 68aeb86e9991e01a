//! Items in, items with their stories out: the whole room as a stream. A pass of the mill over the
//! same items comes to the same stories; the room's own documentation says where they differ.

use super::coverage::{Coverage, Gist};
use super::fingerprint::Fingerprint;
use super::identical::{Candidate, Member, Merger, Placement, number_of};
use super::limits::WINDOW;
use crate::model::Item;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, VecDeque};

/// Items of which most must have made a leap in time before it counts.
const WITNESSES: usize = 9;

/// An item and the story it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The item's place in the stream, from 0.
    pub number: u64,
    /// The place of the story's first item.
    pub story: u64,
    /// How it came there.
    pub placement: Placement,
}

/// Places items one after another, in the order given; best oldest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    merger: Merger,
    clock: Clock,
    next: u64,
}

impl Filter {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Places the next item.
    pub fn place(&mut self, item: &Item) -> Placed {
        let number = self.next;
        self.next += 1;
        let candidate = Candidate {
            number,
            source: number_of(source(item)),
            published: item.date_published,
            fingerprint: Fingerprint::of(item),
        };
        self.merger
            .forget_before(self.clock.now(item.date_published));
        let placement = self.merger.place(&candidate);
        let member = match placement {
            Placement::New => Member {
                story: number,
                begins: true,
                since: item.date_published,
                steps: 0,
            },
            Placement::Joins {
                story,
                since,
                steps,
                ..
            } => Member {
                story,
                begins: false,
                since,
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

/// What time it is, by the dates of items: one that is dated 2099 must not make everything forgotten
/// that came before it. So a leap counts when most of the newest items have made it.
#[derive(Clone, Debug, Default)]
struct Clock {
    /// The dates of the newest items.
    frequencies: VecDeque<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Clock {
    /// The present when an item of this date comes.
    fn now(&mut self, published: DateTime<Utc>) -> DateTime<Utc> {
        if self.frequencies.len() == WITNESSES {
            self.frequencies.pop_front();
        }
        self.frequencies.push_back(published);
        if published > self.now && published - self.now <= WINDOW {
            self.now = published;
            return self.now;
        }
        let mut frequencies: Vec<_> = self.frequencies.iter().copied().collect();
        frequencies.sort_unstable();
        let middle = frequencies[(frequencies.len() - 1) / 2];
        if (middle - self.now).abs() > WINDOW {
            self.now = middle;
        }
        self.now
    }
}

/// The source that an item names, else the host of its page.
fn source(item: &Item) -> &str {
    let named = item.source.id.as_str();
    if !named.is_empty() {
        return named;
    }
    let host = item.url.as_deref().and_then(|url| url.split('/').nth(2));
    host.unwrap_or_default()
}

/// For each item the place of the first item of its coverage, from 0. Looks at all items before it
/// answers, because coverages that begin apart may prove to be one. So it can take them in order of
/// date, as a pass does: in which order they are given means nothing.
pub fn coverages<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<u64> {
    let mut ordered: Vec<(u64, &Item)> = (0..).zip(items).collect();
    ordered.sort_by_key(|(_, item)| (item.date_published, item.id.as_str()));
    let mut coverage = Coverage::new();
    let mut placed = Vec::new();
    let mut absorbed = HashMap::new();
    for (number, item) in ordered {
        coverage.forget_before(item.date_published);
        let covered = coverage.place(number, item.date_published, &Gist::of(item));
        absorbed.extend(covered.absorbed.map(|small| (small, covered.coverage)));
        placed.push((number, covered.coverage));
    }
    for (_, place) in &mut placed {
        while let Some(&into) = absorbed.get(place) {
            *place = into;
        }
    }
    placed.sort_unstable();
    placed.into_iter().map(|(_, place)| place).collect()
}
