//! How often each source uses each word, in a bounded table: a count-min sketch with two rows, which
//! only grows the counter that is too small (conservative update). A count may be too high by chance,
//! never too low.

use super::hashed_keys::HashedKeys;
use crate::dedupe::fingerprint::word_hash::mix;
use std::collections::HashMap;

/// Counters in a row, two megabytes.
const CELLS: usize = 1 << CELL_BITS;
const CELL_BITS: u32 = 21;

/// Counts of words by source.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceWords {
    rows: [Vec<u8>; 2],
    items: HashMap<u32, u32, HashedKeys>,
}

impl SourceWords {
    /// Counts an item of a source.
    pub(super) fn add_item(&mut self, source: u32) {
        *self.items.entry(source).or_default() += 1;
    }

    /// Counts a word of an item. Whether it is the source's first item with it.
    pub(super) fn add(&mut self, source: u32, word: u32) -> bool {
        if self.rows[0].is_empty() {
            self.rows = [vec![0; CELLS], vec![0; CELLS]];
        }
        let [first, second] = cells(source, word);
        let before = self.rows[0][first].min(self.rows[1][second]);
        let now = before.saturating_add(1);
        for (row, at) in self.rows.iter_mut().zip([first, second]) {
            row[at] = row[at].max(now);
        }
        before == 0
    }

    /// Items of a source.
    pub(super) fn items(&self, source: u32) -> u32 {
        self.items.get(&source).copied().unwrap_or(0)
    }

    /// Items of a source that use a word, at most 255.
    pub(super) fn count(&self, source: u32, word: u32) -> f32 {
        let rows = self.rows.iter().zip(cells(source, word));
        let counts = rows.map(|(row, at)| row.get(at).copied().unwrap_or(0));
        f32::from(counts.min().unwrap_or(0))
    }

    /// Halves all counts, and forgets sources that have none left.
    pub(super) fn halve(&mut self) {
        self.rows.iter_mut().flatten().for_each(|cell| *cell /= 2);
        self.items.values_mut().for_each(|items| *items /= 2);
        self.items.retain(|_, items| *items > 0);
    }
}

/// A word's counter in each row.
fn cells(source: u32, word: u32) -> [usize; 2] {
    let mixed = mix(u64::from(source) << 32 | u64::from(word));
    let bits = |hash: u64| (hash >> (u64::BITS - CELL_BITS)) as usize;
    [bits(mixed), bits(mixed << CELL_BITS)]
}
