//! Words -> their weights: inverse document frequency (IDF). A shared word that few items use is
//! strong evidence; one that all items use is none. Two kinds of words are evidence of no event,
//! however few items use them:
//!
//! - *Standing words* are those of one source: what a channel says below everything, the name of a
//!   programme. A good part of that source's items use them, and hardly anybody else.
//! - *Topics* are what the same sources write of again and again: a war, a country, a club. A source
//!   reports an event once or twice. So a word that its sources use many times each is a topic.
//!
//! The counts are a count-min sketch with one row: a table of counters without keys. Two words that
//! share a counter seem more common than they are. All counts are halved from time to time, so that
//! the table follows what the news is about.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of items, halved before they are large"
)]

use super::source_words::SourceWords;

/// Counters in the table, six megabytes.
const CELLS: usize = 1 << 20;
/// Items after which all counts are halved.
const ITEMS: f32 = 300_000.0;
/// Items that are counted before the first one: at the start no word is common yet.
const PRIOR: f32 = 500.0;
/// Exponent that reduces the difference between rare and very rare.
const POWER: f32 = 0.7;
/// Items of a source that use a standing word, at least, and which share of its items they are. An
/// event that a source covers many times has fewer.
const STANDING: (f32, f32) = (6.0, 0.2);
/// The share of all items with a standing word that are this source's. It is below a half because
/// some publishers put the same items in two feeds.
const STANDING_HERE: f32 = 0.4;

/// Counts of words.
#[derive(Clone, Debug, Default)]
pub(super) struct WordFrequency {
    /// Items that use a word.
    used: Vec<u32>,
    /// Sources that use it.
    sources: Vec<u16>,
    by_source: SourceWords,
    items: f32,
}

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
        if self.used.is_empty() {
            self.used = vec![0; CELLS];
            self.sources = vec![0; CELLS];
        }
        if self.items >= ITEMS {
            self.items /= 2.0;
            self.used.iter_mut().for_each(|cell| *cell /= 2);
            self.sources.iter_mut().for_each(|cell| *cell /= 2);
            self.by_source.halve();
        }
        self.items += 1.0;
        self.by_source.add_item(source);
        for word in words {
            let at = cell(word);
            self.used[at] += 1;
            if self.by_source.add(source, word) {
                self.sources[at] = self.sources[at].saturating_add(1);
            }
        }
    }

    /// The weight of a word in an item of this source; None for a standing word and for one that
    /// every item uses. Up to `often` items of each source are an event.
    pub(super) fn weight(&self, word: u32, source: u32, often: f32) -> Option<Weight> {
        let at = cell(word);
        let used = self.used.get(at).copied().unwrap_or(0) as f32;
        let logarithm = ((self.items + PRIOR) / (used + 1.0)).ln();
        if logarithm <= 0.0 || self.is_standing(word, source, used) {
            return None;
        }
        let each = used / f32::from(self.sources.get(at).copied().unwrap_or(0).max(1));
        Some(Weight {
            rarity: logarithm.powf(POWER),
            specific: (often / each).min(1.0).powi(3),
        })
    }

    fn is_standing(&self, word: u32, source: u32, used: f32) -> bool {
        let (least, share) = STANDING;
        if used < least {
            return false;
        }
        let here = self.by_source.count(source, word);
        let needed = (share * self.by_source.items(source) as f32).max(least);
        // A counter that is full says no more than that there are many.
        (here >= needed || here >= f32::from(u8::MAX)) && here >= STANDING_HERE * used
    }
}

fn cell(word: u32) -> usize {
    (word.wrapping_mul(0x9E37_79B1) >> 12) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many items a source has with each of these words.
    fn counted(items: &[(u32, u32, usize)]) -> WordFrequency {
        let mut frequency = WordFrequency::default();
        for &(source, word, times) in items {
            (0..times).for_each(|_| frequency.add_item(source, [word].into_iter()));
        }
        frequency
    }

    #[test]
    fn what_one_source_says_below_everything_proves_nothing() {
        let frequency = counted(&[(1, 10, 20), (1, 11, 3), (2, 12, 1)]);
        assert_eq!(frequency.weight(10, 1, 2.0), None);
        assert!(frequency.weight(11, 1, 2.0).is_some());
        // It is theirs alone: for another it is a word like any other.
        assert!(frequency.weight(10, 2, 2.0).is_some());
    }

    #[test]
    fn what_many_sources_say_once_is_an_event_and_what_few_say_often_a_topic() {
        let event: Vec<_> = (0..40).map(|source| (source, 10, 1)).collect();
        let topic: Vec<_> = (0..10).map(|source| (source, 11, 4)).collect();
        let frequency = counted(&[event, topic].concat());
        let specific = |word| frequency.weight(word, 99, 2.0).map(|w| w.specific);
        assert_eq!(specific(10), Some(1.0));
        assert!(specific(11) < Some(0.2));
    }
}
