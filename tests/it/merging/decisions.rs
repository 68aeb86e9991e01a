//! What a person says in `[stories]` of `feeds.toml` stands above what the program finds.

use crate::common::{House, LONG, TWO_SOURCES, item, rss};

const A: &str = "https://a.example/1";
const B: &str = "https://b.example/9";

/// A house where both sources tell one story, and the second another one too.
async fn house() -> House {
    let house = House::new(TWO_SOURCES);
    let told = "Council agrees on budget for the harbour";
    house.write("a.xml", &rss("a", &[item(told, A)]));
    let other = item("Ferry to the islands sails again", "https://b.example/10");
    house.write("b.xml", &rss("b", &[item(told, B), other]));
    house.pass().await;
    house
}

impl House {
    /// One more pass, with this in `[stories]`.
    async fn said(&self, stories: &str) {
        self.write(
            "feeds.toml",
            &format!("[stories]\n{stories}\n{TWO_SOURCES}"),
        );
        self.pass().await;
    }

    /// The ids of what is published, sorted.
    fn ids(&self) -> Vec<String> {
        let id = |item: &serde_json::Value| item["id"].as_str().unwrap().to_owned();
        let mut ids: Vec<_> = self.items("all").iter().map(id).collect();
        ids.sort();
        ids
    }
}

#[tokio::test]
async fn items_kept_apart_are_two_stories_and_stay_so() {
    let house = house().await;
    assert_eq!(house.ids(), [A, "https://b.example/10"]);
    let apart = format!("apart = [[\"{B}?utm_source=x\", \"{A}\"]]");
    house.said(&apart).await;
    assert_eq!(house.ids(), [A, "https://b.example/10", B]);
    let published = house.published();
    house.said(&apart).await;
    assert_eq!(house.published(), published);
}

#[tokio::test]
async fn items_kept_apart_from_the_beginning_are_never_seen_as_one() {
    let house = House::new(&format!(
        "[stories]\napart = [[\"{A}\", \"{B}\"]]\n{TWO_SOURCES}"
    ));
    let told = "Council agrees on budget for the harbour";
    house.write("a.xml", &rss("a", &[item(told, A)]));
    house.write("b.xml", &rss("b", &[item(told, B)]));
    house.pass().await;
    assert_eq!(house.ids(), [A, B]);
}

#[tokio::test]
async fn items_merged_by_hand_are_one_story_until_the_line_goes() {
    let house = house().await;
    house
        .said(&format!("merge = [[\"{A}\", \"https://b.example/10\"]]"))
        .await;
    assert_eq!(house.ids(), [A]);
    let also = house.items("all")[0]["_feedmill"]["also"].clone();
    let also = also.as_array().unwrap();
    let by_hand = |also: &&serde_json::Value| also["why"] == "merged by hand";
    assert_eq!((also.len(), also.iter().filter(by_hand).count()), (2, 1));
    house.said("").await;
    assert_eq!(house.ids(), [A, "https://b.example/10"]);
}

#[tokio::test]
async fn what_is_hidden_is_gone_from_feeds_and_comes_back_with_the_line() {
    let house = house().await;
    house.said("hide = [\"https://b.example/10\"]").await;
    assert_eq!(house.ids(), [A]);
    house
        .said(&format!("hide = [\"https://b.example/10\", \"{A}\"]"))
        .await;
    // The other member speaks for the story, under its own address and the story's old id.
    assert_eq!(house.ids(), [A]);
    assert_eq!(house.items("all")[0]["url"], B);
    for file in ["all.rss", "all.atom", "all.html"] {
        assert!(
            !house
                .read(&format!("output/{file}"))
                .contains(&format!("href=\"{A}\"")),
            "{file}"
        );
    }
    house.said("").await;
    assert_eq!(house.ids(), [A, "https://b.example/10"]);
    assert_eq!(
        house
            .items("all")
            .iter()
            .filter(|item| item["url"] == A)
            .count(),
        1
    );
}

#[tokio::test]
async fn all_of_a_source_can_be_hidden_also_what_comes_later() {
    let house = house().await;
    house.said("hide = [\"b\"]").await;
    assert_eq!(house.ids(), [A]);
    house.write(
        "b.xml",
        &rss("b", &[item("Museum opens a wing", "https://b.example/11")]),
    );
    house.said("hide = [\"b\"]").await;
    assert_eq!(house.ids(), [A]);
}

#[tokio::test]
async fn the_items_of_a_source_can_be_stories_of_their_own() {
    let house =
        House::new(&TWO_SOURCES.replace("path = \"b.xml\"", "path = \"b.xml\"\nmerge = false"));
    let told = "Council agrees on budget for the harbour";
    house.write("a.xml", &rss("a", &[item(told, A)]));
    house.write("b.xml", &rss("b", &[item(told, B)]));
    house.pass().await;
    assert_eq!(house.ids(), [A, B]);
}

#[tokio::test]
async fn of_two_kept_apart_the_one_leaves_that_did_not_begin_the_story() {
    let house = House::new(TWO_SOURCES);
    let told = "Council agrees on budget for the harbour";
    let late = (
        told,
        A,
        "Fri, 14 Jun 2024 11:00:00 +0000",
        crate::common::LONG,
    );
    house.write("a.xml", &rss("a", &[late]));
    house.write("b.xml", &rss("b", &[item(told, B)]));
    house.pass().await;
    assert_eq!(house.ids(), [B]);
    house.said(&format!("apart = [[\"{A}\", \"{B}\"]]")).await;
    assert_eq!(house.ids(), [A, B]);
}

#[tokio::test]
async fn a_story_that_was_merged_by_hand_is_parted_whole() {
    let house = house().await;
    let other = "https://b.example/10";
    let merge = format!("merge = [[\"{other}\", \"https://c.example/1\"]]");
    let third = "[sources.c]\npath = \"c.xml\"\n";
    house.write(
        "c.xml",
        &rss(
            "c",
            &[(
                "Museum opens a wing for clocks",
                "https://c.example/1",
                "Thu, 13 Jun 2024 09:00:00 +0000",
                "",
            )],
        ),
    );
    house.write(
        "feeds.toml",
        &format!("[stories]\n{merge}\n{TWO_SOURCES}{third}"),
    );
    house.pass().await;
    assert_eq!(house.ids().len(), 2);
    // And that one with the first: both come along.
    house.write(
        "feeds.toml",
        &format!("[stories]\nmerge = [[\"{A}\", \"{other}\"]]\n{TWO_SOURCES}{third}"),
    );
    house.pass().await;
    house.write("feeds.toml", &format!("{TWO_SOURCES}{third}"));
    house.pass().await;
    assert_eq!(house.ids(), [A, other, "https://c.example/1"]);
}

/// Two sources that link to one front page, with different headlines.
fn front_page() -> [String; 2] {
    let at = "https://cellar.example/";
    let sheet = "A spreadsheet that runs in a terminal and speaks SQL";
    let text = "I built this over two winters, because I was tired of exporting files.";
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    let guid = |feed: String, id: &str| {
        feed.replace("<guid>https://cellar.example/", &format!("<guid>{id}"))
    };
    [
        guid(rss("a", &[(sheet, at, date, text)]), "a1"),
        guid(rss("b", &[("Cellar", at, date, LONG)]), "b1"),
    ]
}

#[tokio::test]
async fn items_are_found_by_the_address_that_is_published_even_a_front_page() {
    let house = House::new(TWO_SOURCES);
    for (file, feed) in ["a.xml", "b.xml"].into_iter().zip(front_page()) {
        house.write(file, &feed);
    }
    house.pass().await;
    let ids = house.ids();
    assert_eq!(ids.len(), 2);
    for name in ["https://cellar.example/", "http://www.cellar.example"] {
        house.said(&format!("hide = [\"{name}\"]")).await;
        assert_eq!(house.ids(), Vec::<String>::new(), "{name}");
        house.said("").await;
        assert_eq!(house.ids(), ids, "{name}");
        let merge = format!("[[\"{name}\", \"{}\"]]", ids[0]);
        house.said(&format!("merge = {merge}")).await;
        assert_eq!(house.ids().len(), 1, "{name}");
        house.said(&format!("apart = {merge}")).await;
        assert_eq!(house.ids().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn a_fragment_belongs_to_the_name_of_an_item() {
    let house = House::new(TWO_SOURCES);
    let [one, two] = ["https://a.example/notes#one", "https://a.example/notes#two"];
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    let bridge = "The bridge opens again on Monday after three years of work below the river.";
    let notes = [
        ("Bridge opens", one, date, bridge),
        ("Budget agreed", two, date, LONG),
    ];
    house.write("a.xml", &rss("a", &notes));
    house.write("b.xml", &rss("b", &[]));
    house.pass().await;
    assert_eq!(house.ids(), [one, two]);
    for (named, stay) in [
        (one, vec![two]),
        (two, vec![one]),
        ("https://a.example/notes", vec![one, two]),
    ] {
        house.said(&format!("hide = [\"{named}\"]")).await;
        assert_eq!(house.ids(), stay);
    }
}

#[tokio::test]
async fn of_a_name_with_several_items_each_is_kept_apart() {
    let house = House::new(TWO_SOURCES);
    let told = "Council agrees on budget for the harbour";
    house.write("a.xml", &rss("a", &[item(told, A)]));
    // Two items, and one address.
    let twice = [item(told, B), item(told, "https://b.example/10")];
    let twice = rss("b", &twice).replace("<link>https://b.example/10", &format!("<link>{B}"));
    house.write("b.xml", &twice);
    house.pass().await;
    assert_eq!(house.ids(), [A]);
    house.said(&format!("apart = [[\"{A}\", \"{B}\"]]")).await;
    assert_eq!(house.ids(), [A, "https://b.example/10", B]);
}
