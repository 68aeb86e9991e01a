//! What is known of one word -> a [`Token`]: hashes of the word, its stem and its singular.
//!
//! An umlaut may be written out (`Koeln`, `Köln`). Number words count as numbers (`three` is `3`), and so
//! do the names of months and weekdays: two issues of one bulletin hardly ever differ in more than that.

use super::vocabulary::{self, Meaning};
use super::word_hash::{hash, hash_bytes, mix};

/// Letters of a word that make its stem: enough to keep Slovakia from Slovenia, few enough to
/// join `Armenia` and `Armenian`.
pub(super) const STEM_CHARS: usize = 6;
/// A letter alone means nothing by itself.
const CONTENT_CHARS: usize = 2;

/// One word, pair of characters or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dedupe) struct Token {
    /// Of the whole word.
    pub(in crate::dedupe) hash: u64,
    /// Of its first letters.
    pub(in crate::dedupe) stem: u64,
    /// Of the word without an `s` at its end.
    pub(in crate::dedupe) singular: u64,
    /// A number, a date or a word that stands for one.
    pub(in crate::dedupe) number: bool,
    /// Long enough to mean something by itself.
    pub(in crate::dedupe) content: bool,
    /// An article, which headlines leave out.
    pub(in crate::dedupe) article: bool,
}

/// Makes a token of a folded word of so many characters.
pub(super) fn token(word: &str, has_digit: bool, chars: usize) -> Token {
    let hash_of_all = hash(word);
    if has_digit {
        return whole(hash_of_all, true);
    }
    if let Some(meaning) = vocabulary::meaning(hash_of_all) {
        return meant(hash_of_all, meaning);
    }
    if let Some(word) = without_written_umlauts(word.as_bytes()) {
        return token(&word, false, chars);
    }
    let stem = word.char_indices().nth(STEM_CHARS);
    let stem = stem.map_or(hash_of_all, |(end, _)| hash(&word[..end]));
    let singular = singular(word.as_bytes()).map_or(hash_of_all, hash_bytes);
    inflected([hash_of_all, stem, singular], chars)
}

/// The token of a word of the vocabulary.
pub(super) fn meant(hash: u64, meaning: Meaning) -> Token {
    match meaning {
        Meaning::Number(number) => whole(number, true),
        Meaning::Common => Token {
            content: false,
            ..whole(hash, false)
        },
        Meaning::Article => Token {
            content: false,
            article: true,
            ..whole(hash, false)
        },
    }
}

/// The token of a word that may be inflected: the hashes of the word, of its stem and of its singular.
pub(super) fn inflected([hash, stem, singular]: [u64; 3], chars: usize) -> Token {
    Token {
        hash,
        stem,
        singular,
        number: false,
        content: chars >= CONTENT_CHARS,
        article: false,
    }
}

/// A word of capitals is a name, even if it is a common word in small letters: `US`, `UN`, `IT`.
pub(super) fn acronym(token: Token, is_name: bool) -> Token {
    if is_name && !token.content {
        whole(mix(token.hash), false)
    } else {
        token
    }
}

pub(super) fn number_token(value: &str) -> Token {
    whole(hash(value), true)
}

/// A token that is not inflected.
fn whole(hash: u64, number: bool) -> Token {
    Token {
        hash,
        stem: hash,
        singular: hash,
        number,
        content: true,
        article: false,
    }
}

/// Two neighbouring characters of a script without spaces.
pub(super) fn pair(before: char, c: char) -> Token {
    let hash = mix(u64::from(u32::from(before)) << 32 | u64::from(u32::from(c)));
    whole(hash, false)
}

/// A word without the `s` of a plural. The last letter of a text that is not English is rarely one.
pub(super) fn singular(word: &[u8]) -> Option<&[u8]> {
    match word {
        [rest @ .., b's' | b'S'] if rest.len() > 2 && !rest.ends_with(b"s") => Some(rest),
        _ => None,
    }
}

/// A word in small letters without the `e` of umlauts that are written out: `duesseldorf` is `dusseldorf`,
/// as `düsseldorf` is. None if it has none. Other words lose that letter as well, wherever they stand.
pub(super) fn without_written_umlauts(word: &[u8]) -> Option<String> {
    let is_written = |at: usize| match word[at] | 0x20 {
        b'a' | b'o' => true,
        b'u' => at == 0 || word[at - 1] | 0x20 != b'q',
        _ => false,
    };
    let is_dropped = |at: usize| at > 0 && word[at] | 0x20 == b'e' && is_written(at - 1);
    let first = (1..word.len()).find(|&at| is_dropped(at))?;
    let rest = (first + 1..word.len()).filter(|&at| !is_dropped(at));
    let kept = (0..first)
        .chain(rest)
        .map(|at| word[at].to_ascii_lowercase());
    String::from_utf8(kept.collect()).ok()
}
