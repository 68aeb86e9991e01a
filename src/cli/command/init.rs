//! `feedmill init`: writes the first feeds.toml.

use crate::cli::address::address;
use crate::cli::ask;
use crate::cli::config_file::USUAL;
use crate::cli::editing::TITLE;
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::config::edit::{self, sources::NewSource};
use crate::mill;
use std::path::PathBuf;
use url::Url;

/// Write a first feeds.toml, with comments
///
/// On a terminal it asks for the title and for a first feed; Enter takes what is in brackets. A file that is
/// there is never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill init\n  \
    feedmill init news --title \"My news\" --url https://example.org/feed.xml && feedmill run -c news")]
pub(in crate::cli) struct Arguments {
    /// The folder to write it in
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Title of the site
    #[arg(long)]
    title: Option<String>,
    /// Address of a first feed, which is not fetched now; `feedmill add` looks for the feed of a site
    #[arg(long, value_parser = address)]
    url: Option<Url>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let file = match &arguments.folder {
        folder if folder.as_os_str() == "." => USUAL.into(),
        folder => folder.join(USUAL),
    };
    let exists = || {
        let text = format!(
            "{} is there already; edit it, or name another folder",
            file.display()
        );
        Failure::new(Exit::Failed, text)
    };
    if file.exists() {
        return Err(exists());
    }
    let asks = ask::is_possible() && arguments.title.is_none() && arguments.url.is_none();
    let (mut title, mut url) = (arguments.title.clone(), arguments.url.clone());
    if asks {
        title = Some(ask::line("Title of the site?", TITLE)?);
        let answer = ask::line("Address of a first feed?", "none")?;
        if answer != "none" {
            let read = address(&answer).map_err(|text| Failure::new(Exit::Usage, text))?;
            url = Some(read);
        }
    }
    let source = url.map(|url| NewSource {
        id: mill::name_for(None, &url),
        url: url.into(),
        ..NewSource::default()
    });
    if !edit::begin(&file, title.as_deref().unwrap_or(TITLE), source.as_ref())? {
        return Err(exists());
    }
    let next = if source.is_some() {
        "`feedmill check` says what a run would do, `feedmill run` makes the first one"
    } else {
        "next: `feedmill add https://example.org/` or `feedmill import subscriptions.opml`, then `feedmill run`"
    };
    message::note(&format!("{}: written; {next}", file.display()));
    Ok(Exit::Success)
}
