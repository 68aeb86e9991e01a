//! What consumers are told, and when.

use super::Mill;

const NOTHING: [&str; 0] = [];

#[test]
fn the_first_use_is_silent_and_says_so() {
    let mill = Mill::new();
    let first = mill.run(&["items", "--consumer", "bot"]);
    let told = String::from_utf8(first.stderr).unwrap();
    assert_eq!(first.stdout, b"");
    assert!(told.contains("bot is a new consumer here"), "{told}");
    assert!(told.contains("--backfill"), "{told}");
    assert_eq!(
        mill.handle("other", &["--backfill", "9"]),
        ["entered: Bridge opens"]
    );
}

#[test]
fn a_story_is_printed_until_it_is_acknowledged_and_never_after() {
    let mill = Mill::new();
    mill.handle("bot", &[]);
    mill.write("a", &[("2", "Ferry late"), ("1", "Bridge opens")]);
    mill.ok(&["run"]);
    for _ in 0..2 {
        assert_eq!(mill.told(&["--consumer", "bot"]).0, ["entered: Ferry late"]);
    }
    assert_eq!(mill.handle("bot", &[]), ["entered: Ferry late"]);
    assert_eq!(mill.handle("bot", &[]), NOTHING);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("bot", &[]), NOTHING);
}

#[test]
fn two_consumers_go_at_their_own_speeds() {
    let mill = Mill::new();
    mill.handle("fast", &[]);
    mill.handle("slow", &[]);
    mill.write("a", &[("2", "Ferry late"), ("1", "Bridge opens")]);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("fast", &[]), ["entered: Ferry late"]);
    mill.write("a", &[("3", "Harbour closed"), ("2", "Ferry late")]);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("fast", &[]), ["entered: Harbour closed"]);
    let one = ["--limit", "1"];
    assert_eq!(mill.handle("slow", &one), ["entered: Ferry late"]);
    assert_eq!(mill.handle("slow", &one), ["entered: Harbour closed"]);
    assert_eq!(mill.handle("slow", &one), NOTHING);
}

#[test]
fn a_story_that_enters_a_theme_late_is_new_there() {
    let mill = Mill::new();
    let of_ferry = ["--theme", "ferry"];
    mill.handle("bot", &of_ferry);
    mill.write("a", &[("2", "Boat late"), ("1", "Bridge opens")]);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("bot", &of_ferry), NOTHING);
    // Another story came in between.
    mill.write("b", &[("9", "Ferry sold")]);
    mill.ok(&["run"]);
    let toml = mill.house.read("feeds.toml");
    let wider = toml.replace("[\"ferry\"]", "[\"ferry\", \"boat\"]");
    mill.house.write("feeds.toml", &wider);
    mill.ok(&["run"]);
    let told = mill.handle("bot", &of_ferry);
    assert_eq!(told, ["entered: Ferry sold", "entered: Boat late"]);
    // What was there before its source was first seen is no news, whatever the rule.
    let wider = toml.replace("[\"ferry\"]", "[\"ferry\", \"boat\", \"bridge\"]");
    mill.house.write("feeds.toml", &wider);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("bot", &of_ferry), NOTHING);
}

#[test]
fn the_first_visit_of_a_new_source_is_no_news() {
    let mill = Mill::new();
    mill.handle("bot", &[]);
    let toml = mill.house.read("feeds.toml");
    let more = toml.replace(
        "[themes.all]",
        "[sources.c]\npath = \"c.xml\"\n[themes.all]",
    );
    mill.house.write("feeds.toml", &more);
    mill.write(
        "c",
        &[
            ("1", "Old story of long ago"),
            ("2", "Another one of those"),
        ],
    );
    mill.ok(&["run"]);
    assert_eq!(mill.handle("bot", &[]), NOTHING);
    mill.write("c", &[("3", "Ferry late")]);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("bot", &[]), ["entered: Ferry late"]);
}

#[test]
fn what_changes_or_is_hidden_is_told_to_who_asks_for_it() {
    let mill = Mill::new();
    mill.handle("bot", &[]);
    mill.write("a", &[("2", "Ferry late")]);
    mill.ok(&["run"]);
    mill.handle("bot", &[]);
    mill.write("a", &[("2", "Ferry late by two hours")]);
    mill.ok(&["run"]);
    assert_eq!(
        mill.handle("bot", &[]),
        ["changed: Ferry late by two hours"]
    );
    assert_eq!(mill.handle("bot", &[]), NOTHING);
    mill.ok(&["hide", "https://a.example/2"]);
    mill.ok(&["run"]);
    assert_eq!(mill.ok(&["items", "--consumer", "bot"]), "");
    assert_eq!(
        mill.told(&["--consumer", "bot"]).0,
        NOTHING,
        "it was all handled"
    );
}

#[test]
fn a_story_of_two_themes_is_told_once() {
    let mill = Mill::new();
    let both = ["--theme", "ferry", "--theme", "all"];
    mill.handle("bot", &both);
    mill.write("a", &[("2", "Ferry late")]);
    mill.ok(&["run"]);
    assert_eq!(mill.handle("bot", &both), ["entered: Ferry late"]);
    assert_eq!(mill.handle("bot", &both), NOTHING);
    let (code, said) = mill.fails(&["items", "--consumer", "bot", "--theme", "all"]);
    assert_eq!(code, 2);
    assert!(said.contains("follows all, ferry"), "{said}");
}

#[test]
fn a_burst_is_cut_and_says_how_much_is_left_out() {
    let mill = Mill::new();
    mill.handle("bot", &[]);
    let names: Vec<String> = (10..30).map(|n| n.to_string()).collect();
    let titles: Vec<String> = names
        .iter()
        .map(|n| format!("Report {n} of ship{n}"))
        .collect();
    let items: Vec<_> = names
        .iter()
        .zip(&titles)
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    mill.write("a", &items);
    mill.ok(&["run"]);
    let waiting = mill.ok(&["consumers"]);
    assert!(waiting.starts_with("bot: 20 waiting"), "{waiting}");
    let told = mill.handle("bot", &["--burst", "3"]);
    assert_eq!(told.len(), 4);
    assert_eq!(told[0], "left-out: 17 earlier stories are left out");
    assert!(told[1].starts_with("entered: Report "), "{told:?}");
    assert_eq!(mill.handle("bot", &["--burst", "3"]), NOTHING);
}

#[test]
fn who_keeps_the_cursor_is_told_when_the_store_is_another_one() {
    let mill = Mill::new();
    let all = mill.ok(&[
        "items",
        "--consumer",
        "bot",
        "--backfill",
        "1",
        "--format",
        "tsv",
    ]);
    let cursor = all.split('\t').next().unwrap();
    assert_eq!(mill.ok(&["items", "--after", cursor]), "");
    mill.write("a", &[("2", "Ferry late")]);
    mill.ok(&["run"]);
    assert_eq!(mill.told(&["--after", cursor]).0, ["entered: Ferry late"]);
    let (store, number) = cursor.split_once('-').unwrap();
    let ahead = format!("{store}-99");
    let (code, said) = mill.fails(&["items", "--after", &ahead]);
    assert_eq!(code, 2);
    assert!(said.contains("ahead of the streams"), "{said}");
    let other = format!("0{store}-{number}");
    for command in [
        ["items", "--after", &other].as_slice(),
        &["ack", "bot", &other],
    ] {
        let (code, said) = mill.fails(command);
        assert_eq!(code, 2);
        assert!(said.contains("another store"), "{said}");
    }
}

#[test]
fn every_format_has_the_cursor() {
    let mill = Mill::new();
    mill.handle("bot", &["--backfill", "1"]);
    mill.write("a", &[("2", "Ferry\tlate")]);
    mill.ok(&["run"]);
    let cursor = mill.told(&["--consumer", "bot"]).1;
    for (format, line) in [
        (
            "tsv",
            "\tentered\t2024-06-14T09:00:00Z\tFerry late\ta\thttps://a.example/2\thttps://a.example/2\n",
        ),
        (
            "text",
            "\t2024-06-14 09:00  Ferry late (a)  https://a.example/2\n",
        ),
        ("markdown", "\t- [Ferry late](https://a.example/2) (a)\n"),
    ] {
        let printed = mill.ok(&["items", "--consumer", "bot", "--format", format]);
        assert_eq!(printed, format!("{cursor}{line}"), "{format}");
    }
}

#[test]
fn a_name_that_is_no_file_name_is_refused() {
    let mill = Mill::new();
    for name in ["", "../x", "a b", "a/b", &"x".repeat(65)] {
        let (code, said) = mill.fails(&["items", "--consumer", name]);
        assert_eq!(code, 2, "{name}: {said}");
    }
    let (code, said) = mill.fails(&["ack", "nobody", "x"]);
    assert_eq!(code, 2);
    assert!(said.contains("as `items` prints it"), "{said}");
    let (_, said) = mill.fails(&["items", "--changes"]);
    assert!(said.contains("--changes needs --consumer"), "{said}");
    let (_, said) = mill.fails(&["consumers", "--forget", "nobody"]);
    assert!(said.contains("no consumer nobody"), "{said}");
}
