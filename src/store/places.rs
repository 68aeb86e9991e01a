//! The arrivals of a theme -> those that stand in its subscription document.
//!
//! They are the last ones. One source can be so busy that they are all its own; then readers lose what
//! others brought an hour ago. So either the theme says how many of one source it takes, and all others
//! wait for the archive. Or, where it does not say, a source that has more than half of the places
//! leaves some of its own to what others brought in [`LATELY`]. Half, because its own arrivals have to
//! stand for a while, too: the more it leaves, the sooner they go.

use crate::digest::{Digest, Encode};
use std::collections::HashMap;

/// What arrived within so many seconds of the newest arrival has not been seen by every reader: 48
/// hours. From the newest arrival, not from the clock: without an arrival nothing changes.
const LATELY: i64 = 48 * 60 * 60;

/// A story that stands in a theme's documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The story.
    pub story: u64,
    /// Its count of changes.
    pub rev: u64,
    /// The member it is shown through.
    pub item: u64,
    /// The editor's choice.
    pub editors_choice: bool,
}

impl Encode for Entry {
    fn encode(&self, to: &mut Digest) {
        let Self {
            story,
            rev,
            item,
            editors_choice,
        } = self;
        to.add(story).add(rev).add(item).add(editors_choice);
    }
}

/// An entry that asks for a place.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub entry: Entry,
    /// When it counts as arrived, seconds since 1970.
    pub arrived: i64,
    /// The source of the item that it is shown through.
    pub source: String,
}

/// What a theme allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Entries of the document.
    pub limit: usize,
    /// At most so many of one source.
    pub per_source: Option<usize>,
    /// Nothing gives way to what arrived up to this moment, before sources shared: what had left then
    /// does not come back.
    pub shares_since: i64,
}

/// The places of a subscription document, while arrivals are offered.
#[derive(Debug)]
pub(super) struct Places {
    rules: Rules,
    newest: Option<i64>,
    taken_by: HashMap<String, usize>,
    /// Those offered that have a place, or may get one; with whether they have it for certain.
    offered: Vec<(Entry, bool)>,
    certain: usize,
}

impl Places {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            newest: None,
            taken_by: HashMap::new(),
            offered: Vec::new(),
            certain: 0,
        }
    }

    /// Offers the next arrival; the last one first. False if no further one can get a place.
    pub(super) fn offer(&mut self, arrival: Arrival) -> bool {
        let Rules {
            limit,
            per_source,
            shares_since,
        } = self.rules;
        let newest = *self.newest.get_or_insert(arrival.arrived);
        let is_recent = arrival.arrived >= newest - LATELY;
        if per_source.is_none() && !is_recent && self.offered.len() >= limit {
            return false;
        }
        let share = per_source.unwrap_or(limit.div_ceil(2));
        let taken = self.taken_by.entry(arrival.source).or_default();
        let is_certain = match per_source {
            Some(_) => *taken < share,
            None => is_recent && *taken < share && arrival.arrived > shares_since,
        };
        if is_certain {
            *taken += 1;
            self.certain += 1;
        }
        if is_certain || per_source.is_none() {
            self.offered.push((arrival.entry, is_certain));
        }
        self.certain < limit
    }

    /// The entries that have a place, the last arrival first.
    pub(super) fn finish(self) -> Vec<Entry> {
        let mut left = self.rules.limit.saturating_sub(self.certain);
        let mut stays = |is_certain: bool| {
            let fits = !is_certain && left > 0;
            left -= usize::from(fits);
            is_certain || fits
        };
        let offered = self.offered.into_iter();
        offered
            .filter_map(|(entry, is_certain)| stays(is_certain).then_some(entry))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60;

    /// The places of arrivals of these sources, each so many hours before the newest; named by number.
    fn places(rules: Rules, arrivals: &[(&str, i64)]) -> Vec<u64> {
        let mut places = Places::new(rules);
        for (story, (source, hours)) in (0..).zip(arrivals) {
            let entry = Entry {
                story,
                ..Entry::default()
            };
            let arrival = Arrival {
                entry,
                arrived: -hours * HOUR,
                source: (*source).to_owned(),
            };
            if !places.offer(arrival) {
                break;
            }
        }
        places.finish().iter().map(|entry| entry.story).collect()
    }

    fn rules(limit: usize, per_source: Option<usize>) -> Rules {
        Rules {
            limit,
            per_source,
            shares_since: i64::MIN,
        }
    }

    #[test]
    fn the_last_arrivals_have_the_places() {
        let arrivals = [("a", 0), ("b", 1), ("a", 2), ("c", 300)];
        assert_eq!(places(rules(3, None), &arrivals), [0, 1, 2]);
        assert_eq!(places(rules(9, None), &arrivals), [0, 1, 2, 3]);
    }

    #[test]
    fn a_busy_source_leaves_half_to_what_others_brought_lately() {
        let mut arrivals = vec![("busy", 0); 9];
        arrivals.extend([("a", 1), ("b", 48), ("b", 49)]);
        assert_eq!(places(rules(4, None), &arrivals), [0, 1, 9, 10]);
        assert_eq!(places(rules(8, None), &arrivals), [0, 1, 2, 3, 4, 5, 9, 10]);
    }

    #[test]
    fn nothing_old_comes_back_because_a_source_is_busy() {
        let arrivals = [("busy", 0), ("busy", 0), ("busy", 1), ("a", 49)];
        assert_eq!(places(rules(3, None), &arrivals), [0, 1, 2]);
    }

    #[test]
    fn nothing_gives_way_to_what_arrived_before_sources_shared() {
        let old = Rules {
            shares_since: 0,
            ..rules(2, None)
        };
        let arrivals = [("busy", 0), ("busy", 0), ("a", 1)];
        assert_eq!(places(old, &arrivals), [0, 1]);
        assert_eq!(places(rules(2, None), &arrivals), [0, 2]);
        let since = Rules {
            shares_since: -HOUR,
            ..rules(4, None)
        };
        let arrivals = [("busy", 0), ("busy", 0), ("busy", 0), ("busy", 1), ("a", 1)];
        assert_eq!(places(since, &arrivals), [0, 1, 2, 3]);
    }

    #[test]
    fn a_theme_may_say_how_many_of_one_source_it_takes() {
        let arrivals = [("a", 0), ("a", 0), ("b", 1), ("a", 2), ("c", 900)];
        assert_eq!(places(rules(4, Some(1)), &arrivals), [0, 2, 4]);
        assert_eq!(places(rules(2, Some(1)), &arrivals), [0, 2]);
        assert_eq!(places(rules(4, Some(2)), &arrivals), [0, 1, 2, 4]);
    }
}
