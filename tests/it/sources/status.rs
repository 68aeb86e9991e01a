//! How sources are, over passes that go well and wrong: `feedmill status`, `feedmill retry`, and
//! where a source that has moved is asked.

use crate::common::server::Server;
use crate::common::{ALL, House, at, rss};
use feedmill::config::Config;
use feedmill::mill::{self, Health, Options, Retry, Status};
use feedmill::model::{FailureKind, SourceId, WaitReason};
use feedmill::store::Store;
use serde_json::Value;

fn house(server: &Server) -> House {
    House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
        [sources.ferry]\nurl = \"{}/ferry\"\n[themes.all]\ntitle = \"All\"\n",
        server.address
    ))
}

/// A feed with one item a day, the last on 14 June 2024.
fn daily() -> String {
    let items: Vec<_> = (10..15)
        .map(|day| {
            (
                format!("Day {day}"),
                format!("https://a.example/{day}"),
                format!("{day} Jun 2024 09:00:00 +0000"),
            )
        })
        .collect();
    let items: Vec<_> = items
        .iter()
        .map(|(title, link, date)| (title.as_str(), link.as_str(), date.as_str(), title.as_str()))
        .collect();
    rss("Harbour", &items)
}

async fn status(house: &House, moment: &str) -> Status {
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open_to_read(&config.store).unwrap();
    mill::status(&config, &store, at(moment)).await.unwrap()
}

async fn retry(house: &House, name: &str, moment: &str) -> Retry {
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    mill::retry(&config, &store, &SourceId::new(name), at(moment))
        .await
        .unwrap()
}

#[tokio::test]
async fn passes_that_never_come_to_their_end_want_attention() {
    let house = House::new(crate::common::ONE_SOURCE);
    house.write("a.xml", &daily());
    house.write("output", "a file, where the folder should be");
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    let noon = at("2024-06-15T12:00:00Z");
    let pass = mill::pass(&config, &store, &ALL, noon, &|_| ()).await;
    assert!(pass.is_err());
    assert!(
        status(&house, "2024-06-15T12:30:00Z")
            .await
            .wants_attention()
    );
}

#[tokio::test]
async fn a_source_that_answers_is_fine_until_it_is_silent_for_five_times_its_rhythm() {
    let server = Server::start().await;
    server.serves("/ferry", "\"1\"", &daily());
    let house = house(&server);
    house.pass().await;
    let told = status(&house, "2024-06-15T12:30:00Z").await;
    let source = &told.sources[0];
    assert_eq!(source.health, Health::Fine);
    assert_eq!(source.title.as_deref(), Some("Harbour"));
    assert_eq!(source.items, 5);
    assert_eq!(source.rhythm_seconds, Some(86_400));
    assert_eq!(source.newest, Some(at("2024-06-14T09:00:00Z")));
    assert_eq!(source.next_why, Some(WaitReason::Rhythm));
    assert!(!told.wants_attention());
    assert!(status(&house, "2024-06-17T12:00:00Z").await.overdue);

    house.pass_at("2024-06-20T12:00:00Z", &ALL).await;
    let told = status(&house, "2024-06-20T12:00:00Z").await;
    assert_eq!(told.sources[0].health, Health::Stale);
    assert_eq!(
        told.sources[0].stale_since,
        Some(at("2024-06-19T09:00:00Z"))
    );
    assert!(told.wants_attention());
}

#[tokio::test]
async fn what_is_gone_is_asked_again_only_after_retry() {
    let server = Server::start().await;
    server.says("/ferry", "410 Gone\r\nContent-Length: 0", b"");
    let house = house(&server);
    house.pass().await;
    let told = status(&house, "2024-06-15T12:00:00Z").await;
    assert_eq!(told.sources[0].health, Health::Gone);
    assert_eq!(told.sources[0].kind, Some(FailureKind::Gone));
    assert_eq!(told.sources[0].next_visit, None);
    assert!(told.wants_attention());
    assert_eq!(house.pass_at("2024-07-15T12:00:00Z", &ALL).await.asked, 0);

    server.serves("/ferry", "\"1\"", &daily());
    assert_eq!(
        retry(&house, "fery", "2024-07-15T12:00:00Z").await,
        Retry::Unknown
    );
    assert_eq!(
        retry(&house, "ferry", "2024-07-15T12:00:00Z").await,
        Retry::Due
    );
    let report = house
        .pass_at("2024-07-15T12:00:00Z", &Options::default())
        .await;
    assert_eq!((report.asked, report.new_items), (1, 5));
}

#[tokio::test]
async fn a_kind_of_failure_is_shown_as_json_and_forgotten_after_a_good_visit() {
    let server = Server::start().await;
    let house = house(&server);
    let shown = async |moment: &str| {
        house.pass_at(moment, &ALL).await;
        let status = serde_json::to_value(status(&house, moment).await).unwrap();
        let source = &status["sources"][0];
        (source["kind"].clone(), source["status"].clone())
    };
    server.says("/ferry", "503 Service Unavailable", b"");
    assert_eq!(
        shown("2024-06-15T12:00:00Z").await,
        ("http-status".into(), 503.into())
    );
    server.says(
        "/ferry",
        "200 OK",
        b"<title>Hi</title><input type=password>",
    );
    assert_eq!(
        shown("2024-06-16T12:00:00Z").await,
        ("access-denied".into(), Value::Null)
    );
    let report = house.pass_at("2024-06-17T12:00:00Z", &ALL).await;
    let failed = serde_json::to_value(&report.failed[0]).unwrap();
    assert_eq!(failed["kind"], "access-denied");
    server.serves("/ferry", "\"1\"", &daily());
    assert_eq!(
        shown("2024-06-18T12:00:00Z").await,
        (Value::Null, Value::Null)
    );
}

#[tokio::test]
async fn retry_does_not_lift_what_a_server_demands() {
    let server = Server::start().await;
    server.says(
        "/ferry",
        "503 Service Unavailable\r\nRetry-After: 86400\r\nContent-Length: 0",
        b"",
    );
    let house = house(&server);
    house.pass().await;
    let told = status(&house, "2024-06-15T12:00:00Z").await;
    assert_eq!(told.sources[0].next_why, Some(WaitReason::RetryAfter));
    assert!(!told.wants_attention(), "one failure may pass");
    assert_eq!(
        retry(&house, "ferry", "2024-06-15T12:00:00Z").await,
        Retry::NotBefore(at("2024-06-16T12:00:00Z"))
    );
    assert_eq!(house.pass_at("2024-06-15T14:00:00Z", &ALL).await.asked, 0);
    assert_eq!(house.pass_at("2024-06-16T12:00:00Z", &ALL).await.asked, 1);
}

#[tokio::test]
async fn a_source_that_has_moved_is_asked_there_until_that_fails() {
    let server = Server::start().await;
    server.says("/ferry", "301 Moved Permanently\r\nLocation: /new", b"");
    server.serves("/new", "\"1\"", &daily());
    let house = house(&server);
    let paths = || -> Vec<String> {
        let asked = server.asked();
        let path = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
        asked.iter().map(path).collect()
    };
    for day in 15..18 {
        house
            .pass_at(&format!("2024-06-{day}T12:00:00Z"), &ALL)
            .await;
    }
    assert_eq!(
        paths(),
        ["/ferry", "/new", "/ferry", "/new", "/ferry", "/new"]
    );
    let moved = format!("{}/new", server.address);
    let told = status(&house, "2024-06-17T12:00:00Z").await;
    assert_eq!(told.sources[0].moved_to.as_deref(), Some(moved.as_str()));
    house.pass_at("2024-06-18T12:00:00Z", &ALL).await;
    assert_eq!(paths()[6..], ["/new"]);

    // There it is gone, and back where it was.
    server.says("/new", "410 Gone\r\nContent-Length: 0", b"");
    server.serves("/ferry", "\"2\"", &daily());
    house.pass_at("2024-06-19T12:00:00Z", &ALL).await;
    let report = house.pass_at("2024-06-20T12:00:00Z", &ALL).await;
    assert_eq!(paths()[7..], ["/new", "/ferry"]);
    assert_eq!(report.failed.len(), 0);
}
