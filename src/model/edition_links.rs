//! The formats that a theme's feed is published in, and the files of an edition.

use super::ThemeId;
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

/// File names relative to `base_url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionLinks {
    /// The names of its feeds without their extension: `defence`.
    pub stem: String,
    /// `defence.html`
    pub html: String,
}

impl EditionLinks {
    /// The files of a theme.
    pub fn of(theme: &ThemeId) -> Self {
        Self {
            stem: theme.to_string(),
            html: format!("{theme}.html"),
        }
    }

    /// The files of an archive document of a theme's feed (RFC 5005 section 4). They are in a folder
    /// that belongs to the theme alone: no theme's name has a slash.
    pub fn of_archive(theme: &ThemeId, number: u32) -> Self {
        Self {
            stem: format!("{theme}/archive-{number}"),
            ..Self::of(theme)
        }
    }

    /// The feed in one format: `defence.atom`.
    pub fn feed(&self, format: FeedFormat) -> String {
        format!("{}.{}", self.stem, format.extension())
    }

    /// The feed in every format, in the order of [`FeedFormat::ALL`].
    pub fn feeds(&self) -> [String; FeedFormat::ALL.len()] {
        FeedFormat::ALL.map(|format| self.feed(format))
    }
}

impl Encode for EditionLinks {
    fn encode(&self, to: &mut Digest) {
        let Self { stem, html } = self;
        to.add(stem).add(html);
    }
}
