//! A theme of which nothing has changed is not read again. Whatever may change its files has it read, so that they are
//! always what a pass makes of the store that reads everything.

use crate::common::{ALL, House, at, rss};
use feedmill::config::Config;
use feedmill::mill::{self, Options};
use feedmill::store::{Article, FullText, Store};
use rusqlite::Connection;
use std::fs;

const DATE: &str = "Fri, 14 Jun 2024 09:00:00 +0000";
const SETTLED: &str = "2024-06-15T12:30:00Z";
const NEXT: &str = "2024-06-15T13:00:00Z";

/// Themes of each kind.
const FEEDS: &str = r#"
[site]
title = "News"
base_url = "https://news.example/"
[sources.a]
path = "a.xml"
rank = 1
[sources.b]
path = "b.xml"
rank = 2
[themes.all]
limit = 6
archive = 100
[themes.items]
limit = 9
merge = "off"
[themes.events]
merge = "coverage"
[themes.lately]
max_age = "30 h"
[themes.young]
rule = "age:<30h"
[themes.few]
per_source = 2
[themes.copies]
filter = ["sh", "filter.sh"]
[themes.nothing]
include = ["zzzzzz"]
"#;
const THEMES: u32 = 8;

/// What a source says of a subject, in words that no other subject has.
fn told(subject: &str) -> String {
    let words: Vec<_> = (0..30).map(|n| format!("{subject}{n}")).collect();
    words.join(" ")
}

fn feed(source: &str, subjects: &[&str]) -> String {
    let item = |subject: &&str| {
        let title = format!("The {subject} of today");
        (
            title,
            format!("https://{source}.example/{subject}"),
            told(subject),
        )
    };
    let items: Vec<_> = subjects.iter().map(item).collect();
    let items = items.iter();
    let items: Vec<_> = items
        .map(|(title, link, text)| (&**title, &**link, DATE, &**text))
        .collect();
    rss(source, &items)
}

impl House {
    fn sql(&self, sql: &str) {
        let store = Connection::open(self.path("state/feedmill.db")).unwrap();
        store
            .busy_timeout(std::time::Duration::from_secs(5))
            .unwrap();
        store.execute_batch(sql).unwrap();
    }

    /// The themes that are known to be as they were published.
    fn as_published(&self) -> u32 {
        let store = Connection::open(self.path("state/feedmill.db")).unwrap();
        let mut query = store.prepare("SELECT count(*) FROM as_published").unwrap();
        query.query_row([], |row| row.get(0)).unwrap()
    }

    fn edit(&self, from: &str, to: &str) {
        let before = self.read("feeds.toml");
        assert!(before.contains(from), "{from}");
        self.write("feeds.toml", &before.replacen(from, to, 1));
    }

    /// The files are those that a pass makes that reads everything.
    async fn assert_complete(&self, moment: &str, what: &str) {
        let now = self.published();
        self.sql("DELETE FROM as_published");
        let offline = Options {
            offline: true,
            ..Options::default()
        };
        let report = self.pass_at(moment, &offline).await;
        assert_eq!(report.written, [""; 0], "{what}");
        assert!(self.published() == now, "{what}");
    }
}

/// A house whose themes are published and have been found unchanged.
async fn settled() -> House {
    let house = House::new(FEEDS);
    house.write("filter.sh", "cat");
    let subjects = [
        "bridge", "ferry", "harbour", "night", "tunnel", "train", "castle", "market",
    ];
    house.write("a.xml", &feed("a", &subjects[..6]));
    house.write("b.xml", &feed("b", &["bridge", "castle", "market"]));
    house.pass().await;
    let report = house.pass_at(SETTLED, &ALL).await;
    assert_eq!(report.written, [""; 0]);
    assert_eq!(house.as_published(), THEMES);
    house
}

/// A change of a house, and the moment of the pass that sees it.
type Change = (&'static str, &'static str, fn(&House));

const CHANGES: [Change; 27] = [
    ("new item", NEXT, |house| {
        house.write(
            "b.xml",
            &feed("b", &["bridge", "castle", "market", "river"]),
        );
    }),
    ("new item of a known story", NEXT, |house| {
        house.write(
            "b.xml",
            &feed("b", &["bridge", "castle", "market", "ferry"]),
        );
    }),
    ("edited item", NEXT, |house| {
        let text = house
            .read("a.xml")
            .replace("The ferry of today", "The ferry sails again");
        house.write("a.xml", &text);
    }),
    ("hidden item", NEXT, |house| {
        house.edit(
            "[sources.a]",
            "[stories]\nhide = [\"https://b.example/castle\"]\n[sources.a]",
        );
    }),
    ("hidden source", NEXT, |house| {
        house.edit("[sources.a]", "[stories]\nhide = [\"b\"]\n[sources.a]");
    }),
    ("stories merged by hand", NEXT, |house| {
        house.edit(
            "[sources.a]",
            "[stories]\nmerge = [[\"https://a.example/ferry\", \"https://b.example/castle\"]]\n[sources.a]",
        );
    }),
    ("a story parted by hand", NEXT, |house| {
        house.edit(
            "[sources.a]",
            "[stories]\napart = [[\"https://a.example/bridge\", \"https://b.example/bridge\"]]\n[sources.a]",
        );
    }),
    ("a rank", NEXT, |house| house.edit("rank = 1", "rank = 3")),
    ("the rule of a theme", NEXT, |house| {
        house.edit("[\"zzzzzz\"]", "[\"castle\"]");
    }),
    ("the rule of a source", NEXT, |house| {
        house.edit(
            "path = \"b.xml\"",
            "path = \"b.xml\"\nexclude = [\"castle\"]",
        );
    }),
    ("a source that is no more", NEXT, |house| {
        house.edit("[sources.b]\npath = \"b.xml\"\nrank = 2", "");
    }),
    ("the title of a theme", NEXT, |house| {
        house.edit("[themes.items]", "[themes.items]\ntitle = \"Each item\"");
    }),
    ("a limit", NEXT, |house| {
        house.edit("limit = 6", "limit = 4");
    }),
    ("no archive", NEXT, |house| {
        house.edit("archive = 100", "archive = 0");
    }),
    ("places of a source", NEXT, |house| {
        house.edit("per_source = 2", "per_source = 1");
    }),
    ("what an entry is", NEXT, |house| {
        house.edit("merge = \"off\"", "merge = \"identical\"");
    }),
    ("formats", NEXT, |house| {
        house.edit(
            "[themes.items]",
            "[themes.items]\nformats = [\"atom\", \"json\"]",
        );
    }),
    ("the title of the site", NEXT, |house| {
        house.edit("\"News\"", "\"Old news\"");
    }),
    ("the address of the site", NEXT, |house| {
        house.edit("news.example", "new.example");
    }),
    ("no address", NEXT, |house| {
        house.edit("base_url = \"https://news.example/\"", "");
    }),
    ("a theme that is added", NEXT, |house| {
        house.edit(
            "[themes.nothing]",
            "[themes.castles]\ninclude = [\"castle\"]\n[themes.nothing]",
        );
    }),
    ("what is too old", "2024-06-15T15:00:01Z", |_| ()),
    ("another filter", NEXT, |house| {
        house.edit("\"filter.sh\"]", "\"other.sh\"]");
        house.write("other.sh", "sed 's/The ferry/A boat/'");
    }),
    ("an edition that was deleted", NEXT, |house| {
        fs::remove_file(house.path("output/all.rss")).unwrap();
    }),
    ("an edition that was edited", NEXT, |house| {
        house.write("output/all.json", "{}");
    }),
    ("an archive document that was deleted", NEXT, |house| {
        fs::remove_file(house.path("output/all/archive-1.atom")).unwrap();
    }),
    ("a page of a month that was deleted", NEXT, |house| {
        fs::remove_file(house.path("output/all/2024-06.html")).unwrap();
    }),
];

#[tokio::test]
async fn whatever_changes_the_files_of_a_theme_has_it_read_again() {
    for (what, moment, change) in CHANGES {
        let house = settled().await;
        let before = house.published();
        change(&house);
        let report = house.pass_at(moment, &ALL).await;
        assert!(
            !report.written.is_empty() || !report.removed.is_empty(),
            "{what}"
        );
        let is_mended = what.starts_with("an edition") || what.contains("was deleted");
        assert_eq!(house.published() == before, is_mended, "{what}");
        assert!(house.as_published() >= THEMES, "{what}");
        house.assert_complete(moment, what).await;
    }
}

#[tokio::test]
async fn a_theme_of_which_nothing_has_changed_is_not_read() {
    let house = settled().await;
    house.sql(
        "DROP TRIGGER entry_went; DROP TRIGGER old_entry_is_due;
         DROP TRIGGER sources_of_old_entry_are_due; DELETE FROM entry;",
    );
    let before = house.published();
    let report = house.pass_at(NEXT, &ALL).await;
    assert_eq!((report.written.len(), house.as_published()), (0, THEMES));
    assert!(house.published() == before);
}

#[tokio::test]
async fn only_the_themes_that_a_story_is_in_are_read() {
    let house = settled().await;
    house.edit("[\"zzzzzz\"]", "[\"ferry\"]");
    house.pass_at(NEXT, &ALL).await;
    let text = house.read("a.xml").replace("The castle", "Castles");
    house.write(
        "b.xml",
        &house.read("b.xml").replace("The castle", "Castles"),
    );
    house.write("a.xml", &text);
    house.sql("CREATE TABLE forgotten (theme TEXT); CREATE TRIGGER forgets AFTER DELETE ON as_published BEGIN
        INSERT INTO forgotten VALUES (old.theme); END;");
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    let store = Connection::open(house.path("state/feedmill.db")).unwrap();
    let mut query = store
        .prepare("SELECT DISTINCT theme FROM forgotten WHERE theme = 'nothing'")
        .unwrap();
    assert!(!query.exists([]).unwrap());
}

#[tokio::test]
async fn a_clock_that_was_wrong_has_all_read_again() {
    let house = settled().await;
    house.write(
        "b.xml",
        &feed("b", &["bridge", "castle", "market", "river"]),
    );
    for moment in ["2099-01-01T00:00:00Z", NEXT] {
        house.pass_at(moment, &ALL).await;
        house.assert_complete(moment, moment).await;
    }
    assert_eq!(house.titles("lately").len(), 9);
}

#[tokio::test]
async fn the_article_of_an_item_has_its_themes_read_again() {
    let house = settled().await;
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    let article = Article {
        html: "<p>All that there is to say of it.</p>".to_owned(),
        words: [1, 2],
    };
    let found = FullText {
        article: Some(article),
        tries: 1,
        try_at: None,
    };
    store.keep_full_text(1, found, at(NEXT)).await.unwrap();
    drop(store);
    house.pass_at(NEXT, &ALL).await;
    assert!(
        house
            .read("output/events.json")
            .contains("All that there is to say of it.")
    );
    house.assert_complete(NEXT, "article").await;
}

#[tokio::test]
async fn stories_that_are_deleted_have_their_themes_read_again() {
    let house = House::new(
        &FEEDS
            .replace("[site]", "keep = \"30 d\"\n[site]")
            .replace("archive = 100", "archive = 0"),
    );
    house.write("filter.sh", "cat");
    house.write(
        "a.xml",
        &feed("a", &["bridge", "ferry", "harbour", "night"]),
    );
    house.write(
        "b.xml",
        &feed("b", &["castle", "market", "tunnel", "train"]),
    );
    house.pass().await;
    house.write("a.xml", &feed("a", &["river"]));
    house.write("b.xml", &feed("b", &["tower"]));
    let moments = [
        SETTLED,
        "2024-07-20T12:00:00Z",
        "2024-07-21T12:00:00Z",
        "2024-09-20T12:00:00Z",
    ];
    for moment in moments {
        house.pass_at(moment, &ALL).await;
        house.assert_complete(moment, moment).await;
    }
}

#[tokio::test]
async fn a_pass_that_ended_early_leaves_no_theme_for_unchanged() {
    let house = settled().await;
    let before = house.published();
    house.edit("[themes.items]", "[themes.items]\ntitle = \"Each item\"");
    let index = house.path("output/index.html");
    let page = fs::read(&index).unwrap();
    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    let failed = mill::pass(&config, &store, &ALL, at(NEXT), &|_| ()).await;
    assert!(failed.is_err());
    drop(store);
    assert!(house.as_published() < THEMES);
    fs::remove_dir(&index).unwrap();
    fs::write(&index, page).unwrap();
    house.edit("[themes.items]\ntitle = \"Each item\"", "[themes.items]");
    house.pass_at(NEXT, &ALL).await;
    assert!(house.published() == before);
    house.assert_complete(NEXT, "reverted").await;
}
