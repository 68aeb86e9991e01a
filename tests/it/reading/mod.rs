//! Documents as they are found, and as they are made to hurt.

mod fixtures;
mod hostile;
