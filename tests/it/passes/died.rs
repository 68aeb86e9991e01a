//! A pass that died while it read a document: the next one sets that source aside and does the rest.

use crate::common::{ALL, House, TWO_SOURCES, at, item, rss};
use feedmill::config::Config;
use feedmill::mill;
use feedmill::model::{FailureKind, SourceId};
use feedmill::store::Store;
use std::process::{Command, Stdio};

fn house() -> House {
    let house = House::new(TWO_SOURCES);
    house.write(
        "a.xml",
        &rss("a", &[item("Tunnel put off", "https://a.example/1")]),
    );
    house.write(
        "b.xml",
        &rss(
            "b",
            &[(
                "Ferry is late",
                "https://b.example/1",
                "Fri, 14 Jun 2024 09:00:00 +0000",
                "x",
            )],
        ),
    );
    house
}

/// What a pass leaves that is killed while it reads `a`, after it has read `b`.
fn leave_notes(house: &House) {
    std::fs::create_dir_all(house.path("state")).unwrap();
    house.write("state/reading", "+b\n-b\n+a\n+gone\n");
}

#[tokio::test]
async fn a_source_that_took_a_pass_with_it_rests_and_comes_back() {
    let house = house();
    leave_notes(&house);
    let report = house.pass_at("2024-06-15T12:00:00Z", &ALL).await;
    let [failure] = report.failed.as_slice() else {
        panic!("{:?}", report.failed);
    };
    assert_eq!(failure.kind, FailureKind::ProgramEnded);
    assert!(
        failure.error.contains("`feedmill retry a`"),
        "{}",
        failure.error
    );
    assert!(failure.is_news());
    assert!(
        failure
            .next_try
            .as_ref()
            .unwrap()
            .starts_with("2024-06-15T13:0")
    );
    assert_eq!(house.titles("all"), ["Ferry is late"]);
    assert!(!house.path("state/reading").exists());

    let report = house.pass_at("2024-06-15T12:50:00Z", &ALL).await;
    assert_eq!((report.failed.len(), house.titles("all").len()), (0, 1));
    let report = house.pass_at("2024-06-15T13:10:00Z", &ALL).await;
    assert_eq!((report.failed.len(), house.titles("all").len()), (0, 2));
}

#[tokio::test]
async fn it_waits_longer_each_time_and_is_read_at_once_by_hand() {
    let house = house();
    let mut waits = Vec::new();
    for time in [
        "2024-06-15T01:00:00Z",
        "2024-06-15T03:00:00Z",
        "2024-06-15T06:00:00Z",
    ] {
        leave_notes(&house);
        let report = house.pass_at(time, &ALL).await;
        waits.push(at(report.failed[0].next_try.as_ref().unwrap()) - at(time));
    }
    assert!(waits.is_sorted() && waits[0] < waits[2], "{waits:?}");

    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    let now = at("2024-06-15T06:01:00Z");
    mill::retry(&config, &store, &SourceId::new("a"), now)
        .await
        .unwrap();
    let report = house.pass_at("2024-06-15T06:02:00Z", &ALL).await;
    assert_eq!((report.failed.len(), house.titles("all").len()), (0, 2));
}

#[test]
fn a_pass_that_is_killed_while_it_reads_is_followed_by_one_that_succeeds() {
    let house = house();
    let items: Vec<_> = (0..8_000)
        .map(|n| (format!("Word{n} of {n}"), format!("https://a.example/{n}")))
        .collect();
    let items: Vec<_> = items
        .iter()
        .map(|(title, link)| item(title, link))
        .collect();
    house.write("a.xml", &rss("a", &items));
    let mut child = feedmill(&house).stderr(Stdio::null()).spawn().unwrap();
    let is_reading = || {
        let notes = std::fs::read_to_string(house.path("state/reading"));
        notes.is_ok_and(|notes| notes.ends_with("+a\n"))
    };
    while !is_reading() {
        let ended = child.try_wait().unwrap();
        assert_eq!(ended, None, "it has read the document unseen");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let run = feedmill(&house).output().unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}");
    assert!(told.contains("a: the program ended"), "{told}");
    assert_eq!(house.titles("all"), ["Ferry is late"]);
}

fn feedmill(house: &House) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    command.args(["run", "--all"]).current_dir(house.path(""));
    command
}
