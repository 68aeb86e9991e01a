//! `feedmill status`: the state of each source.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::duration::format_duration;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::{store, terminal};
use crate::mill::{self, Health, SourceStatus, Status};
use crate::model::WaitReason;
use chrono::{DateTime, TimeDelta, Utc};
use std::io::Write;

/// Show the state of each source: last success, next fetch and why then, errors
///
/// Sources with problems first. A source is stale if it has had no new items for five times as long as usual.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill status\n  \
    feedmill status --json | jq -r '.sources[] | select(.health != \"fine\") | .source'\n  \
    feedmill status --strict > /dev/null || echo 'feedmill needs attention'     (monitoring)\n\n\
    Exit code 69 with --strict: a source is gone, stale or has failed three times in a row, or no pass has\n\
    finished for more than a day.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Exit with 69 if a source needs attention
    #[arg(long)]
    strict: bool,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let now = Utc::now();
    let status = block_on(async {
        let store = store::store(&config)?;
        Ok(mill::status(&config, &store, now).await?)
    })?;
    let mut out = border::stdout();
    if arguments.json {
        let json = serde_json::to_string_pretty(&status)
            .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))?;
        writeln!(out, "{json}")?;
    } else {
        out.write_all(terminal::plain(&text(&status, now)).as_bytes())?;
    }
    Ok(if arguments.strict && status.wants_attention() {
        Exit::NeedsAttention
    } else {
        Exit::Success
    })
}

/// A table. Notes on a source are below its line.
fn text(status: &Status, now: DateTime<Utc>) -> String {
    let mut lines = vec![[
        "SOURCE".to_owned(),
        "HEALTH".to_owned(),
        "LAST GOOD".to_owned(),
        "NEXT FETCH".to_owned(),
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
            "The last pass was {}; check that cron still runs feedmill.",
            ago(at, now)
        ),
        Some(at) => format!("The last pass was {}.", ago(at, now)),
        None => "No pass has finished yet; run `feedmill run` and read its messages.".to_owned(),
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

/// Error, staleness and new address of a source.
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
            "answers, but new items were expected by {day}; check whether it has moved"
        ));
    }
    if let Some(to) = &source.moved_to {
        notes.push(format!("has moved permanently; write url = \"{to}\""));
    }
    notes
}

fn ahead(at: DateTime<Utc>, why: Option<WaitReason>, now: DateTime<Utc>) -> String {
    let why = match why {
        None | Some(WaitReason::Every) => "",
        Some(WaitReason::Rhythm) => " (updates rarely)",
        Some(WaitReason::Server) => " (Cache-Control)",
        Some(WaitReason::Feed) => " (ttl)",
        Some(WaitReason::Skipped) => " (skipHours, skipDays)",
        Some(WaitReason::Failures) => " (after failure)",
        Some(WaitReason::RetryAfter) => " (Retry-After)",
    };
    if at > now {
        format!("in {}{why}", format_duration(at - now))
    } else {
        "next run".to_owned()
    }
}

fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{} ago", format_duration((now - at).max(TimeDelta::zero())))
}
