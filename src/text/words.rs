//! Text in any script -> words folded for comparison, or a text cut between words.
//!
//! Han, Kana, Thai, Lao, Khmer and Burmese are written without spaces; each of their characters
//! counts as a word, so that a phrase of them is found inside a sentence like any other phrase.

use super::bidi;
use std::borrow::Cow;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// Characters that look wrong before an ellipsis.
const DANGLING: &str = ".,;:-–—…([{“„«‘'\"/&";

/// The words of a text, lower case, without accents and punctuation, joined by single spaces.
///
/// Compatibility forms become equal (NFKC: `ﬁ` is `fi`, `Ａ` is `a`); apostrophes separate, so that
/// `NATO's` holds the word `nato` and `l'OTAN` the word `otan`.
pub fn fold(text: &str) -> String {
    let mut words = Words {
        folded: String::with_capacity(text.len()),
        gap: false,
    };
    for (plain, foreign) in runs(text) {
        words.push_ascii(plain);
        if foreign.is_empty() {
            // The end.
        } else if is_punctuation(foreign) {
            words.gap = true;
        } else if foreign.chars().all(is_letter) {
            words.space();
            push_letters(foreign, &mut words.folded);
        } else {
            each_without_accents(foreign, |c| words.push(c));
        }
    }
    words.folded
}

/// A text whose letters outside ASCII are folded as [`fold`] folds them: small, without accents and
/// without characters that are not visible. ASCII and all punctuation stay. Free for ASCII, and for
/// text with only dashes and quotes beside it.
pub fn fold_letters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || runs(text).all(|(_, foreign)| is_punctuation(foreign)) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for (plain, foreign) in runs(text) {
        folded.push_str(plain);
        if foreign.chars().all(is_letter) {
            push_letters(foreign, &mut folded);
            continue;
        }
        each_without_accents(foreign, |c| {
            if !is_invisible(c) {
                push_lowercase(c, &mut folded);
            }
        });
    }
    Cow::Owned(folded)
}

/// The first words of a text, at most `max_chars` characters, with an ellipsis where it was cut.
///
/// It is cut between words where that keeps more than half of the allowed length, else between
/// graphemes: an emoji or a letter with its accents is never split. The end of what turns the direction
/// of writing is not cut off.
pub fn first_words(text: &str, max_chars: usize) -> String {
    let text = text.trim();
    if text.chars().nth(max_chars).is_none() {
        return bidi::balanced(text).into_owned();
    }
    let room = max_chars.saturating_sub(1);
    let (begun, rest) = text.split_at(last_space(text, room));
    let left = room - begun.chars().count();
    let mut kept = begun.to_owned() + &longest(rest.split_word_bounds(), left);
    if kept.chars().count() <= room / 2 {
        kept = longest(text.graphemes(true), room);
    }
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || DANGLING.contains(c));
    if max_chars == 0 {
        String::new()
    } else {
        bidi::balanced(&format!("{kept}…")).into_owned()
    }
}

/// The beginning of a text, at most so many bytes long, never inside a character.
pub fn clip(text: &str, max_bytes: usize) -> &str {
    let mut end = max_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Bytes of ASCII that are folded together.
const AT_ONCE: usize = 64;

/// The folded text while it is made.
struct Words {
    folded: String,
    /// Whether a separator came after the last character.
    gap: bool,
}

impl Words {
    /// A few bytes at a time, without a branch for each: whether a word ends at a byte is hard to foresee.
    fn push_ascii(&mut self, text: &str) {
        for some in text.as_bytes().chunks(AT_ONCE) {
            let mut words = [0; AT_ONCE];
            let (mut len, mut in_word) = (0, false);
            for &b in some {
                let is_word = b.is_ascii_alphanumeric();
                words[len] = if is_word {
                    b.to_ascii_lowercase()
                } else {
                    b' '
                };
                len += usize::from(is_word | in_word);
                in_word = is_word;
            }
            self.gap |= !some[0].is_ascii_alphanumeric();
            let words = str::from_utf8(&words[..len]).unwrap_or_default();
            let whole = words.trim_end_matches(' ');
            if !whole.is_empty() {
                self.space();
                self.folded.push_str(whole);
                self.gap = whole.len() < words.len();
            }
        }
    }

    fn push(&mut self, c: char) {
        let mark = is_combining_mark(c);
        if is_unspaced(c) {
            // A vowel sign stays with its letter.
            self.gap = !mark;
            self.space();
            self.folded.push(c);
            self.gap = true;
            return;
        }
        if !(c.is_alphanumeric() || mark) {
            self.gap |= !is_invisible(c);
            return;
        }
        self.space();
        push_lowercase(c, &mut self.folded);
    }

    fn space(&mut self) {
        if self.gap && !self.folded.is_empty() {
            self.folded.push(' ');
        }
        self.gap = false;
    }
}

/// A text as runs of ASCII, each with the run of other characters that follows it.
fn runs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (plain, other) = rest.split_at(ascii_ahead(rest.as_bytes()));
        let end = other.bytes().position(|b| b.is_ascii());
        let (foreign, after) = other.split_at(end.unwrap_or(other.len()));
        rest = after;
        Some((plain, foreign))
    })
}

/// How many bytes at the start are ASCII.
fn ascii_ahead(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let whole = blocks.iter().take_while(|block| block.is_ascii()).count();
    let ahead = whole * 16;
    let rest = bytes[ahead..].iter().position(|b| !b.is_ascii());
    rest.map_or(bytes.len(), |rest| ahead + rest)
}

/// Characters below this one are looked up in [`LETTERS`].
const LOOKED_UP: u32 = 0x700;
/// Fills a place in [`LETTERS`] that has no letter.
const NONE: char = '\0';

/// What those letters of alphabets become that become nothing but one or two letters, whatever stands beside
/// them: nearly all letters outside ASCII of texts in Latin, Greek, Cyrillic, Hebrew and Arabic script. To
/// normalize each of them takes ten times as long.
static LETTERS: LazyLock<Vec<[char; 2]>> = LazyLock::new(|| {
    let letters = |c: u32| char::from_u32(c).and_then(letters_of);
    (0..LOOKED_UP)
        .map(|c| letters(c).unwrap_or([NONE; 2]))
        .collect()
});

fn letters_of(c: char) -> Option<[char; 2]> {
    let mut folded = String::new();
    for c in without_accents(c.encode_utf8(&mut [0; 4])) {
        if !c.is_alphanumeric() || is_combining_mark(c) || is_unspaced(c) || is_invisible(c) {
            return None;
        }
        push_lowercase(c, &mut folded);
    }
    let mut letters = folded.chars();
    let one_or_two = [letters.next()?, letters.next().unwrap_or(NONE)];
    letters.next().is_none().then_some(one_or_two)
}

/// Whether [`push_letters`] can fold it.
fn is_letter(c: char) -> bool {
    LETTERS
        .get(c as usize)
        .is_some_and(|letters| letters[0] != NONE)
}

fn push_letters(text: &str, folded: &mut String) {
    let letters = text.chars().filter_map(|c| LETTERS.get(c as usize));
    folded.extend(letters.flatten().filter(|&&letter| letter != NONE));
}

/// Characters in their compatibility forms (NFKC), without marks that do not change a word.
fn without_accents(text: &str) -> impl Iterator<Item = char> {
    text.nfkd().filter(|&c| !is_accent(c)).nfc()
}

/// Calls `call` with each character of [`without_accents`].
fn each_without_accents(text: &str, call: impl FnMut(char)) {
    if text.chars().all(is_east_asian) {
        text.chars().map(narrow).for_each(call);
    } else {
        without_accents(text).for_each(call);
    }
}

/// Characters of Chinese, Japanese and Korean text of which [`without_accents`] changes nothing but their width.
const fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3005}'..='\u{3011}' | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FE}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{FF01}'..='\u{FF5E}')
}

/// ASCII as wide as an ideograph becomes ASCII.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn push_lowercase(c: char, folded: &mut String) {
    for lower in c.to_lowercase() {
        match plain_letter(lower) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(lower),
        }
    }
}

/// Letters with a stroke and ligatures that no Unicode normal form decomposes.
const fn plain_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Whether all are dashes, curly quotes or ellipses: nearly all that is not ASCII in English.
fn is_punctuation(run: &str) -> bool {
    run.chars().all(
        |c| matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '«' | '»' | '\u{A0}'),
    )
}

/// Marks that do not change a word: accents of Latin, Greek and Cyrillic, Hebrew points, Arabic
/// vowels. The signs of Indic scripts are vowels and stay.
const fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}'
        | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}'..='\u{5C7}'
        | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// Characters inside words that are not visible.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Characters of scripts that are written without spaces.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// The last space among the first characters of a text that comes after a word: words end there, so that they need not
/// be found from the beginning.
fn last_space(text: &str, chars: usize) -> usize {
    let (mut found, mut before) = (0, ' ');
    for (at, c) in text.char_indices().take(chars) {
        if c == ' ' && !before.is_whitespace() {
            found = at;
        }
        before = c;
    }
    found
}

/// As many pieces from the start as fit into `room` characters.
fn longest<'a>(pieces: impl Iterator<Item = &'a str>, room: usize) -> String {
    let mut used = 0;
    pieces
        .take_while(|piece| {
            used += piece.chars().count();
            used <= room
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert_eq!(
            fold("  The “Élysée”—NATO's Straße, e\u{301}té! "),
            "the elysee nato s strasse ete"
        );
        assert_eq!(
            fold("Łódź ÇA ĲSSELMEER ﬁn Ａ１"),
            "lodz ca ijsselmeer fin a1"
        );
        assert_eq!(fold("ΟΔΥΣΣΕΎΣ"), fold("Οδυσσεύς"));
        assert_eq!(fold("Ёлка й"), "елка и");
    }

    #[test]
    fn a_long_text_is_folded_as_its_words_are() {
        for len in 1..150 {
            let word = "A".repeat(len);
            for gap in [" ", ". ", " é ", "; ", "é", "日"] {
                let text = format!("{gap}{word}{gap}{gap}{word}{gap}B");
                let mut slowly = Words {
                    folded: String::new(),
                    gap: false,
                };
                let plain = text.chars().map(|c| if c == 'é' { 'e' } else { c });
                plain.for_each(|c| slowly.push(c));
                assert_eq!(fold(&text), slowly.folded, "{len} {gap:?}");
            }
        }
    }

    #[test]
    fn letters_are_folded_as_any_text_is() {
        let letters = || {
            (0x80..LOOKED_UP)
                .filter_map(char::from_u32)
                .filter(|&c| is_letter(c))
        };
        assert!(letters().count() > 900);
        for one in letters() {
            let others = letters().step_by(13).flat_map(|other| [one, other]);
            let text: String = others.collect();
            let mut slowly = String::new();
            without_accents(&text).for_each(|c| push_lowercase(c, &mut slowly));
            assert_eq!(fold(&text), slowly, "{one}");
            assert_eq!(fold_letters(&text), slowly, "{one}");
        }
    }

    #[test]
    fn east_asian_text_changes_nothing_but_its_width() {
        let all = ('\u{3000}'..='\u{FFFF}').filter(|&c| is_east_asian(c));
        let all: Vec<char> = all.collect();
        assert!(all.len() > 30_000);
        for others in 0..3 {
            let others = all.iter().skip(others).step_by(97).cycle();
            let text: String = all.iter().zip(others).flat_map(|(a, b)| [a, b]).collect();
            let narrowed: String = text.chars().map(narrow).collect();
            assert!(without_accents(&text).eq(narrowed.chars()));
        }
    }

    #[test]
    fn a_soft_hyphen_does_not_part_a_word() {
        assert_eq!(
            fold("Ver\u{ad}teidigung zero\u{200b}width"),
            "verteidigung zerowidth"
        );
    }

    #[test]
    fn scripts_without_spaces_are_split_by_character() {
        assert_eq!(fold("NATO北約秘書長2024年"), "nato 北 約 秘 書 長 2024 年");
        assert_eq!(fold("ガ"), fold("カ\u{3099}"));
        assert_eq!(fold("한국 뉴스"), "한국 뉴스");
        assert_eq!(fold("हिन्दी समाचार"), "हिन्दी समाचार");
    }

    #[test]
    fn a_short_text_is_not_cut() {
        assert_eq!(first_words(" one two ", 7), "one two");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(
            first_words("The ministers met, and then they left.", 19),
            "The ministers met…"
        );
        assert_eq!(first_words("Verteidigungsministerium", 10), "Verteidig…");
    }

    #[test]
    fn a_grapheme_is_never_torn() {
        assert_eq!(first_words("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 8), "👨‍👩‍👧…");
        assert_eq!(first_words("abc", 0), "");
        assert_eq!(first_words("abc", 1), "…");
    }

    proptest! {
        #[test]
        fn where_words_end_is_found_as_from_the_beginning(
            text in "[a-c'.,1 \u{301}\u{200d}\n\u{a0}\u{3042}\u{1f468}]{0,60}", room in 0_usize..40,
        ) {
            let (begun, rest) = text.split_at(last_space(&text, room));
            let left = room - begun.chars().count();
            prop_assert_eq!(
                begun.to_owned() + &longest(rest.split_word_bounds(), left),
                longest(text.split_word_bounds(), room)
            );
        }
    }
}
