//! How often each source uses each word: a table of counters without keys. A count may be too high,
//! where two words share a counter, and never too low.

use super::gist::TERM_BITS;
use super::hashed_keys::HashedKeys;
use crate::dedupe::fingerprint::word_hash::mix;
use std::collections::HashMap;

/// Counters, two megabytes.
const CELLS: usize = 1 << CELL_BITS;
const CELL_BITS: u32 = 21;

/// Counts of words by source.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceWords {
    cells: Vec<u8>,
    items: HashMap<u32, u32, HashedKeys>,
}

impl SourceWords {
    /// Counts an item of a source.
    pub(super) fn add_item(&mut self, source: u32, words: impl Iterator<Item = u32>) {
        self.cells.resize(CELLS, 0);
        *self.items.entry(source).or_default() += 1;
        for word in words {
            let cell = &mut self.cells[at(source, word)];
            *cell = cell.saturating_add(1);
        }
    }

    /// Items of a source.
    pub(super) fn items(&self, source: u32) -> u32 {
        self.items.get(&source).copied().unwrap_or(0)
    }

    /// Items of a source that use a word, at most 255.
    pub(super) fn count(&self, source: u32, word: u32) -> u8 {
        self.cells.get(at(source, word)).copied().unwrap_or(0)
    }

    /// Halves all counts, and forgets sources that have none left.
    pub(super) fn halve(&mut self) {
        self.cells.iter_mut().for_each(|cell| *cell /= 2);
        self.items.values_mut().for_each(|items| *items /= 2);
        self.items.retain(|_, items| *items > 0);
    }
}

/// A source begins anywhere in the table. Its words follow in their order, which is faster to read.
fn at(source: u32, word: u32) -> usize {
    let begin = mix(u64::from(source)) >> (u64::BITS - CELL_BITS);
    (begin as usize + (word >> (TERM_BITS - CELL_BITS)) as usize) % CELLS
}
