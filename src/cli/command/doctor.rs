//! `feedmill doctor`: what happens when a source is asked.

use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::wait_for;
use crate::cli::{store, terminal};
use crate::config::Config;
use crate::mill::{self, Finding};
use crate::model::{Location, Source, SourceId};
use crate::net::{Allow, Limits};
use chrono::Utc;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// Ask one source and tell each step: addresses, requests, answers, what is read, when it is asked again
///
/// Of a source in feeds.toml everything that stands there counts; of any other address [fetch] does, if
/// there is a feeds.toml. Nothing is stored. At most two documents are asked for, and robots.txt for a page.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill doctor https://example.org/feed.xml\n  \
    feedmill doctor bbc-world                        (a source of feeds.toml)\n\n\
    Exit code 1: it does not answer as it should; 65: what it sends cannot be read.")]
pub(in crate::cli) struct Arguments {
    /// The configuration; need not be there
    #[arg(short, long, value_name = "FILE", default_value = "feeds.toml")]
    config: PathBuf,
    /// An address, or the name of a source
    #[arg(value_name = "URL|SOURCE")]
    source: String,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = (arguments.config.exists() || arguments.config != Path::new("feeds.toml"))
        .then(|| Config::load(&arguments.config))
        .transpose()?;
    let (source, limits) = find(&arguments.source, config.as_ref())?;
    let tell = |step: &str, text: &str| {
        let line = terminal::plain(&format!("{step:<11} {text}"));
        // Whoever has seen enough may go.
        let _ = writeln!(std::io::stdout(), "{}", line.trim_end());
    };
    let finding = wait_for(async {
        mill::doctor(&source, &limits, Utc::now(), &tell)
            .await
            .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))
    })?;
    let is_new = source.id.as_str().is_empty();
    match finding {
        Finding::Readable if is_new => {
            tell("feeds.toml", "[sources.NAME]");
            tell("", &format!("url = \"{}\"", arguments.source));
        }
        Finding::NoFeed if is_new => {
            tell("advice", &format!("feedmill discover {}", arguments.source));
        }
        _ => {}
    }
    Ok(match finding {
        Finding::Readable => Exit::Fine,
        Finding::NoFeed => Exit::NoFeed,
        Finding::Unreachable => Exit::Failed,
    })
}

/// The source that is meant, and how it is asked. The host of an address that somebody typed may be a private one.
fn find(name: &str, config: Option<&Config>) -> Result<(Source, Limits), Failure> {
    let mut limits = config
        .map(|config| config.fetch.clone())
        .unwrap_or_default();
    let sources = config
        .map(|config| config.sources.as_slice())
        .unwrap_or_default();
    let is_it = |source: &Source| {
        source.id == SourceId::new(name)
            || source
                .public_url
                .as_ref()
                .is_some_and(|url| url.as_str() == name)
    };
    if let Some(source) = sources.iter().find(|source| is_it(source)) {
        return Ok((Source::clone(source), limits));
    }
    let url = Url::parse(name)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        // An address is asked whatever the store holds; a name may be in it.
        let listed = config.map(listed).transpose()?.unwrap_or_default();
        if let Some(source) = listed.iter().find(|source| is_it(source)) {
            return Ok((Source::clone(source), limits));
        }
        let text = format!(
            "feedmill: \"{name}\" is neither an http(s) address nor a source of feeds.toml"
        );
        return Err(Failure::new(Exit::Usage, text));
    };
    limits.allow.extend(Allow::host_of(&url));
    let location = Location::Http(Arc::new(url));
    let source = Source::new(SourceId::new(""), location);
    Ok((source, limits))
}

/// What the lists of feeds.toml name, as far as a pass has read them.
fn listed(config: &Config) -> Result<Vec<Arc<Source>>, Failure> {
    if !config.store.exists() {
        return Ok(Vec::new());
    }
    wait_for(async {
        let store = store::store(config)?;
        Ok(mill::listed(config, &store).await?)
    })
}
