//! What a theme shows as one entry: a text, an event, or each item by itself.

use crate::common::{ALL, House, rss};
use std::fmt::Write;

const FLOOD: &str = "Heavy rain burst the dam above Larsund in the night, and four hundred people had to leave their \
    homes; the army is bringing sandbags to the lower town, where the river Alma still rises.";
const AGAIN: &str = "The army carries sandbags into Larsund: after a night of heavy rain the dam above the town gave way \
    and the river Alma rose, so that hundreds of people left their homes.";
const BUDGET: &str = "The council met for two days and agreed on a budget of 412 million for bridges, ferries and \
    night trains; the last point, a tunnel below the harbour, was put off until autumn.";

fn house(merge: &str) -> House {
    House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[sources.a]\npath = \"a.xml\"\nrank = 1\n\
         [sources.b]\npath = \"b.xml\"\n[themes.all]\nmerge = \"{merge}\"\n"
    ))
}

/// Items of one source with one title are no event: a pass does not collect them, and what it does for
/// one of them does not grow with the others.
#[tokio::test]
async fn a_title_that_all_items_of_a_source_have_makes_no_event() {
    let house = house("coverage");
    let date = at(6);
    let words = |n: usize| -> String {
        let word = |at: usize| format!("word{} ", (n * 7919 + at * 104_729) % 5003);
        (0..40).map(word).collect()
    };
    let texts: Vec<_> = (0..300)
        .map(|n| (format!("https://a.example/{n}"), words(n)))
        .collect();
    let title = "The very same title for all of them in the world";
    let items: Vec<_> = texts
        .iter()
        .map(|(url, text)| (title, &**url, &*date, &**text))
        .collect();
    house.write("a.xml", &rss("a", &items));
    house.write("b.xml", &rss("b", &[]));
    house.pass().await;
    let items = house.items("all");
    let also = items
        .iter()
        .map(|item| item["_feedmill"]["also"].as_array().map_or(0, Vec::len));
    assert!(also.max() < Some(16));
}

fn at(hour: u32) -> String {
    format!("Fri, 14 Jun 2024 {hour:02}:00:00 +0000")
}

/// Two passes: in the second a source tells the first one's event in other words, and repeats a text.
async fn told(merge: &str) -> House {
    let house = house(merge);
    let (six, seven, nine) = (at(6), at(7), at(9));
    let flood = (
        "Dam bursts above Larsund",
        "https://a.example/flood",
        &*six,
        FLOOD,
    );
    let budget = (
        "Council agrees on budget",
        "https://a.example/budget",
        &*seven,
        BUDGET,
    );
    house.write("a.xml", &rss("a", &[flood, budget]));
    house.write("b.xml", &rss("b", &[]));
    house.pass().await;
    let again = (
        "Hundreds leave homes as dam fails at Larsund",
        "https://b.example/dam",
        &*nine,
        AGAIN,
    );
    let copy = (
        "Council agrees on budget - B",
        "https://b.example/budget",
        &*nine,
        BUDGET,
    );
    house.write("b.xml", &rss("b", &[again, copy]));
    house.pass().await;
    house
}

fn ids(house: &House) -> Vec<String> {
    let id = |item: &serde_json::Value| item["id"].as_str().unwrap().to_owned();
    house.items("all").iter().map(id).collect()
}

#[tokio::test]
async fn by_default_an_event_in_other_words_is_a_story_of_its_own() {
    let house = told("identical").await;
    assert_eq!(
        ids(&house),
        [
            "https://b.example/dam",
            "https://a.example/budget",
            "https://a.example/flood"
        ]
    );
}

#[tokio::test]
async fn an_event_can_be_one_entry_that_names_all_who_tell_it() {
    let house = told("coverage").await;
    assert_eq!(
        ids(&house),
        ["https://a.example/budget", "https://a.example/flood"]
    );
    let also = house.items("all")[1]["_feedmill"]["also"][0].clone();
    assert_eq!(
        (also["url"].as_str(), also["why"].as_str()),
        (Some("https://b.example/dam"), Some("same event"))
    );
    // Nothing new: not a byte changes.
    let published = house.published();
    house.pass().await;
    assert_eq!(house.published(), published);
}

#[tokio::test]
async fn each_item_can_be_an_entry_by_itself() {
    let house = told("off").await;
    let mut ids = ids(&house);
    ids.sort();
    assert_eq!(
        ids,
        [
            "https://a.example/budget",
            "https://a.example/flood",
            "https://b.example/budget",
            "https://b.example/dam",
        ]
    );
    assert!(
        house
            .items("all")
            .iter()
            .all(|item| item["_feedmill"]["also"].is_null())
    );
}

#[tokio::test]
async fn who_keeps_an_id_that_two_gave_does_not_hang_on_who_answered_first() {
    let mut told = Vec::new();
    for order in [["a", "b", "c"], ["c", "b", "a"]] {
        let mut text = "[site]\nbase_url = \"https://news.example/\"\n".to_owned();
        for id in order {
            let _ = writeln!(text, "[sources.{id}]\npath = \"{id}.xml\"");
        }
        let house = House::new(&(text + "[themes.all]\ntitle = \"All\"\nmerge = \"off\"\n"));
        let (six, seven) = (at(6), at(7));
        let title = "Council agrees on budget";
        let first = (title, "https://a.example/budget", &*six, BUDGET);
        let copied = (title, "https://b.example/budget", &*seven, BUDGET);
        house.write("a.xml", &rss("a", &[first]));
        house.write("b.xml", &rss("b", &[copied]));
        house.write("c.xml", &rss("c", &[copied]));
        house.pass().await;
        let keeper = house
            .items("all")
            .into_iter()
            .find(|item| item["id"] == "https://b.example/budget");
        let source = keeper.map(|item| item["_feedmill"]["sources"][0]["id"].clone());
        told.push((source, house.read("output/all.atom")));
    }
    assert_eq!(told[0].0, Some("b".into()));
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn what_a_theme_shows_as_one_can_be_changed_at_any_time() {
    let house = told("identical").await;
    let file = house.read("feeds.toml").replace("identical", "coverage");
    house.write("feeds.toml", &file);
    house.pass().await;
    assert_eq!(ids(&house).len(), 2);
    house.write("feeds.toml", &file.replace("coverage", "identical"));
    house.pass().await;
    assert_eq!(ids(&house).len(), 3);
}

/// In a theme of events the sources of the event count, also those that tell it later; elsewhere those of the text.
#[tokio::test]
async fn a_second_source_of_an_event_brings_it_into_a_theme_of_what_two_sources_tell() {
    let house = House::new(
        "[site]\nbase_url = \"https://news.example/\"\n[sources.a]\npath = \"a.xml\"\nrank = 1\n\
         [sources.b]\npath = \"b.xml\"\n\
         [themes.events]\nmerge = \"coverage\"\nmin_sources = 2\nlimit = 1\n\
         [themes.alone]\nmerge = \"coverage\"\nrule = \"sources:<2\"\n\
         [themes.texts]\nrule = \"sources:>=2\"\n",
    );
    let (six, seven, nine) = (at(6), at(7), at(9));
    let told = "Dam bursts above Larsund";
    let flood = (told, "https://a.example/flood", &*six, FLOOD);
    let agreed = "Council agrees on budget";
    let budget = (agreed, "https://a.example/budget", &*seven, BUDGET);
    let copy = (agreed, "https://b.example/budget", &*nine, BUDGET);
    let again = (
        "Hundreds leave homes as dam fails at Larsund",
        "https://b.example/dam",
        &*nine,
        AGAIN,
    );
    let titles = || ["events", "alone", "texts"].map(|theme| house.titles(theme));
    house.write("a.xml", &rss("a", &[flood, budget]));
    house.write("b.xml", &rss("b", &[]));
    house.pass().await;
    assert_eq!(titles(), [vec![], vec![agreed, told], vec![]]);
    house.write("b.xml", &rss("b", &[copy]));
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    assert_eq!(titles(), [vec![agreed], vec![told], vec![agreed]]);
    // It arrives now, although both of its stories are older, and so takes the only place.
    house.write("b.xml", &rss("b", &[copy, again]));
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    assert_eq!(titles(), [vec![told], vec![], vec![agreed]]);
    let event = &house.items("events")[0];
    assert_eq!(event["_feedmill"]["source_count"], 2);
    let before = house.published();
    house.pass_at("2024-06-15T15:00:00Z", &ALL).await;
    assert!(before == house.published(), "nothing is due");
}
