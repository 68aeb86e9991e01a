//! What grows has a bound: items of a visit, archive documents, stories in the store and their pages.

use crate::common::{House, ONE_SOURCE, names_in, rss};
use feedmill::config::Config;
use feedmill::mill::{Options, Report};
use std::collections::BTreeSet;

/// A document of items with these numbers, the first in front: each of its own words, the higher the later.
fn document(numbers: impl IntoIterator<Item = u32>) -> String {
    let item = |n: u32| {
        let words: Vec<_> = (0..12).map(|k| format!("w{n}x{k}")).collect();
        [
            format!("Event {n} told in words of w{n}x"),
            format!("https://a.example/{n}"),
            format!("Fri, 14 Jun 2024 {:02}:{:02}:00 +0000", n / 60, n % 60),
            words.join(" "),
        ]
    };
    let items: Vec<_> = numbers.into_iter().map(item).collect();
    let items = items.iter().map(|[a, b, c, d]| (&**a, &**b, &**c, &**d));
    rss("a", &items.collect::<Vec<_>>())
}

fn of_source(key: &str) -> String {
    ONE_SOURCE.replace("path = \"a.xml\"", &format!("path = \"a.xml\"\n{key}"))
}

/// The numbers of the items of the theme.
fn shown(house: &House) -> BTreeSet<u32> {
    let items = house.items("all");
    let ids = items.iter().map(|item| item["id"].as_str().unwrap());
    ids.map(|id| id.rsplit('/').next().unwrap().parse().unwrap())
        .collect()
}

#[tokio::test]
async fn the_newest_items_of_a_visit_are_taken_by_date_whatever_their_order() {
    let house = House::new(&of_source("max_items = 5"));
    // The oldest in front, the newest in the middle.
    house.write("a.xml", &document((1..=10).chain(21..=23).chain(11..=20)));
    let report = house.pass().await;
    assert_eq!(report.new_items, 5);
    assert_eq!(shown(&house), (19..=23).collect());
    let told: Vec<_> = report.odd.iter().map(|(_, text)| &**text).collect();
    assert_eq!(
        told,
        [
            "only the newest 5 of its 23 items are taken; write a larger max_items, or \"all\", if the others matter"
        ]
    );
}

#[tokio::test]
async fn of_items_without_a_date_the_first_ones_are_taken() {
    let house = House::new(&of_source("max_items = 2"));
    let undated = document(1..=4).replace("pubDate", "nothing");
    house.write("a.xml", &undated);
    house.pass().await;
    assert_eq!(shown(&house), [1, 2].into());
}

#[tokio::test]
async fn a_flood_brings_a_thousand_items_a_visit_unless_all_are_wanted() {
    let many = document(1..=1100);
    let off = |feeds_toml: &str| feeds_toml.replace("[site]", "[site]\nstory_pages = \"off\"");
    let house = House::new(&off(ONE_SOURCE));
    house.write("a.xml", &many);
    assert_eq!(house.pass().await.new_items, 1000);
    // An edited key reads the same bytes again.
    house.write("feeds.toml", &off(&of_source("max_items = \"all\"")));
    let report = house.pass().await;
    assert_eq!((report.new_items, report.odd.len()), (100, 0));
}

#[test]
fn what_is_no_bound_is_refused_and_told_what_to_write() {
    for (key, told) in [
        (
            "max_items = 0",
            "max_items must be a number, 1 at least, or \"all\"",
        ),
        (
            "max_items = \"many\"",
            "max_items must be a number, 1 at least, or \"all\"",
        ),
        (
            "[themes.other]\narchive = -1",
            "archive must be a number, 0 at least, or \"all\"",
        ),
    ] {
        let house = House::new(&of_source(key));
        let error = Config::load(&house.path("feeds.toml")).unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
}

/// A theme of two stories without archive documents, and stories that are kept for a month.
fn month() -> String {
    let theme = ONE_SOURCE.replace("title = \"All\"", "limit = 2\narchive = 0");
    format!("keep = \"30 d\"\n{theme}")
}

/// One pass at noon of a day, and what it did.
async fn on(house: &House, day: &str) -> Report {
    let moment = format!("{day}T12:00:00Z");
    house.pass_at(&moment, &Options::default()).await
}

/// The numbers of the stories that have a page.
fn with_page(house: &House) -> BTreeSet<u32> {
    let names = names_in(&house.path("output/story"));
    let number = |name: &String| {
        let file = name.rsplit('/').next().unwrap();
        file.split('-').next().unwrap().parse().unwrap()
    };
    names.iter().map(number).collect()
}

/// The numbers of the stories that the page of the month lists.
fn of_month(house: &House) -> BTreeSet<u32> {
    let page = house.read("output/all/2024-06.html");
    let is_there = |n: &u32| page.contains(&format!("Event {n} "));
    (1..50).filter(is_there).collect()
}

/// A house whose source brought these stories in June, lists others now, and in which time goes on.
async fn in_august(feeds_toml: &str) -> House {
    let house = House::new(feeds_toml);
    house.write("a.xml", &document(1..=8));
    on(&house, "2024-06-15").await;
    house.write("a.xml", &document([5, 6, 9, 10]));
    on(&house, "2024-06-16").await;
    on(&house, "2024-08-01").await;
    house
}

#[tokio::test]
async fn old_stories_that_nothing_shows_and_no_source_lists_are_deleted_with_their_pages() {
    let house = in_august(&month()).await;
    assert_eq!(with_page(&house), (1..=10).collect());
    let report = on(&house, "2024-08-02").await;
    assert_eq!(report.old_stories, 6);
    assert_eq!(report.removed.len(), 6);
    let left: BTreeSet<u32> = [5, 6, 9, 10].into();
    assert_eq!(with_page(&house), left);
    assert_eq!(of_month(&house), left);
    assert_eq!(shown(&house), [9, 10].into());
    // Nothing is left to be done, on this day and on others.
    for day in ["2024-08-02", "2024-08-03"] {
        let report = on(&house, day).await;
        assert_eq!((report.old_stories, report.written.len()), (0, 0));
    }
}

#[tokio::test]
async fn an_item_that_was_deleted_is_not_new_when_its_source_lists_it_again() {
    let house = in_august(&month()).await;
    on(&house, "2024-08-02").await;
    house.write("a.xml", &document([1, 2, 9, 10, 11]));
    let report = on(&house, "2024-08-03").await;
    assert_eq!(report.new_items, 1);
    assert_eq!(with_page(&house), [9, 10, 11].into());
    // While it is listed, and as long again, it is known.
    for day in ["2024-10-01", "2024-10-02"] {
        house.write("a.xml", &document([1, 2, 9, 10, 11, 12]));
        assert!(on(&house, day).await.new_items <= 1);
    }
    assert_eq!(with_page(&house), [9, 10, 11, 12].into());
}

#[tokio::test]
async fn what_an_archive_holds_or_a_person_named_is_kept_however_old() {
    for (key, left) in [
        (
            "[stories]\nmerge = [[\"https://a.example/1\", \"https://a.example/2\"]]",
            [1].as_slice(),
        ),
        (
            "[stories]\napart = [[\"https://a.example/3\", \"https://a.example/2\"]]",
            &[2, 3],
        ),
        (
            "[themes.all.editors_choice]\npins = [\"https://a.example/4\"]",
            &[4],
        ),
        (
            "[themes.other]\nlimit = 1\narchive = \"all\"",
            &[1, 2, 3, 4, 7, 8],
        ),
    ] {
        let house = in_august(&format!("{}{key}\n", month())).await;
        on(&house, "2024-08-02").await;
        let mut all: BTreeSet<u32> = [5, 6, 9, 10].into();
        all.extend(left);
        assert_eq!(with_page(&house), all, "{key}");
    }
    let house = in_august(&month().replace("30 d", "all")).await;
    assert_eq!(on(&house, "2034-08-02").await.old_stories, 0);
}

#[tokio::test]
async fn what_is_listed_by_a_source_that_was_taken_out_is_old_too() {
    let house = in_august(&month()).await;
    house.write("b.xml", &document([9, 10]));
    house.write(
        "feeds.toml",
        &month().replace("sources.a]\npath = \"a.xml", "sources.b]\npath = \"b.xml"),
    );
    on(&house, "2024-08-02").await;
    assert_eq!(with_page(&house), [9, 10].into());
}

#[tokio::test]
async fn a_clock_that_is_wrong_once_makes_nothing_old() {
    let house = House::new(&month());
    house.write("a.xml", &document(1..=8));
    on(&house, "2024-06-15").await;
    house.write("a.xml", &document([9, 10]));
    for day in ["2024-06-16", "2099-01-01", "2024-06-17"] {
        assert_eq!(on(&house, day).await.old_stories, 0, "{day}");
    }
}

#[tokio::test]
async fn the_pages_of_a_pass_that_died_while_it_deleted_go_in_the_next() {
    let house = in_august(&month()).await;
    let before: Vec<_> = names_in(&house.path("output/story"));
    // It had removed the first page and noted nothing.
    let first = before.iter().find(|name| name.contains("/1-")).unwrap();
    std::fs::remove_file(house.path(&format!("output/story/{first}"))).unwrap();
    assert_eq!(on(&house, "2024-08-02").await.old_stories, 6);
    assert_eq!(with_page(&house), [5, 6, 9, 10].into());
}
