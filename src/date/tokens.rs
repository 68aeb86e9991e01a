//! The text of a date -> numbers, words and marks.

use super::cjk;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Bytes; a longer text is not a date.
const MAX_LENGTH: usize = 200;

/// Marks that dates may contain.
const MARKS: &str = ":-+/.,()[]_|•·ºª°'’;\"=&";

/// A piece of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether white space comes before it.
    pub(super) spaced: bool,
}

/// The kinds of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits, and how many there were.
    Number { value: u64, digits: usize },
    /// Letters: folded, and as written, which names of zones need.
    Word { folded: String, written: String },
    /// `:`, `-`, `+`, `/`, `.`, `,` and other marks; dashes become `-`.
    Mark(char),
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word { folded, .. } => Some(folded),
            _ => None,
        }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// The value of a number, if it has so many digits.
    pub(super) fn number(&self, digits: impl std::ops::RangeBounds<usize>) -> Option<u32> {
        match self.kind {
            Kind::Number { value, digits: d } if digits.contains(&d) => u32::try_from(value).ok(),
            _ => None,
        }
    }
}

/// Splits a text; none when it is too long for a date or has a character that no date has.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = cjk::rewrite(text);
    let mut tokens = Vec::with_capacity(16);
    let mut chars = text.chars().peekable();
    let mut spaced = false;
    while let Some(c) = chars.next() {
        let kind = if let Some(digit) = c.to_digit(10) {
            let mut value = u64::from(digit);
            let mut digits = 1;
            while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                value = value.saturating_mul(10).saturating_add(digit.into());
                digits += 1;
                chars.next();
            }
            Kind::Number { value, digits }
        } else if is_letter(c) {
            let mut written = String::from(c);
            while let Some(&c) = chars.peek().filter(|&&c| is_letter(c) || c == '\'') {
                written.push(c);
                chars.next();
            }
            Kind::Word {
                folded: fold(&written),
                written,
            }
        } else if c.is_whitespace() || is_invisible(c) {
            spaced = true;
            continue;
        } else {
            Kind::Mark(match c {
                '–' | '—' | '−' | '‑' | '‐' => '-',
                c if MARKS.contains(c) => c,
                _ => return None,
            })
        };
        tokens.push(Token { kind, spaced });
        spaced = false;
    }
    Some(tokens)
}

/// Lower case, without accents.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfkd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ı' => 'i',
            'ς' => 'σ',
            'ł' => 'l',
            'ø' => 'o',
            c => c,
        })
        .nfc()
        .collect()
}

fn is_letter(c: char) -> bool {
    (c.is_alphabetic() && !matches!(c, 'º' | 'ª')) || is_combining_mark(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
