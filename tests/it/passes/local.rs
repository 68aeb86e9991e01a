//! One pass over local files: what is published of them, what stops nobody.

use crate::common::{House, ONE_SOURCE, TWO_SOURCES, item, rss};
use feedmill::mill::Options;
use std::fs;

#[tokio::test]
async fn a_feed_becomes_one_file_a_format_and_an_index() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    let names: Vec<_> = house
        .published()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "all.atom",
            "all.html",
            "all.json",
            "all.rss",
            "all/2024-06.html",
            "all/index.html",
            "all/tags.html",
            "feeds.opml",
            "index.html",
            "sources/a.html",
            "sources/index.html",
            "story/2024/06/1-4bb3dd6ba8.html",
            "style.css"
        ]
    );
    assert_eq!(house.titles("all"), ["Council agrees on budget"]);
}

#[tokio::test]
async fn a_story_of_two_sources_is_one_entry_that_names_both() {
    let house = House::new(TWO_SOURCES);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.write(
        "b.xml",
        &rss(
            "b",
            &[item(
                "Council agrees on budget - B Daily",
                "https://b.example/9?utm_source=rss",
            )],
        ),
    );
    let report = house.pass().await;
    assert_eq!((report.new_stories, report.merged_items), (1, 1));
    let items = house.items("all");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["id"], "https://a.example/1");
    assert_eq!(
        items[0]["_feedmill"]["also"][0]["url"],
        "https://b.example/9"
    );
    for file in ["all.rss", "all.atom", "all.json", "all.html"] {
        assert!(
            house
                .read(&format!("output/{file}"))
                .contains("https://b.example/9"),
            "{file}"
        );
    }
}

#[tokio::test]
async fn the_order_in_which_sources_stand_or_answer_changes_nothing() {
    let swapped = TWO_SOURCES
        .replace("a.xml", "tmp")
        .replace("b.xml", "a.xml")
        .replace("tmp", "b.xml");
    let swapped = swapped
        .replace("sources.a", "sources.x")
        .replace("sources.b", "sources.a")
        .replace("sources.x", "sources.b");
    let mut outputs = Vec::new();
    for config in [TWO_SOURCES, swapped.as_str()] {
        let config = config.replace("rank = 1\n", "");
        let house = House::new(&config);
        house.write(
            "a.xml",
            &rss(
                "a",
                &[
                    item("Council agrees on budget", "https://a.example/1"),
                    item("Ferry late", "https://a.example/2"),
                ],
            ),
        );
        house.write(
            "b.xml",
            &rss(
                "b",
                &[item("Council agrees on budget", "https://b.example/9")],
            ),
        );
        house.pass().await;
        outputs.push(house.titles("all"));
    }
    assert_eq!(outputs[0], outputs[1]);
}

#[tokio::test]
async fn broken_sources_do_not_stop_the_others_and_keep_what_they_gave() {
    let house = House::new(TWO_SOURCES);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.write(
        "b.xml",
        &rss(
            "b",
            &[(
                "Ferry late",
                "https://b.example/2",
                "Sat, 15 Jun 2024 09:00:00 +0000",
                "By an hour.",
            )],
        ),
    );
    house.pass().await;
    house.write("a.xml", "<!DOCTYPE html><html><head><title>503 Service Unavailable</title></head><body>Later</body></html>");
    let report = house.pass().await;
    assert_eq!(report.failed.len(), 1);
    assert!(
        report.failed[0].error.contains("503 Service Unavailable"),
        "{}",
        report.failed[0].error
    );
    assert_eq!(
        house.titles("all"),
        ["Ferry late", "Council agrees on budget"]
    );

    let whole = rss(
        "a",
        &[
            item("Council agrees on budget", "https://a.example/1"),
            item("Bridge opens", "https://a.example/3"),
            item("Cut off", "https://a.example/4"),
        ],
    );
    let half = &whole[..whole.find("Cut off").unwrap()];
    house.write("a.xml", half);
    let report = house.pass().await;
    assert_eq!(report.failed.len(), 0);
    assert!(!report.odd.is_empty());
    assert!(house.titles("all").contains(&"Bridge opens".to_owned()));
}

#[tokio::test]
async fn offline_publishes_from_the_store_alone() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    fs::remove_file(house.path("a.xml")).unwrap();
    fs::remove_dir_all(house.path("output")).unwrap();
    let report = house
        .pass_at(
            "2024-06-15T12:00:00Z",
            &Options {
                offline: true,
                ..Options::default()
            },
        )
        .await;
    assert_eq!((report.asked, report.written.len()), (0, 13));
}
