//! Text -> tokens: words folded and hashed, numbers kept whole. No later step reads a string.
//!
//! A word is a run of letters and digits. An apostrophe inside it is dropped (`aren’t`, `arent`).
//! A script without spaces gives one token for each pair of neighbouring characters (bigrams), so
//! that a shingle of four tokens covers five characters there. A number keeps the signs that join its
//! digits (`2-1`, `17:50`, `2.8.6`) and loses its thousands commas. Number words count as numbers
//! (`three` is `3`), and so do the names of months and weekdays: two issues of one bulletin hardly
//! ever differ in more than that.

use super::vocabulary::{self, Meaning};
use super::word_hash::{DIGIT, EightBytes, LETTER, WordHasher, ended, folded, hash, mix};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Letters of a word that make its stem: enough to keep Slovakia from Slovenia, few enough to
/// join `Armenia` and `Armenian`.
const STEM_CHARS: usize = 6;
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
}

/// The tokens of a text, at most `limit`, appended to `found`.
pub(in crate::dedupe) fn read(text: &str, limit: usize, found: &mut Vec<Token>) {
    let text = compatible(text);
    let limit = found.len().saturating_add(limit);
    let mut word = Word::default();
    let mut neighbour: Option<char> = None;
    let mut rest = &*text;
    while !rest.is_empty() && found.len() < limit {
        let run = Run::of(rest.as_bytes());
        let (plain, after) = rest.split_at(run.len);
        if word.text.is_empty() && run.is_word(after) {
            if run.len > 0 {
                found.push(run.token());
            }
            neighbour = None;
            // The ASCII sign that ended the word is not part of any word.
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        if run.len > 0 {
            neighbour = None;
            word.push_ascii(plain);
        }
        let mut chars = after.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        if word.continues_with(c, rest) {
            neighbour = None;
            continue;
        }
        found.extend(word.end());
        let before = neighbour.take();
        if is_spaceless(c) {
            found.extend(before.map(|before| pair(before, c)));
            neighbour = Some(c);
        }
    }
    found.extend(word.end());
    found.truncate(limit);
}

/// ASCII letters and digits at the beginning of a text: nearly always a whole word. Eight bytes are
/// read and hashed in one step, because this is the innermost loop of `dedupe`.
#[derive(Default)]
struct Run {
    len: usize,
    /// [`LETTER`] and [`DIGIT`], those found.
    classes: u8,
    hash: u64,
    stem: u64,
    singular: u64,
}

impl Run {
    fn of(bytes: &[u8]) -> Self {
        let first = EightBytes::of(bytes);
        if first.len == 0 {
            return Self::default();
        }
        let mut hasher = WordHasher::default();
        hasher.push_all(&first);
        let mut classes = first.classes;
        let mut last = first.len;
        while last == 8 {
            let more = EightBytes::of(&bytes[hasher.len..]);
            hasher.push_all(&more);
            classes |= more.classes;
            last = more.len;
        }
        let (hash, len) = (hasher.end(), hasher.len);
        let stem = if len > STEM_CHARS {
            ended(first.folded >> (8 * (first.len - STEM_CHARS)), STEM_CHARS)
        } else {
            hash
        };
        let singular = match singular(&bytes[..len]) {
            None => hash,
            Some(_) if len <= 8 => ended(first.folded >> 8, len - 1),
            Some(bytes) => folded(bytes.iter().map(|b| b | 0x20)),
        };
        Self {
            len,
            classes,
            hash,
            stem,
            singular,
        }
    }

    /// Whether nothing that follows belongs to the same word.
    fn is_word(&self, after: &str) -> bool {
        match after.as_bytes() {
            [] => true,
            [b'\'', ..] => false,
            [b'.' | b',' | b':' | b'/' | b'-', next, ..] => {
                self.classes & DIGIT == 0 || !next.is_ascii_digit()
            }
            [byte, ..] => byte.is_ascii(),
        }
    }

    fn token(&self) -> Token {
        token(
            [self.hash, self.stem, self.singular],
            self.classes,
            self.len,
        )
    }
}

/// A word without the `s` of a plural. The last letter of a text that is not English is rarely one.
fn singular(word: &[u8]) -> Option<&[u8]> {
    match word {
        [rest @ .., b's' | b'S'] if rest.len() > 2 && !rest.ends_with(b"s") => Some(rest),
        _ => None,
    }
}

/// Makes a token of the hashes of a word, of its stem and of its singular.
fn token([hash, stem, singular]: [u64; 3], classes: u8, chars: usize) -> Token {
    let (hash, number, content) = match vocabulary::meaning(hash) {
        _ if classes & DIGIT != 0 => (hash, true, true),
        Some(Meaning::Number(number)) => (number, true, true),
        Some(Meaning::Common) => (hash, false, false),
        None => {
            return Token {
                hash,
                stem,
                singular,
                number: false,
                content: chars >= CONTENT_CHARS,
            };
        }
    };
    Token {
        hash,
        stem: hash,
        singular: hash,
        number,
        content,
    }
}

/// NFKC (full-width digits, ligatures, no-break spaces), at no cost for text that is NFKC already.
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

/// Combining marks, with which some scripts write vowels. They are part of the word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{0900}'..='\u{0DFF}' | '\u{200C}' | '\u{200D}')
}

/// Two neighbouring characters of a script without spaces.
fn pair(before: char, c: char) -> Token {
    let hash = mix(u64::from(u32::from(before)) << 32 | u64::from(u32::from(c)));
    Token {
        hash,
        stem: hash,
        singular: hash,
        number: false,
        content: true,
    }
}

/// Longer words are cut: real text does not have them.
const MAX_WORD_BYTES: usize = 64;

/// A word that is more than a [`Run`], folded.
#[derive(Default)]
struct Word {
    text: String,
    chars: usize,
    /// Bytes of its first letters.
    stem: usize,
    classes: u8,
}

impl Word {
    fn push_ascii(&mut self, run: &str) {
        run.chars().for_each(|c| self.push(c.to_ascii_lowercase()));
    }

    fn push(&mut self, c: char) {
        if self.text.len() >= MAX_WORD_BYTES {
            return;
        }
        self.classes |= if c.is_numeric() {
            DIGIT
        } else {
            u8::from(c.is_alphabetic()) * LETTER
        };
        self.text.push(c);
        self.chars += 1;
        if self.chars <= STEM_CHARS {
            self.stem = self.text.len();
        }
    }

    /// Takes another character if it does not end the word.
    fn continues_with(&mut self, c: char, rest: &str) -> bool {
        if c == ' ' {
            return false;
        }
        let in_number = || {
            self.text.as_bytes().last().is_some_and(u8::is_ascii_digit)
                && rest.as_bytes().first().is_some_and(u8::is_ascii_digit)
        };
        match c {
            '\'' | '’' | 'ʼ' => return self.classes & LETTER != 0,
            ',' => return in_number(),
            '.' | ':' | '/' | '-' if in_number() => self.push(c),
            _ if c.is_ascii() || is_spaceless(c) || !(c.is_alphanumeric() || is_mark(c)) => {
                return false;
            }
            _ => c.to_lowercase().for_each(|c| self.push(c)),
        }
        true
    }

    /// The word, if there is one, and room for the next.
    fn end(&mut self) -> Option<Token> {
        if self.chars == 0 {
            return None;
        }
        let whole = hash(&self.text);
        let singular =
            singular(self.text.as_bytes()).map_or(whole, |bytes| folded(bytes.iter().copied()));
        let token = token(
            [whole, hash(&self.text[..self.stem]), singular],
            self.classes,
            self.chars,
        );
        self.text.clear();
        (self.chars, self.classes) = (0, 0);
        Some(token)
    }
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
        assert_eq!(
            hashes("Democrats Aren’T ２１"),
            hashes("“democrats” aren't 21")
        );
    }

    #[test]
    fn a_number_keeps_its_inner_signs_and_loses_thousands_commas() {
        assert_eq!(
            hashes("1,400 won 2-1 at 17:50."),
            hashes("1400 won 2-1 at 17:50")
        );
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
        assert_eq!(
            tokens("3月12日", 100).iter().filter(|t| t.number).count(),
            2
        );
    }

    #[test]
    fn words_are_hashed_as_if_byte_by_byte() {
        for len in 1..30 {
            for word in [
                "abcdefghijklmnopqrstuvwxyz7890s",
                "Zeppelins24Zeppelins24Zeppelins",
            ] {
                for end in ["", " ", "-", "\0", "é"] {
                    let word = &word[..len];
                    let run = Run::of(format!("{word}{end} more words").as_bytes());
                    let small = word.to_ascii_lowercase();
                    assert_eq!((run.len, run.hash), (len, hash(&small)), "{word}");
                    assert_eq!(run.stem, hash(&small[..len.min(STEM_CHARS)]), "{word}");
                    let singular = singular(small.as_bytes()).map(|s| folded(s.iter().copied()));
                    assert_eq!(run.singular, singular.unwrap_or(run.hash), "{word}");
                }
            }
        }
        assert_eq!(Run::of(b"a1 b").classes, LETTER | DIGIT);
        assert_eq!(Run::of(b"11 b").classes, DIGIT);
    }

    #[test]
    fn other_words_stay_other() {
        assert_ne!(tokens("Slovakia", 1)[0].stem, tokens("Slovenia", 1)[0].stem);
        assert_eq!(tokens("Armenia", 1)[0].stem, tokens("Armenian", 1)[0].stem);
    }
}
