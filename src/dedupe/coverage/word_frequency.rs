//! Words -> their weights: inverse document frequency (IDF). A shared word that few items use is
//! strong evidence; one that all items use is none. Two kinds of words are evidence of no event,
//! however few items use them:
//!
//! - *Standing words* are those of one source: what a channel says below everything, the name of a
//!   programme. A good part of that source's items use them, and few others do.
//! - *Topics* are what the same sources write of again and again: a war, a country, a club. A source
//!   reports an event once or twice. So a word that its sources use many times each is a topic.
//!
//! The counts are a count-min sketch with one row: a table of counters without keys. Two words that
//! share a counter seem more common than they are. A counter also estimates its sources. All counts are halved from time to time, so that
//! the table follows what the news is about.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts of items, halved before they are large, and the number of a bit"
)]

use super::gist::TERM_BITS;
use super::source_words::SourceWords;
use crate::dedupe::fingerprint::word_hash::mix;

/// Counters in the table, four megabytes.
const CELLS: usize = 1 << 19;
/// Words of items after which all counts are halved: twice as many as there are counters by source.
const WORDS: usize = 1 << 22;
/// Items that are counted before the first one: at the start no word is common yet.
const PRIOR: f32 = 500.0;
/// Exponent that reduces the difference between rare and very rare.
const POWER: f32 = 0.7;
/// Items of a source that use a standing word, at least, and which share of its items they are. An
/// event that a source covers many times has fewer.
const STANDING: (f32, f32) = (6.0, 0.2);
/// The share of all items with a standing word that are this source's. It is small because other
/// channels use the same words below everything (`watch`, `subscribe`, `breaking`), and because some
/// publishers put the same items in several feeds.
const STANDING_HERE: f32 = 0.2;

/// Counts of words.
#[derive(Clone, Debug, Default)]
pub(super) struct WordFrequency {
    cells: Vec<Cell>,
    by_source: SourceWords,
    items: f32,
    /// Words since the counts were halved, and half of those before.
    words: usize,
}

/// Who uses a word, in eight bytes: most of what this costs is reading memory. The lower bits count
/// items. Above is a bit for each source; several have the same one (linear counting).
#[derive(Clone, Copy, Debug, Default)]
struct Cell(u64);

/// Bits that count items. More than they count makes no difference.
const COUNT_BITS: u32 = 16;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
/// Bits for sources.
const SOURCE_BITS: u32 = u64::BITS - COUNT_BITS;

/// What a word proves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weight {
    /// How rare it is.
    pub(super) rarity: f32,
    /// The share of that which is left for an event, and not for a topic.
    pub(super) specific: f32,
}

impl WordFrequency {
    /// Counts one more item, which uses these words.
    pub(super) fn add_item(&mut self, source: u32, words: impl Iterator<Item = u32>) {
        self.cells.resize(CELLS, Cell::default());
        if self.words >= WORDS {
            self.words /= 2;
            self.items /= 2.0;
            self.cells.iter_mut().for_each(Cell::halve);
            self.by_source.halve();
        }
        self.items += 1.0;
        let bit = 1 << (COUNT_BITS + source_bit(source));
        self.by_source.add_item(
            source,
            words.inspect(|&word| {
                self.cells[at(word)].add(bit);
                self.words += 1;
            }),
        );
    }

    /// The weights of words in an item of this source, in order; None for a standing word and for one
    /// that every item uses. Up to `often` items of each source are an event.
    pub(super) fn weights(
        &self,
        words: impl Iterator<Item = u32>,
        source: u32,
        often: f32,
    ) -> Vec<Option<Weight>> {
        let of_source = self.by_source.items(source) as f32;
        // The reads of memory come first, so that they do not wait for each other.
        let cell = |word| self.cells.get(at(word)).copied().unwrap_or_default();
        let cells: Vec<(u32, Cell)> = words.map(|word| (word, cell(word))).collect();
        let weight = |(word, cell): (u32, Cell)| {
            let used = cell.used();
            let here = || f32::from(self.by_source.count(source, word));
            (!is_standing(used, of_source, here))
                .then(|| self.weight(cell, often))
                .flatten()
        };
        cells.into_iter().map(weight).collect()
    }

    fn weight(&self, cell: Cell, often: f32) -> Option<Weight> {
        let used = cell.used();
        let logarithm = ((self.items + PRIOR) / (used + 1.0)).ln();
        let specific = if used <= often {
            1.0
        } else {
            (often * cell.sources() / used).min(1.0).powi(3)
        };
        (logarithm > 0.0).then(|| Weight {
            rarity: logarithm.powf(POWER),
            specific,
        })
    }
}

/// Whether a word is one of a source's standing words: how many items use it, how many items there are
/// of the source, and how many of those use it.
fn is_standing(used: f32, of_source: f32, here: impl Fn() -> f32) -> bool {
    let (least, share) = STANDING;
    let needed = (share * of_source).max(least);
    let needed_here = STANDING_HERE * used;
    if used < needed || of_source < needed_here {
        return false;
    }
    let here = here();
    // A counter that is full says no more than that there are many.
    here >= needed.min(f32::from(u8::MAX)) && here >= needed_here
}

impl Cell {
    fn add(&mut self, source: u64) {
        self.0 |= source;
        self.0 += u64::from(self.0 & COUNT != COUNT);
    }

    fn halve(&mut self) {
        let sources = self.0 & !COUNT & 0x5555_5555_5555_5555;
        self.0 = sources | ((self.0 & COUNT) / 2);
    }

    fn used(self) -> f32 {
        (self.0 & COUNT) as f32
    }

    /// How many sources use the word, at least 1.
    fn sources(self) -> f32 {
        let empty = (!self.0 & !COUNT).count_ones();
        // Where all bits are set, there are about as many as it takes to set them.
        let all = SOURCE_BITS as f32;
        (all * (all / empty.max(1) as f32).ln()).max(1.0)
    }
}

/// The bit of a source, from 0.
fn source_bit(source: u32) -> u32 {
    (mix(u64::from(source)) % u64::from(SOURCE_BITS)) as u32
}

/// Words in rising order are read in the order of the table: that is faster.
fn at(word: u32) -> usize {
    (word >> (TERM_BITS - CELLS.trailing_zeros())) as usize % CELLS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a hash is.
    fn spread(word: u32) -> u32 {
        word << 10
    }

    /// How many items a source has with each of these words.
    fn counted(items: &[(u32, u32, usize)]) -> WordFrequency {
        let mut frequency = WordFrequency::default();
        for &(source, word, times) in items {
            (0..times).for_each(|_| frequency.add_item(source, [spread(word)].into_iter()));
        }
        frequency
    }

    fn weight(frequency: &WordFrequency, word: u32, source: u32) -> Option<Weight> {
        frequency.weights([spread(word)].into_iter(), source, 2.0)[0]
    }

    #[test]
    fn what_one_source_says_below_everything_proves_nothing() {
        let frequency = counted(&[(1, 10, 20), (1, 11, 3), (2, 12, 1)]);
        assert_eq!(weight(&frequency, 10, 1), None);
        assert!(weight(&frequency, 11, 1).is_some());
        // It is theirs alone: for another it is a word like any other.
        assert!(weight(&frequency, 10, 2).is_some());
    }

    #[test]
    fn other_channels_may_say_the_same_below_everything() {
        let others = (2..22).map(|source| (source, 10, 2));
        let words: Vec<_> = others.chain([(1, 10, 20), (1, 11, 40)]).collect();
        let frequency = counted(&words);
        assert_eq!(weight(&frequency, 10, 1), None);
        assert!(weight(&frequency, 10, 2).is_some());
    }

    #[test]
    fn what_many_sources_say_once_is_an_event_and_what_few_say_often_a_topic() {
        let event: Vec<_> = (0..40).map(|source| (source, 10, 1)).collect();
        let topic: Vec<_> = (0..10).map(|source| (source, 11, 4)).collect();
        let frequency = counted(&[event, topic].concat());
        let specific = |word| weight(&frequency, word, 99).map(|w| w.specific);
        assert_eq!(specific(10), Some(1.0));
        assert!(specific(11) < Some(0.2));
    }
}
