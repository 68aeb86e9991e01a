//! Errors in a `feeds.toml`: file, line, table, what is wrong, and what to write instead.

use super::excerpt::{Excerpt, excerpt};
use super::unknown_key;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("{}", unreadable(path, cause))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// Its contents are not valid; every problem found, in file order.
    #[error("{}", join(.0))]
    Invalid(Vec<Problem>),
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as the user named it.
    pub file: PathBuf,
    /// Line, 1-based; none if something is missing from the file.
    pub line: Option<usize>,
    /// The table it is in, e.g. `themes.defence`; empty at the top.
    pub table: String,
    /// What is wrong and what to write instead.
    pub text: String,
    /// The line as it is written.
    pub excerpt: Option<Excerpt>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        f.write_str(" ")?;
        if !self.table.is_empty() {
            write!(f, "{}: ", self.table)?;
        }
        f.write_str(&self.text)
    }
}

/// What is wrong with the file as a whole, and the next step.
fn unreadable(path: &Path, cause: &std::io::Error) -> String {
    use std::io::ErrorKind::{InvalidData, IsADirectory, NotFound, PermissionDenied};
    let file = path.display();
    match cause.kind() {
        NotFound => format!("there is no {file}; name another file with -c FILE, or write it"),
        PermissionDenied => format!(
            "{file} may not be read by this user; change its permissions (`chmod u+r`, `chown`), or run feedmill as its owner"
        ),
        IsADirectory => format!("{file} is a folder; name the file in it"),
        InvalidData => format!("{file} is not UTF-8; save it as UTF-8"),
        _ => format!("cannot read {file}: {cause}; name another file with -c FILE"),
    }
}

fn join(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Turns byte ranges of one file into lines and tables.
pub(super) struct Places<'a> {
    pub file: &'a Path,
    pub text: &'a str,
}

impl Places<'_> {
    /// A problem at a byte range.
    pub(super) fn problem(&self, at: Range<usize>, text: impl Into<String>) -> Problem {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_end = self.text[before.len()..]
            .find('\n')
            .map_or(self.text.len(), |i| before.len() + i);
        let table = table_around(&self.text[..line_end]);
        Problem {
            file: self.file.to_owned(),
            line: Some(before.matches('\n').count() + 1),
            excerpt: excerpt(self.text, &at, &table),
            table,
            text: text.into(),
        }
    }

    /// A problem with something that is missing, and the table it belongs to.
    pub(super) fn absent(&self, table: &str, text: impl Into<String>) -> Problem {
        Problem {
            file: self.file.to_owned(),
            line: None,
            table: table.to_owned(),
            text: text.into(),
            excerpt: None,
        }
    }

    /// An error of the TOML parser, in the words of the documentation.
    pub(super) fn refused(&self, error: &toml::de::Error) -> Problem {
        let at = error.span().unwrap_or(0..0);
        let text = self.reword(&at, error.message());
        self.problem(at, text)
    }

    /// serde's "unknown field `limt`, expected one of `limit`, ..." -> the key and the nearest known
    /// one; "invalid type: integer `5`, expected usize" -> the key and what to write; "unknown variant
    /// `on`, expected `off` or `full`" likewise.
    fn reword(&self, at: &Range<usize>, message: &str) -> String {
        let mut names = message.split('`').skip(1).step_by(2);
        let word = names.next().unwrap_or_default();
        let mismatch = ["invalid type: ", "invalid value: "]
            .iter()
            .find_map(|prefix| message.strip_prefix(prefix)?.rsplit_once(", expected "));
        let key = self
            .key_of(at.start)
            .map_or_else(|| "this".to_owned(), |key| format!("\"{key}\""));
        let line = self.text.get(..at.end).unwrap_or(self.text);
        let table = table_around(line);
        if mismatch.is_some() && matches!(table.as_str(), "sources" | "themes") && key != "this" {
            format!("{key} is in no table of its own; begin it with [{table}.NAME], with any name")
        } else if let Some((found, expected)) = mismatch {
            format!(
                "{key} cannot be {}; write {}",
                found_plainly(found),
                plain(expected)
            )
        } else if message.starts_with("unknown field") {
            let known: Vec<&str> = names.collect();
            let hint = unknown_key::hint(&table, word, &known);
            format!("unknown key \"{word}\"{hint}")
        } else if message.starts_with("unknown variant") {
            let known: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
            format!("{key} cannot be \"{word}\"; write {}", known.join(" or "))
        } else if message.starts_with("duplicate key") {
            let word = self.text.get(at.clone()).unwrap_or_default();
            format!("\"{word}\" is written twice; keep one of them")
        } else {
            message.trim().replace('\n', " ")
        }
    }

    /// The key whose value begins at an offset, or is a list around it.
    fn key_of(&self, value: usize) -> Option<&str> {
        let mut before = self.text.get(..value)?.trim_end();
        if !before.ends_with('=') {
            before = before[..before.rfind('[')?].trim_end();
        }
        let before = before.strip_suffix('=')?.trim_end();
        let key = before
            .rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
            .next();
        key.filter(|key| !key.is_empty())
    }
}

/// What serde found, in the words of the documentation. A text may be a secret: it is not repeated.
fn found_plainly(found: &str) -> String {
    match found.split(' ').next() {
        Some("string") => "a text".to_owned(),
        Some("sequence") => "a list".to_owned(),
        Some("map") => "a table".to_owned(),
        _ => found.replace("integer", "the number").replace('`', ""),
    }
}

/// What serde expects, in the words of the documentation.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" => "a text in quotes",
        "usize" | "u32" => "a whole number, 0 or more",
        "i32" => "a whole number",
        "a boolean" => "true or false",
        "a sequence" => "a list, e.g. [\"one\", \"two\"]",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}

/// The last table header at or before the end of a text.
fn table_around(text: &str) -> String {
    text.lines()
        .rev()
        .map(str::trim)
        .filter(|line| line.starts_with('['))
        .find_map(|line| line.trim_start_matches('[').split_once(']'))
        .map(|(table, _)| table.trim().to_owned())
        .unwrap_or_default()
}

/// `; did you mean "limit"?`, or the known names if none is similar.
pub(super) fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    /// With more edits, a suggestion would be a guess.
    const NEAR: usize = 3;
    let near = known
        .clone()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(distance, k)| *distance <= NEAR && *distance < k.len())
        .min();
    match near {
        Some((_, k)) => format!("; did you mean \"{k}\"?"),
        None if known.clone().next().is_none() => "; none is known".to_owned(),
        None => format!("; known are {}", known.collect::<Vec<_>>().join(", ")),
    }
}
