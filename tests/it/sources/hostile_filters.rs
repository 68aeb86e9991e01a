//! Filters that misbehave, as a person at the command line meets them: the run goes on, its exit code is 0, and what
//! the filter said or did is told.

use crate::common::{House, rss};
use serde_json::Value;
use std::process::{Command, Output};

const DATE: &str = "Fri, 14 Jun 2024 09:00:00 +0000";

/// Nine items, and a filter that is this shell script.
fn house(filter: &str) -> House {
    let house = House::new(
        "site = { base_url = \"https://news.example/\" }\n[themes.all]\n[sources.a]\npath = \"a.xml\"\n\
         merge = false\nfilter_timeout = \"1 s\"\nfilter = [\"sh\", \"filter.sh\"]\n",
    );
    house.write("filter.sh", filter);
    let titles: Vec<_> = (0..9).map(|n| format!("Report {n} on ships")).collect();
    let links: Vec<_> = (0..9).map(|n| format!("https://a.example/{n}")).collect();
    let items = titles.iter().zip(&links);
    let items = items.map(|(title, link)| (title.as_str(), link.as_str(), DATE, title.as_str()));
    let items: Vec<_> = items.collect();
    house.write("a.xml", &rss("a", &items));
    house
}

fn feedmill(house: &House, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .args(arguments)
        .current_dir(house.path(""))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_filter_that_misbehaves_is_told_and_the_items_are_published_as_they_are() {
    for (filter, told) in [
        ("exec sleep 600", "it did not end within 1 s"),
        ("sleep 600 & wait", "it did not end within 1 s"),
        (
            "cat >all; echo nonsense",
            "line 1 of its output: no JSON object in UTF-8",
        ),
        (
            "head -c 65536 /dev/urandom; cat",
            "of its output: no JSON object in UTF-8",
        ),
        (
            "echo no key >&2; exit 7",
            "it failed (exit status: 7): no key",
        ),
        ("kill -KILL $$", "it failed (signal: 9 (SIGKILL))"),
        (
            "read -r line; yes '{\"id\":\"https://a.example/4\"}' | head -n 300000",
            "line 2 of its output: the id of an earlier line",
        ),
        (
            "yes '{\"id\":\"https://a.example/4\"}' | head -n 1000000",
            "it wrote more than 16777216 bytes",
        ),
    ] {
        let house = house(filter);
        let run = feedmill(&house, &["run", "-v"]);
        let err = text(&run.stderr);
        assert_eq!(run.status.code(), Some(0), "{filter}: {err}");
        let line = err.lines().find(|line| line.contains("a: filter: "));
        let line = line.unwrap_or_else(|| panic!("{filter}: {err}"));
        assert!(line.contains(told), "{filter}: {line}");
        assert!(
            line.contains("9 items stay as they are"),
            "{filter}: {line}"
        );
        assert!(line.contains("1st failure in a row"), "{filter}: {line}");
        assert_eq!(house.items("all").len(), 9, "{filter}");
    }
}

#[test]
fn an_item_that_makes_a_filter_fail_keeps_no_other_back() {
    let house = house("tee given | grep Report.4 >&2 && exit 1; sed s/Report/Bericht/g given");
    let run = feedmill(&house, &["run", "--json"]);
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["filter_failures"][0]["items"], 1, "{report}");
    let titles = house.titles("all");
    let kept = titles.iter().filter(|title| title.starts_with("Report"));
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept, ["Report 4 on ships"]);
    assert_eq!(titles.len(), 9);
}

#[test]
fn a_filter_that_keeps_failing_is_told_once_and_so_is_its_return() {
    let house = house("exit 1");
    let said: Vec<_> = (0..4)
        .map(|_| text(&feedmill(&house, &["run"]).stderr).lines().count())
        .collect();
    assert_eq!(said, [0, 0, 1, 0]);
    house.write("filter.sh", "cat");
    let run = feedmill(&house, &["run"]);
    assert_eq!(text(&run.stderr), "note: a: filter: works again\n");
    assert_eq!(text(&feedmill(&house, &["run"]).stderr), "");
}

#[test]
fn an_item_that_a_filter_drops_is_said_to_be() {
    let house = house("grep -v Report.4");
    feedmill(&house, &["run"]);
    let told = "https://a.example/4: it is dropped by the filter of a";
    let run = feedmill(&house, &["explain", "https://a.example/4"]);
    assert!(text(&run.stderr).contains(told), "{run:?}");
    let run = feedmill(&house, &["pin", "https://a.example/4", "--theme", "all"]);
    assert!(text(&run.stderr).contains(told), "{run:?}");
}
