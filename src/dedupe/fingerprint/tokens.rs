//! Text -> tokens: words folded and hashed, numbers by their value. No later step reads a string.
//!
//! A word is a run of letters and digits, folded as the rules of themes fold it ([`fold_letters`]). An
//! apostrophe inside it is dropped (`aren’t`, `arent`), with the `s` of a genitive (`France’s`, `France`),
//! and so are the points of an abbreviation (`U.S.`, `US`). A script without spaces gives one token for
//! each pair of neighbouring characters (bigrams), so that a shingle of four tokens covers five characters
//! there. A number gets one hash however it is written ([`number`]).

use super::number;
use super::run::Run;
pub(in crate::dedupe) use super::token::Token;
use super::token::{acronym, meant, number_token, pair, token};
use super::vocabulary;
use super::word::{Word, is_spaceless};
use crate::text::words::fold_letters;
use std::cell::LazyCell;

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
    let mut no_abbreviation_before = 0;
    let mut at = 0;
    while at < bytes.len() && found.len() < limit {
        if word.is_empty() {
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
            if at >= no_abbreviation_before {
                let (len, is_one) = letters_with_points(&bytes[at..]);
                if is_one {
                    let letters = bytes[at..at + len].iter().step_by(2);
                    letters.for_each(|letter| word.push(letter.to_ascii_lowercase().into()));
                    neighbour = None;
                    found.extend(word.end().map(|token| acronym(token, true)));
                    at += len;
                    continue;
                }
                no_abbreviation_before = at + len;
            }
        }
        let is_end = |byte: &u8| !byte.is_ascii_alphanumeric();
        let run = bytes[at..].iter().position(is_end);
        let end = run.map_or(bytes.len(), |len| at + len);
        let run = &text[at..end];
        if !run.is_empty() {
            neighbour = None;
        }
        if word.is_empty() && !run.is_empty() && is_whole(&bytes[end..]) {
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

/// The bytes of single letters with points, and whether they are an abbreviation (`U.S.`). If not, none
/// begins among them either: a longer word ends them all (`a.b.cd`).
fn letters_with_points(bytes: &[u8]) -> (usize, bool) {
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let mut len = 0;
    while is_letter(len) && bytes.get(len + 1) == Some(&b'.') {
        len += 2;
    }
    // Without the last point: `U.S`.
    if len >= 2 && is_letter(len) && !bytes.get(len + 1).is_some_and(u8::is_ascii_alphanumeric) {
        len += 1;
    }
    (len, len >= 3 && !is_letter(len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedupe::fingerprint::word_hash::hash;
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
    fn no_abbreviation_begins_inside_what_is_none() {
        for number in 0..4_usize.pow(8) {
            let text: Vec<u8> = (0..8)
                .map(|place| b"ab. "[number >> (2 * place) & 3])
                .collect();
            let (len, is_one) = letters_with_points(&text);
            let is_one_at = |at: usize| letters_with_points(&text[at..]).1;
            assert!(is_one || !(0..len).any(is_one_at), "{text:?}");
        }
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
    fn a_text_of_points_is_read_once() {
        // With the rest of the text read for each letter this would take minutes.
        let letters = "a.".repeat(200_000) + "bc";
        assert_eq!(tokens(&letters, usize::MAX).len(), 200_001);
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
