//! Names of time zones in words -> a zone: `Eastern Standard Time`, `Pacific`, `MEZ` in full.

use super::tokens::{Kind, Token};
use chrono_tz::Tz;

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
    ("british", 0, Tz::Europe__London),
    ("uk", 0, Tz::Europe__London),
    ("gmt", 0, Tz::Europe__London),
    ("western european", 0, Tz::Europe__Lisbon),
    ("central european", 100, Tz::Europe__Berlin),
    ("central europe", 100, Tz::Europe__Berlin),
    ("w europe", 100, Tz::Europe__Berlin),
    ("romance", 100, Tz::Europe__Paris),
    ("mitteleuropaische", 100, Tz::Europe__Berlin),
    ("eastern european", 200, Tz::Europe__Helsinki),
    ("e europe", 200, Tz::Europe__Helsinki),
    ("fle", 200, Tz::Europe__Helsinki),
    ("gtb", 200, Tz::Europe__Athens),
    ("moscow", 300, Tz::Europe__Moscow),
    ("russian", 300, Tz::Europe__Moscow),
    ("turkey", 300, Tz::Europe__Istanbul),
    ("eastern", -500, Tz::America__New_York),
    ("central", -600, Tz::America__Chicago),
    ("mountain", -700, Tz::America__Denver),
    ("pacific", -800, Tz::America__Los_Angeles),
    ("atlantic", -400, Tz::America__Halifax),
    ("newfoundland", -350, Tz::America__St_Johns),
    ("alaska", -900, Tz::America__Anchorage),
    ("alaskan", -900, Tz::America__Anchorage),
    ("hawaii", -1000, Tz::Pacific__Honolulu),
    ("hawaiian", -1000, Tz::Pacific__Honolulu),
    ("argentina", -300, Tz::America__Argentina__Buenos_Aires),
    ("brasilia", -300, Tz::America__Sao_Paulo),
    ("west africa", 100, Tz::Africa__Lagos),
    ("central africa", 200, Tz::Africa__Maputo),
    ("south africa", 200, Tz::Africa__Johannesburg),
    ("east africa", 300, Tz::Africa__Nairobi),
    ("israel", 200, Tz::Asia__Jerusalem),
    ("gulf", 400, Tz::Asia__Dubai),
    ("pakistan", 500, Tz::Asia__Karachi),
    ("india", 550, Tz::Asia__Kolkata),
    ("nepal", 575, Tz::Asia__Kathmandu),
    ("indochina", 700, Tz::Asia__Bangkok),
    ("china", 800, Tz::Asia__Shanghai),
    ("taipei", 800, Tz::Asia__Taipei),
    ("hong kong", 800, Tz::Asia__Hong_Kong),
    ("singapore", 800, Tz::Asia__Singapore),
    ("philippine", 800, Tz::Asia__Manila),
    ("japan", 900, Tz::Asia__Tokyo),
    ("korean", 900, Tz::Asia__Seoul),
    ("australian western", 800, Tz::Australia__Perth),
    ("australian central", 950, Tz::Australia__Adelaide),
    ("australian eastern", 1000, Tz::Australia__Sydney),
    ("new zealand", 1200, Tz::Pacific__Auckland),
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
