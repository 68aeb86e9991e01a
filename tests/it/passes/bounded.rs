//! How a pass ends in time, and who waits for the next one: sources that there was no time for, and those of
//! a host that asked to be left alone. And what a pass makes of a machine without network.

use crate::common::server::{Act, Server};
use crate::common::{ALL, House, rss};
use feedmill::mill::{Options, Report, WaitingFor};
use feedmill::model::{FailureKind, SourceId};
use std::time::Duration;

const FETCH: &str =
    "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\", \"::1\"]\n";

fn document(title: &str) -> String {
    let link = format!("https://a.example/{title}");
    rss("a", &[(title, &link, "14 Jun 2024 09:00:00 +0000", title)])
}

/// Sources at these addresses: `s0`, `s1` ...
fn house(fetch: &str, addresses: &[String]) -> House {
    use std::fmt::Write;
    let mut text = format!("{FETCH}{fetch}\n");
    for (number, address) in addresses.iter().enumerate() {
        let _ = writeln!(text, "[sources.s{number}]\nurl = \"{address}\"");
    }
    House::new(&(text + "[themes.all]\ntitle = \"All\"\n"))
}

/// The paths that were asked for.
fn paths(server: &Server) -> Vec<String> {
    let asked = server.asked();
    let path = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
    asked.iter().map(path).collect()
}

fn failed(report: &Report) -> Vec<(&str, u32)> {
    let failed = report.failed.iter();
    failed.map(|f| (f.source.as_str(), f.failures)).collect()
}

#[tokio::test]
async fn what_there_was_no_time_for_is_told_and_comes_first_in_the_next_pass() {
    let (server, other) = (Server::start().await, Server::start().await);
    let mut addresses: Vec<_> = (0..3).map(|n| format!("{}/{n}", server.address)).collect();
    for number in 0..3 {
        server.serves(
            &format!("/{number}"),
            "\"1\"",
            &document(&format!("Ferry{number}")),
        );
    }
    other.serves("/f", "\"1\"", &document("Bridge"));
    addresses.push(format!(
        "{}/f",
        other.address.replace("127.0.0.1", "localhost")
    ));
    // One request to each host is all that there is time for.
    let house = house("gap = \"1 h\"\nmax_pass = \"6 s\"", &addresses);
    for pass in 0..3 {
        let moment = format!("2024-06-15T12:{:02}:00Z", 15 * pass);
        let report = house.pass_at(&moment, &Options::default()).await;
        let wait: Vec<_> = report.waiting.iter().map(|w| (w.why, w.sources)).collect();
        match 2 - pass {
            0 => assert_eq!(wait, []),
            left => assert_eq!(wait, [(WaitingFor::MaxPass, left)], "pass {pass}"),
        }
        assert_eq!(failed(&report), []);
        // What is there is published.
        assert_eq!(house.titles("all").len(), 2 + pass);
    }
    let mut asked = paths(&server);
    asked.sort();
    assert_eq!(asked, ["/0", "/1", "/2"]);
    assert_eq!(paths(&other), ["/f"]);
}

#[tokio::test]
async fn a_host_that_is_overloaded_is_left_alone_with_all_its_sources() {
    let (server, other) = (Server::start().await, Server::start().await);
    let busy = "429 Too Many Requests\r\nRetry-After: 7200";
    server.says("/0", busy, b"");
    server.serves("/1", "\"1\"", &document("Ferry"));
    other.serves("/f", "\"1\"", &document("Bridge"));
    let addresses = [
        format!("{}/0", server.address),
        format!("{}/1", server.address),
        format!("{}/f", other.address.replace("127.0.0.1", "localhost")),
    ];
    let house = house("gap = \"0 s\"\nper_host = 1", &addresses);
    let report = house.pass().await;
    assert_eq!(paths(&server), ["/0"]);
    assert_eq!(failed(&report), [("s0", 1)]);
    let waiting = &report.waiting[0];
    assert_eq!((waiting.why, waiting.sources), (WaitingFor::RetryAfter, 1));
    assert_eq!(waiting.host.as_deref(), Some("127.0.0.1"));
    assert_eq!(waiting.until.as_deref(), Some("2024-06-15T14:00:00Z"));
    assert_eq!(house.titles("all"), ["Bridge"]);

    // The passes that come know that too, whatever they are asked for.
    let only = Options {
        only: vec![SourceId::new("s1")],
        ..Options::default()
    };
    for options in [&ALL, &only] {
        let report = house.pass_at("2024-06-15T13:59:00Z", options).await;
        assert_eq!(report.waiting.len(), 1);
    }
    assert_eq!(paths(&server), ["/0"]);
    server.serves("/0", "\"1\"", &document("Tram"));
    let report = house.pass_at("2024-06-15T14:01:00Z", &ALL).await;
    assert_eq!((report.modified, report.waiting.len()), (2, 0));
}

#[tokio::test]
async fn a_robots_txt_that_is_refused_so_holds_the_host_too() {
    let server = Server::start().await;
    server.says("/robots.txt", "503 Busy\r\nRetry-After: 7200", b"");
    server.serves("/f", "\"1\"", &document("Ferry"));
    let page = format!(
        "{FETCH}gap = \"0 s\"\nper_host = 1\n[sources.page]\nurl = \"{0}/news\"\npage = {{ item = \"li\" }}\n\
        [sources.feed]\nurl = \"{0}/f\"\n[themes.all]\ntitle = \"All\"\n",
        server.address
    );
    let house = House::new(&page);
    let report = house.pass().await;
    assert_eq!(failed(&report), [("page", 1)]);
    assert_eq!(report.waiting[0].sources, 1);
    let report = house.pass_at("2024-06-15T13:59:00Z", &ALL).await;
    assert_eq!((report.asked, report.waiting[0].sources), (0, 1));
    assert_eq!(paths(&server), ["/robots.txt"]);
}

#[tokio::test]
async fn a_redirect_to_a_host_that_is_left_alone_waits_as_well() {
    let (server, other) = (Server::start().await, Server::start().await);
    server.says("/0", "503 Busy\r\nRetry-After: 7200", b"");
    let away = format!("302 Found\r\nLocation: {}/1", server.address);
    other.says("/f", &away, b"");
    let addresses = [
        format!("{}/0", server.address),
        format!("{}/f", other.address.replace("127.0.0.1", "localhost")),
    ];
    let house = house("gap = \"0 s\"", &addresses[..1]);
    house.pass().await;
    let text = house.read("feeds.toml");
    let both = format!("[sources.s1]\nurl = \"{}\"\n[themes", addresses[1]);
    house.write("feeds.toml", &text.replace("[themes", &both));
    let report = house.pass_at("2024-06-15T12:30:00Z", &ALL).await;
    assert_eq!((failed(&report), report.waiting.len()), (Vec::new(), 1));
    assert_eq!(
        (paths(&other), paths(&server)),
        (vec!["/f".to_owned()], vec!["/0".to_owned()])
    );
}

#[tokio::test]
async fn redirects_that_are_each_slow_have_the_time_of_one_answer() {
    let server = Server::start().await;
    for hop in 0..9 {
        // Sixty bytes and more, ten milliseconds each: more than half of the time allowed.
        let head = format!(
            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /{}\r\n\r\n",
            hop + 1
        );
        server.does(
            &format!("/{hop}"),
            vec![Act::Drip(head.into_bytes(), Duration::from_millis(10))],
        );
    }
    let house = house(
        "gap = \"0 s\"\ntimeout = \"1 s\"",
        &[format!("{}/0", server.address)],
    );
    let report = house.pass().await;
    assert_eq!(report.failed[0].kind, FailureKind::Timeout);
    assert!(paths(&server).len() <= 2, "{:?}", paths(&server));
}

#[tokio::test]
async fn a_pass_without_network_counts_for_nobody() {
    let server = Server::start().await;
    server.serves("/f", "\"1\"", &document("Ferry"));
    // Nobody listens there.
    let down = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"].map(str::to_owned);
    let house = house("gap = \"0 s\"", &down);
    for minutes in 0..4 {
        let moment = format!("2024-06-15T12:{minutes:02}:00Z");
        let report = house.pass_at(&moment, &Options::default()).await;
        assert!(report.network_fault && report.nobody_reached());
        assert_eq!(failed(&report), [("s0", 0), ("s1", 0)]);
        assert_eq!(report.failed[0].next_try, None);
    }
    // One answer is enough: the fault is theirs.
    let text = house.read("feeds.toml");
    let third = format!(
        "[sources.up]\nurl = \"{}/f\"\nevery = \"1 d\"\n[themes",
        server.address
    );
    house.write("feeds.toml", &text.replace("[themes", &third));
    let report = house
        .pass_at("2024-06-15T12:10:00Z", &Options::default())
        .await;
    assert!(!report.network_fault);
    assert_eq!(failed(&report), [("s0", 1), ("s1", 1)]);
    // They alone are due: that is no sign of a network that is down.
    let report = house
        .pass_at("2024-06-15T13:18:00Z", &Options::default())
        .await;
    assert!(!report.network_fault);
    assert_eq!(failed(&report), [("s0", 2), ("s1", 2)]);
}
