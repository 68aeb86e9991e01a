//! Hashes of a text -> the `N` smallest of them: bottom-k `MinHash`, a fair sample of the text, in
//! arrays without a heap. Two texts that share words keep the same hashes of those.

use std::ops::Deref;

/// Bits of a kept hash, three bytes. Enough to distinguish the shingles of one window.
pub(super) const HASH_BITS: u32 = 24;

/// Shortens a hash to what is kept of it.
pub(in crate::dedupe) fn short_hash(hash: u64) -> u32 {
    u32::try_from(hash >> (u64::BITS - HASH_BITS)).unwrap_or(u32::MAX)
}

/// Shortens a hash to a key: the upper bits are those of the short hash. The lower ones distinguish
/// keys that would be equal by chance.
pub(in crate::dedupe) fn key_of_hash(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

/// The short hash of the hash that a key was made of.
pub(in crate::dedupe) fn short_hash_of_key(key: u32) -> u32 {
    key >> (u32::BITS - HASH_BITS)
}

/// A list of at most `N` short hashes.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::dedupe) struct SmallestHashes<const N: usize> {
    len: usize,
    items: [u32; N],
}

impl<const N: usize> SmallestHashes<N> {
    /// Takes the first `N`.
    pub(in crate::dedupe) fn first(items: impl IntoIterator<Item = u32>) -> Self {
        let mut list = Self::default();
        for (slot, item) in list.items.iter_mut().zip(items) {
            *slot = item;
            list.len += 1;
        }
        list
    }

    /// Takes the `N` smallest different ones of some keys, in order. Leaves the keys of those at the
    /// front of the scratch space, and the others in any order.
    pub(in crate::dedupe) fn smallest(scratch: &mut [u32]) -> Self {
        if scratch.len() > 2 * N {
            // Half as many again as wanted are probably below this, if none are equal.
            let limit = (u64::from(u32::MAX) * (N + N / 2) as u64) / scratch.len() as u64;
            let least = move_small_to_front(u32::try_from(limit).unwrap_or(u32::MAX), scratch);
            let different = sort_distinct(least);
            if different >= N {
                return Self::first(least[..N].iter().map(|&key| short_hash_of_key(key)));
            }
            // Else all keys must be sorted: a list that is not full counts as complete.
        }
        let different = sort_distinct(scratch);
        Self::first(
            scratch[..different]
                .iter()
                .map(|&key| short_hash_of_key(key)),
        )
    }

    /// Keeps the first `len`.
    pub(in crate::dedupe) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        self.items[self.len..].fill(0);
    }

    /// The largest hash that would be in the list if it had been given: a list that is not full is
    /// complete, a full one is a sample of the smallest.
    pub(in crate::dedupe) fn limit(&self) -> u32 {
        if self.len == N {
            self.items[N - 1]
        } else {
            u32::MAX
        }
    }

    /// Appends it: a byte of length, three bytes a hash.
    pub(in crate::dedupe) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::try_from(self.len).unwrap_or(u8::MAX));
        let start = bytes.len();
        bytes.resize(start + 3 * self.len, 0);
        for (to, item) in bytes[start..].chunks_exact_mut(3).zip(&self[..]) {
            to.copy_from_slice(&item.to_le_bytes()[..3]);
        }
    }

    /// Reads it back off the front.
    pub(in crate::dedupe) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (&len, rest) = bytes.split_first()?;
        let len = usize::from(len);
        let (items, rest) = rest.split_at_checked(3 * len)?;
        *bytes = rest;
        let list = Self::first(
            items
                .chunks_exact(3)
                .map(|b| u32::from_le_bytes([b[0], b[1], b[2], 0])),
        );
        (list.len == len).then_some(list)
    }
}

/// Moves the keys that are at most `limit` to the front, and gives those.
fn move_small_to_front(limit: u32, keys: &mut [u32]) -> &mut [u32] {
    let mut count = 0;
    for at in 0..keys.len() {
        let is_small = keys[at] <= limit;
        keys.swap(at, count);
        count += usize::from(is_small);
    }
    &mut keys[..count]
}

/// Sorts keys and moves those with different short hashes to the front. Gives their number.
fn sort_distinct(keys: &mut [u32]) -> usize {
    keys.sort_unstable();
    let mut different = 0;
    for at in 0..keys.len() {
        if different == 0 || short_hash_of_key(keys[different - 1]) != short_hash_of_key(keys[at]) {
            keys.swap(different, at);
            different += 1;
        }
    }
    different
}

impl<const N: usize> Default for SmallestHashes<N> {
    fn default() -> Self {
        Self {
            len: 0,
            items: [0; N],
        }
    }
}

impl<const N: usize> Deref for SmallestHashes<N> {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.items[..self.len]
    }
}

impl<const N: usize> std::fmt::Debug for SmallestHashes<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self[..].fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_are_kept_in_order() {
        let mut scratch: Vec<u32> = (0..1000).rev().map(|n| n << 8 | 7).collect();
        assert_eq!(
            SmallestHashes::<4>::smallest(&mut scratch)[..],
            [0, 1, 2, 3]
        );
        assert_eq!(scratch[..4], [0x007, 0x107, 0x207, 0x307]);
    }

    #[test]
    fn what_is_repeated_does_not_push_out_others() {
        let number = |n| if n < 50 { 0 } else { n };
        let mut scratch: Vec<u32> = (0..100).map(|n| (number(n) << 8) | (n % 2)).collect();
        assert_eq!(
            SmallestHashes::<4>::smallest(&mut scratch)[..],
            [0, 50, 51, 52]
        );
    }

    #[test]
    fn bytes_come_back_as_they_were() {
        let list = SmallestHashes::<4>::first([1, 0x00FF_FFFF, 77]);
        let mut bytes = Vec::new();
        list.write(&mut bytes);
        assert_eq!(SmallestHashes::<4>::read(&mut &bytes[..]), Some(list));
        assert_eq!(SmallestHashes::<2>::read(&mut &bytes[..]), None);
        assert_eq!(SmallestHashes::<4>::read(&mut &bytes[..5]), None);
    }
}
