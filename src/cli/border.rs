//! What is printed passes here: to standard output, to standard error, to the log. What is secret of
//! feeds.toml is taken out, wherever it comes from.

use crate::model::Redaction;
use anstream::{AutoStream, ColorChoice};
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

/// Known once feeds.toml is read; a process reads one.
static SECRETS: OnceLock<Redaction> = OnceLock::new();

/// From now on these are hidden.
pub(super) fn keep(secrets: Redaction) {
    // A second one is never set: a command reads its configuration once.
    let _ = SECRETS.set(secrets);
}

/// A text as it may be printed.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    match SECRETS.get() {
        Some(secrets) => secrets.hide(text),
        None => Cow::Borrowed(text),
    }
}

/// Standard output.
pub(super) fn stdout() -> Lines<io::Stdout> {
    Lines {
        to: io::stdout(),
        line: Vec::new(),
    }
}

/// Standard error. If it is closed, nothing fails.
pub(super) fn stderr(text: &str) {
    let _ = io::stderr().write_all(shown(text).as_bytes());
}

/// Whether standard error is a terminal.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether messages are coloured: where cargo and clap would do it.
pub(super) fn stderr_has_colour() -> bool {
    AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

/// Whether data for people are coloured.
pub(super) fn stdout_has_colour() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// The columns of the terminal that standard output is; none if it is none.
pub(super) fn stdout_width() -> Option<usize> {
    /// Where the terminal does not say.
    const USUAL: usize = 80;
    io::stdout().is_terminal().then(|| {
        let said = terminal_size::terminal_size_of(io::stdout());
        said.map(|(columns, _)| usize::from(columns.0))
            .filter(|&columns| columns > 0)
            .unwrap_or(USUAL)
    })
}

/// A writer that passes on whole lines, because a secret may come in pieces.
pub(super) struct Lines<W: Write> {
    to: W,
    line: Vec<u8>,
}

impl<W: Write> Lines<W> {
    /// Passes on the first so many bytes of what is kept.
    fn pass_on(&mut self, bytes: usize) -> io::Result<()> {
        let rest = self.line.split_off(bytes);
        let lines = std::mem::replace(&mut self.line, rest);
        let lines = String::from_utf8_lossy(&lines);
        self.to.write_all(shown(&lines).as_bytes())
    }
}

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.line.len();
        self.line.extend_from_slice(bytes);
        if let Some(end) = memchr::memrchr(b'\n', bytes) {
            self.pass_on(before + end + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(self.line.len())?;
        self.to.flush()
    }
}

impl<W: Write> Drop for Lines<W> {
    fn drop(&mut self) {
        // Whoever wants to know whether it worked flushes before.
        let _ = self.flush();
    }
}
