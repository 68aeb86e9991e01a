//! [`Item`]s -> stories: which items are the same text, and why.
//!
//! There are two levels and two ids. *Identical*: two items are one text, whole, abridged, cut short
//! or corrected. They become one [`Story`] ([`Merger`]). *Coverage*: two stories report one event in
//! different words. They are linked and never merged ([`Coverage`]).
//!
//! **Identical: the heuristics.** First the merger looks for what only the same item shares: an id
//! that is unique in the world, a canonical address, the same words in title and text. Then it looks
//! for candidates: items that share a few of their keys. A key is the hash of a run of words: the
//! smallest hashes of the text, of its beginning and of the title (bottom-k `MinHash`). *Containment*
//! decides: the share of the shorter text that is in the longer one. True copies are abridged, cut
//! short or extended, and often have only a third of their words in common. An item that matches two
//! stories joins the one with the higher score.
//!
//! **What is the same.** Typography is no difference: numbers are compared by value, words are folded
//! as the rules of themes fold them, articles count only in short titles. Publishers' names, labels
//! (`Urgent:`), bylines, datelines and agency tails are not the item's words. Two publishers with one
//! paragraph word for word have it from one hand, whatever headlines they give it. So have two with
//! headlines but no texts, if one leaves out words of the other or replaces one of many.
//!
//! **Identical: the guards.** A wrong merge hides news. A missed merge only repeats it. So precision
//! comes first.
//! - A document is a witness. Two items that their source lists side by side are two, unless their whole
//!   substance is equal: title, text, address, files, pictures, and a date nearby. Neither joins a
//!   story that has the other. Within one source other recordings or pictures are other items.
//! - What a source says again and again proves nothing: the words below several titles of one
//!   document, or below several titles of one source among the candidates, and words that many
//!   stories have. A title that one source uses many times, apart from numbers, is a serial: all its
//!   numbers must agree.
//! - An address is evidence if it is the item's. One that leads to several items, a front page, or one
//!   that a document gives to several titles is not. A front page counts below one long title.
//! - Titles agree, or one of them is in the other item's text. If each title has a word that the
//!   other item does not have (Norway here, Albania there), only a long and nearly equal text counts.
//! - Numbers, months and weekdays agree: 12 and 13 March, the first and the second quarter and
//!   episodes 41 and 42 differ in nothing else. A corrected number is allowed if the title says that
//!   it is an update. One of many numbers may differ within half a day.
//! - A short text needs a title that is nearly equal. A title alone must be long, no text may be
//!   about something else, and only a few items join a story by a title alone. A short title with a
//!   short text is what many publishers say. A live page is not an article.
//! - One source rarely publishes one text twice. If two of its texts are half a day apart, the
//!   shorter one must be wholly in the longer one, or each nearly wholly in the other, and they must
//!   not begin with different words. An update is exempt from this.
//! - Nothing is compared over more than [`WINDOW`], and equal texts not over more than
//!   [`TEXT_WINDOW`]. This holds for the distance to an item and to the first item of its story, so
//!   that a chain has an end. An item that is only similar does not join if it is more than a few
//!   such steps from the first item.
//!
//! **An item that changes** is compared again. It may join another story, or leave the one that it
//! joined. So is every item of the window when a newer program compares in another way
//! ([`Fingerprint::VERSION`]).
//!
//! **The escape hatch.** Each merge carries its reason and its score. A decision of a person
//! (`merge`, `apart` in `feeds.toml`) overrides all of this: the caller uses this module only for
//! items without such a decision.
//!
//! **Two callers, one outcome.** [`Filter`] keeps everything in memory. A pass of the mill calls
//! [`Merger`] itself and keeps the outcome in the store. The same items in the same order, from the
//! same sources and from an empty start, give the same stories: [`Merger::remember`] gets all that
//! matters with each item, and the numbers of items have no meaning. A pass loads what the merger has
//! learned ([`Frequencies`]) and, of all earlier items, only those that share a key with a new one.
//! One difference is intended: beyond [`WINDOW`] a filter keeps only traces, which find the same
//! text, or the same id or address below the same title, and beyond [`TEXT_WINDOW`] it keeps nothing.
//! A pass puts old items aside and gets back those that share an exact key; the store finds ids and
//! addresses after months. And a pass assumes that a member of an earlier
//! pass is one step from its story's first item.
//!
//! **The bounds.** A [`Fingerprint`] has some 350 bytes, whatever the item's size. A key leads to a
//! bounded number of items and an item is compared with a bounded number of others. So a feed that
//! is built to collide costs no more than any other.
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
mod on_page;

pub use coverage::{Coverage, Covered, Gist};
pub use filter::{Filter, Placed, coverages};
pub use fingerprint::{Fingerprint, keys_of_name};
pub use identical::{
    Candidate, Comparison, Frequencies, Learned, Member, Merger, Placement, STANDING, Unlike,
    source_number,
};
pub use limits::{TEXT_WINDOW, WINDOW};
pub use on_page::OnPage;
