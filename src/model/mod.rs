//! The types that all other rooms use. Plain data: no clock, no IO, no decisions.
//!
//! | type | meaning |
//! |---|---|
//! | [`Source`] | a feed, page or OPML list that is fetched |
//! | [`FetchState`] | what the store holds of a source between visits |
//! | [`Feed`] | a parsed document, as the source wrote it |
//! | [`Item`] | a normalised item of a feed |
//! | [`Story`] | one or more items with the same text |
//! | [`Theme`] | a subject with its rule, published as one feed |
//! | [`Edition`] | one theme in one pass: everything that an emitter needs |

mod decisions;
mod delivery;
mod edition;
mod edition_links;
mod encoding;
mod episode;
mod failure_kind;
mod feed;
mod feed_history;
mod fetch_state;
mod filter;
mod formats;
mod id;
mod item;
mod notice;
mod redaction;
mod rule;
mod secrecy;
mod secret;
mod source;
mod story;
mod subscription;
mod theme;

pub use decisions::Decisions;
pub use delivery::{
    Delivery, DeliveryLayout, DeliveryText, Destination, DigestTime, Platform, QuietHours,
};
pub use edition::{AlsoIn, Edition, Headline, ListedTheme, ShownStory, Site, StoryPages};
pub use edition_links::EditionLinks;
pub use encoding::Encoding;
pub use episode::{Episode, EpisodeFile, EpisodeKind, EpisodePerson};
pub use failure_kind::FailureKind;
pub use feed::{Announced, Feed, FeedItem, Format, Freshness, Link, Text, TextKind, Warning};
pub use feed_history::{Archive, Hidden, History};
pub use fetch_state::{FetchState, FetchTime, Redirect, Robots, Settings, WaitReason};
pub use filter::Filter;
pub use formats::{FeedFormat, Formats};
pub use id::{ItemId, SourceId, StoryId, ThemeId};
pub use item::{Attachment, Author, Image, Item, ItemSource, RawHtml};
pub use notice::{Cursor, NotACursor, Notice, NoticeKind};
pub use redaction::Redaction;
pub use rule::{Comparison, DateRange, Expression, Term, TextField, Words};
pub use secrecy::{Secrecy, of_address, redaction};
pub use secret::Secret;
pub use source::{DateOrder, Location, PageRule, Selector, Source, SourceKind, TitleEdit};
pub use story::{Member, Reason, Story, Why};
pub use subscription::Subscription;
pub use theme::{EditorsChoice, Ids, Merging, Order, Rule, Theme};
