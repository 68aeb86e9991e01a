//! `feedmill retry`: another chance for sources that are gone or keep failing.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::wait_for;
use crate::cli::terminal;
use crate::config::Config;
use crate::mill::{self, Lock, Retry};
use crate::model::SourceId;
use crate::store::Store;
use chrono::{SecondsFormat, Utc};

/// Let the next run ask sources again that are gone (410) or wait after failures
///
/// A server's own demand to wait (Retry-After) stands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill retry bbc-world && feedmill run")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// As `feedmill status` names it
    #[arg(required = true)]
    source: Vec<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let _lock = Lock::take(&config.state)?;
    wait_for(async {
        let store = Store::open(&config.store)?;
        for name in &arguments.source {
            match mill::retry(&config, &store, &SourceId::new(name), Utc::now()).await? {
                Retry::Due => terminal::say(&format!("{name}: the next run asks it")),
                Retry::NotBefore(at) => terminal::say(&format!(
                    "{name}: its server demands to be left alone until {}; it is asked then",
                    at.to_rfc3339_opts(SecondsFormat::Secs, true)
                )),
                Retry::Unknown => {
                    return Err(Failure::new(
                        Exit::Usage,
                        format!(
                            "feedmill: no source \"{name}\"; `feedmill status` names those there are"
                        ),
                    ));
                }
            }
        }
        Ok(Exit::Fine)
    })
}
