//! Items -> a program of the user -> the same items, changed or dropped.
//!
//! The program reads JSON Lines, an item of JSON Feed on each, and writes lines of the same form. What is not
//! exactly that changes nothing: an answer is taken as a whole, or not at all.

mod answer;

use crate::model::{Filter, Item, Redaction};
use crate::program::{self, Run};
use crate::publish::json_feed::JsonFeedItem;
use crate::text::html::sanitize;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use url::Url;

/// Bytes that a run writes. What it is given is a megabyte or one item, and a translation is seldom twice as long.
const MAX_OUTPUT: usize = 16 << 20;
/// Values that are shorter are no secrets, and stand in many a word.
const MIN_SECRET: usize = 8;

/// Why the answer of a filter is not used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It did not run to its end.
    #[error(transparent)]
    Program(#[from] program::Error),
    /// It would fail with any items, as it did before.
    #[error("it failed before in this pass")]
    Before,
    /// A line of its output is not an item that it was given.
    #[error("line {line} of its output: {fault}")]
    Answer {
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        fault: String,
    },
}

impl Error {
    /// Whether it would fail with any other items, too.
    pub fn is_of_any_input(&self) -> bool {
        matches!(
            self,
            Self::Program(program::Error::Start { .. } | program::Error::TooSlow(_)) | Self::Before
        )
    }
}

/// What came of items.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Those that passed, by their place, and what became of them; none: it is dropped.
    pub passed: Vec<(usize, Option<Item>)>,
    /// The places of those that it failed on.
    pub failed: Vec<usize>,
    /// Why.
    pub failure: Option<Failure>,
    /// What each run wrote to standard error, if anything: the beginning, without the values of variables that it
    /// was given.
    pub said: Vec<String>,
}

/// Why a filter failed.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub error: Error,
    /// The last line that it wrote to standard error.
    pub said: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, said } = self;
        match said {
            Some(said) => write!(f, "{error}: {said}"),
            None => write!(f, "{error}"),
        }
    }
}

/// Runs a filter over items whose ids differ. Where it fails on many at once, it is given halves of them, and halves
/// of those on which it fails again: one item that it cannot read keeps no other back. `halves` says whether.
pub async fn run(filter: &Filter, items: &[Item], halves: bool) -> Outcome {
    let mut outcome = Outcome::default();
    // The largest are tried first, so that what can pass does so in few runs. Two items that make it fail are found
    // with two failures for each halving. A filter that fails on everything is started no oftener.
    let mut parts = VecDeque::new();
    parts.push_back(0..items.len());
    let halvings = items.len().next_power_of_two().ilog2();
    let mut failures = if halves { 1 + 2 * halvings } else { 0 };
    while let Some(part) = parts.pop_front() {
        let ran = once(filter, &items[part.clone()]).await;
        let last = ran.said.lines().last().map(str::to_owned);
        outcome
            .said
            .extend(Some(ran.said).filter(|s| !s.is_empty()));
        let error = match ran.result {
            Ok(results) => {
                outcome.passed.extend(part.zip(results));
                continue;
            }
            Err(error) => error,
        };
        let is_over = error.is_of_any_input() || failures == 0;
        // One on all items is told as it was with all of them, one on a few as it was with the fewest.
        let is_none = outcome.failure.is_none();
        if is_none || error.is_of_any_input() || !outcome.passed.is_empty() {
            outcome.failure = Some(Failure { error, said: last });
        }
        if is_over {
            outcome.failed.extend(part);
            outcome.failed.extend(parts.drain(..).flatten());
        } else if part.len() == 1 {
            outcome.failed.extend(part);
        } else {
            let middle = part.start + part.len().div_ceil(2);
            parts.extend([part.start..middle, middle..part.end]);
        }
        failures = failures.saturating_sub(1);
    }
    outcome
}

/// What a run gave.
#[derive(Debug)]
struct Ran {
    /// What became of each item, in order.
    result: Result<Vec<Option<Item>>, Error>,
    said: String,
}

/// Runs a filter once.
async fn once(filter: &Filter, items: &[Item]) -> Ran {
    let sent: Vec<_> = items.iter().map(line).collect();
    let mut input = String::new();
    for line in &sent {
        input += &line.to_string();
        input.push('\n');
    }
    let named = filter.environment.iter().map(String::as_str);
    let variable = |name: &str| Some((name.to_owned(), std::env::var_os(name)?));
    let own: Vec<(String, OsString)> = named.filter_map(variable).collect();
    let run = Run {
        command: &filter.command,
        folder: &filter.folder,
        variables: &own,
        time: filter.timeout,
        most: MAX_OUTPUT,
    };
    let (output, said) = program::run(&run, input.as_bytes()).await;
    let values = own.iter().filter_map(|(_, value)| value.to_str());
    let secrets = Redaction::new(values.filter(|value| value.len() >= MIN_SECRET));
    Ran {
        result: output
            .map_err(Error::from)
            .and_then(|output| answer::read(items, &sent, &output)),
        said: secrets.hide(said.trim()).into_owned(),
    }
}

/// An item as a filter is given it. The id is the stored one, by which the answer is found.
fn line(item: &Item) -> serde_json::Value {
    let content = item.content_html.as_ref().map(|raw| {
        let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
        sanitize(&raw.html, base.as_ref())
    });
    let mut line = JsonFeedItem {
        id: item.id.as_str().to_owned(),
        ..JsonFeedItem::from_item(item, content.as_ref())
    };
    if item.content_html.is_none() && item.content_text.is_none() {
        // JSON Feed wants one of the two. A text that the item does not have must not come back changed.
        line.content_text = None;
    }
    serde_json::to_value(line).unwrap_or_default()
}

#[cfg(all(test, unix))]
mod tests;
