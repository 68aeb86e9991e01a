//! `feedmill retry`: makes sources due that are gone or wait after failures.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::{message, store};
use crate::mill::{self, Lock, Retry};
use crate::store::Store;
use chrono::{SecondsFormat, Utc};

/// Fetch sources again in the next run that are gone (410) or wait after failures
///
/// Retry-After of a server is still obeyed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill retry bbc-world && feedmill run")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// A source: its name as in `feedmill status`, its address or its title
    #[arg(required = true)]
    source: Vec<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let names = arguments.source.iter();
    let sources: Vec<_> = names
        .map(|name| store::known_source(&config, name))
        .collect::<Result<_, _>>()?;
    let _lock = Lock::take(&config.state)?;
    block_on(async {
        let store = Store::open(&config.store)?;
        for source in &sources {
            let name = &source.id;
            match mill::retry(&config, &store, name, Utc::now()).await? {
                Retry::Due => message::note(&format!("{name}: the next run fetches it")),
                Retry::NotBefore(at) => message::note(&format!(
                    "{name}: Retry-After of its server ends at {}; it is fetched then",
                    at.to_rfc3339_opts(SecondsFormat::Secs, true)
                )),
                // It was taken off its list a moment ago.
                Retry::Unknown => message::warning(&format!("{name}: no such source any more")),
            }
        }
        Ok(Exit::Success)
    })
}
