//! What earlier items are compared by, and what came of it: by the merger, and where a theme asks for
//! events.

mod again;
mod coverage;
mod moves;
mod verdicts;
mod window;

pub use again::{Again, Change, Refreshed, Role};
pub use coverage::Covered;
pub use moves::Named;
pub(super) use moves::{fuse, named, part, touch};
pub(super) use verdicts::new_story;
pub use window::Wanted;

use crate::model::Why;
use chrono::{DateTime, Utc};

/// Where one item belongs, as the merger decided.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The item.
    pub item: u64,
    /// Its story; a number not yet in the store makes a new one.
    pub story: u64,
    /// The item's id, which becomes that of a new story unless another story has it.
    pub id: String,
    /// What tells the item apart from another one with the same id: its page.
    pub page: String,
    /// Why it joins a story; none for a new one.
    pub why: Option<Why>,
    /// Keys that only the same item shares, for later items to find it by.
    pub exact: Vec<u64>,
    /// Keys that similar items share.
    pub alike: Vec<u32>,
    /// When it was published.
    pub published: DateTime<Utc>,
}
