//! Exit codes, from sysexits where they exist, and failures that carry one.

use crate::mill::{LockError, OwnerError};
use crate::{config, mill, publish, store};
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// The stories were published, even if some sources failed; or there was nothing to do.
    Success = 0,
    /// Store or output failed, or sources were due and none could be reached.
    Failed = 1,
    /// The command line is not valid.
    Usage = 2,
    /// The input is not a feed (`parse`, `doctor`), or no feed was found (`discover`).
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
    message: Option<String>,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: String) -> Self {
        Self {
            exit,
            message: Some(message),
        }
    }

    /// A failure without a message, such as a pipe that its reader closed.
    pub(super) fn silent(exit: Exit) -> Self {
        Self {
            exit,
            message: None,
        }
    }

    pub(super) fn print(&self) {
        if let Some(message) = &self.message {
            super::terminal::print_stderr(message);
        }
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::new(Exit::Config, error.to_string())
    }
}

impl From<mill::Error> for Failure {
    fn from(error: mill::Error) -> Self {
        let exit = match &error {
            mill::Error::Templates { .. }
            | mill::Error::Publish(publish::Error::Template { .. }) => Exit::Config,
            _ => Exit::Failed,
        };
        Self::new(exit, format!("feedmill: {error}"))
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let exit = match &error {
            LockError::Held(_) => Exit::Busy,
            LockError::NotAFile(_) | LockError::Unusable { .. } => Exit::Failed,
        };
        Self::new(exit, format!("feedmill: {error}"))
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
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::silent(Exit::Success)
        } else {
            Self::new(
                Exit::Failed,
                format!("feedmill: cannot write to standard output: {error}"),
            )
        }
    }
}
