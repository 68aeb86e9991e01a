//! A subject that we publish: one table `[themes.ID]` of `feeds.toml`, checked.

use super::{SourceId, ThemeId};
use serde::{Deserialize, Serialize};

/// What belongs to a subject and how it is shown.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its key, and the stem of its files.
    pub id: ThemeId,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: Option<String>,
    /// What belongs to it.
    pub rule: Rule,
    /// What stands first on its page.
    pub editors_choice: EditorsChoice,
    /// What it shows as one entry.
    pub merge: Merging,
    /// What its feeds call a story.
    pub ids: Ids,
    /// Names that it had before: its files stand under them, too.
    pub aliases: Vec<ThemeId>,
    /// How many stories its feeds hold. Default 50.
    pub limit: u32,
    /// RFC 5646 tag of its feeds and page. Default `en`.
    pub language: String,
    /// Its page's days are cut in this zone. Default UTC.
    pub timezone: chrono_tz::Tz,
    /// A picture for its feeds.
    pub image: Option<String>,
    /// Copyright line of its feeds.
    pub rights: Option<String>,
}

/// What a theme shows as one entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Merging {
    /// A story: items that are one text.
    #[default]
    Identical,
    /// An event: stories that tell it in different words, through the first of them.
    Coverage,
    /// Each item by itself.
    Off,
}

/// What feeds call a story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ids {
    /// By its own id, the same in all themes (RFC 4287 section 4.2.6).
    #[default]
    Story,
    /// By another in each theme, for readers that show an id in one feed only.
    PerTheme,
}

/// Words and phrases are compared without case, accents and punctuation, whole words only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// At least one of these in title, summary, text or tags. Empty: everything.
    pub include: Vec<String>,
    /// None of these in title, summary or tags.
    pub exclude: Vec<String>,
    /// Only these sources. Empty: all.
    pub sources: Vec<SourceId>,
    /// At least one of these tags. Empty: any.
    pub tags: Vec<String>,
}

/// What an editor puts first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditorsChoice {
    /// By rule: stories that carry one of these tags.
    pub tags: Vec<String>,
    /// By rule: stories with one of these words or phrases in the title.
    pub include: Vec<String>,
    /// By hand: ids or URLs of items or stories.
    pub pins: Vec<String>,
}
