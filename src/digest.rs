//! Hashes that are stored, or compared between versions of this program.
//!
//! Neither `{:?}` nor [`std::hash::Hash`] promises its form: a renamed field or a newer compiler
//! would change every hash, and with it every file that is published. Here each value has one form
//! of bytes, which never changes, and XXH3 (64 bits, seed 0) hashes these:
//!
//! | value | bytes |
//! |---|---|
//! | no value | 0 |
//! | a value that may be missing | 1, the value |
//! | boolean | 2, one byte: 0 or 1 |
//! | unsigned integer | 3, eight bytes |
//! | signed integer | 4, eight bytes |
//! | text | 5, its length, UTF-8 |
//! | sequence | 6, its length, the values |
//! | moment | 7, seconds since 1970 (eight bytes, signed), nanoseconds (four bytes) |
//! | structure | its fields, in the order that its [`Encode`] says |
//! | one of several | its name as text, its fields |
//!
//! Numbers are little-endian, a length is an unsigned integer of eight bytes without a tag.
//!
//! A hash begins with a label and a version, so that two kinds of hashes never collide by having the same fields. A structure is
//! destructured without `..`, so a new field does not compile until its author decides whether it
//! belongs to the hash. A field that does not is bound to `_`, with the reason.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// A hash to which values are added: their bytes, which are hashed all at once. Most are a few bytes long, and to
/// pass each to the hash would take longer than to hash them.
#[derive(Clone)]
pub struct Digest(Vec<u8>);

/// A value with an encoding that never changes.
pub trait Encode {
    /// Adds this value.
    fn encode(&self, to: &mut Digest);
}

impl Digest {
    /// Begins a hash. Raise the version when values of the same encoding get another meaning; other
    /// fields make another hash without that.
    pub fn new(label: &str, version: u32) -> Self {
        let mut digest = Self(Vec::with_capacity(256));
        digest.add(label).add(&version);
        digest
    }

    /// Adds a value.
    pub fn add(&mut self, value: &(impl Encode + ?Sized)) -> &mut Self {
        value.encode(self);
        self
    }

    /// Adds values, of which there may be any number.
    pub fn add_all<T: Encode>(&mut self, values: impl ExactSizeIterator<Item = T>) -> &mut Self {
        self.tag(6);
        self.length(values.len());
        for value in values {
            value.encode(self);
        }
        self
    }

    /// The hash of all that was added.
    pub fn finish(&self) -> u64 {
        xxh3_64(&self.0)
    }

    fn tag(&mut self, tag: u8) {
        self.0.push(tag);
    }

    fn length(&mut self, length: usize) {
        self.0.extend_from_slice(&(length as u64).to_le_bytes());
    }

    fn unsigned(&mut self, number: u64) {
        self.tag(3);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn signed(&mut self, number: i64) {
        self.tag(4);
        self.0.extend_from_slice(&number.to_le_bytes());
    }
}

/// A sequence in its form of bytes, for several hashes that it belongs to.
pub struct Encoded(Vec<u8>);

impl Encoded {
    /// The form of these values, of which there may be any number.
    pub fn of_all<T: Encode>(values: impl ExactSizeIterator<Item = T>) -> Self {
        let mut digest = Digest(Vec::new());
        digest.add_all(values);
        Self(digest.0)
    }
}

impl Encode for Encoded {
    fn encode(&self, to: &mut Digest) {
        to.0.extend_from_slice(&self.0);
    }
}

impl Encode for bool {
    fn encode(&self, to: &mut Digest) {
        to.tag(2);
        to.0.push(u8::from(*self));
    }
}

impl Encode for u32 {
    fn encode(&self, to: &mut Digest) {
        to.unsigned(u64::from(*self));
    }
}

impl Encode for u64 {
    fn encode(&self, to: &mut Digest) {
        to.unsigned(*self);
    }
}

impl Encode for usize {
    fn encode(&self, to: &mut Digest) {
        to.unsigned(*self as u64);
    }
}

impl Encode for i32 {
    fn encode(&self, to: &mut Digest) {
        to.signed(i64::from(*self));
    }
}

impl Encode for str {
    fn encode(&self, to: &mut Digest) {
        to.tag(5);
        to.length(self.len());
        to.0.extend_from_slice(self.as_bytes());
    }
}

impl Encode for String {
    fn encode(&self, to: &mut Digest) {
        self.as_str().encode(to);
    }
}

impl Encode for Url {
    fn encode(&self, to: &mut Digest) {
        self.as_str().encode(to);
    }
}

impl Encode for DateTime<Utc> {
    fn encode(&self, to: &mut Digest) {
        to.tag(7);
        to.0.extend_from_slice(&self.timestamp().to_le_bytes());
        to.0.extend_from_slice(&self.timestamp_subsec_nanos().to_le_bytes());
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, to: &mut Digest) {
        match self {
            None => to.tag(0),
            Some(value) => {
                to.tag(1);
                value.encode(to);
            }
        }
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, to: &mut Digest) {
        to.add_all(self.iter());
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, to: &mut Digest) {
        self.as_slice().encode(to);
    }
}

/// By key, each key before its value.
impl<K: Encode, V: Encode> Encode for BTreeMap<K, V> {
    fn encode(&self, to: &mut Digest) {
        to.add_all(self.iter());
    }
}

impl<A: Encode, B: Encode> Encode for (A, B) {
    fn encode(&self, to: &mut Digest) {
        to.add(&self.0).add(&self.1);
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, to: &mut Digest) {
        (**self).encode(to);
    }
}

impl<T: Encode + ?Sized> Encode for Arc<T> {
    fn encode(&self, to: &mut Digest) {
        (**self).encode(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    /// The hash of a value, and that of these bytes, behind the label `x` and the version 1.
    fn both(value: &(impl Encode + ?Sized), bytes: &[u8]) -> [u64; 2] {
        let mut all = b"\x05\x01\0\0\0\0\0\0\0x\x03\x01\0\0\0\0\0\0\0".to_vec();
        all.extend(bytes);
        [Digest::new("x", 1).add(value).finish(), xxh3_64(&all)]
    }

    fn assert_form(value: &(impl Encode + ?Sized), bytes: &[u8]) {
        let [is, wanted] = both(value, bytes);
        assert_eq!(is, wanted, "{bytes:?}");
    }

    #[test]
    fn every_value_has_the_form_of_the_table() {
        assert_form(&None::<bool>, b"\0");
        assert_form(&Some(true), b"\x01\x02\x01");
        assert_form(&false, b"\x02\0");
        assert_form(&258_u32, b"\x03\x02\x01\0\0\0\0\0\0");
        assert_form(&258_u64, b"\x03\x02\x01\0\0\0\0\0\0");
        assert_form(&258_usize, b"\x03\x02\x01\0\0\0\0\0\0");
        assert_form(&-2, b"\x04\xfe\xff\xff\xff\xff\xff\xff\xff");
        assert_form("é", b"\x05\x02\0\0\0\0\0\0\0\xc3\xa9");
        assert_form(
            &vec![true, false],
            b"\x06\x02\0\0\0\0\0\0\0\x02\x01\x02\x00",
        );
        assert_form(
            &BTreeMap::from([(2, true), (-1, false)]),
            b"\x06\x02\0\0\0\0\0\0\0\x04\xff\xff\xff\xff\xff\xff\xff\xff\x02\0\x04\x02\0\0\0\0\0\0\0\x02\x01",
        );
        let moment = DateTime::from_timestamp(-1, 3).unwrap();
        assert_form(&moment, b"\x07\xff\xff\xff\xff\xff\xff\xff\xff\x03\0\0\0");
        assert_form(
            &Encoded::of_all([true, false].iter()),
            b"\x06\x02\0\0\0\0\0\0\0\x02\x01\x02\x00",
        );
        let url = Url::parse("a:b").unwrap();
        assert_form(&url, b"\x05\x03\0\0\0\0\0\0\0a:b");
    }

    #[test]
    fn a_hash_lasts() {
        let hash = Digest::new("a label", 7).add("a text").finish();
        assert_eq!(format!("{hash:016x}"), "93e0485fd80d51ae");
    }

    #[test]
    fn label_version_and_borders_between_values_count() {
        let hash = |label, version, texts: [&str; 2]| {
            let mut digest = Digest::new(label, version);
            digest.add(texts[0]).add(texts[1]).finish()
        };
        let first = hash("a", 1, ["b", "c"]);
        assert_ne!(first, hash("b", 1, ["b", "c"]));
        assert_ne!(first, hash("a", 2, ["b", "c"]));
        assert_ne!(first, hash("a", 1, ["bc", ""]));
    }
}
