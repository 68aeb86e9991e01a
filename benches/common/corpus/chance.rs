//! Chance that is the same each time: numbers from a seed.

use std::ops::RangeInclusive;

/// A sequence of numbers that depends on its seed alone (`SplitMix64`).
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of some numbers that name a thing.
    pub(crate) fn of(name: &[usize]) -> Self {
        let mut seed = Self(0);
        for part in name {
            seed.0 = seed.next() ^ *part as u64;
        }
        seed
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below the bound")
    }

    /// A number of a range.
    pub(crate) fn within(&mut self, range: RangeInclusive<usize>) -> usize {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// A number from 0 to below 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from 0 to below a bound; low ones more often.
    pub(crate) fn low(&mut self, bound: usize) -> usize {
        whole(bound as f64 * self.share().powi(3))
    }

    /// True in so many cases of a hundred.
    pub(crate) fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some things.
    pub(crate) fn of_these<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}

/// A number that is not below 0, without what is behind the point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "that is what is wanted"
)]
pub(crate) fn whole(number: f64) -> usize {
    number as usize
}
