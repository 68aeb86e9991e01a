//! When a source is fetched next. After a good visit: the longest of all intervals that the source, its
//! server and its feed give, at most a day. After a failure: exponential back-off with jitter.

use super::rhythm;
use crate::model::{FailureKind, FetchState, Freshness, Location, Source, WaitReason};
use chrono::{DateTime, Datelike, Duration, DurationRound, Timelike, Utc, Weekday};
use xxhash_rust::xxh3::xxh3_64;

/// No source waits longer than this, whatever it says, unless its own `every` is longer.
pub(super) const LONGEST_WAIT: Duration = Duration::hours(24);

/// When a source is fetched next, and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub at: DateTime<Utc>,
    pub why: WaitReason,
}

/// The next visit after a good one. `fresh_for` is what the server said.
pub(super) fn after_success(
    source: &Source,
    state: &FetchState,
    fresh_for: Option<std::time::Duration>,
    now: DateTime<Utc>,
) -> Next {
    let own = own_interval(source);
    let usual = state.rhythm_seconds.and_then(seconds);
    let intervals = [
        (
            fresh_for.and_then(|d| Duration::from_std(d).ok()),
            WaitReason::Server,
        ),
        (said_by(&state.freshness), WaitReason::Feed),
        (
            usual
                .filter(|_| source.every.is_none())
                .map(|usual| rhythm::suited_to(usual, state.newest, now)),
            WaitReason::Rhythm,
        ),
    ];
    let longest = |best: (Duration, WaitReason),
                   (interval, why): (Option<Duration>, WaitReason)| match interval
    {
        Some(interval) if interval > best.0 => (interval, why),
        _ => best,
    };
    let (wait, why) = intervals
        .into_iter()
        .fold((own, WaitReason::Every), longest);
    let latest = now + LONGEST_WAIT.max(own);
    let due = now + wait.min(LONGEST_WAIT.max(own));
    let open = first_not_skipped(&state.freshness, due).min(latest);
    if open > due {
        Next {
            at: open,
            why: WaitReason::Skipped,
        }
    } else {
        Next { at: due, why }
    }
}

/// The next visit after so many failures in a row. The wait doubles with each, up to a day. Up to a
/// tenth is added to it, so that sources that failed together are not fetched together again. A file
/// has no next visit: it is read at every pass, unless that has ended the program.
pub(super) fn after_failures(
    source: &Source,
    failures: u32,
    kind: FailureKind,
    retry_after: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<Next> {
    if matches!(source.location, Location::File { .. }) && kind != FailureKind::ProgramEnded {
        return None;
    }
    let own = own_interval(source);
    let doubled = own * (1 << failures.saturating_sub(1).min(10));
    let wait = doubled.min(LONGEST_WAIT.max(own));
    let key = xxh3_64(format!("{}/{failures}", source.id).as_bytes());
    let jitter = wait.num_seconds() / 10 * i64::try_from(key % 100).unwrap_or(0) / 100;
    let due = now + wait + Duration::seconds(jitter);
    Some(match retry_after.filter(|at| *at > due) {
        Some(at) => Next {
            at,
            why: WaitReason::RetryAfter,
        },
        None => Next {
            at: due,
            why: WaitReason::Failures,
        },
    })
}

pub(super) fn own_interval(source: &Source) -> Duration {
    Duration::from_std(source.interval()).unwrap_or(LONGEST_WAIT)
}

fn seconds(seconds: u64) -> Option<Duration> {
    Duration::try_seconds(i64::try_from(seconds).ok()?)
}

/// `ttl` or the syndication module's period, whichever is longer.
fn said_by(freshness: &Freshness) -> Option<Duration> {
    let ttl = freshness
        .ttl_minutes
        .map(|ttl| Duration::minutes(i64::from(ttl)));
    ttl.max(freshness.update_period_seconds.and_then(seconds))
}

/// The first moment from `at` on that is in none of the hours (GMT) and on none of the days that
/// the feed asks to skip. A feed that skips them all is looked at after a day all the same.
fn first_not_skipped(freshness: &Freshness, at: DateTime<Utc>) -> DateTime<Utc> {
    let days: Vec<Weekday> = freshness
        .skip_days
        .iter()
        .filter_map(|day| day.trim().parse().ok())
        .collect();
    let is_skipped = |at: &DateTime<Utc>| {
        days.contains(&at.weekday())
            || freshness
                .skip_hours
                .iter()
                .any(|&hour| u32::from(hour) == at.hour())
    };
    if !is_skipped(&at) {
        return at;
    }
    let hour = at.duration_trunc(Duration::hours(1)).unwrap_or(at);
    (1..=24)
        .map(|hours| hour + Duration::hours(hours))
        .find(|at| !is_skipped(at))
        .unwrap_or(at + LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceId;
    use url::Url;

    fn source() -> Source {
        let url = Url::parse("https://a.example/").unwrap();
        Source::new(SourceId::new("s"), Location::Http(url.into()))
    }

    /// A Saturday, at midnight.
    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_409_600, 0).unwrap()
    }

    fn state(freshness: Freshness) -> FetchState {
        FetchState {
            freshness,
            ..FetchState::default()
        }
    }

    fn ttl(minutes: u32) -> FetchState {
        state(Freshness {
            ttl_minutes: Some(minutes),
            ..Freshness::default()
        })
    }

    /// Hours to the next visit, and why.
    fn wait(source: &Source, state: &FetchState, fresh_for: Option<u64>) -> (f64, WaitReason) {
        let fresh_for = fresh_for.map(std::time::Duration::from_secs);
        let next = after_success(source, state, fresh_for, now());
        ((next.at - now()).num_seconds() as f64 / 3600.0, next.why)
    }

    #[test]
    fn failures_wait_longer_and_longer_up_to_a_day_and_a_tenth() {
        let mut last = Duration::zero();
        for failures in 1..=20 {
            let next = after_failures(&source(), failures, FailureKind::Dns, None, now()).unwrap();
            let wait = next.at - now();
            assert!(failures > 5 || wait > last);
            assert!(wait <= Duration::minutes(24 * 66));
            last = wait;
        }
    }

    #[test]
    fn the_longest_of_all_wishes_is_kept_up_to_a_day() {
        let source = source();
        assert_eq!(
            wait(&source, &FetchState::default(), None),
            (1.0, WaitReason::Every)
        );
        assert_eq!(wait(&source, &ttl(90), None), (1.5, WaitReason::Feed));
        assert_eq!(
            wait(&source, &ttl(90), Some(7200)),
            (2.0, WaitReason::Server)
        );
        assert_eq!(wait(&source, &ttl(100_000), None), (24.0, WaitReason::Feed));
        assert_eq!(
            wait(&source, &ttl(1), Some(u64::MAX)),
            (1.0, WaitReason::Every)
        );
    }

    #[test]
    fn a_slow_source_is_asked_less_often_unless_every_is_given() {
        let weekly = FetchState {
            rhythm_seconds: Some(7 * 86_400),
            newest: Some(now() - Duration::days(1)),
            ..FetchState::default()
        };
        let mut source = source();
        assert_eq!(wait(&source, &weekly, None), (7.0, WaitReason::Rhythm));
        source.every = Some(Source::EVERY);
        assert_eq!(wait(&source, &weekly, None), (1.0, WaitReason::Every));
    }

    #[test]
    fn hours_and_days_that_a_feed_skips_are_waited_out_up_to_a_day() {
        let source = source();
        let night = state(Freshness {
            skip_hours: (0..6).collect(),
            ..Freshness::default()
        });
        assert_eq!(wait(&source, &night, None), (6.0, WaitReason::Skipped));
        let weekend = state(Freshness {
            skip_days: vec!["Saturday".to_owned(), " sunday".to_owned()],
            ..Freshness::default()
        });
        assert_eq!(wait(&source, &weekend, None), (24.0, WaitReason::Skipped));
        let nonsense = state(Freshness {
            skip_days: vec!["Caturday".to_owned()],
            ..Freshness::default()
        });
        assert_eq!(wait(&source, &nonsense, None), (1.0, WaitReason::Every));
    }
}
