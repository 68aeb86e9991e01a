//! The hub is told of feeds that have changed, once they can be seen, and until it has taken it.

use crate::common::server::Server;
use crate::common::{House, item, rss};
use feedmill::config::Config;
use feedmill::mill::{self, Options, Report};
use feedmill::store::Store;

const FINE: &str = "204 No Content";

/// Two themes, one of which has a story, and a hub.
fn house(server: &Server) -> House {
    let house = House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\nhub = \"{}/hub?a=1&b=2\"\n\
         [fetch]\nallow = [\"127.0.0.0/8\"]\n[sources.a]\npath = \"a.xml\"\n\
         [themes.budget]\ninclude = [\"budget\"]\n[themes.ferry]\ninclude = [\"ferry\"]\n",
        server.address
    ));
    house.write(
        "a.xml",
        &rss(
            "a",
            &[item("Council agrees on budget", "https://a.example/1")],
        ),
    );
    house
}

/// A pass, as `feedmill run` makes it.
async fn run(house: &House) -> Report {
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let mut report = house.pass().await;
    let store = Store::open(&config.store).unwrap();
    mill::ping(&config, &store, &mut report).await.unwrap();
    report
}

/// The feeds that the hub was told of since the last time somebody looked.
fn told(server: &Server, before: usize) -> Vec<String> {
    let asked = server.asked();
    let topic = |request: &String| {
        assert!(request.starts_with("POST /hub?a=1&b=2 "), "{request}");
        let form = request.split("\r\n\r\n").nth(1).unwrap();
        let type_is_told = request.contains("content-type: application/x-www-form-urlencoded\r\n");
        assert!(type_is_told, "{request}");
        let topic = form.strip_prefix("hub.mode=publish&hub.url=").unwrap();
        topic.replace("https%3A%2F%2Fnews.example%2F", "")
    };
    asked[before..].iter().map(topic).collect()
}

#[tokio::test]
async fn the_hub_is_told_of_feeds_that_have_changed_and_of_no_others() {
    let server = Server::start().await;
    server.says("/hub?a=1&b=2", FINE, b"");
    let house = house(&server);
    assert_eq!(run(&house).await.pinged, 6);
    let all = [
        "budget.atom",
        "budget.json",
        "budget.rss",
        "ferry.atom",
        "ferry.json",
        "ferry.rss",
    ];
    assert_eq!(told(&server, 0), all);
    assert_eq!(run(&house).await.pinged, 0);
    house.write(
        "a.xml",
        &rss(
            "a",
            &[(
                "Ferry late",
                "https://a.example/2",
                "Fri, 14 Jun 2024 09:00:00 +0000",
                "By an hour.",
            )],
        ),
    );
    run(&house).await;
    assert_eq!(told(&server, 6), all[3..]);
    // A page is no feed.
    std::fs::remove_file(house.path("output/budget.html")).unwrap();
    assert_eq!(run(&house).await.pinged, 0);
}

#[tokio::test]
async fn a_hub_that_fails_is_told_in_the_next_pass() {
    let server = Server::start().await;
    server.says("/hub?a=1&b=2", "503 Service Unavailable", b"");
    let house = house(&server);
    for failures in 1..=3 {
        let report = run(&house).await;
        let failure = report.hub_failure.unwrap();
        assert_eq!(
            (report.pinged, failure.failures, failure.waiting),
            (0, failures, 6)
        );
        assert_eq!(failure.error, "server answered 503");
        // One refusal is enough.
        assert_eq!(server.asked().len(), failures as usize);
    }
    server.says("/hub?a=1&b=2", FINE, b"");
    let report = run(&house).await;
    assert_eq!((report.pinged, report.hub_failure), (6, None));
    assert_eq!(run(&house).await.pinged, 0);
}

#[tokio::test]
async fn a_hub_in_a_private_network_is_asked_only_where_that_is_allowed() {
    let server = Server::start().await;
    let house = house(&server);
    let file = house.read("feeds.toml");
    house.write("feeds.toml", &file.replace("127.0.0.0/8", "10.0.0.0/8"));
    let report = run(&house).await;
    let error = report.hub_failure.unwrap().error;
    assert!(error.contains("allow"), "{error}");
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_hub_that_was_taken_out_is_forgotten() {
    let server = Server::start().await;
    let house = house(&server);
    run(&house).await;
    let file = house.read("feeds.toml");
    let without: Vec<_> = file
        .lines()
        .filter(|line| !line.starts_with("hub"))
        .collect();
    house.write("feeds.toml", &without.join("\n"));
    assert_eq!(run(&house).await.hub_failure, None);
    house.write("feeds.toml", &file);
    server.says("/hub?a=1&b=2", FINE, b"");
    let before = server.asked().len();
    run(&house).await;
    // The feeds have changed: they name the hub again.
    assert_eq!(told(&server, before).len(), 6);
}

#[tokio::test]
async fn every_feed_names_the_hub() {
    let server = Server::start().await;
    let house = house(&server);
    house
        .pass_at(
            "2024-06-15T12:00:00Z",
            &Options {
                offline: true,
                ..Options::default()
            },
        )
        .await;
    let hub = format!("{}/hub?a=1&amp;b=2", server.address);
    let link = format!("<link href=\"{hub}\" rel=\"hub\"/>");
    assert!(house.read("output/budget.atom").contains(&link));
    let link = format!("<atom:link href=\"{hub}\" rel=\"hub\">");
    assert!(house.read("output/budget.rss").contains(&link));
    let json: serde_json::Value = serde_json::from_str(&house.read("output/budget.json")).unwrap();
    let hub =
        serde_json::json!([{"type": "WebSub", "url": format!("{}/hub?a=1&b=2", server.address)}]);
    assert_eq!(json["hubs"], hub);
}
