//! `kill -9` in the middle of a pass, at random moments: the next pass completes, nothing is lost,
//! nothing told twice, and nothing half done is left behind.
//!
//! `FEEDMILL_KILLS=200 cargo test --test it killed` kills more often; `FEEDMILL_SEED` chooses other
//! moments.

use crate::common::server::Server;
use crate::common::{House, files_in, rss};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kills by default.
const KILLS: u64 = 16;
const SOURCES: u64 = 4;
/// Items that a document shows: older ones have dropped out.
const SHOWN: u64 = 3;
/// Every so often the killed pass is the first of all.
const AFRESH: u64 = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_pass_loses_nothing_and_tells_nothing_twice() {
    let kills = number("FEEDMILL_KILLS").unwrap_or(KILLS);
    let seed = number("FEEDMILL_SEED").unwrap_or(1);
    println!("seed {seed}, {kills} kills");
    let server = Server::start().await;
    let mut chance = Chance(seed);
    let mut house = new_house(&server);
    let mut expected = BTreeSet::new();
    // How long a pass takes here and now; a kill is somewhere within.
    let mut usual = Duration::from_millis(300);
    let mut in_time = 0;
    for round in 1..=kills {
        if round % AFRESH == 1 {
            house = new_house(&server);
            expected.clear();
            publish(&server, round, &mut expected);
        } else {
            expected.extend(stories(round));
            publish(&server, round, &mut BTreeSet::new());
        }
        let moment = usual.mul_f64(chance.fraction());
        in_time += u64::from(killed(&house, moment));
        let begun = Instant::now();
        let run = feedmill(&house).output().unwrap();
        usual = begun.elapsed().min(Duration::from_secs(3));
        let told = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "round {round}, {moment:?}: {told}");
        check(
            &house,
            &expected,
            &format!("round {round}, killed after {moment:?}"),
        );
    }
    println!("{in_time} of {kills} passes were killed before they ended");
    assert!(in_time * 2 > kills, "kills come too late to prove anything");
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn new_house(server: &Server) -> House {
    use std::fmt::Write;
    let mut text =
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\n\
        gap = \"0 s\"\nper_host = 4\n[themes.all]\ntitle = \"All\"\nlimit = 1000\n"
            .to_owned();
    for source in 0..SOURCES {
        let _ = writeln!(
            text,
            "[sources.s{source}]\nurl = \"{}/{source}\"",
            server.address
        );
    }
    House::new(&text)
}

/// Serves what is new in a round beside what was new in the rounds before; adds all of it.
fn publish(server: &Server, round: u64, shown: &mut BTreeSet<String>) {
    for source in 0..SOURCES {
        let items: Vec<_> = (round.saturating_sub(SHOWN - 1)..=round)
            .map(|round| (title(source, round), source, round))
            .collect();
        shown.extend(items.iter().map(|(title, ..)| title.clone()));
        let items: Vec<_> = items
            .into_iter()
            .map(|(title, source, round)| {
                let link = format!("https://s{source}.example/{round}");
                let text = text(&title);
                (title, link, text)
            })
            .collect();
        let items: Vec<_> = items
            .iter()
            .map(|(title, link, text)| {
                let date = "Fri, 14 Jun 2024 09:00:00 +0000";
                (title.as_str(), link.as_str(), date, text.as_str())
            })
            .collect();
        let document = rss(&format!("s{source}"), &items);
        server.serves(&format!("/{source}"), &format!("\"{round}\""), &document);
    }
}

/// The titles of a round: the last two sources tell the same story.
fn stories(round: u64) -> impl Iterator<Item = String> {
    (0..SOURCES).map(move |source| title(source, round))
}

fn title(source: u64, round: u64) -> String {
    let story = source.min(SOURCES - 2);
    let mut chance = Chance((story << 32) | round);
    format!("{} {} {}", chance.word(), chance.word(), chance.word())
}

fn text(title: &str) -> String {
    let seed = title.bytes().fold(7, |sum: u64, b| {
        sum.wrapping_mul(31).wrapping_add(u64::from(b))
    });
    let mut chance = Chance(seed);
    (0..60).map(|_| chance.word() + " ").collect()
}

fn feedmill(house: &House) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    command.args(["run", "--all"]).current_dir(house.path(""));
    command
}

/// Starts a pass and kills it after a while. False if it had ended by then.
fn killed(house: &House, after: Duration) -> bool {
    let mut child = feedmill(house)
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(after);
    // SIGKILL: it cannot tidy up. What is killed on Windows ends with a code, but never with 0.
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

fn check(house: &House, expected: &BTreeSet<String>, when: &str) {
    let database = Connection::open(house.path("state/feedmill.db")).unwrap();
    let ask = |sql: &str| -> String {
        let one = database.query_row(sql, [], |row| row.get::<_, String>(0));
        one.unwrap_or_default()
    };
    assert_eq!(ask("PRAGMA integrity_check"), "ok", "{when}");
    assert_eq!(
        ask("SELECT \"table\" FROM pragma_foreign_key_check"),
        "",
        "{when}"
    );
    assert_eq!(ask("SELECT id FROM item WHERE story IS NULL"), "", "{when}");
    let told: i64 = database
        .query_row("SELECT count(*) FROM story", [], |row| row.get(0))
        .unwrap();
    assert_eq!(usize::try_from(told).unwrap(), expected.len(), "{when}");

    let published = house.titles("all");
    let different: BTreeSet<_> = published.iter().cloned().collect();
    assert_eq!(published.len(), different.len(), "{when}: told twice");
    assert_eq!(&different, expected, "{when}");
    for (name, bytes) in files_in(&house.path("output")) {
        let is_temporary = !name.starts_with(|c: char| c.is_ascii_lowercase());
        assert!(!is_temporary, "{when}: {name} is left");
        let is_feed = [".rss", ".atom", ".json"]
            .iter()
            .any(|end| name.ends_with(end));
        let read = feed_rs::parser::parse(bytes.as_slice());
        assert!(!is_feed || read.is_ok(), "{when}: {name}: {read:?}");
    }
}

/// Numbers that look random and follow from a seed (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn word(&mut self) -> String {
        let mut rest = self.next();
        let letters = (0..7).map(|_| {
            let letter = char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0));
            rest /= 26;
            letter
        });
        letters.collect()
    }
}
