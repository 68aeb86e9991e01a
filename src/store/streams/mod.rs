//! The stream of each theme: notices of stories that entered it, changed or left, in order; and its consumers,
//! who acknowledge what they have handled.

mod consumers;
mod notices;
mod reading;
mod waiting;

pub use consumers::{Acknowledged, Consumer};
pub(super) use notices::{Noted, follow, is_out, leave};
pub use reading::{Following, Told};
