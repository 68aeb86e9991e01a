//! `feedmill export`: the sources as OPML, for other programs.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::mill;
use crate::model::{Source, SourceKind};
use crate::publish::opml;
use crate::store::Store;
use std::io::Write;

/// Print the sources as OPML 2.0, for other programs
///
/// Includes the feeds that OPML lists name, as of the last pass. A source with a secret address has its
/// `public_url`, or is left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill export > sources.opml")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let own = config.sources.iter().filter(|source| !is_list(source));
    let own: Vec<_> = own.cloned().collect();
    let listed = if own.len() < config.sources.len() && config.store.exists() {
        block_on(async {
            let store = Store::open_to_read(&config.store)?;
            Ok(mill::listed(&config, &store).await?)
        })?
    } else {
        Vec::new()
    };
    let sources: Vec<_> = own
        .iter()
        .chain(&listed)
        .filter_map(|s| outline(s))
        .collect();
    let document = opml::export(&config.site.title, &sources)
        .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))?;
    write!(border::stdout(), "{document}")?;
    Ok(Exit::Success)
}

fn is_list(source: &Source) -> bool {
    matches!(source.kind, SourceKind::List)
}

/// Title, address of the feed, address of the site; `None` if the address is secret.
fn outline(source: &Source) -> Option<(String, String, Option<String>)> {
    let title = source
        .title
        .clone()
        .unwrap_or_else(|| source.id.to_string());
    Some((title, source.public_url.as_ref()?.to_string(), None))
}
