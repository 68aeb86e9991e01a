//! Fetch states and what is stored -> the health of each source, and of all: for `feedmill status` and monitors.

use crate::config::Config;
use crate::mill::destination_status::DestinationStatus;
use crate::mill::gather::opml_lists;
use crate::mill::gather::round::NETWORK_FAULTS;
use crate::mill::recall::Recall;
use crate::mill::{Error, Failing, Failure, Report};
use crate::model::{FailureKind, FetchState, Location, Source, SourceId, WaitReason};
use crate::schedule;
use crate::store::{Holding, Store};
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

/// A day and its cron job's delay: without a pass for so long, cron has probably stopped.
const LONGEST_BETWEEN_PASSES: Duration = Duration::hours(25);

/// The whole at one moment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Status {
    /// When the last pass was; none before the first.
    pub last_pass: Option<DateTime<Utc>>,
    /// It was so long ago that cron seems to have stopped, or none has ever come to its end.
    pub overdue: bool,
    /// Why the last run failed, if it did; empty where there was no room to note it.
    pub failed_run: Option<String>,
    /// In how many passes in a row no source could be reached.
    pub network_faults: u32,
    /// Every source, the worst first, else as in `feeds.toml`.
    pub sources: Vec<SourceStatus>,
    /// Every destination, as in `feeds.toml`; none where only sources are asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<DestinationStatus>,
}

impl Status {
    /// Whether somebody should look: passes have stopped or fail, a source is stale, keeps failing or is gone, or a
    /// destination takes nothing.
    pub fn wants_attention(&self) -> bool {
        self.overdue
            || self.failed_run.is_some()
            || self.network_faults >= Report::FAULTS_TO_REPORT
            || self.sources.iter().any(SourceStatus::wants_attention)
            || self
                .destinations
                .iter()
                .any(DestinationStatus::wants_attention)
    }
}

/// How a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// It is gone for good (410), and is not fetched again.
    Gone,
    /// Its last visit failed.
    Failing,
    /// Its visits are good, but it has had nothing new for five times as long as usual.
    Stale,
    /// It has not been fetched yet.
    New,
    /// Its last visit was good.
    Fine,
    /// `enabled = false`: it is not fetched.
    Disabled,
}

/// One source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceStatus {
    /// Its key.
    pub source: SourceId,
    /// Its title, once one is known.
    pub title: Option<String>,
    /// Where it is, as it may be shown.
    pub url: String,
    /// Whether its address is a secret, so that what is said of it is not for everybody.
    #[serde(skip)]
    pub is_secret: bool,
    /// How it is.
    pub health: Health,
    /// When its last good visit was.
    pub last_good: Option<DateTime<Utc>>,
    /// When it is fetched next; none if that is at the next pass, or never again.
    pub next_visit: Option<DateTime<Utc>>,
    /// What decided that.
    pub next_why: Option<WaitReason>,
    /// Failed visits in a row.
    pub failures: u32,
    /// It was reported that it fails, and it has not been good for long enough since.
    pub is_reported: bool,
    /// When the row began.
    pub failing_since: Option<DateTime<Utc>>,
    /// What kind of failure the last one was: `kind`, and `status` where an HTTP status is known.
    #[serde(flatten)]
    pub kind: Option<FailureKind>,
    /// What the last failure was, and what would help.
    pub error: Option<String>,
    /// Where it has moved to for good: what to write as `url`.
    pub moved_to: Option<String>,
    /// Items that are kept of it.
    pub items: u64,
    /// The date of its newest item, else when the last new one arrived.
    pub newest: Option<DateTime<Utc>>,
    /// The usual time between two of its items, seconds.
    pub rhythm_seconds: Option<u64>,
    /// Since when it should have had something new.
    pub stale_since: Option<DateTime<Utc>>,
    /// What was odd about the document that was read last.
    pub odd: Vec<String>,
}

impl SourceStatus {
    /// Whether somebody should look at it: a failure that may pass is none of these.
    pub fn wants_attention(&self) -> bool {
        self.is_reported || matches!(self.health, Health::Gone | Health::Stale)
    }
}

/// The health of every source at `now`; destinations are not looked at.
pub(in crate::mill) async fn status(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Status, Error> {
    let mut sources: Vec<_> = config.sources.clone();
    sources.extend(opml_lists::listed(config, store).await?);
    let mut state = store.all_fetch_states().await?;
    let mut holdings = store.holdings().await?;
    let recall = Recall::new(&config.fetch);
    let last_pass = store.last_pass().await?.map(|pass| pass.at);
    let mut sources: Vec<_> = sources
        .iter()
        .map(|source| {
            let state = recall.state(source, state.remove(&source.id).unwrap_or_default());
            let holding = holdings.remove(&source.id).unwrap_or_default();
            one(source, state, holding, now)
        })
        .collect();
    sources.sort_by_key(|source| source.health);
    Ok(Status {
        last_pass,
        overdue: last_pass.is_none_or(|at| now - at > LONGEST_BETWEEN_PASSES),
        failed_run: Failing::of(&config.state).reason(),
        network_faults: store.failures_in_a_row(NETWORK_FAULTS).await?,
        sources,
        destinations: Vec::new(),
    })
}

fn one(source: &Source, state: FetchState, holding: Holding, now: DateTime<Utc>) -> SourceStatus {
    let is_file = matches!(source.location, Location::File { .. });
    let rhythm = state.rhythm_seconds.and_then(|s| i64::try_from(s).ok());
    let stale_since = rhythm
        .filter(|_| !is_file && source.as_of.is_none())
        .and_then(|usual| schedule::stale_since(Duration::try_seconds(usual), state.newest, now));
    let health = if !source.enabled {
        Health::Disabled
    } else if state.gone {
        Health::Gone
    } else if state.failures > 0 {
        Health::Failing
    } else if state.last_good.is_none() {
        Health::New
    } else if stale_since.is_some() {
        Health::Stale
    } else {
        Health::Fine
    };
    let waits = !is_file || state.is_set_aside();
    let next = state.next_due;
    let next = next.filter(|_| source.enabled && !state.gone && waits);
    let moved = state.redirect.filter(crate::model::Redirect::is_believed);
    SourceStatus {
        source: source.id.clone(),
        title: source.title.clone().or(holding.title),
        url: source.shown_location(),
        is_secret: source.has_secret_address(),
        health,
        last_good: state.last_good,
        next_visit: next,
        next_why: next.and(state.next_why),
        failures: state.failures,
        is_reported: source.enabled && (state.is_reported || state.failures >= Failure::THRESHOLD),
        failing_since: state.failing_since,
        kind: state.last_failure,
        error: state.last_error,
        // Where a secret address leads is as secret.
        moved_to: moved
            .map(|moved| moved.to)
            .filter(|_| !source.has_secret_address()),
        items: holding.items,
        newest: state.newest.or(holding.last_new),
        rhythm_seconds: state.rhythm_seconds,
        stale_since,
        odd: state.oddities,
    }
}
