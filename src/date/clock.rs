//! The time of day in a date.

use super::tokens::{Token, What};
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

/// There is a time of day, but not one that exists.
#[derive(Debug)]
pub(super) struct Impossible;

/// Takes the time of day and the zone out of the tokens of a date.
pub(super) fn take(tokens: &mut Vec<Token>) -> Result<Option<Clock>, Impossible> {
    let Some((mut start, mut end, mut face)) = colons(tokens)?
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
        face.hour = match (face.hour, afternoon) {
            (12, false) => 0,
            (hour @ 0..=11, false) | (hour @ 12..=23, true) => hour,
            (hour @ 1..=11, true) => hour + 12,
            _ => return Err(Impossible),
        };
    }
    // `10:30 Uhr CEST`
    end += usize::from(
        tokens
            .get(end)
            .is_some_and(|t| t.is_word("uhr") || t.is_word("hrs")),
    );
    let zone = zone::read(&tokens[end..]).map(|(zone, used)| {
        end += used;
        zone
    });
    tokens.drain(start..end);
    let zone = zone.or_else(|| after_the_year(tokens));
    face.clock(zone).map(Some)
}

/// The numbers on a clock, unchecked.
#[derive(Clone, Copy, Default)]
struct Face {
    hour: u32,
    minute: u32,
    second: u32,
    milli: u32,
}

impl Face {
    fn clock(self, zone: Option<Zone>) -> Result<Clock, Impossible> {
        let end_of_day = self.hour == 24 && self.minute == 0 && self.second == 0;
        let hour = if end_of_day { 0 } else { self.hour };
        // Leap seconds are the second before.
        let second = if self.second == 60 { 59 } else { self.second };
        let time = NaiveTime::from_hms_milli_opt(hour, self.minute, second, self.milli);
        Ok(Clock {
            time: time.ok_or(Impossible)?,
            next_day: end_of_day,
            zone,
        })
    }
}

type Found = Option<(usize, usize, Face)>;

/// `10:30`, `10:30:15`, `10:30:15.123`.
fn colons(tokens: &[Token]) -> Result<Found, Impossible> {
    let is_pair = |w: &[Token]| {
        w[0].number(1..=2).is_some()
            && w[1].is_mark(':')
            && w[2].number(1..=2).is_some()
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
    let mut face = Face {
        hour: tokens[start].number(..).unwrap_or_default(),
        minute: tokens[start + 2].number(2..=2).ok_or(Impossible)?,
        ..Face::default()
    };
    let mut end = start + 3;
    if let [colon, second, ..] = &tokens[end..]
        && colon.is_mark(':')
    {
        face.second = second.number(1..=2).ok_or(Impossible)?;
        end += 2;
        if tokens.get(end).is_some_and(|t| t.is_mark(':')) {
            return Err(Impossible);
        }
        if let Some(milli) = fraction(&tokens[end..]) {
            face.milli = milli;
            end += 2;
        }
    }
    Ok(Some((start, end, face)))
}

/// `T101530`, `T1015`, `T10`, behind a number.
fn basic(tokens: &[Token]) -> Found {
    let at = (1..tokens.len()).find(|&at| {
        tokens[at].is_word("t") && tokens[at - 1].number(..).is_some() && !tokens[at].spaced
    })?;
    let What::Number { value, digits } = tokens.get(at + 1)?.what else {
        return None;
    };
    let value = u32::try_from(value).ok()?;
    let mut face = match digits {
        6 => Face {
            hour: value / 10_000,
            minute: value / 100 % 100,
            second: value % 100,
            milli: 0,
        },
        4 => Face {
            hour: value / 100,
            minute: value % 100,
            ..Face::default()
        },
        2 => Face {
            hour: value,
            ..Face::default()
        },
        _ => return None,
    };
    let mut end = at + 2;
    if digits == 6
        && let Some(milli) = fraction(&tokens[end..])
    {
        face.milli = milli;
        end += 2;
    }
    Some((at, end, face))
}

/// `10h30`, `10 h`, `15 Uhr 30`.
fn hours(tokens: &[Token]) -> Found {
    let at = (1..tokens.len()).find(|&at| {
        matches!(tokens[at].word(), Some("h" | "uhr" | "hrs" | "godz"))
            && tokens[at - 1].number(1..=2).is_some()
    })?;
    // `10.30 Uhr` is read elsewhere.
    if at >= 3
        && tokens[at - 2].is_mark('.')
        && !tokens[at - 1].spaced
        && tokens[at - 3].number(1..=2).is_some()
    {
        return None;
    }
    let hour = tokens[at - 1].number(1..=2)?;
    let minute = tokens.get(at + 1).and_then(|t| t.number(2..=2));
    let face = Face {
        hour,
        minute: minute.unwrap_or(0),
        ..Face::default()
    };
    Some((at - 1, at + 1 + usize::from(minute.is_some()), face))
}

/// `10.30 Uhr`, `kl. 10.30`, `2024, 10.30`.
fn points(tokens: &[Token]) -> Found {
    let at = (0..tokens.len().saturating_sub(2)).find(|&at| {
        let pair = tokens[at].number(1..=2).is_some()
            && tokens[at + 1].is_mark('.')
            && tokens[at + 2].number(2..=2).is_some()
            && !tokens[at + 2].spaced;
        let before = tokens[..at].iter().rev().find(|t| !t.is_mark('.'));
        let said = tokens.get(at + 3).is_some_and(|t| t.is_word("uhr"))
            || before.is_some_and(|t| matches!(t.word(), Some("kl" | "klo" | "kello" | "ore")))
            || at > 1 && tokens[at - 1].is_mark(',') && tokens[at - 2].number(4..=4).is_some();
        pair && said
    })?;
    let face = Face {
        hour: tokens[at].number(1..=2)?,
        minute: tokens[at + 2].number(2..=2)?,
        ..Face::default()
    };
    Some((at, at + 3, face))
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
        Face {
            hour: tokens[at].number(1..=2)?,
            ..Face::default()
        },
    ))
}

/// `am`, `p.m.`, `p. m.`: whether it is the second half, and how many tokens say so.
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

/// `.123` as thousandths.
fn fraction(tokens: &[Token]) -> Option<u32> {
    let [point, number, ..] = tokens else {
        return None;
    };
    if !(point.is_mark('.') || point.is_mark(',')) || point.spaced || number.spaced {
        return None;
    }
    let What::Number { value, digits } = number.what else {
        return None;
    };
    let scale = |power: usize| {
        u32::try_from(power)
            .ok()
            .and_then(|p| 10_u64.checked_pow(p))
    };
    let milli = if digits <= 3 {
        value * scale(3 - digits)?
    } else {
        value / scale(digits - 3)?
    };
    u32::try_from(milli.min(999)).ok()
}

/// `Jul 15 2012 +0000`: an offset that was not beside its time.
fn after_the_year(tokens: &mut Vec<Token>) -> Option<Zone> {
    let at = tokens.len().checked_sub(2)?;
    let behind_year = at > 0 && tokens[at - 1].number(4..=4).is_some() && tokens[at].spaced;
    let (zone, used) = zone::read(&tokens[at..]).filter(|_| behind_year)?;
    (used == 2).then(|| {
        tokens.truncate(at);
        zone
    })
}
