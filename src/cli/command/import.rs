//! `feedmill import`: the feeds of another reader (OPML) -> sources of feeds.toml.

use crate::cli::command::parse::read;
use crate::cli::editing::{Editing, TITLE, some_of};
use crate::cli::exit::{Exit, Failure};
use crate::cli::request::SiteClient;
use crate::cli::runtime::block_on;
use crate::cli::terminal::count;
use crate::cli::{message, request};
use crate::config::Config;
use crate::config::edit::sources::{NewSource, Place, add};
use crate::mill::{self, Import};
use crate::normalize;
use crate::parse::opml::{self, List};
use crate::parse::{self, Document};
use futures_util::StreamExt as _;
use std::cell::RefCell;
use std::collections::HashMap;
use url::Url;

/// Feeds that `--check` fetches at the same time.
const IN_FLIGHT: usize = 32;

/// Add the feeds of an OPML list to feeds.toml
///
/// Every reader exports such a list. Folders are kept, and become tags of the items; with --themes each becomes a
/// theme. Feeds that are there already are not added again. Without a feeds.toml it writes one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill import subscriptions.opml --themes\n  \
    feedmill import https://example.org/friends.opml --dry-run\n  \
    feedmill export | feedmill import - --dry-run\n\n\
    Exit code 65: it is not an OPML list, or has no feeds.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// A file, an http(s) address, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    input: String,
    /// Make a theme of each folder
    #[arg(long)]
    themes: bool,
    /// Fetch each new feed once: titles that are missing are filled in, dead feeds are named
    #[arg(long)]
    check: bool,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let input = &arguments.input;
    let own = Url::parse(input)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let fetched = match &own {
        Some(url) => block_on(SiteClient::new(url)?.get(url))?,
        None => read(input)?,
    };
    let list = opml::parse(&fetched.body.bytes())
        .map_err(|error| Failure::new(Exit::NotAFeed, format!("{input}: {error}")))?;
    if list.subscriptions.is_empty() {
        tell_oddities(input, &list, &list.without_address);
        let text = format!("{input}: the list has no feeds; nothing was written");
        return Err(Failure::new(Exit::NotAFeed, text));
    }
    let title = list.title.as_deref().unwrap_or(TITLE);
    let target = arguments.editing.target_or_new(title)?;
    let config = target.read()?;
    let plan = |config: &Config| mill::import(config, &list, own.as_ref(), arguments.themes);
    let titles = if arguments.check {
        check(&config, &plan(&config).sources)?
    } else {
        HashMap::new()
    };
    // What the last plan says: the file may have changed since it was read.
    let last = RefCell::new(Import::default());
    target.change(
        |config, text| {
            let mut import = plan(config);
            for source in &mut import.sources {
                let title = source.title.take();
                let found = titles.get(&source.url).filter(|title| !title.is_empty());
                source.title = title.or_else(|| found.cloned());
            }
            let nothing = config.themes.is_empty() && import.places.is_empty();
            let all = nothing.then(|| Place {
                theme: "all".to_owned(),
                title: "All".to_owned(),
                sources: Vec::new(),
            });
            import.places.extend(all);
            let text = add(text, &import.sources, &import.places);
            last.replace(import);
            text
        },
        |after| {
            let sources = count(last.borrow().sources.len(), "source", "sources");
            let themes = after.themes.len().saturating_sub(config.themes.len());
            let themes = match themes {
                0 => String::new(),
                themes => format!(" and {}", count(themes, "theme", "themes")),
            };
            format!("added {sources}{themes}; `feedmill run` fetches what is due")
        },
    )?;
    let import = last.into_inner();
    tell_known(&import);
    tell_oddities(input, &list, &import.unusable);
    Ok(Exit::Success)
}

fn tell_known(import: &Import) {
    let were = |number: usize| if number == 1 { "was" } else { "were" };
    let mut told = Vec::new();
    if import.known > 0 {
        let were = were(import.known);
        told.push(format!("{} {were} there already", import.known));
    }
    if import.repeated > 0 {
        let were = were(import.repeated);
        told.push(format!("{} {were} in the list before", import.repeated));
    }
    if !told.is_empty() {
        message::note(&format!("{}; these are not added twice", told.join(", ")));
    }
}

fn tell_oddities(input: &str, list: &List, unusable: &[String]) {
    if !unusable.is_empty() {
        message::warning(&format!(
            "{input}: {} without a usable http(s) address: {}",
            count(unusable.len(), "entry", "entries"),
            some_of(unusable)
        ));
    }
    if !list.includes.is_empty() {
        message::warning(&format!(
            "{input}: it includes other lists, which are not read; import them by themselves: {}",
            some_of(&list.includes)
        ));
    }
    if list.cut {
        message::warning(&format!(
            "{input}: the list breaks off, or is too long; its complete entries were read"
        ));
    }
}

/// Fetches the feeds once: their titles by address. Those that fail are named.
fn check(config: &Config, sources: &[NewSource]) -> Result<HashMap<String, String>, Failure> {
    let client = request::SiteClient::of_feeds_toml(&config.fetch)?;
    let client = &client;
    let titles = block_on(async {
        let titles = futures_util::stream::iter(sources)
            .map(|source| async move { (&source.url, title(client, &source.url).await) });
        Ok(titles.buffered(IN_FLIGHT).collect::<Vec<_>>().await)
    })?;
    let (mut found, mut dead) = (HashMap::new(), Vec::new());
    for (url, title) in titles {
        match title {
            Some(title) => drop(found.insert(url.clone(), title)),
            None => dead.push(url.clone()),
        }
    }
    if !dead.is_empty() {
        message::warning(&format!(
            "{} cannot be read now: {}; `feedmill doctor URL` says why",
            count(dead.len(), "feed", "feeds"),
            some_of(&dead)
        ));
    }
    Ok(found)
}

/// The title of a feed, empty if it has none; none if it cannot be read.
async fn title(client: &SiteClient, url: &str) -> Option<String> {
    let fetched = client.get(&Url::parse(url).ok()?).await.ok()?;
    let feed = parse::parse(&Document {
        bytes: &fetched.body.bytes(),
        url: fetched.url.as_ref(),
        content_type: fetched.content_type.as_deref(),
        page: None,
    });
    let feed = feed.ok().filter(|feed| !feed.is_page())?;
    Some(feed.title.and_then(normalize::plain).unwrap_or_default())
}
