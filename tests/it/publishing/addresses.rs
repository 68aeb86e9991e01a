//! Under which names things are published, and what an item is called.

use crate::common::{House, ONE_SOURCE, item, rss};
use feedmill::config::Config;
use std::path::Path;

fn house(themes: &str) -> House {
    let sources = ONE_SOURCE.split("[themes").next().unwrap();
    let house = House::new(&format!("{sources}{themes}"));
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house
}

#[tokio::test]
async fn a_story_has_one_id_in_all_themes_or_one_in_each() {
    let house = house(
        "[themes.x]\n[themes.y]\n[themes.p]\nids = \"per-theme\"\n[themes.q]\nids = \"per-theme\"\n",
    );
    house.pass().await;
    let id = |theme: &str| house.items(theme)[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(id("x"), "https://a.example/1");
    assert_eq!(id("x"), id("y"));
    assert!(id("p").starts_with("urn:uuid:") && id("p") != id("q"));
    let guid = format!("<guid isPermaLink=\"false\">{}</guid>", id("p"));
    assert!(house.read("output/p.rss").contains(&guid));
    assert!(
        house
            .read("output/p.atom")
            .contains(&format!("<id>{}</id>", id("p")))
    );
    // It hangs on nothing that changes.
    std::fs::remove_dir_all(house.path("state")).unwrap();
    let before = id("p");
    house.pass().await;
    assert_eq!(id("p"), before);
}

#[tokio::test]
async fn a_theme_stands_under_its_old_names_too() {
    let house = house("[themes.new]\naliases = [\"old\", \"older\"]\n");
    house.pass().await;
    for format in ["rss", "atom", "json", "html"] {
        let new = house.read(&format!("output/new.{format}"));
        assert_eq!(house.read(&format!("output/old.{format}")), new);
        assert_eq!(house.read(&format!("output/older.{format}")), new);
    }
    assert!(!house.read("output/feeds.opml").contains("old"));
    std::fs::remove_file(house.path("output/old.atom")).unwrap();
    assert_eq!(house.pass().await.written, ["old.atom"]);
}

#[test]
fn names_are_given_once() {
    let faults = [
        (
            "[themes.a]\naliases = [\"b\"]\n[themes.b]\n",
            "\"b\" is the name of another theme",
        ),
        (
            "[themes.a]\naliases = [\"a\"]\n",
            "\"a\" is the name of another theme",
        ),
        (
            "[themes.a]\naliases = [\"c\"]\n[themes.b]\naliases = [\"c\"]\n",
            "or its alias",
        ),
        (
            "[themes.a]\naliases = [\"index\"]\n",
            "the name of a file that feedmill writes",
        ),
        (
            "[themes.a]\naliases = [\"../../etc\"]\n",
            "cannot be a name",
        ),
        ("[themes.a]\n[themes.a]\n", "is written twice"),
        ("[themes.\"../../etc\"]\n", "cannot be a name"),
        ("[themes.A]\n", "cannot be a name"),
    ];
    for (themes, fault) in faults {
        let text = format!("[sources.s]\npath = \"x\"\n{themes}");
        let error = Config::parse(Path::new("feeds.toml"), &text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(fault), "{themes}: {error}");
    }
}
