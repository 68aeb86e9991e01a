//! `feedmill status`: how each source is.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::wait_for;
use crate::cli::span::span;
use crate::cli::{store, terminal};
use crate::config::Config;
use crate::mill::{self, Health, SourceStatus, Status};
use crate::model::WaitReason;
use chrono::{DateTime, TimeDelta, Utc};
use std::io::Write;

/// Say how each source is: when it last answered, when it is asked next and why, what is wrong
///
/// The worst stand first. A source is stale when it has had nothing new for five times as long as usual.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill status\n  \
    feedmill status --json | jq -r '.sources[] | select(.health != \"fine\") | .source'\n  \
    feedmill status --strict > /dev/null || echo 'feedmill wants to be looked at'     (monitoring)\n\n\
    Exit code 69 with --strict: a source is gone, stale or has failed three times in a row, or no pass has\n\
    come to its end for more than a day.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// End with 69 when something wants to be looked at
    #[arg(long)]
    strict: bool,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let now = Utc::now();
    let status = wait_for(async {
        let store = store::store(&config)?;
        Ok(mill::status(&config, &store, now).await?)
    })?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let json = serde_json::to_string_pretty(&status)
            .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))?;
        writeln!(out, "{json}")?;
    } else {
        out.write_all(terminal::plain(&text(&status, now)).as_bytes())?;
    }
    Ok(if arguments.strict && status.wants_attention() {
        Exit::Failing
    } else {
        Exit::Fine
    })
}

/// A table, with what is to be said of a source below its line.
fn text(status: &Status, now: DateTime<Utc>) -> String {
    let mut lines = vec![[
        "SOURCE".to_owned(),
        "HEALTH".to_owned(),
        "LAST GOOD".to_owned(),
        "NEXT VISIT".to_owned(),
        "ITEMS".to_owned(),
        "NEWEST".to_owned(),
    ]];
    lines.extend(status.sources.iter().map(|source| line(source, now)));
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let notes = std::iter::once(Vec::new()).chain(status.sources.iter().map(notes));
    let mut text = Vec::new();
    for (line, notes) in lines.iter().zip(notes) {
        let cells = line.iter().zip(widths);
        let row: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push(row.join("  ").trim_end().to_owned());
        text.extend(notes.iter().map(|note| format!("    {note}")));
    }
    text.push(String::new());
    text.push(match status.last_pass {
        Some(at) if status.overdue => format!(
            "The last pass was {}: is cron still calling feedmill?",
            ago(at, now)
        ),
        Some(at) => format!("The last pass was {}.", ago(at, now)),
        None => "No pass has come to its end yet: what does `feedmill run` say?".to_owned(),
    });
    text.join("\n") + "\n"
}

fn line(source: &SourceStatus, now: DateTime<Utc>) -> [String; 6] {
    let health = match source.health {
        Health::Gone => "gone",
        Health::Failing => "failing",
        Health::Stale => "stale",
        Health::New => "new",
        Health::Fine => "fine",
    };
    let since = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), |at| ago(at, now));
    let next = match (source.next_visit, source.health) {
        (_, Health::Gone) => "never".to_owned(),
        (None, _) => "next run".to_owned(),
        (Some(at), _) => ahead(at, source.next_why, now),
    };
    [
        source.source.to_string(),
        health.to_owned(),
        since(source.last_good),
        next,
        source.items.to_string(),
        since(source.newest),
    ]
}

/// What is to be known of a source besides.
fn notes(source: &SourceStatus) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(error) = &source.error {
        let times = match source.failures {
            0 | 1 => String::new(),
            failures => format!(" ({failures} failures in a row)"),
        };
        notes.push(format!("{error}{times}"));
    }
    if let Some(since) = source.stale_since {
        let day = since.format("%Y-%m-%d");
        notes.push(format!(
            "answers, but something new was to be expected by {day}; look whether it has moved"
        ));
    }
    if let Some(to) = &source.moved_to {
        notes.push(format!("has moved for good; write url = \"{to}\""));
    }
    notes
}

fn ahead(at: DateTime<Utc>, why: Option<WaitReason>, now: DateTime<Utc>) -> String {
    let why = match why {
        None | Some(WaitReason::Every) => "",
        Some(WaitReason::Rhythm) => " (seldom new)",
        Some(WaitReason::Server) => " (server's wish)",
        Some(WaitReason::Feed) => " (feed's wish)",
        Some(WaitReason::Skipped) => " (feed skips hours)",
        Some(WaitReason::Failures) => " (after failure)",
        Some(WaitReason::RetryAfter) => " (server's demand)",
    };
    if at > now {
        format!("in {}{why}", span(at - now))
    } else {
        "next run".to_owned()
    }
}

fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{} ago", span((now - at).max(TimeDelta::zero())))
}
