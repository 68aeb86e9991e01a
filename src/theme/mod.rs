//! Story x theme -> whether it matches, through which member, and how it is shown.

mod edition;
mod rule;

pub use edition::{also_told_by, edition, rank_members, shown_item, shown_story};
pub use rule::{Match, Matcher, TooManyWords};
