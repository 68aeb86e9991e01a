//! A feed that a list names.

use serde::{Deserialize, Serialize};

/// One outline of an OPML list (OPML 2.0, 'Subscription lists').
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Where the feed is, as written: `xmlUrl`.
    pub url: String,
    /// `title`, else `text`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// The site: `htmlUrl`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub home_page_url: Option<String>,
    /// The folders it is in, outermost first, then what `category` names.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub folders: Vec<String>,
    /// How many of them are folders; the others are categories. Unknown of a list that an older version read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub depth: Option<usize>,
}
