//! The committed output is exactly what a pass makes of the committed samples, at any date; and
//! strangers read it back.

use crate::common::files_in;
use feedmill::config::Config;
use feedmill::mill::{self, Options};
use feedmill::store::Store;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in files_in(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

/// Without the note of whose folder it is: that is of this machine, and is not committed.
fn committed_output() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = files_in(&root().join("output")).into_iter().collect();
    files.retain(|(name, _)| name != "feedmill.owner");
    files
}

#[tokio::test]
async fn the_committed_output_is_what_a_pass_makes_at_any_date_and_in_any_order() {
    for (moment, backwards) in [
        ("2024-12-20T00:00:00Z", false),
        ("2031-03-01T05:06:07Z", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("samples"), &folder.path().join("samples"));
        fs::copy(root().join("feeds.toml"), folder.path().join("feeds.toml")).unwrap();
        let mut config = Config::load(&folder.path().join("feeds.toml")).unwrap();
        if backwards {
            config.sources.reverse();
        }
        assert_eq!(config.warnings, []);
        let store = Store::open(&config.store).unwrap();
        let report = mill::pass(
            &config,
            &store,
            &Options::default(),
            crate::common::at(moment),
            &|_| (),
        )
        .await
        .unwrap();
        assert_eq!(
            (report.failed.len(), report.asked),
            (0, config.sources.len())
        );
        for ((name, made), (committed_name, committed)) in
            files_in(&config.output).iter().zip(committed_output())
        {
            assert_eq!(*name, committed_name);
            assert!(
                *made == committed,
                "{name} differs; run `cargo run --release -- run` and look"
            );
        }
        assert_eq!(report.written.len(), committed_output().len());
    }
}

/// What every reader must agree on.
#[derive(Debug, PartialEq)]
struct Entry {
    id: String,
    title: String,
    published: i64,
}

fn seconds(date: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(date)
        .unwrap()
        .timestamp()
}

fn from_json(theme: &str) -> Vec<Entry> {
    let text = fs::read_to_string(root().join(format!("output/{theme}.json"))).unwrap();
    let feed: Value = serde_json::from_str(&text).unwrap();
    let entry = |item: &Value| Entry {
        id: item["id"].as_str().unwrap().to_owned(),
        title: item["title"].as_str().unwrap().to_owned(),
        published: seconds(item["date_published"].as_str().unwrap()),
    };
    feed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(entry)
        .collect()
}

fn from_rss(theme: &str) -> Vec<Entry> {
    let text = fs::read(root().join(format!("output/{theme}.rss"))).unwrap();
    let channel = rss::Channel::read_from(text.as_slice()).unwrap();
    let entry = |item: &rss::Item| Entry {
        id: item.guid().unwrap().value().to_owned(),
        title: item.title().unwrap().to_owned(),
        published: chrono::DateTime::parse_from_rfc2822(item.pub_date().unwrap())
            .unwrap()
            .timestamp(),
    };
    channel.items().iter().map(entry).collect()
}

fn from_atom(theme: &str) -> Vec<Entry> {
    let text = fs::read(root().join(format!("output/{theme}.atom"))).unwrap();
    let feed = atom_syndication::Feed::read_from(text.as_slice()).unwrap();
    let entry = |entry: &atom_syndication::Entry| Entry {
        id: entry.id().to_owned(),
        title: entry.title().as_str().to_owned(),
        published: entry.published().unwrap().timestamp(),
    };
    feed.entries().iter().map(entry).collect()
}

fn from_feed_rs(file: &str) -> Vec<Entry> {
    let text = fs::read(root().join("output").join(file)).unwrap();
    let feed = feed_rs::parser::parse(text.as_slice()).unwrap();
    let entry = |entry: feed_rs::model::Entry| Entry {
        id: entry.id,
        title: entry.title.unwrap().content,
        published: entry.published.unwrap().timestamp(),
    };
    feed.entries.into_iter().map(entry).collect()
}

fn from_ourselves(file: &str) -> Vec<Entry> {
    let bytes = fs::read(root().join("output").join(file)).unwrap();
    let feed = feedmill::parse::parse(&feedmill::parse::Document {
        bytes: &bytes,
        ..feedmill::parse::Document::default()
    })
    .unwrap();
    assert_eq!(feed.warnings, []);
    let entry = |item: feedmill::model::FeedItem| Entry {
        id: item.id.unwrap(),
        title: feedmill::normalize::plain(item.title.unwrap()).unwrap(),
        published: chrono::DateTime::parse_from_rfc3339(item.date_published.as_deref().unwrap())
            .or_else(|_| {
                chrono::DateTime::parse_from_rfc2822(item.date_published.as_deref().unwrap())
            })
            .unwrap()
            .timestamp(),
    };
    feed.items.into_iter().map(entry).collect()
}

#[test]
fn strangers_read_every_published_feed_with_equal_ids_titles_and_dates() {
    for theme in ["defence", "secretary-general", "cycling"] {
        let expected = from_json(theme);
        assert!(!expected.is_empty());
        assert_eq!(from_rss(theme), expected);
        assert_eq!(from_atom(theme), expected);
        for format in ["rss", "atom", "json"] {
            let file = format!("{theme}.{format}");
            assert_eq!(from_feed_rs(&file), expected, "{file}");
            assert_eq!(from_ourselves(&file), expected, "{file}");
        }
    }
}

/// The extension of the term: a digest carries it twice, a second outlet with another apostrophe, a
/// suffix and tracking parameters.
#[test]
fn the_repeated_extension_item_is_one_entry_that_names_both_sources() {
    let id = "tag:digest.example.com,2022-03-24:stoltenberg-one-more-year";
    for file in [
        "secretary-general.rss",
        "secretary-general.atom",
        "secretary-general.json",
        "secretary-general.html",
    ] {
        let text = fs::read_to_string(root().join("output").join(file)).unwrap();
        assert!(text.contains("Continental Courier"), "{file}");
    }
    let entries = from_json("secretary-general");
    assert_eq!(entries.iter().filter(|entry| entry.id == id).count(), 1);
    let told = entries.iter().filter(|e| {
        e.title.contains("one more year") && e.published < seconds("2023-01-01T00:00:00Z")
    });
    assert_eq!(told.count(), 1);
}
