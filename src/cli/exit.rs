//! Exit codes, from sysexits where they exist, and failures that carry one.

use super::message;
use crate::config::{Problem, edit};
use crate::mill::{LockError, OwnerError};
use crate::{config, mill, publish, store};
use std::fmt;
use std::io::ErrorKind;
use std::process::ExitCode;

/// What to type where there is no feeds.toml.
pub(super) fn first_steps() -> String {
    let steps = [
        ("feedmill init", "write a feeds.toml in this folder"),
        (
            "feedmill add https://example.org/",
            "find the feed of a site and add it",
        ),
        (
            "feedmill import subscriptions.opml",
            "add the feeds of another reader",
        ),
        ("feedmill run", "fetch, merge, publish to output/"),
        ("feedmill --help", "all commands"),
    ];
    let steps = steps.map(|(command, does)| format!("\n  {command:<36}{does}"));
    format!(
        "feedmill publishes what feeds.toml names; what to type:\n{}",
        steps.concat()
    )
}

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// The stories were published, even if some sources failed; or there was nothing to do.
    Success = 0,
    /// Store or output failed, or sources were due and none could be reached.
    Failed = 1,
    /// The command line is not valid.
    Usage = 2,
    /// The input is not a feed (`parse`, `doctor`) or list (`import`), or no feed was found (`discover`, `add`).
    NotAFeed = 65,
    /// A source needs attention (`status --strict`).
    NeedsAttention = 69,
    /// Another pass holds the lock.
    Busy = 75,
    /// `feeds.toml`, or a template that it names, cannot be used.
    Config = 78,
    /// SIGINT.
    Interrupted = 130,
    /// SIGTERM. Only Unix has it.
    #[cfg(unix)]
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    reason: Reason,
}

/// What is printed of a failure.
#[derive(Debug)]
enum Reason {
    Nothing,
    Text(String),
    /// What is wrong in feeds.toml.
    Problems(Vec<Problem>),
    /// What an edit would make wrong in feeds.toml.
    Wrong(String, Vec<Problem>),
    /// There is no feeds.toml.
    NoConfig(String),
}

impl Failure {
    pub(super) fn new(exit: Exit, message: String) -> Self {
        Self {
            exit,
            reason: Reason::Text(message),
        }
    }

    /// A failure without a message, such as a pipe that its reader closed.
    pub(super) fn silent(exit: Exit) -> Self {
        Self {
            exit,
            reason: Reason::Nothing,
        }
    }

    /// There is no feeds.toml: where it was looked for.
    pub(super) fn no_config(text: String) -> Self {
        Self {
            exit: Exit::Config,
            reason: Reason::NoConfig(text),
        }
    }

    pub(super) fn print(&self) {
        match &self.reason {
            Reason::Nothing => {}
            Reason::Text(text) => message::error(text),
            Reason::Problems(problems) => problems.iter().for_each(message::problem),
            Reason::Wrong(text, problems) => {
                message::error(text);
                problems.iter().for_each(message::problem);
            }
            Reason::NoConfig(text) => {
                message::error(text);
                message::note(&first_steps());
            }
        }
    }
}

impl fmt::Display for Failure {
    /// What happened, without the lines of feeds.toml.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Nothing | Reason::Problems(_) => Ok(()),
            Reason::Text(text) | Reason::Wrong(text, _) | Reason::NoConfig(text) => {
                f.write_str(text)
            }
        }
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        let text = error.to_string();
        let reason = match error {
            config::Error::Invalid(problems) => Reason::Problems(problems),
            config::Error::Unreadable { cause, .. } if cause.kind() == ErrorKind::NotFound => {
                Reason::NoConfig(text)
            }
            config::Error::Unreadable { .. } => Reason::Text(text),
        };
        Self {
            exit: Exit::Config,
            reason,
        }
    }
}

impl From<edit::Error> for Failure {
    fn from(error: edit::Error) -> Self {
        let text = error.to_string();
        match error {
            edit::Error::Config(error) => error.into(),
            edit::Error::Wrong { problems, .. } => Self {
                exit: Exit::Config,
                reason: Reason::Wrong(text, problems),
            },
            edit::Error::Refused(_) | edit::Error::Busy(_) | edit::Error::Io { .. } => {
                Self::new(Exit::Failed, text)
            }
        }
    }
}

impl From<mill::Error> for Failure {
    fn from(error: mill::Error) -> Self {
        let exit = match &error {
            mill::Error::Templates { .. }
            | mill::Error::Foreign(_)
            | mill::Error::Publish(publish::Error::Template { .. }) => Exit::Config,
            _ => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let exit = match &error {
            LockError::Held(_) => Exit::Busy,
            LockError::NotAFile(_) | LockError::Unusable { .. } => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<OwnerError> for Failure {
    fn from(error: OwnerError) -> Self {
        Self::new(Exit::Config, format!("feedmill: {error}"))
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        mill::Error::from(error).into()
    }
}

impl From<std::io::Error> for Failure {
    /// Writing to stdout failed. A pipe that its reader closed (`| head`) is a success.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            Self::silent(Exit::Success)
        } else {
            Self::new(
                Exit::Failed,
                format!("cannot write to standard output: {error}"),
            )
        }
    }
}
