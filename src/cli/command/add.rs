//! `feedmill add`: the feed of a site -> a source in feeds.toml.

use crate::cli::address::address;
use crate::cli::ask;
use crate::cli::border;
use crate::cli::command::discover::{Discovered, discover, told};
use crate::cli::editing::{Editing, TITLE};
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::cli::request::{Answer, SiteClient};
use crate::cli::runtime::block_on;
use crate::config::Config;
use crate::config::edit::{
    Names,
    sources::{NewSource, Place, add},
};
use crate::fetch::Fetched;
use crate::mill;
use crate::model::{Announced, Feed};
use crate::normalize;
use crate::parse::{self, Document};
use std::io::Write as _;
use url::Url;

/// Find the feed of a site and add it to feeds.toml
///
/// Takes the address of a feed or of a page that leads to one. If there are several, it asks on a terminal, and
/// lists them elsewhere. Of a page without a feed it proposes CSS selectors. Without a feeds.toml it writes one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill add example.org\n  \
    feedmill add https://example.org/feed.xml --theme europe --id example\n  \
    feedmill add https://example.org/feed.xml --dry-run\n\n\
    Exit code 65: there is no feed, and nothing on the page looks like a list of news.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// Address of a site, a page or a feed
    #[arg(value_parser = address)]
    url: Url,
    /// A theme that is to take it; it is made if there is none of this name
    #[arg(short, long)]
    theme: Option<String>,
    /// The source's name in feeds.toml [default: from its title]
    #[arg(long)]
    id: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let typed = &arguments.url;
    if !typed.username().is_empty() || typed.password().is_some() {
        let text = "a password must not stand in feeds.toml; write a table [sources.NAME] with url = \"env:NAME\", or with basic_auth";
        return Err(Failure::new(Exit::Usage, text.to_owned()));
    }
    let target = arguments.editing.target_or_new(TITLE)?;
    let config = target.read()?;
    if let Some(id) = &arguments.id
        && config.sources.iter().any(|source| source.id.as_str() == id)
    {
        let text = format!("there is a source {id} already; choose another --id");
        return Err(Failure::new(Exit::Usage, text));
    }
    let found = if mill::named(&config.sources, typed.as_str()).is_some() {
        NewSource {
            url: typed.to_string(),
            ..NewSource::default()
        }
    } else {
        find(&config, typed)?
    };
    let known = mill::named(&config.sources, &found.url).is_some();
    if known && arguments.theme.is_none() {
        let source = mill::named(&config.sources, &found.url);
        let id = source.map_or_else(String::new, |source| source.id.to_string());
        message::note(&format!("[sources.{id}] has this address already"));
    }
    target.change(
        |config, text| {
            let theme = arguments.theme.as_deref();
            if let Some(known) = mill::named(&config.sources, &found.url) {
                return add(text, &[], &places(config, theme, known.id.to_string()));
            }
            let new = named(config, arguments, &found);
            let places = places(config, theme, new.id.clone());
            add(text, &[new], &places)
        },
        |config| done(config, &found.url, known),
    )?;
    Ok(Exit::Success)
}

/// The source with its name.
fn named(config: &Config, arguments: &Arguments, found: &NewSource) -> NewSource {
    let id = arguments.id.clone().unwrap_or_else(|| {
        let mut names = Names::new(config.sources.iter().map(|source| source.id.as_str()));
        names.give(&mill::name_for(found.title.as_deref(), &arguments.url))
    });
    NewSource {
        id,
        // The feed says it itself, as it is each time.
        title: None,
        ..found.clone()
    }
}

/// Where it is to be shown. Without any theme nothing would be published: then one takes everything.
fn places(config: &Config, theme: Option<&str>, id: String) -> Vec<Place> {
    let place = |theme: &str, sources| {
        let mut letters = theme.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        Place {
            theme: theme.to_owned(),
            title: first.chain(letters).collect(),
            sources,
        }
    };
    match theme {
        Some(theme) => vec![place(theme, vec![id])],
        None if config.themes.is_empty() => vec![place("all", Vec::new())],
        None => Vec::new(),
    }
}

fn done(config: &Config, url: &str, known: bool) -> String {
    let Some(source) = mill::named(&config.sources, url) else {
        return format!("added {url}");
    };
    let takes =
        |sources: &[crate::model::SourceId]| sources.is_empty() || sources.contains(&source.id);
    let themes = config
        .themes
        .iter()
        .filter(|theme| takes(&theme.rule.sources));
    let themes: Vec<_> = themes.map(|theme| theme.id.as_str()).collect();
    let themes = if themes.is_empty() {
        "no theme takes it, so add --theme NAME".to_owned()
    } else {
        format!("themes that take it: {}", themes.join(", "))
    };
    let id = &source.id;
    if known {
        return format!("[sources.{id}] was there already; {themes}");
    }
    format!("added [sources.{id}] {url}; {themes}; `feedmill run` fetches it")
}

/// What is at an address, as a source without a name.
fn find(config: &Config, typed: &Url) -> Result<NewSource, Failure> {
    let client = SiteClient::of_feeds_toml(&config.fetch)?;
    block_on(async {
        match discover(&client, typed).await? {
            Discovered::Feed(feed, answer) => Ok(of_feed(typed, &feed, &answer)),
            Discovered::Feeds(feeds) => {
                let url = choose(typed, &feeds)?;
                let answer = client.ask(&url).await?;
                match read(&url, &answer.fetched) {
                    Some(feed) if !feed.is_page() => Ok(of_feed(&url, &feed, &answer)),
                    _ => {
                        let text = format!("{url}: the page names it as a feed, but it is none");
                        Err(Failure::new(Exit::NotAFeed, text))
                    }
                }
            }
            Discovered::Page(page) => of_page(typed, &page),
        }
    })
}

fn of_feed(url: &Url, feed: &Feed, answer: &Answer) -> NewSource {
    let url = answer.moved_to.as_ref().unwrap_or(url);
    NewSource {
        url: url.to_string(),
        title: feed.title.clone().and_then(normalize::plain),
        ..NewSource::default()
    }
}

/// The only feed of a page, or the one that the user chooses.
fn choose(page: &Url, feeds: &[Announced]) -> Result<Url, Failure> {
    let chosen = match feeds {
        [only] => only,
        several if ask::is_possible() => {
            for (number, feed) in (1..).zip(several) {
                border::stderr(&format!("{number:>3}  {}\n", told(feed)));
            }
            &several[ask::which("Which feed?", several.len())?]
        }
        several => {
            let mut out = border::stdout();
            for feed in several {
                writeln!(out, "{}", told(feed))?;
            }
            let text = format!(
                "{page} has {} feeds; nothing was written; choose one: `feedmill add ADDRESS`",
                several.len()
            );
            return Err(Failure::new(Exit::Usage, text));
        }
    };
    Url::parse(&chosen.url).map_err(|error| {
        let text = format!("{page}: the address of its feed is not valid: {error}");
        Failure::new(Exit::NotAFeed, text)
    })
}

/// A page that lists news: as it describes them for programs, else by the selectors that it seems to need.
fn of_page(url: &Url, page: &Fetched) -> Result<NewSource, Failure> {
    let described = read(url, page);
    let title = described.as_ref().and_then(|feed| feed.title.clone());
    let source = NewSource {
        url: url.to_string(),
        title: title.and_then(normalize::plain),
        ..NewSource::default()
    };
    if let Some(feed) = described.filter(|feed| !feed.items.is_empty()) {
        message::note(&format!(
            "{url}: no feed, but the page describes {} items for programs; these are read",
            feed.items.len()
        ));
        return Ok(source);
    }
    let proposed = parse::propose(&Document {
        bytes: &page.body.bytes(),
        url: Some(url),
        content_type: page.content_type.as_deref(),
        page: None,
    });
    let Some(proposal) = proposed else {
        let text = format!(
            "{url}: no feed, and nothing looks like a list of news; write a table [sources.NAME] with url, and [sources.NAME.page] with item = \"CSS selector\""
        );
        return Err(Failure::new(Exit::NotAFeed, text));
    };
    message::note(&format!(
        "{url}: no feed; the selector \"{}\" finds {} items; check them with `feedmill run --dry-run`, and mend [sources.NAME.page] if they are not right",
        proposal.rule.item.0, proposal.items
    ));
    Ok(NewSource {
        title: proposal.title,
        page: Some(proposal.rule),
        ..source
    })
}

fn read(url: &Url, fetched: &Fetched) -> Option<Feed> {
    parse::parse(&Document {
        bytes: &fetched.body.bytes(),
        url: Some(fetched.url.as_ref().unwrap_or(url)),
        content_type: fetched.content_type.as_deref(),
        page: None,
    })
    .ok()
}
