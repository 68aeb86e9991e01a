//! How many stories use a hash of words: a count-min sketch with one row. It finds boilerplate, serial
//! titles and publishers' names.
//!
//! One table of small counters is enough for all of it. A counter may be too high if two hashes share
//! it, and is never too low. All counters are halved from time to time, so that old counts fade and
//! chance collisions do not add up.

/// Increases when a hash gets another counter.
const VERSION: u8 = 1;
/// Counters in the table, two megabytes.
const CELLS: usize = 1 << 21;
/// Stories that must have a hash before it is common.
const COMMON: u8 = 8;

/// How many stories have a hash: what a [`crate::dedupe::Merger`] has learned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frequencies {
    cells: Vec<u8>,
    total: usize,
}

impl Frequencies {
    /// Its bytes: a version, then the counters, some two megabytes. The same on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + size_of::<u64>() + self.cells.len());
        bytes.push(VERSION);
        bytes.extend((self.total as u64).to_le_bytes());
        bytes.extend(&self.cells);
        bytes
    }

    /// Reads [`Self::to_bytes`]. None if another version wrote them, or they are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&version, rest) = bytes.split_first()?;
        let (&total, cells) = rest.split_first_chunk()?;
        let is_whole = cells.is_empty() || cells.len() == CELLS;
        (version == VERSION && is_whole).then(|| Self {
            total: usize::try_from(u64::from_le_bytes(total)).unwrap_or(CELLS),
            cells: cells.to_vec(),
        })
    }

    /// Counts one more story with this hash.
    pub(in crate::dedupe) fn add(&mut self, hash: u32) {
        if self.cells.is_empty() {
            self.cells = vec![0; CELLS];
        }
        self.total += 1;
        if self.total > CELLS {
            self.total /= 2;
            self.cells.iter_mut().for_each(|c| *c /= 2);
        }
        let cell = &mut self.cells[cell(hash)];
        *cell = cell.saturating_add(1);
    }

    /// Makes a hash common, however few stories have it so far.
    pub(in crate::dedupe) fn make_common(&mut self, hash: u32) {
        for _ in self.count(hash)..COMMON {
            self.add(hash);
        }
    }

    /// How many stories have it.
    pub(in crate::dedupe) fn count(&self, hash: u32) -> u8 {
        self.cells.get(cell(hash)).copied().unwrap_or(0)
    }

    /// Whether many stories have it: then it proves nothing.
    pub(in crate::dedupe) fn is_common(&self, hash: u32) -> bool {
        self.count(hash) >= COMMON
    }
}

fn cell(hash: u32) -> usize {
    // The kept hashes are the smallest of a text, so their upper bits are not evenly spread.
    (hash.wrapping_mul(0x9E37_79B1) >> 11) as usize
}
