//! What a pass logs, all in one place: a pass and an edition (info), a source or a filter that failed (warn), a step
//! with its duration (debug), a request (trace).
//!
//! A log is kept and sent around, so it never holds bodies, headers or addresses: a source is named by
//! its key, a server by its host, and neither host nor error text is logged of a source whose address is
//! secret.

use super::report::Weight;
use super::{Failure, Report};
use crate::fetch::Hop;
use crate::model::{Source, Theme, ThemeId};
use std::time::Instant;
use tracing::{debug, info, trace, warn};

/// Runs a step of a pass and logs how long it took.
pub(super) async fn timed<T>(step: &'static str, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let value = work.await;
    debug!(step, duration_ms = millis(begun), "step finished");
    value
}

/// A pass that has come to its end.
pub(super) fn pass(report: &Report, begun: Instant) {
    info!(
        fetched = report.asked,
        modified = report.modified,
        unchanged = report.unchanged,
        failed = report.failed.len(),
        waiting = report
            .waiting
            .iter()
            .map(|waiting| waiting.sources)
            .sum::<usize>(),
        new_items = report.new_items,
        changed_items = report.changed_items,
        merged_items = report.merged_items,
        new_stories = report.new_stories,
        files_written = report.written.len(),
        files_unchanged = report.unchanged_files,
        files_removed = report.removed.len(),
        duration_ms = millis(begun),
        "pass finished"
    );
}

/// An edition that has changed and is written.
pub(super) fn edition(theme: &ThemeId, stories: usize, files: usize) {
    info!(%theme, stories, files, "edition changed");
}

/// A pass in which nobody could be connected to.
pub(super) fn network_fault(sources: usize) {
    warn!(
        sources,
        "no source could be reached: the network here is at fault"
    );
}

/// A source that brought nothing usable. A single failure of one that was good is no reason to look.
pub(super) fn failure(source: &Source, failure: &Failure) {
    let error = shown(source, &failure.error);
    let (id, kind, failures) = (&source.id, kind(failure), failure.failures);
    if failure.weight == Weight::Passing {
        info!(source = %id, kind, failures, error, "source failed");
    } else {
        warn!(source = %id, kind, failures, error, "source failed");
    }
}

/// A filter that failed.
pub(super) fn filter_failed(source: &Source, error: &str, items: usize) {
    let error = shown(source, error);
    warn!(source = %source.id, items, error, "filter failed");
}

/// The filter of a theme that failed.
pub(super) fn theme_filter_failed(theme: &Theme, error: &str, items: usize) {
    warn!(theme = %theme.id, items, error, "filter failed");
}

/// What the filter of a theme wrote to standard error.
pub(super) fn theme_filter_said(theme: &Theme, text: &str) {
    warn!(theme = %theme.id, text, "filter said");
}

/// What a filter wrote to standard error.
pub(super) fn filter_said(source: &Source, text: &str) {
    warn!(source = %source.id, text = shown(source, text), "filter said");
}

/// A request that was answered.
pub(super) fn request(source: &Source, hop: &Hop<'_>) {
    trace!(
        source = %source.id,
        host = shown(source, hop.url.host_str().unwrap_or_default()),
        status = hop.response.status().as_u16(),
        duration_ms = u64::try_from(hop.took.as_millis()).unwrap_or(u64::MAX),
        "request answered"
    );
}

/// The kind of a failure, as the report names it in JSON.
fn kind(failure: &Failure) -> String {
    let json = serde_json::to_value(failure.kind).unwrap_or_default();
    json["kind"].as_str().unwrap_or_default().to_owned()
}

/// What may be logged of something that may hold the source's address.
fn shown<'a>(source: &Source, text: &'a str) -> &'a str {
    if source.has_secret_address() {
        "(secret)"
    } else {
        text
    }
}

fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
