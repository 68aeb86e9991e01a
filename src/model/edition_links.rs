//! The files of an edition.

use super::ThemeId;

/// File names relative to `base_url`, the same for every theme but for the stem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionLinks {
    /// `defence.rss`
    pub rss: String,
    /// `defence.atom`
    pub atom: String,
    /// `defence.json`
    pub json: String,
    /// `defence.html`
    pub html: String,
}

impl EditionLinks {
    /// The files of a theme.
    pub fn of(theme: &ThemeId) -> Self {
        Self {
            rss: format!("{theme}.rss"),
            atom: format!("{theme}.atom"),
            json: format!("{theme}.json"),
            html: format!("{theme}.html"),
        }
    }
}
