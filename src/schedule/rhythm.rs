//! Dates of items -> how often a source has something new: the mean gap between them.

use chrono::{DateTime, Duration, Utc};

/// Fewer dated items show no rhythm.
const FEWEST: usize = 3;
/// A source is fetched this often in the time in which it usually has one new item.
const VISITS_PER_ITEM: i32 = 24;
/// A source that has been silent for so many times its usual gap is stale.
const STALE_AFTER: i32 = 5;
/// But not before: a morning without news is usual.
const SHORTEST_SILENCE: Duration = Duration::days(2);

/// The usual time between two items, and the date of the newest. Items of one moment are one: a
/// dozen published in the same second say nothing of the time between them.
pub(super) fn rhythm(
    dates: impl IntoIterator<Item = DateTime<Utc>>,
) -> (Option<Duration>, Option<DateTime<Utc>>) {
    let mut dates: Vec<_> = dates.into_iter().collect();
    dates.sort_unstable();
    dates.dedup();
    let newest = dates.last().copied();
    let (Some(newest), Some(oldest)) = (newest, dates.first()) else {
        return (None, None);
    };
    let gaps = i32::try_from(dates.len() - 1).unwrap_or(i32::MAX);
    let usual = (dates.len() >= FEWEST).then(|| (newest - *oldest) / gaps);
    (usual, Some(newest))
}

/// The wait that suits a rhythm. Silence is part of it: what published daily and stopped a year ago
/// is not fetched as if it published daily.
pub(super) fn suited_to(
    usual: Duration,
    newest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Duration {
    let silence = newest.map_or(Duration::zero(), |newest| now - newest);
    usual.max(silence) / VISITS_PER_ITEM
}

/// Since when a source is late with something new; none while its silence is usual.
pub fn stale_since(
    usual: Option<Duration>,
    newest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let patience = usual?.checked_mul(STALE_AFTER)?.max(SHORTEST_SILENCE);
    newest?
        .checked_add_signed(patience)
        .filter(|due| *due < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::days(20_000 + day)
    }

    #[test]
    fn the_usual_gap_is_the_mean_of_different_moments() {
        assert_eq!(
            rhythm([day(6), day(0), day(2), day(2), day(2)]),
            (Some(Duration::days(3)), Some(day(6)))
        );
        assert_eq!(rhythm([day(1), day(1), day(1)]), (None, Some(day(1))));
        assert_eq!(rhythm([]), (None, None));
    }

    #[test]
    fn long_silence_counts_as_rhythm() {
        let daily = Duration::days(1);
        assert_eq!(suited_to(daily, Some(day(0)), day(1)), Duration::hours(1));
        assert_eq!(suited_to(daily, Some(day(0)), day(12)), Duration::hours(12));
        // A date ahead of a clock that was set back.
        assert_eq!(suited_to(daily, Some(day(9)), day(1)), Duration::hours(1));
    }

    #[test]
    fn five_times_the_usual_gap_is_stale() {
        let daily = Some(Duration::days(1));
        assert_eq!(stale_since(daily, Some(day(0)), day(5)), None);
        assert_eq!(stale_since(daily, Some(day(0)), day(6)), Some(day(5)));
        let busy = Some(Duration::minutes(1));
        assert_eq!(stale_since(busy, Some(day(0)), day(1)), None);
        assert_eq!(stale_since(None, Some(day(0)), day(999)), None);
    }
}
