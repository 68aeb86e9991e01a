//! A fetched document -> a feed, and advice when it is not one.

use crate::fetch::Fetched;
use crate::model::{Feed, Location, Source, SourceKind};
use crate::parse::{self, Document, Found};
use url::Url;

/// The error of a document that cannot be read, with what to do about it.
pub(in crate::mill) fn no_feed(error: &parse::Error) -> String {
    let advice = match error {
        parse::Error::NotAFeed { announced, .. } if !announced.is_empty() => {
            "write that as url in feeds.toml"
        }
        parse::Error::NotAFeed {
            found: Found::LoginPage { .. },
            ..
        } => "it wants a login: write basic_auth or headers for this source",
        parse::Error::NotAFeed {
            found: Found::OpmlList,
            ..
        } => "write opml = true to take its feeds as sources",
        _ => "check its URL, or read it by selectors in a [sources.ID.page] table",
    };
    format!("{error}; {advice}")
}

/// Parses a fetched document as the kind of its source says.
pub(in crate::mill) fn parse(
    source: &Source,
    fetched: &Fetched,
    document_url: Option<&Url>,
) -> Result<Feed, parse::Error> {
    parse::parse(&Document {
        bytes: &fetched.body.bytes(),
        url: document_url,
        content_type: fetched.content_type.as_deref(),
        page: match &source.kind {
            SourceKind::Page(rule) => Some(rule),
            SourceKind::Feed | SourceKind::List => None,
        },
    })
}

/// The base URL of a document's links: where it was found, unless that is secret. A secret address
/// would be published in every link.
pub(in crate::mill) fn url<'a>(source: &'a Source, fetched: &'a Fetched) -> Option<&'a Url> {
    match source.location {
        Location::Http(_) if source.has_secret_address() => source.public_url.as_deref(),
        _ => fetched.url.as_ref(),
    }
}
