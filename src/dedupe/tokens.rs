//! Text -> tokens: words folded and hashed, numbers kept whole. Nothing later sees a string.
//!
//! A word is a run of letters and digits; an apostrophe inside it is dropped (`aren’t`, `arent`).
//! Scripts written without spaces give one token for each pair of neighbouring characters, so that
//! a shingle of four tokens spans five characters there. A number keeps what joins its digits
//! (`2-1`, `17:50`, `2.8.6`) and loses its thousands commas; number words count as numbers
//! (`three` is `3`), and so do the names of months and weekdays: what tells two issues of one
//! bulletin apart is hardly ever more than that.

use super::calendar;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use xxhash_rust::xxh3::xxh3_64;

/// Letters of a word that make its stem: enough to keep Slovakia from Slovenia, few enough to
/// join `Armenia` and `Armenian`.
const STEM_CHARS: usize = 6;
/// Words of fewer letters are too common to ground a title in a text.
const CONTENT_CHARS: usize = 3;
/// Longer words are cut: nobody writes them.
const MAX_WORD_BYTES: usize = 64;

/// One word, pair of characters or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Of the whole word.
    pub(super) hash: u64,
    /// Of its first letters.
    pub(super) stem: u64,
    /// A number, a date or a word that stands for one.
    pub(super) number: bool,
    /// Long enough to mean something by itself.
    pub(super) content: bool,
}

/// The tokens of a text, at most `limit`.
pub(super) fn tokens(text: &str, limit: usize) -> Vec<Token> {
    let text = compatible(text);
    let mut reader = Reader {
        word: String::with_capacity(MAX_WORD_BYTES + 4),
        chars: 0,
        stem_end: 0,
        digits: false,
        letters: false,
        neighbour: None,
        found: Vec::with_capacity(limit.min(text.len() / 6 + 1)),
    };
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_ascii_alphanumeric() {
            reader.push(c.to_ascii_lowercase());
        } else if c.is_ascii() {
            let next_is_digit = || chars.as_str().as_bytes().first().is_some_and(u8::is_ascii_digit);
            match c {
                '\'' if reader.letters => {}
                ',' if reader.in_number() && next_is_digit() => {}
                '.' | ':' | '/' | '-' if reader.in_number() && next_is_digit() => reader.push(c),
                _ => reader.end_word(),
            }
        } else if matches!(c, '’' | 'ʼ') && reader.letters {
        } else if is_spaceless(c) {
            reader.pair(c);
        } else if c.is_alphanumeric() || is_mark(c) {
            c.to_lowercase().for_each(|c| reader.push(c));
        } else {
            reader.end_word();
        }
        if reader.found.len() >= limit {
            return reader.found;
        }
    }
    reader.end_word();
    reader.found.truncate(limit);
    reader.found
}

/// NFKC, at no cost for what already is: full-width digits, ligatures, no-break spaces.
fn compatible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// Scripts that put no spaces between words.
fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'       // Thai, Lao
        | '\u{1000}'..='\u{109F}'     // Myanmar
        | '\u{1780}'..='\u{17FF}'     // Khmer
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30FF}'     // Kana
        | '\u{3400}'..='\u{9FFF}'     // Han
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
        && c != '・'
}

/// Combining marks of scripts that write vowels with them; they are part of the word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{0900}'..='\u{0DFF}' | '\u{200C}' | '\u{200D}')
}

/// The word being read and those that were.
struct Reader {
    word: String,
    chars: usize,
    stem_end: usize,
    digits: bool,
    letters: bool,
    /// The last character of a script without spaces.
    neighbour: Option<char>,
    found: Vec<Token>,
}

impl Reader {
    fn in_number(&self) -> bool {
        self.digits && self.word.as_bytes().last().is_some_and(u8::is_ascii_digit)
    }

    fn push(&mut self, c: char) {
        if self.neighbour.is_some() {
            self.end_word();
        }
        if self.word.len() >= MAX_WORD_BYTES {
            return;
        }
        self.digits |= c.is_numeric();
        self.letters |= c.is_alphabetic();
        self.word.push(c);
        self.chars += 1;
        if self.chars <= STEM_CHARS {
            self.stem_end = self.word.len();
        }
    }

    fn pair(&mut self, c: char) {
        if let Some(before) = self.neighbour {
            self.word.clear();
            self.word.push(before);
            self.word.push(c);
            let hash = xxh3_64(self.word.as_bytes());
            self.word.clear();
            self.found.push(Token { hash, stem: hash, number: false, content: true });
        } else {
            self.end_word();
        }
        self.neighbour = Some(c);
    }

    fn end_word(&mut self) {
        self.neighbour = None;
        if self.word.is_empty() {
            return;
        }
        let hash = xxh3_64(self.word.as_bytes());
        let calendar = if self.letters { calendar::number(hash) } else { None };
        let number = self.digits || calendar.is_some();
        let hash = calendar.unwrap_or(hash);
        self.found.push(Token {
            hash,
            stem: if number || self.chars <= STEM_CHARS {
                hash
            } else {
                xxh3_64(&self.word.as_bytes()[..self.stem_end])
            },
            number,
            content: number || self.chars >= CONTENT_CHARS,
        });
        self.word.clear();
        self.chars = 0;
        self.digits = false;
        self.letters = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<u64> {
        tokens(text, 100).iter().map(|t| t.hash).collect()
    }

    #[test]
    fn case_quotes_and_width_do_not_matter() {
        assert_eq!(hashes("Democrats Aren’T ２１"), hashes("“democrats” aren't 21"));
    }

    #[test]
    fn a_number_keeps_its_inner_signs_and_loses_thousands_commas() {
        assert_eq!(hashes("1,400 won 2-1 at 17:50."), hashes("1400 won 2-1 at 17:50"));
        assert_ne!(hashes("2-1"), hashes("1-2"));
        assert_eq!(tokens("1,400 won 2-1 at 17:50", 100).len(), 5);
    }

    #[test]
    fn number_words_months_and_weekdays_are_numbers() {
        assert_eq!(hashes("three"), hashes("3"));
        assert_eq!(hashes("12 Nov."), hashes("12 November"));
        assert!(tokens("Monday", 9).iter().all(|t| t.number));
    }

    #[test]
    fn scripts_without_spaces_give_pairs_of_characters() {
        assert_eq!(tokens("北大西洋公约", 100).len(), 5);
        assert_eq!(tokens("3月12日", 100).iter().filter(|t| t.number).count(), 2);
    }

    #[test]
    fn other_words_stay_other() {
        assert_ne!(tokens("Slovakia", 1)[0].stem, tokens("Slovenia", 1)[0].stem);
        assert_eq!(tokens("Armenia", 1)[0].stem, tokens("Armenian", 1)[0].stem);
    }
}
