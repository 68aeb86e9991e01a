//! `feedmill export`: the sources as OPML, for other programs.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::wait_for;
use crate::config::Config;
use crate::mill;
use crate::model::{Source, SourceKind};
use crate::publish::opml;
use crate::store::Store;
use std::io::Write;

/// Print the sources as OPML 2.0, to take them to another program
///
/// What OPML lists among them name is there too, as of the last pass. Sources whose address is a
/// secret are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill export > sources.opml")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let own = config.sources.iter().filter(|source| !is_list(source));
    let own: Vec<_> = own.cloned().collect();
    let listed = if own.len() < config.sources.len() && config.store.exists() {
        wait_for(async {
            let store = Store::open_to_read(&config.store)?;
            Ok(mill::listed(&config, &store).await?)
        })?
    } else {
        Vec::new()
    };
    let sources: Vec<_> = own.iter().chain(&listed).filter_map(|s| line(s)).collect();
    let document = opml::export(&config.site.title, &sources)
        .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))?;
    write!(std::io::stdout(), "{document}")?;
    Ok(Exit::Fine)
}

fn is_list(source: &Source) -> bool {
    matches!(source.kind, SourceKind::List)
}

/// Title, address of the feed, address of the site.
fn line(source: &Source) -> Option<(String, String, Option<String>)> {
    let title = source
        .title
        .clone()
        .unwrap_or_else(|| source.id.to_string());
    Some((title, source.public_url.as_ref()?.to_string(), None))
}
