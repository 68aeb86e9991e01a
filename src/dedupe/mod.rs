//! [`Item`]s -> stories: which items say the same thing, and why.


mod candidates;
mod clean;
mod coverage;
mod event;
mod few;
mod filter;
mod fingerprint;
mod gist;
mod heard;
mod merger;
mod rarity;
mod similar;
mod tokens;
mod vocabulary;

pub use coverage::{Coverage, Covered};
pub use filter::{Filter, Placed, coverages};
pub use fingerprint::Fingerprint;
pub use gist::Gist;
pub use merger::{Candidate, Merger, Placement, TEXT_WINDOW, WINDOW};
