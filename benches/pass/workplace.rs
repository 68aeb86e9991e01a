//! A folder with a configuration, in which one program makes its passes.

use crate::common::child::{self, Usage};
use crate::common::corpus::Corpus;
use crate::common::server::Server;
use crate::options::{Kind, Paths, Size};
use chrono::Utc;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A program and its folder.
pub(crate) struct Workplace {
    pub(crate) folder: TempDir,
    binary: PathBuf,
}

/// What a pass cost, and what it did.
#[derive(Clone)]
pub(crate) struct Pass {
    pub(crate) usage: Usage,
    /// Bytes that came from the server.
    pub(crate) received: u64,
    report: Value,
}

impl Workplace {
    /// A new folder. It is deleted with this value: keep it until all is measured, as ext4 is slow
    /// where files have just been deleted.
    pub(crate) fn new(binary: &Path, server: &Server, paths: Paths, size: &Size) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        configure(folder.path(), &server.address, paths, size);
        Self {
            folder,
            binary: binary.to_owned(),
        }
    }

    /// A pass over all sources, or only over those that are due.
    pub(crate) fn pass(&self, server: &Server, all: bool) -> Pass {
        let before = server.sent();
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).args(["run", "--json"]);
        if all {
            command.arg("--all");
        }
        let (usage, printed) = child::measure(&mut command);
        // The question takes some bytes, too, but not a thousand.
        let received = server.sent() - before;
        let report = serde_json::from_str(&printed).expect("a report");
        Pass {
            usage,
            received,
            report,
        }
    }

    /// Starts the program, which says its version.
    pub(crate) fn version(&self) -> Usage {
        child::measure(Command::new(&self.binary).arg("--version")).0
    }
}

impl Pass {
    /// A number of the report, or the length of a list in it.
    pub(crate) fn count(&self, name: &str) -> usize {
        match &self.report[name] {
            Value::Array(list) => list.len(),
            Value::Object(table) => {
                let numbers = table.values().filter_map(Value::as_u64);
                usize::try_from(numbers.sum::<u64>()).expect("a count")
            }
            number => {
                let number = number
                    .as_u64()
                    .unwrap_or_else(|| panic!("{name} is in the report"));
                usize::try_from(number).expect("a count")
            }
        }
    }
}

/// Writes `feeds.toml`, and the addresses alone as `urls.txt`, for other programs.
pub(crate) fn configure(folder: &Path, address: &str, paths: Paths, size: &Size) {
    // One host for all feeds: it must not be spared.
    let mut text = "[site]\ntitle = \"Bench\"\nbase_url = \"https://news.example.org/\"\n\
                    [fetch]\nallow = [\"127.0.0.0/8\"]\nin_flight = 64\nper_host = 64\ngap = \"0 s\"\n"
        .to_owned();
    let corpus = Corpus::new(Utc::now());
    for theme in 0..size.themes {
        let words: Vec<_> = words_of(&corpus, theme, size)
            .iter()
            .map(|word| format!("{word:?}"))
            .collect();
        let _ = writeln!(
            text,
            "[themes.t{theme:03}]\ntitle = \"Theme {theme}\"\ninclude = [{}]",
            words.join(", ")
        );
    }
    let mut addresses = String::new();
    for feed in 0..size.feeds {
        let path = paths.of(feed);
        let _ = writeln!(text, "[sources.s{feed:05}]\nurl = \"{address}{path}\"");
        let _ = writeln!(addresses, "{address}{path}");
    }
    fs::write(folder.join("feeds.toml"), text).expect("a file");
    fs::write(folder.join("urls.txt"), addresses).expect("a file");
}

/// Words that so many stories have: the rarer a word, the fewer.
fn words_of(corpus: &Corpus, theme: usize, size: &Size) -> Vec<String> {
    let rank = match size.kind {
        Kind::Narrow => NARROW * size.themes / 20 + theme,
        Kind::Wide => WIDE + theme % 20,
    };
    corpus.words(rank).map(str::to_owned).collect()
}

/// The rank from which a word is in one story of twenty; with ten times as many themes, ten times as rare.
const NARROW: usize = 330;
/// The rank from which twenty words are, on average, in nine stories of twenty.
const WIDE: usize = 0;
