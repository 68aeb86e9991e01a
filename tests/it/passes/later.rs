//! What a later pass makes of what an earlier one left: things that stay, change, come late or come
//! back.

use crate::common::{House, LONG, ONE_SOURCE, TWO_SOURCES, item, rss};
use feedmill::mill::Options;
use std::fs;

#[tokio::test]
async fn a_second_pass_over_the_same_sources_writes_nothing() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    let first = house.pass().await;
    assert_eq!(first.written.len(), 13);
    let before = house.published();
    let second = house
        .pass_at("2025-01-01T00:00:00Z", &Options::default())
        .await;
    assert_eq!(
        (
            second.written.len(),
            second.unchanged,
            second.unchanged_files
        ),
        (0, 1, 8)
    );
    assert_eq!(house.published(), before);
}

#[tokio::test]
async fn a_lost_store_gives_the_same_files_again() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    fs::remove_dir_all(house.path("state")).unwrap();
    let again = house
        .pass_at("2025-01-01T00:00:00Z", &Options::default())
        .await;
    assert_eq!(again.written, Vec::<String>::new());
}

#[tokio::test]
async fn an_edited_or_deleted_file_is_mended() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    let before = house.published();
    fs::remove_file(house.path("output/all.rss")).unwrap();
    house.write("output/all.atom", "something else");
    let mut mended = house.pass().await.written;
    mended.sort();
    assert_eq!(mended, ["all.atom", "all.rss"]);
    assert_eq!(house.published(), before);
}

#[tokio::test]
async fn a_later_copy_joins_the_story_and_its_id_and_date_stay() {
    let house = House::new(TWO_SOURCES);
    house.write(
        "b.xml",
        &rss(
            "b",
            &[item("Council agrees on budget", "https://b.example/9")],
        ),
    );
    house.write("a.xml", &rss("a", &[]));
    house.pass().await;
    house.write(
        "a.xml",
        &rss(
            "a",
            &[(
                "Council agrees on budget",
                "https://a.example/1",
                "Fri, 14 Jun 2024 10:00:00 +0000",
                LONG,
            )],
        ),
    );
    house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    let items = house.items("all");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["id"], "https://b.example/9");
    assert_eq!(items[0]["date_published"], "2024-06-14T09:00:00Z");
    assert!(items[0].get("date_modified").is_none());
    assert_eq!(
        items[0]["_feedmill"]["sources"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test]
async fn a_changed_text_is_published_with_a_date_of_change() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    let changed = LONG.replace("412", "421");
    house.write(
        "a.xml",
        &rss(
            "a",
            &[(
                "Council agrees on budget",
                "https://a.example/1",
                "Fri, 14 Jun 2024 09:00:00 +0000",
                &changed,
            )],
        ),
    );
    let report = house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    assert_eq!((report.new_items, report.changed_items), (0, 1));
    let items = house.items("all");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["date_published"], "2024-06-14T09:00:00Z");
    assert_eq!(items[0]["date_modified"], "2024-06-15T13:00:00Z");
    assert!(items[0]["content_html"].as_str().unwrap().contains("421"));
}

#[tokio::test]
async fn an_item_that_its_source_drops_stays() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    house.write(
        "a.xml",
        &rss(
            "a",
            &[(
                "Ferry late",
                "https://a.example/2",
                "Sat, 15 Jun 2024 09:00:00 +0000",
                "By an hour.",
            )],
        ),
    );
    house.pass().await;
    assert_eq!(
        house.titles("all"),
        ["Ferry late", "Council agrees on budget"]
    );
}

#[tokio::test]
async fn an_undated_item_keeps_the_date_of_its_first_visit() {
    let house = House::new(ONE_SOURCE);
    let undated = |text: &str| {
        format!(
            "<rss><channel><title>a</title><item><title>No date</title><link>https://a.example/1</link><description>{text}</description></item></channel></rss>"
        )
    };
    house.write("a.xml", &undated("One."));
    house.pass().await;
    house.write("a.xml", &undated("Two."));
    house
        .pass_at("2024-07-01T00:00:00Z", &Options::default())
        .await;
    assert_eq!(
        house.items("all")[0]["date_published"],
        "2024-06-15T12:00:00Z"
    );
}

#[tokio::test]
async fn a_clock_set_back_does_not_make_time_run_twice() {
    let house = House::new(ONE_SOURCE);
    house.write("a.xml", &rss("a", &[]));
    house.pass().await;
    house.write("a.xml", "<rss><channel><title>a</title><item><title>No date</title><link>https://a.example/1</link></item></channel></rss>");
    house
        .pass_at("1970-01-01T00:00:00Z", &Options::default())
        .await;
    assert_eq!(
        house.items("all")[0]["date_published"],
        "2024-06-15T12:00:00Z"
    );
}

#[tokio::test]
async fn a_widened_rule_takes_in_stories_already_known() {
    let narrow = ONE_SOURCE.replace("title = \"All\"", "title = \"All\"\ninclude = [\"ferry\"]");
    let house = House::new(&narrow);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    assert_eq!(house.titles("all"), Vec::<String>::new());
    house.write("feeds.toml", &narrow.replace("ferry", "council"));
    house.pass().await;
    assert_eq!(house.titles("all"), ["Council agrees on budget"]);
}

#[tokio::test]
async fn edited_selectors_read_an_unchanged_page_again() {
    let page = |title: &str| {
        format!("{ONE_SOURCE}[sources.a.page]\nitem = \"article\"\ntitle = \"{title}\"\n")
    };
    let house = House::new(&page("h2"));
    house.write(
        "a.xml",
        "<html><article><h2>Wrong</h2><h3>Right</h3></article></html>",
    );
    house.pass().await;
    assert_eq!(house.titles("all"), ["Wrong"]);
    house.write("feeds.toml", &page("h3"));
    assert_eq!(house.pass().await.modified, 1);
    assert!(house.titles("all").contains(&"Right".to_owned()));
}

/// A feed whose only item has this guid, title, page, hour and text.
fn one_item(guid: &str, title: &str, page: &str, hour: u32, text: &str) -> String {
    rss(
        "a",
        &[(
            title,
            page,
            &format!("Fri, 14 Jun 2024 {hour:02}:00:00 +0000"),
            text,
        )],
    )
    .replace(&format!("<guid>{page}"), &format!("<guid>{guid}"))
}

#[tokio::test]
async fn one_guid_for_whatever_is_newest_is_not_one_item() {
    let house = House::new(ONE_SOURCE);
    let (mill, budget) = ("https://a.example/mill", "https://a.example/budget");
    let fire = one_item(
        "latest",
        "Fire in the old mill",
        mill,
        8,
        "Nobody was hurt.",
    );
    house.write("a.xml", &fire);
    house.pass().await;
    let passes = "It passes with a small majority after a long night.";
    let other = one_item("latest", "Parliament passes the budget", budget, 9, passes);
    house.write("a.xml", &other);
    let report = house.pass().await;
    assert_eq!((report.new_items, report.changed_items), (1, 0));
    assert_eq!(house.titles("all").len(), 2);
    // It is another item from now on, even if it says again what the first one said.
    let late = one_item("latest", "Budget, late", budget, 9, "Nobody was hurt.");
    house.write("a.xml", &late);
    let report = house.pass().await;
    assert_eq!((report.new_items, report.changed_items), (0, 1));
}

#[tokio::test]
async fn an_id_that_is_kept_is_the_item_whatever_its_headline_and_address() {
    let title = "Index loses two percent as miners slide";
    let slug = "https://a.example/money/index-loses-two-percent";
    let text = "It was two percent down at noon. A bid lifted the cable firm.";
    let weak = "Traders expect a weak start after a fall in ore prices.";
    let added = format!("{weak} At noon it was two percent down.");
    for (page, hour, text) in [
        // The date is kept; a code in the address; words of the address; the text.
        (slug.to_owned(), 8, text),
        (format!("{slug}-q7x1.html"), 9, text),
        (
            "https://a.example/money/shares-open-lower-after-all".to_owned(),
            9,
            text,
        ),
        (slug.to_owned(), 9, added.as_str()),
    ] {
        let house = House::new(ONE_SOURCE);
        let first = "https://a.example/money/shares-to-open-lower-q7x1.html";
        house.write(
            "a.xml",
            &one_item("q7x1", "Shares to open lower", first, 8, weak),
        );
        house.pass().await;
        let id = house.items("all")[0]["id"].clone();
        house.write("a.xml", &one_item("q7x1", title, &page, hour, text));
        let report = house.pass().await;
        assert_eq!((report.new_items, report.changed_items), (0, 1), "{page}");
        let items = house.items("all");
        assert_eq!(items.len(), 1);
        assert_eq!(items[0]["id"], id);
        assert_eq!(
            (&items[0]["title"], &items[0]["url"]),
            (&title.into(), &page.into())
        );
    }
}

#[tokio::test]
async fn an_event_that_recurs_under_one_guid_is_an_item_each_time() {
    let house = House::new(ONE_SOURCE);
    let yoga = "https://a.example/yoga";
    let days = ["Fri, 14 Jun 2024", "Fri, 7 Jun 2024", "Fri, 31 May 2024"];
    let at: Vec<String> = days
        .iter()
        .map(|day| format!("{day} 18:00:00 +0000"))
        .collect();
    let texts: Vec<_> = days
        .iter()
        .map(|day| format!("On {day}, bring a mat."))
        .collect();
    let event = |n: usize| ("Yoga in the park", yoga, at[n].as_str(), texts[n].as_str());
    // The last one twice: that is a repeat.
    house.write(
        "a.xml",
        &rss("a", &[event(0), event(1), event(2), event(2)]),
    );
    let report = house.pass().await;
    assert_eq!(report.new_items, 3);
    assert!(
        report
            .odd
            .iter()
            .any(|(_, odd)| odd.contains("one id on several items"))
    );
    // What is over leaves, and the others stay the items that they were.
    house.write("a.xml", &rss("a", &[event(0), event(1)]));
    let report = house.pass().await;
    assert_eq!((report.new_items, report.changed_items), (0, 0));
}

#[tokio::test]
async fn a_tag_that_comes_later_files_the_story_without_a_date_of_change() {
    let tagged = ONE_SOURCE.replace("title = \"All\"", "title = \"All\"\ntags = [\"Top\"]");
    let house = House::new(&tagged);
    let item = rss(
        "a",
        &[item("Council agrees on budget", "https://a.example/1")],
    );
    house.write("a.xml", &item);
    house.pass().await;
    assert_eq!(house.titles("all"), Vec::<String>::new());
    house.write(
        "a.xml",
        &item.replace("</item>", "<category>Top</category></item>"),
    );
    house.pass().await;
    assert_eq!(house.titles("all"), ["Council agrees on budget"]);
    assert!(house.items("all")[0].get("date_modified").is_none());
}

#[tokio::test]
async fn a_theme_that_comes_back_shows_what_arrived_meanwhile() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house.pass().await;
    house.write(
        "feeds.toml",
        &ONE_SOURCE.replace("themes.all", "themes.other"),
    );
    let items = [
        item("Council agrees on budget", "https://a.example/1"),
        (
            "Ferry late",
            "https://a.example/2",
            "Sat, 15 Jun 2024 09:00:00 +0000",
            "By an hour.",
        ),
    ];
    house.write("a.xml", &rss("a", &items));
    house.pass().await;
    house.write("feeds.toml", ONE_SOURCE);
    house.pass().await;
    assert_eq!(
        house.titles("all"),
        ["Ferry late", "Council agrees on budget"]
    );
}

#[tokio::test]
async fn a_clock_that_was_once_far_ahead_stops_nothing() {
    let house = House::new(ONE_SOURCE);
    house.write("a.xml", &rss("a", &[]));
    house
        .pass_at("2099-01-01T00:00:00Z", &Options::default())
        .await;
    house.write("a.xml", "<rss><channel><title>a</title><item><title>No date</title><link>https://a.example/1</link></item></channel></rss>");
    house.pass().await;
    assert_eq!(
        house.items("all")[0]["date_published"],
        "2024-06-15T12:00:00Z"
    );
}

/// A file whose item has an attachment with a relative address.
const RELATIVE: &str = "<rss version=\"2.0\"><channel><title>a</title>\
    <item><title>Council agrees on budget</title><guid isPermaLink=\"false\">urn:a:1</guid>\
    <pubDate>Fri, 14 Jun 2024 09:00:00 +0000</pubDate>\
    <enclosure url=\"map.pdf\" type=\"application/pdf\"/></item></channel></rss>";

/// [`ONE_SOURCE`], with these lines in the table of the source.
fn with(lines: &str) -> String {
    ONE_SOURCE.replace("path = \"a.xml\"", &format!("path = \"a.xml\"\n{lines}"))
}

#[tokio::test]
async fn an_edited_url_of_a_file_is_what_its_links_are_relative_to() {
    let house = House::new(&with("url = \"https://a.example/feed\""));
    house.write("a.xml", RELATIVE);
    let attached = || house.items("all")[0]["attachments"][0]["url"].clone();
    house.pass().await;
    assert_eq!(attached(), "https://a.example/map.pdf");
    let same = house.pass().await;
    assert_eq!((same.modified, same.unchanged), (0, 1));

    house.write("feeds.toml", &with("url = \"https://a.example/b/feed\""));
    let edited = house.pass().await;
    assert_eq!((edited.modified, edited.unchanged), (1, 0));
    assert_eq!((edited.new_items, edited.changed_items), (0, 1));
    assert_eq!(attached(), "https://a.example/b/map.pdf");
    let same = house.pass().await;
    assert_eq!((same.modified, same.unchanged), (0, 1));
    assert_eq!(same.written, Vec::<String>::new());
}

#[tokio::test]
async fn a_file_with_an_edited_public_url_is_read_again() {
    let url = "url = \"https://a.example/feed\"";
    let house = House::new(&with(url));
    house.write("a.xml", RELATIVE);
    house.pass().await;
    let public = "public_url = \"https://www.a.example/feed\"";
    house.write("feeds.toml", &with(&format!("{url}\n{public}")));
    let edited = house.pass().await;
    assert_eq!((edited.modified, edited.unchanged), (1, 0));
    assert_eq!((edited.new_items, edited.changed_items), (0, 0));
    let same = house.pass().await;
    assert_eq!((same.modified, same.unchanged), (0, 1));
}
