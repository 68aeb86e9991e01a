//! A message -> a program of the user -> how it ended.

use super::{Answer, Outcome, Run};
use crate::program::{self, Error, LONGEST};
use chrono::Utc;
use std::ffi::OsString;

/// Bytes that a program may write: one line of it is kept.
const MAX_OUTPUT: usize = 1 << 20;
/// The status of a program that a signal has ended, as shells have it.
const SIGNAL: u16 = 128;

/// Runs a program. Its answer has its exit status, and what it wrote; one that failed, what it said last.
pub(super) async fn run(run: &Run) -> Result<Answer, Outcome> {
    let variables = run.variables.iter();
    let variables: Vec<_> = variables
        .map(|(name, value)| {
            let value = program::variable(value.reveal().to_owned());
            (name.clone(), OsString::from(value))
        })
        .collect();
    let what = program::Run {
        command: &run.command,
        folder: &run.folder,
        variables: &variables,
        time: LONGEST,
        most: MAX_OUTPUT,
    };
    let (result, said) = program::run(&what, run.input.as_bytes()).await;
    let (status, body) = match result {
        Ok(output) => (0, output),
        Err(Error::Failed(status)) => {
            let code = status.code().and_then(|code| u16::try_from(code).ok());
            let last = said.trim().lines().last().unwrap_or_default();
            (code.unwrap_or(SIGNAL), last.into())
        }
        Err(error @ Error::Start { .. }) => return Err(Outcome::Stopped(error.to_string())),
        Err(error) => return Err(Outcome::Later(error.to_string(), None)),
    };
    Ok(Answer {
        status,
        headers: Vec::new(),
        body,
        now: Utc::now(),
    })
}
