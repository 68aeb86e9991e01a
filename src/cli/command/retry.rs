//! `feedmill retry`: makes sources due that are gone or wait after failures.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::terminal;
use crate::mill::{self, Lock, Retry};
use crate::model::SourceId;
use crate::store::Store;
use chrono::{SecondsFormat, Utc};

/// Fetch sources again in the next run that are gone (410) or wait after failures
///
/// Retry-After of a server is still obeyed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill retry bbc-world && feedmill run")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// Name of a source, as in `feedmill status`
    #[arg(required = true)]
    source: Vec<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let _lock = Lock::take(&config.state)?;
    block_on(async {
        let store = Store::open(&config.store)?;
        for name in &arguments.source {
            match mill::retry(&config, &store, &SourceId::new(name), Utc::now()).await? {
                Retry::Due => terminal::print_stderr(&format!("{name}: the next run fetches it")),
                Retry::NotBefore(at) => terminal::print_stderr(&format!(
                    "{name}: Retry-After of its server ends at {}; it is fetched then",
                    at.to_rfc3339_opts(SecondsFormat::Secs, true)
                )),
                Retry::Unknown => {
                    return Err(Failure::new(
                        Exit::Usage,
                        format!(
                            "feedmill: no source \"{name}\"; `feedmill status` lists all sources"
                        ),
                    ));
                }
            }
        }
        Ok(Exit::Success)
    })
}
