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
use super::word_hash::{EightBytes, ended, hash, hash_bytes, mix};
use crate::text::words::fold_letters;
use std::cell::LazyCell;

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
    read_with(read_plain, text, limit, found);
}

/// Reads with `plain` what it can read, and the rest slowly. Only a test has none that can.
fn read_with(
    plain: impl Fn(&[u8], usize, &mut Vec<Token>) -> usize,
    text: &str,
    limit: usize,
    found: &mut Vec<Token>,
) {
    let text = &*fold_letters(text);
    let bytes = text.as_bytes();
    let is_shouted = LazyCell::new(|| !bytes.iter().any(u8::is_ascii_lowercase));
    let limit = found.len().saturating_add(limit);
    let mut word = Word::default();
    let mut neighbour: Option<char> = None;
    let mut at = 0;
    while at < bytes.len() && found.len() < limit {
        if word.text.is_empty() {
            let len = plain(&bytes[at..], limit, found);
            if len > 0 {
                neighbour = None;
                at += len;
                continue;
            }
            if bytes[at].is_ascii_digit()
                && let Some(number) = number::read(&text[at..], is_money(&text[..at]))
            {
                neighbour = None;
                found.push(number_token(&number.value));
                at += number.len;
                continue;
            }
            if let Some(len) = abbreviation(&bytes[at..], &mut word) {
                neighbour = None;
                found.extend(word.end().map(|token| acronym(token, true)));
                at += len;
                continue;
            }
        }
        let is_end = |byte: &u8| !byte.is_ascii_alphanumeric();
        let run = bytes[at..].iter().position(is_end);
        let end = run.map_or(bytes.len(), |len| at + len);
        let run = &text[at..end];
        if !run.is_empty() {
            neighbour = None;
        }
        if word.text.is_empty() && !run.is_empty() && is_whole(&bytes[end..]) {
            let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
            let token = token(&run.to_ascii_lowercase(), has_digit, run.len());
            found.push(if is_two_capitals(run.as_bytes()) {
                acronym(token, !*is_shouted || ["US", "UN"].contains(&run))
            } else {
                token
            });
            at = end;
            continue;
        }
        word.push_ascii(run);
        let Some(c) = text[end..].chars().next() else {
            break;
        };
        at = end + c.len_utf8();
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

/// Reads words that consist of ASCII letters alone, and ASCII signs between them, until something else
/// comes: nearly the whole of most texts. Returns the bytes it read. This is the innermost loop of
/// `dedupe`. It knows of nothing else and stays a function of its own, so that all it needs is in registers.
#[inline(never)]
fn read_plain(bytes: &[u8], limit: usize, found: &mut Vec<Token>) -> usize {
    let mut at = 0;
    while at < bytes.len() && found.len() < limit {
        let run = Run::of(&bytes[at..]);
        let end = at + run.len;
        let word = &bytes[at..end];
        // The end of a text ends a word as a space does.
        let next = bytes.get(end).copied().unwrap_or(b' ');
        if !next.is_ascii()
            || next.is_ascii_digit()
            || !word.is_empty() && next == b'\''
            || run.len == 1 && next == b'.'
            || is_two_capitals(word)
        {
            return at;
        }
        if run.len > 0 {
            match vocabulary::meaning(run.hash) {
                Some(meaning) => found.push(meant(run.hash, meaning)),
                None => match run.without_written_umlauts(word) {
                    Some(word) => found.push(token(&word, false, run.len)),
                    None => found.push(run.inflected(word)),
                },
            }
        }
        // The sign that ended the word is not part of any word.
        at = bytes.len().min(end + 1);
    }
    at
}

/// Whether nothing that follows belongs to the same word.
fn is_whole(after: &[u8]) -> bool {
    match after {
        [] => true,
        [byte, ..] => byte.is_ascii() && *byte != b'\'',
    }
}

/// Whether a word looks like the name of a state or an organisation: `US`.
fn is_two_capitals(word: &[u8]) -> bool {
    word.len() == 2 && word.iter().all(u8::is_ascii_uppercase)
}

/// Whether a text ends in the sign of a currency.
fn is_money(before: &str) -> bool {
    before.ends_with(['$', '£', '€', '¥', '₽', '₹', '₴'])
}

/// The bytes of an abbreviation of single letters with points (`U.S.`), which it puts into `word`.
fn abbreviation(bytes: &[u8], word: &mut Word) -> Option<usize> {
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
        bytes[..len]
            .iter()
            .step_by(2)
            .for_each(|letter| word.push(letter.to_ascii_lowercase().into()));
        len
    })
}

/// ASCII letters at the beginning of a text. Eight bytes are read and hashed in one step.
struct Run {
    len: usize,
    hash: u64,
    /// Its beginning, of which the stem is made.
    first: EightBytes,
    /// Its last bytes, and the hash of those before them, of which the singular is made.
    last: EightBytes,
    before_last: u64,
    /// Whether an umlaut may be written out behind its first bytes.
    may_write_umlaut: bool,
}

impl Run {
    fn of(bytes: &[u8]) -> Self {
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

    fn without_written_umlauts(&self, word: &[u8]) -> Option<String> {
        let may_have_one = self.may_write_umlaut || self.first.may_write_umlaut();
        may_have_one
            .then(|| without_written_umlauts(word))
            .flatten()
    }

    fn inflected(&self, word: &[u8]) -> Token {
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

/// A word without the `s` of a plural. The last letter of a text that is not English is rarely one.
fn singular(word: &[u8]) -> Option<&[u8]> {
    match word {
        [rest @ .., b's' | b'S'] if rest.len() > 2 && !rest.ends_with(b"s") => Some(rest),
        _ => None,
    }
}

/// A word in small letters without the `e` of umlauts that are written out: `duesseldorf` is `dusseldorf`,
/// as `düsseldorf` is. None if it has none. Other words lose that letter as well, wherever they stand.
fn without_written_umlauts(word: &[u8]) -> Option<String> {
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

/// Makes a token of a folded word of so many characters.
fn token(word: &str, has_digit: bool, chars: usize) -> Token {
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
fn meant(hash: u64, meaning: Meaning) -> Token {
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
fn inflected([hash, stem, singular]: [u64; 3], chars: usize) -> Token {
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

/// Letters that need no look-up in the tables of Unicode, which is slow: those of Latin, Greek,
/// Cyrillic, Hebrew, Arabic and Korean text, folded.
const fn is_common_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | 'α'..='ω' | 'а'..='џ' | 'א'..='ת' | '\u{620}'..='\u{64A}' | '가'..='힣')
}

/// Signs that need none: dashes, quotes and spaces that are no ASCII, and those of Chinese and Japanese.
const fn is_common_sign(c: char) -> bool {
    matches!(c,
        '\u{2000}'..='\u{2064}'
        | '«' | '»' | '\u{A0}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}')
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
    has_letter: bool,
    has_digit: bool,
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
        if is_common_letter(c) {
            self.has_letter = true;
        } else if c.is_numeric() {
            self.has_digit = true;
        } else {
            self.has_letter |= c.is_alphabetic();
        }
        self.text.push(c);
        self.chars += 1;
    }

    /// Takes another character if it does not end the word.
    fn continues_with(&mut self, c: char) -> bool {
        match c {
            '\'' | '’' | 'ʼ' => {
                self.before_apostrophe = self.text.len();
                self.has_letter
            }
            _ if c.is_ascii() || is_common_sign(c) || is_spaceless(c) => false,
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
        let token = token(&self.text, self.has_digit, self.chars);
        self.text.clear();
        (self.chars, self.has_letter, self.has_digit) = (0, false, false);
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

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
                let bytes = word.as_bytes();
                let found = Run::of(bytes).without_written_umlauts(bytes);
                assert_eq!(found, without_written_umlauts(bytes), "{word}");
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
    fn a_text_of_names_is_read_once() {
        // With the whole text read for each name this would take minutes.
        let names = "AB ".repeat(200_000);
        assert_eq!(tokens(&names, usize::MAX).len(), 200_000);
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

    #[test]
    fn common_letters_and_signs_are_what_unicode_says() {
        for c in '\0'..=char::MAX {
            let is_letter = c.is_alphabetic() && !c.is_numeric();
            assert!(is_letter || !is_common_letter(c), "{c}");
            let is_sign = !c.is_alphanumeric() && !is_mark(c) && !is_spaceless(c);
            assert!(is_sign || !is_common_sign(c), "{c}");
        }
    }

    #[test]
    fn other_words_stay_other() {
        assert_ne!(tokens("Slovakia", 1)[0].stem, tokens("Slovenia", 1)[0].stem);
        assert_eq!(tokens("Armenia", 1)[0].stem, tokens("Armenian", 1)[0].stem);
    }

    proptest! {
        #[test]
        fn plain_words_are_read_as_any_word_is(
            words in vec("[A-Z]?[aeiousqn]{2,24}|the|may|Three|queues|glass", 0..20),
            signs in "[ ,.;!?-]{1,3}",
        ) {
            let slowly = |word: &String| token(&word.to_ascii_lowercase(), false, word.len());
            let slowly: Vec<Token> = words.iter().map(slowly).collect();
            prop_assert_eq!(tokens(&words.join(&signs), 100), slowly);
        }

        #[test]
        fn plain_words_change_nothing_beside_others(
            parts in vec(
                "[A-Za-z]{1,20}|[A-Z]{2}|[a-z]\\.|U\\.S\\.?|[0-9]{1,3}|['’.$ -]| |é|ß|\u{301}|漢|カ|。|は",
                0..40,
            ),
            limit in 0_usize..30,
        ) {
            let text = parts.concat();
            let mut slowly = Vec::new();
            read_with(|_, _, _| 0, &text, limit, &mut slowly);
            prop_assert_eq!(tokens(&text, limit), slowly);
        }
    }
}
