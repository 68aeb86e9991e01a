//! When to ask a source again, and what a visit changes in what we remember of it. Pure: the same
//! memory, visit and moment give the same answer.

mod rhythm;
mod wait;

pub use rhythm::{rhythm, stale_since};
pub use wait::{Next, next};

use crate::model::{FetchState, Location, Source, WaitReason};
use chrono::{DateTime, Duration, Utc};
use wait::{LONGEST_WAIT, own_interval};
use xxhash_rust::xxh3::xxh3_64;

/// A cron job that comes a little early still finds its sources due.
const SLACK: Duration = Duration::minutes(2);
/// The most that a `Retry-After` is worth.
const LONGEST_RETRY_AFTER: Duration = Duration::days(7);

/// What we remember, as far as it is still about this source: an edited address starts afresh.
pub fn recall(source: &Source, state: FetchState) -> FetchState {
    let address = match &source.location {
        Location::Http(url) => url.to_string(),
        Location::File { path, .. } => path.display().to_string(),
    };
    if state.asked.as_deref() == Some(address.as_str()) {
        state
    } else {
        FetchState {
            asked: Some(address),
            ..FetchState::default()
        }
    }
}

/// Whether a source is to be asked in this pass. `all` lifts its rhythm, never what a server
/// demanded (Retry-After, 410).
pub fn is_due(source: &Source, state: &FetchState, now: DateTime<Utc>, all: bool) -> bool {
    if matches!(source.location, Location::File { .. }) {
        return true;
    }
    // What lies further ahead than anything we ever note was noted by a wrong clock.
    let ahead = |at: DateTime<Utc>, most: Duration| at > now && at <= now + most;
    if state.gone
        || state
            .retry_after
            .is_some_and(|at| ahead(at, LONGEST_RETRY_AFTER))
    {
        return false;
    }
    let longest = LONGEST_WAIT.max(own_interval(source)) * 11 / 10;
    all || !state
        .next_due
        .is_some_and(|due| ahead(due - SLACK, longest))
}

/// Notes a good visit.
pub fn after_success(state: &mut FetchState, now: DateTime<Utc>, next: Next) {
    state.failures = 0;
    state.failing_since = None;
    state.last_error = None;
    state.retry_after = None;
    state.gone = false;
    state.last_good = Some(now);
    state.next_due = Some(next.at);
    state.next_why = Some(next.why);
}

/// Makes a source due, by hand. What its server demanded (`Retry-After`) stands.
pub fn make_due(state: &mut FetchState) {
    state.gone = false;
    (state.next_due, state.next_why) = match state.retry_after {
        Some(at) => (Some(at), Some(WaitReason::RetryAfter)),
        None => (None, None),
    };
}

/// Notes a failed visit. A file is read at every pass all the same; for a server the wait doubles
/// with each failure in a row, up to a day, with a spread of a tenth so that sources that failed
/// together do not come back together.
pub fn after_failure(
    source: &Source,
    state: &mut FetchState,
    now: DateTime<Utc>,
    error: String,
    retry_after: Option<DateTime<Utc>>,
) {
    state.failures = state.failures.saturating_add(1);
    state.failing_since.get_or_insert(now);
    state.last_error = Some(error);
    state.retry_after = retry_after;
    (state.next_due, state.next_why) = (None, None);
    if matches!(source.location, Location::File { .. }) {
        return;
    }
    let own = own_interval(source);
    let doubled = own * (1 << (state.failures - 1).min(10));
    let wait = doubled.min(LONGEST_WAIT.max(own));
    let key = xxh3_64(format!("{}/{}", source.id, state.failures).as_bytes());
    let spread = wait.num_seconds() / 10 * i64::try_from(key % 100).unwrap_or(0) / 100;
    let due = now + wait + Duration::seconds(spread);
    let demanded = retry_after.filter(|at| *at > due);
    state.next_due = Some(demanded.unwrap_or(due));
    state.next_why = Some(match demanded {
        Some(_) => WaitReason::RetryAfter,
        None => WaitReason::Failures,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceId;
    use url::Url;

    fn source(url: &str) -> Source {
        let url = Url::parse(url).unwrap();
        Source::new(SourceId::new("s"), Location::Http(url.into()))
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_409_600, 0).unwrap()
    }

    #[test]
    fn a_source_is_not_asked_before_its_time_unless_all_are() {
        let source = source("https://a.example/");
        let mut state = recall(&source, FetchState::default());
        after_success(
            &mut state,
            now(),
            next(&source, &FetchState::default(), None, now()),
        );
        assert!(!is_due(
            &source,
            &state,
            now() + Duration::minutes(57),
            false
        ));
        assert!(is_due(
            &source,
            &state,
            now() + Duration::minutes(58),
            false
        ));
        assert!(is_due(&source, &state, now(), true));
    }

    #[test]
    fn nothing_lifts_retry_after_or_410() {
        let source = source("https://a.example/");
        let mut state = recall(&source, FetchState::default());
        let retry = Some(now() + Duration::hours(5));
        after_failure(&source, &mut state, now(), String::new(), retry);
        assert!(!is_due(&source, &state, now() + Duration::hours(4), true));
        state.retry_after = None;
        state.gone = true;
        assert!(!is_due(&source, &state, now() + Duration::days(400), true));
    }

    #[test]
    fn an_edited_address_starts_afresh() {
        let mut state = recall(&source("https://a.example/"), FetchState::default());
        state.gone = true;
        assert!(recall(&source("https://a.example/"), state.clone()).gone);
        assert!(!recall(&source("https://b.example/"), state).gone);
    }

    #[test]
    fn failures_wait_longer_and_longer_up_to_a_day_and_a_tenth() {
        let source = source("https://a.example/");
        let mut state = FetchState::default();
        let mut last = Duration::zero();
        for round in 0..20 {
            after_failure(&source, &mut state, now(), String::new(), None);
            let wait = state.next_due.unwrap() - now();
            assert!(round > 4 || wait > last);
            assert!(wait <= Duration::minutes(24 * 66));
            last = wait;
        }
    }
}
