//! A plain word, of ASCII letters alone -> its length and hashes, read eight bytes at a time.

use super::token::{STEM_CHARS, Token, inflected, singular, without_written_umlauts};
use super::word_hash::{EightBytes, ended, mix};

/// ASCII letters at the beginning of a text. Eight bytes are read and hashed in one step.
pub(super) struct Run {
    pub(super) len: usize,
    pub(super) hash: u64,
    /// Its beginning, of which the stem is made.
    first: EightBytes,
    /// Its last bytes, and the hash of those before them, of which the singular is made.
    last: EightBytes,
    before_last: u64,
    /// Whether an umlaut may be written out behind its first bytes.
    may_write_umlaut: bool,
}

impl Run {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let first = EightBytes::of(bytes);
        let mut run = Self {
            len: first.len,
            hash: 0,
            first,
            last: first,
            before_last: 0,
            may_write_umlaut: false,
        };
        let mut next = first;
        while next.len == 8 {
            run.before_last = run.hash;
            run.last = next;
            run.hash = mix(run.hash ^ next.folded);
            next = EightBytes::of(&bytes[run.len..]);
            run.len += next.len;
            run.may_write_umlaut |= next.may_write_umlaut();
        }
        if next.len > 0 {
            run.before_last = run.hash;
            run.last = next;
        }
        run.hash = ended(run.hash, next.folded, run.len);
        run
    }

    pub(super) fn without_written_umlauts(&self, word: &[u8]) -> Option<String> {
        let may_have_one = self.may_write_umlaut || self.first.may_write_umlaut();
        may_have_one
            .then(|| without_written_umlauts(word))
            .flatten()
    }

    pub(super) fn inflected(&self, word: &[u8]) -> Token {
        inflected([self.hash, self.stem(), self.singular(word)], self.len)
    }

    fn stem(&self) -> u64 {
        if self.len > STEM_CHARS {
            let stem = self.first.folded >> (8 * (self.first.len - STEM_CHARS));
            ended(0, stem, STEM_CHARS)
        } else {
            self.hash
        }
    }

    fn singular(&self, word: &[u8]) -> u64 {
        if singular(word).is_some() {
            ended(self.before_last, self.last.folded >> 8, self.len - 1)
        } else {
            self.hash
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedupe::fingerprint::word_hash::{hash, hash_bytes};

    #[test]
    fn no_written_umlaut_is_missed() {
        for number in 0..5_usize.pow(4) {
            let letters = (0..4).map(|place| b"aouex"[number / 5_usize.pow(place) % 5]);
            let end = String::from_utf8(letters.collect()).unwrap();
            for word in [end.clone(), format!("sixsix{end}"), end.to_uppercase()] {
                let bytes = word.as_bytes();
                let found = Run::of(bytes).without_written_umlauts(bytes);
                assert_eq!(found, without_written_umlauts(bytes), "{word}");
            }
        }
    }

    #[test]
    fn words_are_hashed_as_if_byte_by_byte() {
        for len in 1..30 {
            for word in [
                "abcdefghijklmnopqrstuvwxyzabcd",
                "ZeppelinssZeppelinsssZeppelins",
            ] {
                for end in ["", " ", "-", "\0", "é", "7"] {
                    let word = &word[..len];
                    let run = Run::of(format!("{word}{end} more words").as_bytes());
                    let small = word.to_ascii_lowercase();
                    assert_eq!((run.len, run.hash), (len, hash(&small)), "{word}");
                    assert_eq!(run.stem(), hash(&small[..len.min(STEM_CHARS)]), "{word}");
                    let singular = singular(word.as_bytes()).map(<[u8]>::to_ascii_lowercase);
                    let singular = singular.map_or(run.hash, |bytes| hash_bytes(&bytes));
                    assert_eq!(run.singular(word.as_bytes()), singular, "{word}");
                }
            }
        }
    }
}
