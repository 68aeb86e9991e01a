//! The files of an edition.

use super::{FeedFormat, Theme};
use crate::digest::{Digest, Encode};

/// File names relative to `base_url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionLinks {
    /// The names of its feeds without their extension: `defence`.
    pub stem: String,
    /// The page of its theme, if it has one: `defence.html`
    pub html: Option<String>,
}

impl EditionLinks {
    /// The files of a theme.
    pub fn of(theme: &Theme) -> Self {
        let id = &theme.id;
        Self {
            stem: id.to_string(),
            html: theme.formats.html.then(|| format!("{id}.html")),
        }
    }

    /// The files of an archive document of a theme's feed (RFC 5005 section 4). They are in a folder
    /// that belongs to the theme alone: no theme's name has a slash.
    pub fn of_archive(theme: &Theme, number: u32) -> Self {
        Self {
            stem: format!("{}/archive-{number}", theme.id),
            ..Self::of(theme)
        }
    }

    /// The feed in one format: `defence.atom`.
    pub fn feed(&self, format: FeedFormat) -> String {
        format!("{}.{}", self.stem, format.extension())
    }
}

impl Encode for EditionLinks {
    fn encode(&self, to: &mut Digest) {
        let Self { stem, html } = self;
        to.add(stem).add(html.as_deref().unwrap_or_default());
    }
}
