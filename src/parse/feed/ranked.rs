//! Several values for one field -> the best one.

/// Keeps the value of the lowest rank, and the first among equals.
#[derive(Debug)]
pub(super) struct Ranked<T> {
    best: Option<(u8, T)>,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self { best: None }
    }
}

impl<T> Ranked<T> {
    /// Keeps a value if it is better than the one before.
    pub(super) fn offer(&mut self, rank: u8, value: Option<T>) {
        if let Some(value) = value
            && self.best.as_ref().is_none_or(|(best, _)| rank < *best)
        {
            self.best = Some((rank, value));
        }
    }

    /// The best.
    pub(in crate::parse) fn take(self) -> Option<T> {
        self.best.map(|(_, value)| value)
    }
}

/// All values of the best rank.
#[derive(Debug)]
pub(super) struct RankedList<T> {
    rank: u8,
    values: Vec<T>,
}

impl<T> Default for RankedList<T> {
    fn default() -> Self {
        Self {
            rank: u8::MAX,
            values: Vec::new(),
        }
    }
}

impl<T: PartialEq> RankedList<T> {
    /// Adds a value of the best rank, at most `max` and each once; a better rank replaces all.
    pub(super) fn offer(&mut self, rank: u8, value: Option<T>, max: usize) {
        let Some(value) = value else { return };
        if rank < self.rank {
            self.rank = rank;
            self.values.clear();
        }
        if rank == self.rank && self.values.len() < max && !self.values.contains(&value) {
            self.values.push(value);
        }
    }

    /// The values, in order.
    pub(in crate::parse) fn take(self) -> Vec<T> {
        self.values
    }
}
