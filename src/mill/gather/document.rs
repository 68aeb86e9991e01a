//! A document that was fetched -> what the source says.

use crate::fetch::Fetched;
use crate::model::{Feed, Location, Source, SourceKind};
use crate::parse::{self, Document, Found};
use url::Url;

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

/// Bytes -> what the source says.
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

/// What a document's links are relative to: where it was found, unless that is a secret, which would
/// come to light in every link.
pub(in crate::mill) fn url<'a>(source: &'a Source, fetched: &'a Fetched) -> Option<&'a Url> {
    match (&source.location, &source.public_url) {
        (Location::Http(url), public) if public.as_ref() != Some(url) => public.as_deref(),
        _ => fetched.url.as_ref(),
    }
}
