//! `feedmill doctor`: fetches one source and shows each step.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::{line, store};
use crate::config::Config;
use crate::mill::{self, Finding};
use crate::model::{Location, Secrecy, Source, SourceId};
use crate::net::{Allow, Limits};
use chrono::Utc;
use std::io::Write as _;
use std::sync::Arc;
use url::Url;

/// Fetch one source and show each step: addresses, requests, responses, items, time of the next fetch
///
/// A source of feeds.toml is fetched with all its settings, any other address with those of [fetch], if
/// there is a feeds.toml. Nothing is stored. At most two documents are fetched, and robots.txt for a page.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill doctor https://example.org/feed.xml\n  \
    feedmill doctor bbc-world                        (a source of feeds.toml)\n\n\
    Exit code 1: the fetch failed; 65: the document is not a feed.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// An address, or the name of a source in feeds.toml
    #[arg(value_name = "URL|SOURCE")]
    source: String,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load_if_any()?;
    let (source, limits) = find(&arguments.source, config.as_ref())?;
    let print_step = |step: &str, text: &str| {
        let line = line::plain(&format!("{step:<11} {text}"));
        // A closed pipe (`| head`) is not an error.
        let _ = writeln!(border::stdout(), "{}", line.trim_end());
    };
    let finding = block_on(async {
        mill::doctor(&source, &limits, Utc::now(), &print_step)
            .await
            .map_err(|e| Failure::new(Exit::Failed, e.to_string()))
    })?;
    let is_new = source.id.as_str().is_empty();
    match finding {
        Finding::Readable if is_new => {
            print_step("feeds.toml", "[sources.NAME]");
            let url = format!("url = \"{}\"", arguments.source);
            print_step("", &Secrecy::of(&source).message(url));
        }
        Finding::NoFeed if is_new => {
            print_step("advice", &format!("feedmill discover {}", arguments.source));
        }
        _ => {}
    }
    Ok(match finding {
        Finding::Readable => Exit::Success,
        Finding::NoFeed => Exit::NotAFeed,
        Finding::Unreachable => Exit::Failed,
    })
}

/// Finds the source, and the limits of its requests. The host of an address that the user typed may be private.
fn find(name: &str, config: Option<&Config>) -> Result<(Source, Limits), Failure> {
    let mut limits = config
        .map(|config| config.fetch.clone())
        .unwrap_or_default();
    let url = Url::parse(name)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    if let Some(config) = config {
        let known = match store::source(config, name) {
            // An address can be fetched without the store.
            Err(_) if url.is_some() => None,
            known => known?,
        };
        if let Some(source) = known {
            return Ok((Source::clone(&source), limits));
        }
    }
    let Some(url) = url else {
        let text = format!("\"{name}\" is neither an http(s) address nor a source of feeds.toml");
        return Err(Failure::new(Exit::Usage, text));
    };
    limits.allow.extend(Allow::host_of(&url));
    let location = Location::Http(Arc::new(url));
    let source = Source::new(SourceId::new(""), location);
    Ok((source, limits))
}
