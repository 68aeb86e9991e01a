//! What the merger knows of earlier items, and what became of its verdicts.

mod coverage;
mod decisions;
pub(super) mod window;

pub use coverage::Covered;
pub use decisions::Named;
pub use window::Wanted;
