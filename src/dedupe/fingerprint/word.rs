//! A word of any script, one character after the other -> its token; and which characters belong to words.

use super::token::{Token, token};

/// Scripts that put no spaces between words.
pub(super) fn is_spaceless(c: char) -> bool {
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

/// Longer words are cut: real text does not have them.
const MAX_WORD_BYTES: usize = 64;

/// A word that has more than ASCII letters, folded.
#[derive(Default)]
pub(super) struct Word {
    text: String,
    chars: usize,
    has_letter: bool,
    has_digit: bool,
    /// Bytes before its last apostrophe.
    before_apostrophe: usize,
}

impl Word {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn push_ascii(&mut self, run: &str) {
        run.chars().for_each(|c| self.push(c.to_ascii_lowercase()));
    }

    pub(super) fn push(&mut self, c: char) {
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
    pub(super) fn continues_with(&mut self, c: char) -> bool {
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
    pub(super) fn end(&mut self) -> Option<Token> {
        if self.is_empty() {
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

    #[test]
    fn common_letters_and_signs_are_what_unicode_says() {
        for c in '\0'..=char::MAX {
            let is_letter = c.is_alphabetic() && !c.is_numeric();
            assert!(is_letter || !is_common_letter(c), "{c}");
            let is_sign = !c.is_alphanumeric() && !is_mark(c) && !is_spaceless(c);
            assert!(is_sign || !is_common_sign(c), "{c}");
        }
    }
}
