//! The subcommands, one file each: arguments, help text and what the command does.

pub(super) mod ack;
pub(super) mod add;
pub(super) mod backup;
pub(super) mod check;
pub(super) mod consumers;
pub(super) mod dedupe;
pub(super) mod deliver;
pub(super) mod discover;
pub(super) mod doctor;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod hide;
pub(super) mod import;
pub(super) mod init;
pub(super) mod items;
pub(super) mod merge;
pub(super) mod parse;
pub(super) mod pin;
pub(super) mod remove;
pub(super) mod retry;
pub(super) mod run;
pub(super) mod shell;
pub(super) mod status;
pub(super) mod try_rule;
