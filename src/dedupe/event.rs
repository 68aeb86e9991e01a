//! What the items on one event say together: a sum of weighted words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Words that an event keeps, the weightiest; it is cut back when it has twice as many.
const KEPT: usize = 512;
/// Meaningful words of a short headline and of a text; between them everything changes smoothly.
const LENGTHS: [f32; 2] = [6.0, 120.0];
/// How alike is enough, for headlines and for texts.
const ENOUGH: [f32; 2] = [0.15, 0.25];
/// Hours in which likeness fades to a third, for headlines and for texts.
const FADING: [f32; 2] = [6.0, 200.0];
/// How far an event's threshold falls with the logarithm of its size, for headlines and for texts.
const ATTRACTION: [f32; 2] = [0.12, 0.0];
/// Members beyond which an event attracts no more than before.
const CROWD: f32 = 20.0;
/// Flattens an event: words that all members share do not drown those of some.
const FLATTEN: f32 = 0.85;
/// Members beyond which an event is not absorbed by another.
const YOUNG: u32 = 20;
/// How alike two events are that are one, for headlines and for texts.
const ONE: [f32; 2] = [0.2, 0.6];

/// One item's weighted words; the sum of their squares is 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Saying {
    /// (word, weight).
    pub(super) terms: Vec<(u32, f32)>,
    /// Meaningful words, repetitions counted.
    pub(super) words: usize,
    /// Seconds.
    pub(super) published: i64,
}

/// What the items on one event say.
#[derive(Clone, Debug, Default)]
pub(super) struct Event {
    /// Word -> its weights added up, and the same flattened.
    terms: HashMap<u32, (f32, f32), Plain>,
    /// Of the flattened weights, squared.
    norm: f32,
    /// Seconds.
    newest: i64,
    members: u32,
    /// Words of all members together.
    words: usize,
    /// Members that are not forgotten yet.
    pub(super) in_window: u32,
    /// The numbers of events that it has absorbed.
    pub(super) names: Vec<u64>,
}

impl Event {
    /// How much more alike an item is than needed; below 0 it is about something else.
    pub(super) fn welcomes(&self, item: &Saying) -> f32 {
        let length = length(self.mean_words().min(item.words as f32));
        let dot: f32 = item
            .terms
            .iter()
            .filter_map(|(term, weight)| Some(weight * self.terms.get(term)?.1))
            .sum();
        let hours = (item.published - self.newest).max(0) as f32 / 3600.0;
        let size = (self.members as f32).min(CROWD).ln();
        let threshold = between(ENOUGH, length) * (1.0 - between(ATTRACTION, length) * size);
        dot / self.norm.sqrt() * (-hours / between(FADING, length)).exp() - threshold
    }

    /// Takes an item.
    pub(super) fn join(&mut self, item: &Saying) {
        self.add(item.terms.iter().copied());
        self.newest = self.newest.max(item.published);
        self.words += item.words;
        self.members += 1;
        self.in_window += 1;
    }

    /// Whether two events are one; the smaller one is young.
    pub(super) fn is_one_with(&self, other: &Self) -> bool {
        let (small, large) = if self.members <= other.members {
            (self, other)
        } else {
            (other, self)
        };
        if small.members > YOUNG {
            return false;
        }
        let dot: f32 = small
            .terms
            .iter()
            .filter_map(|(term, weight)| Some(weight.1 * large.terms.get(term)?.1))
            .sum();
        dot >= between(ONE, length(small.mean_words())) * (small.norm * large.norm).sqrt()
    }

    /// Members so far.
    pub(super) fn members(&self) -> u32 {
        self.members
    }

    /// Takes another event, called `name`, whole.
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
        self.newest = self.newest.max(other.newest);
        self.words += other.words;
        self.members += other.members;
        self.in_window += other.in_window;
        self.names.push(name);
        self.names.extend(other.names);
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
        if self.terms.len() > 2 * KEPT {
            let mut terms = sorted(
                self.terms
                    .drain()
                    .map(|(term, (weight, _))| (term, weight))
                    .collect(),
            );
            terms.sort_by(|a, b| b.1.total_cmp(&a.1));
            terms.truncate(KEPT);
            self.norm = 0.0;
            self.add(terms.into_iter());
        }
    }
}

/// Sums of fractions depend on their order, and that of a hash table is nobody's business.
fn sorted(mut terms: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    terms.sort_unstable_by_key(|term| term.0);
    terms
}

/// 0 for headlines, 1 for texts.
fn length(words: f32) -> f32 {
    let [short, long] = LENGTHS;
    (((words + 1.0) / short).ln() / (long / short).ln()).clamp(0.0, 1.0)
}

/// A value for headlines and one for texts -> that for a length between.
fn between([headline, text]: [f32; 2], length: f32) -> f32 {
    headline + (text - headline) * length
}

/// The keys are hashes already.
pub(super) type Plain = BuildHasherDefault<Multiply>;

/// Spreads a hash over all bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = super::tokens::mix(self.0 ^ number);
    }
}
