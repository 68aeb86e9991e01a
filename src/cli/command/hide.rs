//! `feedmill hide`, `feedmill unhide`: what is shown nowhere.

use crate::cli::editing::Editing;
use crate::cli::exit::{Exit, Failure};
use crate::cli::named_item;
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::config::Config;
use crate::config::edit::stories;
use crate::mill;

/// Hide an item, a story or a source: the next run takes it out of feeds, pages and archives
///
/// It writes `hide` of [stories] in feeds.toml. Of a story with other items these remain; of a source all items are
/// hidden, also those to come.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill hide eastern-wire --dry-run             (a source of feeds.toml)\n  \
    feedmill hide https://hq.example.org/news/2020/poland-rau-visit")]
pub(in crate::cli) struct Hide {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// An item: its id, its address, or the number of its story; or a source of feeds.toml
    #[arg(value_name = "ITEM|SOURCE")]
    item: String,
}

/// Show again what was hidden; it comes back with its old id
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  feedmill unhide https://hq.example.org/news/2020/poland-rau-visit"
)]
pub(in crate::cli) struct Unhide {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// An item or a source, by any of its names
    #[arg(value_name = "ITEM|SOURCE")]
    item: String,
}

pub(in crate::cli) fn hide(arguments: &Hide) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    let (name, shown) = match source(&config, &arguments.item) {
        Some(id) => (id.clone(), format!("all items of {id}")),
        None => block_on(async {
            let store = store::store(&config)?;
            let item = named_item::find(&store, &arguments.item).await?;
            Ok((item.name.clone(), item.shown()))
        })?,
    };
    arguments.editing.target()?.change(
        |_, text| stories::hide(text, &name),
        |_| format!("hidden {shown}; the next run takes it out of feeds, pages and archives"),
    )?;
    Ok(Exit::Success)
}

pub(in crate::cli) fn unhide(arguments: &Unhide) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    let hidden = &config.decisions.hide;
    let typed = source(&config, &arguments.item).unwrap_or_else(|| arguments.item.clone());
    let names = if hidden.contains(&typed) {
        vec![typed]
    } else {
        block_on(async {
            let store = store::store(&config)?;
            let item = named_item::find(&store, &arguments.item).await?;
            named_item::same(&store, hidden, &item).await
        })?
    };
    if names.is_empty() {
        let text = format!("{} is not hidden", arguments.item);
        return Err(Failure::new(Exit::Usage, text));
    }
    arguments.editing.target()?.change(
        |_, text| stories::unhide(text, &names),
        |_| format!("{} is shown again from the next run on", names.join(", ")),
    )?;
    Ok(Exit::Success)
}

/// The source of feeds.toml that is meant. An address is one of a source before it is one of an item.
fn source(config: &Config, name: &str) -> Option<String> {
    mill::named(&config.sources, name).map(|source| source.id.to_string())
}
