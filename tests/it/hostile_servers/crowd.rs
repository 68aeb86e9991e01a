//! Many sources at once: who waits for whom.

use crate::common::server::{Act, Server};
use crate::common::{House, names_in};
use feedmill::mill::Options;
use std::fmt::Write;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_source_delays_nobody_of_its_host_or_another() {
    let (host, other) = (Server::start().await, Server::start().await);
    let mut text = "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\", \"::1\"]\n\
        gap = \"0 s\"\ntimeout = \"3 s\"\n"
        .to_owned();
    for number in 0..24 {
        let path = format!("/{number}");
        let titled = format!("Ferry {number} late");
        host.serves(&path, "\"1\"", &super::case::document(&[&titled]));
        let _ = writeln!(
            text,
            "[sources.s{number}]\nurl = \"{}{path}\"",
            host.address
        );
    }
    host.does("/5", vec![Act::Hang]);
    other.serves("/f", "\"1\"", &super::case::document(&["Bridge opens"]));
    let named = other.address.replace("127.0.0.1", "localhost");
    let _ = writeln!(
        text,
        "[sources.other]\nurl = \"{named}/f\"\n[themes.all]\ntitle = \"All\""
    );
    let house = House::new(&text);
    let report = house.pass().await;
    let failed: Vec<_> = report.failed.iter().map(|f| f.source.as_str()).collect();
    assert_eq!(failed, ["s5"]);
    assert_eq!(house.titles("all").len(), 24);
    // All others were there and gone before anybody lost patience with the one that hangs.
    for _ in 0..100 {
        if host.asked().len() == 25 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let asked = host.asked();
    assert_eq!(asked.iter().position(|line| line == "gone: /5"), Some(24));
    assert_eq!(other.asked().len(), 1);
}

#[tokio::test]
async fn a_host_is_asked_by_its_ipv6_address_too() {
    let Ok(server) = Server::start_at("[::1]:0").await else {
        eprintln!("this machine has no IPv6");
        return;
    };
    server.serves("/f", "\"1\"", &super::case::document(&["Bridge opens"]));
    let text = |allow: &str| {
        format!(
            "[fetch]\nallow = [{allow}]\ngap = \"0 s\"\n[sources.s]\nurl = \"{}/f\"\n[themes.all]\ntitle = \"All\"\n",
            server.address
        )
    };
    let house = House::new(&text("\"127.0.0.0/8\""));
    let report = house.pass().await;
    assert!(report.failed[0].error.contains("::1 is a private address"));
    house.write("feeds.toml", &text("\"::1\""));
    let all = Options {
        all: true,
        ..Options::default()
    };
    let report = house.pass_at("2024-06-15T14:00:00Z", &all).await;
    assert_eq!((report.failed.len(), report.new_items), (0, 1));
}

#[tokio::test]
async fn a_name_that_leads_home_is_refused() {
    let server = Server::start().await;
    let named = server.address.replace("127.0.0.1", "localhost");
    let house = House::new(&format!(
        "[sources.s]\nurl = \"{named}/f\"\n[themes.all]\ntitle = \"All\"\n"
    ));
    let report = house.pass().await;
    assert!(
        report.failed[0]
            .error
            .contains("localhost leads to the private address")
    );
    assert!(server.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_documents_are_all_read_one_after_the_other() {
    let server = Server::start().await;
    let mut text = "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
        per_host = 20\n"
        .to_owned();
    for number in 0..12 {
        let path = format!("/{number}");
        let titled = format!("Ferry {number} late");
        // More than is kept in memory.
        let padding = " ".repeat(if number % 2 == 0 { 3 << 20 } else { 0 });
        let document =
            super::case::document(&[&titled]).replace("<item>", &format!("{padding}<item>"));
        server.serves(&path, "\"1\"", &document);
        let _ = writeln!(
            text,
            "[sources.s{number}]\nurl = \"{}{path}\"",
            server.address
        );
    }
    let house = House::new(&(text + "[themes.all]\ntitle = \"All\"\n"));
    let report = house.pass().await;
    assert_eq!((report.modified, report.odd.len()), (12, 0));
    assert_eq!(house.titles("all").len(), 12);
    let all = Options {
        all: true,
        ..Options::default()
    };
    assert_eq!(
        house.pass_at("2024-06-15T14:00:00Z", &all).await.unchanged,
        12
    );
    let names = names_in(&house.path("state"));
    assert!(names.iter().all(|name| !name.contains("tmp")), "{names:?}");
}
