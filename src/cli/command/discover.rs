//! `feedmill discover`: finds the feeds of a page.

use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::line::plain;
use crate::cli::message;
use crate::cli::request::{Answer, SiteClient};
use crate::cli::runtime::block_on;
use crate::fetch::Fetched;
use crate::model::{Announced, Feed};
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
    let client = SiteClient::new(url)?;
    let feeds = match block_on(discover(&client, url))? {
        Discovered::Feed(feed, answer) => vec![announced(&place(url, &answer.fetched), &feed)],
        Discovered::Feeds(feeds) => feeds,
        Discovered::Page(_) => {
            let text = format!(
                "{url}: no feed found; to read the page itself, `feedmill add {url}` proposes CSS selectors"
            );
            return Err(Failure::new(Exit::NotAFeed, text));
        }
    };
    let mut out = border::stdout();
    for feed in feeds {
        writeln!(out, "{}", told(&feed))?;
    }
    Ok(Exit::Success)
}

/// A feed as it is listed: its address, a tab, its title.
pub(in crate::cli) fn told(feed: &Announced) -> String {
    let title = plain(feed.title.as_deref().unwrap_or_default());
    format!("{}\t{title}", feed.url)
}

/// What is at an address.
pub(in crate::cli) enum Discovered {
    /// A feed.
    Feed(Box<Feed>, Answer),
    /// A page that leads to these feeds.
    Feeds(Vec<Announced>),
    /// A page without a feed.
    Page(Fetched),
}

/// Looks for the feeds of a page.
pub(in crate::cli) async fn discover(
    client: &SiteClient,
    url: &Url,
) -> Result<Discovered, Failure> {
    let answer = client.ask(url).await?;
    let at = place(url, &answer.fetched);
    let bytes = answer.fetched.body.bytes();
    let document = Document {
        bytes: &bytes,
        url: Some(&at),
        content_type: answer.fetched.content_type.as_deref(),
        page: None,
    };
    let likely = match parse::parse(&document) {
        Ok(feed) if !feed.is_page() => {
            drop(bytes);
            return Ok(Discovered::Feed(Box::new(feed), answer));
        }
        Err(Error::NotAFeed { announced, .. }) if !announced.is_empty() => {
            return Ok(Discovered::Feeds(announced));
        }
        Ok(feed) if !feed.announced.is_empty() => {
            return Ok(Discovered::Feeds(feed.announced));
        }
        _ => parse::likely_feeds(&document),
    };
    drop(bytes);
    let mut found = Vec::new();
    for guess in likely.into_iter().take(MAX_TRIES) {
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
            found.push(announced(&place(&guess, &answer), &feed));
        }
    }
    if found.is_empty() {
        return Ok(Discovered::Page(answer.fetched));
    }
    message::note(&format!(
        "{url}: the page announces no feeds; these were found by trying common addresses"
    ));
    Ok(Discovered::Feeds(found))
}

/// Where a document was found.
fn place(url: &Url, fetched: &Fetched) -> Url {
    fetched.url.clone().unwrap_or_else(|| url.clone())
}

fn announced(url: &Url, feed: &Feed) -> Announced {
    Announced {
        url: url.to_string(),
        title: feed.title.clone().and_then(crate::normalize::plain),
    }
}
