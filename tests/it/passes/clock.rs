//! A clock that is wrong, for one pass or from now on: sources are asked again in reasonable time,
//! dates stay sane, and nothing is told twice.

use crate::common::server::Server;
use crate::common::{House, LONG, at, rss};
use chrono::{DateTime, TimeDelta, Utc};
use feedmill::mill::Options;

/// When all is still well.
const NOON: &str = "2024-06-15T12:00:00Z";

/// A house with two sources, and a first pass over one item of the first.
async fn house(server: &Server) -> House {
    server.serves("/a", "\"1\"", &feed(&["Ferry late"]));
    server.serves("/b", "\"1\"", &rss("b", &[]));
    let house = House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
         [sources.a]\nurl = \"{0}/a\"\n[sources.b]\nurl = \"{0}/b\"\n[themes.all]\ntitle = \"All\"\n",
        server.address
    ));
    pass(&house, at(NOON)).await;
    house
}

/// A document without dates.
fn feed(titles: &[&str]) -> String {
    let links: Vec<_> = titles
        .iter()
        .map(|t| format!("https://a.example/{}", t.len()))
        .collect();
    let items: Vec<_> = titles
        .iter()
        .zip(&links)
        .map(|(title, link)| (*title, link.as_str(), "", *title))
        .collect();
    rss("a", &items)
}

async fn pass(house: &House, moment: DateTime<Utc>) -> usize {
    let report = house
        .pass_at(&moment.to_rfc3339(), &Options::default())
        .await;
    assert!(report.failed.is_empty(), "{:?}", report.failed);
    report.asked
}

/// Runs a pass every half hour from this moment on, until somebody is asked; after how many
/// minutes that was.
async fn asked_after(house: &House, moment: &str) -> i64 {
    for half in 0..6 {
        let minutes = half * 30;
        if pass(house, at(moment) + TimeDelta::minutes(minutes)).await > 0 {
            return minutes;
        }
    }
    panic!("nobody was asked for three hours from {moment} on");
}

fn dates(house: &House) -> Vec<String> {
    let items = house.items("all");
    let date = |item: &serde_json::Value| item["date_published"].as_str().unwrap().to_owned();
    items.iter().map(date).collect()
}

/// What the clock says at first, and the latest date that a new item may get then.
const JUMPS: &[(&str, &str)] = &[
    ("1970-01-01T00:00:00Z", "2024-06-15T15:00:00Z"),
    ("2024-01-15T12:00:00Z", "2024-06-15T15:00:00Z"),
    ("2023-06-15T12:00:00Z", "2024-06-15T15:00:00Z"),
    ("2024-06-15T11:00:00Z", "2024-06-15T15:00:00Z"),
    ("2025-06-15T12:00:00Z", "2025-06-15T15:00:00Z"),
    ("2099-01-01T00:00:00Z", "2099-01-01T03:00:00Z"),
];

#[tokio::test]
async fn a_clock_that_jumps_and_goes_on_from_there_silences_nobody() {
    for (moment, latest) in JUMPS {
        let server = Server::start().await;
        let house = house(&server).await;
        let minutes = asked_after(&house, moment).await;
        assert!(minutes <= 120, "{moment}: {minutes} minutes");
        // And again: it was no single stroke of luck.
        server.serves("/a", "\"2\"", &feed(&["Ferry late", "Bridge opens"]));
        let later = at(moment) + TimeDelta::minutes(minutes + 30);
        let minutes = asked_after(&house, &later.to_rfc3339()).await;
        assert!(minutes <= 120, "{moment}, again: {minutes} minutes");
        assert_eq!(house.titles("all").len(), 2, "{moment}");
        let dates = dates(&house);
        assert!(dates.contains(&NOON.to_owned()), "{moment}: {dates:?}");
        assert!(
            dates.iter().all(|date| date.as_str() <= *latest),
            "{moment}: {dates:?}"
        );
    }
}

#[tokio::test]
async fn a_clock_that_was_wrong_for_one_pass_silences_nobody_afterwards() {
    for (moment, _) in JUMPS {
        let server = Server::start().await;
        let house = house(&server).await;
        pass(&house, at(moment)).await;
        let minutes = asked_after(&house, "2024-06-15T12:15:00Z").await;
        assert!(minutes <= 60, "{moment}: {minutes} minutes");
        assert_eq!(dates(&house), [NOON], "{moment}");
    }
}

#[tokio::test]
async fn what_arrives_after_a_wrong_clock_still_joins_its_story() {
    for (moment, _) in JUMPS {
        let server = Server::start().await;
        let house = house(&server).await;
        let copy = |host: &str| {
            let link = format!("https://{host}.example/1");
            let date = "Sat, 15 Jun 2024 11:00:00 +0000";
            rss(host, &[("Council agrees", link.as_str(), date, LONG)])
        };
        server.serves("/a", "\"2\"", &copy("a"));
        pass(&house, at("2024-06-15T14:00:00Z")).await;
        // Something arrives at the wrong moment: a chance to forget what seems old.
        let other = "<item><title>Zoo opens</title><link>https://a.example/z</link><pubDate>Sat, 15 Jun 2024 12:00:00 GMT</pubDate></item></channel>";
        server.serves("/a", "\"3\"", &copy("a").replace("</channel>", other));
        pass(&house, at(moment)).await;
        // Alike, not the same: only what is remembered of texts can tell.
        server.serves(
            "/b",
            "\"2\"",
            &copy("b").replace("was put off", "has been put off"),
        );
        pass(&house, at("2024-06-15T16:30:00Z")).await;
        pass(&house, at("2024-06-15T18:00:00Z")).await;
        let mut titles = house.titles("all");
        titles.sort();
        assert_eq!(
            titles,
            ["Council agrees", "Ferry late", "Zoo opens"],
            "{moment}"
        );
        assert!(
            house
                .read("output/all.json")
                .contains("https://b.example/1"),
            "{moment}"
        );
    }
}

#[tokio::test]
async fn a_demand_to_wait_outlives_no_wrong_clock() {
    let server = Server::start().await;
    let house = house(&server).await;
    server.says("/a", "503 Later\r\nRetry-After: 7200", b"");
    let all = Options {
        all: true,
        ..Options::default()
    };
    let asked = async |moment| house.pass_at(moment, &all).await.asked;
    assert!(asked("2099-01-01T00:00:00Z").await > 0);
    assert!(asked("2024-06-15T14:00:00Z").await > 0);
    // Noted by the right clock, it is kept, for all sources of the host.
    assert_eq!(asked("2024-06-15T15:00:00Z").await, 0);
    assert!(asked("2024-06-15T16:30:00Z").await > 0);
}
