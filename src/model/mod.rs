//! The words that everything else speaks. Plain data: no clock, no IO, no decisions.
//!
//! | type | a sentence |
//! |---|---|
//! | [`Source`] | a place we take items from |
//! | [`FetchState`] | what we remember of a source between visits |
//! | [`Feed`] | what one source said this time, as it said it |
//! | [`Item`] | one thing that a feed said, as we mean it |
//! | [`Story`] | one or more items that say the same thing |
//! | [`Theme`] | a subject that we publish |
//! | [`Edition`] | one theme at one moment: all that an emitter is given |

mod decisions;
mod edition;
mod edition_links;
mod encoding;
mod failure_kind;
mod feed;
mod feed_history;
mod fetch_state;
mod id;
mod item;
mod secret;
mod source;
mod story;
mod subscription;
mod theme;

pub use decisions::Decisions;
pub use edition::{AlsoIn, Edition, Headline, ListedTheme, ShownStory, Site, StoryPages};
pub use edition_links::{EditionLinks, FeedFormat};
pub use encoding::Encoding;
pub use failure_kind::FailureKind;
pub use feed::{Announced, Feed, FeedItem, Format, Freshness, Link, Text, TextKind, Warning};
pub use feed_history::{Archive, Hidden, History};
pub use fetch_state::{FetchState, Redirect, Robots, WaitReason};
pub use id::{ItemId, SourceId, StoryId, ThemeId};
pub use item::{Attachment, Author, Image, Item, ItemSource, RawHtml};
pub use secret::Secret;
pub use source::{DateOrder, Location, PageRule, Selector, Source, SourceKind};
pub use story::{Member, Reason, Story, Why};
pub use subscription::Subscription;
pub use theme::{EditorsChoice, Ids, Merging, Rule, Theme};
