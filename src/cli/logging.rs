//! `-v`, `--log` and `FEEDMILL_LOG` -> what `tracing` writes to standard error; nothing by default.

use super::border;
use super::exit::{Exit, Failure};
use super::line::plain;
use clap::{ArgAction, Args, ValueEnum};
use std::io::{self, Write};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// The variable that says what to log if there is no `-v`: a level, or levels by module.
const VARIABLE: &str = "FEEDMILL_LOG";

/// Options that every command takes.
#[derive(Debug, Args)]
pub(super) struct Logging {
    /// Log to standard error: passes and editions (-v), steps (-vv), requests (-vvv)
    ///
    /// Without -v, the variable `FEEDMILL_LOG` sets the level: warn, info, debug or trace.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// Format of the log
    #[arg(
        long = "log",
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    log: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Lines of text
    Text,
    /// One JSON object per line
    Json,
}

impl Logging {
    /// Starts the log, if `-v` or the variable asks for one.
    pub(super) fn start(&self) -> Result<(), Failure> {
        let Some(filter) = self.filter()? else {
            return Ok(());
        };
        let layer = fmt::layer()
            .with_writer(|| PlainStderr)
            .with_ansi(false)
            .with_target(false);
        let layer = match self.log {
            Format::Text => layer.boxed(),
            Format::Json => layer.json().flatten_event(true).boxed(),
        };
        let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter));
        // This fails only if a program that uses the library has set its own subscriber.
        let _ = subscriber.try_init();
        Ok(())
    }

    /// What is logged. `None`: nothing.
    fn filter(&self) -> Result<Option<Targets>, Failure> {
        let level = match self.verbose {
            0 => return parse_filter(std::env::var(VARIABLE).unwrap_or_default().trim()),
            1 => LevelFilter::INFO,
            2 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        Ok(Some(own_events(level)))
    }
}

/// Reads the value of the variable. An empty one logs nothing.
fn parse_filter(value: &str) -> Result<Option<Targets>, Failure> {
    if value.is_empty() {
        return Ok(None);
    }
    if let Ok(level) = value.parse::<LevelFilter>() {
        return Ok(Some(own_events(level)));
    }
    let targets = value.parse().map_err(|error| {
        let text = format!(
            "{VARIABLE} is not a valid log filter: {error}; write warn, info, debug or trace"
        );
        Failure::new(Exit::Usage, text)
    })?;
    Ok(Some(targets))
}

/// The events of feedmill from a level on. Those of libraries are left out: they may hold secret addresses.
fn own_events(level: LevelFilter) -> Targets {
    Targets::new().with_target(env!("CARGO_CRATE_NAME"), level)
}

/// Standard error without control characters, which could steer a terminal. If it is closed, nothing fails.
struct PlainStderr;

impl Write for PlainStderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = plain(&String::from_utf8_lossy(bytes));
        border::stderr(&text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(value: &str) -> Option<String> {
        let filter = parse_filter(value).ok()?;
        Some(filter.map_or_else(|| "off".to_owned(), |filter| filter.to_string()))
    }

    #[test]
    fn a_level_is_about_our_own_lines() {
        assert_eq!(filter("").as_deref(), Some("off"));
        assert_eq!(filter("debug").as_deref(), Some("feedmill=debug"));
        assert_eq!(filter("hyper=info").as_deref(), Some("hyper=info"));
        assert_eq!(filter("feedmill=loud"), None);
    }
}
