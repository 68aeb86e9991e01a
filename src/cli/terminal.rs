//! Messages on stderr, one per line, and the progress bar.

use super::border;
use crate::mill::{Failure, HubFailure, Progress, Report};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;

/// Prints a line to stderr. If stderr is closed, nothing fails.
pub(super) fn print_stderr(line: &str) {
    border::stderr(&(plain(line) + "\n"));
}

/// Replaces control characters: text of a source must not steer the terminal.
pub(super) fn plain(text: &str) -> String {
    let plain = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{FFFD}'
        } else {
            c
        }
    };
    text.chars().map(plain).collect()
}

/// Whether stderr is a terminal.
pub(super) fn on_terminal() -> bool {
    border::is_terminal()
}

/// A progress bar on a terminal; elsewhere nothing.
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(super) fn new(wanted: bool) -> Self {
        Self((wanted && on_terminal()).then(|| {
            let style = ProgressStyle::with_template("{wide_bar:.cyan/dim} {pos}/{len} {msg}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        }))
    }

    pub(super) fn show(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        match progress {
            Progress::Sources(sources) => bar.inc_length(sources as u64),
            Progress::SourceDone(source) => {
                bar.inc(1);
                bar.set_message(source.to_string());
            }
            Progress::Step(step) => bar.set_message(step),
        }
    }

    pub(super) fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Prints all that a pass did: on a terminal or with `-v`.
pub(super) fn print_report(report: &Report, output: &Path) {
    for (source, text) in &report.odd {
        print_stderr(&format!("{source}: {text}"));
    }
    for failure in &report.failed {
        print_stderr(&failed(failure));
    }
    for source in &report.recovered {
        print_stderr(&format!("{source}: answers again"));
    }
    print_stderr(&format!(
        "{}: {} modified, {} unchanged, {} failed",
        count(report.asked, "source fetched", "sources fetched"),
        report.modified,
        report.unchanged,
        report.failed.len()
    ));
    print_stderr(&format!(
        "{}, {} changed; {}, {} merged into existing stories",
        count(report.new_items, "new item", "new items"),
        report.changed_items,
        count(report.new_stories, "new story", "new stories"),
        report.merged_items
    ));
    for file in &report.abandoned_files {
        print_stderr(&format!(
            "{file}: no longer published; `run --prune` removes it"
        ));
    }
    if !report.removed.is_empty() {
        let files = count(report.removed.len(), "file", "files");
        print_stderr(&format!("{files} removed from {}", output.display()));
    }
    let written = match report.written.as_slice() {
        [] => "nothing written".to_owned(),
        files => format!(
            "{} written to {}",
            count(files.len(), "file", "files"),
            output.display()
        ),
    };
    print_stderr(&format!(
        "{written}, {} unchanged",
        count(report.unchanged_files, "file", "files")
    ));
    if report.pinged > 0 {
        let feeds = count(report.pinged, "feed", "feeds");
        print_stderr(&format!("notified the hub of {feeds}"));
    }
    if let Some(failure) = &report.hub_failure {
        print_stderr(&hub_failed(failure));
    }
}

/// Prints only what a user must know if stderr is not a terminal: a source that keeps failing, once;
/// that it answers again; and one line instead of a hundred if no source can be reached.
pub(super) fn print_news(report: &Report) {
    let mut news = report
        .failed
        .iter()
        .filter(|failure| failure.is_news())
        .peekable();
    match news.peek() {
        Some(first) if report.nobody_reached() && report.asked > 1 => print_stderr(&format!(
            "feedmill: none of {} could be reached, for example {} ({}); check the network",
            count(report.asked, "source", "sources"),
            first.source,
            first.error
        )),
        _ => news.for_each(|failure| print_stderr(&failed(failure))),
    }
    for source in &report.recovered {
        print_stderr(&format!("{source}: answers again"));
    }
    if let Some(failure) = &report.hub_failure
        && failure.failures == Failure::THRESHOLD
    {
        print_stderr(&hub_failed(failure));
    }
}

/// `hub: server answered 503; the next pass notifies it of 3 feeds (1st failure in a row)`
fn hub_failed(failure: &HubFailure) -> String {
    format!(
        "hub: {}; the next pass notifies it of {} ({} failure in a row)",
        failure.error,
        count(failure.waiting, "feed", "feeds"),
        ordinal(failure.failures)
    )
}

/// `nato: server answered 503; next try at 2024-06-15T10:00:00Z (3rd failure)`
fn failed(failure: &Failure) -> String {
    let next = failure
        .next_try
        .as_ref()
        .map(|at| format!("; next try at {at}"))
        .unwrap_or_default();
    format!(
        "{}: {}{next} ({} failure in a row)",
        failure.source,
        failure.error,
        ordinal(failure.failures)
    )
}

pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn ordinal(number: u32) -> String {
    let suffix = match (number % 10, number % 100) {
        (1, n) if n != 11 => "st",
        (2, n) if n != 12 => "nd",
        (3, n) if n != 13 => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_end_as_english_wants() {
        let all: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 112]
            .into_iter()
            .map(ordinal)
            .collect();
        assert_eq!(
            all,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"
            ]
        );
    }
}
