//! Stories: one or more items with the same text.

use super::{Item, StoryId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is published. `id`, `date_published` and `url` are fixed when the story is first
/// stored; another member may become its lead later and changes only what is shown of it, with the
/// address that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// That of its first item.
    pub id: StoryId,
    /// That of its first item.
    pub date_published: DateTime<Utc>,
    /// That of its first item, of which the path of its HTML page is made.
    pub url: Option<String>,
    /// Its items: the lead first, then the others by date and id. The order in which sources answered
    /// does not matter.
    /// Never empty.
    pub members: Vec<Member>,
    /// Order of arrival, monotone over the life of the store.
    pub seq: u64,
    /// Counts the changes that a reader should see.
    pub rev: u64,
    /// The time of the pass that found it; never published.
    pub first_seen: DateTime<Utc>,
    /// The `date_modified` of the last change that a reader should see.
    pub changed: Option<DateTime<Utc>>,
    /// How many sources tell its event, in this story and in others. 0: nobody looked for its event.
    pub event_sources: u32,
}

/// An item of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The store's number of the item.
    pub number: u64,
    /// The item.
    pub item: Item,
    /// When it arrived; the same for all of a pass.
    pub first_seen: DateTime<Utc>,
    /// Why it is here; none for the story's first item.
    pub why: Option<Why>,
}

/// Why an item belongs to a story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// What decided.
    pub reason: Reason,
    /// How alike, 0 to 1.
    pub score: f32,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let score = self.score;
        match self.reason {
            Reason::SameId => f.write_str("same id"),
            Reason::SameUrl => f.write_str("same address"),
            Reason::SameText => f.write_str("same text"),
            Reason::SimilarText => write!(f, "similar text ({score:.2})"),
            Reason::SimilarTitle => write!(f, "similar title ({score:.2})"),
            Reason::ByHand => f.write_str("merged by hand"),
        }
    }
}

/// What decided that two items are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The same id was given by both.
    SameId,
    /// The same canonical URL.
    SameUrl,
    /// The same normalised title and text.
    SameText,
    /// One text contains the other: abridged, cut, extended.
    SimilarText,
    /// The same or nearly the same title over a short or missing text.
    SimilarTitle,
    /// The user merged them in `feeds.toml`.
    ByHand,
}
