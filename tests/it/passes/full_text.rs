//! `full_text`: the article of an item's page in place of what its feed gives.

use crate::common::server::Server;
use crate::common::{ALL, House, rss};

const SENTENCE: &str = "The harbour master closed the northern quay, which had sunk by a hand, and told the ferries to wait outside until noon. ";
const NOON: &str = "2024-06-15T12:00:00Z";

fn house(server: &Server, more: &str) -> House {
    House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
        [sources.s]\nurl = \"{}/feed\"\nfull_text = true\n{more}\n[themes.all]\ntitle = \"All\"\n",
        server.address
    ))
}

fn feed(server: &Server, paths: &[&str]) -> String {
    let links: Vec<_> = paths
        .iter()
        .map(|path| format!("{}{path}", server.address))
        .collect();
    let titles: Vec<_> = paths
        .iter()
        .map(|path| format!("Quay closed {path}"))
        .collect();
    let items: Vec<_> = links
        .iter()
        .zip(&titles)
        .map(|(link, title)| {
            (
                title.as_str(),
                link.as_str(),
                "14 Jun 2024 09:00:00 +0000",
                "The quay has sunk.",
            )
        })
        .collect();
    rss("a", &items)
}

fn page() -> String {
    format!(
        "<html><head><title>Quay closed</title></head><body><nav><a href=/>Home</a></nav><article><h1>Quay closed</h1>\
        <p>{}</p><p>{} <script>x()</script><img src=quay.jpg onerror=x()></p></article><footer>Imprint</footer></body></html>",
        SENTENCE.repeat(3),
        SENTENCE.repeat(3)
    )
}

fn serves_page(server: &Server, path: &str) {
    server.says(path, "200 OK\r\nContent-Type: text/html", page().as_bytes());
}

/// The paths that were asked for.
fn paths(server: &Server) -> Vec<String> {
    let asked = server.asked();
    let path = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
    asked.iter().map(path).collect()
}

fn content(house: &House, item: usize) -> String {
    house.items("all")[item]["content_html"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn the_article_is_shown_and_its_page_is_requested_once() {
    let server = Server::start().await;
    server.says("/feed", "200 OK", feed(&server, &["/1"]).as_bytes());
    serves_page(&server, "/1");
    let house = house(&server, "");
    let report = house.pass().await;
    assert_eq!(paths(&server), ["/feed", "/robots.txt", "/1"]);
    let shown = content(&house, 0);
    assert!(shown.contains("told the ferries to wait"), "{shown}");
    assert!(
        shown.contains("/quay.jpg") && !shown.contains("x()"),
        "{shown}"
    );
    assert!(
        !shown.contains("Imprint") && !shown.contains("Home"),
        "{shown}"
    );
    assert_eq!(report.new_items, 1);
    let before = house.published();

    let report = house.pass_at("2024-06-17T12:00:00Z", &ALL).await;
    assert_eq!(paths(&server)[3..], ["/feed"]);
    assert_eq!(report.changed_items, 0);
    assert_eq!(house.published(), before);
}

#[tokio::test]
async fn a_text_that_comes_later_changes_neither_id_nor_dates() {
    let server = Server::start().await;
    server.says("/feed", "200 OK", feed(&server, &["/1"]).as_bytes());
    server.says("/1", "503 Service Unavailable", b"");
    let house = house(&server, "");
    let report = house.pass_at(NOON, &ALL).await;
    assert!(content(&house, 0).contains("The quay has sunk."));
    assert_eq!(report.odd.len(), 1, "{:?}", report.odd);
    let before = house.items("all").remove(0);

    serves_page(&server, "/1");
    // Not before a day has passed.
    house.pass_at("2024-06-15T20:00:00Z", &ALL).await;
    assert!(content(&house, 0).contains("The quay has sunk."));
    house.pass_at("2024-06-16T13:00:00Z", &ALL).await;
    assert!(content(&house, 0).contains("told the ferries to wait"));
    let after = house.items("all").remove(0);
    for key in ["id", "url", "title", "date_published", "date_modified"] {
        assert_eq!(before.get(key), after.get(key), "{key}");
    }
}

#[tokio::test]
async fn a_page_that_fails_is_tried_once_more_and_one_that_turns_us_away_never() {
    let server = Server::start().await;
    let all = ["/1", "/2", "/3"];
    server.says("/feed", "200 OK", feed(&server, &all).as_bytes());
    server.says("/1", "500 Oops", b"");
    server.says("/2", "402 Payment Required", page().as_bytes());
    server.says(
        "/3",
        "200 OK\r\nContent-Type: application/pdf",
        page().as_bytes(),
    );
    let house = house(&server, "");
    for day in 15..20 {
        house
            .pass_at(&format!("2024-06-{day}T12:00:00Z"), &ALL)
            .await;
    }
    let times = |path: &str| paths(&server).iter().filter(|asked| *asked == path).count();
    assert_eq!(all.map(times), [2, 1, 1]);
    for item in 0..3 {
        assert!(content(&house, item).contains("The quay has sunk."));
    }
}

#[tokio::test]
async fn robots_txt_is_obeyed_and_no_header_of_the_source_is_sent() {
    let server = Server::start().await;
    server.says(
        "/feed",
        "200 OK",
        feed(&server, &["/a/1", "/b/2"]).as_bytes(),
    );
    server.says("/robots.txt", "200 OK", b"User-agent: *\nDisallow: /b/\n");
    serves_page(&server, "/a/1");
    let house = house(&server, "headers = { X-Key = \"file:key\" }");
    house.write("key", "very-secret");
    house.pass().await;
    assert_eq!(paths(&server), ["/feed", "/robots.txt", "/a/1"]);
    let has_key = |request: &String| request.contains("very-secret");
    let with_key: Vec<_> = server.asked().iter().map(has_key).collect();
    assert_eq!(with_key, [true, false, false]);
}

#[tokio::test]
async fn pages_of_a_pass_are_few_and_the_rest_comes_later() {
    let server = Server::start().await;
    let all: Vec<_> = (0..25).map(|n| format!("/{n}")).collect();
    let named: Vec<_> = all.iter().map(String::as_str).collect();
    server.says("/feed", "200 OK", feed(&server, &named).as_bytes());
    for path in &all {
        serves_page(&server, path);
    }
    let house = house(&server, "");
    house.pass().await;
    assert_eq!(paths(&server).len(), 2 + 20);
    // The source itself is not due.
    house
        .pass_at("2024-06-15T12:10:00Z", &feedmill::mill::Options::default())
        .await;
    assert_eq!(paths(&server).len(), 2 + 20 + 1 + 5);
    for item in 0..25 {
        assert!(content(&house, item).contains("told the ferries"), "{item}");
    }
}

#[tokio::test]
async fn a_private_page_is_not_requested() {
    let server = Server::start().await;
    let house = house(&server, "");
    let text = std::fs::read_to_string(house.path("feeds.toml")).unwrap();
    let text = text.replace("allow = [\"127.0.0.0/8\"]\n", "").replace(
        &format!("url = \"{}/feed\"", server.address),
        "path = \"a.xml\"",
    );
    house.write("feeds.toml", &text);
    house.write("a.xml", &feed(&server, &["/1"]));
    serves_page(&server, "/1");
    house.pass().await;
    assert_eq!(paths(&server), [""; 0]);
    assert!(content(&house, 0).contains("The quay has sunk."));
}
