//! Bytes of a word -> a hash of 64 bits, eight bytes at a time: SWAR ("SIMD within a register"),
//! which classifies and folds eight ASCII characters by arithmetic on one `u64`.

pub(super) const LETTER: u8 = 1;
pub(super) const DIGIT: u8 = 2;

/// Letters and digits at the beginning of eight bytes, tested in parallel.
pub(super) struct EightBytes {
    pub(in crate::dedupe) len: usize,
    pub(in crate::dedupe) classes: u8,
    /// In small letters, big-endian.
    pub(in crate::dedupe) folded: u64,
}

const ALL: u64 = 0x0101_0101_0101_0101;

impl EightBytes {
    pub(super) fn of(bytes: &[u8]) -> Self {
        const TOP: u64 = 0x80 * ALL;
        let eight = bytes.first_chunk().copied().unwrap_or_else(|| {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            padded
        });
        let eight = u64::from_le_bytes(eight);
        // Sets the bit that distinguishes small letters from capitals. Digits have it already.
        let small = eight | (0x20 * ALL);
        // A sum sets the top bit of a byte if the byte is at least `least`.
        let from = |bytes: u64, least: u8| (bytes & !TOP) + u64::from(0x80 - least) * ALL;
        let letters = from(small, b'a') & !from(small, b'z' + 1) & !eight & TOP;
        let digits = from(eight, b'0') & !from(eight, b'9' + 1) & !eight & TOP;
        let ends = !(letters | digits) & TOP;
        let len = ends.trailing_zeros() as usize / 8;
        let read = if len == 8 {
            u64::MAX
        } else {
            (1 << (8 * len)) - 1
        };
        let class = |found: u64, class: u8| u8::from(found & read != 0) * class;
        Self {
            len,
            classes: class(letters, LETTER) | class(digits, DIGIT),
            folded: if len == 0 {
                0
            } else {
                small.swap_bytes() >> (8 * (8 - len))
            },
        }
    }
}

impl EightBytes {
    /// Whether an `e` stands behind `a`, `o` or `u` here, or may do so at the beginning of the next eight.
    pub(super) fn may_write_umlaut(&self) -> bool {
        // All bytes are below 128, so no sum carries into the next.
        let is =
            |letter: u8| !((self.folded ^ (u64::from(letter) * ALL)) + 0x7F * ALL) & (0x80 * ALL);
        let vowels = is(b'a') | is(b'o') | is(b'u');
        is(b'e') & (vowels >> 8) != 0 || (self.len == 8 && vowels & 0x80 != 0)
    }
}

/// Hashes a word, eight bytes at a time.
#[derive(Default)]
pub(super) struct WordHasher {
    hash: u64,
    eight: u64,
    pub(in crate::dedupe) len: usize,
}

impl WordHasher {
    pub(super) fn push(&mut self, byte: u8) {
        self.eight = self.eight << 8 | u64::from(byte);
        self.len += 1;
        if self.len.is_multiple_of(8) {
            self.hash = mix(self.hash ^ self.eight);
            self.eight = 0;
        }
    }

    /// Adds the letters and digits of a group of eight bytes. The bytes before must be a multiple
    /// of eight.
    pub(super) fn push_all(&mut self, bytes: &EightBytes) {
        self.eight = bytes.folded;
        self.len += bytes.len;
        if bytes.len == 8 {
            self.hash = mix(self.hash ^ self.eight);
            self.eight = 0;
        }
    }

    pub(super) fn end(&self) -> u64 {
        ended(self.hash ^ self.eight, self.len)
    }
}

/// The hash of a word of so many bytes.
pub(super) fn ended(hash: u64, len: usize) -> u64 {
    mix(hash ^ (len as u64) << 56)
}

/// The hash of a word that is folded already.
pub(super) fn hash(word: &str) -> u64 {
    folded(word.bytes())
}

pub(super) fn folded(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hasher = WordHasher::default();
    bytes.for_each(|byte| hasher.push(byte));
    hasher.end()
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
