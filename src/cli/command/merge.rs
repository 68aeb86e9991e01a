//! `feedmill merge`, `feedmill apart`: what is one story, and what is not.

use crate::cli::editing::Editing;
use crate::cli::exit::{Exit, Failure};
use crate::cli::named_item::{self, NamedItem};
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::config::Config;
use crate::config::edit::stories;
use std::collections::BTreeSet;

/// Make items one story: the one that arrived first takes in the others
///
/// It writes `merge` of [stories] in feeds.toml, and takes them out of `apart`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  feedmill merge 1 2 --dry-run                     (numbers: _feedmill.seq of `items`)"
)]
pub(in crate::cli) struct Merge {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// Items: their ids or addresses, or the numbers of their stories
    #[arg(value_name = "ITEM", required = true, num_args = 2..)]
    items: Vec<String>,
}

/// Take an item out of its story: it becomes a story of its own
///
/// It writes `apart` of [stories] in feeds.toml, and takes it out of `merge`. If it is the first item of a story of
/// several, name the items that are to leave.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill apart https://radio.example.com/news/canal-bridge --dry-run\n  \
    feedmill apart https://saddle.example.org/2024/05/canal-bridge https://radio.example.com/news/canal-bridge")]
pub(in crate::cli) struct Apart {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// An item: its id or address
    #[arg(value_name = "ITEM")]
    item: String,
    /// Items that it is not one story with [default: the first item of its story]
    #[arg(value_name = "OTHER")]
    others: Vec<String>,
}

pub(in crate::cli) fn merge(arguments: &Merge) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    let items = block_on(find(&config, &arguments.items))?;
    let names: Vec<String> = items.iter().map(|item| item.name.clone()).collect();
    arguments.editing.target()?.change(
        |_, text| stories::merge(text, &names),
        |_| {
            let shown: Vec<_> = items.iter().map(NamedItem::shown).collect();
            format!(
                "merged {}; the next run makes them one story",
                shown.join(" and ")
            )
        },
    )?;
    Ok(Exit::Success)
}

pub(in crate::cli) fn apart(arguments: &Apart) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    let typed: Vec<String> = std::iter::once(&arguments.item)
        .chain(&arguments.others)
        .cloned()
        .collect();
    let items = block_on(find(&config, &typed))?;
    let names = match items.as_slice() {
        [only] => with_first(only)?,
        several => several.iter().map(|item| item.name.clone()).collect(),
    };
    arguments.editing.target()?.change(
        |_, text| stories::apart(text, &names),
        |_| {
            format!(
                "apart: {}; the next run makes them separate stories",
                names.join(" and ")
            )
        },
    )?;
    Ok(Exit::Success)
}

/// The items with the names that feeds.toml has for them already, so that a later decision finds an earlier one.
async fn find(config: &Config, names: &[String]) -> Result<Vec<NamedItem>, Failure> {
    let store = store::store(config)?;
    let decisions = &config.decisions;
    let written: Vec<String> = decisions
        .merge
        .iter()
        .chain(&decisions.apart)
        .flatten()
        .cloned()
        .collect();
    let mut items = Vec::new();
    for name in names {
        let mut item = named_item::find(&store, name).await?;
        let same = named_item::same(&store, &written, &item).await?;
        if let Some(same) = same.into_iter().next() {
            item.name = same;
        }
        items.push(item);
    }
    let distinct: BTreeSet<&Vec<u64>> = items.iter().map(|item| &item.numbers).collect();
    if distinct.len() < items.len() {
        let text = "these are one item by two names; name two items".to_owned();
        return Err(Failure::new(Exit::Usage, text));
    }
    Ok(items)
}

/// The first item of a story, and the one that is to leave it.
fn with_first(item: &NamedItem) -> Result<Vec<String>, Failure> {
    let story = item.story()?;
    let usage = |text: &str| Failure::new(Exit::Usage, format!("{} {text}", item.shown()));
    if story.members.len() < 2 {
        return Err(usage("is a story of its own already"));
    }
    let is_first = |number: u64| {
        let first = story.members.iter().find(|member| member.why.is_none());
        first.is_some_and(|first| first.number == number)
    };
    let others = story.members.iter();
    let mut others = others.filter(|member| !item.numbers.contains(&member.number));
    let other = if item.numbers.iter().any(|number| is_first(*number)) {
        others.next().filter(|_| others.next().is_none())
    } else {
        others.find(|member| is_first(member.number))
    };
    let other = other.ok_or_else(|| usage("begins a story of several items; name those that are to leave: `feedmill apart ITEM OTHER`"))?;
    Ok(vec![other.item.id.to_string(), item.name.clone()])
}
