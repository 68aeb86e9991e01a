//! When a source is fetched, and what a visit changes in its fetch state; when messages are sent. Pure: the same state, visit
//! and moment give the same result.

mod after_visit;
mod rhythm;
mod time_of_day;
#[cfg(test)]
mod visit_table;
mod wait;

pub use after_visit::{
    Change, DocumentFacts, Event, FAILURES_TO_REPORT, Validators, VisitFailure, VisitOutcome,
    VisitSummary, after_visit, before_visit,
};
pub use rhythm::stale_since;
pub use time_of_day::{Turn, digest_turn, quiet_until};

use crate::model::{FetchState, Location, Source, WaitReason};
use chrono::{DateTime, Duration, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;
use wait::{LONGEST_WAIT, own_interval};

/// A cron job that comes a little early still finds its sources due.
const SLACK: Duration = Duration::minutes(2);
/// The most that a `Retry-After` is worth.
const LONGEST_RETRY_AFTER: Duration = Duration::days(7);

/// The fetch state as it is stored, if it is of the address that `feeds.toml` gives now. An edited
/// address is another source and begins with an empty state.
pub fn recall(source: &Source, state: FetchState) -> FetchState {
    let address = match &source.location {
        Location::Http(url) => Cow::Borrowed(url.as_str()),
        Location::File { path, .. } => Cow::Owned(path.display().to_string()),
    };
    if state.asked.as_deref() == Some(&*address) {
        state
    } else {
        FetchState {
            asked: Some(address.into_owned()),
            ..FetchState::default()
        }
    }
}

/// Whether a source is fetched in this pass. `all` lifts its interval, but never what a server
/// demands (`Retry-After`, 410), nor the wait of a source that ended the program.
pub fn is_due(source: &Source, state: &FetchState, now: DateTime<Utc>, all: bool) -> bool {
    let longest = LONGEST_WAIT.max(own_interval(source)) * 11 / 10;
    let waits = state
        .next_due
        .is_some_and(|due| is_ahead(due - SLACK, longest, now));
    if waits && state.is_set_aside() {
        return false;
    }
    if matches!(source.location, Location::File { .. }) {
        return true;
    }
    if state.gone
        || state
            .retry_after
            .is_some_and(|at| is_ahead(at, LONGEST_RETRY_AFTER, now))
    {
        return false;
    }
    all || !waits
}

/// The hosts that asked to be left alone (`Retry-After`) and still are.
pub fn still_held(
    mut held: BTreeMap<String, DateTime<Utc>>,
    now: DateTime<Utc>,
) -> BTreeMap<String, DateTime<Utc>> {
    held.retain(|_, until| is_ahead(*until, LONGEST_RETRY_AFTER, now));
    held
}

/// Whether a moment is still to come. One further ahead than any that is ever set was set by a wrong
/// clock.
fn is_ahead(at: DateTime<Utc>, most: Duration, now: DateTime<Utc>) -> bool {
    at > now && at <= now + most
}

/// Makes a source due, by hand. A `Retry-After` of its server stays.
pub fn make_due(state: FetchState) -> FetchState {
    FetchState {
        gone: false,
        next_due: state.retry_after,
        next_why: state.retry_after.map(|_| WaitReason::RetryAfter),
        ..state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FailureKind, SourceId};
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
        let state = FetchState {
            next_due: Some(now() + Duration::hours(1)),
            ..FetchState::default()
        };
        let is_due =
            |minutes, all| is_due(&source, &state, now() + Duration::minutes(minutes), all);
        assert!(!is_due(57, false));
        assert!(is_due(58, false));
        assert!(is_due(0, true));
    }

    #[test]
    fn nothing_lifts_retry_after_or_410() {
        let source = source("https://a.example/");
        let mut state = FetchState {
            retry_after: Some(now() + Duration::hours(5)),
            ..FetchState::default()
        };
        assert!(!is_due(&source, &state, now() + Duration::hours(4), true));
        state.retry_after = None;
        state.gone = true;
        assert!(!is_due(&source, &state, now() + Duration::days(400), true));
    }

    #[test]
    fn what_ended_the_program_is_read_after_its_wait_or_by_hand_only() {
        let file = Location::File {
            path: "/a.html".into(),
            url: None,
        };
        for source in [
            source("https://a.example/"),
            Source::new(SourceId::new("s"), file),
        ] {
            let failure = VisitFailure {
                kind: FailureKind::ProgramEnded,
                error: "x".to_owned(),
                retry_after: None,
            };
            let summary = VisitSummary {
                outcome: VisitOutcome::Failed(failure),
                moved_to: None,
                fresh_for: None,
                robots: Vec::new(),
            };
            let (state, _) = after_visit(&source, FetchState::default(), summary, now());
            assert!(!is_due(
                &source,
                &state,
                now() + Duration::minutes(50),
                true
            ));
            assert!(is_due(
                &source,
                &state,
                now() + Duration::minutes(70),
                false
            ));
            let state = make_due(state);
            assert!(is_due(&source, &state, now(), false));
        }
    }

    #[test]
    fn made_due_by_hand_a_source_waits_for_retry_after_only() {
        let retry_after = Some(now() + Duration::hours(5));
        let state = FetchState {
            next_due: Some(now() + Duration::hours(9)),
            next_why: Some(WaitReason::Failures),
            gone: true,
            ..FetchState::default()
        };
        assert_eq!(make_due(state.clone()), FetchState::default());
        let due = make_due(FetchState {
            retry_after,
            ..state
        });
        assert_eq!(
            (due.gone, due.next_due, due.next_why),
            (false, retry_after, Some(WaitReason::RetryAfter))
        );
    }

    #[test]
    fn an_edited_address_starts_afresh() {
        let mut state = recall(&source("https://a.example/"), FetchState::default());
        state.gone = true;
        assert!(recall(&source("https://a.example/"), state.clone()).gone);
        assert!(!recall(&source("https://b.example/"), state).gone);
    }
}
