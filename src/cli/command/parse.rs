//! `feedmill parse`: prints one document as JSON Feed.

use crate::cli::adhoc;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::cli::request;
use crate::cli::runtime::block_on;
use crate::date::Precision;
use crate::fetch::{self, Fetched};
use crate::model::{Feed, Item};
use crate::net::Limits;
use crate::normalize::{self, Context};
use crate::parse::{self, Document};
use crate::publish::json_feed::{self, JsonFeedItem};
use crate::text::{html, language};
use chrono::{DateTime, Utc};
use std::io::{Read, Write};
use std::path::Path;
use url::Url;

/// Print one feed as JSON Feed 1.1; warnings go to standard error
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill parse samples/eastern-wire.rss\n  \
    feedmill parse https://example.org/feed.xml | jq '.items[].title'\n  \
    curl -s https://example.org/feed.xml | feedmill parse --url https://example.org/feed.xml -\n\n\
    Exit code 65: the document is not a feed; standard error says what it is.")]
pub(in crate::cli) struct Arguments {
    /// A file, an http(s) address, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    input: String,
    /// Address of the document, the base of its relative links; empty: unknown
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The Content-Type of the document
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// The time that relative dates are relative to, RFC 3339 [default: now]
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<DateTime<Utc>>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let address = Url::parse(&arguments.input)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let mut fetched = match &address {
        Some(url) => block_on(request::SiteClient::new(url)?.get(url))?,
        None => read(&arguments.input)?,
    };
    if let Some(text) = &arguments.url {
        let usage = |e| {
            Failure::new(
                Exit::Usage,
                format!("--url \"{text}\" is not a valid address: {e}"),
            )
        };
        fetched.url = if text.is_empty() {
            None
        } else {
            Some(Url::parse(text).map_err(usage)?)
        };
    }
    let content_type = arguments
        .content_type
        .as_ref()
        .or(fetched.content_type.as_ref());
    let feed = parse::parse(&Document {
        bytes: &fetched.body.bytes(),
        url: fetched.url.as_ref(),
        content_type: content_type.map(String::as_str),
        page: None,
    })
    .map_err(|error| Failure::new(Exit::NotAFeed, format!("{}: {error}", arguments.input)))?;

    let incomplete = fetched
        .cut
        .iter()
        .map(|why| format!("incomplete: {why}; complete items are kept"));
    incomplete.for_each(|text| warn(arguments, &text));
    for warning in &feed.warnings {
        warn(arguments, &warning.to_string());
    }
    let source = adhoc::source(fetched.url.clone());
    let now = arguments.as_of.unwrap_or_else(Utc::now);
    let mut document = head(&feed);
    let (items, warnings) = normalize::normalize(
        feed,
        &Context {
            source: &source,
            document_url: fetched.url.as_ref(),
            now,
            ids_as_given: true,
        },
    );
    for warning in &warnings {
        warn(arguments, &warning.to_string());
    }
    document.items = items.iter().map(json_item).collect();
    let json = document
        .write()
        .map_err(|e| Failure::new(Exit::Failed, e.to_string()))?;
    write!(border::stdout(), "{json}")?;
    Ok(Exit::Success)
}

/// The feed without its items.
fn head(feed: &Feed) -> json_feed::Document {
    json_feed::Document {
        title: feed
            .title
            .clone()
            .and_then(normalize::plain)
            .unwrap_or_default(),
        home_page_url: feed.home_page_url.clone(),
        feed_url: feed.feed_url.clone(),
        description: feed.description.clone().and_then(normalize::plain),
        icon: feed.icon.clone(),
        authors: feed.authors.clone(),
        language: feed.language.as_deref().and_then(language::tag),
        ..json_feed::Document::default()
    }
}

fn json_item(item: &Item) -> JsonFeedItem {
    let content = item.content_html.as_ref().map(|raw| {
        let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
        html::sanitize(&raw.html, base.as_ref())
    });
    let mut json = JsonFeedItem::from_item(item, content.as_ref());
    if item.date_precision == Precision::Unknown {
        // `normalize` sets the time of the fetch, for the store. The document does not have it.
        json.date_published = None;
        json.feedmill.date_precision = None;
    }
    json
}

fn warn(arguments: &Arguments, text: &str) {
    message::warning(&format!("{}: {text}", arguments.input));
}

/// Reads a file or standard input.
pub(in crate::cli) fn read(input: &str) -> Result<Fetched, Failure> {
    let mut bytes = Vec::new();
    let max_body = Limits::default().max_body;
    let limit = u64::try_from(max_body).unwrap_or(u64::MAX);
    let result = if input == "-" {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(Path::new(input))
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) => Ok(fetch::unpacked(bytes, max_body)),
        Err(e) => Err(Failure::new(
            Exit::Failed,
            format!("cannot read {input}: {e}"),
        )),
    }
}
