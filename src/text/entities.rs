//! Character references -> characters, as browsers read them, with one exception: a name without
//! its semicolon counts only where no letter, digit or `=` follows, in texts and in attributes.
//! Feeds have many more `?a=1&copy=2` and `R&D` than `&copy2024`.

use memchr::memchr;
use std::borrow::Cow;
use web_atoms::NAMED_ENTITIES;

/// Bytes of the longest name, `CounterClockwiseContourIntegral;`.
const LONGEST_NAME: usize = 32;

/// The characters of windows-1252 at 0x80-0x9F: `&#150;` means a dash (HTML, 13.2.5.80).
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Resolves HTML5 names, decimal and hexadecimal references; what is not a reference stays.
///
/// Each reference is resolved once: `&amp;lt;` becomes `&lt;`. Borrowed when nothing changes.
pub fn decode(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        if let Some((characters, length)) = reference_at(&reference[1..]) {
            out.push_str(&characters);
            rest = &reference[1 + length..];
        } else {
            out.push('&');
            rest = &reference[1..];
        }
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    if out == text {
        return Cow::Borrowed(text);
    }
    Cow::Owned(out)
}

/// The characters of one reference, given as it is between `&` and `;`: `amp`, `#65`, `#X41`.
pub fn resolve(name: &str) -> Option<Cow<'static, str>> {
    match name.strip_prefix('#') {
        Some(number) => character_number(number).map(|n| character(n).to_string().into()),
        None => named(name, true),
    }
}

/// The character of a number at the start of `text`, after its `&`, and the length of what was
/// read: two references where each is one surrogate of a pair.
pub(crate) fn numeric(text: &str) -> Option<(Cow<'static, str>, usize)> {
    text.starts_with('#').then(|| reference_at(text))?
}

/// The characters of the reference at the start of `text`, after its `&`, and its length.
fn reference_at(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let number = text.strip_prefix('#');
    let length = reference_length(text);
    let name = text.get(..length)?;
    let closed = text.as_bytes().get(length) == Some(&b';');
    let total = length + usize::from(closed);
    let Some(number) = number else {
        let argument = text[total..].starts_with('=');
        return named(name, closed)
            .filter(|_| closed || !argument)
            .map(|found| (found, total));
    };
    let digits = number.get(..length - 1)?;
    let number = character_number(digits)?;
    if let Some((paired, low)) = surrogate_pair(number, text.get(total..)?) {
        return Some((paired.to_string().into(), total + low));
    }
    Some((character(number).to_string().into(), total))
}

/// Length of `#`, `#x` and digits, or of a name, in bytes; all of them ASCII.
fn reference_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize, accept: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|b| accept(b)).count()
    };
    match bytes {
        [b'#', b'x' | b'X', ..] => run(2, u8::is_ascii_hexdigit),
        [b'#', ..] => run(1, u8::is_ascii_digit),
        _ => run(0, u8::is_ascii_alphanumeric),
    }
}

fn named(name: &str, closed: bool) -> Option<Cow<'static, str>> {
    if name.is_empty() || name.len() >= LONGEST_NAME {
        return None;
    }
    let mut key = [0; LONGEST_NAME];
    key[..name.len()].copy_from_slice(name.as_bytes());
    key[name.len()] = b';';
    let key = std::str::from_utf8(&key[..=name.len()]).ok()?;
    let &(first, second) = NAMED_ENTITIES.get(if closed { key } else { name })?;
    // Zero marks an entry that is only the beginning of a name.
    let mut characters = [first, second]
        .into_iter()
        .filter(|&c| c != 0)
        .filter_map(char::from_u32)
        .peekable();
    characters.peek()?;
    Some(characters.collect::<String>().into())
}

/// The number of `65`, `x41` or `X41`. A number that is too large becomes the largest.
fn character_number(digits: &str) -> Option<u32> {
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => (hexadecimal, 16),
        None => (digits, 10),
    };
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0_u32, |number, c| {
        let digit = c.to_digit(radix)?;
        Some(number.saturating_mul(radix).saturating_add(digit))
    })
}

fn character(number: u32) -> char {
    match number {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9F => C1[(number - 0x80) as usize],
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Joins `&#55357;&#56832;`: programs that count in UTF-16 write emoji so.
fn surrogate_pair(high: u32, after: &str) -> Option<(char, usize)> {
    if !(0xD800..0xDC00).contains(&high) {
        return None;
    }
    let text = after.strip_prefix('&')?;
    let length = reference_length(text);
    let low = character_number(text.get(..length)?.strip_prefix('#')?)?;
    if !(0xDC00..0xE000).contains(&low) {
        return None;
    }
    let closed = text.as_bytes().get(length) == Some(&b';');
    let joined = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    Some((char::from_u32(joined)?, 1 + length + usize::from(closed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_resolved() {
        assert_eq!(
            decode("a &amp; b &eacute; &#65;&#x42;&#X43;"),
            "a & b é ABC"
        );
        assert_eq!(decode("&NotEqualTilde;"), "\u{2242}\u{338}");
        assert_eq!(decode("&CounterClockwiseContourIntegral;"), "∳");
    }

    #[test]
    fn windows_1252_numbers_mean_what_their_writer_saw() {
        assert_eq!(decode("&#147;x&#148; &#150; &#x80;"), "“x” – €");
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in [
            "Q&A",
            "R&D;",
            "&bogus;",
            "a & b",
            "&",
            "&#;",
            "&#x;",
            "&;",
            "?a=1&copy=2",
            "&copyx",
            "&é;",
            "&#é;",
            "100 &# 2",
            "&hellip",
        ] {
            assert!(
                matches!(decode(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn legacy_names_need_no_semicolon() {
        assert_eq!(decode("&copy 2024 &amp"), "© 2024 &");
        assert_eq!(decode("&nbsp&nbsp."), "\u{a0}\u{a0}.");
    }

    #[test]
    fn a_reference_is_resolved_once() {
        assert_eq!(decode("&amp;lt;b&amp;gt;"), "&lt;b&gt;");
    }

    #[test]
    fn numbers_beyond_unicode_become_the_replacement_character() {
        assert_eq!(
            decode("&#0;&#xD800;&#99999999999999;"),
            "\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn a_surrogate_pair_is_one_character() {
        assert_eq!(decode("&#55357;&#56832;!"), "😀!");
        assert_eq!(decode("&#xD83D;&#xDE00;"), "😀");
    }

    #[test]
    fn one_reference_can_be_resolved_by_its_name() {
        assert_eq!(resolve("nbsp").as_deref(), Some("\u{a0}"));
        assert_eq!(resolve("#X41").as_deref(), Some("A"));
        assert_eq!(resolve("bogus"), None);
        assert_eq!(resolve("am"), None);
        assert_eq!(resolve("#"), None);
    }
}
