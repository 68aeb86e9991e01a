//! Words of a text -> a Bloom filter with one hash function, which answers whether a word of a title
//! is in the text.
//!
//! It is stored as the gaps between the bits that are set, because few of them are.

use super::smallest;

/// Words at a body's beginning in which the words of a title are looked up.
pub(super) const MOST_WORDS: usize = 400;
/// Units of 64 bits for each word.
const ROOM: usize = 2;
/// A gap that does not fit a byte continues in the next one.
const LONG_GAP: usize = 255;

/// The words of a body's beginning. It takes another word for one of them one time in a hundred,
/// however many there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::dedupe) struct WordSet(Vec<u64>);

impl WordSet {
    pub(super) fn of(count: usize, words: impl Iterator<Item = u32>) -> Self {
        let mut set = Self(vec![0; ROOM * count]);
        for word in words {
            let bit = set.bit(word);
            set.0[bit / 64] |= 1 << (bit % 64);
        }
        set
    }

    /// The bit of a word: its hash as a share of the set.
    fn bit(&self, word: u32) -> usize {
        (word as usize * (64 * self.0.len())) >> smallest::HASH_BITS
    }

    /// Whether a word is in the set. False is certain, true may be wrong.
    pub(in crate::dedupe) fn contains(&self, word: u32) -> bool {
        let bit = self.bit(word);
        self.0
            .get(bit / 64)
            .is_some_and(|unit| unit >> (bit % 64) & 1 == 1)
    }

    /// Appends the number of words it was made for, how many bits are set, and the gaps between
    /// those, a byte each.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        let mut set = 0_u16;
        bytes.extend_from_slice(&[0; 4]);
        let mut free = 0;
        for (unit, bits) in self.0.iter().enumerate() {
            let mut rest = *bits;
            while rest != 0 {
                let bit = 64 * unit + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                set += 1;
                let mut gap = bit - free;
                free = bit + 1;
                while gap >= LONG_GAP {
                    bytes.push(u8::MAX);
                    gap -= LONG_GAP;
                }
                bytes.push(u8::try_from(gap).unwrap_or(0));
            }
        }
        let count = u16::try_from(self.0.len() / ROOM).unwrap_or(0);
        bytes[start..start + 2].copy_from_slice(&count.to_le_bytes());
        bytes[start + 2..start + 4].copy_from_slice(&set.to_le_bytes());
    }

    pub(super) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (&[a, b, c, d], rest) = bytes.split_first_chunk()?;
        let (count, set) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        let count = usize::from(count);
        if count > MOST_WORDS {
            return None;
        }
        let mut words = Self(vec![0; ROOM * count]);
        let mut free = 0;
        let mut rest = rest.iter();
        for _ in 0..set {
            let mut gap = 0;
            loop {
                let &byte = rest.next()?;
                gap += usize::from(byte);
                if byte != u8::MAX {
                    break;
                }
            }
            let bit = free + gap;
            *words.0.get_mut(bit / 64)? |= 1 << (bit % 64);
            free = bit + 1;
        }
        *bytes = rest.as_slice();
        Some(words)
    }
}
