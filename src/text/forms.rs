//! A text -> the forms in which rules look for words in it, each with single spaces between words.
//!
//! Most words are found in the plain form. Two kinds of words need another one: an umlaut may be written out
//! (`Köln`, `Koeln`), and a sign can make another word (`C++` is not `C`). These forms are made only of a text that
//! has such letters or signs.

use super::words::fold;
use memchr::memchr2_iter;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The text folded ([`fold`]). A word in Latin letters is parted from the Korean particle or the Arabic article
/// that is written onto it (`NATO가`).
pub fn plain(text: &str) -> String {
    let folded = fold(text);
    if folded.is_ascii() || !folded.chars().any(takes_affixes) {
        return folded;
    }
    let mut parted = String::with_capacity(folded.len() + 8);
    let mut before = ' ';
    for c in folded.chars() {
        let is_seam = (before.is_ascii_alphanumeric() && takes_affixes(c))
            || (takes_affixes(before) && c.is_ascii_alphanumeric());
        if is_seam {
            parted.push(' ');
        }
        parted.push(c);
        before = c;
    }
    parted
}

/// The plain form of the text with umlauts written out; none if there are none.
pub fn written_out(text: &str) -> Option<String> {
    if text.is_ascii() || !may_have_umlaut(text) {
        return None;
    }
    let composed = if text.chars().all(stands_alone) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    };
    let mut written = String::with_capacity(text.len() + 8);
    // Everything before it is written.
    let mut done = 0;
    for (at, c) in composed.char_indices() {
        if let Some(letters) = letters_of(c) {
            written.push_str(&composed[done..at]);
            written.push_str(letters);
            done = at + c.len_utf8();
        }
    }
    written.push_str(&composed[done..]);
    (done > 0).then(|| plain(&written))
}

/// Whether a text has an umlaut, or a mark that makes one. Their first bytes are looked for.
fn may_have_umlaut(text: &str) -> bool {
    memchr2_iter(0xC3, 0xCC, text.as_bytes()).any(|at| {
        let c = text[at..].chars().next();
        c.is_some_and(|c| matches!(c, '\u{308}' | '\u{30A}') || letters_of(c).is_some())
    })
}

/// Characters that are composed already (NFC), whichever of them stand beside each other: of Latin letters
/// and punctuation.
const fn stands_alone(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{2010}'..='\u{205E}')
}

/// The plain form with the signs that count; none if there are none.
///
/// A sign counts at the edge of a word that it makes another one of (`C++`, `.NET`, `5%`), and a picture by itself.
/// Between letters it parts them (`AT&T`), and `#` or `@` before a word are only how it is written.
pub fn with_signs(text: &str) -> Option<String> {
    let mut form = String::new();
    // From here on nothing was added yet, and whether that begins a word.
    let (mut done, mut is_glued) = (0, false);
    let mut before: Option<char> = None;
    let mut after_sign = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if !counts(c, before, next, after_sign) {
            // A joiner and the colour of a skin are parts of the picture before them.
            after_sign &= is_part_of_picture(c);
            before = Some(c);
            continue;
        }
        let has_added = push(&mut form, &plain(&text[done..at]), is_glued);
        let is_behind =
            (before.is_some_and(char::is_alphanumeric) && has_added) || (after_sign && at == done);
        let is_flag = is_flag_letter(c);
        let is_alone = is_picture(c) && !is_flag;
        let joins = if is_flag {
            at == done && flag_is_open(&form)
        } else {
            is_behind && !is_alone
        };
        push(&mut form, c.encode_utf8(&mut [0; 4]), joins);
        // What follows a sign before a word is that word.
        is_glued = !is_behind && !is_alone && !is_flag && next.is_some_and(char::is_alphanumeric);
        done = at + c.len_utf8();
        after_sign = true;
        before = Some(c);
    }
    if done == 0 {
        return None;
    }
    push(&mut form, &plain(&text[done..]), is_glued);
    Some(form)
}

/// Appends words; false if there are none.
fn push(form: &mut String, words: &str, is_glued: bool) -> bool {
    if words.is_empty() {
        return false;
    }
    if !is_glued && !form.is_empty() {
        form.push(' ');
    }
    form.push_str(words);
    true
}

/// Whether a sign makes another word, or is one.
fn counts(sign: char, before: Option<char>, after: Option<char>, after_sign: bool) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let follows_point = before == Some('.');
    let (before, after) = (is_letter(before), is_letter(after));
    match sign {
        '.' => !before && after && !after_sign && !follows_point,
        '#' => before && !after,
        '@' => false,
        _ if is_picture(sign) => true,
        _ => is_sign(sign) && before != after || is_sign(sign) && after_sign,
    }
}

/// Signs that are no punctuation: of mathematics and money.
const fn is_sign(c: char) -> bool {
    matches!(c, '+' | '$' | '%' | '\u{A2}'..='\u{A5}' | '\u{B0}' | '\u{B1}' | '\u{20A0}'..='\u{20CF}')
}

/// Pictures, arrows and other signs that stand by themselves.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{A9}' | '\u{AE}' | '\u{2100}'..='\u{214F}' | '\u{2190}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}'
        | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}')
}

const fn is_part_of_picture(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// Two of these are the flag of a country.
const fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Whether a form ends with half a flag.
fn flag_is_open(form: &str) -> bool {
    form.chars()
        .rev()
        .take_while(|&c| is_flag_letter(c))
        .count()
        % 2
        == 1
}

/// How an umlaut is written out: German and the Nordic languages.
const fn letters_of(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'å' | 'Å' => "aa",
        _ => return None,
    })
}

/// Letters of scripts in which short words are written onto others.
const fn takes_affixes(c: char) -> bool {
    is_hangul(c) || is_arabic(c) || is_hebrew(c)
}

/// Korean.
pub const fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}' | '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}')
}

/// Arabic, Persian, Urdu.
pub const fn is_arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8C7}')
}

/// Hebrew.
pub const fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{5D0}'..='\u{5EA}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_form_is_the_folded_text() {
        assert_eq!(
            plain("The “Élysée”—NATO's C++"),
            fold("The “Élysée”—NATO's C++")
        );
    }

    #[test]
    fn a_particle_or_an_article_is_parted_from_a_latin_word() {
        assert_eq!(plain("NATO가 2024년"), "nato 가 2024 년");
        assert_eq!(plain("الـNATO"), "ال nato");
    }

    #[test]
    fn an_umlaut_is_written_out_however_it_is_encoded() {
        assert_eq!(
            written_out("Kölner Bürger").as_deref(),
            Some("koelner buerger")
        );
        assert_eq!(written_out("Ko\u{308}ln").as_deref(), Some("koeln"));
        assert_eq!(
            written_out("Ålborg, Mørk").as_deref(),
            Some("aalborg moerk")
        );
        for none in ["Koeln", "Élysée", "Ёлка", "naïve"] {
            assert_eq!(written_out(none), None, "{none}");
        }
    }

    #[test]
    fn a_sign_at_the_edge_of_a_word_makes_another_word() {
        for (text, form) in [
            ("New C++ standard", "new c++ standard"),
            ("C++20 and (C#)", "c++ 20 and c#"),
            ("F#, then", "f# then"),
            ("The .NET core", "the .net core"),
            ("5% of €100", "5% of €100"),
            ("Disney+", "disney+"),
            ("🚴 Tour🚴🏽 starts", "🚴 tour 🚴 starts"),
            ("ride🚴on", "ride 🚴 on"),
            ("🇺🇦🇷🇴 talks", "🇺🇦 🇷🇴 talks"),
        ] {
            assert_eq!(with_signs(text).as_deref(), Some(form), "{text}");
        }
    }

    #[test]
    fn a_sign_between_words_or_of_punctuation_does_not() {
        for text in [
            "AT&T",
            "a+b",
            "The end. Net",
            "end.Net",
            "#metoo @nato",
            "Yahoo!",
            "3.5",
            "wait...what",
            "a ... b",
            "",
        ] {
            assert_eq!(with_signs(text), None, "{text}");
        }
    }
}
