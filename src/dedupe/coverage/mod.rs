//! [`Gist`]s in order of time -> coverages: the items that report one event in different words.
//!
//! This is online clustering by TF-IDF. A coverage is the sum of its members' words, each weighted by
//! how rare it is. An item joins the coverage that it is most similar to, if it is similar enough.
//! Else it begins a coverage. How much is enough depends on the length: two headlines on one event
//! often share a single word, and two texts always share many. With more words to compare, more of
//! them must agree. For headlines more things count: how fresh the coverage is, how fast its items
//! came, how many items have joined it already, and whether more than one word is shared.
//!
//! The first headlines of an event share nothing yet and begin several coverages. An item that is
//! similar to two of them shows that they are one. Then the larger absorbs the smaller, as long as
//! that one is small. A coverage of a single item is compared again later. That is why a coverage is
//! only a link between stories and is never published itself.

mod event;
mod gist;
mod time_span;
mod word_frequency;

pub use gist::Gist;

use super::key_index::KeyIndex;
use super::limits::WINDOW;
use chrono::{DateTime, Utc};
use event::{Event, HashedKeys, WeightedWords};
use std::collections::{HashMap, VecDeque};
use word_frequency::WordFrequency;

/// Words of an item that are compared, those with the highest weights.
const TERMS: usize = 100;
/// Words of an item that lead to candidates, those with the highest weights. For a headline at most
/// as many as it has, without stems.
const KEYS: usize = 12;
/// Coverages that an item is compared with.
const MOST_COMPARED: usize = 32;

/// Coverages, the most similar to an item, that may be one with the coverage it joins.
const MOST_UNIFIED: usize = 4;

/// The coverage of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Number of the item that began the coverage.
    pub coverage: u64,
    /// Number of a coverage that this item showed to be the same one. It no longer exists.
    pub absorbed: Option<u64>,
}

/// Groups items within a window of time. Deterministic.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The items of the window, in order: when each was published, in seconds, and the number of
    /// the coverage it joined.
    items: VecDeque<(i64, u64)>,
    /// How many items were forgotten.
    forgotten: u32,
    index: KeyIndex,
    word_frequency: WordFrequency,
    events: HashMap<u64, Event, HashedKeys>,
    /// Coverages that no longer exist -> those that absorbed them.
    absorbed: HashMap<u64, u64, HashedKeys>,
}

impl Coverage {
    /// An empty window.
    pub fn new() -> Self {
        Self::default()
    }

    /// Assigns the next item to a coverage. Oldest first gives the best result. The number is the
    /// caller's and opaque.
    pub fn place(&mut self, number: u64, published: DateTime<Utc>, gist: &Gist) -> Covered {
        let (item, keys) = self.read(published, gist);
        let near = self.similar_events(&item, &keys);
        let joins = near.first().filter(|near| near.0 >= 0.0);
        let mut coverage = joins.map_or(number, |near| near.1);
        self.events.entry(coverage).or_default().join(&item);
        let absorbed = joins.and_then(|_| {
            near.iter()
                .take(MOST_UNIFIED)
                .find_map(|&(margin, other)| self.unify(&mut coverage, other, margin >= 0.0))
        });
        self.keep(item.published, coverage, keys);
        Covered { coverage, absorbed }
    }

    /// Adds an item whose coverage is known.
    pub fn remember(&mut self, coverage: u64, published: DateTime<Utc>, gist: &Gist) {
        let (item, keys) = self.read(published, gist);
        let coverage = self.current(coverage);
        self.events.entry(coverage).or_default().join(&item);
        self.keep(item.published, coverage, keys);
    }

    /// Counts an item's words. Gives them with their weights, and the words that lead to candidates.
    fn read(&mut self, published: DateTime<Utc>, gist: &Gist) -> (WeightedWords, Vec<u32>) {
        self.word_frequency
            .add_item(gist.terms.iter().map(|term| term.0));
        let item = WeightedWords {
            terms: self.weigh(gist),
            words: gist.words,
            published: published.timestamp(),
        };
        let few = KEYS.min(item.words);
        let keys = item.terms.iter().take(few).map(|term| term.0).collect();
        (item, keys)
    }

    fn keep(&mut self, published: i64, coverage: u64, keys: Vec<u32>) {
        self.items.push_back((published, coverage));
        let position = self
            .forgotten
            .saturating_add(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        for key in keys {
            self.index.insert(key, position);
        }
    }

    /// Forgets what is too old to be compared with an item published at or after this moment.
    pub fn forget_before(&mut self, moment: DateTime<Utc>) {
        let oldest = moment.timestamp() - WINDOW.num_seconds();
        while self.items.front().is_some_and(|item| item.0 < oldest) {
            let Some((_, coverage)) = self.items.pop_front() else {
                break;
            };
            self.forgotten += 1;
            let coverage = self.current(coverage);
            let Some(event) = self.events.get_mut(&coverage) else {
                continue;
            };
            event.in_window -= 1;
            if event.in_window == 0 {
                let event = self.events.remove(&coverage).unwrap_or_default();
                for name in event.absorbed {
                    self.absorbed.remove(&name);
                }
            }
        }
        self.index.forget_before(self.forgotten + 1);
    }

    /// The coverage that one has become.
    fn current(&self, coverage: u64) -> u64 {
        self.absorbed.get(&coverage).copied().unwrap_or(coverage)
    }

    /// An item's words with their weights, the highest weights first.
    fn weigh(&self, gist: &Gist) -> Vec<(u32, f32)> {
        let weight = |&(term, count): &(u32, f32)| {
            let damped = if count > 1.0 { 1.0 + count.ln() } else { count };
            (term, damped * self.word_frequency.weight(term))
        };
        let mut terms: Vec<(u32, f32)> = gist
            .terms
            .iter()
            .map(weight)
            .filter(|term| term.1 > 0.0)
            .collect();
        terms.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(TERMS);
        let norm = terms.iter().map(|term| term.1 * term.1).sum::<f32>().sqrt();
        for term in &mut terms {
            term.1 /= norm;
        }
        terms
    }

    /// The coverages that share words with the item: how much more similar than needed, and which.
    /// The most similar comes first.
    fn similar_events(&self, item: &WeightedWords, keys: &[u32]) -> Vec<(f32, u64)> {
        let mut positions: Vec<&(i64, u64)> = Vec::with_capacity(64);
        self.index.for_each(keys, |position| {
            positions.extend(self.items.get((position - self.forgotten - 1) as usize));
        });
        let mut positions: Vec<u64> = positions
            .into_iter()
            .map(|&(_, coverage)| self.current(coverage))
            .collect();
        positions.sort_unstable();
        let mut counted: Vec<(usize, u64)> = positions
            .chunk_by(|a, b| a == b)
            .map(|run| (run.len(), run[0]))
            .collect();
        counted.sort_unstable_by(|a, b| b.cmp(a));
        let margin = |&(_, coverage): &(usize, u64)| {
            Some((self.events.get(&coverage)?.margin(item), coverage))
        };
        let mut near: Vec<(f32, u64)> = counted
            .iter()
            .take(MOST_COMPARED)
            .filter_map(margin)
            .collect();
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near
    }

    /// Unifies two coverages that are one: `coverage` becomes the larger, and the smaller is
    /// returned. That needs an item that is `like_both`. Only a coverage of a single item is
    /// compared again whenever an item joins the other one: perhaps it had nothing in common with
    /// that because it came too early.
    fn unify(&mut self, coverage: &mut u64, other: u64, like_both: bool) -> Option<u64> {
        if other == *coverage {
            return None;
        }
        let (a, b) = (self.events.get(coverage)?, self.events.get(&other)?);
        let may = like_both || b.members() == 1;
        if !may || !a.is_one_with(b) {
            return None;
        }
        let (large, small) = if a.members() >= b.members() {
            (*coverage, other)
        } else {
            (other, *coverage)
        };
        let event = self.events.remove(&small)?;
        self.absorbed.insert(small, large);
        for &name in &event.absorbed {
            self.absorbed.insert(name, large);
        }
        self.events.get_mut(&large)?.absorb(small, event);
        *coverage = large;
        Some(small)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    /// Assigns headlines of these words to coverages, one a minute.
    fn place(headlines: &[Vec<u32>]) -> Vec<Covered> {
        let mut coverage = Coverage::new();
        let mut published = DateTime::UNIX_EPOCH;
        let mut placed = Vec::new();
        for (number, words) in (0..).zip(headlines) {
            published += TimeDelta::minutes(1);
            let gist = Gist {
                terms: words.iter().map(|&word| (word, 2.0)).collect(),
                words: words.len(),
            };
            placed.push(coverage.place(number, published, &gist));
        }
        placed
    }

    #[test]
    fn what_came_too_early_is_absorbed_without_an_item_between() {
        // All are about word 1; the first shares nothing else with any.
        let mut headlines = vec![(1..=7).collect()];
        headlines.extend((1..20).map(|n| vec![1, 11, 12, 13, 20 + n, 50 + n, 80 + n]));
        let placed = place(&headlines);
        assert_eq!(placed[1].coverage, 1);
        let absorbed: Vec<u64> = placed
            .iter()
            .filter_map(|covered| covered.absorbed)
            .collect();
        assert_eq!(absorbed, [0]);
    }

    #[test]
    fn an_item_that_begins_a_coverage_absorbs_nothing() {
        let apart = (0..20).map(|n| vec![1, 10 + n, 40 + n, 70 + n, 100 + n, 130 + n, 160 + n]);
        let placed = place(&apart.collect::<Vec<_>>());
        let begun = (0..)
            .zip(&placed)
            .filter(|(n, covered)| covered.coverage == *n);
        assert!(begun.clone().all(|(_, covered)| covered.absorbed.is_none()));
        assert!(begun.count() > 1);
    }
}
