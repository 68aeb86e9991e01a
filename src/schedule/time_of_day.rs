//! Times of day in a zone -> moments: whose turn a digest is, and until when it is quiet.
//!
//! Everything is decided by moments, never by what a clock on the wall shows: an hour that comes twice or never makes no digest
//! twice and skips none.

use crate::date::Tz;
use crate::model::{DigestTime, QuietHours};
use chrono::{
    DateTime, Days, LocalResult, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike,
    Utc,
};

/// A digest that was posted so far ahead of the clock was posted by a clock that was wrong.
const FAR_AHEAD: TimeDelta = TimeDelta::hours(25);

/// What is to be done about a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// That of this moment is to be posted.
    Due(DateTime<Utc>),
    /// Nothing, until this moment.
    Wait(DateTime<Utc>),
    /// It begins now: that of this moment counts as posted, and the next is the first.
    Begin(DateTime<Utc>),
}

/// Whose turn it is, if `done` is the moment of the digest before.
pub fn digest_turn(
    time: DigestTime,
    zone: Tz,
    done: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Turn {
    let last = last_digest(time, zone, now);
    match done {
        Some(done) if done <= now + FAR_AHEAD => {
            if last > done {
                Turn::Due(last)
            } else {
                Turn::Wait(next_digest(time, zone, now.max(done)))
            }
        }
        _ => Turn::Begin(last),
    }
}

/// The last moment of a digest that is not after `now`.
fn last_digest(time: DigestTime, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    match time {
        DigestTime::Hourly => {
            let local = now.with_timezone(&zone).time();
            let past = local.minute() * 60 + local.second() % 60;
            now - TimeDelta::seconds(past.into())
                - TimeDelta::nanoseconds((now.timestamp_subsec_nanos()).into())
        }
        DigestTime::Daily(time) => {
            // Places that have crossed the date line have skipped a day.
            let mut days = days_around(zone, now, time, first).rev();
            days.find(|at| *at <= now).unwrap_or(now)
        }
    }
}

/// The first moment of a digest after `now`.
fn next_digest(time: DigestTime, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    match time {
        DigestTime::Hourly => last_digest(time, zone, now) + TimeDelta::hours(1),
        DigestTime::Daily(time) => {
            let mut days = days_around(zone, now, time, first);
            days.find(|at| *at > now).unwrap_or(now)
        }
    }
}

/// Until when it is quiet; none if it is not.
pub fn quiet_until(hours: QuietHours, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let begins = days_around(zone, now, hours.from, first);
    let ends = days_around(zone, now, hours.until, last);
    // Over midnight, the end is that of the next day.
    let is_over_midnight = hours.until < hours.from;
    let mut nights = begins.zip(ends.skip(usize::from(is_over_midnight)));
    nights
        .find(|(begin, end)| *begin <= now && now < *end)
        .map(|(_, end)| end)
}

/// A time of day as a moment, on each of some days before and after now.
fn days_around(
    zone: Tz,
    now: DateTime<Utc>,
    time: NaiveTime,
    pick: fn(Tz, NaiveDateTime) -> DateTime<Utc>,
) -> impl DoubleEndedIterator<Item = DateTime<Utc>> {
    let today = now.with_timezone(&zone).date_naive();
    let days = (0..=5_u64).filter_map(move |days| {
        let start = today.checked_sub_days(Days::new(3))?;
        start.checked_add_days(Days::new(days))
    });
    let days: Vec<_> = days.map(|day| pick(zone, day.and_time(time))).collect();
    days.into_iter()
}

/// The moment of a local time; the first, of an hour that comes twice.
fn first(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => skipped(zone, local),
    }
}

/// The same; the last, of an hour that comes twice.
fn last(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => at.to_utc(),
        LocalResult::None => skipped(zone, local),
    }
}

/// The moment of a local time that does not come, because clocks are put forward: by the clock that was not.
fn skipped(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let before = local - TimeDelta::days(1);
    let offset = zone.offset_from_utc_datetime(&before).fix();
    (local - offset).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn clock(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn daily(text: &str) -> DigestTime {
        DigestTime::Daily(clock(text))
    }

    /// The moments of digests, asked for every `minutes` over some days, of a destination that is there.
    fn posted(time: DigestTime, zone: Tz, from: &str, days: i64, minutes: usize) -> Vec<String> {
        let mut done = None;
        let mut posted = Vec::new();
        for minute in (0..days * 24 * 60).step_by(minutes) {
            match digest_turn(time, zone, done, at(from) + TimeDelta::minutes(minute)) {
                Turn::Due(moment) => {
                    posted.push(moment.with_timezone(&zone).format("%d %H:%M").to_string());
                    done = Some(moment);
                }
                Turn::Begin(moment) => done = Some(moment),
                Turn::Wait(_) => {}
            }
        }
        posted
    }

    #[test]
    fn a_digest_comes_once_a_day_at_its_time_however_often_the_program_runs() {
        for minutes in [1, 5, 60, 300] {
            let from = "2024-06-14T07:00:00Z";
            let days = posted(
                daily("08:00"),
                Tz::known("Europe/Brussels"),
                from,
                4,
                minutes,
            );
            assert_eq!(
                days[..3],
                ["15 08:00", "16 08:00", "17 08:00"],
                "every {minutes} min"
            );
        }
        assert_eq!(
            posted(
                daily("00:00"),
                Tz::known("Asia/Kolkata"),
                "2024-06-14T07:00:00Z",
                2,
                30
            ),
            ["15 00:00", "16 00:00"]
        );
    }

    #[test]
    fn a_time_that_does_not_come_or_comes_twice_makes_one_digest() {
        // Clocks go from 02:00 to 03:00 on the 31st, and from 03:00 to 02:00 on the 27th.
        assert_eq!(
            posted(
                daily("02:30"),
                Tz::known("Europe/Brussels"),
                "2024-03-29T12:00:00Z",
                3,
                10
            ),
            ["30 02:30", "31 03:30", "01 02:30"]
        );
        assert_eq!(
            posted(
                daily("02:30"),
                Tz::known("Europe/Brussels"),
                "2024-10-25T12:00:00Z",
                3,
                10
            ),
            ["26 02:30", "27 02:30", "28 02:30"]
        );
        // The 30th of December 2011 was skipped.
        assert_eq!(
            posted(
                daily("12:00"),
                Tz::known("Pacific/Apia"),
                "2011-12-29T00:00:00Z",
                3,
                10
            ),
            ["29 12:00", "31 12:00", "01 12:00"]
        );
    }

    #[test]
    fn an_hourly_digest_comes_at_each_full_hour_of_the_zone() {
        let hours = |zone, from: &str| posted(DigestTime::Hourly, zone, from, 1, 10).len();
        assert_eq!(
            hours(Tz::known("Europe/Brussels"), "2024-06-14T07:10:00Z"),
            24
        );
        // Also on days of 23 and 25 hours.
        assert_eq!(
            hours(Tz::known("Europe/Brussels"), "2024-03-30T20:10:00Z"),
            24
        );
        assert_eq!(
            hours(Tz::known("Europe/Brussels"), "2024-10-26T20:10:00Z"),
            24
        );
        let first = &posted(
            DigestTime::Hourly,
            Tz::known("Asia/Kolkata"),
            "2024-06-14T07:10:00Z",
            1,
            10,
        )[0];
        assert_eq!(first, "14 13:00");
        // Half an hour is put back there.
        let moments = posted(
            DigestTime::Hourly,
            Tz::known("Australia/Lord_Howe"),
            "2024-04-06T12:10:00Z",
            1,
            10,
        );
        assert!((23..=25).contains(&moments.len()), "{moments:?}");
    }

    #[test]
    fn a_moment_that_was_missed_is_made_up_once() {
        let done = Some(at("2024-06-14T06:00:00Z"));
        let turn =
            |now: &str| digest_turn(daily("08:00"), Tz::known("Europe/Brussels"), done, at(now));
        assert_eq!(
            turn("2024-06-15T05:59:59Z"),
            Turn::Wait(at("2024-06-15T06:00:00Z"))
        );
        assert_eq!(
            turn("2024-06-15T06:00:00Z"),
            Turn::Due(at("2024-06-15T06:00:00Z"))
        );
        assert_eq!(
            turn("2024-06-19T11:00:00Z"),
            Turn::Due(at("2024-06-19T06:00:00Z"))
        );
    }

    #[test]
    fn a_clock_that_is_put_back_posts_nothing_twice_and_is_silent_for_a_day_at_most() {
        let done = Some(at("2024-06-15T06:00:00Z"));
        let turn =
            |now: &str| digest_turn(daily("08:00"), Tz::known("Europe/Brussels"), done, at(now));
        assert_eq!(
            turn("2024-06-15T05:00:00Z"),
            Turn::Wait(at("2024-06-16T06:00:00Z"))
        );
        assert_eq!(
            turn("2024-06-14T05:30:00Z"),
            Turn::Wait(at("2024-06-16T06:00:00Z"))
        );
        // It was years ahead.
        assert_eq!(
            turn("2023-06-15T11:00:00Z"),
            Turn::Begin(at("2023-06-15T06:00:00Z"))
        );
    }

    #[test]
    fn quiet_hours_may_pass_midnight() {
        let hours = |from, until| QuietHours {
            from: clock(from),
            until: clock(until),
        };
        let night = hours("22:00", "07:00");
        let quiet = |now: &str| quiet_until(night, Tz::known("Europe/Brussels"), at(now));
        assert_eq!(quiet("2024-06-14T19:59:59Z"), None);
        assert_eq!(
            quiet("2024-06-14T20:00:00Z"),
            Some(at("2024-06-15T05:00:00Z"))
        );
        assert_eq!(
            quiet("2024-06-15T04:59:59Z"),
            Some(at("2024-06-15T05:00:00Z"))
        );
        assert_eq!(quiet("2024-06-15T05:00:00Z"), None);
        let noon = hours("12:00", "13:30");
        let quiet = |now: &str| quiet_until(noon, Tz::known("America/New_York"), at(now));
        assert_eq!(
            quiet("2024-06-14T16:00:00Z"),
            Some(at("2024-06-14T17:30:00Z"))
        );
        assert_eq!(quiet("2024-06-14T17:30:00Z"), None);
        assert_eq!(quiet("2024-06-14T04:30:00Z"), None);
    }

    #[test]
    fn quiet_hours_end_when_clocks_say_so_also_when_these_are_changed() {
        let hours = |from, until| QuietHours {
            from: clock(from),
            until: clock(until),
        };
        let quiet = |hours, now: &str| quiet_until(hours, Tz::known("Europe/Brussels"), at(now));
        let night = hours("22:00", "07:00");
        assert_eq!(
            quiet(night, "2024-03-31T00:30:00Z"),
            Some(at("2024-03-31T05:00:00Z"))
        );
        assert_eq!(
            quiet(night, "2024-10-27T00:30:00Z"),
            Some(at("2024-10-27T06:00:00Z"))
        );
        // 02:30 comes twice: it is quiet until the second.
        let early = hours("01:00", "02:30");
        assert_eq!(
            quiet(early, "2024-10-27T01:15:00Z"),
            Some(at("2024-10-27T01:30:00Z"))
        );
        // 02:30 does not come: it is quiet for as long as usual.
        assert_eq!(
            quiet(early, "2024-03-31T01:15:00Z"),
            Some(at("2024-03-31T01:30:00Z"))
        );
    }
}
