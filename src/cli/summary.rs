//! What a pass did -> the last lines that `run` prints on a terminal: who was fetched and who was not, what
//! is new in which theme, where to look.

use super::duration::format_duration;
use super::status_text::reason;
use super::terminal::count;
use crate::config::Config;
use crate::mill::{Delivered, Health, Options, Report, SourceStatus, Status};
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt::Write as _;
use std::time::Duration;

/// Themes that are named without new stories: on a first run an empty theme says that its rule is wrong.
const MAX_THEMES: usize = 20;

/// Who was fetched; if nobody, why not and until when.
pub(super) fn fetched(
    report: &Report,
    options: &Options,
    status: &Status,
    now: DateTime<Utc>,
) -> String {
    if options.offline {
        return "nothing was fetched (--offline)".to_owned();
    }
    let is_meant = |source: &&SourceStatus| {
        let mut only = options.only.iter();
        let id = &source.source;
        options.only.is_empty() || only.any(|name| name == id || name.as_str() == id.table())
    };
    let sources = || status.sources.iter().filter(is_meant);
    let due: usize = report.waiting.iter().map(|waiting| waiting.sources).sum();
    if report.asked > 0 {
        let rest = match sources().count().saturating_sub(report.asked + due) {
            0 => String::new(),
            rest => format!("; {rest} not due"),
        };
        return format!(
            "{}: {} modified, {} unchanged, {} failed{rest}",
            count(report.asked, "source fetched", "sources fetched"),
            report.modified,
            report.unchanged,
            report.failed.len()
        );
    }
    if due > 0 {
        return "no source was fetched".to_owned();
    }
    let gone = sources()
        .filter(|source| source.health == Health::Gone)
        .count();
    let waits = |source: &SourceStatus| Some(source.next_visit?).filter(|at| *at > now);
    let waiting = sources().filter(|source| waits(source).is_some()).count();
    let first = sources().filter_map(|source| Some((waits(source)?, source)));
    let first = first.min_by_key(|(at, _)| *at);
    let mut parts = Vec::new();
    if let Some((at, source)) = first {
        let why = source.next_why.and_then(reason);
        let why = why.map(|why| format!(", {why}")).unwrap_or_default();
        parts.push(format!(
            "{waiting} {}, the first ({}) until {} (in {}{why})",
            if waiting == 1 { "waits" } else { "wait" },
            source.source,
            at.format("%Y-%m-%d %H:%M UTC"),
            format_duration(at - now + TimeDelta::seconds(59)),
        ));
    }
    if gone > 0 {
        parts.push(format!(
            "{gone} {} gone, which `feedmill retry SOURCE` tries again",
            if gone == 1 { "is" } else { "are" }
        ));
    }
    if waiting > 0 && !options.all && options.only.is_empty() {
        parts.push("`feedmill run --all` fetches those that wait".to_owned());
    }
    if parts.is_empty() {
        return "no source was due".to_owned();
    }
    format!("no source was due: {}", parts.join("; "))
}

/// `new stories: defence 3, cycling 0`
pub(super) fn by_theme(report: &Report, config: &Config) -> Option<String> {
    if report.new_stories == 0 && report.new_by_theme.is_empty() {
        return None;
    }
    let all = config.themes.len() <= MAX_THEMES;
    let parts = config.themes.iter().filter_map(|theme| {
        let new = report.new_by_theme.get(&theme.id).copied().unwrap_or(0);
        (all || new > 0).then(|| format!("{} {new}", theme.id))
    });
    let parts: Vec<_> = parts.collect();
    Some(format!("new stories: {}", parts.join(", ")))
}

/// How long it took, and where the result is.
pub(super) fn done(config: &Config, took: Duration) -> String {
    format!(
        "done in {:.1} s; look at {}",
        took.as_secs_f64(),
        config.output.join("index.html").display()
    )
}

/// `team: 3 posted, 1 set aside; 5 wait: 503 (...)`: what was posted to a destination, and what to do now.
pub(super) fn delivered(done: &Delivered) -> String {
    let counts = [
        (done.posted, "posted"),
        (done.edited, "changed"),
        (done.taken_back, "taken back"),
        (done.left_out, "left out"),
        (done.set_aside, "set aside"),
        (done.waiting, "waiting"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut text = match counts.as_slice() {
        [] => format!("{}: nothing new", done.name),
        counts => format!("{}: {}", done.name, counts.join(", ")),
    };
    for (moment, what) in [
        (done.quiet_until, "quiet until"),
        (done.next_digest, "next digest"),
    ] {
        if let Some(moment) = moment {
            let _ = write!(text, "; {what} {}", moment.format("%Y-%m-%d %H:%M %:z"));
        }
    }
    if let Some(error) = &done.error {
        let _ = write!(text, "; {error}");
    }
    if done.is_stopped {
        let _ = write!(text, "; then run `feedmill deliver {} --retry`", done.name);
    } else if done.set_aside > 0 {
        let _ = write!(
            text,
            "; `feedmill deliver {} --failed` lists what was set aside",
            done.name
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SourceId, ThemeId, WaitReason};
    use std::path::Path;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_409_600, 0).unwrap()
    }

    fn source(id: &str, minutes: Option<i64>, health: Health) -> SourceStatus {
        SourceStatus {
            source: SourceId::new(id),
            title: None,
            url: String::new(),
            is_secret: false,
            health,
            last_good: None,
            next_visit: minutes.map(|minutes| now() + TimeDelta::minutes(minutes)),
            next_why: minutes.map(|_| WaitReason::Feed),
            failures: 0,
            is_reported: false,
            failing_since: None,
            kind: None,
            error: None,
            moved_to: None,
            items: 0,
            newest: None,
            rhythm_seconds: None,
            stale_since: None,
            odd: Vec::new(),
        }
    }

    fn told(asked: usize, options: &Options, sources: Vec<SourceStatus>) -> String {
        let report = Report {
            asked,
            modified: asked,
            ..Report::default()
        };
        let status = Status {
            last_pass: None,
            overdue: false,
            sources,
        };
        fetched(&report, options, &status, now())
    }

    #[test]
    fn why_nobody_was_asked_and_until_when() {
        let two = || {
            vec![
                source("late", Some(90), Health::Fine),
                source("soon", Some(12), Health::Fine),
                source("old", None, Health::Gone),
            ]
        };
        assert_eq!(
            told(0, &Options::default(), two()),
            "no source was due: 2 wait, the first (soon) until 2024-06-15 00:12 UTC (in 12 min, ttl); \
             1 is gone, which `feedmill retry SOURCE` tries again; `feedmill run --all` fetches those that wait"
        );
        let only = Options {
            only: vec![SourceId::new("old")],
            ..Options::default()
        };
        assert_eq!(
            told(0, &only, two()),
            "no source was due: 1 is gone, which `feedmill retry SOURCE` tries again"
        );
        let offline = Options {
            offline: true,
            ..Options::default()
        };
        assert_eq!(told(0, &offline, two()), "nothing was fetched (--offline)");
        assert_eq!(
            told(1, &Options::default(), two()),
            "1 source fetched: 1 modified, 0 unchanged, 0 failed; 2 not due"
        );
    }

    #[test]
    fn stories_are_counted_by_theme_and_the_page_is_named() {
        let text = "[sources.a]\npath = \"a.xml\"\n[themes.sea]\n[themes.land]\n";
        let config = Config::parse(Path::new("news/feeds.toml"), text).unwrap();
        let report = Report {
            new_stories: 3,
            new_by_theme: [(ThemeId::new("sea"), 3)].into(),
            ..Report::default()
        };
        assert_eq!(
            by_theme(&report, &config).as_deref(),
            Some("new stories: sea 3, land 0")
        );
        assert_eq!(by_theme(&Report::default(), &config), None);
        assert_eq!(
            done(&config, Duration::from_millis(1234)),
            "done in 1.2 s; look at news/output/index.html"
        );
    }
}
