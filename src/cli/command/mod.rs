//! The subcommands, one file each: its arguments, and what it does with them.

pub(super) mod check;
pub(super) mod dedupe;
pub(super) mod discover;
pub(super) mod doctor;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod items;
pub(super) mod parse;
pub(super) mod retry;
pub(super) mod run;
pub(super) mod status;
