//! [`Item`]s -> stories: which items say the same thing, and why.


mod candidates;
mod clean;
mod few;
mod filter;
mod fingerprint;
mod heard;
mod merger;
mod similar;
mod tokens;
mod vocabulary;

pub use filter::{Filter, Placed};
pub use fingerprint::Fingerprint;
pub use merger::{Candidate, Merger, Placement, TEXT_WINDOW, WINDOW};
