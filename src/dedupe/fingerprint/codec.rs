//! [`Fingerprint`] <-> bytes: what the store and the window keep of it.
//!
//! Integers are little-endian. A byte of flags says which of the hashes follow, so that an item
//! without an id, an address or a text needs no bytes for them.

use super::Fingerprint;
use super::smallest::SmallestHashes;
use super::word_set::WordSet;

impl Fingerprint {
    /// Increases when the same item would give other bytes, or when fingerprints are compared in
    /// another way: then all items that are still compared get new ones, and are compared again.
    pub const VERSION: u8 = 6;

    /// Its bytes: a version, then the fields. The same on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        bytes.push(Self::VERSION);
        self.write(&mut bytes);
        bytes
    }

    /// Reads [`Self::to_bytes`]. None if another version wrote them, or they are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (&Self::VERSION, rest) => Self::read(rest),
            _ => None,
        }
    }

    /// [`Self::exact_keys`] of [`Self::to_bytes`], without reading the rest.
    pub fn exact_keys_of(bytes: &[u8]) -> Vec<u64> {
        let keys = || {
            let (&[version, flags, _, _], mut rest) = bytes.split_first_chunk()?;
            let [id, page, about, text, _] = read_keys(flags, &mut rest)?;
            let known = Self {
                id,
                addresses: [page, about],
                text,
                ..Self::default()
            };
            (version == Self::VERSION).then(|| known.exact_keys())
        };
        keys().unwrap_or_default()
    }

    /// Appends its fields, without a version.
    pub(in crate::dedupe) fn write(&self, bytes: &mut Vec<u8>) {
        let keys = [
            self.id,
            self.addresses[0],
            self.addresses[1],
            self.text,
            self.body,
        ];
        let marks = [self.update, self.title_cut, self.live]
            .into_iter()
            .chain(keys.iter().map(|&key| key != 0));
        bytes.push(
            marks
                .enumerate()
                .map(|(bit, set)| u8::from(set) << bit)
                .sum(),
        );
        bytes.extend_from_slice(&[self.lead_end, self.tail_start]);
        for key in keys.into_iter().filter(|&key| key != 0) {
            bytes.extend_from_slice(&key.to_le_bytes());
        }
        let files = [self.media, self.picture];
        SmallestHashes::<2>::first(files).write(bytes);
        bytes.extend_from_slice(&self.body_tokens.to_le_bytes());
        self.title.write(bytes);
        let masked = self.title.len().div_ceil(8);
        for mask in [self.title_numbers, self.title_content] {
            bytes.extend_from_slice(&mask.to_le_bytes()[..masked]);
        }
        if self.body_tokens > 0 {
            self.sketch.write(bytes);
            self.head.write(bytes);
            bytes.extend_from_slice(&self.key_bits);
            self.numbers.write(bytes);
            self.words.write(bytes);
        }
    }

    /// Reads what [`Self::write`] wrote.
    pub(in crate::dedupe) fn read(bytes: &[u8]) -> Option<Self> {
        let (&[flags, lead_end, tail_start], mut rest) = bytes.split_first_chunk()?;
        let rest = &mut rest;
        let [id, page, about, text, body] = read_keys(flags, rest)?;
        let files = SmallestHashes::<2>::read(rest)?;
        let &[media, picture] = &files[..] else {
            return None;
        };
        let mut fingerprint = Self {
            media,
            picture,
            id,
            addresses: [page, about],
            text,
            body,
            body_tokens: word(rest)?,
            title: SmallestHashes::read(rest)?,
            update: flags & 1 != 0,
            title_cut: flags & 2 != 0,
            live: flags & 4 != 0,
            lead_end,
            tail_start,
            ..Self::default()
        };
        let masked = fingerprint.title.len().div_ceil(8);
        for mask in [
            &mut fingerprint.title_numbers,
            &mut fingerprint.title_content,
        ] {
            let (read, after) = rest.split_at_checked(masked)?;
            *rest = after;
            *mask = read
                .iter()
                .rev()
                .fold(0, |mask, &byte| mask << 8 | u32::from(byte));
        }
        if fingerprint.body_tokens > 0 {
            fingerprint.sketch = SmallestHashes::read(rest)?;
            fingerprint.head = SmallestHashes::read(rest)?;
            let (&key_bits, after) = rest.split_first_chunk()?;
            *rest = after;
            fingerprint.key_bits = key_bits;
            fingerprint.numbers = SmallestHashes::read(rest)?;
            fingerprint.words = WordSet::read(rest)?;
        }
        let whole = rest.is_empty()
            && lead_end <= tail_start
            && usize::from(tail_start) <= fingerprint.title.len();
        whole.then_some(fingerprint)
    }
}

/// The hashes that its flags name.
fn read_keys(flags: u8, bytes: &mut &[u8]) -> Option<[u64; 5]> {
    let mut keys = [0; 5];
    for (bit, key) in keys.iter_mut().enumerate() {
        if flags >> (bit + 3) & 1 == 1 {
            *key = long(bytes)?;
        }
    }
    Some(keys)
}

fn long(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*first))
}

fn word(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*first))
}
