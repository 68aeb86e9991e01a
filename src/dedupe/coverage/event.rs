//! The weighted words of the items on one event -> their sum (a cluster centroid), and how similar an
//! item or another event is to it (cosine similarity).

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of words and members, and hours within one window"
)]

use super::time_span::TimeSpan;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Words that an event keeps, those with the highest weights. It is cut back when it has twice as
/// many.
const KEPT_WORDS: usize = 512;
/// Meaningful words of a short headline and of a text; between these lengths all values
/// are interpolated.
const LENGTHS: [f32; 2] = [6.0, 120.0];
/// The similarity that is enough, for headlines and for texts.
const ENOUGH: [f32; 2] = [0.16, 0.28];
/// Hours in which similarity falls to a third, for headlines and for texts.
const FADING: [f32; 2] = [10.0, 150.0];
/// After how many times the mean gap between its items, without a new item, the similarity of
/// headlines to an event has fallen to a third by that alone.
const SILENCE: f32 = 15.0;
/// Hours that are added to the time in which an event's items came: a few items that came together
/// by chance do not show yet how fast they come.
const UNKNOWN_PACE: f32 = 4.0;
/// Share that a headline loses of the word that adds most to its similarity: two shared words prove
/// more than one, however high its weight.
const TOP_WORD: f32 = 0.2;
/// How far an event's threshold falls with the logarithm of its size, for headlines and for texts.
const ATTRACTION: [f32; 2] = [0.12, 0.0];
/// Members beyond which an event attracts no more than before.
const MOST_ATTRACTING: f32 = 30.0;
/// Exponent that flattens the sums: words that all members share do not outweigh those of some.
const FLATTEN: f32 = 0.8;
/// Members beyond which an event is not absorbed by another.
const MOST_ABSORBED: u32 = 16;
/// The similarity of two events that are one, for headlines and for texts, once the smaller has
/// grown.
const SAME_EVENT: [f32; 2] = [0.21, 0.6];
/// Members of an event that has grown. An event of a single item is judged nearly as that item would
/// be. In between, the threshold changes with the logarithm.
const GROWN: f32 = 4.0;
/// How much more similar than an item an event of a single item must be: its weights are those of
/// that time, and unified events stay unified.
const SINGLE_FACTOR: f32 = 1.15;

/// One item's weighted words; the sum of their squares is 1.
#[derive(Clone, Debug, Default)]
pub(super) struct WeightedWords {
    /// (word, weight).
    pub(super) terms: Vec<(u32, f32)>,
    /// Meaningful words, repetitions counted.
    pub(super) words: usize,
    /// Seconds.
    pub(super) published: i64,
}

/// The sum of the items on one event.
#[derive(Clone, Debug, Default)]
pub(super) struct Event {
    /// Word -> the sum of its weights, and the same flattened.
    terms: HashMap<u32, (f32, f32), HashedKeys>,
    /// The sum of the squares of the flattened weights.
    norm: f32,
    /// When its items were published.
    span: TimeSpan,
    members: u32,
    /// Words of all members together.
    words: usize,
    /// Members that are not forgotten yet.
    pub(super) in_window: u32,
    /// The numbers of events that it has absorbed.
    pub(super) absorbed: Vec<u64>,
}

impl Event {
    /// How much more similar an item is than needed. Below 0 it is about something else.
    pub(super) fn margin(&self, item: &WeightedWords) -> f32 {
        let length = length(self.mean_words().min(item.words as f32));
        let (dot, top) = item
            .terms
            .iter()
            .filter_map(|(term, weight)| Some(weight * self.terms.get(term)?.1))
            .fold((0.0_f32, 0.0_f32), |(dot, top), part| {
                (dot + part, top.max(part))
            });
        let dot = dot - between([TOP_WORD, 0.0], length) * top;
        let (similarity, enough) = (dot / self.norm.sqrt(), self.enough(length));
        if similarity < enough {
            // Most end here, and time would only lower it.
            return similarity - enough;
        }
        similarity * self.faded(TimeSpan::at(item.published), length) - enough
    }

    /// The similarity that is enough for an item. It is lower for a large event, which is more likely
    /// to be the right one.
    fn enough(&self, length: f32) -> f32 {
        let size = (self.members as f32).min(MOST_ATTRACTING).ln();
        between(ENOUGH, length) * (1.0 - between(ATTRACTION, length) * size)
    }

    /// The factor for something that was published at another time. It is 1 within the event's own
    /// time. Outside it an hour counts more if the event was a busy one: when headlines come again
    /// after a silence, they are about the consequences.
    fn faded(&self, when: TimeSpan, length: f32) -> f32 {
        let hours = self.span.gap(when);
        let pace = (self.span.hours() + UNKNOWN_PACE) / self.members.max(1) as f32;
        let silence = (hours / (SILENCE * pace)).powi(2);
        (-hours / between(FADING, length) - between([silence, 0.0], length)).exp()
    }

    /// Adds an item.
    pub(in crate::dedupe) fn join(&mut self, item: &WeightedWords) {
        self.add(item.terms.iter().copied());
        self.span.join(TimeSpan::at(item.published));
        self.words += item.words;
        self.members += 1;
        self.in_window += 1;
    }

    /// Whether two events are one. The smaller one has few members.
    pub(super) fn is_one_with(&self, other: &Self) -> bool {
        let (small, large) = if self.members <= other.members {
            (self, other)
        } else {
            (other, self)
        };
        if small.members > MOST_ABSORBED {
            return false;
        }
        let dot: f32 = small
            .terms
            .iter()
            .filter_map(|(term, weight)| Some(weight.1 * large.terms.get(term)?.1))
            .sum();
        let length = length(small.mean_words().min(large.mean_words()));
        let single = SINGLE_FACTOR * large.enough(length);
        let grown = ((small.members as f32).ln() / GROWN.ln()).clamp(0.0, 1.0);
        let threshold = single + (between(SAME_EVENT, length) - single) * grown;
        let faded = large.faded(small.span, length);
        dot * faded >= threshold * (small.norm * large.norm).sqrt()
    }

    /// Members so far.
    pub(super) fn members(&self) -> u32 {
        self.members
    }

    /// Adds all of another event, whose number is `name`.
    pub(super) fn absorb(&mut self, name: u64, other: Self) {
        self.add(
            sorted(
                other
                    .terms
                    .into_iter()
                    .map(|(term, (weight, _))| (term, weight))
                    .collect(),
            )
            .into_iter(),
        );
        self.span.join(other.span);
        self.words += other.words;
        self.members += other.members;
        self.in_window += other.in_window;
        self.absorbed.push(name);
        self.absorbed.extend(other.absorbed);
    }

    fn mean_words(&self) -> f32 {
        self.words as f32 / self.members.max(1) as f32
    }

    fn add(&mut self, terms: impl Iterator<Item = (u32, f32)>) {
        for (term, weight) in terms {
            let (sum, flat) = self.terms.entry(term).or_default();
            self.norm -= *flat * *flat;
            *sum += weight;
            *flat = sum.powf(FLATTEN);
            self.norm += *flat * *flat;
        }
        if self.terms.len() > 2 * KEPT_WORDS {
            let mut terms = sorted(
                self.terms
                    .drain()
                    .map(|(term, (weight, _))| (term, weight))
                    .collect(),
            );
            terms.sort_by(|a, b| b.1.total_cmp(&a.1));
            terms.truncate(KEPT_WORDS);
            self.norm = 0.0;
            self.add(terms.into_iter());
        }
    }
}

/// Sums of floats depend on their order, and the order of a hash table is not fixed.
fn sorted(mut terms: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    terms.sort_unstable_by_key(|term| term.0);
    terms
}

/// 0 for headlines, 1 for texts.
fn length(words: f32) -> f32 {
    let [short, long] = LENGTHS;
    (((words + 1.0) / short).ln() / (long / short).ln()).clamp(0.0, 1.0)
}

/// A value for headlines and one for texts -> the value for a length in between.
fn between([headline, text]: [f32; 2], length: f32) -> f32 {
    headline + (text - headline) * length
}

/// For keys that are hashes already.
pub(super) type HashedKeys = BuildHasherDefault<MixHasher>;

/// Spreads a hash over all bits.
#[derive(Clone, Debug, Default)]
pub(super) struct MixHasher(u64);

impl Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = crate::dedupe::fingerprint::word_hash::mix(self.0 ^ number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    /// A headline of these words.
    fn headline(words: &[u32], published: i64) -> WeightedWords {
        let weight = 1.0 / (words.len() as f32).sqrt();
        WeightedWords {
            terms: words.iter().map(|&word| (word, weight)).collect(),
            words: words.len(),
            published,
        }
    }

    /// An event of so many headlines of six words, one every so many seconds; all share words 1 to 3.
    fn event(members: u32, apart: i64) -> Event {
        let mut event = Event::default();
        for member in 0..members {
            let own = 1000 + 3 * member;
            let words = [1, 2, 3, own, own + 1, own + 2];
            event.join(&headline(&words, i64::from(member) * apart));
        }
        event
    }

    #[test]
    fn a_likeness_fades_before_and_after_but_not_within() {
        let event = event(4, HOUR);
        let at = |hour: i64| event.margin(&headline(&[1, 2, 7, 8, 9, 10], hour * HOUR));
        assert!(at(1) > at(6) && at(1) > at(-3));
        assert!((at(0) - at(3)).abs() < 1e-6);
        assert!((at(6) - at(-3)).abs() < 1e-6);
    }

    #[test]
    fn headlines_after_a_busy_event_fell_silent_are_about_something_else() {
        // After an item every fifteen minutes, or every two hours.
        let after = |members: u32, apart: i64| {
            let item = headline(&[1, 2, 7, 8, 9, 10], 25 * HOUR);
            event(members, apart).margin(&item)
        };
        assert!(after(80, HOUR / 4) < 0.0 && after(10, 2 * HOUR) > 0.0);
    }

    #[test]
    fn one_heavy_word_proves_less_than_two() {
        let event = event(8, HOUR);
        let item = |terms: &[(u32, f32)]| WeightedWords {
            terms: terms.to_vec(),
            words: 6,
            published: HOUR,
        };
        // What they share weighs as much.
        let one = item(&[(1, 0.6), (8, 0.5), (9, 0.5)]);
        let two = item(&[(1, 0.3), (2, 0.3), (8, 0.5), (9, 0.5)]);
        assert!(event.margin(&one) < event.margin(&two));
    }

    #[test]
    fn a_single_item_is_absorbed_sooner_than_several() {
        let large = event(40, HOUR / 4);
        // Items of one event that share one word with the large one.
        let small = |members: u32| {
            let mut small = Event::default();
            (0..members).for_each(|_| small.join(&headline(&[1, 7, 8, 9, 10, 11], HOUR)));
            small
        };
        assert!(large.is_one_with(&small(1)) && small(1).is_one_with(&large));
        assert!(!large.is_one_with(&small(4)));
    }

    #[test]
    fn what_a_busy_event_was_followed_by_is_not_absorbed() {
        let large = event(40, HOUR / 4);
        let later = |hours: i64| {
            let mut event = Event::default();
            event.join(&headline(&[1, 2, 8, 9, 10, 11], hours * HOUR));
            event
        };
        assert!(large.is_one_with(&later(5)) && !large.is_one_with(&later(24)));
    }
}
