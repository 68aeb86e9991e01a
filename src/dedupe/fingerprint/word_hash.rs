//! Bytes of a word -> a hash of 64 bits, eight bytes at a time: SWAR ("SIMD within a register"),
//! which classifies and folds eight ASCII characters by arithmetic on one `u64`.

/// Letters at the beginning of eight bytes, tested in parallel.
#[derive(Clone, Copy)]
pub(super) struct EightBytes {
    pub(in crate::dedupe) len: usize,
    /// In small letters, big-endian.
    pub(in crate::dedupe) folded: u64,
}

const ALL: u64 = 0x0101_0101_0101_0101;
/// The top bit of each byte, which no ASCII character sets.
const TOP: u64 = 0x80 * ALL;

impl EightBytes {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let eight = bytes.first_chunk().copied().unwrap_or_else(|| {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            padded
        });
        let eight = u64::from_le_bytes(eight);
        // Sets the bit that distinguishes small letters from capitals.
        let small = eight | (0x20 * ALL);
        // A sum sets the top bit of a byte if the byte is at least `least`.
        let from = |least: u8| (small & !TOP) + u64::from(0x80 - least) * ALL;
        let letters = from(b'a') & !from(b'z' + 1);
        let ends = (!letters | eight) & TOP;
        let len = ends.trailing_zeros() / 8;
        Self {
            len: len as usize,
            folded: small.swap_bytes().unbounded_shr(u64::BITS - 8 * len),
        }
    }

    /// Whether an `e` stands behind `a`, `o` or `u` here, or may do so at the beginning of the next eight.
    pub(super) fn may_write_umlaut(self) -> bool {
        // All bytes are below 128, so no sum carries into the next. It sets the top bit of a byte that
        // is another letter.
        let is_not = |letter: u8| (self.folded ^ (u64::from(letter) * ALL)) + 0x7F * ALL;
        let no_vowel = is_not(b'a') & is_not(b'o') & is_not(b'u');
        // Nothing stands behind the last of eight letters yet, and nothing is before the first.
        let (behind, may_follow) = (!no_vowel & TOP, self.len == 8);
        !is_not(b'e') & (behind >> 8) != 0 || (may_follow && behind & 0x80 != 0)
    }
}

/// The hash of a word of which eight bytes at a time are mixed into `hash`, and fewer than eight are left.
pub(super) fn ended(hash: u64, rest: u64, len: usize) -> u64 {
    mix(hash ^ rest ^ (len as u64) << 56)
}

/// The hash of a word that is folded already.
pub(super) fn hash(word: &str) -> u64 {
    hash_bytes(word.as_bytes())
}

/// The same, of bytes.
pub(super) fn hash_bytes(word: &[u8]) -> u64 {
    let (eights, rest) = word.as_chunks();
    let mixed = eights
        .iter()
        .fold(0, |hash, eight| mix(hash ^ u64::from_be_bytes(*eight)));
    let rest = rest
        .iter()
        .fold(0, |rest, &byte| rest << 8 | u64::from(byte));
    ended(mixed, rest, word.len())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the halves of the product are wanted"
)]
/// A good hash of one number: both halves of a product of 128 bits, combined by XOR.
pub(in crate::dedupe) fn mix(number: u64) -> u64 {
    let product = u128::from(number ^ 0x2D35_8DCC_AA6C_78A5) * 0x9E37_79B9_7F4A_7C15;
    (product >> 64) as u64 ^ product as u64
}
