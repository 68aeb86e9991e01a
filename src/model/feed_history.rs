//! The links between a feed document and the archive documents of its theme (RFC 5005 section 4).

use super::{EditionLinks, StoryId};
use chrono::{DateTime, Utc};

/// The position of a document among the documents of its theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The archive document before this document; none for the first.
    pub previous: Option<EditionLinks>,
    /// Set if this document is an archive document itself.
    pub archive: Option<Archive>,
}

/// What only an archive document contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The next archive document. It may not exist yet: an archive document is written once.
    pub next: EditionLinks,
    /// The subscription document.
    pub current: EditionLinks,
    /// Stories that were in this document and are hidden now.
    pub hidden: Vec<Hidden>,
}

/// A story that was published and is hidden now (RFC 6721).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Its id.
    pub id: StoryId,
    /// The pass that found it hidden.
    pub since: DateTime<Utc>,
}
