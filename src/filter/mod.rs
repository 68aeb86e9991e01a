//! Items -> a program of the user -> the same items, changed or dropped.
//!
//! The program reads JSON Lines, an item of JSON Feed on each, and writes lines of the same form. What is not
//! exactly that changes nothing: an answer is taken as a whole, or not at all.

mod answer;
mod process;

use crate::model::{Filter, Item};
use crate::publish::json_feed::JsonFeedItem;
use crate::text::html::sanitize;
use std::time::Duration;
use url::Url;

/// What a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until it has written everything and ended.
    pub time: Duration,
    /// Bytes that it writes.
    pub output: usize,
}

impl Default for Limits {
    /// Two minutes are enough to translate a batch sentence by sentence. A batch is a megabyte or one item, and
    /// a translation is seldom twice as long.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(120),
            output: 16 << 20,
        }
    }
}

/// Why the answer of a filter is not used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be started.
    #[error("cannot start {program}: {cause}; check its name and that it may be executed")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It hangs.
    #[error("it did not end within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// It says itself that it failed.
    #[error("it failed ({0})")]
    Failed(std::process::ExitStatus),
    /// It writes without end.
    #[error("it wrote more than {0} bytes")]
    TooMuch(usize),
    /// Its output cannot be read.
    #[error("its output cannot be read: {0}")]
    Pipe(#[from] std::io::Error),
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
        matches!(self, Self::Start { .. } | Self::TooSlow(_))
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    /// What became of each item, in order; none: it is dropped.
    pub result: Result<Vec<Option<Item>>, Error>,
    /// The beginning of what it wrote to standard error, without the values of variables that it was given.
    pub said: String,
}

/// Runs a filter once over items of one source: their ids differ.
pub async fn run(filter: &Filter, items: &[Item], limits: Limits) -> Ran {
    let sent: Vec<_> = items.iter().map(line).collect();
    let mut input = String::new();
    for line in &sent {
        input += &line.to_string();
        input.push('\n');
    }
    let (output, said) = process::run(filter, input.into_bytes(), limits).await;
    Ran {
        result: output.and_then(|output| answer::read(items, &sent, &output)),
        said,
    }
}

/// An item as a filter is given it. The id is the stored one, by which the answer is found.
fn line(item: &Item) -> serde_json::Value {
    let content = item.content_html.as_ref().map(|raw| {
        let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
        sanitize(&raw.html, base.as_ref())
    });
    let line = JsonFeedItem {
        id: item.id.as_str().to_owned(),
        ..JsonFeedItem::from_item(item, content.as_ref())
    };
    serde_json::to_value(line).unwrap_or_default()
}

#[cfg(all(test, unix))]
mod tests;
