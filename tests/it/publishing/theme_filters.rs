//! Items that pass through a program of the user on their way into a theme.

use crate::common::{ALL, House, rss};
use serde_json::Value;
use std::process::Command;

const DATE: &str = "Fri, 14 Jun 2024 09:00:00 +0000";
const NEXT: &str = "2024-06-15T13:00:00Z";
const LATER: &str = "2024-06-15T14:00:00Z";
const FILTER: &str = "filter = [\"sh\", \"filter.sh\"]";
const TRANSLATE: &str = "sed -e /Advertisement/d -e s/Storm/Sturm/ -e s/Ships/Schiffe/";

/// A theme with these keys, and one without; the script also counts what it is given.
fn house(keys: &str, script: &str) -> House {
    let house = House::new("");
    edit(&house, keys);
    write(&house, script);
    house.write("a.xml", &feed("harbour", "Ships wait outside."));
    house
}

fn edit(house: &House, keys: &str) {
    house.write(
        "feeds.toml",
        &format!(
            "site = {{ base_url = \"https://news.example/\" }}\n[themes.own]\n{keys}\n[themes.all]\n\
             [sources.a]\npath = \"a.xml\"\n"
        ),
    );
}

fn write(house: &House, script: &str) {
    let counted = format!("tee -a given | ({script})\n");
    house.write("filter.sh", &counted);
}

fn feed(word: &str, text: &str) -> String {
    let storm = format!("Storm over the {word}");
    let items = [
        (storm.as_str(), "https://a.example/1", DATE, text),
        (
            "Advertisement: cheap boats",
            "https://a.example/2",
            DATE,
            "Buy one of our boats, and a second one for half of the price.",
        ),
    ];
    rss("a", &items)
}

/// How many items the script was given so far.
fn given(house: &House) -> usize {
    let lines = std::fs::read_to_string(house.path("given")).unwrap_or_default();
    lines.lines().count()
}

fn titles(house: &House, theme: &str) -> Vec<String> {
    let mut titles = house.titles(theme);
    titles.sort();
    titles
}

/// What a theme says of an item.
fn item(house: &House, theme: &str, url: &str) -> Value {
    let mut items = house.items(theme).into_iter();
    items.find(|item| item["url"] == url).unwrap()
}

fn stdout_of(house: &House, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .args(arguments)
        .current_dir(house.path(""))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const STORM: &str = "Storm over the harbour";
const STURM: &str = "Sturm over the harbour";
const BOATS: &str = "Advertisement: cheap boats";

#[tokio::test]
async fn a_theme_shows_its_own_copy_and_the_others_what_the_source_says() {
    let house = house(FILTER, TRANSLATE);
    let report = house.pass().await;
    assert_eq!(report.filter_failures, []);
    assert_eq!(titles(&house, "own"), [STURM]);
    assert_eq!(titles(&house, "all"), [BOATS, STORM]);
    let url = "https://a.example/1";
    let (own, all) = (item(&house, "own", url), item(&house, "all", url));
    assert_eq!(own["summary"], "Schiffe wait outside.");
    for same in ["id", "date_published", "url"] {
        assert_eq!(own[same], all[same], "{same}");
    }
    for (file, has, has_not) in [
        ("own.rss", STURM, STORM),
        ("own.atom", STURM, STORM),
        ("own.html", STURM, BOATS),
        ("own/2024-06.html", STURM, BOATS),
        ("all.rss", STORM, STURM),
        ("all/2024-06.html", STORM, STURM),
    ] {
        let text = house.read(&format!("output/{file}"));
        assert!(text.contains(has) && !text.contains(has_not), "{file}");
    }
    let pages = house.published().into_iter();
    let of_stories = pages.filter(|(name, _)| name.starts_with("story/"));
    let of_stories = of_stories.map(|(_, bytes)| String::from_utf8(bytes).unwrap());
    let of_stories: Vec<_> = of_stories.collect();
    assert!(of_stories.iter().any(|page| page.contains(STORM)));
    assert!(!of_stories.iter().any(|page| page.contains(STURM)));
    let items = stdout_of(&house, &["items", "--theme", "own"]);
    assert!(items.contains(STURM) && !items.contains(BOATS), "{items}");
    let items = stdout_of(&house, &["items"]);
    assert!(items.contains(STORM) && items.contains(BOATS), "{items}");
    let why = stdout_of(&house, &["explain", "https://a.example/2"]);
    let told = "own: in: it takes everything; dropped by the filter of the theme\n";
    assert!(why.contains(told), "{why}");
}

#[tokio::test]
async fn nothing_passes_twice_but_what_has_changed() {
    let house = house(FILTER, TRANSLATE);
    house.pass().await;
    assert_eq!(given(&house), 2);
    let published = house.published();
    let before = item(&house, "own", "https://a.example/1");
    house.pass_at(NEXT, &ALL).await;
    assert_eq!(given(&house), 2);
    assert!(house.published() == published);
    house.write("a.xml", &feed("coast", "Ferries stay in port."));
    house.pass_at(LATER, &ALL).await;
    assert_eq!(given(&house), 3);
    assert_eq!(titles(&house, "own"), ["Sturm over the coast"]);
    let after = item(&house, "own", "https://a.example/1");
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["date_published"], before["date_published"]);
    // A rule that is edited matches all stories again.
    edit(&house, &format!("{FILTER}\nexclude = [\"council\"]"));
    house.pass_at("2024-06-15T15:00:00Z", &ALL).await;
    assert_eq!(given(&house), 3);
    assert_eq!(titles(&house, "own"), ["Sturm over the coast"]);
}

#[tokio::test]
async fn a_filter_that_fails_keeps_the_items_and_is_tried_again() {
    let house = house(FILTER, "sed s/Storm/Sturm/; echo no key >&2; exit 2");
    let report = house.pass().await;
    let failure = &report.filter_failures[0];
    let json = serde_json::to_value(failure).unwrap();
    let error = "it failed (exit status: 2): no key";
    let told = serde_json::json!({"theme": "own", "error": error, "items": 2, "failures": 1});
    assert_eq!(json, told);
    assert_eq!(titles(&house, "own"), [BOATS, STORM]);
    write(&house, TRANSLATE);
    // The document has lost them meanwhile.
    house.write("a.xml", &rss("a", &[]));
    let report = house.pass_at(NEXT, &ALL).await;
    assert_eq!(report.filter_failures, []);
    assert_eq!(titles(&house, "own"), [STURM]);
    assert_eq!(titles(&house, "all"), [BOATS, STORM]);
}

#[tokio::test]
async fn what_was_dropped_stays_so_until_the_filter_says_otherwise() {
    let house = house(FILTER, TRANSLATE);
    house.pass().await;
    write(&house, "exit 1");
    let changed = feed("coast", "Ferries stay in port.").replace("second", "third");
    house.write("a.xml", &changed);
    house.pass_at(NEXT, &ALL).await;
    assert_eq!(titles(&house, "own"), ["Storm over the coast"]);
    write(&house, "cat");
    house.pass_at(LATER, &ALL).await;
    assert_eq!(titles(&house, "own"), [BOATS, "Storm over the coast"]);
}

#[tokio::test]
async fn another_filter_is_run_over_what_stands_and_none_shows_everything_as_it_is() {
    let house = house(FILTER, TRANSLATE);
    house.pass().await;
    edit(&house, "filter = [\"sed\", \"s/Storm/Tempest/\"]");
    house.pass_at(NEXT, &ALL).await;
    assert_eq!(titles(&house, "own"), [BOATS, "Tempest over the harbour"]);
    edit(&house, "");
    house.pass_at(LATER, &ALL).await;
    assert_eq!(titles(&house, "own"), [BOATS, STORM]);
    let month = house.read("output/own/2024-06.html");
    assert!(month.contains(STORM));
}

/// A filter that comes later is not run over the whole past.
#[tokio::test]
async fn a_new_filter_is_run_over_what_stands_in_the_feed() {
    let house = house("limit = 1", TRANSLATE);
    house.pass().await;
    let late = (
        "Storm leaves",
        "https://a.example/3",
        "Sat, 15 Jun 2024 12:30:00 +0000",
        "The ferries sail again.",
    );
    house.write("a.xml", &rss("a", &[late]));
    house.pass_at(NEXT, &ALL).await;
    edit(&house, &format!("limit = 1\n{FILTER}"));
    house.pass_at(LATER, &ALL).await;
    assert_eq!(titles(&house, "own"), ["Sturm leaves"]);
    assert_eq!(given(&house), 1);
}

#[tokio::test]
async fn where_items_are_shown_by_themselves_each_passes() {
    let long = "The council has agreed on a budget for the coming year. Schools get new roofs, the old bridge is \
        repaired before winter, and the fee for parking in the centre rises by a fifth, after three long evenings.";
    for (script, shown) in [
        ("sed /b.example/d", ["https://a.example/9"]),
        ("sed /a.example/d", ["https://b.example/9"]),
    ] {
        let house = house("", script);
        house.write(
            "feeds.toml",
            &format!(
                "[themes.own]\nmerge = \"off\"\n{FILTER}\n[themes.all]\n\
                 [sources.a]\npath = \"a.xml\"\n[sources.b]\npath = \"b.xml\"\n"
            ),
        );
        for name in ["a", "b"] {
            let link = format!("https://{name}.example/9");
            let item = ("Council agrees on a budget", link.as_str(), DATE, long);
            house.write(&format!("{name}.xml"), &rss(name, &[item]));
        }
        let report = house.pass().await;
        assert_eq!(report.merged_items, 1);
        let items = house.items("own");
        let urls: Vec<_> = items.iter().map(|item| item["url"].clone()).collect();
        assert_eq!(urls, shown);
        assert_eq!(house.items("all").len(), 1);
    }
}

#[tokio::test]
async fn items_of_two_sources_may_have_one_id() {
    let house = house("", "sed s/Report/Bericht/");
    house.write(
        "feeds.toml",
        &format!(
            "[themes.own]\n{FILTER}\n[sources.a]\npath = \"a.xml\"\nmerge = false\n\
             [sources.b]\npath = \"b.xml\"\nmerge = false\n"
        ),
    );
    for (name, title, text) in [
        ("a", "Report on ships", "Ships wait outside of the harbour."),
        ("b", "Report on roofs", "Schools get new roofs in summer."),
    ] {
        let item = (title, "https://a.example/9", DATE, text);
        house.write(&format!("{name}.xml"), &rss(name, &[item]));
    }
    let report = house.pass().await;
    assert_eq!(report.filter_failures, []);
    assert_eq!(
        titles(&house, "own"),
        ["Bericht on roofs", "Bericht on ships"]
    );
}

#[tokio::test]
async fn a_theme_that_is_taken_out_is_forgotten() {
    let house = house(FILTER, TRANSLATE);
    house.pass().await;
    let with = house.read("feeds.toml");
    house.write("feeds.toml", &with.replace("themes.own", "themes.new"));
    house.pass_at(NEXT, &ALL).await;
    assert_eq!(titles(&house, "new"), [STURM]);
    house.write("feeds.toml", &with);
    house.pass_at(LATER, &ALL).await;
    assert_eq!(titles(&house, "own"), [STURM]);
    assert_eq!(given(&house), 6);
}
