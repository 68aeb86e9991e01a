//! What `run` prints on stderr: the progress bar, the report; and what the terminal is like.

use super::border::{self, stderr_has_colour};
use super::line::print_stderr;
use super::message;
use crate::mill::{Failure, FilterFailure, HubFailure, Progress, Report, Waiting, WaitingFor};
use crate::model::SourceId;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Whether stderr is a terminal.
pub(super) fn on_terminal() -> bool {
    border::stderr_is_terminal()
}

/// A progress bar on a terminal; elsewhere nothing.
pub(super) struct Bar(Option<(ProgressBar, Mutex<Vec<SourceId>>)>);

impl Bar {
    pub(super) fn new(wanted: bool) -> Self {
        Self((wanted && on_terminal()).then(|| {
            // The text is cut where the line ends, not the bar.
            let style = ProgressStyle::with_template(if stderr_has_colour() {
                "{bar:20.cyan/dim} {pos}/{len} {wide_msg}"
            } else {
                "{bar:20} {pos}/{len} {wide_msg}"
            });
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            (ProgressBar::new(0).with_style(style), Mutex::default())
        }))
    }

    pub(super) fn show(&self, progress: Progress) {
        let Some((bar, waiting)) = &self.0 else {
            return;
        };
        // A panic elsewhere does not make the list wrong.
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Progress::Sources(sources) => bar.inc_length(sources as u64),
            Progress::SourceBegun(source) => waiting.push(source.clone()),
            Progress::SourceDone(source) => {
                bar.inc(1);
                waiting.retain(|id| id != source);
            }
            Progress::Step(step) => {
                bar.set_message(step);
                return;
            }
        }
        bar.set_message(waited_for(&waiting));
    }

    pub(super) fn clear(&self) {
        if let Some((bar, _)) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// How much of something is done, on a terminal; elsewhere nothing.
pub(super) struct Counter(Option<ProgressBar>);

impl Counter {
    pub(super) fn new(all: usize) -> Self {
        Self(on_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:20} {pos}/{len}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(all as u64).with_style(style)
        }))
    }

    pub(super) fn add(&self, done: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(done as u64);
        }
    }

    /// Prints something without the bar in its way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    pub(super) fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// `waiting for council, bbc and 7 more`: those who were asked first, because they are the slow ones.
fn waited_for(sources: &[SourceId]) -> String {
    let named: Vec<_> = sources.iter().take(2).map(SourceId::as_str).collect();
    match sources.len() {
        0 => String::new(),
        1 | 2 => format!("waiting for {}", named.join(" and ")),
        all => format!(
            "waiting for {} and {} more",
            named.join(", "),
            all - named.len()
        ),
    }
}

/// Prints all that a pass did: on a terminal or with `-v`. `fetched` and `themes` are lines of the summary.
pub(super) fn print_report(report: &Report, fetched: &str, themes: Option<&str>, output: &Path) {
    for (source, text) in &report.odd {
        message::warning(&format!("{source}: {text}"));
    }
    for failure in &report.failed {
        message::warning(&failed(failure));
    }
    for failure in &report.filter_failures {
        message::warning(&filter_failed(failure));
    }
    print_recovered(report);
    print_stderr(fetched);
    for waiting in &report.waiting {
        print_stderr(&waits(waiting));
    }
    if report.nobody_reached() {
        message::error(&nobody_reached(report));
    }
    print_stderr(&format!(
        "{}, {} changed; {}, {} merged into existing stories",
        count(report.new_items, "new item", "new items"),
        report.changed_items,
        count(report.new_stories, "new story", "new stories"),
        report.merged_items
    ));
    themes.into_iter().for_each(print_stderr);
    for file in &report.abandoned_files {
        message::note(&format!(
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
        let rest = match report.unpinged {
            rest if rest > 0 && report.hub_failure.is_none() => {
                format!("; it is slow, the next run notifies it of {rest} more")
            }
            _ => String::new(),
        };
        print_stderr(&format!("notified the hub of {feeds}{rest}"));
    }
    if let Some(failure) = &report.hub_failure {
        message::warning(&hub_failed(failure));
    }
}

/// Prints only what a user must know if stderr is not a terminal, because cron sends it by mail: a source that keeps
/// failing, once; that it answers again; and one line instead of a hundred if no source can be reached.
pub(super) fn print_news(report: &Report) {
    if !report.has_news() {
        return;
    }
    if report.is_unreached_news() {
        message::error(&nobody_reached(report));
    } else if !report.nobody_reached() {
        let news = report.failed.iter().filter(|failure| failure.is_news());
        news.for_each(|failure| message::warning(&failed(failure)));
    }
    let news = report
        .filter_failures
        .iter()
        .filter(|failure| failure.is_news());
    news.for_each(|failure| message::warning(&filter_failed(failure)));
    print_recovered(report);
    if let Some(failure) = &report.hub_failure
        && failure.is_news()
    {
        message::warning(&hub_failed(failure));
    }
}

fn print_recovered(report: &Report) {
    for source in &report.recovered {
        message::note(&format!("{source}: answers again"));
    }
    for filter in &report.recovered_filters {
        message::note(&format!("{filter}: filter: works again"));
    }
}

/// `none of 3 sources that were due could be reached, for example nato (cannot connect ...)`
fn nobody_reached(report: &Report) -> String {
    let first = report.failed.first();
    let first = first.map(|first| format!("{} ({})", first.source, first.error));
    let first = first.unwrap_or_default();
    let nobody = match report.asked {
        1 => format!("the only source that was due could not be reached: {first}"),
        due => format!("none of {due} sources that were due could be reached, for example {first}"),
    };
    let network = if report.network_fault {
        "; this machine seems to have no network, so the next run fetches again"
    } else {
        ""
    };
    format!("{nobody}{network}")
}

/// `12 sources were not fetched in time (max_pass), most of a.example; the next run begins with them`
fn waits(waiting: &Waiting) -> String {
    let host = waiting.host.as_deref();
    match waiting.why {
        WaitingFor::MaxPass => format!(
            "{} not fetched in time (max_pass){}; the next run begins with {}",
            count(waiting.sources, "source was", "sources were"),
            host.map(|host| format!(", most of {host}"))
                .unwrap_or_default(),
            if waiting.sources == 1 { "it" } else { "them" },
        ),
        WaitingFor::RetryAfter => format!(
            "{} until {}: {} asked to be left alone (Retry-After)",
            count(waiting.sources, "source waits", "sources wait"),
            waiting.until.as_deref().unwrap_or("the next run"),
            host.unwrap_or("a host"),
        ),
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

/// `nato: filter: it failed (exit status: 1); 3 items stay as they are until the next run (1st failure in a row)`
fn filter_failed(failure: &FilterFailure) -> String {
    let items = count(
        failure.items,
        "item stays as it is",
        "items stay as they are",
    );
    format!(
        "{}: filter: {}; {items} until the next run ({} failure in a row)",
        failure.of,
        failure.error,
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
    // A failure that does not count has no number.
    let row = match failure.failures {
        0 => String::new(),
        number => format!(" ({} failure in a row)", ordinal(number)),
    };
    format!("{}: {}{next}{row}", failure.source, failure.error)
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
    fn those_who_are_waited_for_are_named() {
        let told = |ids: &[&str]| {
            let ids: Vec<_> = ids.iter().copied().map(SourceId::new).collect();
            waited_for(&ids)
        };
        assert_eq!(told(&[]), "");
        assert_eq!(told(&["a"]), "waiting for a");
        assert_eq!(told(&["a", "b"]), "waiting for a and b");
        assert_eq!(told(&["a", "b", "c", "d"]), "waiting for a, b and 2 more");
    }

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
