//! The tokens of a date -> its time of day and zone, which are removed from them.

use super::tokens::{Kind, Token};
use super::zone::{self, Zone};
use chrono::NaiveTime;

/// A time of day and its zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    pub(super) time: NaiveTime,
    /// `24:00`, the end of the day.
    pub(super) next_day: bool,
    pub(super) zone: Option<Zone>,
}

/// There is a time of day, but it is not valid.
#[derive(Debug)]
pub(super) struct Impossible;

/// Takes the time of day and the zone out of the tokens of a date.
pub(super) fn take(tokens: &mut Vec<Token>) -> Result<Option<Clock>, Impossible> {
    let Some((mut start, mut end, mut numbers)) = colons(tokens)?
        .or_else(|| basic(tokens))
        .or_else(|| hours(tokens))
        .or_else(|| points(tokens))
        .or_else(|| half_only(tokens))
    else {
        return Ok(None);
    };
    let mut half = None;
    if let Some((found, used)) = half_of_day(&tokens[end..]) {
        half = Some(found);
        end += used;
    } else if let Some(before) = start.checked_sub(1)
        && let Some(word @ ("am" | "pm")) = tokens[before].word()
    {
        half = (word == "pm").into();
        start = before;
    }
    if let Some(afternoon) = half {
        numbers.hour = match (numbers.hour, afternoon) {
            (12, false) => 0,
            (hour @ 0..=11, false) | (hour @ 12..=23, true) => hour,
            (hour @ 1..=11, true) => hour + 12,
            _ => return Err(Impossible),
        };
    }
    // `10:30 Uhr CEST`
    let is_hour_word = |word| matches!(word, "uhr" | "h" | "hs" | "hrs" | "hours");
    end += usize::from(
        tokens
            .get(end)
            .and_then(Token::word)
            .is_some_and(is_hour_word),
    );
    let zone = if half.is_none() && is_half_by_one_letter(&tokens[start..], end - start) {
        end += 1;
        Some(Zone::Unknown)
    } else {
        zone::read(&tokens[end..]).map(|(zone, used)| {
            end += used;
            zone
        })
    };
    tokens.drain(start..end);
    numbers.clock(zone).map(Some)
}

/// The numbers of a time of day, unchecked.
#[derive(Clone, Copy, Default)]
struct Numbers {
    hour: u32,
    minute: u32,
    second: u32,
    nano: u32,
}

impl Numbers {
    fn clock(self, zone: Option<Zone>) -> Result<Clock, Impossible> {
        let end_of_day = self.hour == 24 && self.minute == 0 && self.second == 0;
        let hour = if end_of_day { 0 } else { self.hour };
        // A leap second becomes the second before.
        let second = if self.second == 60 { 59 } else { self.second };
        let time = NaiveTime::from_hms_nano_opt(hour, self.minute, second, self.nano);
        Ok(Clock {
            time: time.ok_or(Impossible)?,
            next_day: end_of_day,
            zone,
        })
    }
}

/// The first token, the end, and the numbers.
type Found = Option<(usize, usize, Numbers)>;

/// `10:30`, `10:30:15`, `10:30:15.123`, `10:30:15:123`; `9:5:7` and `009:05:07`.
fn colons(tokens: &[Token]) -> Result<Found, Impossible> {
    let is_pair = |w: &[Token]| {
        clock_number(&w[0]).is_some()
            && w[1].is_mark(':')
            && clock_number(&w[2]).is_some()
            && !w[1].spaced
            && !w[2].spaced
    };
    let offset_only = |at: usize| at > 0 && tokens[at - 1].is_mark('+') && !tokens[at].spaced;
    let Some(start) = (0..tokens.len().saturating_sub(2))
        .find(|&at| is_pair(&tokens[at..at + 3]) && !offset_only(at))
    else {
        return Ok(None);
    };
    // `2024-06-14-10:30`: an offset or a time?
    if start > 1
        && tokens[start - 1].is_mark('-')
        && !tokens[start].spaced
        && !tokens[start - 1].spaced
    {
        return Err(Impossible);
    }
    let mut numbers = Numbers {
        hour: clock_number(&tokens[start]).unwrap_or_default(),
        minute: clock_number(&tokens[start + 2]).unwrap_or_default(),
        ..Numbers::default()
    };
    let mut end = start + 3;
    if is_colon(&tokens[end..])
        && let Some(second) = tokens.get(end + 1)
    {
        numbers.second = clock_number(second).ok_or(Impossible)?;
        end += 2;
        if let Some(nano) = fraction(&tokens[end..]) {
            numbers.nano = nano;
            end += 2;
        } else if is_colon(&tokens[end..]) {
            let milli = tokens.get(end + 1).and_then(|t| t.number(3..=3));
            numbers.nano = milli.ok_or(Impossible)? * 1_000_000;
            end += 2;
        }
    }
    Ok(Some((start, end, numbers)))
}

/// Whether a colon comes next that belongs to the time: `10:30:+0100` has one before its offset.
fn is_colon(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|t| t.is_mark(':'))
        && !tokens
            .get(1)
            .is_some_and(|t| t.is_mark('+') || t.is_mark('-'))
}

/// A number of a time of day. Some programs pad every number with a zero: `011`.
fn clock_number(token: &Token) -> Option<u32> {
    token.number(1..=3).filter(|&value| value < 100)
}

/// Whether `A` or `P` follows a time of so many tokens without seconds: half of the day, or a zone
/// of the military?
fn is_half_by_one_letter(time: &[Token], length: usize) -> bool {
    length == 3
        && time[0].number(..).is_some_and(|hour| hour <= 12)
        && time
            .get(length)
            .is_some_and(|t| t.is_word("a") || t.is_word("p"))
}

/// `T101530`, `T1015`, `T10`, after a number.
fn basic(tokens: &[Token]) -> Found {
    let at = (1..tokens.len()).find(|&at| {
        tokens[at].is_word("t") && tokens[at - 1].number(..).is_some() && !tokens[at].spaced
    })?;
    let Kind::Number { value, digits } = tokens.get(at + 1)?.kind else {
        return None;
    };
    let value = u32::try_from(value).ok()?;
    let mut numbers = match digits {
        6 => Numbers {
            hour: value / 10_000,
            minute: value / 100 % 100,
            second: value % 100,
            nano: 0,
        },
        4 => Numbers {
            hour: value / 100,
            minute: value % 100,
            ..Numbers::default()
        },
        2 => Numbers {
            hour: value,
            ..Numbers::default()
        },
        _ => return None,
    };
    let mut end = at + 2;
    if digits == 6
        && let Some(nano) = fraction(&tokens[end..])
    {
        numbers.nano = nano;
        end += 2;
    }
    Some((at, end, numbers))
}

/// `10h30`, `10 h`, `15 Uhr 30`.
fn hours(tokens: &[Token]) -> Found {
    let at = (1..tokens.len()).find(|&at| {
        matches!(tokens[at].word(), Some("h" | "uhr" | "hrs" | "godz"))
            && tokens[at - 1].number(1..=2).is_some()
    })?;
    // `10.30 Uhr` is read by `points`.
    if at >= 3
        && tokens[at - 2].is_mark('.')
        && !tokens[at - 1].spaced
        && tokens[at - 3].number(1..=2).is_some()
    {
        return None;
    }
    let hour = tokens[at - 1].number(1..=2)?;
    let minute = tokens.get(at + 1).and_then(|t| t.number(2..=2));
    let numbers = Numbers {
        hour,
        minute: minute.unwrap_or(0),
        ..Numbers::default()
    };
    Some((at - 1, at + 1 + usize::from(minute.is_some()), numbers))
}

/// `10.30 Uhr`, `kl. 10.30`, `2024, 10.30`.
fn points(tokens: &[Token]) -> Found {
    let at = (0..tokens.len().saturating_sub(2)).find(|&at| {
        let pair = tokens[at].number(1..=2).is_some()
            && tokens[at + 1].is_mark('.')
            && tokens[at + 2].number(2..=2).is_some()
            && !tokens[at + 2].spaced;
        let before = tokens[..at].iter().rev().find(|t| !t.is_mark('.'));
        let is_marked = tokens.get(at + 3).is_some_and(|t| t.is_word("uhr"))
            || before.is_some_and(|t| matches!(t.word(), Some("kl" | "klo" | "kello" | "ore")))
            || at > 1 && tokens[at - 1].is_mark(',') && tokens[at - 2].number(4..=4).is_some();
        pair && is_marked
    })?;
    let numbers = Numbers {
        hour: tokens[at].number(1..=2)?,
        minute: tokens[at + 2].number(2..=2)?,
        ..Numbers::default()
    };
    Some((at, at + 3, numbers))
}

/// `3pm`, `3 p.m.`
fn half_only(tokens: &[Token]) -> Found {
    let at = (0..tokens.len()).find(|&at| {
        tokens[at]
            .number(1..=2)
            .is_some_and(|h| (1..=12).contains(&h))
            && half_of_day(&tokens[at + 1..]).is_some()
    })?;
    Some((
        at,
        at + 1,
        Numbers {
            hour: tokens[at].number(1..=2)?,
            ..Numbers::default()
        },
    ))
}

/// `am`, `p.m.`, `p. m.`: whether it is the afternoon, and how many tokens it takes.
fn half_of_day(tokens: &[Token]) -> Option<(bool, usize)> {
    match tokens.first()?.word()? {
        "am" => Some((false, 1)),
        "pm" => Some((true, 1)),
        half @ ("a" | "p") => {
            let [_, dot, m, rest @ ..] = tokens else {
                return None;
            };
            let spelt = dot.is_mark('.') && m.is_word("m");
            let dot = usize::from(rest.first().is_some_and(|t| t.is_mark('.')));
            spelt.then_some((half == "p", 3 + dot))
        }
        _ => None,
    }
}

/// `.123` in billionths; more digits are cut.
fn fraction(tokens: &[Token]) -> Option<u32> {
    let [point, number, ..] = tokens else {
        return None;
    };
    if !(point.is_mark('.') || point.is_mark(',')) || point.spaced || number.spaced {
        return None;
    }
    let Kind::Number { value, digits } = number.kind else {
        return None;
    };
    let scale = |power: usize| {
        u32::try_from(power)
            .ok()
            .and_then(|p| 10_u64.checked_pow(p))
    };
    let nano = if digits <= 9 {
        value * scale(9 - digits)?
    } else {
        value / scale(digits - 9)?
    };
    u32::try_from(nano.min(999_999_999)).ok()
}
