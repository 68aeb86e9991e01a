//! What months of items cost: `cargo bench --bench replay -- [DAYS [ITEMS A DAY]]`, 12 days of
//! 100,000 items each unless told otherwise.
//!
//! Prints a line for each day of a stream through one [`Filter`], what an item costs as the window
//! grows, and what items made to hurt cost. One core; times are the processor's and memory is what
//! the process holds, as `/proc` tells both: Linux only. Items are made when they are needed and
//! thrown away, so the memory is the filter's.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "random numbers become words"
)]

mod common;
#[path = "../tests/it/merging/hostile_items.rs"]
mod hostile_items;

use chrono::TimeDelta;
use common::processor_time;
use feedmill::dedupe::{Filter, Placement};
use feedmill::model::Item;
use hostile_items::{CASES, item, start};
use std::collections::HashMap;
use std::time::Duration;
use std::{env, fs};

const DAYS: u64 = 12;
const ITEMS_A_DAY: u64 = 100_000;
/// Days in which an item meets similar ones.
const WINDOW_DAYS: u64 = 3;
/// From this day on the window is full.
const FULL: u64 = 4;
/// Items that are made before they are placed, so that making them is not timed.
const BATCH: u64 = 1_000;

const VOCABULARY: usize = 30_000;
/// Bytes of a title and of a body.
const TITLE: usize = 60;
const BODY: usize = 830;
const SITES: u64 = 2_000;
/// Sources that send a bulletin again and again.
const BULLETINS: u64 = 200;
const NUMBERS_IN_BULLETIN: u64 = 20;

fn main() {
    // Cargo adds words of its own.
    let mut numbers = env::args().filter_map(|argument| argument.parse().ok());
    let days = numbers.next().unwrap_or(DAYS);
    let stream = Stream::new(numbers.next().unwrap_or(ITEMS_A_DAY));
    replay(&stream, days);
    growth(&stream);
    hostile();
}

/// Days of items, one after another.
fn replay(stream: &Stream, days: u64) {
    let idle = memory("VmRSS:");
    println!(
        "{} items a day; the idle process holds {:.1} MB\n",
        stream.items_a_day,
        mb(idle)
    );
    println!("day  items/s  memory MB  MB/100k in window  stories   joins   wrong");
    let mut filter = Filter::new();
    let mut held = Vec::new();
    for day in 0..days {
        let day_items = day * stream.items_a_day..(day + 1) * stream.items_a_day;
        let placed = place(&mut filter, stream, day_items);
        let resident = memory("VmRSS:");
        held.push(resident);
        let window = stream.items_a_day * (day + 1).min(WINDOW_DAYS);
        println!(
            "{:>3}  {:>7.0}  {:>9.1}  {:>17.1}  {:>7}  {:>6}  {:>6}",
            day + 1,
            stream.items_a_day as f64 / placed.time.as_secs_f64(),
            mb(resident),
            mb(resident.saturating_sub(idle)) * 1e5 / window as f64,
            placed.stories,
            placed.joins,
            placed.wrong,
        );
    }
    println!("\npeak {:.1} MB", mb(memory("VmHWM:")));
    if let Some((at_full, later)) = held.get(FULL as usize - 1..).and_then(<[_]>::split_first) {
        let most = later.iter().max().unwrap_or(at_full);
        println!(
            "most after day {FULL}: {:.2} of day {FULL}",
            *most as f64 / *at_full as f64
        );
    }
}

/// What became of items.
#[derive(Default)]
struct Tally {
    stories: usize,
    joins: usize,
    /// Joins with an item that is no copy of the same original.
    wrong: usize,
    time: Duration,
}

fn place(filter: &mut Filter, stream: &Stream, numbers: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for from in numbers.clone().step_by(BATCH as usize) {
        let numbers = from..numbers.end.min(from + BATCH);
        let items: Vec<Item> = numbers.clone().map(|number| stream.item(number)).collect();
        let begun = processor_time();
        let placed: Vec<_> = items
            .iter()
            .map(|item| filter.place(item).placement)
            .collect();
        tally.time += processor_time().saturating_sub(begun);
        for (number, placement) in numbers.zip(placed) {
            match placement {
                Placement::New => tally.stories += 1,
                Placement::Joins { with, .. } => {
                    tally.joins += 1;
                    let one = stream.original(with) == stream.original(number);
                    tally.wrong += usize::from(!one);
                }
            }
        }
    }
    tally
}

/// What an item costs beside more and more others, all within one window.
fn growth(stream: &Stream) {
    let stream = Stream {
        items_a_day: 500_000,
        ..stream.clone()
    };
    println!("\nitems in window  µs/item");
    let mut filter = Filter::new();
    let mut next = 0;
    for window in [10_000, 30_000, 100_000, 300_000] {
        place(&mut filter, &stream, next..window);
        next = window + 10_000;
        let placed = place(&mut filter, &stream, window..next);
        println!(
            "{window:>15}  {:>7.2}",
            placed.time.as_secs_f64() * 1e6 / 10_000.0
        );
    }
}

/// What each of the items costs that `tests/it/merging/hostile.rs` looks at.
fn hostile() {
    println!(
        "\nhostile items                         items   µs/item   joins  largest story, allowed"
    );
    for case in CASES {
        let mut filter = Filter::new();
        let mut sizes: HashMap<u64, usize> = HashMap::new();
        let mut time = Duration::ZERO;
        let mut joins = 0;
        for batch in 0..case.items.div_ceil(BATCH as usize) {
            let first = batch * BATCH as usize;
            let numbers = first..case.items.min(first + BATCH as usize);
            let items: Vec<Item> = numbers.map(case.make).collect();
            let begun = processor_time();
            let placed: Vec<_> = items.iter().map(|item| filter.place(item)).collect();
            time += processor_time().saturating_sub(begun);
            for placed in placed {
                joins += usize::from(placed.placement != Placement::New);
                *sizes.entry(placed.story).or_default() += 1;
            }
        }
        println!(
            "{:<36}  {:>6}  {:>8.1}  {:>6}  {:>13}  {:>7}",
            case.name,
            case.items,
            time.as_secs_f64() * 1e6 / case.items as f64,
            joins,
            sizes.into_values().max().unwrap_or(0),
            case.largest,
        );
    }
}

/// Items of words as frequent as those of a language. Each is made from its number alone, so that
/// a copy of an item is made without the item.
#[derive(Clone)]
struct Stream {
    items_a_day: u64,
    vocabulary: Vec<String>,
}

/// What the item of a number is.
enum Kind {
    /// Nobody said it before.
    Original,
    /// A copy of the item of this number.
    Copy(u64),
    /// The next issue of this bulletin.
    Issue(u64),
}

impl Stream {
    fn new(items_a_day: u64) -> Self {
        let mut random = Random::of("words", 0);
        let vocabulary = (0..VOCABULARY).map(|_| {
            let letters = 2 + random.below(4) + random.below(5);
            (0..letters)
                .map(|_| char::from(b'a' + random.below(26) as u8))
                .collect()
        });
        Self {
            items_a_day,
            vocabulary: vocabulary.collect(),
        }
    }

    fn item(&self, number: u64) -> Item {
        let mut site = Random::of("site", number).below(SITES);
        let (title, body) = match Kind::of(number, self.items_a_day) {
            Kind::Original => self.original_text(number),
            Kind::Copy(_) => self.copied_text(number),
            Kind::Issue(bulletin) => {
                site = bulletin;
                self.issue(bulletin, number)
            }
        };
        let milliseconds = 86_400_000 * number / self.items_a_day;
        Item {
            url: Some(format!("https://site{site}.example/a/{number}")),
            date_published: start() + TimeDelta::milliseconds(milliseconds as i64),
            ..item(number as usize, &title, &body)
        }
    }

    /// The item that an item is a copy of, itself if it is none.
    fn original(&self, mut number: u64) -> u64 {
        while let Kind::Copy(of) = Kind::of(number, self.items_a_day) {
            number = of;
        }
        number
    }

    fn original_text(&self, number: u64) -> (String, String) {
        let mut random = Random::of("original", number);
        (self.text(&mut random, TITLE), self.text(&mut random, BODY))
    }

    /// As other sites print it: with their name, cut short, abridged, corrected, credited.
    fn copied_text(&self, number: u64) -> (String, String) {
        let original = self.original(number);
        let (title, body) = match Kind::of(original, self.items_a_day) {
            Kind::Issue(bulletin) => self.issue(bulletin, original),
            _ => self.original_text(original),
        };
        let mut random = Random::of("copy", number);
        let part = |percent: u64| &body[..body.len() * percent as usize / 100];
        match random.below(5) {
            0 => (format!("{title} - Paper {}", random.below(50)), body),
            1 => {
                let cut = format!("{}…", part(30 + random.below(60)));
                (title, cut)
            }
            2 => {
                let shorter = title.rsplit_once(' ').map_or(&*title, |(rest, _)| rest);
                (shorter.to_owned(), part(60).to_owned())
            }
            3 => {
                let more = self.text(&mut random, 100);
                (format!("UPDATE 1-{title}"), format!("{body} {more}"))
            }
            _ => {
                let body = format!("LONDON, March 24 (Agency) - {body} (Reporting by A. Writer)");
                (title, body)
            }
        }
    }

    /// The same words each time, and other numbers.
    fn issue(&self, bulletin: u64, number: u64) -> (String, String) {
        let mut words = Random::of("bulletin", bulletin);
        let mut numbers = Random::of("issue", number);
        let title = format!("{} no. {number}", self.text(&mut words, TITLE / 2));
        let part = BODY / NUMBERS_IN_BULLETIN as usize;
        let lines = (0..NUMBERS_IN_BULLETIN).map(|_| {
            format!(
                "{} {} ",
                self.text(&mut words, part - 5),
                numbers.below(10_000)
            )
        });
        (title, lines.collect())
    }

    fn text(&self, random: &mut Random, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 12);
        while text.len() < bytes {
            if !text.is_empty() {
                text.push(' ');
            }
            let rank = (VOCABULARY as f64).powf(random.share()) - 1.0;
            text.push_str(&self.vocabulary[rank as usize]);
        }
        text
    }
}

impl Kind {
    /// One in five is a copy of an item of the last two days, one in thirty an issue of a bulletin.
    fn of(number: u64, items_a_day: u64) -> Self {
        let mut random = Random::of("kind", number);
        match random.below(30) {
            0..6 if number > 0 => {
                Self::Copy(number - 1 - random.below(number.min(2 * items_a_day)))
            }
            6 => Self::Issue(random.below(BULLETINS)),
            _ => Self::Original,
        }
    }
}

/// Numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    /// Other numbers for each purpose, else some items would repeat others.
    fn of(purpose: &str, number: u64) -> Self {
        let salt = purpose
            .bytes()
            .fold(0, |salt: u64, byte| salt << 8 ^ u64::from(byte));
        let mut salted = Self(salt);
        Self(salted.next() ^ number)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Bytes of memory: what the process holds (`VmRSS:`), or held at most (`VmHWM:`).
fn memory(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kilobytes: Option<usize> = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|n| n.parse().ok());
    kilobytes.expect("Linux tells the memory of a process") * 1024
}

fn mb(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
