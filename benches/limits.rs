//! What reading costs as documents grow: `cargo bench --bench limits`.
//!
//! Prints, for each format, the time of documents with 5,000 and with 50,000 items, neither of which
//! a cache holds (ten times the items should take ten times the time), and for documents of some
//! 10 MB the memory that reading takes to normalised items, the document itself included, beside
//! the document's size. Each figure of memory comes from a process of its own, as `/proc` tells it:
//! Linux only.

use feedmill::model::{Item, Location, Source, SourceId};
use feedmill::normalize::{Context, normalize};
use feedmill::parse::{Document, parse};
use std::fmt::Write;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

const FORMATS: [&str; 3] = ["rss", "atom", "json"];

/// Bytes of the documents whose memory is measured.
const LARGE: usize = 10_000_000;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, mark, format] = arguments.as_slice()
        && mark == "memory-of"
    {
        return memory_of(format);
    }
    println!("format   5,000 items  50,000 items   ratio");
    for format in FORMATS {
        let (few, many) = (document(format, 5_000), document(format, 50_000));
        let (few, many) = (time_of(&few), time_of(&many));
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!("{format:<6}  {few:>10.1?}  {many:>12.1?}  {ratio:>6.1}");
    }
    println!("\nformat      bytes   memory   ratio");
    for format in FORMATS {
        let program = env::current_exe().expect("this program has a path");
        let child = Command::new(program).args(["memory-of", format]).status();
        assert!(
            child.is_ok_and(|status| status.success()),
            "the child failed"
        );
    }
}

/// Prints what memory one document takes above that of the idle process.
fn memory_of(format: &str) {
    let idle = peak();
    let document = document_of_size(format);
    let length = document.len();
    let items = black_box(items_of(&document)).len();
    match (idle, peak()) {
        (Some(idle), Some(peak)) => {
            let memory = peak.saturating_sub(idle);
            println!(
                "{format:<6} {:>7.1} MB {:>5.1} MB  {:>5.2}  ({items} items)",
                length as f64 / 1e6,
                memory as f64 / 1e6,
                memory as f64 / length as f64,
            );
        }
        _ => println!("{format:<6} memory cannot be measured here"),
    }
}

/// Bytes of memory that this process held at most (`VmHWM`).
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The best of several runs.
fn time_of(document: &[u8]) -> Duration {
    let run = || {
        let start = Instant::now();
        black_box(items_of(document));
        start.elapsed()
    };
    (0..7).map(|_| run()).min().unwrap_or_default()
}

fn items_of(document: &[u8]) -> Vec<Item> {
    let source = source();
    let feed = parse(&Document {
        bytes: document,
        ..Document::default()
    });
    let context = Context {
        source: &source,
        document_url: None,
        now: chrono::DateTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        ids_as_given: false,
    };
    normalize(feed.expect("it is a feed"), &context).0
}

/// A document of about [`LARGE`] bytes, made without taking more memory than it has itself.
fn document_of_size(format: &str) -> Vec<u8> {
    let sample = document(format, 100).len();
    document(format, LARGE / sample * 100)
}

fn document(format: &str, items: usize) -> Vec<u8> {
    const BODY: &str = "<p>The ferry to the islands sails again from Monday, the harbour office \
        said. It had been in the yard for six weeks, <a href='https://site.example/yard'>longer than \
        planned</a>, after a bent shaft was found.</p>";
    let (head, foot) = match format {
        "rss" => (
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>\
             <title>Harbour</title><link>https://site.example/</link>",
            "</channel></rss>",
        ),
        "atom" => (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Harbour</title>",
            "</feed>",
        ),
        _ => (
            "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Harbour\",\"items\":[",
            "]}",
        ),
    };
    let mut document = head.to_owned();
    for n in 0..items {
        // Some 1,800 bytes an item, as feeds with whole texts have.
        let body = BODY.repeat(4 + n % 8);
        let _ = match format {
            "rss" => write!(
                document,
                "<item><title>Ferry no. {n}</title><link>https://site.example/{n}</link><guid>\
                 https://site.example/{n}</guid><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate>\
                 <content:encoded><![CDATA[{body}]]></content:encoded></item>"
            ),
            "atom" => write!(
                document,
                "<entry><id>urn:ferry:{n}</id><title>Ferry no. {n}</title><link \
                 href='https://site.example/{n}'/><updated>2026-11-02T08:00:00Z</updated><content \
                 type='html'><![CDATA[{body}]]></content></entry>"
            ),
            _ => write!(
                document,
                "{}{{\"id\":\"{n}\",\"url\":\"https://site.example/{n}\",\"title\":\"Ferry no. {n}\",\
                 \"content_html\":\"{body}\",\"date_published\":\"2026-11-02T08:00:00Z\"}}",
                if n == 0 { "" } else { "," },
            ),
        };
    }
    document += foot;
    document.shrink_to_fit();
    document.into_bytes()
}

fn source() -> Source {
    Source::new(
        SourceId::new("bench"),
        Location::File {
            path: "feed".into(),
            url: None,
        },
    )
}
