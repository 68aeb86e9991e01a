//! Words -> their weights: inverse document frequency (IDF). A shared word that few items use is
//! strong evidence; one that all items use is none.
//!
//! The counts are a count-min sketch with one row: a table of counters without keys. Two words that
//! share a counter seem more common than they are. All counts are halved from time to time, so that
//! the table follows what the news is about.

/// Counters in the table, four megabytes.
const CELLS: usize = 1 << 20;
/// Items after which all counts are halved.
const ITEMS: f32 = 300_000.0;
/// Items that are counted before the first one: at the start no word is common yet.
const PRIOR: f32 = 500.0;
/// Exponent that reduces the difference between rare and very rare.
const POWER: f32 = 0.7;

/// Counts of words.
#[derive(Clone, Debug, Default)]
pub(super) struct WordFrequency {
    cells: Vec<u32>,
    items: f32,
}

impl WordFrequency {
    /// Counts one more item, which uses these words.
    pub(super) fn add_item(&mut self, words: impl Iterator<Item = u32>) {
        if self.cells.is_empty() {
            self.cells = vec![0; CELLS];
        }
        if self.items >= ITEMS {
            self.items /= 2.0;
            self.cells.iter_mut().for_each(|cell| *cell /= 2);
        }
        self.items += 1.0;
        words.for_each(|word| self.cells[cell(word)] += 1);
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of items, halved before it is large"
    )]
    /// The weight of a word. It is 0 for one that every item uses.
    pub(super) fn weight(&self, word: u32) -> f32 {
        let used = self.cells.get(cell(word)).copied().unwrap_or(0) as f32;
        ((self.items + PRIOR) / (used + 1.0))
            .ln()
            .max(0.0)
            .powf(POWER)
    }
}

fn cell(word: u32) -> usize {
    (word.wrapping_mul(0x9E37_79B1) >> 12) as usize
}
