//! Keys -> the items that share them: one open-addressing table of (key, item).
//!
//! Each key keeps at most [`POSTINGS`] items, the newest; so a key that a whole feed shares costs
//! as much as any other, and no item meets more than a bounded number of others.

/// Items that one key leads to.
pub(super) const POSTINGS: usize = 16;
/// Slots of an empty table.
const SMALLEST: usize = 1 << 10;

/// One key of one item. Items are numbered from 1, so that 0 is an empty slot.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u32,
    item: u32,
}

/// A table of keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    slots: Vec<Slot>,
    used: usize,
    /// Items before this one are forgotten; their slots are free.
    oldest: u32,
}

impl Index {
    /// Notes that an item has a key. Items come in rising order.
    pub(super) fn insert(&mut self, key: u32, item: u32) {
        if self.used * 5 >= self.slots.len() * 4 {
            self.rebuild();
        }
        let slots = self.slots.len();
        let mut at = start(key, slots);
        let (mut met, mut free) = (0, None);
        let mut stalest = (u32::MAX, at);
        loop {
            let slot = self.slots[at];
            if slot.item == 0 {
                break;
            }
            if slot.item < self.oldest {
                free = free.or(Some(at));
            } else if slot.key == key {
                if slot.item == item {
                    return;
                }
                met += 1;
                stalest = stalest.min((slot.item, at));
            }
            at = next(at, slots);
        }
        let target = if met >= POSTINGS {
            stalest.1
        } else {
            free.unwrap_or(at)
        };
        self.used += usize::from(self.slots[target].item == 0);
        self.slots[target] = Slot { key, item };
    }

    /// Calls with each item that has a key.
    pub(super) fn each(&self, key: u32, mut call: impl FnMut(u32)) {
        if self.slots.is_empty() {
            return;
        }
        let slots = self.slots.len();
        let mut at = start(key, slots);
        while self.slots[at].item != 0 {
            let slot = self.slots[at];
            if slot.key == key && slot.item >= self.oldest {
                call(slot.item);
            }
            at = next(at, slots);
        }
    }

    /// Forgets all items before this one.
    pub(super) fn forget_before(&mut self, item: u32) {
        self.oldest = self.oldest.max(item);
    }

    /// Makes the table anew, with room for two in three more than is alive.
    fn rebuild(&mut self) {
        let alive: Vec<Slot> = self
            .slots
            .iter()
            .copied()
            .filter(|s| s.item != 0 && s.item >= self.oldest)
            .collect();
        let size = (alive.len() / 5 * 8).max(SMALLEST);
        self.slots.clear();
        self.slots.resize(size, Slot::default());
        self.used = alive.len();
        for slot in alive {
            let mut at = start(slot.key, size);
            while self.slots[at].item != 0 {
                at = next(at, size);
            }
            self.slots[at] = slot;
        }
    }
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
        index.each(key, |item| found.push(item));
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
        assert!(index.slots.len() <= 2 * SMALLEST);
    }
}
