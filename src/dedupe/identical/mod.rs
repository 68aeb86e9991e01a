//! The first level: items that are one text, whole, abridged, cut short or quoted.

mod compare;
mod explain;
mod frequency;
mod merger;
mod titles;
mod trace;
mod window;

pub use compare::Unlike;
pub use explain::Comparison;
pub use frequency::{Frequencies, Learned};
pub use merger::{Candidate, Member, Merger, Placement, STANDING, source_number};
