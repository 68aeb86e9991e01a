//! Text -> tokens: words folded and hashed, numbers by their value. No later step reads a string.
//!
//! A word is a run of letters and digits, folded as the rules of themes fold it
//! ([`fold_letters`]). An apostrophe inside it is dropped (`aren’t`, `arent`), with the `s` of a
//! genitive (`France’s`, `France`), and so are the points of
//! an abbreviation (`U.S.`, `US`). An umlaut may be written out (`Koeln`, `Köln`). A script without spaces gives one token for each pair of
//! neighbouring characters (bigrams), so that a shingle of four tokens covers five characters there.
//! A number gets one hash however it is written ([`number`]). Number words count as numbers (`three` is
//! `3`), and so do the names of months and weekdays: two issues of one bulletin hardly ever differ in
//! more than that.

use super::number;
use super::vocabulary::{self, Meaning};
use super::word_hash::{DIGIT, EightBytes, LETTER, WordHasher, ended, folded, hash, mix};
use crate::text::words::fold_letters;

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
    /// An article, which headlines leave out.
    pub(in crate::dedupe) article: bool,
}

/// The tokens of a text, at most `limit`, appended to `found`.
pub(in crate::dedupe) fn read(text: &str, limit: usize, found: &mut Vec<Token>) {
    let text = fold_letters(text);
    let limit = found.len().saturating_add(limit);
    let mut word = Word::default();
    let mut neighbour: Option<char> = None;
    let mut at = 0;
    while at < text.len() && found.len() < limit {
        let rest = &text[at..];
        let run = Run::of(rest.as_bytes());
        let (plain, after) = rest.split_at(run.len);
        if word.text.is_empty() && run.len > 0 {
            neighbour = None;
            if rest.as_bytes()[0].is_ascii_digit()
                && let Some(number) = number::read(rest, is_money(&text[..at]))
            {
                found.push(number_token(&number.value));
                at += number.len;
                continue;
            }
            if let Some(len) = abbreviation(rest, &mut word) {
                found.extend(word.end().map(|token| acronym(token, true)));
                at += len;
                continue;
            }
        }
        if word.text.is_empty() && Run::is_whole(after) {
            if run.len == 2 && plain.bytes().all(|b| b.is_ascii_uppercase()) {
                let is_shouted = !text.bytes().any(|b| b.is_ascii_lowercase());
                found.push(acronym(
                    run.token(plain),
                    !is_shouted || ["US", "UN"].contains(&plain),
                ));
            } else if run.len > 0 {
                found.push(run.token(plain));
            }
            neighbour = None;
            // The ASCII sign that ended the word is not part of any word.
            at += run.len + usize::from(!after.is_empty());
            continue;
        }
        if run.len > 0 {
            neighbour = None;
            word.push_ascii(plain);
        }
        let Some(c) = after.chars().next() else { break };
        at += run.len + c.len_utf8();
        if word.continues_with(c) {
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

/// Whether a text ends in the sign of a currency.
fn is_money(before: &str) -> bool {
    before.ends_with(['$', '£', '€', '¥', '₽', '₹', '₴'])
}

/// The bytes of an abbreviation of single letters with points (`U.S.`), which it puts into `word`.
fn abbreviation(text: &str, word: &mut Word) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let mut len = 0;
    while is_letter(len) && bytes.get(len + 1) == Some(&b'.') {
        len += 2;
    }
    // Without the last point: `U.S`.
    if len >= 2 && is_letter(len) && !bytes.get(len + 1).is_some_and(u8::is_ascii_alphanumeric) {
        len += 1;
    }
    let is_one = len >= 3 && !is_letter(len);
    is_one.then(|| {
        let letters = text[..len].chars().filter(|&c| c != '.');
        letters.for_each(|c| word.push(c.to_ascii_lowercase()));
        len
    })
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
    may_write_umlaut: bool,
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
        let mut may_write_umlaut = first.may_write_umlaut();
        let mut last = first.len;
        while last == 8 {
            let more = EightBytes::of(&bytes[hasher.len..]);
            hasher.push_all(&more);
            classes |= more.classes;
            may_write_umlaut |= more.may_write_umlaut();
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
            may_write_umlaut,
        }
    }

    /// Whether nothing that follows belongs to the same word.
    fn is_whole(after: &str) -> bool {
        match after.as_bytes() {
            [] => true,
            [byte, ..] => byte.is_ascii() && *byte != b'\'',
        }
    }

    fn token(&self, text: &str) -> Token {
        token(
            Some(text).filter(|_| self.may_write_umlaut),
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

/// A word in small letters without the `e` of umlauts that are written out: `duesseldorf` is `dusseldorf`,
/// as `düsseldorf` is. None if it has none. Other words lose that letter as well, wherever they stand.
fn without_written_umlauts(word: &str) -> Option<String> {
    let word = word.as_bytes();
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

/// The hashes of a word, of its stem and of its singular.
fn hashes_of(word: &str) -> [u64; 3] {
    let stem = word.char_indices().nth(STEM_CHARS);
    let stem = stem.map_or(word, |(end, _)| &word[..end]);
    let whole = hash(word);
    let singular = singular(word.as_bytes()).map_or(whole, |bytes| folded(bytes.iter().copied()));
    [whole, hash(stem), singular]
}

/// Makes a token of a word's [`hashes_of`]. `written` is the word if umlauts may be written out in it.
fn token(written: Option<&str>, hashes: [u64; 3], classes: u8, chars: usize) -> Token {
    let [hash, stem, singular] = hashes;
    match vocabulary::meaning(hash) {
        _ if classes & DIGIT != 0 => whole(hash, true),
        Some(Meaning::Number(number)) => whole(number, true),
        Some(Meaning::Common) => Token {
            content: false,
            ..whole(hash, false)
        },
        Some(Meaning::Article) => Token {
            content: false,
            article: true,
            ..whole(hash, false)
        },
        None => match written.and_then(without_written_umlauts) {
            Some(word) => token(Some(&word), hashes_of(&word), classes, chars),
            None => Token {
                hash,
                stem,
                singular,
                number: false,
                content: chars >= CONTENT_CHARS,
                article: false,
            },
        },
    }
}

/// A word of capitals is a name, even if it is a common word in small letters: `US`, `UN`, `IT`.
fn acronym(token: Token, is_name: bool) -> Token {
    if is_name && !token.content {
        whole(mix(token.hash), false)
    } else {
        token
    }
}

fn number_token(value: &str) -> Token {
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

/// Letters that need no look-up in the tables of Unicode, which is slow.
const fn is_common_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | 'α'..='ω' | 'а'..='я')
}

/// Vowel signs and joiners of scripts that need them. They are part of the word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0DFF}')
}

/// Two neighbouring characters of a script without spaces.
fn pair(before: char, c: char) -> Token {
    let hash = mix(u64::from(u32::from(before)) << 32 | u64::from(u32::from(c)));
    whole(hash, false)
}

/// Longer words are cut: real text does not have them.
const MAX_WORD_BYTES: usize = 64;

/// A word that is more than a [`Run`], folded.
#[derive(Default)]
struct Word {
    text: String,
    chars: usize,
    classes: u8,
    /// Bytes before its last apostrophe.
    before_apostrophe: usize,
}

impl Word {
    fn push_ascii(&mut self, run: &str) {
        run.chars().for_each(|c| self.push(c.to_ascii_lowercase()));
    }

    fn push(&mut self, c: char) {
        if self.text.len() >= MAX_WORD_BYTES {
            return;
        }
        self.classes |= if is_common_letter(c) {
            LETTER
        } else if c.is_numeric() {
            DIGIT
        } else {
            u8::from(c.is_alphabetic()) * LETTER
        };
        self.text.push(c);
        self.chars += 1;
    }

    /// Takes another character if it does not end the word.
    fn continues_with(&mut self, c: char) -> bool {
        match c {
            '\'' | '’' | 'ʼ' => {
                self.before_apostrophe = self.text.len();
                self.classes & LETTER != 0
            }
            _ if c.is_ascii() || is_spaceless(c) => false,
            _ if !(is_common_letter(c) || c.is_alphanumeric() || is_mark(c)) => false,
            _ => {
                self.push(c);
                true
            }
        }
    }

    /// The word, if there is one, and room for the next.
    fn end(&mut self) -> Option<Token> {
        if self.chars == 0 {
            return None;
        }
        if self.before_apostrophe > 0 && &self.text[self.before_apostrophe..] == "s" {
            // A genitive: `France's`.
            self.text.pop();
            self.chars -= 1;
        }
        self.before_apostrophe = 0;
        let hashes = hashes_of(&self.text);
        let token = token(Some(&self.text), hashes, self.classes, self.chars);
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
    fn umlauts_may_be_written_out() {
        assert_eq!(
            tokens("Duesseldorf: BRUECKE fuer Fußgaenger, Goethes Ærø", 9),
            tokens("Düsseldorf: Brücke für Fussgänger, Göthes Aero", 9)
        );
        assert_eq!(tokens("Abendschauer", 1), tokens("Abendschaür", 1));
        assert_eq!(tokens("Hundertoel", 1), tokens("Hundertöl", 1));
        assert_eq!(tokens("Museen", 1)[0].hash, hash("museen"));
        assert_eq!(tokens("does", 1)[0], tokens("DOES", 1)[0]);
        assert!(tokens("Tuesday", 1)[0].number);
        assert_ne!(hashes("quell"), hashes("qull"));
    }

    #[test]
    fn no_written_umlaut_is_missed() {
        for number in 0..5_usize.pow(4) {
            let letters = (0..4).map(|place| b"aouex"[number / 5_usize.pow(place) % 5]);
            let end = String::from_utf8(letters.collect()).unwrap();
            for word in [end.clone(), format!("sixsix{end}"), end.to_uppercase()] {
                let has_one = without_written_umlauts(&word).is_some();
                let run = Run::of(word.as_bytes());
                assert!(run.may_write_umlaut || !has_one, "{word}");
            }
        }
    }

    #[test]
    fn a_number_is_one_token_however_it_is_written() {
        assert_eq!(
            hashes("1,400 won 2–1 at 5.50pm."),
            hashes("1400 won 2-1 at 17:50")
        );
        assert_eq!(hashes("20kg for $1.5bn"), hashes("20 kg for $1.5 billion"));
        assert_ne!(hashes("2-1"), hashes("1-2"));
        assert_eq!(tokens("1,400 won 2-1 at 17:50", 100).len(), 5);
    }

    #[test]
    fn an_abbreviation_is_a_word() {
        assert_eq!(hashes("U.S. and U.N. troops"), hashes("US and UN troops"));
        assert_eq!(hashes("the U.S"), hashes("the US"));
        assert_eq!(tokens("I. Then a.b", 9).len(), 3);
    }

    #[test]
    fn a_name_of_capitals_is_no_common_word() {
        assert!(tokens("US warns", 1)[0].content && tokens("U.N. warns", 1)[0].content);
        assert!(!tokens("us too", 1)[0].content && !tokens("IT IS SO", 1)[0].content);
        assert_eq!(hashes("US warns"), hashes("U.S. warns"));
        assert_eq!(hashes("US WARNS"), hashes("US warns"));
    }

    #[test]
    fn a_genitive_is_the_name() {
        assert_eq!(hashes("France’s and Assad's"), hashes("France and Assad"));
        assert_eq!(hashes("it isn't"), hashes("it isnt"));
        assert_eq!(hashes("'s x'"), hashes("s x"));
    }

    #[test]
    fn marks_that_are_optional_do_not_matter() {
        for (one, other) in [
            ("Klima\u{AD}gesetz", "Klimagesetz"),
            ("مُحَمَّد", "محمد"),
            ("שָׁלוֹם", "שלום"),
            ("ΑΘΉΝΑΣ", "Αθηνας"),
            ("İSTANBUL", "istanbul"),
            ("Malmö", "MALMO"),
        ] {
            assert_eq!(hashes(one), hashes(other), "{one}");
        }
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
