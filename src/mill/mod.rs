//! One pass, start to finish: READ THIS FIRST.
//!
//! Each step leaves the store complete, so a pass that dies between two of them is mended by the
//! next one: fetched items wait unmerged, merged stories wait to be matched, and output is made from the
//! store alone.

mod advice;
mod coverage;
mod decisions;
mod dry_run;
mod entries;
mod gather;
mod heartbeat;
mod lock;
mod log;
mod merge;
mod publish;
mod report;
#[cfg(test)]
mod samples;
mod sources;

pub use decisions::named;
pub use dry_run::DryRun;
pub use gather::listed;
pub use heartbeat::heartbeat;
pub use lock::{Lock, LockError};
pub use publish::{ping, since, templates};
pub use report::{Failure, HubFailure, Report};
pub use sources::{Finding, Health, Retry, SourceStatus, Status, Tell, doctor, retry, status};

use crate::config::Config;
use crate::model::SourceId;
use crate::store::{LastPass, Store};
use crate::{net, output, store, theme};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use std::path::PathBuf;
use std::time::Instant;

/// What a pass is asked to do.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a wish that stands by itself"
)]
pub struct Options {
    /// Publish from the store; ask nobody.
    pub offline: bool,
    /// Ask only these sources; empty means all.
    pub only: Vec<SourceId>,
    /// Ask sources whether or not they are due.
    pub all: bool,
    /// Make every published file anew, closed pages too.
    pub rebuild: bool,
    /// Remove published files that nothing writes any more.
    pub prune: bool,
}

/// Why a pass could not be finished. A failing source is no reason.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store failed.
    #[error("{}", advice::on_store(.0))]
    Store(#[from] store::Error),
    /// The HTTP client cannot work on this machine, or a request was not answered.
    #[error("{}", advice::on_request(.0))]
    Net(#[from] net::Error),
    /// The output folder failed.
    #[error("{}", advice::on_output(.0))]
    Output(#[from] output::Error),
    /// The themes' rules cannot be used.
    #[error(transparent)]
    Theme(#[from] theme::TooManyWords),
    /// There is no room for copies to try something out on.
    #[error(
        "cannot make a temporary folder to try this out in: {0}; set TMPDIR to one that can be written to"
    )]
    DryRun(std::io::Error),
    /// A page could not be made.
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

/// What a pass tells while it runs.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// So many more sources will be looked at, and asked where they are due.
    Looking(usize),
    /// One of them has answered, or not, or was not due.
    Done(&'a SourceId),
    /// The step that begins.
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
    let now = moment_of_pass(store, clock).await?;
    let mut report = Report::default();
    if !options.offline {
        let gather = gather::gather(config, store, options, now, progress, &mut report);
        log::timed("gather", gather).await?;
    }
    progress(Progress::Step("merging"));
    log::timed("merge", merge::merge(config, store, now, &mut report)).await?;
    log::timed("decisions", decisions::decide(config, store, now)).await?;
    log::timed("coverage", coverage::cover(config, store, now)).await?;
    progress(Progress::Step("matching themes"));
    let entries = entries::update(config, store, now, &mut report);
    log::timed("entries", entries).await?;
    progress(Progress::Step("publishing"));
    let publish = publish::publish(config, store, options, now, &mut report);
    log::timed("publish", publish).await?;
    log::timed(
        "compress",
        publish::compress::settle(config, store, &mut report),
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

/// The one moment that everything in a pass happens at: never before the last pass, so that a clock
/// set back does not make time run twice. But a last pass that lies days ahead of a clock that may
/// be right was made by a wrong one; waiting for it could take for ever. And a clock that began
/// anew, for want of a battery, still tells how much time goes by.
async fn moment_of_pass(store: &Store, clock: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    /// How far the clocks of honest machines are apart.
    const ASTRAY: TimeDelta = TimeDelta::days(1);
    /// 1 January 2024: this program did not run before.
    const BEGINNING: i64 = 1_704_067_200;
    let Some(last) = store.last_pass().await? else {
        return Ok(clock);
    };
    let may_be_right = clock.timestamp() >= BEGINNING;
    let gone_by = (clock - last.clock).clamp(TimeDelta::zero(), ASTRAY);
    Ok(
        if clock >= last.at || (may_be_right && last.at - clock > ASTRAY) {
            clock
        } else if may_be_right {
            last.at
        } else {
            last.at + gone_by
        },
    )
}
