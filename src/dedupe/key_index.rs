//! Keys -> the items that share them: one open-addressing table of (key, item).
//!
//! Each key keeps at most [`POSTINGS`] items, the newest; so a key that a whole feed shares costs
//! as much as any other, and no item meets more than a bounded number of others.
//!
//! Keys and items lie apart: nearly all keys that are looked up are not there, and sixteen of them
//! are seen at the price of one look into a large memory. The place of what is forgotten is taken
//! by what comes, so that a window that stays as large as it is takes no more memory than it has.

/// Items that one key leads to.
pub(super) const POSTINGS: usize = 16;
/// Slots of an empty table.
const SMALLEST: usize = 1 << 10;
/// Slots of a table that grows by a part of itself: its empty slots are many.
const LARGE: usize = 1 << 20;
/// Keys that are looked up side by side.
const TOGETHER: usize = 16;
/// No key.
const EMPTY: u32 = 0;

/// A table of keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    keys: Vec<u32>,
    /// Numbered from 1, in the places of their keys.
    items: Vec<u32>,
    /// Slots with a key, whether its item is forgotten or not.
    used: usize,
    /// Items before this one are forgotten.
    oldest: u32,
    /// Items before this one are swept out.
    swept: u32,
}

impl Index {
    /// Notes that an item has a key. Items come in rising order.
    pub(super) fn insert(&mut self, key: u32, item: u32) {
        if self.used * 8 >= self.keys.len() * 7 {
            self.make_room();
        }
        let key = stored(key);
        let mut at = start(key, self.keys.len());
        let (mut met, mut free) = (0, None);
        let mut stalest = (u32::MAX, at);
        while self.keys[at] != EMPTY {
            let other = self.items[at];
            if other < self.oldest {
                free = free.or(Some(at));
            } else if self.keys[at] == key {
                if other == item {
                    return;
                }
                met += 1;
                stalest = stalest.min((other, at));
            }
            at = next(at, self.keys.len());
        }
        let target = if met >= POSTINGS {
            stalest.1
        } else {
            free.unwrap_or(at)
        };
        self.used += usize::from(self.keys[target] == EMPTY);
        self.keys[target] = key;
        self.items[target] = item;
    }

    /// Calls with each item that has one of the keys, once for each.
    pub(super) fn each(&self, keys: &[u32], mut call: impl FnMut(u32)) {
        let slots = self.keys.len();
        if slots == 0 {
            return;
        }
        for keys in keys.chunks(TOGETHER) {
            // The first looks do not wait for each other.
            let mut first = [(0, EMPTY); TOGETHER];
            for (first, &key) in first.iter_mut().zip(keys) {
                let at = start(stored(key), slots);
                *first = (at, self.keys[at]);
            }
            for ((mut at, mut found), &key) in first.into_iter().zip(keys) {
                let key = stored(key);
                while found != EMPTY {
                    if found == key && self.items[at] >= self.oldest {
                        call(self.items[at]);
                    }
                    at = next(at, slots);
                    found = self.keys[at];
                }
            }
        }
    }

    /// Forgets all items before this one.
    pub(super) fn forget_before(&mut self, item: u32) {
        self.oldest = self.oldest.max(item);
    }

    /// Sweeps out what is forgotten, and makes the table larger if that does not give enough room.
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
                self.put(key, item);
            }
        }
    }

    /// Takes the keys out one after another, beginning behind an empty slot, and puts those back
    /// whose item is remembered. So each finds a place that is its old one or nearer to where it
    /// is looked for first.
    fn sweep(&mut self) {
        let slots = self.keys.len();
        let Some(empty) = self.keys.iter().position(|&key| key == EMPTY) else {
            return;
        };
        self.used = 0;
        for at in (empty..slots).chain(0..empty) {
            let key = std::mem::replace(&mut self.keys[at], EMPTY);
            if key != EMPTY && self.items[at] >= self.oldest {
                self.put(key, self.items[at]);
                self.used += 1;
            }
        }
    }

    /// Into the first empty slot.
    fn put(&mut self, key: u32, item: u32) {
        let slots = self.keys.len();
        let mut at = start(key, slots);
        while self.keys[at] != EMPTY {
            at = next(at, slots);
        }
        self.keys[at] = key;
        self.items[at] = item;
    }
}

/// The one key that would be none is taken for its neighbour.
fn stored(key: u32) -> u32 {
    key.max(EMPTY + 1)
}

/// Where a key's items begin: its hash as a share of the table.
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

    fn items(index: &Index, key: u32) -> Vec<u32> {
        let mut found = Vec::new();
        index.each(&[key], |item| found.push(item));
        found.sort_unstable();
        found
    }

    #[test]
    fn a_key_leads_to_its_newest_items() {
        let mut index = Index::default();
        (1..=100).for_each(|item| index.insert(7, item));
        assert_eq!(items(&index, 7), (85..=100).collect::<Vec<_>>());
        assert!(items(&index, 8).is_empty());
    }

    #[test]
    fn what_is_forgotten_makes_room() {
        let mut index = Index::default();
        for item in 1..=100_000_u32 {
            index.insert(item.wrapping_mul(77), item);
            index.forget_before(item.saturating_sub(100));
        }
        assert!(items(&index, 77 * 5).is_empty());
        assert_eq!(items(&index, 77 * 99_999), [99_999]);
        assert_eq!(index.keys.len(), SMALLEST);
    }

    #[test]
    fn sweeping_loses_nothing_that_is_remembered() {
        let mut index = Index::default();
        // SmallestHashes keys, so that they lie in each other's way.
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
