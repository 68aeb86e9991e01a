//! What a feed says of an episode reaches players through our RSS.

use crate::common::{ALL, House, ONE_SOURCE};

fn feed(elements: &str) -> String {
    format!(
        r#"<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0">
        <channel><title>Harbour talk</title><link>https://talk.example/</link><itunes:explicit>true</itunes:explicit>
        <item><title>The tide tables</title><link>https://talk.example/1</link><guid isPermaLink="false">talk-1</guid>
        <pubDate>Fri, 14 Jun 2024 09:00:00 +0000</pubDate><description>Why the tide is late.</description>
        <enclosure url="https://cdn.example/1.mp3" length="12345678" type="audio/mpeg"/>{elements}</item></channel></rss>"#
    )
}

const EPISODE: &str = r#"<itunes:duration>01:02:03</itunes:duration><itunes:image href="/1.jpg"/>
    <itunes:episode>7</itunes:episode><itunes:season>2</itunes:season><itunes:episodeType>Bonus</itunes:episodeType>
    <itunes:explicit>clean</itunes:explicit>
    <podcast:chapters url="/1/chapters.json" type="application/json+chapters"/>
    <podcast:transcript url="https://talk.example/1.vtt" type="text/vtt" language="en" rel="captions"/>
    <podcast:transcript url="https://talk.example/1.html" type="text/html"/>
    <podcast:person role="guest" href="https://ann.example/" img="https://ann.example/face.jpg">Ann &amp; Bo</podcast:person>"#;

/// What a player has to find.
const PUBLISHED: [&str; 10] = [
    "<itunes:duration>3723</itunes:duration>",
    r#"<itunes:image href="https://talk.example/1.jpg">"#,
    "<itunes:episode>7</itunes:episode>",
    "<itunes:season>2</itunes:season>",
    "<itunes:episodeType>bonus</itunes:episodeType>",
    "<itunes:explicit>false</itunes:explicit>",
    r#"<podcast:chapters type="application/json+chapters" url="https://talk.example/1/chapters.json">"#,
    r#"<podcast:transcript language="en" rel="captions" type="text/vtt" url="https://talk.example/1.vtt">"#,
    r#"<podcast:transcript type="text/html" url="https://talk.example/1.html">"#,
    r#"<podcast:person href="https://ann.example/" img="https://ann.example/face.jpg" role="guest">Ann &amp; Bo</podcast:person>"#,
];

#[tokio::test]
async fn an_episode_keeps_what_players_read() {
    let house = House::new(ONE_SOURCE);
    house.write("a.xml", &feed(EPISODE));
    house.pass().await;
    let rss = house.read("output/all.rss");
    for part in PUBLISHED {
        assert!(rss.contains(part), "{part} in {rss}");
    }
    for namespace in [
        r#"xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd""#,
        r#"xmlns:podcast="https://podcastindex.org/namespace/1.0""#,
    ] {
        assert!(rss.contains(namespace), "{namespace} in {rss}");
    }
    rss.parse::<::rss::Channel>().unwrap();
    let item = &house.items("all")[0];
    assert_eq!(item["attachments"][0]["duration_in_seconds"], 3723);
    assert_eq!(item["image"], "https://talk.example/1.jpg");
}

#[tokio::test]
async fn what_is_not_valid_is_left_out_and_no_namespace_is_declared_in_vain() {
    let house = House::new(ONE_SOURCE);
    let broken = r#"<itunes:duration>soon</itunes:duration><itunes:episode>first</itunes:episode><itunes:season>0</itunes:season>
        <itunes:episodeType>pilot</itunes:episodeType><itunes:explicit>perhaps</itunes:explicit>
        <podcast:chapters type="application/json+chapters"/><podcast:transcript url="javascript:x" type="text/vtt"/>
        <podcast:person role="guest"> </podcast:person>"#;
    house.write("a.xml", &feed(broken));
    house.pass().await;
    let rss = house.read("output/all.rss");
    assert!(
        !rss.contains("itunes") && !rss.contains("podcast:"),
        "{rss}"
    );
}

#[tokio::test]
async fn an_episode_that_says_more_has_not_changed_for_readers() {
    let house = House::new(ONE_SOURCE);
    let bare = r#"<itunes:image href="/1.jpg"/>"#;
    house.write("a.xml", &feed(bare));
    house.pass().await;
    let before = house.items("all")[0].clone();
    house.write("a.xml", &feed(EPISODE));
    let report = house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert_eq!(report.changed_items, 0);
    let after = house.items("all")[0].clone();
    for key in ["id", "url", "date_published", "date_modified"] {
        assert_eq!(after.get(key), before.get(key), "{key}");
    }
    assert!(house.read("output/all.rss").contains(PUBLISHED[2]));
}
