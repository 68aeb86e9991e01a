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
/// Hashes that are stored one by one, at most, before all counters are stored again: a quarter of a megabyte.
const MOST_ADDED: usize = 1 << 16;

/// How many stories have a hash: what a [`crate::dedupe::Merger`] has learned.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    cells: Vec<u8>,
    total: usize,
    /// What was counted since all counters were stored. None before that, and if it is too much.
    added: Option<Vec<u32>>,
    /// How many of these are stored.
    stored: usize,
}

/// What is to be stored of [`Frequencies`]. The hashes of a few items are in most pages of the table, so they are stored
/// by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learned {
    /// All counters, in place of all that is stored: a version, then two megabytes.
    All(Vec<u8>),
    /// Hashes that were counted since something was stored last, in order, four bytes each. They may be none.
    Added(Vec<u8>),
}

impl Frequencies {
    /// What is to be stored, in bytes that are the same on every machine. The next call takes it as stored.
    pub fn unstored(&mut self) -> Learned {
        let Some(added) = &self.added else {
            (self.added, self.stored) = (Some(Vec::new()), 0);
            return Learned::All(self.to_bytes());
        };
        let new = added[self.stored..].iter();
        let new = new.flat_map(|hash| hash.to_le_bytes()).collect();
        self.stored = added.len();
        Learned::Added(new)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + size_of::<u64>() + self.cells.len());
        bytes.push(VERSION);
        bytes.extend((self.total as u64).to_le_bytes());
        bytes.extend(&self.cells);
        bytes
    }

    /// Reads what was stored: the bytes of [`Learned::All`], and those of each [`Learned::Added`] after it, one after the
    /// other. None if another version wrote them, or they are damaged.
    pub fn from_stored(all: &[u8], added: &[u8]) -> Option<Self> {
        let (&version, rest) = all.split_first()?;
        let (&total, cells) = rest.split_first_chunk()?;
        let is_whole = cells.is_empty() || cells.len() == CELLS;
        let (hashes, []) = added.as_chunks() else {
            return None;
        };
        if version != VERSION || !is_whole {
            return None;
        }
        let mut frequencies = Self {
            total: usize::try_from(u64::from_le_bytes(total)).unwrap_or(CELLS),
            cells: cells.to_vec(),
            added: Some(Vec::new()),
            stored: hashes.len(),
        };
        for hash in hashes {
            frequencies.add(u32::from_le_bytes(*hash));
        }
        Some(frequencies)
    }

    /// Counts one more story with this hash.
    pub(in crate::dedupe) fn add(&mut self, hash: u32) {
        match &mut self.added {
            Some(added) if added.len() < MOST_ADDED => added.push(hash),
            too_many => *too_many = None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Stores what is new, as the store does.
    fn store(frequencies: &mut Frequencies, all: &mut Vec<u8>, added: &mut Vec<u8>) {
        match frequencies.unstored() {
            Learned::All(bytes) => (*all, *added) = (bytes, Vec::new()),
            Learned::Added(bytes) => added.extend(bytes),
        }
    }

    #[test]
    fn what_is_stored_in_parts_is_read_as_if_it_were_stored_at_once() {
        let (mut all, mut added) = (Vec::new(), Vec::new());
        let mut kept = Frequencies::default();
        let mut read = Frequencies::default();
        let (mut whole, mut in_parts) = (0, 0);
        // So many that the counters are halved some times: then the order matters.
        for pass in 0..300_u32 {
            let hashes = if pass % 3 == 0 { 90_000 } else { 900 };
            for n in 0..hashes {
                let hash = (pass / 2 + n % 7_000).wrapping_mul(0x85EB_CA6B);
                kept.add(hash);
                read.add(hash);
            }
            read.make_common(pass);
            kept.make_common(pass);
            store(&mut read, &mut all, &mut added);
            if added.is_empty() {
                whole += 1;
            } else {
                in_parts += 1;
            }
            read = Frequencies::from_stored(&all, &added).unwrap();
            assert_eq!(read.unstored(), Learned::Added(Vec::new()), "pass {pass}");
            assert!(read.to_bytes() == kept.to_bytes(), "pass {pass}");
        }
        assert!(kept.total < CELLS && whole > 90 && in_parts > 90);
    }

    #[test]
    fn few_hashes_are_stored_by_themselves_until_they_are_many() {
        let mut frequencies = Frequencies::default();
        frequencies.add(1);
        assert!(matches!(frequencies.unstored(), Learned::All(bytes) if bytes.len() > CELLS));
        let added = |hash: u32| Learned::Added(hash.to_le_bytes().to_vec());
        for hash in [2, 3] {
            frequencies.add(hash);
            assert_eq!(frequencies.unstored(), added(hash));
        }
        (2..MOST_ADDED).for_each(|_| frequencies.add(4));
        assert!(matches!(frequencies.clone().unstored(), Learned::Added(_)));
        frequencies.add(5);
        assert!(matches!(frequencies.unstored(), Learned::All(_)));
        frequencies.add(6);
        assert_eq!(frequencies.unstored(), added(6));
    }

    #[test]
    fn what_is_damaged_is_not_read() {
        let Learned::All(all) = Frequencies::default().unstored() else {
            panic!("nothing was stored before");
        };
        assert!(Frequencies::from_stored(&all, &[]).is_some());
        assert!(Frequencies::from_stored(&all, &[1, 2, 3, 4]).is_some());
        assert!(Frequencies::from_stored(&all, &[1, 2, 3]).is_none());
        assert!(Frequencies::from_stored(&all[1..], &[]).is_none());
        assert!(Frequencies::from_stored(&[&all[..], &[0]].concat(), &[]).is_none());
        assert!(Frequencies::from_stored(&[], &[]).is_none());
    }
}
