//! The program and its library from outside, in one binary: a folder is a room or a step of a pass.
//!
//! `cargo test --test it merging::` runs one folder. Documents to read lie in `tests/feeds`.

mod cli;
mod common;
mod hostile_servers;
mod logging;
mod merging;
mod passes;
mod posting;
mod publishing;
mod reading;
#[cfg(target_os = "linux")]
mod recipes;
mod rules;
mod secrets;
mod sources;
mod streams;
mod ways;
