//! Prefixes and namespace URIs -> the few vocabularies that feeds use.
//!
//! Feeds bind prefixes to misspelt URIs, to old ones, or not at all; so a URI is
//! compared leniently, and an unknown URI means what its prefix usually means.

use std::borrow::Cow;

/// A vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Namespace {
    /// RSS of any version, CDF, or none at all.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    /// Dublin Core elements and terms.
    Dublin,
    /// RSS 1.0's content module.
    Content,
    /// Media RSS.
    Media,
    /// Podcasts: Apple's and Google's.
    Itunes,
    /// Podcasting 2.0.
    Podcast,
    /// RSS 1.0's syndication module.
    Syndication,
    /// `FeedBurner` and similar services, which replace links by their own.
    Feedburner,
    /// XHTML.
    Xhtml,
    /// RDF.
    Rdf,
    /// Anything else.
    Other,
}

impl Namespace {
    /// Whether it is the vocabulary of a feed format itself, not an extension.
    pub(in crate::parse) fn is_core(self) -> bool {
        matches!(self, Self::Rss | Self::Atom)
    }

    /// The vocabulary of a namespace URI, if it is known.
    pub(super) fn of_uri(uri: &str) -> Option<Self> {
        let uri = uri.trim().to_ascii_lowercase();
        let bare = uri.split_once("://").map_or(uri.as_str(), |(_, rest)| rest);
        let bare = bare.strip_prefix("www.").unwrap_or(bare);
        let known = [
            ("purl.org/rss/1.0/modules/content", Self::Content),
            ("purl.org/rss/1.0/modules/syndication", Self::Syndication),
            ("purl.org/rss/1.0/modules/", Self::Other),
            ("purl.org/dc/", Self::Dublin),
            ("dublincore.org/", Self::Dublin),
            ("w3.org/2005/atom", Self::Atom),
            ("purl.org/atom/ns", Self::Atom),
            ("purl.org/rss/", Self::Rss),
            ("purl.org/net/rss1.1", Self::Rss),
            ("backend.userland.com/", Self::Rss),
            ("blogs.law.harvard.edu/tech/rss", Self::Rss),
            ("cyber.law.harvard.edu/", Self::Rss),
            ("my.netscape.com/", Self::Rss),
            ("channel.netscape.com/", Self::Rss),
            ("search.yahoo.com/mrss", Self::Media),
            ("video.search.yahoo.com/mrss", Self::Media),
            ("tools.search.yahoo.com/mrss", Self::Media),
            ("itunes.com/dtds/", Self::Itunes),
            ("itunes.apple.com/", Self::Itunes),
            ("example.com/dtds/podcast", Self::Itunes),
            ("google.com/schemas/play-podcasts", Self::Itunes),
            ("podcastindex.org/namespace/", Self::Podcast),
            ("github.com/podcastindex-org/", Self::Podcast),
            ("rssnamespace.org/feedburner/", Self::Feedburner),
            ("pheedo.com/namespace/", Self::Feedburner),
            ("w3.org/1999/xhtml", Self::Xhtml),
            ("w3.org/1999/02/22-rdf-syntax-ns", Self::Rdf),
            ("w3.org/2000/svg", Self::Other),
            ("w3.org/1998/math", Self::Other),
            ("w3.org/1999/xlink", Self::Other),
        ];
        known
            .into_iter()
            .find(|(start, _)| bare.starts_with(start))
            .map(|(_, namespace)| namespace)
    }

    /// The vocabulary that a prefix usually means.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        match &*lower_case(prefix) {
            "" | "rss" => Self::Rss,
            "atom" | "atom03" | "atom10" | "a10" => Self::Atom,
            "dc" | "dcterms" | "dct" | "dcterm" => Self::Dublin,
            "content" => Self::Content,
            "media" => Self::Media,
            "itunes" | "googleplay" => Self::Itunes,
            "podcast" => Self::Podcast,
            "sy" | "syn" => Self::Syndication,
            "feedburner" | "pheedo" => Self::Feedburner,
            "xhtml" | "html" | "body" | "xh" => Self::Xhtml,
            "rdf" => Self::Rdf,
            _ => Self::Other,
        }
    }
}

/// A name in lower case: some feeds write `pubdate` and `ITEM` too.
pub(in crate::parse) fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
