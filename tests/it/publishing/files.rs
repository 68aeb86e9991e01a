//! The files of the output folder: compressed beside themselves, removed when nothing writes them any
//! more, and shown before they are written.

use crate::common::{House, ONE_SOURCE, item, rss};
use feedmill::mill::Options;
use feedmill::model::Encoding;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::process::{Command, Output};

fn house(feeds_toml: &str) -> House {
    let house = House::new(feeds_toml);
    let budget = item("Council agrees on budget", "https://a.example/1");
    house.write("a.xml", &rss("a", &[budget]));
    house
}

fn names(house: &House) -> BTreeSet<String> {
    house
        .published()
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

const PRUNE: Options = Options {
    offline: false,
    only: Vec::new(),
    all: false,
    rebuild: false,
    prune: true,
};

/// The same with copies of everything.
fn compressed(feeds_toml: &str) -> String {
    feeds_toml.replacen("[sources", "compress = [\"br\", \"gzip\"]\n[sources", 1)
}

/// Enough stories for a closed page, and copies of everything.
fn compressed_house() -> House {
    let house = house(&compressed(ONE_SOURCE));
    let stories: Vec<_> = (1..60)
        .map(|n| {
            (
                format!("Event {n} of w{n}x"),
                format!("https://a.example/{n}"),
            )
        })
        .collect();
    let items = stories
        .iter()
        .map(|(title, link)| (&**title, &**link, "Fri, 14 Jun 2024 09:00:00 +0000", ""));
    house.write("a.xml", &rss("a", &items.collect::<Vec<_>>()));
    house
}

#[tokio::test]
async fn every_file_has_the_compressed_copies_that_are_asked_for() {
    let house = compressed_house();
    house.pass().await;
    let files = names(&house);
    assert!(files.contains("all/archive-1.atom.br"));
    for name in files
        .iter()
        .filter(|name| Encoding::original(name).is_none())
    {
        let bytes = fs::read(house.path(&format!("output/{name}"))).unwrap();
        let mut back = Vec::new();
        let gz = fs::File::open(house.path(&format!("output/{name}.gz"))).unwrap();
        flate2::read::GzDecoder::new(gz)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, bytes, "{name}");
        back.clear();
        let br = fs::File::open(house.path(&format!("output/{name}.br"))).unwrap();
        brotli_decompressor::Decompressor::new(br, 4096)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, bytes, "{name}");
    }
    assert_eq!(house.pass().await.written, Vec::<String>::new());
    let deleted = [
        "all.rss.gz",
        "all/2024-06.html.br",
        "story/2024/06/1-4bb3dd6ba8.html.gz",
    ];
    for name in deleted {
        fs::remove_file(house.path(&format!("output/{name}"))).unwrap();
    }
    let mut written = house.pass().await.written;
    written.sort();
    assert_eq!(written, deleted);
}

#[tokio::test]
async fn copies_come_and_go_with_the_wish_and_the_files_themselves_stay() {
    let house = compressed_house();
    let with = house.read("feeds.toml");
    let without = with.replace("compress = [\"br\", \"gzip\"]", "");
    house.write("feeds.toml", &without);
    house.pass().await;
    let plain = house.published();
    house.write("feeds.toml", &with);
    house.pass().await;
    assert_eq!(house.published().len(), plain.len() * 3);
    house.write("feeds.toml", &without);
    // Whatever else lies there is not ours.
    house.write("output/mine.gz", "mine");
    let report = house.pass().await;
    assert_eq!(report.removed.len(), plain.len() * 2);
    assert_eq!(report.written, Vec::<String>::new());
    fs::remove_file(house.path("output/mine.gz")).unwrap();
    assert_eq!(house.published(), plain);
}

#[tokio::test]
async fn a_theme_that_comes_back_does_not_lie_beside_its_old_copies() {
    let house = house(&compressed(&format!("{ONE_SOURCE}[themes.other]\n")));
    house.pass().await;
    house.write("feeds.toml", &compressed(ONE_SOURCE));
    house.pass().await;
    assert!(house.path("output/other.html.gz").exists());
    house.write("feeds.toml", ONE_SOURCE);
    house.pass().await;
    let left = names(&house);
    assert!(left.contains("other.html"));
    assert!(left.iter().all(|name| Encoding::original(name).is_none()));
}

#[tokio::test]
async fn files_of_a_theme_taken_out_are_told_once_and_removed_when_asked() {
    let one_theme = compressed(ONE_SOURCE);
    let house = house(&format!(
        "{one_theme}limit = 1\n[themes.other]\nlimit = 1\n"
    ));
    house.pass().await;
    let more = item("Ferry late by an hour", "https://a.example/2");
    house.write("a.xml", &rss("a", &[more]));
    house.pass().await;
    let all = names(&house);
    assert!(all.contains("other/archive-1.rss") && all.contains("other/2024-06.html.gz"));
    house.write("feeds.toml", &one_theme);
    let report = house.pass().await;
    let told: BTreeSet<_> = report.abandoned_files.into_iter().collect();
    let others: BTreeSet<_> = all
        .iter()
        .filter(|name| name.starts_with("other"))
        .cloned()
        .collect();
    assert_eq!(told, others);
    assert_eq!(house.pass().await.abandoned_files, Vec::<String>::new());
    assert_eq!(names(&house), all);
    // What somebody made of one of them, or put beside them, is theirs.
    house.write("output/other.html", "a page of my own");
    house.write("output/mine.rss", "mine");
    let report = house.pass_at("2024-06-16T12:00:00Z", &PRUNE).await;
    assert_eq!(report.removed.len(), others.len() - 1);
    let mut left = &all - &others;
    left.extend(["other.html", "mine.rss"].map(str::to_owned));
    assert_eq!(names(&house), left);
    assert!(!house.path("output/other").exists());
    let report = house.pass_at("2024-06-17T12:00:00Z", &PRUNE).await;
    assert_eq!(report.removed, Vec::<String>::new());
}

#[tokio::test]
async fn files_of_a_theme_that_came_back_or_goes_by_another_name_are_not_removed() {
    let house = house(ONE_SOURCE);
    house.pass().await;
    let before = house.published();
    house.write(
        "feeds.toml",
        &ONE_SOURCE.replace("themes.all", "themes.new"),
    );
    house.pass().await;
    house.write("feeds.toml", ONE_SOURCE);
    house.pass_at("2024-06-16T12:00:00Z", &PRUNE).await;
    assert_eq!(house.published(), before);
    let renamed = ONE_SOURCE.replace("themes.all]", "themes.new]\naliases = [\"all\"]");
    house.write("feeds.toml", &renamed);
    let report = house.pass_at("2024-06-17T12:00:00Z", &PRUNE).await;
    assert_eq!(report.removed, Vec::<String>::new());
    assert_eq!(house.read("output/all.rss"), house.read("output/new.rss"));
    // Without the alias nothing writes them any more, nor their copies.
    house.write("feeds.toml", &compressed(&renamed));
    house.pass().await;
    let renamed = renamed.replace("aliases", "tags = []\n#");
    house.write("feeds.toml", &compressed(&renamed));
    let report = house.pass_at("2024-06-18T12:00:00Z", &PRUNE).await;
    // Three feeds, the page and the page of its tags, each with two copies.
    assert_eq!(report.removed.len(), 5 * 3);
}

fn feedmill(house: &House, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    program.args(arguments).current_dir(house.path(""));
    program.output().unwrap()
}

fn dry_run(house: &House) -> String {
    let run = feedmill(house, &["run", "--dry-run", "--prune"]);
    assert_eq!((run.status.code(), &*run.stderr), (Some(0), &b""[..]));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_dry_run_tells_what_would_happen_and_does_nothing() {
    let house = house(&format!("{ONE_SOURCE}[themes.other]\n"));
    let told = dry_run(&house);
    assert!(
        told.starts_with("all: 1 new story\nother: 1 new story\nwould write "),
        "{told}"
    );
    assert!(!house.path("output").exists() && !house.path("state").exists());

    assert_eq!(feedmill(&house, &["run"]).status.code(), Some(0));
    assert_eq!(dry_run(&house), "nothing would change\n");
    // Nor does it see more than a pass does.
    let page = "output/story/2024/06/1-4bb3dd6ba8.html";
    house.write(page, &format!("{} ", house.read(page)));
    assert_eq!(dry_run(&house), "nothing would change\n");
    let (published, kept) = (
        house.published(),
        crate::common::files_in(&house.path("state")),
    );
    let more = item("Ferry late by an hour", "https://a.example/2");
    house.write("a.xml", &rss("a", &[more]));
    house.write("feeds.toml", ONE_SOURCE);
    fs::remove_file(house.path("output/index.html")).unwrap();
    let told = dry_run(&house);
    for line in [
        "all: 1 new story",
        "would write all.rss",
        "would write index.html",
        "would remove other.rss",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }
    assert!(!house.path("output/index.html").exists());
    assert_eq!(house.published().len(), published.len() - 1);
    assert_eq!(crate::common::files_in(&house.path("state")), kept);
}
