//! Keys -> the items that share them: a hash table of (key, item) with open addressing and linear
//! probing.
//!
//! Each key keeps at most [`POSTINGS`] items, the newest. So a key that a whole feed shares costs as
//! much as any other, and an item is compared with a bounded number of others.
//!
//! Keys and items are in two arrays. Most keys that are looked up are not there, and one cache line
//! holds sixteen keys, so that a lookup costs one read of main memory. A new item takes the slot of a
//! forgotten one, so that a window of constant size needs no more memory with time.

/// Items that one key leads to, at most.
pub(super) const POSTINGS: usize = 16;
/// Slots of an empty table.
const SMALLEST: usize = 1 << 10;
/// Slots of a table from which on it grows by a fifth: doubling would leave many empty slots.
const LARGE: usize = 1 << 20;
/// Keys that are looked up together.
const BATCH: usize = 16;
/// The key of an empty slot.
const EMPTY: u32 = 0;

/// A table of keys.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    keys: Vec<u32>,
    /// Numbered from 1, in the slots of their keys.
    items: Vec<u32>,
    /// Slots with a key, whether its item is forgotten or not.
    used: usize,
    /// Items up to this one are never forgotten.
    kept: u32,
    /// Items between that one and this one are forgotten.
    oldest: u32,
    /// Items before this one are removed from the slots.
    swept: u32,
}

impl KeyIndex {
    /// Adds an item to a key. Items come in rising order.
    pub(super) fn insert(&mut self, key: u32, item: u32) {
        if self.used * 8 >= self.keys.len() * 7 {
            self.make_room();
        }
        let key = non_empty(key);
        let mut at = start(key, self.keys.len());
        let (mut with_key, mut free) = (0, None);
        let mut oldest_of_key = (u32::MAX, at);
        while self.keys[at] != EMPTY {
            let other = self.items[at];
            if self.is_forgotten(other) {
                free = free.or(Some(at));
            } else if self.keys[at] == key {
                if other == item {
                    return;
                }
                with_key += 1;
                oldest_of_key = oldest_of_key.min((other, at));
            }
            at = next(at, self.keys.len());
        }
        let target = if with_key >= POSTINGS {
            oldest_of_key.1
        } else {
            free.unwrap_or(at)
        };
        self.used += usize::from(self.keys[target] == EMPTY);
        self.keys[target] = key;
        self.items[target] = item;
    }

    /// Calls `call` with each item that has one of the keys, once for each key.
    pub(super) fn for_each(&self, keys: &[u32], mut call: impl FnMut(u32)) {
        let slots = self.keys.len();
        if slots == 0 {
            return;
        }
        for keys in keys.chunks(BATCH) {
            // The first reads do not wait for each other.
            let mut first = [(0, EMPTY); BATCH];
            for (first, &key) in first.iter_mut().zip(keys) {
                let at = start(non_empty(key), slots);
                *first = (at, self.keys[at]);
            }
            for ((mut at, mut found), &key) in first.into_iter().zip(keys) {
                let key = non_empty(key);
                while found != EMPTY {
                    if found == key && !self.is_forgotten(self.items[at]) {
                        call(self.items[at]);
                    }
                    at = next(at, slots);
                    found = self.keys[at];
                }
            }
        }
    }

    /// Never forgets the items up to this one.
    pub(super) fn keep_until(&mut self, item: u32) {
        self.kept = item;
    }

    fn is_forgotten(&self, item: u32) -> bool {
        item < self.oldest && item > self.kept
    }

    /// Forgets all items before this one.
    pub(super) fn forget_before(&mut self, item: u32) {
        self.oldest = self.oldest.max(item);
    }

    /// Removes what is forgotten, and makes the table larger if that does not free enough slots.
    fn make_room(&mut self) {
        if self.swept < self.oldest {
            self.sweep();
            self.swept = self.oldest;
        }
        if self.used * 16 < self.keys.len() * 13 {
            return;
        }
        let slots = self.keys.len();
        let more = if slots < LARGE { slots } else { slots / 5 };
        let size = (slots + more).max(SMALLEST);
        let keys = std::mem::replace(&mut self.keys, vec![EMPTY; size]);
        let items = std::mem::replace(&mut self.items, vec![0; size]);
        for (key, item) in keys.into_iter().zip(items) {
            if key != EMPTY {
                self.insert_in_empty_slot(key, item);
            }
        }
    }

    /// Takes the keys out one after another, beginning behind an empty slot, and puts those back
    /// whose item is remembered. So each gets its old slot or one nearer to its first slot.
    fn sweep(&mut self) {
        let slots = self.keys.len();
        let Some(empty) = self.keys.iter().position(|&key| key == EMPTY) else {
            return;
        };
        self.used = 0;
        for at in (empty..slots).chain(0..empty) {
            let key = std::mem::replace(&mut self.keys[at], EMPTY);
            if key != EMPTY && !self.is_forgotten(self.items[at]) {
                self.insert_in_empty_slot(key, self.items[at]);
                self.used += 1;
            }
        }
    }

    /// Writes into the first empty slot.
    fn insert_in_empty_slot(&mut self, key: u32, item: u32) {
        let slots = self.keys.len();
        let mut at = start(key, slots);
        while self.keys[at] != EMPTY {
            at = next(at, slots);
        }
        self.keys[at] = key;
        self.items[at] = item;
    }
}

/// The key that would mean an empty slot becomes its neighbour.
fn non_empty(key: u32) -> u32 {
    key.max(EMPTY + 1)
}

/// The first slot of a key: its hash as a share of the table.
fn start(key: u32, slots: usize) -> usize {
    let mixed = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    ((mixed * slots as u64) >> 32) as usize
}

fn next(at: usize, slots: usize) -> usize {
    if at + 1 == slots { 0 } else { at + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(index: &KeyIndex, key: u32) -> Vec<u32> {
        let mut found = Vec::new();
        index.for_each(&[key], |item| found.push(item));
        found.sort_unstable();
        found
    }

    #[test]
    fn a_key_leads_to_its_newest_items() {
        let mut index = KeyIndex::default();
        (1..=100).for_each(|item| index.insert(7, item));
        assert_eq!(items(&index, 7), (85..=100).collect::<Vec<_>>());
        assert!(items(&index, 8).is_empty());
    }

    #[test]
    fn what_is_forgotten_makes_room() {
        let mut index = KeyIndex::default();
        for item in 1..=100_000_u32 {
            index.insert(item.wrapping_mul(77), item);
            index.forget_before(item.saturating_sub(100));
        }
        assert!(items(&index, 77 * 5).is_empty());
        assert_eq!(items(&index, 77 * 99_999), [99_999]);
        assert_eq!(index.keys.len(), SMALLEST);
    }

    #[test]
    fn what_is_kept_is_not_forgotten() {
        let mut index = KeyIndex::default();
        (1..=6).for_each(|item| index.insert(7, item));
        index.keep_until(2);
        index.forget_before(5);
        assert_eq!(items(&index, 7), [1, 2, 5, 6]);
    }

    #[test]
    fn sweeping_loses_nothing_that_is_remembered() {
        let mut index = KeyIndex::default();
        // Few different keys, so that they lie in each other's way.
        let key = |item: u32| item % 977 * 5;
        for item in 1..=20_000_u32 {
            index.insert(key(item), item);
            index.forget_before(item.saturating_sub(3000));
            if item % 1000 == 0 {
                let there = |&item: &u32| items(&index, key(item)).contains(&item);
                assert!((item.saturating_sub(2999).max(1)..=item).all(|item| there(&item)));
            }
        }
    }
}
