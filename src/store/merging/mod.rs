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

/// Keys of one kind that an item has, at most.
const MOST_KEYS: usize = 255;

/// Where one item belongs, as the merger decided.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The item.
    pub item: u64,
    /// Its story; a number not yet in the store makes a new one.
    pub story: u64,
    /// Why it joins a story; none for a new one.
    pub why: Option<Why>,
}

/// Where many items belong, and the keys that later items find them by. There may be a hundred thousand,
/// so that all keys are in lists of their own.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    merged: Vec<Merged>,
    /// Keys that only the same item shares.
    exact: Vec<u64>,
    /// Keys that similar items share.
    alike: Vec<u32>,
    /// Of each item, how many of the keys are its own.
    keys: Vec<KeysOf>,
}

/// The keys of one item.
#[derive(Clone, Copy, Debug)]
struct KeysOf {
    /// Days since 1970.
    day: i32,
    exact: u8,
    alike: u8,
}

impl Decisions {
    /// Adds one item, published at this moment, with the keys that only the same item shares, and those that
    /// similar ones share.
    pub fn add(&mut self, merged: Merged, published: DateTime<Utc>, exact: &[u64], alike: &[u32]) {
        let exact = &exact[..exact.len().min(MOST_KEYS)];
        let alike = &alike[..alike.len().min(MOST_KEYS)];
        self.merged.push(merged);
        self.exact.extend(exact);
        self.alike.extend(alike);
        self.keys.push(KeysOf {
            day: i32::try_from(window::day_of(published)).unwrap_or_default(),
            exact: u8::try_from(exact.len()).unwrap_or_default(),
            alike: u8::try_from(alike.len()).unwrap_or_default(),
        });
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.merged.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.merged.is_empty()
    }
}
