//! What is told of sources: by `feedmill doctor` and by `feedmill status`.

mod doctor;
mod edited;
#[cfg(unix)]
mod filters;
#[cfg(unix)]
mod hostile_filters;
mod listed;
mod status;
