//! Fetch state before a visit + what happened at it -> fetch state after it, and an event for the
//! report. Everything that a visit changes in the fetch state is changed here.

use super::rhythm::rhythm;
use super::wait;
use crate::model::{FailureKind, FetchState, Freshness, Redirect, Robots, Source};
use chrono::{DateTime, TimeDelta, Utc};

/// A source is reported in a silent run when it has failed this often in a row.
///
/// Sources that fail now and then are not to be reported each time. So each has a record, `trouble`: a
/// failure adds one, a good visit halves it.
///
/// - One failure between good visits leaves nothing: 1, 0, 1, 0.
/// - After a long row one good visit is not the end of it: 10, 5, 2. The next failure is waited out as a
///   part of the row, and the return is reported when the record has fallen to `CLEAN`.
/// - A row on top of a record is not reported again until it is `ON_TOP`, which rows of three with a good
///   visit between them never are: 3, 1, 4, 2, 5, 2, 5.
pub const FAILURES_TO_REPORT: u32 = 3;
/// And for so long: of many sources one often fails three times by chance.
const TIME_TO_REPORT: TimeDelta = TimeDelta::hours(6);
/// A record that is as good as clean.
const CLEAN: u32 = 2;
/// A record that is reported although it was not clean when the row began.
const ON_TOP: u32 = 2 * FAILURES_TO_REPORT;
/// Oddities of a document that are kept.
pub(super) const MAX_ODDITIES: usize = 20;

/// What happened at a visit, as far as the fetch state depends on it.
#[derive(Clone, Debug)]
pub struct VisitSummary {
    /// How it ended.
    pub outcome: VisitOutcome,
    /// Where the source has moved to, as permanent redirects say (301, 308).
    pub moved_to: Option<String>,
    /// How long the server says that its answer stays fresh (RFC 9111, section 4.2).
    pub fresh_for: Option<std::time::Duration>,
    /// Each robots.txt that was needed.
    pub robots: Vec<Robots>,
}

/// How a visit ended.
#[derive(Clone, Debug)]
pub enum VisitOutcome {
    /// 304: nothing was sent.
    NotModified,
    /// The same bytes as at the last visit, with the validators that they came with this time.
    SameBytes(Validators),
    /// A document was read.
    Read(DocumentFacts),
    /// Nothing that can be used.
    Failed(VisitFailure),
}

/// What makes the next request conditional (RFC 9110, section 8.8), and what knows the same bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Validators {
    /// The URL that they belong to.
    pub url: Option<String>,
    /// `ETag`, each byte as one character.
    pub etag: Option<String>,
    /// `Last-Modified`, likewise.
    pub last_modified: Option<String>,
    /// Hash of the whole body.
    pub body_hash: u64,
}

/// What a document that was read says of its source.
#[derive(Clone, Debug, Default)]
pub struct DocumentFacts {
    /// None if bytes are missing: the next visit must get all of them.
    pub validators: Option<Validators>,
    /// What the feed says of its own interval.
    pub freshness: Freshness,
    /// What is odd about it, for people.
    pub oddities: Vec<String>,
    /// Dates of those of its items that have one.
    pub dates: Vec<DateTime<Utc>>,
}

/// Why a visit failed.
#[derive(Clone, Debug)]
pub struct VisitFailure {
    /// For a monitor.
    pub kind: FailureKind,
    /// For people: what happened, and what helps.
    pub error: String,
    /// From `Retry-After`: not fetched before.
    pub retry_after: Option<DateTime<Utc>>,
}

/// What a visit means for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it brought.
    pub change: Change,
    /// That it fails is to be reported: for the first time in this record, or because it is gone.
    pub is_news: bool,
    /// It is good again after failures that were reported.
    pub recovered: bool,
    /// Where it has moved to, once that is believed: from the third good visit on.
    pub moved_to: Option<String>,
}

/// What a visit brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing new.
    Unchanged,
    /// A document to read.
    Modified,
    /// Nothing that can be used.
    Failed(FailureKind),
}

/// The state with which a source is fetched. `reader` is the fingerprint of everything that decides
/// how its documents are read. When it has changed, the validators are dropped, so that the whole
/// document comes and is read again.
pub fn before_visit(mut state: FetchState, reader: u64) -> FetchState {
    if state.reader != reader {
        drop_validators(&mut state);
        state.reader = reader;
    }
    state
}

/// What a visit does to the state that [`before_visit`] gave.
pub fn after_visit(
    source: &Source,
    mut state: FetchState,
    visit: VisitSummary,
    now: DateTime<Utc>,
) -> (FetchState, Event) {
    state.robots = visit.robots;
    let change = match visit.outcome {
        VisitOutcome::Failed(failure) => {
            let change = Change::Failed(failure.kind);
            let is_news = failed(source, &mut state, failure, now);
            let event = Event {
                change,
                is_news,
                recovered: false,
                moved_to: None,
            };
            return (state, event);
        }
        VisitOutcome::NotModified => Change::Unchanged,
        VisitOutcome::SameBytes(validators) => {
            keep_validators(&mut state, validators);
            Change::Unchanged
        }
        VisitOutcome::Read(facts) => {
            read(&mut state, facts);
            Change::Modified
        }
    };
    let (trouble, was_reported) = record(&state);
    state.trouble = trouble / 2;
    state.is_reported = was_reported && state.trouble > CLEAN;
    let next = wait::after_success(source, &state, visit.fresh_for, now);
    state.redirect = redirect(state.redirect, visit.moved_to);
    let moved = state.redirect.as_ref().filter(|r| r.is_believed());
    let event = Event {
        change,
        is_news: false,
        recovered: was_reported && !state.is_reported,
        moved_to: moved.map(|redirect| redirect.to.clone()),
    };
    state.failures = 0;
    state.failing_since = None;
    state.last_error = None;
    state.last_failure = None;
    state.retry_after = None;
    state.gone = false;
    state.last_good = Some(now);
    state.next_due = Some(next.at);
    state.next_why = Some(next.why);
    (state, event)
}

/// Its record, and whether that was reported. An older version stored failures only.
fn record(state: &FetchState) -> (u32, bool) {
    let is_old = state.trouble == 0;
    let is_reported = state.is_reported || (is_old && state.failures >= FAILURES_TO_REPORT);
    (state.trouble.max(state.failures), is_reported)
}

/// Gives whether that is to be reported.
fn failed(
    source: &Source,
    state: &mut FetchState,
    failure: VisitFailure,
    now: DateTime<Utc>,
) -> bool {
    let (trouble, was_reported) = record(state);
    if failure.kind == FailureKind::Gone {
        // The address that it has moved to may be gone while its own address is back.
        state.gone = !state.redirect.as_ref().is_some_and(Redirect::is_believed);
    }
    state.redirect = None;
    state.failures = state.failures.saturating_add(1);
    state.trouble = trouble.saturating_add(1);
    let was_clean = state.trouble == state.failures;
    let since = *state.failing_since.get_or_insert(now);
    let is_row = state.failures >= FAILURES_TO_REPORT
        && now - since >= TIME_TO_REPORT
        && (was_clean || state.trouble >= ON_TOP);
    state.is_reported = was_reported || is_row;
    state.last_error = Some(failure.error);
    state.last_failure = Some(failure.kind);
    state.retry_after = failure.retry_after;
    let next = wait::after_failures(
        source,
        state.trouble,
        failure.kind,
        failure.retry_after,
        now,
    );
    state.next_due = next.map(|next| next.at);
    state.next_why = next.map(|next| next.why);
    state.gone || (state.is_reported && !was_reported)
}

fn read(state: &mut FetchState, facts: DocumentFacts) {
    match facts.validators {
        Some(validators) => keep_validators(state, validators),
        None => drop_validators(state),
    }
    state.freshness = facts.freshness;
    state.oddities = facts.oddities;
    state.oddities.truncate(MAX_ODDITIES);
    let (usual, newest) = rhythm(facts.dates);
    // A document with fewer items than a rhythm takes (a delta, a quiet month) leaves what was known.
    if let Some(usual) = usual {
        state.rhythm_seconds = u64::try_from(usual.num_seconds()).ok();
    }
    state.newest = newest.max(state.newest);
}

fn keep_validators(state: &mut FetchState, validators: Validators) {
    state.url = validators.url;
    state.etag = validators.etag;
    state.last_modified = validators.last_modified;
    state.body_hash = Some(validators.body_hash);
}

fn drop_validators(state: &mut FetchState) {
    state.etag = None;
    state.last_modified = None;
    state.body_hash = None;
}

/// A permanent redirect after one more good visit: it counts as long as it leads to the same place.
fn redirect(known: Option<Redirect>, to: Option<String>) -> Option<Redirect> {
    let to = to?;
    let visits = match known {
        Some(known) if known.to == to => known.visits.saturating_add(1),
        _ => 1,
    };
    Some(Redirect { to, visits })
}
