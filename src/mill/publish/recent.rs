//! What was used last stays in memory, up to a number of bytes.

use std::collections::HashMap;

/// Two generations of values by number. A value that is asked for moves to the newer one. When that is full, the older one
/// is dropped.
pub(super) struct Recent<V> {
    newer: HashMap<u64, V>,
    older: HashMap<u64, V>,
    /// Of the newer ones, about.
    bytes: usize,
    /// Of both together.
    limit: usize,
    size: fn(&V) -> usize,
}

impl<V: Clone> Recent<V> {
    pub(super) fn new(limit: usize, size: fn(&V) -> usize) -> Self {
        Self {
            newer: HashMap::new(),
            older: HashMap::new(),
            bytes: 0,
            limit,
            size,
        }
    }

    pub(super) fn get(&mut self, number: u64) -> Option<V> {
        if let Some(value) = self.newer.get(&number) {
            return Some(value.clone());
        }
        let value = self.older.remove(&number)?;
        self.keep(number, value.clone());
        Some(value)
    }

    pub(super) fn keep(&mut self, number: u64, value: V) {
        let size = (self.size)(&value);
        self.bytes += size;
        if self.bytes > self.limit / 2 {
            self.older = std::mem::take(&mut self.newer);
            self.bytes = size;
        }
        self.newer.insert(number, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_last_stays() {
        let mut kept = Recent::new(1000, String::len);
        for number in 0..20 {
            kept.keep(number, "x".repeat(100));
            assert!(kept.get(0).is_some(), "asked for each time");
        }
        assert!(kept.get(19).is_some() && kept.get(1).is_none());
        let all = kept.newer.values().chain(kept.older.values());
        assert!(all.map(String::len).sum::<usize>() <= 1000);
    }

    #[test]
    fn a_value_larger_than_all_that_may_stay_is_given() {
        let mut kept = Recent::new(10, String::len);
        for number in 0..3 {
            kept.keep(number, "x".repeat(100));
            assert!(kept.get(number).is_some());
        }
        assert!(kept.newer.len() + kept.older.len() <= 2);
    }
}
