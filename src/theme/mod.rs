//! Story x theme -> whether it matches, through which member, and how it is shown.

mod edition;
pub mod rule;
mod speaker;

pub use edition::{also_told_by, edition, shown_item, shown_story};
pub use rule::{Decision, Match, Matcher, TooManyWords};
pub use speaker::rank_members;
