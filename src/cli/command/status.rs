//! `feedmill status`: the state of each source and destination.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::status_text::{self, Look};
use crate::cli::store;
use crate::mill;
use chrono::Utc;
use std::io::Write;

/// Show the state of each source and destination: last success, next fetch and why then, errors
///
/// Sources with problems last, where a terminal shows them. A source is stale if it has had no new items for five times as long as usual.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill status\n  \
    feedmill status --json | jq -r '.sources[] | select(.health != \"fine\") | .source'\n  \
    feedmill status --strict > /dev/null || echo 'feedmill needs attention'     (monitoring)\n\n\
    Exit code 69 with --strict: a source is gone, stale or has failed three times in a row; a destination was\n\
    stopped or has failed three times in a row; the last run failed, or the last three reached no source; or no\n\
    pass has finished for more than a day.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Exit with 69 if something needs attention
    #[arg(long)]
    strict: bool,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let now = Utc::now();
    let status = block_on(async {
        let store = store::store(&config)?;
        Ok(mill::status(&config, &store, now).await?)
    })?;
    let mut out = border::stdout();
    if arguments.json {
        let json = serde_json::to_string_pretty(&status)
            .map_err(|e| Failure::new(Exit::Failed, e.to_string()))?;
        writeln!(out, "{json}")?;
    } else {
        let look = Look {
            width: border::stdout_width(),
            colour: border::stdout_has_colour(),
        };
        out.write_all(status_text::text(&status, now, look).as_bytes())?;
    }
    Ok(if arguments.strict && status.wants_attention() {
        Exit::NeedsAttention
    } else {
        Exit::Success
    })
}
