//! The subcommands, one file each: arguments, help text and what the command does.

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
pub(super) mod try_rule;
