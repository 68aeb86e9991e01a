//! `feedmill discover`: the feeds of a page.

use crate::cli::exit::{Exit, Failure};
use crate::cli::request::Asker;
use crate::cli::runtime::wait_for;
use crate::cli::terminal;
use crate::model::Announced;
use crate::parse::{self, Document, Error};
use std::io::Write;
use url::Url;

/// Print the feeds that a page has: their addresses, a tab, their titles
///
/// What the page announces is taken at its word. Of a page that announces nothing, links that look
/// like feeds are tried, and a few customary addresses: five requests at most.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill discover https://example.org/\n  \
    feedmill discover https://example.org/ | cut -f1 | head -n 1 | xargs feedmill parse\n\n\
    Exit code 65: no feed was found.")]
pub(in crate::cli) struct Arguments {
    /// The page, or a feed
    url: Url,
}

/// Addresses that are tried besides the page itself.
const MAX_TRIES: usize = 5;

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let url = &arguments.url;
    if !matches!(url.scheme(), "http" | "https") {
        let text = format!("feedmill: {url} is no http(s) address");
        return Err(Failure::new(Exit::Usage, text));
    }
    let found = wait_for(discover(url))?;
    if found.is_empty() {
        let text = format!(
            "{url}: no feed found; ask its owner, or read the page by selectors in a [sources.NAME.page] table"
        );
        return Err(Failure::new(Exit::NoFeed, text));
    }
    let mut out = std::io::stdout().lock();
    for feed in found {
        writeln!(out, "{}\t{}", feed.url, feed.title.unwrap_or_default())?;
    }
    Ok(Exit::Fine)
}

async fn discover(url: &Url) -> Result<Vec<Announced>, Failure> {
    let asker = Asker::new(url)?;
    let page = asker.get(url).await?;
    let at = page.url.as_ref().unwrap_or(url);
    let document = Document {
        bytes: &page.body.bytes(),
        url: Some(at),
        content_type: page.content_type.as_deref(),
        page: None,
    };
    match parse::parse(&document) {
        Ok(feed) if !feed.is_page() => return Ok(vec![announced(at, &feed)]),
        Err(Error::NotAFeed { announced, .. }) if !announced.is_empty() => return Ok(announced),
        _ => {}
    }
    let mut found = Vec::new();
    for guess in parse::likely_feeds(&document).into_iter().take(MAX_TRIES) {
        // A guess that fails is no failure.
        let Ok(answer) = asker.get(&guess).await else {
            continue;
        };
        let read = parse::parse(&Document {
            bytes: &answer.body.bytes(),
            url: answer.url.as_ref(),
            content_type: answer.content_type.as_deref(),
            page: None,
        });
        if let Ok(feed) = read
            && !feed.is_page()
        {
            found.push(announced(answer.url.as_ref().unwrap_or(&guess), &feed));
        }
    }
    if !found.is_empty() {
        terminal::say(&format!(
            "{url}: announces no feed; these were found by trying"
        ));
    }
    Ok(found)
}

fn announced(url: &Url, feed: &crate::model::Feed) -> Announced {
    Announced {
        url: url.to_string(),
        title: feed.title.clone().and_then(crate::normalize::plain),
    }
}
