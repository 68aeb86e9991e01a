//! A date as text, in the formats of the web -> a time in UTC. A wrong date is worse than none: a
//! text that could be two dates, or has an unknown word, is refused.
//!
//! A text is split into `tokens`. The time of day and its `zone` are taken out (`clock`); the rest
//! must be a day (`calendar`, with `names` in many languages). Relative dates (`relative`), dates
//! of East Asia (`cjk`) and Unix time are read separately.

mod calendar;
mod cjk;
mod clock;
mod duration;
mod names;
mod relative;
mod span;
mod spelt_out;
mod time_zone;
mod tokens;
mod zone;

pub use duration::duration;
pub(crate) use duration::number_and_unit;
pub use relative::{is_age, is_one, is_word_of_age};
pub use time_zone::{Tz, UnknownZone};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokens::{Kind, Token};
use zone::Zone;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// To the minute or better.
    #[default]
    Exact,
    /// A day; the time of day is not given.
    Day,
    /// Relative to the time of the fetch (`2 months ago`), or only a month or year.
    Approximate,
    /// Not given; the time is that of the first fetch.
    Unknown,
}

/// A date that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time; midnight in its zone for a day.
    pub at: DateTime<Utc>,
    /// How exactly it is known.
    pub precision: Precision,
}

/// What is needed to read a date, apart from its text.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Relative dates are relative to this.
    pub now: DateTime<Utc>,
    /// The zone of dates without a zone.
    pub timezone: Tz,
    /// `10/06/2003` is in October.
    pub month_first: bool,
}

/// Reads a date; none when it is not a date or not unambiguous.
///
/// RFC 822 and 2822 with their usual mistakes, ISO 8601 (dates, basic, weeks, ordinals,
/// times), asctime, what Go and JavaScript print, dates in words of the large languages, all-number
/// dates in the order that their weekday tells or else the context, Unix time in seconds,
/// milliseconds or microseconds, relative dates. Where only the zone is not understood, the day is
/// known.
pub fn parse(text: &str, context: &Context) -> Option<Reading> {
    let text = text.trim();
    read(text, context).or_else(|| after_junk(text, context))
}

fn read(text: &str, context: &Context) -> Option<Reading> {
    if let Some(at) = common_form(text) {
        return exact(at);
    }
    let text = without_second_time(text);
    let mut tokens = tokens::tokens(text)?;
    if let Some(at) = epoch(&tokens, context) {
        return exact(at);
    }
    if let Some(reading) = relative::read(text, &tokens, context) {
        return Some(reading);
    }
    split_digits(&mut tokens);
    let clock = clock::take(&mut tokens).ok()?;
    let mut zone = match clock {
        Some(clock) if clock.zone.is_some() => clock.zone,
        _ => zone_after_day(&mut tokens),
    };
    let timed = clock.is_some();
    let (day, precision) = match calendar::read(&tokens, context, timed) {
        None if timed => {
            zone = zone.or(Some(Zone::Unknown));
            before_words(tokens, context)?
        }
        found => found?,
    };
    let default_zone = Zone::Place(default_zone(text, context));
    match clock.filter(|_| zone != Some(Zone::Unknown)) {
        None => {
            let zone = zone.filter(|&zone| zone != Zone::Unknown);
            let midnight = day.and_time(NaiveTime::MIN);
            Some(Reading {
                at: zone::moment(midnight, zone.unwrap_or(default_zone))?,
                precision,
            })
        }
        Some(clock) => {
            let day = if clock.next_day { day.succ_opt()? } else { day };
            let local = NaiveDateTime::new(day, clock.time);
            exact(zone::moment(local, zone.unwrap_or(default_zone))?)
        }
    }
}

/// The day before words that nobody understands, which follow a time: they say what its zone is, or
/// nothing. A number among them might be a part of the day.
fn before_words(mut tokens: Vec<Token>, context: &Context) -> Option<(NaiveDate, Precision)> {
    while let Some(last) = tokens.pop() {
        if last.number(..).is_some() {
            return None;
        }
        if last.spaced
            && let Some(found) = calendar::read(&tokens, context, true)
        {
            return Some(found);
        }
    }
    None
}

/// A date after something before a comma that is no day of the week in a known language: `%a, 14
/// Jun 2024`.
fn after_junk(text: &str, context: &Context) -> Option<Reading> {
    /// Bytes of a day of the week in any script, or of a few words.
    const MAX_JUNK: usize = 40;
    // With more digits it may be a part of the day.
    let is_junk =
        |junk: &str| junk.trim().len() == 1 || !junk.contains(|c: char| c.is_ascii_digit());
    text.match_indices([',', '，'])
        .take_while(|&(at, _)| at <= MAX_JUNK && is_junk(&text[..at]))
        .find_map(|(at, comma)| read(text[at + comma.len()..].trim(), context))
        .filter(|reading| matches!(reading.precision, Precision::Exact | Precision::Day))
}

/// Some templates add the time of a day to a date that has one: `...T10:20:30ZT00:00:00Z`. Only a
/// midnight is left out, which says nothing.
fn without_second_time(text: &str) -> &str {
    let Some((before, added)) = text.rsplit_once('T') else {
        return text;
    };
    let is_midnight = added.starts_with("00:00")
        && added
            .split(['+', '-', 'Z'])
            .next()
            .is_some_and(|time| time.bytes().all(|b| matches!(b, b'0' | b':' | b'.')));
    if is_midnight && before.contains(':') {
        before
    } else {
        text
    }
}

/// The formats of nearly all feeds, read fast by chrono: RFC 3339, and RFC 2822 with a numeric zone
/// or GMT. Chrono must not read other names of zones, because it takes unknown ones for UTC.
fn common_form(text: &str) -> Option<DateTime<Utc>> {
    let at = if text.as_bytes().get(4) == Some(&b'-') {
        DateTime::parse_from_rfc3339(text)
    } else {
        let zone = text.rsplit(' ').next()?;
        let is_clear = zone == "GMT" || zone.starts_with(['+', '-']);
        is_clear.then(|| DateTime::parse_from_rfc2822(text))?
    };
    let at = at.ok()?.to_utc();
    // Leap seconds, and years that mean no date, are left to the general reader.
    let is_plain = at.timestamp_subsec_nanos() < 1_000_000_000 && at.year() > 1;
    is_plain.then_some(at)
}

/// An exact date; none for the first second of 1970, which programs write when they have no date.
fn exact(at: DateTime<Utc>) -> Option<Reading> {
    (at != DateTime::UNIX_EPOCH).then_some(Reading {
        at,
        precision: Precision::Exact,
    })
}

/// Unix time in seconds, milliseconds or microseconds, from 1973 to tomorrow, so that another
/// number with as many digits is not taken for one.
fn epoch(tokens: &[Token], context: &Context) -> Option<DateTime<Utc>> {
    let (first, fraction) = match tokens {
        [only] => (only, None),
        [whole, point, part] if point.is_mark('.') && !point.spaced && !part.spaced => {
            (whole, Some(part))
        }
        _ => return None,
    };
    let Kind::Number { value, digits } = first.kind else {
        return None;
    };
    let value = i64::try_from(value).ok()?;
    let at = match (digits, fraction) {
        (9 | 10, _) => DateTime::from_timestamp(value, 0),
        (13, None) => DateTime::from_timestamp_millis(value),
        (16, None) => DateTime::from_timestamp_micros(value),
        _ => None,
    }?;
    let tomorrow = context.now.checked_add_signed(TimeDelta::days(1))?;
    fraction
        .is_none_or(|t| t.number(..).is_some())
        .then_some(at)
        .filter(|&at| at <= tomorrow)
}

/// `20040105101455` -> `20040105T101455`.
fn split_digits(tokens: &mut Vec<Token>) {
    let Some(&Token {
        kind: Kind::Number {
            value,
            digits: digits @ (12 | 14),
        },
        spaced,
    }) = tokens.first()
    else {
        return;
    };
    let (time_digits, scale) = if digits == 14 {
        (6, 1_000_000)
    } else {
        (4, 10_000)
    };
    let parts = [
        Kind::Number {
            value: value / scale,
            digits: 8,
        },
        Kind::Word {
            folded: "t".to_owned(),
            written: "T".to_owned(),
        },
        Kind::Number {
            value: value % scale,
            digits: time_digits,
        },
    ];
    tokens.splice(..1, parts.map(|kind| Token { kind, spaced }));
}

/// A zone that is not beside its time, or has none: XML Schema's `2013-01-27Z`,
/// `2013-01-27+01:00`, `26 Sep 2022 +0200`, `10:20:30 2022 CET`.
fn zone_after_day(tokens: &mut Vec<Token>) -> Option<Zone> {
    let begins = |at: usize| {
        let token = &tokens[at];
        let is_offset = |digits| {
            let next = tokens.get(at + 1);
            next.is_some_and(|next| !next.spaced && next.number(digits).is_some())
        };
        match &token.kind {
            Kind::Mark('+') => true,
            // A shorter number may be a part of the day.
            Kind::Mark('-') => token.spaced && is_offset(4..=4),
            Kind::Word { folded, .. } => token.spaced || folded == "z",
            _ => false,
        }
    };
    let last = (1..tokens.len()).filter(|&at| begins(at)).find_map(|at| {
        let (zone, used) = zone::read(&tokens[at..])?;
        (at + used == tokens.len()).then_some((at, zone))
    });
    let (at, zone) = last?;
    tokens.truncate(at);
    Some(zone)
}

/// The zone of a date without one: that of the source, or Korea's for Hangul where none is
/// configured.
fn default_zone(text: &str, context: &Context) -> Tz {
    if context.timezone == Tz::UTC && cjk::is_korean(text) {
        Tz::known("Asia/Seoul")
    } else {
        context.timezone
    }
}

#[cfg(test)]
mod tests;
