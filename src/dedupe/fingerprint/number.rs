//! A number as it is written -> its value. Newsrooms write one number in many ways: `10,000`,
//! `10 000` and `10.000`; `$1.5bn` and `$1.5 billion`; `9.30`, `9:30` and `9.30am`; `2-1`, `2–1` and
//! `2:1`; `20kg` and `20 kg`.
//!
//! Some forms mean two things: `1.234` is also a fraction, and `9.30` is also a price. Both get one
//! value, because two items rarely differ only in that.

use std::borrow::Cow;

/// Digits that a value may have: more are an identifier.
const MAX_DIGITS: usize = 18;
/// Digits of a large number that count: `1,459,193,000` is `1.46 billion` in another newsroom.
const SIGNIFICANT: usize = 3;
/// Digits of a large number, at least.
const LARGE: usize = 7;
/// Parts of a score, a date, a range or a version.
const MAX_PARTS: usize = 6;
/// Bytes of a letter case that may follow a number: the longest magnitude.
const MAX_SUFFIX: usize = 12;

/// Folded words behind a number that multiply it: the number of zeros, then the words.
const MAGNITUDES: [(usize, &str); 4] = [
    (3, "thousand tausend mille mil тыс"),
    (
        6,
        " million millions mn mln mio millionen millones milioni milhoes млн ",
    ),
    (
        9,
        " billion billions bn bln mrd milliard milliards milliarde milliarden miliardi млрд ",
    ),
    (12, "trillion trillions tn trn billionen трлн"),
];

/// A number at the beginning of a text.
#[derive(Debug, PartialEq)]
pub(super) struct Number<'a> {
    /// The plainest way to write its value.
    pub(super) value: Cow<'a, str>,
    /// Bytes of the text that it takes.
    pub(super) len: usize,
}

/// Reads the number that a text begins with; none if the text begins with an identifier of digits and
/// letters. `is_money` says that a sign of a currency is before it.
pub(super) fn read(text: &str, is_money: bool) -> Option<Number<'_>> {
    let mut reader = Reader { text, at: 0 };
    let first = reader.digits();
    if first.is_empty() || is_identifier(reader.rest()) {
        return None;
    }
    let mut value = Cow::Borrowed(first);
    if reader.thousands(&mut value) {
        if let Some(decimals) = reader.decimals() {
            push(value.to_mut(), '.', decimals);
        }
    } else if let Some(minutes) = reader.minutes(first) {
        return Some(reader.end_of_clock(first, minutes));
    } else {
        reader.parts(&mut value);
    }
    if value.len() <= MAX_DIGITS {
        if let Some(zeros) = reader.magnitude(is_money) {
            value = multiplied(&value, zeros).into();
        } else if let Some(noon) = reader.half_of_day().filter(|_| value == first) {
            return Some(Number {
                value: clock(first, "00", noon).into(),
                len: reader.at,
            });
        } else {
            reader.ordinal();
        }
    }
    Some(Number {
        value: rounded(value),
        len: reader.at,
    })
}

/// A large number without the digits that some newsrooms leave out; any other as it is.
fn rounded(value: Cow<'_, str>) -> Cow<'_, str> {
    let whole = digits(&value);
    let is_plain = whole.len() == value.len() || value[whole.len()..].starts_with('.');
    if !(LARGE..=MAX_DIGITS).contains(&whole.len()) || !is_plain {
        return value;
    }
    let Ok(number) = whole.parse::<u64>() else {
        return value;
    };
    let unit = (SIGNIFICANT..whole.len()).fold(1, |unit, _| 10 * unit);
    Cow::Owned(((number + unit / 2) / unit * unit).to_string())
}

/// The rest of a text, read from the left.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Takes the digits that are next.
    fn digits(&mut self) -> &'a str {
        let digits = digits(self.rest());
        self.at += digits.len();
        digits
    }

    /// Takes groups of three digits, with one kind of sign between them. Says whether there are any.
    fn thousands(&mut self, value: &mut Cow<'a, str>) -> bool {
        if value.len() > 3 || value.starts_with('0') {
            return false;
        }
        let mut sign = None;
        loop {
            let mut rest = self.rest().chars();
            let Some(c) = rest.next().filter(|&c| is_thousands_sign(c)) else {
                break;
            };
            let group = digits(rest.as_str());
            if group.len() != 3 || sign.is_some_and(|sign| sign != c) {
                break;
            }
            sign = Some(c);
            value.to_mut().push_str(group);
            self.at += c.len_utf8() + group.len();
        }
        sign.is_some()
    }

    /// Takes `.5` or `,5`.
    fn decimals(&mut self) -> Option<&'a str> {
        let rest = self.rest().strip_prefix(['.', ','])?;
        let decimals = digits(rest);
        (!decimals.is_empty()).then(|| {
            self.at += 1 + decimals.len();
            decimals
        })
    }

    /// Takes `:30` or `.30`, if that makes a time of day and nothing else follows.
    fn minutes(&mut self, hours: &str) -> Option<&'a str> {
        let rest = self.rest().strip_prefix([':', '.', ','])?;
        let minutes = digits(rest);
        let after = &rest[minutes.len()..];
        let is_clock = minutes.len() == 2
            && minutes < "60"
            && hours.len() <= 2
            && (hours.len() == 1 || hours < "25")
            && part(after).is_none()
            && !after.starts_with('%')
            && Reader { text: after, at: 0 }.magnitude(true).is_none();
        is_clock.then(|| {
            self.at += 1 + minutes.len();
            minutes
        })
    }

    fn end_of_clock(mut self, hours: &str, minutes: &str) -> Number<'a> {
        let noon = self.half_of_day().unwrap_or(0);
        Number {
            value: clock(hours, minutes, noon).into(),
            len: self.at,
        }
    }

    /// Takes the other parts of a score, a range, a date, a version or a fraction.
    fn parts(&mut self, value: &mut Cow<'a, str>) {
        for _ in 1..MAX_PARTS {
            let Some((sign, len)) = part(self.rest()) else {
                break;
            };
            self.at += len;
            push(value.to_mut(), sign, self.digits());
        }
    }

    /// Takes a word that multiplies, and gives its zeros.
    fn magnitude(&mut self, is_money: bool) -> Option<usize> {
        let (gap, word) = self.suffix()?;
        let is_glued = gap == 0;
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        let zeros = if is_glued && is("k") {
            3
        } else if is_glued && is_money && is("m") {
            6
        } else if is_glued && is_money && is("b") {
            9
        } else {
            let has_word = |(_, words): &&(usize, &str)| words.split(' ').any(is);
            MAGNITUDES.iter().find(has_word)?.0
        };
        self.at += gap + word.len();
        Some(zeros)
    }

    /// Takes `am` or `pm`, and gives the hours that it adds at noon.
    fn half_of_day(&mut self) -> Option<u8> {
        let gap = gap(self.rest());
        let word = &self.rest()[gap..];
        let (half, len) = [
            ("a.m.", 4),
            ("p.m.", 4),
            ("a.m", 3),
            ("p.m", 3),
            ("am", 2),
            ("pm", 2),
        ]
        .into_iter()
        .find(|(half, len)| {
            let written = word.get(..*len);
            written.is_some_and(|written| written.eq_ignore_ascii_case(half))
        })?;
        if word[len..].starts_with(char::is_alphanumeric) {
            return None;
        }
        self.at += gap + len;
        Some(if half.starts_with('p') { 12 } else { 0 })
    }

    /// Takes the `th` of `12th`.
    fn ordinal(&mut self) {
        if let Some((0, word)) = self.suffix()
            && ["st", "nd", "rd", "th"]
                .iter()
                .any(|end| word.eq_ignore_ascii_case(end))
        {
            self.at += word.len();
        }
    }

    /// The word that is next, and the bytes before it: none, a space or a hyphen.
    fn suffix(&self) -> Option<(usize, &'a str)> {
        let gap = gap(self.rest());
        let rest = &self.rest()[gap..];
        let len = rest
            .char_indices()
            .find(|(_, c)| !c.is_alphabetic())
            .map_or(rest.len(), |(at, _)| at);
        (1..=2 * MAX_SUFFIX)
            .contains(&len)
            .then(|| (gap, &rest[..len]))
    }
}

fn digits(text: &str) -> &str {
    let is_end = |b: u8| !b.is_ascii_digit();
    &text[..text.bytes().position(is_end).unwrap_or(text.len())]
}

/// Bytes of a space or a hyphen between a number and its unit.
fn gap(text: &str) -> usize {
    let mut chars = text.chars();
    match chars.next() {
        Some(c @ (' ' | '-' | '\u{2010}'..='\u{2015}' | '\u{A0}' | '\u{202F}' | '\u{2009}'))
            if chars.as_str().starts_with(char::is_alphabetic) =>
        {
            c.len_utf8()
        }
        _ => 0,
    }
}

/// `7f3a`, `4x100`: digits and letters that are one word.
fn is_identifier(after: &str) -> bool {
    let letters = after.find(|c: char| !c.is_ascii_alphabetic());
    letters.is_some_and(|end| end > 0 && after[end..].starts_with(|c: char| c.is_ascii_digit()))
}

fn is_thousands_sign(c: char) -> bool {
    matches!(
        c,
        ',' | '.' | ' ' | '\'' | '’' | '\u{A0}' | '\u{202F}' | '\u{2009}'
    )
}

/// The sign that joins another number to one, as a plain one, and its bytes.
fn part(text: &str) -> Option<(char, usize)> {
    let mut chars = text.chars();
    let c = chars.next()?;
    let plain = match c {
        '-' | '/' | ':' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '.' | ',' => '.',
        _ => return None,
    };
    chars
        .as_str()
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some((plain, c.len_utf8()))
}

fn push(value: &mut String, sign: char, digits: &str) {
    value.push(sign);
    value.push_str(digits);
}

/// A time of day in 24 hours. `noon` is 12 in the afternoon.
fn clock(hours: &str, minutes: &str, noon: u8) -> String {
    let hours: u8 = hours.parse().unwrap_or(0);
    let hours = if noon == 12 && hours < 12 {
        hours + noon
    } else {
        hours
    };
    format!("{hours}:{minutes}")
}

/// A decimal number with its point moved to the right.
fn multiplied(value: &str, zeros: usize) -> String {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let mut moved = String::from(whole);
    let kept = decimals.len().min(zeros);
    moved.push_str(&decimals[..kept]);
    moved.extend(std::iter::repeat_n('0', zeros - kept));
    if kept < decimals.len() {
        push(&mut moved, '.', &decimals[kept..]);
    }
    let trimmed = moved.trim_start_matches('0');
    String::from(if trimmed.is_empty() { "0" } else { trimmed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        let (is_money, text) = match text.strip_prefix('$') {
            Some(text) => (true, text),
            None => (false, text),
        };
        read(text, is_money).map_or_else(String::new, |number| number.value.into_owned())
    }

    #[test]
    fn one_number_has_one_value_however_it_is_written() {
        for (value_wanted, ways) in [
            (
                "10000",
                &[
                    "10,000",
                    "10 000",
                    "10.000",
                    "10\u{202F}000",
                    "10 thousand",
                    "10k",
                ][..],
            ),
            (
                "1500000000",
                &["$1.5bn", "1.5 billion", "1,5 Mrd", "1,500 million", "$1.5b"],
            ),
            ("2700000", &["$2.7m", "2.7 mln", "2,7 млн", "2.7-million"]),
            ("9:30", &["9.30", "9:30", "9.30am", "09:30", "9:30 a.m."]),
            ("21:30", &["9.30pm", "21:30", "9:30 p.m."]),
            ("11:00", &["11am", "11 a.m.", "11:00"]),
            ("2-1", &["2-1", "2–1", "2:1", "2\u{2212}1", "2\u{2010}1"]),
            ("2025-26", &["2025-26", "2025–26", "2025/26"]),
            ("1.5", &["1.5", "1,5", "1.5%"]),
            ("1460000000", &["1,459,193,000", "1.46 billion", "1.4592bn"]),
            ("20", &["20kg", "20 kg", "20th", "20"]),
            ("2.8.6", &["2.8.6"]),
            ("123456.5", &["123,456.5", "123.456,5"]),
        ] {
            for way in ways {
                assert_eq!(value(way), value_wanted, "{way}");
            }
        }
    }

    #[test]
    fn other_numbers_stay_other() {
        for (one, other) in [
            ("2-1", "1-2"),
            ("9:30", "9.3"),
            ("20m", "20 million"),
            ("2020 300", "2020300"),
            ("1.5 million", "1.5 billion"),
            ("9am", "9pm"),
            ("2.8.6", "2.8.7"),
        ] {
            assert_ne!(value(one), value(other), "{one} {other}");
        }
    }

    #[test]
    fn a_number_takes_only_its_own_bytes() {
        for (text, len) in [
            ("12 people", 2),
            ("12-year-old", 2),
            ("3, 4", 1),
            ("5. Then", 1),
            ("11 amazing", 2),
            ("20kg of", 2),
            ("1.5bn,", 5),
            ("12 300 men", 6),
            ("12 3000", 2),
            ("3月", 1),
            ("1,", 1),
            ("7–", 1),
        ] {
            assert_eq!(
                read(text, false).map(|number| number.len),
                Some(len),
                "{text}"
            );
        }
        assert_eq!(read("7f3a", false), None);
        assert_eq!(read("4x100", false), None);
        assert_eq!(read("x", false), None);
    }
}
