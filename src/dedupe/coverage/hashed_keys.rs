//! Hash tables whose keys are hashes or numbers already.

use std::hash::{BuildHasherDefault, Hasher};

/// For keys that are hashes already.
pub(super) type HashedKeys = BuildHasherDefault<MixHasher>;

/// Spreads a hash over all bits.
#[derive(Clone, Debug, Default)]
pub(super) struct MixHasher(u64);

impl Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = crate::dedupe::fingerprint::word_hash::mix(self.0 ^ number);
    }
}
