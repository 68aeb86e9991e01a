//! `feedmill dedupe`: the merger as a filter, without a store.

use crate::cli::adhoc;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::dedupe::{Filter, coverages};
use crate::model::{Item, Source};
use crate::normalize::{self, Context};
use crate::parse::{self, Document};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

/// Find the items that belong to one story
///
/// Input: JSON Feed items, one per line, if possible the oldest first: an item is compared with those
/// before it. Output: a line {"id": ..., "story": ...} for each item. The story is the id of its first
/// item.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill items | feedmill dedupe\n  \
    feedmill dedupe --unique items.jsonl > each-once.jsonl\n  \
    feedmill dedupe --level coverage items.jsonl")]
pub(in crate::cli) struct Arguments {
    /// A file of JSON Lines, or - for standard input
    #[arg(value_name = "FILE|-", default_value = "-")]
    input: String,
    /// Which items are merged
    #[arg(long, value_enum, default_value_t = Level::Identical)]
    level: Level,
    /// Print the first item of each story instead, unchanged
    #[arg(long)]
    unique: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Level {
    /// Items with the same text: complete, shortened, cut off or corrected
    Identical,
    /// Items about the same event in other words; prints after all input is read
    Coverage,
}

/// A line of the output.
#[derive(Serialize)]
struct OutputLine<'a> {
    id: &'a str,
    story: &'a str,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let input: Box<dyn BufRead> = if arguments.input == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(
            File::open(&arguments.input).map_err(|e| unreadable(arguments, &e))?,
        ))
    };
    let mut out = BufWriter::new(border::stdout());
    let (source, now) = (adhoc::source(None), Utc::now());
    let mut filter = Filter::new();
    let mut ids = Vec::new();
    let mut later = Vec::new();
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.map_err(|e| unreadable(arguments, &e))?;
        if line.trim().is_empty() {
            continue;
        }
        let Some((id, item)) = read(&line, &source, now) else {
            message::warning(&format!(
                "{}:{number}: not a JSON Feed item; skipped",
                arguments.input
            ));
            continue;
        };
        ids.push(id);
        match arguments.level {
            Level::Identical => {
                let placed = filter.place(&item);
                print_line(
                    &mut out,
                    arguments,
                    &line,
                    &ids,
                    ids.len() - 1,
                    placed.story,
                )?;
            }
            Level::Coverage => later.push((line, item)),
        }
    }
    let stories = coverages(later.iter().map(|(_, item)| item));
    for (number, ((line, _), story)) in later.iter().zip(stories).enumerate() {
        print_line(&mut out, arguments, line, &ids, number, story)?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn print_line(
    out: &mut impl Write,
    arguments: &Arguments,
    line: &str,
    ids: &[String],
    number: usize,
    story: u64,
) -> Result<(), Failure> {
    let story = usize::try_from(story).unwrap_or(number);
    if !arguments.unique {
        let line = OutputLine {
            id: &ids[number],
            story: ids.get(story).unwrap_or(&ids[number]),
        };
        serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else if story == number {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Reads an item from a line. Its id is returned as the line gives it.
fn read(line: &str, source: &Source, now: DateTime<Utc>) -> Option<(String, Item)> {
    let document = format!(r#"{{"version":"https://jsonfeed.org/version/1.1","items":[{line}]}}"#);
    let feed = parse::parse(&Document {
        bytes: document.as_bytes(),
        ..Document::default()
    })
    .ok()?;
    let id = feed.items.first()?.id.clone();
    let (items, _) = normalize::normalize(
        feed,
        &Context {
            source,
            document_url: None,
            now,
            ids_as_given: false,
        },
    );
    let item = items.into_iter().next()?;
    Some((id.unwrap_or_else(|| item.id.to_string()), item))
}

fn unreadable(arguments: &Arguments, error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("cannot read {}: {error}", arguments.input),
    )
}
