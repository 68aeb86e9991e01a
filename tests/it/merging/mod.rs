//! What becomes one story, what becomes one event, and what a person decides about it.

mod addresses;
mod again;
mod coverage;
mod decisions;
mod documents;
mod hostile;
mod hostile_items;
mod identical;
mod real;
mod scores;
mod short;
mod speaker;
mod typography;
mod witness;
