//! What a whole pass costs beside bare fetching: `cargo bench --bench fetch`.
//!
//! A server of its own on this machine serves feeds of 30 items, some 55 kB each, after 50 to 200 ms or
//! at once. "Bare" asks for them with the same HTTP client and limits and drops what comes; "pass" is
//! `mill::pass` with a store on disk, "gather" its first part, which fetches, reads and saves. Each
//! runs in a process of its own, bare and pass in turn; medians are printed. Linux only.

mod common;

use common::feeds;
use common::server::Server;
use feedmill::config::Config;
use feedmill::mill::{self, Options, Progress};
use feedmill::store::Store;
use futures_util::StreamExt;
use reqwest::header;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Instant;
use std::{env, fs};

/// Requests under way at once.
const IN_FLIGHT: usize = 64;
/// Runs of which the median is printed.
const RUNS: usize = 3;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let words: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().expect("a number");
    match words.as_slice() {
        ["serve", slow] => feeds::serve(*slow == "slow"),
        ["bare", address, many, known] => bare(address, number(many), *known == "known"),
        ["pass", folder, when] => pass(Path::new(folder), number(when)),
        _ => compare(),
    }
}

fn compare() {
    println!("                                    wall s   CPU s   memory MB");
    let slow = Server::start(&["serve", "slow"]);
    let cold = measure(&slow, 1_000, false);
    cold.print("1,000 feeds, 50-200 ms, all new");
    drop(slow);
    let fast = Server::start(&["serve", "fast"]);
    measure(&fast, 1_000, false).print("1,000 feeds, at once, all new");
    for many in [1_000, 10_000] {
        let name = format!("{many} feeds, at once, nothing new");
        measure(&fast, many, true).print(&name);
    }
}

/// Medians of a comparison.
struct Compared {
    bare: Figures,
    gather: Figures,
    pass: Figures,
}

#[derive(Clone, Copy)]
struct Figures {
    wall: f64,
    cpu: f64,
    memory: f64,
}

impl Compared {
    fn print(&self, name: &str) {
        println!("{name}");
        for (what, figures) in [
            ("bare", self.bare),
            ("gather", self.gather),
            ("pass", self.pass),
        ] {
            println!(
                "    {what:<30}{:>8.2}{:>8.2}{:>12.1}   {:.2}x wall, {:.2}x CPU",
                figures.wall,
                figures.cpu,
                figures.memory,
                figures.wall / self.bare.wall,
                figures.cpu / self.bare.cpu,
            );
        }
    }
}

fn measure(server: &Server, many: usize, known: bool) -> Compared {
    let (mut bare, mut gather, mut pass) = (Vec::new(), Vec::new(), Vec::new());
    let folder = tempfile::tempdir().expect("a folder");
    if known {
        house(folder.path(), &server.address, many);
        run(&["pass", &folder.path().display().to_string(), "0"]);
    }
    for round in 1..=RUNS {
        let known = if known { "known" } else { "new" };
        bare.push(run(&["bare", &server.address, &many.to_string(), known])[0]);
        let fresh = tempfile::tempdir().expect("a folder");
        let folder = if known == "known" {
            folder.path()
        } else {
            fresh.path()
        };
        house(folder, &server.address, many);
        let told = run(&["pass", &folder.display().to_string(), &round.to_string()]);
        gather.push(told[0]);
        pass.push(told[1]);
    }
    Compared {
        bare: median(bare),
        gather: median(gather),
        pass: median(pass),
    }
}

fn median(mut all: Vec<Figures>) -> Figures {
    let mut middle = |key: fn(&Figures) -> f64| {
        all.sort_by(|a, b| key(a).total_cmp(&key(b)));
        key(&all[all.len() / 2])
    };
    Figures {
        wall: middle(|f| f.wall),
        cpu: middle(|f| f.cpu),
        memory: middle(|f| f.memory),
    }
}

/// Runs this program with other arguments; the figures that it prints, one line each.
fn run(arguments: &[&str]) -> Vec<Figures> {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output();
    let output = output.expect("the child runs");
    assert!(output.status.success(), "{arguments:?} failed");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines()
        .map(|line| {
            let mut numbers = line.split(' ').map(|n| n.parse().expect("a number"));
            let mut next = || numbers.next().expect("three numbers");
            Figures {
                wall: next(),
                cpu: next(),
                memory: next(),
            }
        })
        .collect()
}

fn tell(begun: Instant, cpu: f64) {
    let memory = common::peak_memory() as f64 / 1e6;
    let cpu = common::all_processor_time().as_secs_f64() - cpu;
    println!("{} {cpu} {memory}", begun.elapsed().as_secs_f64());
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

/// Asks for every feed and drops it.
fn bare(address: &str, many: usize, known: bool) {
    runtime().block_on(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (begun, cpu) = (Instant::now(), common::all_processor_time().as_secs_f64());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(IN_FLIGHT)
            .build()
            .expect("a client");
        let asked = (0..many).map(|number| {
            let mut request = client.get(format!("{address}/{number}"));
            if known {
                request = request.header(header::IF_NONE_MATCH, feeds::etag(number));
            }
            tokio::spawn(async move {
                let mut answer = request.send().await.expect("an answer");
                let mut bytes = 0;
                while let Some(chunk) = answer.chunk().await.expect("a body") {
                    bytes += chunk.len();
                }
                assert_eq!(bytes == 0, known);
            })
        });
        let mut asked = futures_util::stream::iter(asked).buffer_unordered(IN_FLIGHT);
        while asked.next().await.is_some() {}
        tell(begun, cpu);
    });
}

fn house(folder: &Path, address: &str, many: usize) {
    use std::fmt::Write;
    let mut text = format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
         in_flight = {IN_FLIGHT}\nper_host = {IN_FLIGHT}\n"
    );
    for number in 0..many {
        let _ = writeln!(text, "[sources.s{number}]\nurl = \"{address}/{number}\"");
    }
    // A rare word: publishing is not what is measured here.
    let word = feeds::word(feeds::VOCABULARY - 1);
    let _ = writeln!(
        text,
        "[themes.t]\ntitle = \"{word}\"\ninclude = [\"{word}\"]"
    );
    fs::write(folder.join("feeds.toml"), text).expect("a file");
}

/// One pass, so many days after the first; prints the first part of it and all of it.
fn pass(folder: &Path, day: usize) {
    let config = Config::load(&folder.join("feeds.toml")).expect("it is right");
    let store = Store::open(&config.store).expect("a store");
    let now = feeds::now() + chrono::TimeDelta::days(i64::try_from(day).unwrap_or(0));
    let options = Options {
        all: true,
        ..Options::default()
    };
    let (begun, cpu) = (Instant::now(), common::all_processor_time().as_secs_f64());
    let gathered = Mutex::new(false);
    let progress = |progress: Progress| {
        let mut gathered = gathered.lock().expect("unharmed");
        if matches!(progress, Progress::Step(_)) && !*gathered {
            *gathered = true;
            tell(begun, cpu);
        }
    };
    let report = runtime().block_on(mill::pass(&config, &store, &options, now, &progress));
    let report = report.expect("a pass");
    assert!(report.failed.is_empty(), "{:?}", report.failed.first());
    tell(begun, cpu);
}
