//! What is to be measured: the command line of the bench.

use std::path::PathBuf;
use std::process::exit;

const HELP: &str = "\
cargo bench --bench pass -- [OPTIONS]

  --feeds N,N      sizes to measure (100,1000); 10000 takes 10 GB of disk for each cold pass with wide themes
  --themes N,N     numbers of themes (20)
  --kind KIND,KIND which stories a theme takes: narrow, each story is in about one theme;
                   wide, each story is in about nine of twenty (narrow,wide)
  --runs N         passes of which the median is printed (3)
  --stored N,N     instead: 'unchanged' and 'changed' with so many items in the store; needs one size and kind
  --binary PATH    the program to measure (the one that cargo built); more than once: they take turns, and
                   ratios to the first are printed
  --corpus FOLDER  serves the files of this folder (FOLDER/f/000/000000.xml and so on); without 'changed', and the
                   themes take what happens to have their made-up words
  --tsv FILE       writes the medians as a table, in place of what is there

For scripts, which compare with other programs (benches/peers):

  serve FEEDS [FOLDER]                      serves until it is killed; prints its address
  configure FOLDER ADDRESS FEEDS THEMES KIND [CORPUS]
                                            writes feeds.toml and urls.txt
  measure COMMAND...                        runs it; prints user, system, wall seconds, bytes of memory, bytes
                                            written and the exit code
";

/// What the bench is asked for.
pub(crate) enum Task {
    Compare(Options),
    Serve {
        feeds: usize,
        folder: Option<PathBuf>,
    },
    Configure {
        folder: PathBuf,
        address: String,
        paths: Paths,
        size: Size,
    },
    Measure {
        command: Vec<String>,
    },
}

/// What to measure.
pub(crate) struct Options {
    pub(crate) feeds: Vec<usize>,
    pub(crate) themes: Vec<usize>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) runs: usize,
    pub(crate) stored: Vec<usize>,
    pub(crate) binaries: Vec<PathBuf>,
    pub(crate) corpus: Option<PathBuf>,
    pub(crate) tsv: Option<PathBuf>,
}

/// How much one scenario holds.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) feeds: usize,
    pub(crate) themes: usize,
    pub(crate) kind: Kind,
}

/// Which stories a theme takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Each story is in about one theme.
    Narrow,
    /// Each story is in about nine of twenty themes.
    Wide,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Narrow => "narrow",
            Self::Wide => "wide",
        }
    }
}

/// How the server's addresses end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paths {
    /// `/12`
    Numbers,
    /// `/f/000/000012.xml`
    Files,
}

impl Paths {
    pub(crate) fn of(self, feed: usize) -> String {
        match self {
            Self::Numbers => format!("/{feed}"),
            Self::Files => format!("/f/{:03}/{feed:06}.xml", feed / 1_000),
        }
    }
}

/// Reads the command line. A mistake ends the program.
pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Task {
    let words: Vec<String> = arguments.collect();
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    match borrowed.as_slice() {
        ["serve", feeds] => Task::Serve {
            feeds: number(feeds),
            folder: None,
        },
        ["serve", feeds, folder] => Task::Serve {
            feeds: number(feeds),
            folder: Some(folder.into()),
        },
        [
            "configure",
            folder,
            address,
            feeds,
            themes,
            kind,
            corpus @ ..,
        ] => Task::Configure {
            folder: folder.into(),
            address: (*address).to_owned(),
            paths: if corpus.is_empty() {
                Paths::Numbers
            } else {
                Paths::Files
            },
            size: Size {
                feeds: number(feeds),
                themes: number(themes),
                kind: kind_of(kind),
            },
        },
        ["measure", command @ ..] if !command.is_empty() => Task::Measure {
            command: command.iter().map(|&word| word.to_owned()).collect(),
        },
        words => Task::Compare(options(words)),
    }
}

fn options(words: &[&str]) -> Options {
    let mut options = Options {
        feeds: vec![100, 1_000],
        themes: vec![20],
        kinds: vec![Kind::Narrow, Kind::Wide],
        runs: 3,
        stored: Vec::new(),
        binaries: Vec::new(),
        corpus: None,
        tsv: None,
    };
    for pair in words.chunks(2) {
        let [name, value] = pair else { refuse(pair[0]) };
        match *name {
            "--feeds" => options.feeds = numbers(value),
            "--themes" => options.themes = numbers(value),
            "--kind" => options.kinds = value.split(',').map(kind_of).collect(),
            "--runs" => options.runs = number(value).max(1),
            "--stored" => options.stored = numbers(value),
            "--binary" => options.binaries.push(value.into()),
            "--corpus" => options.corpus = Some(value.into()),
            "--tsv" => options.tsv = Some(value.into()),
            other => refuse(other),
        }
    }
    if options.binaries.is_empty() {
        options.binaries.push(env!("CARGO_BIN_EXE_feedmill").into());
    }
    options
}

fn numbers(text: &str) -> Vec<usize> {
    text.split(',').map(number).collect()
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| refuse(text))
}

fn kind_of(text: &str) -> Kind {
    match text {
        "narrow" => Kind::Narrow,
        "wide" => Kind::Wide,
        other => refuse(other),
    }
}

fn refuse(word: &str) -> ! {
    if !matches!(word, "-h" | "--help") {
        eprintln!("not understood: {word}\n");
    }
    eprint!("{HELP}");
    exit(2)
}
