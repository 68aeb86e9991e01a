//! `feedmill remove`: takes a source out of feeds.toml.

use crate::cli::editing::Editing;
use crate::cli::exit::{Exit, Failure};
use crate::cli::store;
use crate::config::edit::sources;

/// Remove a source from feeds.toml, also from the themes that name it
///
/// Stories that it brought stay until newer ones take their places; `feedmill hide SOURCE` takes them away too.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill remove summit-digest --dry-run\n  \
    feedmill remove https://digest.example.com/summit.atom")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// A source: its name in feeds.toml, its address or its title
    #[arg(value_name = "SOURCE|URL")]
    source: String,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    let source = store::known_source(&config, &arguments.source)?;
    let id = source.id.as_str();
    if source.id.table() != id {
        let text = format!(
            "{id} is a feed of the list [sources.{}]; remove it there, or hide its stories with `feedmill hide`",
            source.id.table()
        );
        return Err(Failure::new(Exit::Failed, text));
    }
    arguments.editing.target()?.change(
        |_, text| sources::remove(text, id),
        |_| format!("removed [sources.{id}]; the next run no longer fetches it"),
    )?;
    Ok(Exit::Success)
}
