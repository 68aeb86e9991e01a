//! `feedmill retry`: another chance for sources that are gone or keep failing.

use super::ConfigFile;
use super::exit::{Exit, Failure};
use super::talk;
use super::wait::wait_for;
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
pub(super) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// As `feedmill status` names it
    #[arg(required = true)]
    source: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let _lock = Lock::take(&config.state)?;
    wait_for(async {
        let store = Store::open(&config.store)?;
        for name in &arguments.source {
            match mill::retry(&config, &store, &SourceId::new(name), Utc::now()).await? {
                Retry::Due => talk::say(&format!("{name}: the next run asks it")),
                Retry::NotBefore(at) => talk::say(&format!(
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
