//! What stands in a theme's feeds: the last arrivals, and neither an old source that is added nor a busy
//! one empties them of what is current.

use crate::common::{ALL, House, rss};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

const SOURCES: &str = "
[site]
base_url = \"https://news.example/\"
story_pages = \"off\"
[sources.news]
path = \"news.xml\"
[sources.club]
path = \"club.xml\"
";

/// A feed of so many items, the first of this date and each some minutes older than the one before.
fn feed(name: &str, numbers: std::ops::Range<i64>, newest: &str, minutes: i64) -> String {
    let newest: DateTime<Utc> = newest.parse().unwrap();
    let item = |n: i64| {
        let words: Vec<_> = (0..12).map(|k| format!("{name}{n}w{k}")).collect();
        let date = newest - TimeDelta::minutes(minutes * (n - numbers.start));
        [
            format!("{name} {n} in words of {name}{n}w"),
            format!("https://{name}.example/{n}"),
            date.to_rfc2822(),
            words.join(" "),
        ]
    };
    let items: Vec<_> = numbers.clone().map(item).collect();
    let items = items.iter().map(|[a, b, c, d]| (&**a, &**b, &**c, &**d));
    rss(name, &items.collect::<Vec<_>>())
}

fn themes(limit: &str) -> String {
    format!("{SOURCES}[themes.all]\n{limit}\n")
}

impl House {
    /// How many items of each of the two sources stand in the feed.
    fn counts(&self) -> (usize, usize) {
        let of = |name: &str| {
            let is_of = |title: &&String| title.starts_with(name);
            self.titles("all").iter().filter(is_of).count()
        };
        (of("news"), of("club"))
    }

    /// The ids in the feed and in its archive documents.
    fn within_reach(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        let mut file = "all.json".to_owned();
        loop {
            let text = self.read(&format!("output/{file}"));
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            let items = json["items"].as_array().unwrap().iter();
            ids.extend(items.map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = json["next_url"].as_str() else {
                return ids;
            };
            file = next.replace("https://news.example/", "");
        }
    }
}

/// A theme that has had thirty stories of today, before the club is read.
async fn of_today(theme: &str) -> House {
    let house = House::new(&theme.replace("[sources.club]\npath = \"club.xml\"\n", ""));
    house.write("news.xml", &feed("news", 0..30, "2024-06-15T11:50:00Z", 15));
    house.pass().await;
    house.write("feeds.toml", theme);
    house
}

#[tokio::test]
async fn a_source_that_is_added_with_old_items_takes_the_places_of_their_dates() {
    for merge in ["identical", "coverage", "off"] {
        let house = of_today(&themes(&format!("limit = 50\nmerge = \"{merge}\""))).await;
        house.write(
            "club.xml",
            &feed("club", 0..200, "2024-06-10T08:00:00Z", 6000),
        );
        house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
        assert_eq!(house.counts(), (30, 20), "{merge}");
        assert!(house.titles("all")[30].starts_with("club 0 "), "{merge}");
        assert_eq!(house.within_reach().len(), 230, "{merge}");
        // A feed that is full of what is current takes none of them.
        house.write(
            "news.xml",
            &feed("news", 100..150, "2024-06-15T13:30:00Z", 1),
        );
        house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
        assert_eq!(house.counts(), (50, 0), "{merge}");
        assert_eq!(house.within_reach().len(), 280, "{merge}");
    }
}

#[tokio::test]
async fn a_late_item_of_a_known_source_is_shown_whatever_its_date() {
    let house = of_today(&themes("limit = 30")).await;
    house.write(
        "club.xml",
        &feed("club", 0..3, "2024-06-10T08:00:00Z", 6000),
    );
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (30, 0));
    house.write(
        "club.xml",
        &feed("club", 10..12, "2023-01-10T08:00:00Z", 60),
    );
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (28, 2));
    let before = house.published();
    house.pass_at("2024-06-16T14:00:00Z", &ALL).await;
    assert!(house.published() == before);
}

#[tokio::test]
async fn what_was_cut_off_at_the_first_visit_takes_the_places_of_its_dates_later() {
    let house = of_today(&themes("limit = 30")).await;
    let whole = feed("club", 0..40, "2024-06-10T08:00:00Z", 60);
    let cut: String = whole.chars().take(whole.len() / 2).collect();
    for (moment, document) in [("13", cut), ("14", whole)] {
        house.write("club.xml", &document);
        let moment = format!("2024-06-15T{moment}:00:00Z");
        house.pass_at(&moment, &ALL).await;
        assert_eq!(house.counts(), (30, 0), "{moment}");
    }
}

#[tokio::test]
async fn a_theme_that_is_new_or_takes_more_shows_what_is_newest_by_date() {
    let house = of_today(&themes("limit = 30\nsources = [\"news\"]")).await;
    house.write(
        "club.xml",
        &feed("club", 0..3, "2024-06-10T08:00:00Z", 6000),
    );
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    // They arrive late, and not in this theme.
    house.write(
        "club.xml",
        &feed("club", 10..30, "2023-01-10T08:00:00Z", 60),
    );
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (30, 0));
    let more = "limit = 30\nsources = [\"news\", \"club\"]\n[themes.other]\nlimit = 30";
    house.write("feeds.toml", &themes(more));
    house.pass_at("2024-06-15T15:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (30, 0));
    let other = house.titles("other");
    assert!(
        other.iter().all(|title| title.starts_with("news")),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_source_that_floods_leaves_half_of_the_places_to_the_others() {
    let house = of_today(&themes("limit = 50")).await;
    house.write("club.xml", &feed("club", 0..1, "2024-06-15T11:00:00Z", 1));
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    house.write("club.xml", &feed("club", 1..300, "2024-06-15T13:50:00Z", 1));
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (25, 25));
    assert_eq!(house.within_reach().len(), 330);
    // Where the others have nothing, it has all places.
    house.write(
        "club.xml",
        &feed("club", 300..400, "2024-06-19T13:50:00Z", 1),
    );
    house.pass_at("2024-06-19T14:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (0, 50));
    assert_eq!(house.within_reach().len(), 430);
}

#[tokio::test]
async fn a_theme_takes_so_many_of_one_source_and_no_older_ones_if_it_says_so() {
    let house = of_today(&themes("per_source = 7\nmax_age = \"2 d\"")).await;
    house.write(
        "club.xml",
        &feed("club", 0..9, "2024-06-15T11:00:00Z", 24 * 60),
    );
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (7, 2));
    assert_eq!(house.within_reach().len(), 39);
    let before = house.published();
    house.pass_at("2024-06-15T13:30:00Z", &ALL).await;
    assert!(house.published() == before, "nobody has grown too old");
    // A story grows too old between two passes, though nothing arrives.
    house.pass_at("2024-06-16T13:30:00Z", &ALL).await;
    assert_eq!(house.counts(), (7, 1));
    let page = house.read("output/all.html");
    assert!(
        page.contains("club 0 ") && !page.contains("club 1 "),
        "{page}"
    );
    assert_eq!(house.within_reach().len(), 39);
}

#[tokio::test]
async fn a_night_in_the_future_does_not_hold_the_places() {
    let house = House::new(&themes("limit = 5"));
    house.write("news.xml", &feed("news", 0..1, "2024-06-15T11:50:00Z", 1));
    house.write("club.xml", &feed("club", 0..1, "2024-06-15T11:50:00Z", 1));
    house.pass().await;
    house.write("news.xml", &feed("news", 1..9, "2024-06-15T12:50:00Z", 1));
    house.pass_at("2099-01-01T00:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (5, 0));
    house.write("club.xml", &feed("club", 1..3, "2024-06-16T12:50:00Z", 1));
    house.pass_at("2024-06-16T13:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (3, 2));
}

fn run_sql(house: &House, sql: &str) {
    let store = rusqlite::Connection::open(house.path("state/feedmill.db")).unwrap();
    store.execute_batch(sql).unwrap();
}

/// A store of the program before this one: it knows neither arrivals of entries nor shares.
const AS_BEFORE: &str = "
    DROP INDEX archive_document_published;
    DROP TABLE added_hashes;
    DROP TRIGGER entry_came;
    DROP TRIGGER entry_changed;
    DROP TRIGGER entry_went;
    DROP TRIGGER story_changed;
    DROP TRIGGER copy_came;
    DROP TRIGGER copy_changed;
    DROP TRIGGER copy_went;
    DROP TRIGGER page_is_due;
    DROP TABLE as_published;
    DROP INDEX item_source_of;
    ALTER TABLE source RENAME TO source_now;
    CREATE TABLE source (id TEXT PRIMARY KEY, fetch_state TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO source SELECT id, json_object('asked', asked, 'reader', json(printf('%llu', reader)),
        'body_hash', json(printf('%llu', body_hash))) FROM source_now;
    DROP TABLE source_now;
    DROP TRIGGER sources_of_new_entry_are_due;
    DROP TRIGGER sources_of_old_entry_are_due;
    DROP TABLE source_due;
    DROP INDEX item_by_source;
    DROP TABLE seen_item;
    ALTER TABLE archive_document DROP COLUMN entries;
    DROP TABLE delivery;
    DROP TABLE posting;
    DROP TABLE notice;
    DROP TABLE consumer;
    DROP TABLE theme_copy;
    DROP TABLE full_text;
    DROP TABLE site_robots;
    DROP TABLE filtered;
    ALTER TABLE archive_document DROP COLUMN newest;
    DROP INDEX item_minor_due;
    ALTER TABLE item DROP COLUMN backlog;
    ALTER TABLE item DROP COLUMN forms;
    ALTER TABLE item DROP COLUMN minor_told;
    ALTER TABLE item DROP COLUMN minor_due;
    DROP INDEX entry_by_date;
    ALTER TABLE entry DROP COLUMN published;
    DROP INDEX entry_by_theme;
    ALTER TABLE entry DROP COLUMN arrived;
    CREATE INDEX entry_by_theme ON entry (theme, story, item, editors_choice);
    DELETE FROM meta WHERE key = 'shares_since';
    DELETE FROM meta WHERE key = 'store_id';
    DROP INDEX story_rematch_at;
    ALTER TABLE story DROP COLUMN rematch_at;
    PRAGMA user_version = 10;";

#[tokio::test]
async fn a_store_of_an_older_program_goes_on_with_the_same_feeds() {
    let house = of_today(&themes("limit = 20")).await;
    // The older program let one source have all places.
    run_sql(
        &house,
        "INSERT INTO meta VALUES ('shares_since', '9999999999')",
    );
    house.write("club.xml", &feed("club", 0..1, "2024-06-15T11:00:00Z", 1));
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    house.write("news.xml", &feed("news", 50..80, "2024-06-15T13:50:00Z", 1));
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (20, 0));
    run_sql(&house, AS_BEFORE);
    let before = house.published();
    for hour in [15, 16] {
        let moment = format!("2024-06-15T{hour}:00:00Z");
        house.pass_at(&moment, &ALL).await;
        assert!(house.published() == before, "{moment}");
    }
    // From now on a source leaves room.
    house.write("club.xml", &feed("club", 1..2, "2024-06-15T16:30:00Z", 1));
    house.pass_at("2024-06-15T17:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (19, 1));
    house.write(
        "news.xml",
        &feed("news", 80..120, "2024-06-15T17:50:00Z", 1),
    );
    house.pass_at("2024-06-15T18:00:00Z", &ALL).await;
    assert_eq!(house.counts(), (19, 1));
    assert!(house.titles("all")[18].starts_with("news 98 "));
}
