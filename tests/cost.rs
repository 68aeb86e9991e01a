//! A pass must not cost much more than it did.
//!
//! Seconds say little on a machine that others use as well. So what is counted depends on the program alone: how
//! often it asks for memory and for how many bytes, and what it reads and writes. Processor time is compared with that of reading the same documents in the same run. docs/PERFORMANCE.md says why.
//!
//! `cargo test --test cost -- --nocapture` prints all figures. When one has become better, or must become
//! worse, write it into the table below. Linux only, and a program of its own, because all that a
//! process does is counted.

#![cfg(target_os = "linux")]

#[path = "../benches/common/mod.rs"]
mod common;

use chrono::{DateTime, Utc};
use common::corpus::{Corpus, Moment};
use common::server::{self, Document};
use feedmill::config::Config;
use feedmill::mill::{self, Options, Report};
use feedmill::model::{Location, Source, SourceId};
use feedmill::normalize::{Context, normalize};
use feedmill::parse::{self, parse};
use feedmill::store::Store;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::{Arc, Mutex, mpsc};
use std::{fs, thread};
use tempfile::TempDir;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// For each item of a first pass of which no theme takes anything: fetching, reading, storing and merging.
const GATHERED: Cost = Cost {
    allocations: 147.0,
    allocated: 68_500.0,
    read: 9_200.0,
    written: 18_600.0,
};

/// For each item of a first pass that publishes what themes take.
const COLD: Cost = Cost {
    allocations: 1_306.0,
    allocated: 284_300.0,
    read: 10_700.0,
    written: 43_900.0,
};

/// For each source of a pass in which none has anything new.
const UNCHANGED: Cost = Cost {
    allocations: 224.0,
    allocated: 75_400.0,
    read: 18_000.0,
    written: 350.0,
};

/// For each new item of a pass in which a third of the sources have some.
const CHANGED: Cost = Cost {
    allocations: 10_920.0,
    allocated: 2_775_000.0,
    read: 392_000.0,
    written: 264_000.0,
};

/// For each source of a pass in which none has anything new, when six times as much is stored.
const UNCHANGED_LATER: Cost = Cost {
    allocations: 271.0,
    allocated: 80_500.0,
    read: 45_900.0,
    written: 350.0,
};

/// For each new item of a pass in which a third of the sources have some, when six times as much is stored.
const CHANGED_LATER: Cost = Cost {
    allocations: 12_810.0,
    allocated: 3_065_000.0,
    read: 489_000.0,
    written: 320_000.0,
};

/// For each theme of a pass in which no source is due, with many themes that take most stories.
const AT_REST: Cost = Cost {
    allocations: 159.0,
    allocated: 21_600.0,
    read: 9_100.0,
    written: 1.0,
};

/// For each theme of such a pass in which none of the sources has anything new.
const UNCHANGED_THEMES: Cost = Cost {
    allocations: 186.0,
    allocated: 36_200.0,
    read: 9_100.0,
    written: 93.0,
};

/// The processor time of a first pass; 1 is that of reading its documents.
const COLD_TO_READING: f64 = 20.0;

/// What a figure may be; 1 is what the table says.
const TOLERANCE: f64 = 1.1;
/// The same of processor time, which is never quite the same.
const TOLERANCE_OF_TIME: f64 = 1.6;

/// Ranks of the words that themes take: three are of many stories, three of few.
const THEMES: [usize; 6] = [0, 5, 10, 300, 400, 500];
/// As many words of many stories, a theme each.
const MANY_THEMES: usize = 60;
const FEEDS: usize = 16;
/// As many sources have something new at once.
const NEW: usize = 6;
/// As many times the items of all sources fill the larger store.
const EPOCHS: usize = 6;

#[test]
fn no_pass_costs_much_more_than_it_did() {
    let mut faults = String::new();
    let first = moment(0, 1, 0);
    let (gathered, report) = Place::new(&[]).pass(first);
    let gathered = gathered.per(report.new_items as f64);
    GATHERED.compare(
        &gathered,
        TOLERANCE,
        "first pass, nothing to publish, per item",
        &mut faults,
    );

    let place = Place::new(&THEMES);
    let (cold, report) = place.pass(first);
    let items = report.new_items as f64;
    COLD.compare(
        &cold.per(items),
        TOLERANCE,
        "first pass, per item",
        &mut faults,
    );

    let to_reading = cold.seconds / place.reading(first);
    println!("first pass, as many times as reading: {to_reading:.2}");
    if to_reading > COLD_TO_READING * TOLERANCE_OF_TIME {
        let _ = writeln!(
            faults,
            "first pass: {to_reading:.1} times reading, not {COLD_TO_READING}"
        );
    }

    place.pass(first);
    let (unchanged, report) = place.pass(first);
    assert_eq!((report.modified, report.written.len()), (0, 0));
    let unchanged = unchanged.per(FEEDS as f64);
    UNCHANGED.compare(
        &unchanged,
        TOLERANCE,
        "nothing new, per source",
        &mut faults,
    );

    let (changed, report) = place.pass(moment(0, 1, NEW));
    let changed = changed.per(report.new_items as f64);
    CHANGED.compare(
        &changed,
        TOLERANCE,
        "something new, per new item",
        &mut faults,
    );

    let place = Place::new(&THEMES);
    for epoch in 0..EPOCHS {
        place.pass(moment(epoch, EPOCHS, 0));
    }
    place.pass(moment(EPOCHS - 1, EPOCHS, 0));
    let (later, _) = place.pass(moment(EPOCHS - 1, EPOCHS, 0));
    UNCHANGED_LATER.compare(
        &later.per(FEEDS as f64),
        TOLERANCE,
        "nothing new in a larger store",
        &mut faults,
    );
    let (later, report) = place.pass(moment(EPOCHS - 1, EPOCHS, NEW));
    let later = later.per(report.new_items as f64);
    CHANGED_LATER.compare(
        &later,
        TOLERANCE,
        "something new in a larger store",
        &mut faults,
    );

    let themes: Vec<usize> = (0..MANY_THEMES).collect();
    let place = Place::with(&themes, "formats = [\"atom\"]\narchive = 100");
    place.pass(first);
    place.pass(first);
    let at_rest = place.spend(first, &Options::default());
    assert_eq!((at_rest.1.asked, at_rest.1.written.len()), (0, 0));
    let unchanged = place.pass(first);
    assert_eq!((unchanged.1.modified, unchanged.1.written.len()), (0, 0));
    for (expected, (spent, _), what) in [
        (AT_REST, at_rest, "nothing due, per theme"),
        (UNCHANGED_THEMES, unchanged, "nothing new, per theme"),
    ] {
        let spent = spent.per(MANY_THEMES as f64);
        expected.compare(&spent, TOLERANCE, what, &mut faults);
    }
    assert!(faults.is_empty(), "a pass costs more than it did\n{faults}");
}

fn moment(epoch: usize, epochs: usize, round: usize) -> Moment {
    Moment {
        epoch,
        epochs,
        round,
    }
}

/// What is counted of a pass.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// How often memory was asked for. The server of the test is in it, with a few for each request.
    allocations: f64,
    /// Bytes of memory that were asked for.
    allocated: f64,
    /// Bytes read from files.
    read: f64,
    /// Bytes written to files.
    written: f64,
}

/// A cost, and processor time, which is compared in another way.
struct Spent {
    cost: Cost,
    seconds: f64,
}

impl Spent {
    /// What this process has spent so far.
    fn now() -> Self {
        let told = fs::read_to_string("/proc/self/io").expect("Linux tells what a process does");
        let field = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|number| number.parse().ok())
                .expect("a number")
        };
        let memory = ALLOCATOR.stats();
        let cost = Cost {
            allocations: (memory.allocations + memory.reallocations) as f64,
            allocated: memory.bytes_allocated as f64,
            read: field("rchar: "),
            written: field("wchar: "),
        };
        Self {
            cost,
            seconds: common::all_processor_time().as_secs_f64(),
        }
    }

    fn since(&self, before: &Self) -> Self {
        let cost = self.cost.with(&before.cost, |now, before| now - before);
        Self {
            cost,
            seconds: self.seconds - before.seconds,
        }
    }

    fn per(&self, many: f64) -> Cost {
        self.cost.with(&self.cost, |all, _| all / many)
    }
}

impl Cost {
    fn with(&self, other: &Self, join: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            allocations: join(self.allocations, other.allocations),
            allocated: join(self.allocated, other.allocated),
            read: join(self.read, other.read),
            written: join(self.written, other.written),
        }
    }

    /// Notes where another cost is higher by more than is tolerated.
    fn compare(&self, other: &Self, tolerance: f64, what: &str, faults: &mut String) {
        println!("{what}: {other:.2?}");
        for (name, expected, found) in [
            ("allocations", self.allocations, other.allocations),
            ("bytes allocated", self.allocated, other.allocated),
            ("bytes read", self.read, other.read),
            ("bytes written", self.written, other.written),
        ] {
            if found > expected * tolerance {
                let _ = writeln!(faults, "{what}: {found:.1} {name}, not {expected:.1}");
            }
        }
    }
}

/// A folder with a configuration, and a server that has its sources.
struct Place {
    folder: TempDir,
    corpus: Corpus,
    served: Arc<Mutex<Vec<Document>>>,
}

impl Place {
    fn new(themes: &[usize]) -> Self {
        Self::with(themes, "")
    }

    /// All themes have these keys as well.
    fn with(themes: &[usize], keys: &str) -> Self {
        let served = Arc::new(Mutex::new(Vec::<Document>::new()));
        let (announce, announced) = mpsc::channel();
        let shown = Arc::clone(&served);
        thread::spawn(move || {
            let find = move |path: &str| {
                let number: usize = path[1..].parse().expect("a number");
                shown.lock().expect("unharmed")[number].clone()
            };
            server::serve_at(find, |address| announce.send(address).expect("it waits"));
        });
        let place = Self {
            folder: tempfile::tempdir().expect("a folder"),
            corpus: Corpus::new(now()),
            served,
        };
        let address = announced.recv().expect("an address");
        fs::write(
            place.folder.path().join("feeds.toml"),
            place.feeds_toml(&address, themes, keys),
        )
        .expect("a file");
        place
    }

    /// A theme for each rank, of the words of this rank, and one of a word that nobody uses.
    fn feeds_toml(&self, address: &str, themes: &[usize], keys: &str) -> String {
        let mut text = "[site]\nbase_url = \"https://news.example/\"\n\
                        [fetch]\nallow = [\"127.0.0.0/8\"]\nper_host = 8\ngap = \"0 s\"\n\
                        [themes.nothing]\ninclude = [\"zzzzzz\"]\n"
            .to_owned();
        for rank in themes {
            let words: Vec<_> = self.corpus.words(*rank).collect();
            let _ = writeln!(text, "[themes.t{rank}]\n{keys}\ninclude = {words:?}");
        }
        for feed in 0..FEEDS {
            let _ = writeln!(text, "[sources.s{feed}]\nurl = \"{address}/{feed}\"");
        }
        text
    }

    /// One pass over the sources as they are in a moment.
    fn pass(&self, moment: Moment) -> (Spent, Report) {
        let options = Options {
            all: true,
            ..Options::default()
        };
        let (spent, report) = self.spend(moment, &options);
        assert_eq!(report.asked, FEEDS);
        (spent, report)
    }

    /// What a pass costs.
    fn spend(&self, moment: Moment, options: &Options) -> (Spent, Report) {
        *self.served.lock().expect("unharmed") = self.corpus.documents(FEEDS, moment);
        let before = Spent::now();
        let config = Config::load(&self.folder.path().join("feeds.toml")).expect("it is right");
        let store = Store::open(&config.store).expect("a store");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let report = runtime.block_on(mill::pass(&config, &store, options, now(), &|_| ()));
        drop(store);
        (Spent::now().since(&before), report.expect("a pass"))
    }

    /// Seconds of processor time that it takes to make items of the documents of a moment.
    fn reading(&self, moment: Moment) -> f64 {
        const TIMES: usize = 3;
        let source = Source::new(
            SourceId::new("s"),
            Location::File {
                path: "feed".into(),
                url: None,
            },
        );
        let context = Context {
            source: &source,
            document_url: None,
            now: now(),
            ids_as_given: false,
        };
        let documents = self.corpus.documents(FEEDS, moment);
        let before = common::all_processor_time();
        for document in documents.iter().cycle().take(TIMES * FEEDS) {
            let document = parse::Document {
                bytes: &document.body,
                ..parse::Document::default()
            };
            if let Ok(feed) = parse(&document) {
                black_box(normalize(feed, &context));
            }
        }
        let all = common::all_processor_time().saturating_sub(before);
        all.as_secs_f64() / TIMES as f64
    }
}

/// The moment of all passes.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).expect("a moment")
}
