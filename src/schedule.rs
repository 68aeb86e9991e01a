//! When to ask a source again, and what a visit changes in what we remember of it. Pure: the same
//! memory, visit and moment give the same answer.

use crate::model::{Freshness, Location, Seen, Source};
use chrono::{DateTime, Duration, Utc};
use xxhash_rust::xxh3::xxh3_64;

/// A cron job that comes a little early still finds its sources due.
const SLACK: Duration = Duration::minutes(2);
/// Nobody is left alone longer than this, whatever it says.
const LONGEST_WAIT: Duration = Duration::hours(24);

/// What we remember, as far as it is still about this source: an edited address starts afresh.
pub fn recall(source: &Source, seen: Seen) -> Seen {
    let address = match &source.location {
        Location::Http(url) => url.to_string(),
        Location::File { path, .. } => path.display().to_string(),
    };
    if seen.asked.as_deref() == Some(address.as_str()) {
        seen
    } else {
        Seen {
            asked: Some(address),
            ..Seen::default()
        }
    }
}

/// Whether a source is to be asked in this pass. `all` lifts its rhythm, never what a server
/// demanded (Retry-After, 410).
pub fn is_due(source: &Source, seen: &Seen, now: DateTime<Utc>, all: bool) -> bool {
    if matches!(source.location, Location::File { .. }) {
        return true;
    }
    if seen.gone || seen.retry_after.is_some_and(|at| at > now) {
        return false;
    }
    all || seen.next_due.is_none_or(|due| due <= now + SLACK)
}

/// The wait after a good visit: the largest of the source's own interval, the server's `max-age`
/// and what the feed says of itself, at most a day.
pub fn wait(
    source: &Source,
    max_age: Option<std::time::Duration>,
    freshness: &Freshness,
) -> Duration {
    let own = Duration::from_std(source.every).unwrap_or(LONGEST_WAIT);
    let said = [
        max_age.and_then(|age| Duration::from_std(age).ok()),
        freshness
            .ttl_minutes
            .map(|ttl| Duration::minutes(i64::from(ttl))),
        freshness
            .update_period_seconds
            .and_then(|s| Duration::try_seconds(i64::try_from(s).ok()?)),
    ];
    said.into_iter()
        .flatten()
        .fold(own, Duration::max)
        .min(LONGEST_WAIT.max(own))
}

/// Notes a good visit.
pub fn after_success(seen: &mut Seen, now: DateTime<Utc>, wait: Duration) {
    seen.failures = 0;
    seen.failing_since = None;
    seen.last_error = None;
    seen.retry_after = None;
    seen.gone = false;
    seen.last_good = Some(now);
    seen.next_due = Some(now + wait);
}

/// Notes a failed visit: the wait doubles with each failure in a row, up to a day, with a spread of
/// a tenth so that sources that failed together do not come back together.
pub fn after_failure(
    source: &Source,
    seen: &mut Seen,
    now: DateTime<Utc>,
    error: String,
    retry_after: Option<DateTime<Utc>>,
) {
    seen.failures = seen.failures.saturating_add(1);
    seen.failing_since.get_or_insert(now);
    seen.last_error = Some(error);
    seen.retry_after = retry_after;
    let own = Duration::from_std(source.every).unwrap_or(LONGEST_WAIT);
    let doubled = own * (1 << (seen.failures - 1).min(10));
    let wait = doubled.min(LONGEST_WAIT.max(own));
    let key = xxh3_64(format!("{}/{}", source.id, seen.failures).as_bytes());
    let spread = wait.num_seconds() / 10 * i64::try_from(key % 100).unwrap_or(0) / 100;
    let due = now + wait + Duration::seconds(spread);
    seen.next_due = Some(retry_after.map_or(due, |at| at.max(due)));
}
