//! argv -> one call into a lower layer -> exit code. Data goes to stdout, messages to stderr.

mod address;
mod adhoc;
mod ask;
mod border;
mod command;
mod config_file;
mod destination_text;
mod duration;
mod editing;
mod exit;
mod fold;
mod line;
mod logging;
mod message;
mod named_item;
mod named_theme;
mod request;
mod runtime;
mod status_text;
mod store;
mod style;
mod summary;
mod terminal;

use clap::{CommandFactory, Parser, Subcommand};
use command::{
    ack, add, backup, check, consumers, dedupe, deliver, discover, doctor, explain, export, hide,
    import, init, items, merge, parse, pin, remove, retry, run, shell, status, try_rule,
};
use config_file::ConfigFile;
use exit::{Exit, Failure};
use logging::Logging;
use std::path::PathBuf;
use std::process::ExitCode;

/// Collects news from many sources, merges items that say the same, publishes one feed per theme.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        feedmill import subscriptions.opml --themes       the feeds of another reader, a theme per folder\n  \
        feedmill add https://example.org/                 find the feed of a site and add it\n  \
        feedmill check                                    check feeds.toml and show what a run would do\n  \
        feedmill run                                      one pass: fetch, merge, publish to output/\n  \
        feedmill items --since 24h --format text          stories of the last 24 hours\n  \
        feedmill status                                   state of each source, time of the next fetch\n  \
        feedmill parse https://example.org/feed.xml       print one feed as JSON Feed\n  \
        feedmill explain https://example.org/news/1       why these items were merged and are in these themes\n  \
        feedmill try 'nato -sport'                        what a rule would take\n\n\
        Exit codes: 0 success, even if some sources failed; 1 store or output failed, or no source could be\n\
        reached; 2 usage; 65 not a feed (parse); 69 a source needs attention (status --strict);\n\
        75 another pass is running; 78 feeds.toml is not valid; 130, 143 interrupted"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Configuration file of the command, or its folder
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    logging: Logging,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Add(add::Arguments),
    Remove(remove::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Run(run::Arguments),
    Check(check::Arguments),
    Items(items::Arguments),
    Ack(ack::Arguments),
    Consumers(consumers::Arguments),
    Deliver(deliver::Arguments),
    Backup(backup::Backup),
    Vacuum(backup::Vacuum),
    Status(status::Arguments),
    Retry(retry::Arguments),
    Pin(pin::Pin),
    Unpin(pin::Unpin),
    Hide(hide::Hide),
    Unhide(hide::Unhide),
    Merge(merge::Merge),
    Apart(merge::Apart),
    Parse(parse::Arguments),
    Discover(discover::Arguments),
    Doctor(doctor::Arguments),
    Explain(explain::Arguments),
    Try(try_rule::Arguments),
    Dedupe(dedupe::Arguments),
    Schema(shell::Schema),
    Completions(shell::Completions),
    Man(shell::Manual),
}

impl Command {
    /// The command with the `-c` that stood before it. One that stands behind it counts more.
    fn with_config(mut self, before: Option<PathBuf>) -> Result<Self, Failure> {
        let Some(before) = before else {
            return Ok(self);
        };
        let file = match &mut self {
            Self::Run(arguments) => &mut arguments.config,
            Self::Check(arguments) => &mut arguments.config,
            Self::Items(arguments) => &mut arguments.config,
            Self::Ack(arguments) => &mut arguments.config,
            Self::Consumers(arguments) => &mut arguments.config,
            Self::Deliver(arguments) => &mut arguments.config,
            Self::Backup(arguments) => &mut arguments.config,
            Self::Vacuum(arguments) => &mut arguments.config,
            Self::Status(arguments) => &mut arguments.config,
            Self::Retry(arguments) => &mut arguments.config,
            Self::Export(arguments) => &mut arguments.config,
            Self::Doctor(arguments) => &mut arguments.config,
            Self::Explain(arguments) => &mut arguments.config,
            Self::Try(arguments) => &mut arguments.config,
            Self::Add(arguments) => &mut arguments.editing.config,
            Self::Remove(arguments) => &mut arguments.editing.config,
            Self::Import(arguments) => &mut arguments.editing.config,
            Self::Pin(arguments) => &mut arguments.editing.config,
            Self::Unpin(arguments) => &mut arguments.editing.config,
            Self::Hide(arguments) => &mut arguments.editing.config,
            Self::Unhide(arguments) => &mut arguments.editing.config,
            Self::Merge(arguments) => &mut arguments.editing.config,
            Self::Apart(arguments) => &mut arguments.editing.config,
            Self::Init(_)
            | Self::Parse(_)
            | Self::Discover(_)
            | Self::Dedupe(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => {
                let text = "this command reads no feeds.toml; take -c out";
                return Err(Failure::new(Exit::Usage, text.to_owned()));
            }
        };
        file.set(before);
        Ok(self)
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout with exit code 0, errors to stderr. A closed pipe is not an error.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Success.into()
            };
        }
    };
    let logging = arguments.logging;
    let Some(command) = arguments.command else {
        return without_a_command(arguments.config.is_some());
    };
    let command = command.with_config(arguments.config);
    let result = logging
        .start()
        .and(command)
        .and_then(|command| match command {
            Command::Init(arguments) => init::run(&arguments),
            Command::Add(arguments) => add::run(&arguments),
            Command::Remove(arguments) => remove::run(&arguments),
            Command::Import(arguments) => import::run(&arguments),
            Command::Pin(arguments) => pin::pin(&arguments),
            Command::Unpin(arguments) => pin::unpin(&arguments),
            Command::Hide(arguments) => hide::hide(&arguments),
            Command::Unhide(arguments) => hide::unhide(&arguments),
            Command::Merge(arguments) => merge::merge(&arguments),
            Command::Apart(arguments) => merge::apart(&arguments),
            Command::Schema(shell::Schema {}) => shell::schema(),
            Command::Completions(arguments) => shell::completions(&arguments, Arguments::command()),
            Command::Man(arguments) => shell::manual(&arguments, Arguments::command()),
            Command::Run(arguments) => run::run(&arguments, logging.verbose > 0),
            Command::Check(arguments) => check::run(&arguments),
            Command::Items(arguments) => items::run(&arguments),
            Command::Ack(arguments) => ack::run(&arguments),
            Command::Consumers(arguments) => consumers::run(&arguments),
            Command::Deliver(arguments) => deliver::run(&arguments),
            Command::Backup(arguments) => backup::backup(&arguments),
            Command::Vacuum(arguments) => backup::vacuum(&arguments),
            Command::Status(arguments) => status::run(&arguments),
            Command::Retry(arguments) => retry::run(&arguments),
            Command::Export(arguments) => export::run(&arguments),
            Command::Parse(arguments) => parse::run(&arguments),
            Command::Discover(arguments) => discover::run(&arguments),
            Command::Doctor(arguments) => doctor::run(&arguments),
            Command::Explain(arguments) => explain::run(&arguments),
            Command::Try(arguments) => try_rule::run(&arguments),
            Command::Dedupe(arguments) => dedupe::run(&arguments),
        });
    result
        .unwrap_or_else(|failure| {
            failure.print();
            failure.exit
        })
        .into()
}

/// What to type: the commands, or the first steps where there is no feeds.toml yet.
fn without_a_command(is_named: bool) -> ExitCode {
    if is_named || config_file::is_anywhere() {
        let help = Arguments::command().render_help();
        border::stderr(&help.ansi().to_string());
    } else {
        message::note(&exit::first_steps());
    }
    Exit::Usage.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_options_of_a_command_clash() {
        Arguments::command().debug_assert();
    }
}
