//! Single sources: how they are, what happens when one is asked, another chance for one.

mod doctor;
mod retry;
mod status;

pub use doctor::{Finding, Tell, doctor};
pub use retry::{Retry, retry};
pub use status::{Health, SourceStatus, Status, status};
