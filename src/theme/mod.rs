//! Story x theme -> whether it belongs there, through which member, and how it is shown.

mod edition;
mod rule;

pub use edition::{edition, page_links, shelf_order, show, show_alone, told_by};
pub use rule::{Desk, Place, TooManyWords};
