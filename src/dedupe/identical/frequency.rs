//! What is said again and again: boilerplate, serial titles, publishers' names.
//!
//! One table of small counters for all of it. A counter may be too high where two things fall
//! into it, never too low; all are halved from time to time, so that what is no longer said is
//! forgotten and chance meetings do not add up.

/// Rises when a thing falls into another counter.
const VERSION: u8 = 1;
/// Counters in the table, two megabytes.
const CELLS: usize = 1 << 21;
/// Stories that must have said a thing before it is held to be said by everybody.
const OFTEN: u8 = 8;

/// How many stories said a thing: what a [`crate::dedupe::Merger`] has learned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frequencies {
    cells: Vec<u8>,
    said: usize,
}

impl Frequencies {
    /// Versioned, the same on every machine; some two megabytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend((self.said as u64).to_le_bytes());
        bytes.extend(&self.cells);
        bytes
    }

    /// None where another version wrote it, or something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&version, rest) = bytes.split_first()?;
        let (&said, cells) = rest.split_first_chunk()?;
        let is_whole = cells.is_empty() || cells.len() == CELLS;
        (version == VERSION && is_whole).then(|| Self {
            said: usize::try_from(u64::from_le_bytes(said)).unwrap_or(CELLS),
            cells: cells.to_vec(),
        })
    }

    /// One more story said it.
    pub(in crate::dedupe) fn say(&mut self, thing: u32) {
        if self.cells.is_empty() {
            self.cells = vec![0; CELLS];
        }
        self.said += 1;
        if self.said > CELLS {
            self.said /= 2;
            self.cells.iter_mut().for_each(|c| *c /= 2);
        }
        let cell = &mut self.cells[cell(thing)];
        *cell = cell.saturating_add(1);
    }

    /// By how many stories.
    pub(in crate::dedupe) fn times(&self, thing: u32) -> u8 {
        self.cells.get(cell(thing)).copied().unwrap_or(0)
    }

    /// Many stories said it: it tells nothing.
    pub(in crate::dedupe) fn often(&self, thing: u32) -> bool {
        self.times(thing) >= OFTEN
    }
}

fn cell(thing: u32) -> usize {
    // The kept hashes are the smallest of a text, so their upper bits are not evenly spread.
    (thing.wrapping_mul(0x9E37_79B1) >> 11) as usize
}
