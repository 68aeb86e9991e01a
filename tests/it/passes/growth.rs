//! What grows has a bound: items of a visit, archive documents, stories in the store and their pages.

use crate::common::{House, ONE_SOURCE, rss};
use feedmill::config::Config;
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
