//! One pass, start to finish: READ THIS FIRST.
//!
//! Each step leaves the store complete, so a pass that dies between two of them is completed by the
//! next one: fetched items wait unmerged, merged stories wait to be matched, and output is made from the
//! store alone.

mod advice;
mod coverage;
mod decisions;
mod deliver;
mod dry_run;
mod entries;
mod filter;
mod foreign;
mod gather;
mod heartbeat;
mod lock;
mod log;
mod merge;
mod owner;
mod publish;
mod recall;
mod report;
mod retention;
#[cfg(test)]
mod samples;
mod sources;
mod streams;
mod try_rule;

pub use decisions::find_items;
pub use deliver::{CONSUMER, Deliveries, deliver, forget_old, preview, test_delivery};
pub use dry_run::DryRun;
pub use foreign::{ForeignFiles, check_output, claim_output};
pub use gather::listed;
pub use heartbeat::heartbeat;
pub use lock::{Lock, LockError};
pub use owner::{OwnerError, check_owner, note_owner};
pub use publish::{ping, since, templates};
pub use report::{
    Delivered, Failure, FilterFailure, FilterOf, HubFailure, Report, Waiting, WaitingFor,
};
pub use sources::{
    Export, Finding, Health, Import, OnStep, Retry, SourceStatus, Status, doctor, export, import,
    name_for, named, retry, status,
};
pub use streams::{Telling, Tellings, told, waiting};
pub use try_rule::{TriedStory, count_stories, try_rule};

use crate::config::Config;
use crate::model::SourceId;
use crate::store::{LastPass, Store};
use crate::{net, output, store, theme};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use filter::Filters;
use std::path::PathBuf;
use std::time::Instant;

/// Options of a pass.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each option is independent of the others"
)]
pub struct Options {
    /// Do not fetch; publish what is stored.
    pub offline: bool,
    /// Fetch only these sources; empty means all.
    pub only: Vec<SourceId>,
    /// Fetch sources whether or not they are due.
    pub all: bool,
    /// Write every published file again, archive documents too.
    pub rebuild: bool,
    /// Remove published files that nothing writes any more.
    pub prune: bool,
}

/// Why a pass could not be finished. A failing source does not stop it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store failed.
    #[error("{}", advice::on_store(.0))]
    Store(#[from] store::Error),
    /// The HTTP client cannot work on this machine, or a request was not answered.
    #[error("{}", advice::on_request(.0))]
    Net(#[from] net::Error),
    /// Files of others are in the output folder.
    #[error(transparent)]
    Foreign(#[from] ForeignFiles),
    /// The output folder failed.
    #[error("{}", advice::on_output(.0))]
    Output(#[from] output::Error),
    /// The themes' rules cannot be used.
    #[error(transparent)]
    Theme(#[from] theme::TooManyWords),
    /// The temporary folder for a dry run cannot be made or filled.
    #[error(
        "cannot make a temporary folder to try this out in: {0}; set TMPDIR to one that can be written to"
    )]
    DryRun(std::io::Error),
    /// A table [deliver] lacks something.
    #[error(transparent)]
    Delivery(#[from] crate::deliver::Missing),
    /// A template of a destination is wrong.
    #[error("template of a destination: {0}")]
    Template(#[from] crate::message::TemplateFault),
    /// A feed or an HTML page could not be made.
    #[error(transparent)]
    Publish(#[from] crate::publish::Error),
    /// The user's templates cannot be read.
    #[error("{}: {reason}; site.templates in feeds.toml names a folder of *.html files and perhaps a style.css", path.display())]
    Templates {
        /// The folder or the file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// Progress of a running pass.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// So many more sources will be checked, and fetched if they are due.
    Sources(usize),
    /// One of them is fetched.
    SourceBegun(&'a SourceId),
    /// One of them was fetched, failed or was not due.
    SourceDone(&'a SourceId),
    /// A step begins; its name.
    Step(&'static str),
}

/// One pass over all that is due at `clock`.
pub async fn pass(
    config: &Config,
    store: &Store,
    options: &Options,
    clock: DateTime<Utc>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, Error> {
    let begun = Instant::now();
    let clock = clock.with_nanosecond(0).unwrap_or(clock);
    let now = time_of_pass(store, clock).await?;
    let mut report = Report::default();
    if !options.offline {
        let gather = gather::gather(config, store, options, now, progress, &mut report);
        log::timed("gather", gather).await?;
    }
    progress(Progress::Step("filtering"));
    let mut filters = Filters::default();
    log::timed("filter", filter::apply(config, store, &mut filters)).await?;
    progress(Progress::Step("merging"));
    log::timed("merge", merge::merge(config, store, now, &mut report)).await?;
    log::timed("decisions", decisions::apply(config, store, now)).await?;
    log::timed("coverage", coverage::update(config, store, now)).await?;
    progress(Progress::Step("matching themes"));
    let entries = entries::update(config, store, now, &mut filters, &mut report);
    log::timed("entries", entries).await?;
    filters.report(store, &mut report).await?;
    let retention = retention::apply(config, store, now, &mut report);
    log::timed("retention", retention).await?;
    progress(Progress::Step("publishing"));
    let publish = publish::publish(config, store, options, now, &mut report);
    log::timed("publish", publish).await?;
    log::timed(
        "compress",
        publish::compress::update(config, store, &mut report),
    )
    .await?;
    if options.prune {
        log::timed("prune", publish::prune::prune(config, store, &mut report)).await?;
    }
    store.finish_pass(LastPass { at: now, clock }).await?;
    store.settle().await?;
    log::pass(&report, begun);
    Ok(report)
}

/// The one time that everything in a pass uses. It is never before the last pass, so that time does
/// not run backwards when a clock is set back. But if the last pass is days ahead of a clock that may
/// be right, the earlier clock was wrong, and waiting for that time could take years. A clock that was
/// reset, because it has no battery, still measures how much time has passed.
async fn time_of_pass(store: &Store, clock: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    /// How far apart the clocks of two correct machines may be.
    const MAX_SKEW: TimeDelta = TimeDelta::days(1);
    /// 1 January 2024: feedmill did not exist before, so an earlier clock is wrong.
    const FIRST_RELEASE: i64 = 1_704_067_200;
    let Some(last) = store.last_pass().await? else {
        return Ok(clock);
    };
    let may_be_right = clock.timestamp() >= FIRST_RELEASE;
    let elapsed = (clock - last.clock).clamp(TimeDelta::zero(), MAX_SKEW);
    Ok(
        if clock >= last.at || (may_be_right && last.at - clock > MAX_SKEW) {
            clock
        } else if may_be_right {
            last.at
        } else {
            last.at + elapsed
        },
    )
}
