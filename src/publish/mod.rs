//! [`Edition`](crate::model::Edition) -> text, one file a format. It does not know where its bytes go.
//!
//! Every emitter takes a [`FeedEdition`], which meets what all formats require (characters that XML
//! allows, absolute addresses, each id once). So an emitter contains only its format. Equal editions
//! give equal bytes.

mod address;
pub mod atom;
mod checked;
mod content;
mod credit;
mod escape;
mod estimate;
mod extension;
mod feed_edition;
pub mod html;
pub mod json_feed;
pub mod opml;
pub mod path;
mod phrases;
mod podcast;
pub mod rss;
pub mod size_limit;
pub mod titles;

pub use checked::CheckedEdition;
pub use feed_edition::FeedEdition;
pub use html::{Month, MonthPart, SourceLine, SourceState};
pub use phrases::InMessages;

use crate::model::{EditionLinks, FeedFormat};
use checked::SharedEdition;
use url::Url;
use uuid::Uuid;

/// Increases when an emitter writes the same edition differently, or when an edition shows the same
/// story differently, so that published files are made again (it is part of an edition's
/// fingerprint).
pub const FORMAT_VERSION: u32 = 8;

/// The page that lists all themes, relative to the output folder.
pub const INDEX: &str = "index.html";

/// The list of all themes' feeds, relative to the output folder.
pub const FEEDS_OPML: &str = "feeds.opml";

/// The page with the state of the sources, relative to the output folder.
pub const SOURCES: &str = "sources.html";

/// The page that finds stories by their titles, relative to the output folder.
pub const SEARCH: &str = "search.html";

/// The script of that page, relative to the output folder.
pub const SEARCH_SCRIPT: &str = "search.js";

/// The style sheet of the pages, relative to the output folder.
pub const STYLE: &str = "style.css";

/// Why a document could not be written: a fault of this program or of a template, never of the content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A page template is wrong.
    #[error("template {place}: {reason}; docs/TEMPLATES.md says what templates are given")]
    Template {
        /// Its name and the line: `theme.html, line 3`.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The writer of a format failed.
    #[error("cannot write {format}: {reason}")]
    Write {
        /// The format that was being written.
        format: &'static str,
        /// The error of the writer.
        reason: String,
    },
}

impl Error {
    fn write(format: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Write {
            format,
            reason: reason.to_string(),
        }
    }
}

/// The generator that feeds name. Without a version: a new release must not change every file.
const GENERATOR: &str = "feedmill";

/// The namespace of `fh:archive` (RFC 5005).
const FEED_HISTORY: &str = "http://purl.org/syndication/history/1.0";

/// The namespace of the UUIDs below.
const KEYS: Uuid = Uuid::from_u128(0x9b2f_6a0e_51c4_4f0e_8d57_2f1c_6e3a_70d4);

/// A URI for a feed that has only a key: the same key always gives the same URI. A feed that moves must
/// keep its id (RFC 4287 section 4.2.6), so the URI does not contain `base_url`. It does not contain the
/// title either, because titles are edited too often.
fn urn(key: &str) -> String {
    Uuid::new_v5(&KEYS, key.as_bytes()).urn().to_string()
}

/// The address of a file of the output folder, where that folder is served.
fn published(edition: &SharedEdition, file: &str) -> Option<String> {
    address_below(edition.base_url.as_ref()?, file)
}

/// The address of a file below that of the output folder. Nearly all names need no escapes, and to put these together
/// takes a tenth of the time of joining them as addresses.
fn address_below(folder: &Url, file: &str) -> Option<String> {
    let has_more = folder.query().is_some() || folder.fragment().is_some();
    let is_folder = folder.path().ends_with('/') && !has_more;
    // No part is empty or begins with a dot.
    let mut before = b'/';
    let is_plain = file.bytes().all(|b| {
        let before = std::mem::replace(&mut before, b);
        let is_inside = before != b'/' && matches!(b, b'.' | b'/');
        is_inside || b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
    });
    if is_folder && is_plain {
        return Some([folder.as_str(), file].concat());
    }
    folder.join(file).ok().map(String::from)
}

/// The page that an edition's feeds belong to: that of its theme, else the one that lists all themes.
fn page_of(edition: &SharedEdition) -> &str {
    edition.links.html.as_deref().unwrap_or(INDEX)
}

/// Writes an edition in one format.
pub fn write(format: FeedFormat, checked: &FeedEdition) -> Result<String, Error> {
    match format {
        FeedFormat::Rss => rss::write(checked),
        FeedFormat::Atom => atom::write(checked),
        FeedFormat::Json => json_feed::write(checked),
    }
}

/// A link from one of our feeds to another document of ours: its relation, its file, its media type.
type FeedLink = (&'static str, String, &'static str);

/// The documents that a feed in this format names: itself and those that hold the theme's other stories. Not
/// the same edition in another format: newsboat, Liferea and `SimplePie` take any `alternate` for the page to open.
fn feed_links(edition: &SharedEdition, own: FeedFormat) -> Vec<FeedLink> {
    let link = |rel, links: &EditionLinks| (rel, links.feed(own), own.media_type());
    let relatives = relatives(edition).into_iter();
    std::iter::once(link("self", &edition.links))
        .chain(relatives.map(|(rel, links)| link(rel, links)))
        .collect()
}

/// The documents that lead to a theme's other stories, by their relation (RFC 5005 section 4).
fn relatives(edition: &SharedEdition) -> Vec<(&'static str, &EditionLinks)> {
    let history = &edition.history;
    let archive = history.archive.as_ref();
    [
        ("current", archive.map(|archive| &archive.current)),
        ("prev-archive", history.previous.as_ref()),
        ("next-archive", archive.map(|archive| &archive.next)),
    ]
    .into_iter()
    .filter_map(|(rel, links)| Some((rel, links?)))
    .collect()
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
