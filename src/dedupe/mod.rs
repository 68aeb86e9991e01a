//! [`Item`]s -> stories: which items say the same thing, and why.
//!
//! Two levels, two ids. *Identical*: two items are one text, whole, abridged, cut short or
//! corrected; they become one [`Story`] ([`Merger`]). *Coverage*: two stories tell one event in
//! different words; they are linked, never merged ([`Coverage`]).
//!
//! **Identical, the heuristics.** First what only the same item shares: an id that is unique in
//! the world, a canonical address, the same words in title and text. Then candidates: items that
//! share a few of the rarest-looking runs of four words, of the words their texts begin with or of
//! the words of their titles. What decides is *containment*: the share of the shorter text that
//! stands in the longer one, because true copies are abridged, cut short or extended and often
//! have only a third of their words in common. An item that matches two stories joins the better.
//!
//! **The guards.** A wrong merge hides news, a missed one only repeats it: so precision first.
//! - Titles agree, or one of them is told in the other's text; where each has a word that the
//!   other item has nowhere (Norway here, Albania there), only a long and nearly equal text counts.
//! - Numbers, months and weekdays agree: 12 and 13 March, the first and the second quarter,
//!   episodes 41 and 42 differ in nothing else. A corrected number is forgiven where the title says
//!   that it is an update, and one among many within half a day.
//! - A short text needs a title that is nearly equal. A title alone must be long, and no text may
//!   speak of something else; and only a few items join a story by it.
//! - What many stories say proves nothing: paywalls, show notes, footers. What many titles of
//!   one source are, numbers aside, is a serial: there every number must agree. Both are
//!   learned from the window.
//! - One source rarely says one thing twice. Of two texts of its own the shorter must stand wholly
//!   in the longer one, or each nearly wholly in the other, if they are half a day apart; and they
//!   must not begin with different words. An update may say what it likes.
//! - Nothing is compared over more than [`WINDOW`], equal texts not over more than [`TEXT_WINDOW`],
//!   neither with an item nor with the first item of its story: a chain has an end. Nor does
//!   anything that is only similar join more than a few such steps from the first item.
//!
//! **The escape hatch.** Each merge carries its reason and its score, and a person's word
//! (`merge`, `apart` in `feeds.toml`) stands above all of this: the caller asks here only where
//! nobody has spoken.
//!
//! **Two callers, one outcome.** [`Filter`] keeps everything in memory; a pass of the mill asks
//! [`Merger`] itself and keeps what is settled in the store. Items in the same order, with the
//! same sources, begun with nothing, come to the same stories: all that matters is handed to
//! [`Merger::remember`] with each item, and the numbers of items mean nothing. A pass brings back
//! what the program learned ([`Frequencies`]) and, of all earlier items, only those that share a key with
//! a new one. One difference is meant: of what is beyond [`WINDOW`] a filter keeps only traces, by
//! which it knows the same text, or the same id or address below the same title, and nothing of
//! what is beyond [`TEXT_WINDOW`]; the store finds ids and addresses after months. And of a member
//! that an earlier pass placed, a pass takes it that it is one step from its story's first item.
//!
//! **The bounds.** A [`Fingerprint`] is some 350 bytes whatever the item's size; a key leads to a
//! bounded number of items and an item is compared with a bounded number of others, so a feed
//! built to collide costs no more than any other.
//!
//! ```
//! use feedmill::dedupe::{Filter, Placement};
//! use feedmill::model::{Item, Reason};
//!
//! let item = |id: &str, title: &str, text: &str| -> Result<Item, serde_json::Error> {
//!     serde_json::from_value(serde_json::json!({
//!         "id": id, "url": format!("https://{id}.example/1"), "title": title, "content_text": text,
//!         "date_published": "2024-06-14T09:00:00Z", "date_precision": "exact",
//!     }))
//! };
//! let text = "The council met for two days and agreed on a budget of 412 million for bridges, \
//!     ferries and night trains.";
//! let mut filter = Filter::new();
//! filter.place(&item("wire", "Council agrees on budget for bridges", text)?);
//! filter.place(&item("club", "Ferry late", "By an hour, says the harbour master.")?);
//! let copy = filter.place(&item("paper", "Council agrees on budget for bridges - The Paper", text)?);
//! assert_eq!(copy.story, 0);
//! assert!(matches!(copy.placement, Placement::Joins { reason: Reason::SameText, .. }));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! [`Item`]: crate::model::Item
//! [`Story`]: crate::model::Story

mod coverage;
mod filter;
mod fingerprint;
mod identical;
mod key_index;
mod limits;

pub use coverage::{Coverage, Covered, Gist};
pub use filter::{Filter, Placed, coverages};
pub use fingerprint::{Fingerprint, keys_of_name};
pub use identical::{
    Candidate, Comparison, Frequencies, Member, Merger, Placement, Unlike, number_of,
};
pub use limits::{TEXT_WINDOW, WINDOW};
