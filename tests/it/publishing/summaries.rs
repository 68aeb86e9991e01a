//! Titles and summaries that we make: nothing is said twice, and a summary is prose.

use crate::common::{House, ONE_SOURCE};
use serde_json::Value;

/// What is published of one item with this in it: of RSS the item, of JSON Feed the item.
async fn published(elements: &str) -> (String, Value) {
    let house = House::new(ONE_SOURCE);
    let feed = format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
         <title>Notes</title><link>https://a.example/</link><item><guid>https://a.example/1</guid>\
         <pubDate>Fri, 14 Jun 2024 09:00:00 +0000</pubDate>{elements}</item></channel></rss>"
    );
    house.write("a.xml", &feed);
    house.pass().await;
    let rss = house.read("output/all.rss");
    let item = rss.split("<item>").nth(1).unwrap().to_owned();
    (item, house.items("all").remove(0))
}

const NOTE: &str = "The ferry to the island leaves an hour later from Monday on, because the tide tables were \
    wrong all winter long and nobody had looked at them since the new pier was opened.";

#[tokio::test]
async fn an_untitled_item_goes_on_where_its_made_title_ends() {
    let (rss, json) = published(&format!(
        "<description>&lt;p&gt;{NOTE}&lt;/p&gt;</description>"
    ))
    .await;
    let title = json["title"].as_str().unwrap();
    let said = title.trim_end_matches('…');
    assert!(title.ends_with('…') && NOTE.starts_with(said), "{title}");
    let rest = format!("…{}", NOTE[said.len()..].trim_start());
    assert_eq!(json["summary"], rest);
    assert!(
        rss.contains(&format!("<description><![CDATA[{rest}]]></description>")),
        "{rss}"
    );
    // The text itself is whole.
    assert!(json["content_html"].as_str().unwrap().contains(NOTE));
}

#[tokio::test]
async fn a_short_untitled_item_is_said_by_its_title() {
    let (rss, json) = published("<description>Ferry late again.</description>").await;
    assert_eq!(json["title"], "Ferry late again.");
    assert_eq!(json.get("summary"), None);
    assert!(
        rss.contains("<description><![CDATA[]]></description>"),
        "{rss}"
    );
    assert!(rss.contains("<content:encoded>"), "{rss}");
}

#[tokio::test]
async fn a_title_that_was_given_leaves_the_text_whole() {
    let elements = format!("<title>The ferry</title><description>{NOTE}</description>");
    let (_, json) = published(&elements).await;
    assert_eq!(
        (&json["title"], &json["summary"]),
        (&"The ferry".into(), &NOTE.into())
    );
}

#[tokio::test]
async fn a_summary_leaves_code_tables_and_lists_out() {
    let html = "<p>How to ask for the tide:</p><pre><code>tide --at pier</code></pre><ul><li>low</li><li>high</li></ul>\
                <table><tr><td>06:12</td><td>3.1 m</td></tr></table><p>Then call <code>wait</code>.</p>";
    let elements =
        format!("<title>Tides</title><content:encoded><![CDATA[{html}]]></content:encoded>");
    let (rss, json) = published(&elements).await;
    assert_eq!(json["summary"], "How to ask for the tide:\nThen call wait.");
    assert!(json["content_html"].as_str().unwrap().contains("06:12"));
    assert!(
        !rss.split("<content:encoded>")
            .next()
            .unwrap()
            .contains("06:12")
    );
}

#[tokio::test]
async fn a_sentence_that_begins_behind_a_made_title_begins_the_summary() {
    let text =
        "Two strangers with two pumps mended a flat tyre beside the fish market. Four minutes.";
    let (_, json) = published(&format!("<description>{text}</description>")).await;
    assert_eq!(
        json["title"],
        "Two strangers with two pumps mended a flat tyre beside the fish market. Four…"
    );
    assert_eq!(json["summary"], "…minutes.");
    let text = "Two strangers with two pumps mended a flat tyre beside the old fish market. It took minutes.";
    let (_, json) = published(&format!("<description>{text}</description>")).await;
    assert_eq!(
        json["title"],
        "Two strangers with two pumps mended a flat tyre beside the old fish market. It…"
    );
    assert_eq!(json["summary"], "…took minutes.");
    let text =
        "Two strangers with two pumps mended a flat tyre beside the fishing market there. Minutes.";
    let (_, json) = published(&format!("<description>{text}</description>")).await;
    assert_eq!(json["summary"], "Minutes.");
}
