//! `pin`, `unpin`, `hide`, `unhide`, `merge`, `apart`: each does in the next run what it said.

use super::{Home, Said};
use crate::common::{item, rss};

/// A home with two stories; the first has two items.
fn home() -> Home {
    let home = Home::new();
    home.write(
        "feeds.toml",
        "[site]\nbase_url = 'https://n.example/'\n# a\n[sources.a]\npath = 'a.xml'\n[sources.b]\npath = 'b.xml'\n\n[themes.t]\n\n[themes.u]\nsources = ['b']\n",
    );
    let bridge = (
        "Bridge opens",
        "https://a.example/2",
        "Fri, 14 Jun 2024 08:00:00 +0000",
        "At noon, after two years of work.",
    );
    let ferry = |link| item("Ferry late again", link);
    home.write("a.xml", &rss("a", &[ferry("https://a.example/1"), bridge]));
    home.write("b.xml", &rss("b", &[ferry("https://b.example/1")]));
    ran(&home);
    home
}

fn ran(home: &Home) {
    let said = home.run(&["run"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
}

fn items(home: &Home) -> Vec<serde_json::Value> {
    let feed: serde_json::Value = serde_json::from_str(&home.read("output/t.json")).unwrap();
    feed["items"].as_array().unwrap().clone()
}

fn good(said: &Said) {
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.starts_with("note: feeds.toml: "), "{}", said.err);
}

#[test]
fn a_pin_is_first_on_the_page_until_it_is_taken_out() {
    let home = home();
    let before = home.read("feeds.toml");
    let said = home.run(&["pin", "https://b.example/1"]);
    assert!(
        said.code == Some(2) && said.err.contains("is in t, u; choose one"),
        "{}",
        said.err
    );
    let said = home.run(&["pin", "https://a.example/2", "--theme", "u"]);
    assert!(
        said.code == Some(2) && said.err.contains("is not in u, but in t"),
        "{}",
        said.err
    );
    assert_eq!(home.read("feeds.toml"), before);
    // An address with tracking parameters is that of the item all the same; what is written is its own.
    good(&home.run(&["pin", "https://a.example/2?utm_source=x"]));
    ran(&home);
    let page = home.read("output/t.html");
    let (_, page) = page.split_once("<body").unwrap();
    let place = |text: &str| page.find(text).unwrap();
    assert!(place("Bridge opens") < place("Ferry late"), "{page}");
    for command in ["pin", "unpin"] {
        let said = home.run(&[command, "https://a.example/2", "--theme", "v"]);
        assert_eq!(said.code, Some(2));
        let named = "no theme \"v\" in feeds.toml; there are t, u";
        assert!(said.err.contains(named), "{}", said.err);
    }
    good(&home.run(&["unpin", "https://a.example/2"]));
    assert!(home.read("feeds.toml").contains("pins = []"));
    assert_eq!(home.run(&["unpin", "https://a.example/2"]).code, Some(2));
    assert_eq!(home.run(&["pin", "https://a.example/none"]).code, Some(1));
}

#[test]
fn what_is_hidden_comes_back_when_it_is_shown_again() {
    let home = home();
    let before = items(&home);
    good(&home.run(&["hide", "https://a.example/2"]));
    ran(&home);
    assert_eq!(items(&home).len(), 1);
    good(&home.run(&["unhide", "https://a.example/2"]));
    ran(&home);
    assert_eq!(items(&home), before);
    good(&home.run(&["hide", "a"]));
    assert!(home.read("feeds.toml").contains("hide = [\"a\"]"));
    good(&home.run(&["unhide", "a"]));
    assert_eq!(home.run(&["unhide", "a"]).code, Some(1));
}

#[test]
fn items_are_parted_and_merged_again_and_the_last_word_counts() {
    let home = home();
    good(&home.run(&["apart", "https://b.example/1"]));
    ran(&home);
    assert_eq!(items(&home).len(), 3);
    good(&home.run(&[
        "merge",
        "https://a.example/1",
        "https://b.example/1",
        "https://a.example/2",
    ]));
    assert!(
        home.read("feeds.toml").contains("apart = []"),
        "{}",
        home.read("feeds.toml")
    );
    ran(&home);
    assert_eq!(items(&home).len(), 1);
    let printed = home.run(&["items"]).out;
    let story: serde_json::Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
    let number = story["_feedmill"]["seq"].to_string();
    let said = home.run(&["apart", &number]);
    assert!(
        said.code == Some(2) && said.err.contains("begins a story of several"),
        "{}",
        said.err
    );
    // The number is the first item, which is the oldest one.
    let said = home.run(&["apart", &number, "https://a.example/2"]);
    assert!(said.err.contains("one item by two names"), "{}", said.err);
    good(&home.run(&["apart", &number, "https://a.example/1"]));
    ran(&home);
    assert_eq!(items(&home).len(), 2);
    assert_eq!(home.run(&["merge", &number, &number]).code, Some(2));
    // What left is alone; what was merged with the first item stays with it.
    assert_eq!(home.run(&["apart", "https://a.example/1"]).code, Some(2));
}
