//! Names and offsets of time zones -> a zone.
//!
//! Abbreviations are not unique in the world; here they have the meaning that feeds give them. An
//! unknown one is not taken for UTC: then only the day is known.

use super::names;
use super::tokens::{Kind, Token};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The time zone of a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Zone {
    /// Seconds east of Greenwich.
    Offset(i32),
    /// A zone of the IANA database, with its rules.
    Place(Tz),
    /// An unknown name.
    Unknown,
}

/// Usual abbreviations -> hundredths of an hour east of Greenwich.
const OFFSETS: [(&str, i32); 64] = [
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("z", 0),
    ("wet", 0),
    ("est", -500),
    ("edt", -400),
    ("cst", -600),
    ("cdt", -500),
    ("mst", -700),
    ("mdt", -600),
    ("pst", -800),
    ("pdt", -700),
    ("akst", -900),
    ("akdt", -800),
    ("hst", -1000),
    ("ast", -400),
    ("adt", -300),
    ("nst", -350),
    ("ndt", -250),
    ("brt", -300),
    ("brst", -200),
    ("art", -300),
    ("clt", -400),
    ("clst", -300),
    ("cot", -500),
    ("pet", -500),
    ("vet", -400),
    ("uyt", -300),
    ("bst", 100),
    ("west", 100),
    ("cet", 100),
    ("met", 100),
    ("mez", 100),
    ("cest", 200),
    ("mest", 200),
    ("mesz", 200),
    ("wat", 100),
    ("eet", 200),
    ("eest", 300),
    ("cat", 200),
    ("sast", 200),
    ("msk", 300),
    ("msd", 400),
    ("eat", 300),
    ("trt", 300),
    ("gst", 400),
    ("irst", 350),
    ("pkt", 500),
    ("ist", 550),
    ("npt", 575),
    ("ict", 700),
    ("wib", 700),
    ("wita", 800),
    ("wit", 900),
    ("hkt", 800),
    ("sgt", 800),
    ("pht", 800),
    ("awst", 800),
    ("jst", 900),
    ("kst", 900),
    ("acst", 950),
    ("aest", 1000),
    ("aedt", 1100),
];

/// Names that people use in summer and winter -> a place with the rules of that zone.
const PLACES: [(&str, Tz); 9] = [
    ("et", Tz::America__New_York),
    ("ct", Tz::America__Chicago),
    ("mt", Tz::America__Denver),
    ("pt", Tz::America__Los_Angeles),
    ("at", Tz::America__Halifax),
    ("acdt", Tz::Australia__Adelaide),
    ("nzst", Tz::Pacific__Auckland),
    ("nzdt", Tz::Pacific__Auckland),
    ("hkst", Tz::Asia__Hong_Kong),
];

/// The largest offset; larger ones do not exist.
const MAX_HOURS: u32 = 14;

/// A zone at the start of `tokens` and how many of them it takes, comments included.
pub(super) fn read(tokens: &[Token]) -> Option<(Zone, usize)> {
    let first = tokens.first()?;
    let (zone, mut used) = match &first.kind {
        Kind::Mark('+' | '-') => offset(tokens)?,
        Kind::Mark('(' | '[') => {
            let (zone, used) = named(&tokens[1..])?;
            (zone, used + 1)
        }
        Kind::Word { .. } => named(tokens)?,
        _ => return None,
    };
    used += comment(&tokens[used..]);
    Some((zone, used))
}

/// The time in UTC of a local time in a zone.
pub(super) fn moment(local: NaiveDateTime, zone: Zone) -> Option<DateTime<Utc>> {
    match zone {
        Zone::Offset(seconds) => {
            let offset = FixedOffset::east_opt(seconds)?;
            offset
                .from_local_datetime(&local)
                .single()
                .map(|at| at.to_utc())
        }
        Zone::Place(place) => in_place(local, place),
        Zone::Unknown => None,
    }
}

/// A local time in the hour that is skipped in spring is read as if the clocks had not been
/// changed.
fn in_place(local: NaiveDateTime, place: Tz) -> Option<DateTime<Utc>> {
    place
        .from_local_datetime(&local)
        .earliest()
        .map(|at| at.to_utc())
        .or_else(|| {
            let earlier = local.checked_sub_signed(TimeDelta::hours(1))?;
            let at = place.from_local_datetime(&earlier).earliest()?;
            at.to_utc().checked_add_signed(TimeDelta::hours(1))
        })
}

/// `+0200`, `-05:00`, `+2`.
fn offset(tokens: &[Token]) -> Option<(Zone, usize)> {
    let [sign, number, rest @ ..] = tokens else {
        return None;
    };
    let east = match sign.kind {
        Kind::Mark('+') => 1,
        Kind::Mark('-') => -1,
        _ => return None,
    };
    if number.spaced {
        return None;
    }
    let (hours, minutes, used) = if let Some(both) = number.number(4..=4) {
        (both / 100, both % 100, 2)
    } else {
        let hours = number.number(1..=2)?;
        match rest {
            [colon, minutes, ..] if colon.is_mark(':') && !colon.spaced => {
                (hours, minutes.number(2..=2)?, 4)
            }
            _ => (hours, 0, 2),
        }
    };
    if hours > MAX_HOURS || minutes > 59 {
        return None;
    }
    // `-05:00Z` has the zone twice.
    let again = tokens
        .get(used)
        .is_some_and(|t| t.is_word("z") && !t.spaced);
    let used = used + usize::from(again);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Some((Zone::Offset(east * seconds), used))
}

/// `CEST`, `GMT+2`, `Europe/Berlin`.
fn named(tokens: &[Token]) -> Option<(Zone, usize)> {
    let Kind::Word { folded, written } = &tokens.first()?.kind else {
        return None;
    };
    if let [_, slash, place, ..] = tokens
        && slash.is_mark('/')
        && let Kind::Word { written: place, .. } = &place.kind
    {
        return Some(iana(written, place, &tokens[3..]));
    }
    let known = OFFSETS.iter().find(|(name, _)| name == folded);
    if let Some(&(name, hundredths)) = known {
        let is_base = matches!(name, "utc" | "gmt" | "ut");
        if is_base
            && let Some(next) = tokens.get(1)
            && !next.spaced
            && let Some((zone, used)) = offset(&tokens[1..])
        {
            return Some((zone, used + 1));
        }
        return Some((Zone::Offset(hundredths * 36), 1));
    }
    if let Some(&(_, place)) = PLACES.iter().find(|(name, _)| name == folded) {
        return Some((Zone::Place(place), 1));
    }
    let looks_like_one = (2..=5).contains(&written.len())
        && written.bytes().all(|b| b.is_ascii_uppercase())
        && names::month(folded).is_none()
        && !names::is_weekday(folded);
    looks_like_one.then_some((Zone::Unknown, 1))
}

/// `America/New_York`, `America/Argentina/Buenos_Aires`, `Etc/GMT`.
fn iana(area: &str, place: &str, rest: &[Token]) -> (Zone, usize) {
    let mut name = format!("{area}/{place}");
    let mut used = 3;
    for pair in rest.chunks_exact(2) {
        let [
            mark,
            Token {
                kind: Kind::Word { written, .. },
                spaced: false,
            },
        ] = pair
        else {
            break;
        };
        let Kind::Mark(mark @ ('_' | '/' | '-')) = mark.kind else {
            break;
        };
        name.push(mark);
        name.push_str(written);
        used += 2;
    }
    // `Etc/GMT+5` is west of Greenwich by POSIX, which few writers know.
    let odd = area == "Etc"
        && rest
            .first()
            .is_some_and(|t| !t.spaced && (t.is_mark('+') || t.is_mark('-')));
    if odd {
        return (Zone::Unknown, used);
    }
    let zone = name.parse().map_or(Zone::Unknown, Zone::Place);
    (zone, used)
}

/// `(CEST)`, `(Central European Summer Time)`, `[Europe/Berlin]` (RFC 9557), and the bracket that
/// closes a name.
fn comment(tokens: &[Token]) -> usize {
    match tokens.first() {
        Some(t) if t.is_mark(')') || t.is_mark(']') => 1,
        Some(t) if t.is_mark('[') => tokens
            .iter()
            .position(|t| t.is_mark(']'))
            .map_or(0, |at| at + 1),
        Some(t) if t.is_mark('(') => tokens
            .iter()
            .position(|t| t.is_mark(')'))
            .map_or(0, |at| at + 1),
        _ => 0,
    }
}
