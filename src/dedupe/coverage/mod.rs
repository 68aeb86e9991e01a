//! [`Gist`]s in order of time -> coverages: the items that report one event in different words.
//!
//! This is online clustering by TF-IDF. A coverage is the sum of its members' words, each weighted by
//! how rare it is. An item joins the coverage that it is most similar to, if it is similar enough.
//! Else it begins a coverage. How much is enough depends on the length: with more words to compare,
//! more of them must agree. For headlines more things count: how fresh the coverage is, how fast its
//! items came, how many items have joined it already.
//!
//! **An event is not a topic.** A topic is what the same sources write of again and again, an event
//! what many sources report once or twice. So three things are learned from the window before anything
//! is placed: how rare a word is, how often each of its sources uses it, and which words one source
//! says below everything (`word_frequency.rs`). Words of the last kind are left out, words of topics
//! count less, and a headline that has little else needs more. One shared word proves nothing. A
//! coverage that gets many items from each of its sources becomes harder to join.
//!
//! **A coverage ends.** Its items lie within one window of time, and one source has only so many of
//! them. It never holds more than a thousand. So what an item costs is bounded: it is compared with a
//! few coverages of a few hundred words each, whatever else is in the window.
//!
//! The first headlines of an event share nothing yet and begin several coverages. An item that is
//! similar to two of them shows that they are one. Then the larger absorbs the smaller, as long as
//! that one is small. A coverage of a single item is compared again later. That is why a coverage is
//! only a link between stories and is never published itself.

mod event;
mod gist;
mod hashed_keys;
mod source_words;
mod time_span;
mod word_frequency;

pub use gist::Gist;

use super::key_index::KeyIndex;
use super::limits::WINDOW;
use chrono::{DateTime, Utc};
use event::{Event, WeightedWords};
use hashed_keys::HashedKeys;
use std::collections::{HashMap, VecDeque};
use word_frequency::WordFrequency;

/// Words of an item that are compared, those with the highest weights.
const TERMS: usize = 100;
/// Words of an item that lead to candidates, those with the highest weights. For a headline at most
/// as many as it has, without stems.
const KEYS: usize = 12;
/// Coverages that an item is compared with.
const MOST_COMPARED: usize = 12;

/// Coverages, the most similar to an item, that may be one with the coverage it joins.
const MOST_UNIFIED: usize = 8;

/// The coverage of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Number of the item that began the coverage.
    pub coverage: u64,
    /// Numbers of coverages that this item showed to be the same one. They no longer exist.
    pub absorbed: Vec<u64>,
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
        let mut absorbed = Vec::new();
        if joins.is_some() {
            for &(margin, other) in near.iter().take(MOST_UNIFIED) {
                absorbed.extend(self.unify(&mut coverage, other, margin >= 0.0));
            }
        }
        self.keep(item.published, coverage, keys);
        Covered { coverage, absorbed }
    }

    /// Counts the words of an item. All items of the window come first, before any of them is placed
    /// or remembered: what is rare, and what a source says again and again, shows only then.
    pub fn count(&mut self, gist: &Gist) {
        let words = gist.terms.iter().map(|term| term.0);
        self.word_frequency.add_item(gist.source, words);
    }

    /// Adds an item whose coverage is known, and when that began.
    pub fn remember(
        &mut self,
        coverage: u64,
        began: DateTime<Utc>,
        published: DateTime<Utc>,
        gist: &Gist,
    ) {
        let (item, keys) = self.read(published, gist);
        let coverage = self.current(coverage);
        let event = self.events.entry(coverage).or_default();
        event.join(&item);
        event.began_at(began.timestamp());
        self.keep(item.published, coverage, keys);
    }

    /// An item's words with their weights, and the words that lead to candidates.
    fn read(&self, published: DateTime<Utc>, gist: &Gist) -> (WeightedWords, Vec<u32>) {
        let often = event::often(gist.words);
        let words = gist.terms.iter().map(|term| term.0);
        let weights = self.word_frequency.weights(words, gist.source, often);
        let mut terms = Vec::with_capacity(gist.terms.len());
        let mut all = 0.0;
        for (&(term, count), weight) in gist.terms.iter().zip(weights) {
            let Some(weight) = weight else {
                continue;
            };
            let damped = if count > 1.0 { 1.0 + count.ln() } else { count };
            all += (damped * weight.rarity).powi(2);
            terms.push((term, damped * weight.rarity * weight.specific));
        }
        // Without its standing words a text may be no more than a headline.
        let words = gist.words * terms.len() / gist.terms.len().max(1);
        terms.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(TERMS);
        let norm = terms.iter().map(|term| term.1 * term.1).sum::<f32>().sqrt();
        for term in &mut terms {
            term.1 /= norm;
        }
        let few = KEYS.min(words);
        let keys = terms.iter().take(few).map(|term| term.0).collect();
        let item = WeightedWords {
            terms,
            words,
            expressions: gist.expressions().collect(),
            source: gist.source,
            specific: if all > 0.0 { norm / all.sqrt() } else { 1.0 },
            published: published.timestamp(),
        };
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

    /// A headline of these words.
    fn headline(source: u32, words: &[u32]) -> Gist {
        Gist {
            source,
            // As far apart as hashes are.
            terms: words.iter().map(|&word| (word << 11, 2.0)).collect(),
            words: words.len(),
            title: Vec::new(),
        }
    }

    /// Assigns gists to coverages, one a minute.
    fn place(gists: &[Gist]) -> (Coverage, Vec<Covered>) {
        let mut coverage = Coverage::new();
        for gist in gists {
            coverage.count(gist);
        }
        let mut published = DateTime::UNIX_EPOCH;
        let mut placed = Vec::new();
        for (number, gist) in (0..).zip(gists) {
            published += TimeDelta::minutes(1);
            coverage.forget_before(published);
            placed.push(coverage.place(number, published, gist));
        }
        (coverage, placed)
    }

    /// Headlines of these words, each of another source.
    fn place_headlines(headlines: &[Vec<u32>]) -> Vec<Covered> {
        let headlines = (0..).zip(headlines);
        let gists: Vec<_> = headlines.map(|(n, words)| headline(n, words)).collect();
        place(&gists).1
    }

    #[test]
    fn what_came_too_early_is_absorbed_without_an_item_between() {
        // All are about words 1 and 2; the first shares nothing else with any.
        let mut headlines = vec![(1..=8).collect()];
        headlines.extend((1..20).map(|n| vec![1, 2, 11, 12, 13, 20 + n, 50 + n, 80 + n]));
        let placed = place_headlines(&headlines);
        assert_eq!(placed[1].coverage, 1);
        let absorbed = placed.iter().flat_map(|covered| &covered.absorbed);
        assert_eq!(absorbed.collect::<Vec<_>>(), [&0]);
    }

    #[test]
    fn what_an_older_version_kept_of_an_item_meets_nothing() {
        let mut coverage = Coverage::new();
        let item = headline(1, &[1, 2, 3, 4, 5, 6]);
        coverage.count(&Gist::default());
        coverage.count(&item);
        let now = DateTime::UNIX_EPOCH;
        coverage.remember(7, now, now, &Gist::default());
        assert_eq!(coverage.place(8, now, &item).coverage, 8);
        assert_eq!(coverage.place(9, now, &Gist::default()).coverage, 9);
    }

    #[test]
    fn what_a_channel_says_below_everything_is_no_event() {
        let standing = 1000..1060;
        let video = |n: u32| {
            let own = 10 * n..10 * n + 8;
            headline(7, &own.chain(standing.clone()).collect::<Vec<_>>())
        };
        let (_, placed) = place(&(0..16).map(video).collect::<Vec<_>>());
        assert!((0..).zip(&placed).all(|(n, covered)| covered.coverage == n));
    }

    #[test]
    fn the_work_for_an_item_does_not_grow_with_the_items_like_it() {
        // A title that all share, and words of their own.
        let same = |n: u32| headline(n % 50, &[1, 2, 3, 4, 5, 6, 7, 100 + n]);
        let work = |items: u32| {
            let (coverage, placed) = place(&(0..items).map(same).collect::<Vec<_>>());
            let published = DateTime::UNIX_EPOCH + TimeDelta::minutes(i64::from(items));
            let (item, keys) = coverage.read(published, &same(items));
            let near = coverage.similar_events(&item, &keys);
            let mut sizes = HashMap::new();
            for covered in &placed {
                *sizes.entry(covered.coverage).or_insert(0) += 1;
            }
            (near.len(), sizes.into_values().max())
        };
        let (compared, largest) = work(4000);
        assert!(compared <= MOST_COMPARED);
        assert_eq!(work(8000), (compared, largest));
    }

    #[test]
    fn an_item_that_begins_a_coverage_absorbs_nothing() {
        let apart = (0..20).map(|n| vec![1, 10 + n, 40 + n, 70 + n, 100 + n, 130 + n, 160 + n]);
        let placed = place_headlines(&apart.collect::<Vec<_>>());
        let begun = (0..)
            .zip(&placed)
            .filter(|(n, covered)| covered.coverage == *n);
        assert!(
            begun
                .clone()
                .all(|(_, covered)| covered.absorbed.is_empty())
        );
        assert!(begun.count() > 1);
    }
}
