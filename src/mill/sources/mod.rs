//! Single sources: their status, a step-by-step check of one, and making one due again.

mod doctor;
mod export;
mod import;
mod named;
mod retry;
mod status;

pub use doctor::{Finding, OnStep, doctor};
pub use export::{Export, export};
pub use import::{Import, import, name_for};
pub use named::named;
pub use retry::{Retry, retry};
pub(super) use status::status;
pub use status::{Health, SourceStatus, Status};
