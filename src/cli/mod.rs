//! argv -> one call of a lower floor -> exit code. stdout is data, stderr is talk.

mod adhoc;
mod command;
mod exit;
mod logging;
mod request;
mod runtime;
mod span;
mod store;
mod terminal;

use clap::{Parser, Subcommand};
use command::{check, dedupe, discover, doctor, explain, export, items, parse, retry, run, status};
use exit::Exit;
use logging::Logging;
use std::path::PathBuf;
use std::process::ExitCode;

/// Gathers news from many sources, tells each story once, publishes one clean feed per theme.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        feedmill check                                    is feeds.toml right, what would be done\n  \
        feedmill run                                      one pass: fetch, merge, publish to output/\n  \
        feedmill items --since 24h --format text          what arrived since yesterday\n  \
        feedmill status                                   how each source is, when it is asked next\n  \
        feedmill parse https://example.org/feed.xml       one feed as JSON Feed\n  \
        feedmill explain https://example.org/news/1       why these items are one story\n\n\
        Exit codes: 0 published, even if sources failed; 1 store or output failed, or no source could be\n\
        reached; 2 usage; 65 no feed (parse); 69 a source wants to be looked at (status --strict);\n\
        75 another pass runs; 78 feeds.toml is wrong; 130, 143 interrupted"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    logging: Logging,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Check(check::Arguments),
    Items(items::Arguments),
    Status(status::Arguments),
    Retry(retry::Arguments),
    Export(export::Arguments),
    Parse(parse::Arguments),
    Discover(discover::Arguments),
    Doctor(doctor::Arguments),
    Explain(explain::Arguments),
    Dedupe(dedupe::Arguments),
}

/// Where the configuration is: an option that every command but `parse` takes.
#[derive(Debug, clap::Args)]
struct ConfigFile {
    /// The configuration; all paths in it are relative to it
    #[arg(short, long, value_name = "FILE", default_value = "feeds.toml")]
    config: PathBuf,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout with success, mistakes to stderr; a closed pipe is fine.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Fine.into()
            };
        }
    };
    let logging = arguments.logging;
    let result = logging.start().and_then(|()| match arguments.command {
        Command::Run(arguments) => run::run(&arguments, logging.verbose > 0),
        Command::Check(arguments) => check::run(&arguments),
        Command::Items(arguments) => items::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Retry(arguments) => retry::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments),
        Command::Discover(arguments) => discover::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Dedupe(arguments) => dedupe::run(&arguments),
    });
    result
        .unwrap_or_else(|failure| {
            failure.print();
            failure.exit
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn no_two_options_of_a_command_clash() {
        Arguments::command().debug_assert();
    }
}
