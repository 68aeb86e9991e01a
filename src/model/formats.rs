//! The formats of feeds, and in which of them a theme is published.

use crate::digest::{Digest, Encode};

/// A format of a published feed. The list is closed: emitters, archives, links between documents and
/// the writer of files take from here what they need. A new one is a variant here and a file in
/// `publish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 2.0
    Rss,
    /// Atom 1.0 (RFC 4287)
    Atom,
    /// JSON Feed 1.1
    Json,
}

impl FeedFormat {
    /// Every one, in the order in which documents link to them.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// The end of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// Its media type (RFC 9110 section 8.3.1).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// Which files a theme has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formats {
    /// Its feeds, in the order of [`FeedFormat::ALL`].
    pub feeds: Vec<FeedFormat>,
    /// Whether it has pages.
    pub html: bool,
}

impl Formats {
    /// What a list of formats may name.
    pub const NAMES: [&'static str; 4] = ["atom", "rss", "json", "html"];

    /// Those that a list names.
    pub fn named(names: &[impl AsRef<str>]) -> Self {
        let has = |name: &str| names.iter().any(|named| named.as_ref() == name);
        let feeds = FeedFormat::ALL.into_iter();
        Self {
            feeds: feeds.filter(|format| has(format.extension())).collect(),
            html: has("html"),
        }
    }

    /// Whether a file with this end of its name, without the dot, is published.
    pub fn has(&self, extension: &str) -> bool {
        let mut feeds = self.feeds.iter();
        (self.html && extension == "html") || feeds.any(|format| format.extension() == extension)
    }
}

impl Default for Formats {
    fn default() -> Self {
        Self::named(&Self::NAMES)
    }
}

impl Encode for Formats {
    fn encode(&self, to: &mut Digest) {
        let Self { feeds, html } = self;
        let feeds: Vec<&str> = feeds.iter().map(|format| format.extension()).collect();
        to.add(&feeds.join(" ")).add(html);
    }
}
