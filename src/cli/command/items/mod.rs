//! `feedmill items`: prints stories for other programs, or runs one with each.

mod exec;
mod form;
mod list;
mod printer;
mod stream;

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::model::Cursor;
use form::Format;
use std::path::PathBuf;
pub(in crate::cli) use stream::{checked, shown};

/// Print stories: those that arrived since some time, or what is new in themes for a consumer
///
/// Without --consumer, --after and --follow: the stories of the store, in order of arrival. With one of them: what
/// entered the themes, in order, each with a cursor. A story that enters a theme late is new there, too; the first
/// visit of a source is not. `feedmill ack NAME CURSOR` acknowledges what a consumer has handled; until then it is printed
/// again. A new consumer begins with what comes from now on.
///
/// ndjson: a JSON Feed item per line, with `_feedmill` (also, sources, themes, seq, rev, notice, cursor). tsv: cursor, notice, date,
/// title, sources, address, id. text, markdown, html, slack, telegram, discord, matrix: a line of that markup, in which a title can neither
/// call anybody nor break the line.
///
/// --template writes what you want instead, in that markup: docs/DELIVER.md lists what it may use.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill items --since 24h --format text\n  \
    feedmill items --theme defence --since 2024-06-01 --format markdown\n  \
    feedmill items --since 1h | jq -r .title\n  \
    feedmill items --since 1h --template '{{ source }}: {{ title }}'\n  \
    feedmill items --theme defence --consumer bot --backfill 3\n  \
    feedmill items --consumer log --exec logger -t news --stdin\n  \
    feedmill items --follow --format text")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// Only stories of this theme; may be given several times
    #[arg(short, long)]
    theme: Vec<String>,
    /// Only stories that arrived since: an age (90min, 24h, 7d, 2w), a date or an RFC 3339 time
    #[arg(short, long, value_name = "WHEN", conflicts_with_all = ["consumer", "after", "follow"])]
    since: Option<String>,
    /// What this consumer has not acknowledged; a name of letters, digits, - and _
    #[arg(long, value_name = "NAME", conflicts_with = "after")]
    consumer: Option<String>,
    /// Begin a new consumer so many stories before the end
    #[arg(
        long,
        value_name = "STORIES",
        default_value_t = 0,
        requires = "consumer"
    )]
    backfill: u32,
    /// What came after this cursor; for those who keep it themselves
    #[arg(short, long, value_name = "CURSOR")]
    after: Option<Cursor>,
    /// Also stories that changed, left the themes, or were hidden (`notice`)
    #[arg(long)]
    changes: bool,
    /// No story that was older than this when it entered (2d, 12h)
    #[arg(long, value_name = "AGE")]
    max_age: Option<String>,
    /// At most so many; the rest comes the next time
    #[arg(short, long, value_name = "STORIES", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// If more than so many are new, only the newest of them, after one line that says how many are left out
    #[arg(long, value_name = "STORIES", value_parser = clap::value_parser!(u32).range(1..))]
    burst: Option<u32>,
    /// Go on, and print what comes when it comes
    #[arg(long)]
    follow: bool,
    /// Output format [default: ndjson; with a template: text]
    #[arg(short, long, value_enum)]
    format: Option<Format>,
    /// Print each story as this template says: '{{ title }} {{ url }}'
    #[arg(long, value_name = "TEXT", conflicts_with = "template_file")]
    template: Option<String>,
    /// The same, with the template in a file
    #[arg(long, value_name = "FILE")]
    template_file: Option<PathBuf>,
    /// Run this program once for each story, with the JSON on its standard input and `FEEDMILL_TITLE`, `FEEDMILL_URL`
    /// and so on in its environment; a story is acknowledged when it ends with 0. It stops at the first that fails
    #[arg(
        long,
        value_name = "PROGRAM",
        num_args = 1..,
        allow_hyphen_values = true,
        requires = "consumer",
        conflicts_with_all = ["format", "template", "template_file"]
    )]
    exec: Vec<String>,
}

impl Arguments {
    fn is_stream(&self) -> bool {
        self.consumer.is_some() || self.after.is_some() || self.follow
    }
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.is_stream() {
        return stream::run(arguments);
    }
    let only_of_streams = [
        (arguments.changes, "--changes"),
        (arguments.max_age.is_some(), "--max-age"),
        (arguments.burst.is_some(), "--burst"),
    ];
    if let Some((_, option)) = only_of_streams.iter().find(|(given, _)| *given) {
        let text = format!("{option} needs --consumer, --after or --follow");
        return Err(Failure::new(Exit::Usage, text));
    }
    list::run(arguments)
}
