//! `feedmill export`: the sources as OPML, for other programs.

use super::ConfigFile;
use super::exit::{Exit, Failure};
use crate::config::Config;
use crate::model::Source;
use crate::publish::opml;
use std::io::Write;

/// Print the sources as OPML 2.0, to take them to another program
///
/// Sources whose address is a secret are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill export > sources.opml")]
pub(super) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let sources: Vec<_> = config
        .sources
        .iter()
        .filter_map(|source| line(source))
        .collect();
    let document = opml::export(&config.site.title, &sources)
        .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))?;
    write!(std::io::stdout(), "{document}")?;
    Ok(Exit::Fine)
}

/// Title, address of the feed, address of the site.
fn line(source: &Source) -> Option<(String, String, Option<String>)> {
    let title = source
        .title
        .clone()
        .unwrap_or_else(|| source.id.to_string());
    Some((title, source.public_url.as_ref()?.to_string(), None))
}
