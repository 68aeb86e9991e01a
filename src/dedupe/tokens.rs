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

/// Letters of a word that make its stem: enough to keep Slovakia from Slovenia, few enough to
/// join `Armenia` and `Armenian`.
const STEM_CHARS: u32 = 6;
/// Words of fewer letters are too common to ground a title in a text.
const CONTENT_CHARS: u32 = 3;

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

/// The tokens of a text, at most `limit`, appended to `found`.
pub(super) fn read(text: &str, limit: usize, found: &mut Vec<Token>) {
    let text = compatible(text);
    let limit = found.len().saturating_add(limit);
    let mut word = Word::default();
    let mut neighbour: Option<char> = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next_is_digit = || rest.as_str().as_bytes().first().is_some_and(u8::is_ascii_digit);
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
            neighbour = None;
            continue;
        }
        let inside = match c {
            '\'' | '’' | 'ʼ' => word.letters,
            ',' => word.in_number && next_is_digit(),
            '.' | ':' | '/' | '-' if word.in_number && next_is_digit() => {
                word.push(c);
                true
            }
            _ if c.is_ascii() => false,
            _ if !is_spaceless(c) && (c.is_alphanumeric() || is_mark(c)) => {
                c.to_lowercase().for_each(|c| word.push(c));
                true
            }
            _ => false,
        };
        if inside {
            neighbour = None;
            continue;
        }
        found.extend(word.end());
        neighbour = if is_spaceless(c) {
            found.extend(neighbour.map(|before| pair(before, c)));
            Some(c)
        } else {
            None
        };
        if found.len() >= limit {
            found.truncate(limit);
            return;
        }
    }
    found.extend(word.end());
    found.truncate(limit);
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

/// Two neighbouring characters of a script without spaces.
fn pair(before: char, c: char) -> Token {
    let hash = mix(u64::from(u32::from(before)) << 32 | u64::from(u32::from(c)));
    Token { hash, stem: hash, number: false, content: true }
}

/// The hash of a word that is folded already.
pub(super) fn hash(folded: &str) -> u64 {
    let mut word = Word::default();
    folded.chars().for_each(|c| word.push(c));
    word.hash()
}

/// The word being read: hashed as it comes, never stored.
#[derive(Default)]
struct Word {
    /// Of all characters but the last few.
    folded: u64,
    /// The last few characters.
    recent: u64,
    chars: u32,
    stem: u64,
    digits: bool,
    letters: bool,
    /// The last character was a digit.
    in_number: bool,
}

impl Word {
    fn push(&mut self, c: char) {
        self.recent = self.recent << 8 ^ u64::from(u32::from(c));
        self.chars += 1;
        if self.chars == STEM_CHARS {
            self.stem = self.recent;
        }
        if self.chars % STEM_CHARS == 0 {
            self.folded = mix(self.folded ^ self.recent);
            self.recent = 0;
        }
        let digit = if c.is_ascii() { c.is_ascii_digit() } else { c.is_numeric() };
        self.in_number = digit;
        self.digits |= digit;
        self.letters |= !digit;
    }

    fn hash(&self) -> u64 {
        mix(self.folded ^ self.recent ^ u64::from(self.chars) << 56)
    }

    /// The word, if there is one, and room for the next.
    fn end(&mut self) -> Option<Token> {
        if self.chars == 0 {
            return None;
        }
        let word = std::mem::take(self);
        let hash = word.hash();
        let calendar = if word.letters { calendar::number(hash) } else { None };
        let number = word.digits || calendar.is_some();
        let hash = calendar.unwrap_or(hash);
        let stem = if number || word.chars < STEM_CHARS { hash } else { mix(word.stem) };
        Some(Token { hash, stem, number, content: number || word.chars >= CONTENT_CHARS })
    }
}

/// A good hash of one number: both halves of a long product.
pub(super) fn mix(number: u64) -> u64 {
    let product = u128::from(number ^ 0x2D35_8DCC_AA6C_78A5) * 0x9E37_79B9_7F4A_7C15;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, limit: usize) -> Vec<Token> {
        let mut found = Vec::new();
        read(text, limit, &mut found);
        found
    }

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
