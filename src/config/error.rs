//! What is wrong with a `feeds.toml`: file, line, table, what, and what now.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read {}: {cause}; name another file with -c FILE, or start from the feeds.toml in the README", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// What is in it cannot be used; every problem found, in file order.
    #[error("{}", join(.0))]
    Invalid(Vec<Problem>),
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as the user named it.
    pub file: PathBuf,
    /// 1-based.
    pub line: usize,
    /// The table it stands in, e.g. `themes.defence`; empty at the top.
    pub table: String,
    /// What is wrong and what would be right.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.line)?;
        if !self.table.is_empty() {
            write!(f, "{}: ", self.table)?;
        }
        f.write_str(&self.text)
    }
}

fn join(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Turns byte ranges of one file into places.
pub(super) struct Places<'a> {
    pub file: &'a Path,
    pub text: &'a str,
}

impl Places<'_> {
    /// A problem at a place.
    pub(super) fn problem(&self, at: Range<usize>, text: impl Into<String>) -> Problem {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_end = self.text[before.len()..]
            .find('\n')
            .map_or(self.text.len(), |i| before.len() + i);
        Problem {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            table: table_around(&self.text[..line_end]),
            text: text.into(),
        }
    }

    /// What the TOML reader refused, in our words.
    pub(super) fn refused(&self, error: &toml::de::Error) -> Problem {
        self.problem(error.span().unwrap_or(0..0), reword(error.message()))
    }
}

/// The last table header at or before the end of a text.
fn table_around(text: &str) -> String {
    text.lines()
        .rev()
        .map(str::trim)
        .find_map(|line| line.strip_prefix('[')?.split_once(']'))
        .map(|(table, _)| table.trim().to_owned())
        .unwrap_or_default()
}

/// serde's "unknown field `limt`, expected one of `limit`, ..." -> the key and the nearest known one.
fn reword(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    match (message.strip_prefix("unknown field"), names.next()) {
        (Some(_), Some(key)) => {
            let known: Vec<&str> = names.collect();
            format!(
                "unknown key \"{key}\"{}",
                suggest(key, known.iter().copied())
            )
        }
        _ => message.trim().replace('\n', " "),
    }
}

/// `; did you mean "limit"?`, or what is known when nothing is near.
pub(super) fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    /// Past this many edits a suggestion is a guess.
    const NEAR: usize = 3;
    let near = known
        .clone()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(distance, k)| *distance <= NEAR && *distance < k.len())
        .min();
    match near {
        Some((_, k)) => format!("; did you mean \"{k}\"?"),
        None => format!("; known are {}", known.collect::<Vec<_>>().join(", ")),
    }
}
