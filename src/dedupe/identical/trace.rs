//! Fingerprint -> a few bytes that recognise the same item days later.

use crate::dedupe::fingerprint::Fingerprint;
use crate::dedupe::fingerprint::smallest;
use crate::dedupe::fingerprint::word_hash::mix;
use crate::dedupe::limits::TEXT_WINDOW;
use crate::model::Reason;
use chrono::TimeDelta;

/// What is kept of an item that is too old for a comparison by similarity: the lower halves of its
/// hashes, because the upper halves are the keys that find it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Trace {
    text: u32,
    id: u32,
    addresses: [u32; 2],
    title: u32,
}

impl Trace {
    pub(in crate::dedupe) fn of(fingerprint: &Fingerprint) -> Self {
        let [page, about] = fingerprint.addresses;
        let words = fingerprint.title.iter();
        let title = words.fold(0, |hash, &word| mix(hash ^ u64::from(word)).rotate_left(7));
        Self {
            text: half(fingerprint.text),
            id: half(fingerprint.id),
            addresses: [half(page), half(about)],
            title: if fingerprint.title.is_empty() {
                0
            } else {
                smallest::key_of_hash(title)
            },
        }
    }

    /// Why it is the item of this fingerprint, if it is. An id or an address alone does not prove
    /// it, and a trace can only tell whether title and text are equal. One source may publish other
    /// items below one title, at one address or with one text.
    pub(super) fn is_of(
        &self,
        fingerprint: &Fingerprint,
        span: TimeDelta,
        one_source: bool,
    ) -> Option<Reason> {
        let other = Self::of(fingerprint);
        let is_known = |address: &u32| *address != 0 && other.addresses.contains(address);
        let same_address = self.addresses.iter().any(is_known);
        let same_text = self.text != 0 && self.text == other.text && span <= TEXT_WINDOW;
        if same_text && (same_address || !one_source && fingerprint.is_own()) {
            Some(Reason::SameText)
        } else if one_source || self.title == 0 || self.title != other.title {
            None
        } else if self.id != 0 && self.id == other.id {
            Some(Reason::SameId)
        } else {
            same_address.then_some(Reason::SameUrl)
        }
    }

    /// Appends a byte of flags, which says what numbers follow, and those numbers.
    pub(in crate::dedupe) fn write(&self, bytes: &mut Vec<u8>) {
        let numbers = self.numbers();
        let there = numbers.iter().enumerate();
        bytes.push(there.map(|(bit, &n)| u8::from(n != 0) << bit).sum());
        for number in numbers.into_iter().filter(|&number| number != 0) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Reads what [`Self::write`] wrote.
    pub(in crate::dedupe) fn read(bytes: &[u8]) -> Option<Self> {
        let (&there, mut rest) = bytes.split_first()?;
        let mut numbers = [0; 5];
        for (bit, number) in numbers.iter_mut().enumerate() {
            if there >> bit & 1 == 1 {
                let (&read, after) = rest.split_first_chunk()?;
                *number = u32::from_le_bytes(read);
                rest = after;
            }
        }
        let [text, id, page, about, title] = numbers;
        Some(Self {
            text,
            id,
            addresses: [page, about],
            title,
        })
    }

    fn numbers(&self) -> [u32; 5] {
        let [page, about] = self.addresses;
        [self.text, self.id, page, about, self.title]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn half(hash: u64) -> u32 {
    hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedupe::fingerprint::smallest::SmallestHashes;

    fn fingerprint(text: u64, page: u64, word: u32) -> Fingerprint {
        Fingerprint {
            text,
            addresses: [page, 0],
            title: SmallestHashes::first([word]),
            body_tokens: 100,
            ..Fingerprint::default()
        }
    }

    #[test]
    fn an_address_counts_below_the_same_title() {
        let trace = Trace::of(&fingerprint(1, 2, 3));
        let days = TimeDelta::days;
        let is_of = |other| trace.is_of(&other, days(5), false);
        assert_eq!(is_of(fingerprint(1, 0, 9)), Some(Reason::SameText));
        assert_eq!(is_of(fingerprint(8, 2, 3)), Some(Reason::SameUrl));
        assert_eq!(is_of(fingerprint(8, 2, 9)), None);
        assert_eq!(is_of(fingerprint(8, 9, 3)), None);
        assert_eq!(trace.is_of(&fingerprint(1, 0, 9), days(8), false), None);
    }

    #[test]
    fn one_source_uses_a_title_an_address_and_a_text_again() {
        let trace = Trace::of(&fingerprint(1, 2, 3));
        let is_of = |other| trace.is_of(&other, TimeDelta::days(5), true);
        assert_eq!(is_of(fingerprint(1, 9, 3)), None);
        assert_eq!(is_of(fingerprint(8, 2, 3)), None);
        assert_eq!(is_of(fingerprint(1, 2, 3)), Some(Reason::SameText));
    }

    #[test]
    fn a_trace_is_read_back_as_it_was() {
        let trace = Trace::of(&fingerprint(1, 2, 3));
        let mut bytes = Vec::new();
        trace.write(&mut bytes);
        assert_eq!(bytes.len(), 13);
        assert_eq!(Trace::read(&bytes), Some(trace));
        assert!((0..13).all(|cut| Trace::read(&bytes[..cut]).is_none()));
    }
}
