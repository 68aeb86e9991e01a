//! Names of time zones in words -> a zone: `Eastern Standard Time`, `Pacific`, `MEZ` in full.

use super::Tz;
use super::tokens::{Kind, Token};

/// What a name means.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// Hundredths of an hour east of Greenwich.
    Offset(i32),
    /// What the clocks of a place show.
    Place(Tz),
}

/// A region, its offset in winter in hundredths of an hour, and a place with its rules. Names are
/// those of CLDR and of Windows, which programs write out, and what people call them.
const REGIONS: [(&str, i32, Tz); 53] = [
    ("coordinated", 0, Tz::UTC),
    ("universal", 0, Tz::UTC),
    ("zulu", 0, Tz::UTC),
    ("greenwich", 0, Tz::UTC),
    ("british", 0, Tz::known("Europe/London")),
    ("uk", 0, Tz::known("Europe/London")),
    ("gmt", 0, Tz::known("Europe/London")),
    ("western european", 0, Tz::known("Europe/Lisbon")),
    ("central european", 100, Tz::known("Europe/Berlin")),
    ("central europe", 100, Tz::known("Europe/Berlin")),
    ("w europe", 100, Tz::known("Europe/Berlin")),
    ("romance", 100, Tz::known("Europe/Paris")),
    ("mitteleuropaische", 100, Tz::known("Europe/Berlin")),
    ("eastern european", 200, Tz::known("Europe/Helsinki")),
    ("e europe", 200, Tz::known("Europe/Helsinki")),
    ("fle", 200, Tz::known("Europe/Helsinki")),
    ("gtb", 200, Tz::known("Europe/Athens")),
    ("moscow", 300, Tz::known("Europe/Moscow")),
    ("russian", 300, Tz::known("Europe/Moscow")),
    ("turkey", 300, Tz::known("Europe/Istanbul")),
    ("eastern", -500, Tz::known("America/New_York")),
    ("central", -600, Tz::known("America/Chicago")),
    ("mountain", -700, Tz::known("America/Denver")),
    ("pacific", -800, Tz::known("America/Los_Angeles")),
    ("atlantic", -400, Tz::known("America/Halifax")),
    ("newfoundland", -350, Tz::known("America/St_Johns")),
    ("alaska", -900, Tz::known("America/Anchorage")),
    ("alaskan", -900, Tz::known("America/Anchorage")),
    ("hawaii", -1000, Tz::known("Pacific/Honolulu")),
    ("hawaiian", -1000, Tz::known("Pacific/Honolulu")),
    (
        "argentina",
        -300,
        Tz::known("America/Argentina/Buenos_Aires"),
    ),
    ("brasilia", -300, Tz::known("America/Sao_Paulo")),
    ("west africa", 100, Tz::known("Africa/Lagos")),
    ("central africa", 200, Tz::known("Africa/Maputo")),
    ("south africa", 200, Tz::known("Africa/Johannesburg")),
    ("east africa", 300, Tz::known("Africa/Nairobi")),
    ("israel", 200, Tz::known("Asia/Jerusalem")),
    ("gulf", 400, Tz::known("Asia/Dubai")),
    ("pakistan", 500, Tz::known("Asia/Karachi")),
    ("india", 550, Tz::known("Asia/Kolkata")),
    ("nepal", 575, Tz::known("Asia/Kathmandu")),
    ("indochina", 700, Tz::known("Asia/Bangkok")),
    ("china", 800, Tz::known("Asia/Shanghai")),
    ("taipei", 800, Tz::known("Asia/Taipei")),
    ("hong kong", 800, Tz::known("Asia/Hong_Kong")),
    ("singapore", 800, Tz::known("Asia/Singapore")),
    ("philippine", 800, Tz::known("Asia/Manila")),
    ("japan", 900, Tz::known("Asia/Tokyo")),
    ("korean", 900, Tz::known("Asia/Seoul")),
    ("australian western", 800, Tz::known("Australia/Perth")),
    ("australian central", 950, Tz::known("Australia/Adelaide")),
    ("australian eastern", 1000, Tz::known("Australia/Sydney")),
    ("new zealand", 1200, Tz::known("Pacific/Auckland")),
];

/// Words of the longest name.
const MAX_WORDS: usize = 4;

/// A name at the start of `tokens`, and how many of them it takes.
pub(super) fn read(tokens: &[Token]) -> Option<(Meaning, usize)> {
    let mut region = String::new();
    let mut found = None;
    let mut at = 0;
    for _ in 0..MAX_WORDS {
        let Some(word) = tokens.get(at).and_then(Token::word) else {
            break;
        };
        if !region.is_empty() {
            region.push(' ');
        }
        region.push_str(word);
        at += 1;
        // `W. Europe`
        at += usize::from(
            tokens
                .get(at)
                .is_some_and(|t| t.is_mark('.') && word.len() == 1),
        );
        if let Some(&(_, winter, place)) = REGIONS.iter().find(|(name, ..)| is_name(&region, name))
        {
            found =
                season(&tokens[at..], winter, place).map(|(meaning, used)| (meaning, at + used));
        }
    }
    found
}

/// `south african` is the name `south africa`, too.
fn is_name(region: &str, name: &str) -> bool {
    region
        .strip_prefix(name)
        .is_some_and(|rest| matches!(rest, "" | "n"))
}

/// What follows a region: `Standard Time`, `Daylight Saving Time`, `Time`, or nothing.
fn season(tokens: &[Token], winter: i32, place: Tz) -> Option<(Meaning, usize)> {
    let word = |at: usize| match tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Word { folded, .. }) => folded.as_str(),
        _ => "",
    };
    let always = Meaning::Offset(winter);
    let summer = Meaning::Offset(winter + 100);
    Some(match (word(0), word(1), word(2)) {
        ("daylight", "saving" | "savings", "time") => (summer, 3),
        ("daylight" | "summer", "time", _) => (summer, 2),
        ("sommerzeit", ..) => (summer, 1),
        ("standard" | "mean" | "winter" | "normal" | "universal", "time", _)
        | ("time", "coordinated", _) => (always, 2),
        ("normalzeit" | "winterzeit", ..) => (always, 1),
        ("time" | "zeit", ..) => (Meaning::Place(place), 1),
        // `GMT` and `universal` by themselves are no names of places.
        ("", ..) if winter != 0 => (Meaning::Place(place), 0),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_in_the_database() {
        for (region, _, place) in REGIONS {
            assert_eq!(place.name().parse(), Ok(place), "{region}");
        }
    }
}
