//! feedmill asks its **sources**, **fetch**es what is new, **parse**s it, **normalize**s it into
//! **items**, **dedupe**s items into **stories**, files stories under **themes** and
//! **publish**es an **edition** per theme and format. [`mill`] is that sentence as code: read it
//! first. The rooms and their floors are described in `docs/ARCHITECTURE.md`.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod cli;
pub mod config;
pub mod date;
pub mod dedupe;
pub mod deliver;
pub mod digest;
pub mod fetch;
pub mod filter;
pub mod message;
pub mod mill;
pub mod model;
pub mod net;
pub mod normalize;
pub mod output;
pub mod parse;
pub mod program;
pub mod publish;
pub mod schedule;
pub mod store;
pub mod text;
pub mod theme;
pub mod url;
