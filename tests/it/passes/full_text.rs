//! `full_text`: the article of an item's page in place of what its feed gives.

use crate::common::server::{Act, Server, says};
use crate::common::{ALL, House, rss};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::Duration;

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

/// An article of its own: two items with one and the same have none.
fn page(path: &str) -> String {
    let letters = path.bytes().map(|b| char::from(b'a' + b % 26));
    let name: String = letters.collect();
    format!(
        "<html><head><title>Quay closed</title></head><body><nav><a href=/>Home</a></nav><article><h1>Quay closed</h1>\
        <p>{}</p><p>{} The ship {name}pier <script>x()</script><img src=quay.jpg onerror=x()></p></article><footer>Imprint</footer></body></html>",
        SENTENCE.repeat(3),
        SENTENCE.repeat(3)
    )
}

fn serves_page(server: &Server, path: &str) {
    serves_html(server, path, &page(path));
}

fn serves_html(server: &Server, path: &str, html: &str) {
    server.says(path, "200 OK\r\nContent-Type: text/html", html.as_bytes());
}

/// How often a path was asked for.
fn times(server: &Server, path: &str) -> usize {
    paths(server).iter().filter(|asked| *asked == path).count()
}

/// The paths that were asked for.
fn paths(server: &Server) -> Vec<String> {
    let asked = server.asked();
    let requests = asked
        .iter()
        .filter_map(|request| request.strip_prefix("GET "));
    let path = |request: &str| request.split(' ').next().unwrap().to_owned();
    requests.map(path).collect()
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
    server.says("/2", "402 Payment Required", page("/2").as_bytes());
    server.says(
        "/3",
        "200 OK\r\nContent-Type: application/pdf",
        page("/3").as_bytes(),
    );
    let house = house(&server, "");
    for day in 15..20 {
        house
            .pass_at(&format!("2024-06-{day}T12:00:00Z"), &ALL)
            .await;
    }
    assert_eq!(all.map(|path| times(&server, path)), [2, 1, 1]);
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
    assert_eq!(paths(&server).len(), 2 + 20 + 5);
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

#[tokio::test]
async fn a_page_that_says_nothing_of_the_item_is_not_its_article() {
    let server = Server::start().await;
    let all = ["/consent", "/login", "/error", "/home"];
    server.says("/feed", "200 OK", feed(&server, &all).as_bytes());
    let walls = [
        "We and our partners store cookies on your device. You may accept or refuse, and change that at any time. ",
        "Sign in or create an account to read on. You have read three articles this month, and members read all. ",
        "Something went wrong. The address may be misspelt, or what it led to was taken down. Try the search. ",
    ];
    for (path, wall) in all.iter().zip(walls) {
        let html = format!("<title>Example News</title><article><p>{}", wall.repeat(9));
        serves_html(&server, path, &html);
    }
    server.says("/home", "302 Found\r\nLocation: /", b"");
    serves_page(&server, "/");
    let house = house(&server, "");
    let report = house.pass_at(NOON, &ALL).await;
    assert!(report.odd[0].1.contains("4 of 4 pages gave no full text"));
    for item in 0..4 {
        assert!(content(&house, item).contains("The quay has sunk."));
    }
    // It may be gone a day later.
    serves_page(&server, "/login");
    for day in 16..20 {
        house
            .pass_at(&format!("2024-06-{day}T13:00:00Z"), &ALL)
            .await;
    }
    assert_eq!(all.map(|path| times(&server, path)), [2; 4]);
    let shown: Vec<_> = (0..4).map(|item| content(&house, item)).collect();
    let full = shown
        .iter()
        .filter(|text| text.contains("told the ferries"));
    assert_eq!(full.count(), 1);
}

#[tokio::test]
async fn two_items_with_one_page_keep_what_their_feed_says() {
    let server = Server::start().await;
    server.says("/feed", "200 OK", feed(&server, &["/1"]).as_bytes());
    serves_html(&server, "/1", &page("/same"));
    let house = house(&server, "");
    house.pass_at(NOON, &ALL).await;
    assert!(content(&house, 0).contains("told the ferries"));
    // The page that seemed to be an article is given for each address.
    server.says(
        "/feed",
        "200 OK",
        feed(&server, &["/1", "/2", "/3"]).as_bytes(),
    );
    serves_html(&server, "/2", &page("/same"));
    serves_page(&server, "/3");
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    let full = (0..3).filter(|&item| content(&house, item).contains("told the ferries"));
    assert_eq!(full.count(), 1);
    assert_eq!(["/1", "/2", "/3"].map(|path| times(&server, path)), [1; 3]);
}

#[tokio::test]
async fn a_changed_item_has_its_page_read_again_and_keeps_its_article_if_that_fails() {
    let server = Server::start().await;
    let says = |text: &str| {
        let link = format!("{}/1", server.address);
        let item = ("Quay closed", &*link, "14 Jun 2024 09:00:00 +0000", text);
        server.says("/feed", "200 OK", rss("a", &[item]).as_bytes());
    };
    says("The quay has sunk.");
    serves_page(&server, "/1");
    let house = house(&server, "");
    house.pass_at(NOON, &ALL).await;
    says("The quay has sunk deeper.");
    let newer = page("/1").replace("until noon", "until the evening");
    serves_html(&server, "/1", &newer);
    house.pass_at("2024-06-15T12:30:00Z", &ALL).await;
    assert_eq!(times(&server, "/1"), 1, "not within an hour");
    house.pass_at("2024-06-15T14:00:00Z", &ALL).await;
    assert_eq!(times(&server, "/1"), 2);
    assert!(content(&house, 0).contains("until the evening"));

    says("The quay is gone.");
    server.says("/1", "404 Not Found", b"");
    house.pass_at("2024-06-16T14:00:00Z", &ALL).await;
    assert_eq!(times(&server, "/1"), 3);
    assert!(content(&house, 0).contains("until the evening"));
    let longer = format!("The quay is back. {}", "It floats on barges. ".repeat(60));
    says(&longer);
    house.pass_at("2024-06-17T14:00:00Z", &ALL).await;
    assert_eq!(times(&server, "/1"), 4);
    assert!(content(&house, 0).contains("on barges"));
    house.pass_at("2024-06-19T14:00:00Z", &ALL).await;
    assert_eq!(times(&server, "/1"), 4);
}

#[tokio::test]
async fn robots_txt_is_read_once_a_day_also_where_redirects_lead() {
    let server = Server::start().await;
    let other = Server::start().await;
    let moved = |n: u32| {
        let location = format!("302 Found\r\nLocation: {}/{n}", other.address);
        server.says(&format!("/{n}"), &location, b"");
        serves_page(&other, &format!("/{n}"));
    };
    (1..=3).for_each(moved);
    let house = house(&server, "");
    let mut listed = Vec::new();
    for (path, moment) in [
        ("/1", "2024-06-15T12:00:00Z"),
        ("/2", "2024-06-15T20:00:00Z"),
        ("/3", "2024-06-16T13:00:00Z"),
    ] {
        listed.push(path);
        server.says("/feed", "200 OK", feed(&server, &listed).as_bytes());
        house.pass_at(moment, &ALL).await;
    }
    assert_eq!(times(&server, "/robots.txt"), 2);
    assert_eq!(
        paths(&other),
        ["/robots.txt", "/1", "/2", "/robots.txt", "/3"]
    );
    let full = (0..3).filter(|&item| content(&house, item).contains("told the ferries"));
    assert_eq!(full.count(), 3);
}

#[tokio::test]
async fn a_redirect_to_what_robots_txt_disallows_is_not_followed() {
    let server = Server::start().await;
    let other = Server::start().await;
    let to_other = format!("302 Found\r\nLocation: {}/wall/2", other.address);
    server.says("/feed", "200 OK", feed(&server, &["/1", "/2"]).as_bytes());
    server.says("/1", "302 Found\r\nLocation: /wall/1", b"");
    server.says("/2", &to_other, b"");
    for site in [&server, &other] {
        site.says(
            "/robots.txt",
            "200 OK",
            b"User-agent: *\nDisallow: /wall/\n",
        );
        for path in ["/wall/1", "/wall/2"] {
            serves_page(site, path);
        }
    }
    let house = house(&server, "");
    house.pass_at(NOON, &ALL).await;
    assert_eq!(times(&server, "/wall/1"), 0);
    assert_eq!(paths(&other), ["/robots.txt"]);
}

/// What a server may do where an article should be: its name as docs/HOSTILE.md has it, what it does, and how
/// often it is asked within a week.
fn hostile() -> Vec<(&'static str, Vec<Act>, usize)> {
    let html = "200 OK\r\nContent-Type: text/html";
    let answer = |status: &str| vec![says(status, page("/x").as_bytes())];
    let endless = SENTENCE.repeat(8).into_bytes();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(page("/x").as_bytes()).unwrap();
    gzip.write_all(&vec![b' '; 16 << 20]).unwrap();
    let bomb = gzip.finish().unwrap();
    let deep = format!("{}{}", "<div>".repeat(100_000), page("/x"));
    vec![
        ("401", answer("401 Unauthorized"), 1),
        ("402", answer("402 Payment Required"), 1),
        ("403", answer("403 Forbidden"), 1),
        ("451", answer("451 Unavailable For Legal Reasons"), 1),
        ("500", answer("500 Oops"), 2),
        (
            "no end",
            vec![
                says(html, page("/x").as_bytes()),
                Act::Repeat(endless, 8_000),
            ],
            2,
        ),
        (
            "a gzip bomb",
            vec![says(&format!("{html}\r\nContent-Encoding: gzip"), &bomb)],
            2,
        ),
        ("silence", vec![Act::Hang], 2),
        (
            "an end in the middle",
            vec![says(
                &format!("{html}\r\nContent-Length: 99999"),
                page("/x").as_bytes(),
            )],
            2,
        ),
        (
            "a picture said to be HTML",
            vec![says(html, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR <p>quay closed")],
            1,
        ),
        (
            "a PDF",
            answer("200 OK\r\nContent-Type: application/pdf"),
            1,
        ),
        ("nothing", vec![says(html, b"")], 1),
        (
            "100,000 open elements",
            vec![says(html, deep.as_bytes())],
            1,
        ),
        (
            "a redirect to a private address",
            answer("302 Found\r\nLocation: http://192.168.0.1/x"),
            1,
        ),
        (
            "a redirect to a file",
            answer("302 Found\r\nLocation: file:///etc/passwd"),
            1,
        ),
        (
            "a redirect to itself",
            answer("302 Found\r\nLocation: ?"),
            1,
        ),
    ]
}

#[tokio::test]
async fn a_hostile_page_leaves_what_the_feed_says() {
    let server = Server::start().await;
    let all = hostile();
    let names: Vec<_> = (0..all.len()).map(|n| format!("/{n}")).collect();
    let mut listed: Vec<_> = names.iter().map(String::as_str).collect();
    for (path, (_, acts, _)) in listed.iter().zip(&all) {
        server.does(path, acts.clone());
    }
    listed.push("/good");
    serves_page(&server, "/good");
    server.says("/feed", "200 OK", feed(&server, &listed).as_bytes());
    let house = house(&server, "");
    for day in [15, 17, 19] {
        let moment = format!("2024-06-{day}T12:00:00Z");
        house
            .pass_with(&moment, &ALL, |config| {
                config.fetch.timeout = Duration::from_secs(3);
            })
            .await;
    }
    for (path, (name, _, asked)) in names.iter().zip(all) {
        assert_eq!(times(&server, path), asked, "{name}");
    }
    let full = (0..listed.len()).filter(|&item| content(&house, item).contains("told the ferries"));
    assert_eq!(full.count(), 1);
}

#[tokio::test]
async fn an_article_in_another_charset_than_was_said_is_read() {
    let server = Server::start().await;
    server.says("/feed", "200 OK", feed(&server, &["/1", "/2"]).as_bytes());
    let html = |path: &str, charset: &str| {
        page(path)
            .replace("<head>", &format!("<head><meta charset={charset}>"))
            .replace("The ship", "Das Schiff Mäander")
    };
    let utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(html("/1", "utf-8").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    server.says(
        "/1",
        "200 OK\r\nContent-Type: text/html; charset=latin1",
        &utf16,
    );
    let latin: Vec<u8> = html("/2", "windows-1252")
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    server.says(
        "/2",
        "200 OK\r\nContent-Type: text/html; charset=nonsense",
        &latin,
    );
    let house = house(&server, "");
    house.pass().await;
    for item in 0..2 {
        let shown = content(&house, item);
        assert!(shown.contains("Schiff Mäander"), "{shown}");
    }
}
