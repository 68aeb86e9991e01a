//! The date dialects of the web -> moments in UTC. A wrong date is worse than none: what could be
//! two dates, or holds a word that means nothing here, is refused.
//!
//! A text is cut into `tokens`; the time of day and its `zone` are taken out (`clock`), what is
//! left must be a day (`calendar`, with `names` in many languages). Ages (`relative`), the signs of
//! East Asia (`cjk`) and bare numbers of seconds have rooms of their own.

mod calendar;
mod cjk;
mod clock;
mod names;
mod relative;
mod span;
mod tokens;
mod zone;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokens::{Token, What};
use zone::Zone;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// To the minute or better.
    #[default]
    Exact,
    /// A day; the time is ours.
    Day,
    /// Counted back from a moment (`2 months ago`), or no more than a month or year.
    Approximate,
    /// Not given; the moment is when we first saw it.
    Unknown,
}

/// What a text about a moment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The moment; midnight in its zone for a day.
    pub at: DateTime<Utc>,
    /// How exactly.
    pub precision: Precision,
}

/// What the text itself cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Relative ages count back from here.
    pub now: DateTime<Utc>,
    /// Zone of dates that name none.
    pub timezone: chrono_tz::Tz,
    /// `10/06/2003` is in October.
    pub month_first: bool,
}

/// Reads a date, or refuses.
///
/// RFC 822 and 2822 with all their customary damage, ISO 8601 (dates, basic, weeks, ordinals,
/// times), asctime, dates in words of the large languages, all-number dates in the order of the
/// context, seconds and milliseconds since 1970, ages.
pub fn parse(text: &str, context: &Context) -> Option<Reading> {
    let text = text.trim();
    if let Some(at) = regular(text) {
        return exact(at);
    }
    let mut tokens = tokens::tokens(text)?;
    if let Some(at) = epoch(&tokens, context) {
        return exact(at);
    }
    if let Some(reading) = relative::read(text, &tokens, context) {
        return Some(reading);
    }
    part_digits(&mut tokens);
    let clock = clock::take(&mut tokens).ok()?;
    let zone_of_day = if clock.is_none() {
        zone_after_day(&mut tokens)
    } else {
        None
    };
    let (day, precision) = calendar::read(&tokens, context, clock.is_some())?;
    let ours = Zone::Place(zone_of_writer(text, context));

    let Some(clock) = clock else {
        let at = zone::moment(day.and_time(NaiveTime::MIN), zone_of_day.unwrap_or(ours))?;
        return Some(Reading { at, precision });
    };
    let day = if clock.next_day { day.succ_opt()? } else { day };
    let local = NaiveDateTime::new(day, clock.time);
    match clock.zone.unwrap_or(ours) {
        Zone::Unknown => Some(Reading {
            at: zone::moment(day.and_time(NaiveTime::MIN), ours)?,
            precision: Precision::Day,
        }),
        zone => exact(zone::moment(local, zone)?),
    }
}

/// What nearly all feeds write, read fast: RFC 3339, and RFC 2822 with a zone of numbers or GMT.
/// Other names of zones are not for chrono, which takes the unknown ones for UTC.
fn regular(text: &str) -> Option<DateTime<Utc>> {
    let at = if text.as_bytes().get(4) == Some(&b'-') {
        DateTime::parse_from_rfc3339(text)
    } else {
        let zone = text.rsplit(' ').next()?;
        let is_clear = zone == "GMT" || zone.starts_with(['+', '-']);
        is_clear.then(|| DateTime::parse_from_rfc2822(text))?
    };
    let at = at.ok()?.to_utc();
    // Seconds of a leap and years that stand for nothing take the long way.
    let is_plain = at.timestamp_subsec_nanos() < 1_000_000_000 && at.year() > 1;
    is_plain.then_some(at)
}

/// The first second of 1970 is what programs write that know no date.
fn exact(at: DateTime<Utc>) -> Option<Reading> {
    (at != DateTime::UNIX_EPOCH).then_some(Reading {
        at,
        precision: Precision::Exact,
    })
}

/// Seconds, milliseconds or microseconds since 1970: 1973 to tomorrow, so that no other number
/// of as many digits is taken for one.
fn epoch(tokens: &[Token], context: &Context) -> Option<DateTime<Utc>> {
    let (first, fraction) = match tokens {
        [only] => (only, None),
        [whole, point, part] if point.is_mark('.') && !point.spaced && !part.spaced => {
            (whole, Some(part))
        }
        _ => return None,
    };
    let What::Number { value, digits } = first.what else {
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
fn part_digits(tokens: &mut Vec<Token>) {
    let Some(&Token {
        what: What::Number {
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
        What::Number {
            value: value / scale,
            digits: 8,
        },
        What::Word {
            folded: "t".to_owned(),
            written: "T".to_owned(),
        },
        What::Number {
            value: value % scale,
            digits: time_digits,
        },
    ];
    tokens.splice(..1, parts.map(|what| Token { what, spaced }));
}

/// XML Schema's `2013-01-27Z`, `2013-01-27+01:00`, and `26 Sep 2022 +0200`, `26 Sep 2022 GMT`.
fn zone_after_day(tokens: &mut Vec<Token>) -> Option<Zone> {
    let begins = |at: usize| {
        let token = &tokens[at];
        let is_offset = |digits| {
            let next = tokens.get(at + 1);
            next.is_some_and(|next| !next.spaced && next.number(digits).is_some())
        };
        match &token.what {
            What::Mark('+') => true,
            // Anything shorter may be a part of the day.
            What::Mark('-') => token.spaced && is_offset(4..=4),
            What::Word { folded, .. } => token.spaced || folded == "z",
            _ => false,
        }
    };
    let last = (1..tokens.len()).filter(|&at| begins(at)).find_map(|at| {
        let (zone, used) = zone::read(&tokens[at..])?;
        (at + used == tokens.len() && zone != Zone::Unknown).then_some((at, zone))
    });
    let (at, zone) = last?;
    tokens.truncate(at);
    Some(zone)
}

/// The zone that the source is set to; Korea's for Hangul where it is set to none.
fn zone_of_writer(text: &str, context: &Context) -> chrono_tz::Tz {
    if context.timezone == chrono_tz::UTC && cjk::is_korean(text) {
        chrono_tz::Asia::Seoul
    } else {
        context.timezone
    }
}

#[cfg(test)]
mod tests;
