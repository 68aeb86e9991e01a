//! Names and offsets of time zones -> a zone.
//!
//! Abbreviations are not unique in the world; here they have the meaning that feeds give them. An
//! unknown one is not taken for UTC: then only the day is known.

use super::Tz;
use super::names;
use super::spelt_out::{self, Meaning};
use super::tokens::{Kind, Token};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, TimeZone, Utc};

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
const OFFSETS: [(&str, i32); 78] = [
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
    ("uct", 0),
    ("bot", -400),
    ("hast", -1000),
    ("idt", 300),
    ("samt", 400),
    ("yekt", 500),
    ("omst", 600),
    ("krat", 700),
    ("irkt", 800),
    ("myt", 800),
    ("yakt", 900),
    ("vlat", 1000),
    ("magt", 1100),
    ("pett", 1200),
];

/// Names that people use in summer and winter -> a place with the rules of that zone.
const PLACES: [(&str, Tz); 9] = [
    ("et", Tz::known("America/New_York")),
    ("ct", Tz::known("America/Chicago")),
    ("mt", Tz::known("America/Denver")),
    ("pt", Tz::known("America/Los_Angeles")),
    ("at", Tz::known("America/Halifax")),
    ("acdt", Tz::known("Australia/Adelaide")),
    ("nzst", Tz::known("Pacific/Auckland")),
    ("nzdt", Tz::known("Pacific/Auckland")),
    ("hkst", Tz::known("Asia/Hong_Kong")),
];

/// The largest offset; larger ones do not exist.
const MAX_HOURS: u32 = 14;

/// A zone at the start of `tokens` and how many of them it takes, comments included. Where there
/// is a name and an offset (`EST-05:00`, `+0200 CEST`), the offset counts.
pub(super) fn read(tokens: &[Token]) -> Option<(Zone, usize)> {
    // `10:30:15:+0100`, `10:30:15, GMT`
    let skipped = match tokens {
        [first, second, ..] if first.is_mark(':') && is_sign(second) => 1,
        [first, second, ..] if first.is_mark(',') && second.word().is_some() => 1,
        _ => 0,
    };
    let (zone, used) = read_at_once(&tokens[skipped..])?;
    Some((zone, skipped + used))
}

fn read_at_once(tokens: &[Token]) -> Option<(Zone, usize)> {
    let first = tokens.first()?;
    let (zone, mut used) = match &first.kind {
        Kind::Mark('+' | '-') => {
            let (zone, used) = offset(tokens)?;
            (zone, used + name_of_offset(&tokens[used..]))
        }
        Kind::Mark('(' | '[') => {
            let (zone, used) = named(&tokens[1..])?;
            (zone, used + 1)
        }
        Kind::Word { .. } => {
            let (zone, used) = named(tokens)?;
            match offset_of_name(&tokens[used..]) {
                Some((zone, more)) => (zone, used + more),
                None => (zone, used),
            }
        }
        _ => return None,
    };
    used += comment(&tokens[used..]);
    used += monotonic(&tokens[used..]);
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

fn is_sign(token: &Token) -> bool {
    token.is_mark('+') || token.is_mark('-')
}

/// `+0200`, `-05:00`, `+2`, `+530`, `+01:00:00`, `+ 0200`.
fn offset(tokens: &[Token]) -> Option<(Zone, usize)> {
    let [sign, number, rest @ ..] = tokens else {
        return None;
    };
    let east = match sign.kind {
        Kind::Mark('+') => 1,
        Kind::Mark('-') => -1,
        _ => return None,
    };
    // After a dash and a space a number is a part of the day.
    if number.spaced && !(east == 1 && number.number(4..=4).is_some()) {
        return None;
    }
    let part = |tokens: &[Token]| match tokens {
        [mark, part, ..] if is_between(mark) && !mark.spaced && !part.spaced => part.number(2..=2),
        _ => None,
    };
    let (hours, minutes, seconds, mut used) = if let Some(both) = number.number(3..=4) {
        (both / 100, both % 100, 0, 2)
    } else {
        let hours = number.number(1..=2)?;
        match (part(rest), rest.get(2..).and_then(part)) {
            (Some(minutes), Some(seconds)) => (hours, minutes, seconds, 6),
            (Some(minutes), None) => (hours, minutes, 0, 4),
            // A colon without minutes.
            (None, _) if rest.first().is_some_and(|t| t.is_mark(':')) => return None,
            (None, _) => (hours, 0, 0, 2),
        }
    };
    if hours > MAX_HOURS || minutes > 59 || seconds > 59 {
        return None;
    }
    // `-05:00Z` has the zone twice.
    let again = tokens
        .get(used)
        .is_some_and(|t| t.is_word("z") && !t.spaced);
    used += usize::from(again);
    let seconds = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
    Some((Zone::Offset(east * seconds), used))
}

/// Between the hours and the minutes of an offset.
fn is_between(mark: &Token) -> bool {
    mark.is_mark(':') || mark.is_mark('.')
}

/// The offset that says what the name before it means. A short number that stands alone may be a
/// part of the day.
fn offset_of_name(tokens: &[Token]) -> Option<(Zone, usize)> {
    let (sign, number) = (tokens.first()?, tokens.get(1)?);
    let is_certain = !sign.spaced
        || number.number(3..=4).is_some()
        || tokens.get(2).is_some_and(|t| t.is_mark(':'));
    offset(tokens).filter(|_| is_certain)
}

/// How many tokens the name of an offset takes: Go writes `+0200 CEST`, `+0000 +0000` and `-03 -03`.
fn name_of_offset(tokens: &[Token]) -> usize {
    let name = match tokens.first() {
        Some(first) if is_sign(first) => offset(tokens),
        Some(_) => named(tokens),
        None => None,
    };
    name.map_or(0, |(_, used)| used)
}

/// How many tokens the reading of Go's monotonic clock takes, `m=+0.012`.
fn monotonic(tokens: &[Token]) -> usize {
    let [m, equals, sign, number, rest @ ..] = tokens else {
        return 0;
    };
    if !(m.is_word("m") && equals.is_mark('=') && is_sign(sign) && number.number(..).is_some()) {
        return 0;
    }
    let has_fraction = rest.first().is_some_and(|t| t.is_mark('.'));
    if has_fraction { 6 } else { 4 }
}

/// `CEST`, `B`, `Europe/Berlin`, `Japan`, `Central European Summer Time`.
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
    if let Some((meaning, used)) = spelt_out::read(tokens) {
        let zone = match meaning {
            Meaning::Offset(hundredths) => Zone::Offset(hundredths * 36),
            Meaning::Place(place) => Zone::Place(place),
        };
        return Some((zone, used));
    }
    let known = OFFSETS.iter().find(|(name, _)| name == folded);
    if let Some(&(_, hundredths)) = known {
        return Some((Zone::Offset(hundredths * 36), 1));
    }
    if let Some(&(_, place)) = PLACES.iter().find(|(name, _)| name == folded) {
        return Some((Zone::Place(place), 1));
    }
    if is_military(written)
        && tokens
            .get(1)
            .is_none_or(|next| next.spaced || next.number(..).is_none())
    {
        return Some((Zone::Offset(0), 1));
    }
    // Shorter names of the database are abbreviations.
    if written.len() > 3
        && let Ok(place) = written.parse()
    {
        return Some((Zone::Place(place), 1));
    }
    let looks_like_one = (2..=5).contains(&written.len())
        && written.bytes().all(|b| b.is_ascii_uppercase())
        && names::month(folded).is_none()
        && names::weekday(folded).is_none();
    looks_like_one.then_some((Zone::Unknown, 1))
}

/// A letter of RFC 822 for a zone. RFC 2822 (4.3) takes all of them for UTC, because the first
/// specification had them the wrong way round. `J` is none.
fn is_military(written: &str) -> bool {
    matches!(written.as_bytes(), [b'A'..=b'I' | b'K'..=b'Z'])
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
    if area == "Etc" && rest.first().is_some_and(|t| !t.spaced && is_sign(t)) {
        let number = rest.get(1).is_some_and(|t| t.number(..).is_some());
        return (Zone::Unknown, used + if number { 2 } else { 0 });
    }
    let zone = name.parse().map_or(Zone::Unknown, Zone::Place);
    (zone, used)
}

/// `(CEST)`, `(Central European Summer Time)`, `[Europe/Berlin]` (RFC 9557), and the bracket that
/// closes a name. A comment that was cut off ends with the text.
fn comment(tokens: &[Token]) -> usize {
    let closing = match tokens.first() {
        Some(t) if t.is_mark(')') || t.is_mark(']') => return 1,
        Some(t) if t.is_mark('[') => ']',
        Some(t) if t.is_mark('(') => ')',
        _ => return 0,
    };
    tokens
        .iter()
        .position(|t| t.is_mark(closing))
        .map_or(tokens.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_database() {
        for (short, place) in PLACES {
            assert_eq!(place.name().parse(), Ok(place), "{short}");
        }
    }
}
