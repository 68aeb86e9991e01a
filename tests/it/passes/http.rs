//! Whole passes over a server on this machine: what is asked, what is remembered, what a bad answer
//! leaves behind.

use crate::common::server::Server;
use crate::common::{ALL, House, rss};
use feedmill::mill::Options;
use feedmill::model::FailureKind;

fn config(server: &Server, paths: &[&str]) -> String {
    use std::fmt::Write;
    let mut text = "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\ntimeout = \"5 s\"\n".to_owned();
    for (number, path) in paths.iter().enumerate() {
        let _ = writeln!(
            text,
            "[sources.s{number}]\nurl = \"{}{path}\"",
            server.address
        );
    }
    text + "[themes.all]\ntitle = \"All\"\n"
}

fn feed(titles: &[&str]) -> String {
    let items: Vec<_> = titles
        .iter()
        .map(|title| {
            (
                *title,
                format!("https://a.example/{title}").replace(' ', "-"),
            )
        })
        .collect();
    let items: Vec<_> = items
        .iter()
        .map(|(title, link)| {
            (
                *title,
                link.as_str(),
                "Fri, 14 Jun 2024 09:00:00 +0000",
                *title,
            )
        })
        .collect();
    rss("a", &items)
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_304_keeps_the_items() {
    let server = Server::start().await;
    server.serves("/f", "W/\"odd \\ one\"", &feed(&["Ferry late"]));
    let house = House::new(&config(&server, &["/f"]));
    house.pass().await;
    let report = house
        .pass_at("2024-06-15T14:00:00Z", &Options::default())
        .await;
    assert_eq!((report.unchanged, report.written.len()), (1, 0));
    let asked = server.asked();
    assert!(!asked[0].contains("if-none-match"));
    assert!(
        asked[1].contains("if-none-match: W/\"odd \\ one\"\r\n"),
        "{}",
        asked[1]
    );
    assert_eq!(house.titles("all"), ["Ferry late"]);
}

#[tokio::test]
async fn nobody_is_asked_again_before_its_time() {
    let server = Server::start().await;
    server.serves("/f", "\"1\"", &feed(&["Ferry late"]));
    let house = House::new(&config(&server, &["/f"]));
    house.pass().await;
    let report = house
        .pass_at("2024-06-15T12:30:00Z", &Options::default())
        .await;
    assert_eq!((report.asked, server.asked().len()), (0, 1));
    assert_eq!(house.pass_at("2024-06-15T12:31:00Z", &ALL).await.asked, 1);
}

#[tokio::test]
async fn retry_after_is_kept_even_against_all() {
    let server = Server::start().await;
    server.says("/f", "503 Service Unavailable\r\nRetry-After: 7200", b"");
    let house = House::new(&config(&server, &["/f"]));
    let report = house.pass().await;
    assert!(
        report.failed[0].error.contains("503"),
        "{}",
        report.failed[0].error
    );
    assert_eq!(house.pass_at("2024-06-15T13:59:00Z", &ALL).await.asked, 0);
    assert_eq!(house.pass_at("2024-06-15T14:01:00Z", &ALL).await.asked, 1);
}

#[tokio::test]
async fn gone_means_stop() {
    let server = Server::start().await;
    server.says("/f", "410 Gone", b"");
    let house = House::new(&config(&server, &["/f"]));
    house.pass().await;
    assert_eq!(house.pass_at("2024-07-15T14:00:00Z", &ALL).await.asked, 0);
}

#[tokio::test]
async fn a_body_cut_short_gives_its_whole_items_and_is_asked_for_again_in_full() {
    let server = Server::start().await;
    let whole = feed(&["Ferry late", "Bridge opens", "Cut off"]);
    let half = &whole[..whole.find("<title>Cut off").unwrap()];
    let head = format!("200 OK\r\nETag: \"1\"\r\nContent-Length: {}", whole.len());
    server.says("/f", &head, half.as_bytes());
    let house = House::new(&config(&server, &["/f"]));
    let report = house.pass().await;
    assert!(report.failed.is_empty());
    assert!(
        report
            .odd
            .iter()
            .any(|(_, text)| text.contains("incomplete")),
        "{:?}",
        report.odd
    );
    let mut titles = house.titles("all");
    titles.sort();
    assert_eq!(titles, ["Bridge opens", "Ferry late"]);

    server.serves("/f", "\"1\"", &whole);
    house
        .pass_at("2024-06-15T14:00:00Z", &Options::default())
        .await;
    assert!(!server.asked()[1].contains("if-none-match"));
    assert_eq!(house.titles("all").len(), 3);
}

#[tokio::test]
async fn one_refused_one_cut_and_one_error_page_leave_the_fourth_alone() {
    let server = Server::start().await;
    let whole = feed(&["Ferry late", "Cut off"]);
    server.says(
        "/cut",
        "200 OK\r\nContent-Length: 99999",
        &whole.as_bytes()[..whole.find("<title>Cut").unwrap()],
    );
    server.says(
        "/page",
        "200 OK\r\nContent-Type: text/html",
        b"<!DOCTYPE html><html><head><title>Oops</title></head><body></body></html>",
    );
    server.serves("/good", "\"1\"", &feed(&["Bridge opens"]));
    let mut text = config(&server, &["/cut", "/page", "/good"]);
    text.push_str("[sources.refused]\nurl = \"http://127.0.0.1:9/feed\"\n");
    let house = House::new(&text);
    let report = house.pass().await;
    let mut failed: Vec<_> = report.failed.iter().map(|f| f.source.to_string()).collect();
    failed.sort();
    assert_eq!(failed, ["refused", "s1"]);
    let kinds: Vec<_> = report.failed.iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [FailureKind::Connect, FailureKind::NotAFeed]);
    assert!(!report.nobody_reached());
    let mut titles = house.titles("all");
    titles.sort();
    assert_eq!(titles, ["Bridge opens", "Ferry late"]);
}

#[tokio::test]
async fn a_body_without_end_is_read_up_to_the_cap() {
    let server = Server::start().await;
    let mut body = feed(&["Ferry late"]).replace("</channel></rss>", "");
    body.push_str(&" ".repeat(1 << 20));
    server.says("/f", "200 OK", body.as_bytes());
    let text = config(&server, &["/f"]).replace("gap =", "max_body = \"64 KiB\"\ngap =");
    let house = House::new(&text);
    let report = house.pass().await;
    assert!(
        report.odd.iter().any(|(_, text)| text.contains("max_body")),
        "{:?}",
        report.odd
    );
    assert_eq!(house.titles("all"), ["Ferry late"]);
}

#[tokio::test]
async fn redirects_are_followed_but_not_into_private_networks_or_loops() {
    let server = Server::start().await;
    server.says("/old", "301 Moved Permanently\r\nLocation: /new", b"");
    server.serves("/new", "\"1\"", &feed(&["Ferry late"]));
    server.says("/loop", "302 Found\r\nLocation: /loop", b"");
    server.says("/inside", "302 Found\r\nLocation: http://192.168.0.1/", b"");
    server.says("/file", "302 Found\r\nLocation: file:///etc/passwd", b"");
    let house = House::new(&config(&server, &["/old", "/loop", "/inside", "/file"]));
    let report = house.pass().await;
    let error = |id: &str| {
        report
            .failed
            .iter()
            .find(|f| f.source.as_str() == id)
            .map(|f| f.error.clone())
            .unwrap_or_default()
    };
    assert!(
        error("s1").contains("redirected more than 10 times"),
        "{}",
        error("s1")
    );
    assert!(
        error("s2").contains("192.168.0.1 is a private address"),
        "{}",
        error("s2")
    );
    assert!(
        error("s3").contains("only http and https"),
        "{}",
        error("s3")
    );
    assert_eq!(house.titles("all"), ["Ferry late"]);
}

#[tokio::test]
async fn private_addresses_are_refused_unless_allowed() {
    let server = Server::start().await;
    server.serves("/f", "\"1\"", &feed(&["Ferry late"]));
    let house = House::new(&config(&server, &["/f"]).replace("allow = [\"127.0.0.0/8\"]\n", ""));
    let report = house.pass().await;
    assert!(
        report.failed[0]
            .error
            .contains("add it to allow in [fetch]"),
        "{}",
        report.failed[0].error
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_sources_secret_goes_to_its_own_host_only() {
    let server = Server::start().await;
    let other = Server::start().await;
    server.says(
        "/f",
        &format!("302 Found\r\nLocation: {}/f", other.address),
        b"",
    );
    other.serves("/f", "\"1\"", &feed(&["Ferry late"]));
    let text = config(&server, &["/f"])
        .replace("/f\"\n", "/f\"\nheaders = { X-Token = \"file:token\" }\n");
    let house = House::new("");
    house.write("token", "hidden\n");
    house.write("feeds.toml", &text);
    house.pass().await;
    assert!(server.asked()[0].contains("x-token: hidden\r\n"));
    assert!(!other.asked()[0].contains("x-token"));
    assert_eq!(house.titles("all"), ["Ferry late"]);
}

#[tokio::test]
async fn a_feeds_own_rhythm_is_kept_over_304() {
    let server = Server::start().await;
    let slow = feed(&["Ferry late"]).replace("<link>", "<ttl>720</ttl><link>");
    server.serves("/f", "\"1\"", &slow);
    let house = House::new(&config(&server, &["/f"]));
    house.pass().await;
    house
        .pass_at("2024-06-16T00:00:00Z", &Options::default())
        .await;
    assert_eq!(
        house
            .pass_at("2024-06-16T06:00:00Z", &Options::default())
            .await
            .asked,
        0
    );
    assert_eq!(
        house
            .pass_at("2024-06-16T12:00:00Z", &Options::default())
            .await
            .asked,
        1
    );
}

#[tokio::test]
async fn a_secret_address_is_published_nowhere() {
    let server = Server::start().await;
    let body = "<rss xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>a</title><item>\
        <title>Ferry late</title><guid>7</guid><link>item/1</link><enclosure url=\"a.mp3\" type=\"audio/mpeg\" length=\"1\"/>\
        <description>&lt;a href=\"x\"&gt;x&lt;/a&gt; &lt;img src=\"y.png\"&gt;</description></item></channel></rss>";
    server.says(
        "/tok/en/feed",
        "301 Moved Permanently\r\nLocation: /tok/en/new",
        b"",
    );
    server.serves("/tok/en/new", "\"1\"", body);
    let text =
        config(&server, &["/x"]).replace(&format!("\"{}/x\"", server.address), "\"file:address\"");
    let house = House::new(&text);
    house.write("address", &format!("{}/tok/en/feed", server.address));
    let mut told = String::new();
    for moment in [
        "2024-06-15T12:00:00Z",
        "2024-06-16T12:00:00Z",
        "2024-06-17T12:00:00Z",
        "2024-06-18T12:00:00Z",
    ] {
        told += &serde_json::to_string(&house.pass_at(moment, &ALL).await).unwrap();
    }
    assert_eq!(house.titles("all"), ["Ferry late"]);
    for (name, bytes) in house.published() {
        assert!(
            !String::from_utf8_lossy(&bytes).contains("tok/en"),
            "{name}"
        );
    }
    assert!(!told.contains("tok/en"), "{told}");
}

/// A page of a list, with a link to the one that follows.
fn page(titles: &[&str], next: Option<&str>) -> String {
    use std::fmt::Write;
    let mut items = String::new();
    for title in titles {
        let _ = write!(
            items,
            "<li><a href=\"/{}\">{title}</a></li>",
            title.replace(' ', "-")
        );
    }
    let next = next.map_or_else(String::new, |url| {
        format!("<p class=pager><a href=\"{url}\">Older</a></p>")
    });
    format!("<!doctype html><title>List</title><ul>{items}</ul>{next}")
}

fn paged(server: &Server, pages: u32) -> String {
    let page = "item = \"li\"\nnext = \".pager a\"\n";
    config(server, &["/list"]).replace(
        "[themes.all]",
        &format!("pages = {pages}\nrobots = false\n[sources.s0.page]\n{page}[themes.all]"),
    )
}

#[tokio::test]
async fn the_pages_that_follow_are_read_as_far_as_asked_for() {
    let server = Server::start().await;
    server.serves("/list", "\"1\"", &page(&["One"], Some("/list?p=2")));
    server.serves(
        "/list?p=2",
        "\"2\"",
        &page(&["Two", "One"], Some("/list?p=3")),
    );
    server.serves("/list?p=3", "\"3\"", &page(&["Three"], Some("/list")));
    let house = House::new(&paged(&server, 2));
    house.pass().await;
    assert_eq!(house.titles("all").len(), 2);
    assert_eq!(server.asked().len(), 2);
    // Nothing new on the first page: the others are not asked for.
    house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert_eq!(server.asked().len(), 3);
    // A circle ends.
    house.write("feeds.toml", &paged(&server, 20));
    let report = house.pass_at("2024-06-17T12:00:00Z", &ALL).await;
    assert_eq!(house.titles("all").len(), 3);
    assert_eq!(server.asked().len(), 6);
    let odd = &report.odd[0].1;
    assert!(odd.contains("is repeated"), "{odd}");
}

#[tokio::test]
async fn a_page_on_which_the_selector_finds_nothing_any_more_has_failed() {
    let server = Server::start().await;
    server.serves("/list", "\"1\"", &page(&["One"], None));
    let house = House::new(&paged(&server, 1));
    house.pass().await;
    server.serves("/list", "\"2\"", "<!doctype html><title>New</title><p>One");
    let report = house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert!(report.failed[0].error.contains("\"li\" finds nothing"));
    assert_eq!(report.failed[0].kind, FailureKind::SelectorFindsNothing);
    assert_eq!(house.titles("all"), ["One"]);
    // It is not taken as known: the next visit asks for all of it.
    house.pass_at("2024-06-17T12:00:00Z", &ALL).await;
    assert!(server.asked()[2].contains("if-none-match: \"1\""));
}

#[tokio::test]
async fn a_following_page_that_fails_is_asked_for_again_with_the_first() {
    let server = Server::start().await;
    server.serves("/list", "\"1\"", &page(&["One"], Some("/list?p=2")));
    let house = House::new(&paged(&server, 2));
    let report = house.pass().await;
    assert!(report.failed.is_empty());
    assert!(report.odd[0].1.contains("404"), "{:?}", report.odd);
    assert_eq!(house.titles("all"), ["One"]);
    server.serves("/list?p=2", "\"2\"", &page(&["Two"], None));
    house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert_eq!(house.titles("all").len(), 2);
}

#[tokio::test]
async fn a_following_page_of_another_site_is_left_alone() {
    let server = Server::start().await;
    server.serves(
        "/list",
        "\"1\"",
        &page(&["One"], Some("https://other.example/")),
    );
    let house = House::new(&paged(&server, 2));
    let report = house.pass().await;
    assert_eq!(server.asked().len(), 1);
    assert!(
        report.odd[0].1.contains("not of this site"),
        "{:?}",
        report.odd
    );
}

fn listing(server: &Server, paths: &[&str]) -> String {
    use std::fmt::Write;
    let mut outlines = String::new();
    for path in paths {
        let _ = write!(
            outlines,
            "<outline text=\"Harbour\"><outline text=\"{path}\" xmlUrl=\"{}{path}\"/></outline>",
            server.address
        );
    }
    format!("<opml version=\"2.0\"><head/><body>{outlines}</body></opml>")
}

fn with_list(server: &Server) -> String {
    config(server, &["/opml"]).replace(
        "[themes.all]",
        "opml = true\ntags = [\"listed\"]\n[themes.listed]\nsources = [\"s0\"]\ntags = [\"harbour\"]\n[themes.all]",
    )
}

#[tokio::test]
async fn what_an_opml_list_names_is_asked_in_the_same_pass() {
    let server = Server::start().await;
    server.serves("/opml", "\"1\"", &listing(&server, &["/a", "/b"]));
    server.serves("/a", "\"1\"", &feed(&["Ferry late"]));
    server.serves("/b", "\"1\"", &feed(&["Bridge opens"]));
    let house = House::new(&with_list(&server));
    let report = house.pass().await;
    assert_eq!((report.asked, report.modified), (3, 3));
    assert_eq!(house.titles("listed").len(), 2);
    let items = house.items("all");
    assert_eq!(items[0]["tags"], serde_json::json!(["listed", "Harbour"]));
    // Unchanged, nobody sends anything.
    let report = house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert_eq!((report.asked, report.unchanged), (3, 3));
}

#[tokio::test]
async fn a_feed_in_two_folders_of_a_list_is_one_source_with_both() {
    let server = Server::start().await;
    let outline = |folder: &str| {
        let feed = format!("<outline text=\"Pier\" xmlUrl=\"{}/a\"/>", server.address);
        format!("<outline text=\"{folder}\">{feed}</outline>")
    };
    let list = format!(
        "<opml version=\"2.0\"><head/><body>{}{}</body></opml>",
        outline("Sea"),
        outline("Harbour")
    );
    server.serves("/opml", "\"1\"", &list);
    server.serves("/a", "\"1\"", &feed(&["Ferry late"]));
    let house = House::new(&with_list(&server));
    let report = house.pass().await;
    assert_eq!((report.asked, report.modified), (2, 2));
    let items = house.items("all");
    assert_eq!(
        items[0]["tags"],
        serde_json::json!(["listed", "Sea", "Harbour"])
    );
}

#[tokio::test]
async fn a_list_that_fails_keeps_its_sources_and_one_that_changes_changes_them() {
    let server = Server::start().await;
    server.serves("/opml", "\"1\"", &listing(&server, &["/a"]));
    server.serves("/a", "\"1\"", &feed(&["Ferry late"]));
    let house = House::new(&with_list(&server));
    house.pass().await;
    for broken in [
        "<opml><body><outline xmlUrl=\"https://x.example/\"/>",
        "<html>gone</html>",
    ] {
        server.serves("/opml", "\"2\"", broken);
        let report = house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
        assert_eq!((report.asked, report.failed.len()), (2, 1), "{broken}");
    }
    server.serves("/opml", "\"3\"", &listing(&server, &["/b"]));
    server.serves("/b", "\"1\"", &feed(&["Bridge opens"]));
    house.pass_at("2024-06-18T12:00:00Z", &ALL).await;
    let asked = server.asked();
    let last: Vec<_> = asked[asked.len() - 2..].iter().map(|r| &r[..8]).collect();
    assert_eq!(last, ["GET /opm", "GET /b H"]);
    assert_eq!(house.titles("all").len(), 2);
}

#[tokio::test]
async fn a_source_that_feeds_toml_names_is_not_asked_for_a_list_too() {
    let server = Server::start().await;
    server.serves("/opml", "\"1\"", &listing(&server, &["/a", "/a"]));
    server.serves("/a", "\"1\"", &feed(&["Ferry late"]));
    let own = format!(
        "[sources.own]\nurl = \"{}/a\"\n[themes.all]",
        server.address
    );
    let house = House::new(&with_list(&server).replace("[themes.all]", &own));
    let report = house.pass().await;
    assert_eq!(report.asked, 2);
    let only = Options {
        only: vec![feedmill::model::SourceId::new("s0")],
        ..Options::default()
    };
    assert_eq!(house.pass_at("2024-06-16T12:00:00Z", &only).await.asked, 1);
}

#[tokio::test]
async fn a_list_where_a_feed_was_expected_is_told_with_what_to_write() {
    let server = Server::start().await;
    server.serves("/opml", "\"1\"", &listing(&server, &["/a"]));
    let house = House::new(&config(&server, &["/opml"]));
    let report = house.pass().await;
    assert!(
        report.failed[0].error.contains("opml = true"),
        "{}",
        report.failed[0].error
    );
}
