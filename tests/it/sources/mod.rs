//! What is told of sources: by `feedmill doctor` and by `feedmill status`.

mod doctor;
mod edited;
mod listed;
mod status;
