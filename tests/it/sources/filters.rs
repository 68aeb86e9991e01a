//! Items of a source that pass through a program of the user.

use crate::common::{ALL, House, rss};
use feedmill::mill::Report;
use serde_json::json;

const DATE: &str = "Fri, 14 Jun 2024 09:00:00 +0000";
const TEXT: &str = "The council has agreed on a budget for the coming year. Schools get new roofs, the old bridge \
    is repaired before winter, and the fee for parking in the centre rises by a fifth. Nine members voted against it, \
    because the swimming pool stays closed. The mayor called it the best that was possible after three long evenings.";
const NEXT: &str = "2024-06-15T13:00:00Z";
const LATER: &str = "2024-06-15T14:00:00Z";

/// A source with these keys, and one without a filter; the script of the first also counts what it is given.
fn house(keys: &str, script: &str) -> House {
    let house = House::new("");
    edit(&house, keys);
    write(&house, script);
    house.write("a.xml", &feed("harbour", "Ships wait outside the harbour."));
    let link = "https://b.example/9";
    house.write("b.xml", &rss("b", &[("Council agrees", link, DATE, TEXT)]));
    house
}

fn edit(house: &House, keys: &str) {
    house.write(
        "feeds.toml",
        &format!(
            "site = {{ base_url = \"https://news.example/\" }}\n[themes.all]\n\
             [sources.a]\npath = \"a.xml\"\n{keys}\n[sources.b]\npath = \"b.xml\"\n"
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

fn titles(house: &House) -> Vec<String> {
    let mut titles = house.titles("all");
    titles.sort();
    titles
}

fn failure(report: &Report) -> Option<(&str, usize)> {
    let failure = report.filter_failures.first()?;
    assert_eq!(failure.of.to_string(), "a");
    Some((&failure.error, failure.items))
}

const FILTER: &str = "filter = [\"sh\", \"filter.sh\"]";
const TRANSLATE: &str = "sed -e /Advertisement/d -e s/Storm/Sturm/";

#[tokio::test]
async fn items_are_changed_and_dropped_once() {
    let house = house(FILTER, TRANSLATE);
    let report = house.pass().await;
    assert_eq!(failure(&report), None);
    assert_eq!(titles(&house), ["Council agrees", "Sturm over the harbour"]);
    assert_eq!(given(&house), 2);
    let published = house.published();
    let report = house.pass_at(NEXT, &ALL).await;
    assert_eq!((report.changed_items, report.written.len()), (0, 0));
    assert_eq!(house.published(), published);
    assert_eq!(given(&house), 2, "nothing passes twice");
}

#[tokio::test]
async fn an_item_that_changed_passes_again_and_keeps_id_and_date() {
    let house = house(FILTER, TRANSLATE);
    house.pass().await;
    let before = house.items("all");
    house.write(
        "a.xml",
        &feed("coast", "Ferries stay in port until the evening."),
    );
    let report = house.pass_at(NEXT, &ALL).await;
    assert_eq!(report.changed_items, 1);
    assert_eq!(given(&house), 3, "only the one that changed");
    assert_eq!(titles(&house), ["Council agrees", "Sturm over the coast"]);
    let of_a = |items: Vec<serde_json::Value>| {
        let item = items
            .into_iter()
            .find(|item| item["url"] == "https://a.example/1");
        let item = item.unwrap();
        (item["id"].clone(), item["date_published"].clone())
    };
    assert_eq!(of_a(before), of_a(house.items("all")));
}

#[tokio::test]
async fn a_filter_that_fails_keeps_the_items_and_is_tried_again() {
    let house = house(FILTER, "sed s/Storm/Sturm/; echo no key >&2; exit 2");
    let report = house.pass().await;
    let error = "it failed (exit status: 2): no key";
    assert_eq!(failure(&report), Some((error, 2)));
    let json = serde_json::to_value(&report).unwrap();
    let told = json!([{"source": "a", "error": error, "items": 2, "failures": 1}]);
    assert_eq!(json["filter_failures"], told);
    assert_eq!(
        titles(&house),
        [
            "Advertisement: cheap boats",
            "Council agrees",
            "Storm over the harbour"
        ]
    );
    write(&house, TRANSLATE);
    // The document has lost them meanwhile.
    house.write("a.xml", &rss("a", &[]));
    let report = house.pass_at(NEXT, &ALL).await;
    assert_eq!(failure(&report), None);
    assert_eq!(titles(&house), ["Council agrees", "Sturm over the harbour"]);
}

#[tokio::test]
async fn another_filter_is_run_over_what_is_listed_and_none_brings_everything_back() {
    let house = house(FILTER, TRANSLATE);
    house.pass().await;
    edit(&house, "filter = [\"sed\", \"s/Storm/Tempest/\"]");
    house.pass_at(NEXT, &ALL).await;
    assert_eq!(
        titles(&house),
        [
            "Advertisement: cheap boats",
            "Council agrees",
            "Tempest over the harbour"
        ]
    );
    edit(&house, "");
    house.pass_at(LATER, &ALL).await;
    assert_eq!(
        titles(&house),
        [
            "Advertisement: cheap boats",
            "Council agrees",
            "Storm over the harbour"
        ]
    );
}

#[tokio::test]
async fn what_is_merged_is_what_is_shown() {
    let script = format!(
        "sed -e 's/Storm over the harbour/Council agrees/' -e 's/Ships wait outside the harbour./{TEXT}/g'"
    );
    let house = house(FILTER, &script);
    let report = house.pass().await;
    assert_eq!(report.merged_items, 1);
}

#[tokio::test]
async fn a_filter_is_given_no_variable_that_is_not_named() {
    let script = "cat; test -z \"$CARGO_MANIFEST_DIR\"";
    let house = house(FILTER, script);
    assert_eq!(failure(&house.pass().await), None);
    edit(
        &house,
        &format!("{FILTER}\nfilter_env = [\"CARGO_MANIFEST_DIR\"]"),
    );
    let report = house.pass_at(NEXT, &ALL).await;
    assert_eq!(failure(&report), Some(("it failed (exit status: 1)", 2)));
}
