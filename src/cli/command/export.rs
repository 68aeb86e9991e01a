//! `feedmill export`: the sources as OPML, for other programs.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::{message, store};
use crate::mill;
use crate::publish::opml;
use std::io::Write;

/// Print the sources as OPML 2.0, for other programs
///
/// Each feed with its folder, title and site; `feedmill import` reads all of it again. Includes the feeds that
/// OPML lists name, as of the last pass. A source with a secret address has its `public_url`, or is left out;
/// so are pages, which others cannot read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill export > sources.opml")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let store = store::store_if_any(&config)?;
    let export = block_on(async { Ok(mill::export(&config, store.as_ref()).await?) })?;
    let document = opml::export(&config.site.title, &export.feeds)
        .map_err(|e| Failure::new(Exit::Failed, e.to_string()))?;
    write!(border::stdout(), "{document}")?;
    if !export.left_out.is_empty() {
        let names = export.left_out.join(", ");
        message::note(&format!(
            "left out, because other programs could not read them: {names} (pages, files, secret addresses)"
        ));
    }
    Ok(Exit::Success)
}
