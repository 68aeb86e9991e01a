//! `feedmill discover`: finds the feeds of a page.

use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::line::plain;
use crate::cli::message;
use crate::cli::request::SiteClient;
use crate::cli::runtime::block_on;
use crate::model::Announced;
use crate::parse::{self, Document, Error};
use std::io::Write;
use url::Url;

/// Find the feeds of a page; print address, tab, title
///
/// Feeds that the page announces are printed without a check. If it announces none, links that look
/// like feeds and a few common addresses are tried: five requests at most.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill discover https://example.org/\n  \
    feedmill discover https://example.org/ | cut -f1 | head -n 1 | xargs feedmill parse\n\n\
    Exit code 65: no feed was found.")]
pub(in crate::cli) struct Arguments {
    /// Address of a page, or of a feed
    url: Url,
}

/// Addresses that are tried after the page itself.
const MAX_TRIES: usize = 5;

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let url = &arguments.url;
    if !matches!(url.scheme(), "http" | "https") {
        let text = format!("{url} is not an http(s) address");
        return Err(Failure::new(Exit::Usage, text));
    }
    let found = block_on(discover(url))?;
    if found.is_empty() {
        let text = format!(
            "{url}: no feed found; to read the page itself, write CSS selectors in a [sources.NAME.page] table"
        );
        return Err(Failure::new(Exit::NotAFeed, text));
    }
    let mut out = border::stdout();
    for feed in found {
        let title = plain(&feed.title.unwrap_or_default());
        writeln!(out, "{}\t{title}", feed.url)?;
    }
    Ok(Exit::Success)
}

async fn discover(url: &Url) -> Result<Vec<Announced>, Failure> {
    let client = SiteClient::new(url)?;
    let page = client.get(url).await?;
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
        // A guess that fails is not an error.
        let Ok(answer) = client.get(&guess).await else {
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
        message::note(&format!(
            "{url}: the page announces no feeds; these were found by trying common addresses"
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
