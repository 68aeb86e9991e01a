//! How a document hangs together with those that hold its theme's older stories (RFC 5005).

use super::{EditionLinks, StoryId};
use chrono::{DateTime, Utc};

/// Where a document stands among the documents of its theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The closed page before this document; none for the first.
    pub previous: Option<EditionLinks>,
    /// Set when this document is a closed page itself.
    pub archive: Option<Archive>,
}

/// What only a closed page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The page that follows. It may not be closed yet: a page is written once.
    pub next: EditionLinks,
    /// The document that people subscribe to.
    pub current: EditionLinks,
    /// Stories that stood here and are hidden now.
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
