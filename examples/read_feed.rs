//! A feed, however broken -> its items, one line each: date, title, address.
//!
//! ```sh
//! cargo run --example read_feed samples/eastern-wire.rss
//! curl -s https://example.org/feed.xml | cargo run --example read_feed - https://example.org/feed.xml
//! ```
//!
//! What was odd about the feed goes to standard error. `feedmill parse` does the same and prints
//! JSON Feed; this is how another program does it with the library.

use chrono::Utc;
use feedmill::model::{Location, Source, SourceId};
use feedmill::normalize::{Context, normalize};
use feedmill::parse::{Document, parse};
use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};
use url::Url;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (input, address) = match arguments.as_slice() {
        [input] => (input, None),
        [input, address] => (input, Some(address.as_str())),
        _ => {
            eprintln!("usage: read_feed FILE|- [ADDRESS]\nADDRESS: where the feed came from");
            return ExitCode::from(2);
        }
    };
    match read_feed(input, address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{input}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_feed(input: &str, address: Option<&str>) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    if input == "-" {
        io::stdin().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(input)?;
    }
    let url = address.map(Url::parse).transpose()?;

    // As the feed said it: dates are text, titles may be HTML.
    let feed = parse(&Document {
        bytes: &bytes,
        url: url.as_ref(),
        ..Document::default()
    })?;
    for warning in &feed.warnings {
        eprintln!("{input}: {warning}");
    }

    // As it was meant: dates are UTC, titles are plain, links are absolute.
    let place = Location::File {
        path: PathBuf::from(input),
        url: url.clone().map(Into::into),
    };
    let (items, odd) = normalize(
        feed,
        &Context {
            source: &Source::new(SourceId::new("example"), place),
            document_url: url.as_ref(),
            now: Utc::now(),
            ids_as_given: false,
        },
    );
    for warning in &odd {
        eprintln!("{input}: {warning}");
    }
    let mut out = io::stdout().lock();
    for item in &items {
        let title = item.title.as_deref().unwrap_or("(no title)");
        let url = item.url.as_deref().unwrap_or("(no address)");
        writeln!(out, "{}  {title}  {url}", item.date_published.to_rfc3339())?;
    }
    Ok(())
}
