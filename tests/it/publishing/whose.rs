//! Every feed says whose item it is, where readers look.

use crate::common::{ALL, House, LONG, rss};
use serde_json::Value;

const TITLE: &str = "Council agrees on budget for the harbour";

/// A wire that arrives first, and the paper of better rank that has the same text, signed.
fn merged(theme: &str) -> House {
    let house = House::new(&config(theme));
    let items = |url: &str, text: &str| {
        rss(
            "feed",
            &[(TITLE, url, "Fri, 14 Jun 2024 09:00:00 +0000", text)],
        )
    };
    house.write("wire.xml", &items("https://wire.example/1", LONG));
    let whole = format!("{LONG} The mayor was content.");
    let signed = "<dc:creator>Piet de Vries</dc:creator></item>";
    let paper = items("https://post.example/harbour", &whole);
    house.write("post.xml", &paper.replace("</item>", signed));
    house
}

fn config(theme: &str) -> String {
    format!(
        "[site]\nbase_url = \"https://news.example/\"\n\
         [sources.wire]\npath = \"wire.xml\"\nurl = \"https://wire.example/feed\"\ntitle = \"The Wire\"\n\
         [sources.post]\npath = \"post.xml\"\nurl = \"https://post.example/feed\"\ntitle = \"Continental Post\"\nrank = 1\n\
         [themes.all]\n{theme}\n"
    )
}

#[tokio::test]
async fn a_merged_story_is_signed_by_the_one_whose_text_and_address_are_shown() {
    let house = merged("");
    house.pass().await;
    let name = "Piet de Vries, Continental Post";
    let rss = house.read("output/all.rss");
    let atom = house.read("output/all.atom");
    let item = &house.items("all")[0];
    assert!(
        rss.contains(&format!("<dc:creator>{name}</dc:creator>")),
        "{rss}"
    );
    assert!(atom.contains(&format!("<name>{name}</name>")), "{atom}");
    assert_eq!(item["authors"][0]["name"], name);
    assert!(rss.contains("<link>https://post.example/harbour</link>"));
    assert!(atom.contains(r#"<link href="https://post.example/harbour" rel="alternate"/>"#));
    assert_eq!(item["url"], "https://post.example/harbour");
    // The machine-readable forms stay, and the other source is linked.
    assert!(rss.contains(r#"<source url="https://post.example/feed">Continental Post</source>"#));
    assert!(atom.contains("<title>Continental Post</title>"));
    assert_eq!(
        item["_feedmill"]["also"][0]["url"],
        "https://wire.example/1"
    );
}

#[tokio::test]
async fn the_source_signs_in_each_format_where_nobody_did() {
    let house = House::new(&config(""));
    let boats = (
        "Boats",
        "https://wire.example/2",
        "Fri, 14 Jun 2024 09:00:00 +0000",
        "Of boats.",
    );
    house.write("wire.xml", &rss("feed", &[boats]));
    house.write("post.xml", &rss("feed", &[]));
    house.pass().await;
    let rss = house.read("output/all.rss");
    assert!(rss.contains("<dc:creator>The Wire</dc:creator>"), "{rss}");
    assert!(
        house
            .read("output/all.atom")
            .contains("<name>The Wire</name>")
    );
    assert_eq!(house.items("all")[0]["authors"][0]["name"], "The Wire");
}

#[tokio::test]
async fn a_byline_comes_and_goes_without_a_change_of_the_story() {
    let house = merged("");
    house.pass().await;
    let before = house.items("all");
    house.write("feeds.toml", &config("byline = true"));
    house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    let line =
        r#"<p><a href="https://post.example/harbour">Continental Post</a> · Piet de Vries</p>"#;
    let with = house.items("all");
    let html = with[0]["content_html"].as_str().unwrap();
    assert!(html.starts_with(line), "{html}");
    assert!(house.read("output/all.rss").contains(line));
    for key in ["id", "url", "date_published", "date_modified", "summary"] {
        assert_eq!(with[0].get(key), before[0].get(key), "{key}");
    }
    house.write("feeds.toml", &config(""));
    house.pass_at("2024-06-17T12:00:00Z", &ALL).await;
    assert_eq!(house.items("all"), before as Vec<Value>);
}
