//! `feedmill doctor`: each step of a visit is told, and nothing that is secret.

use crate::common::rss;
use crate::common::server::Server;
use feedmill::mill::{self, Finding};
use feedmill::model::{Location, Secret, Source, SourceId};
use feedmill::net::{Allow, Limits};
use std::sync::Mutex;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use url::Url;

async fn doctor(source: &Source) -> (Finding, String) {
    let limits = Limits {
        gap: std::time::Duration::ZERO,
        allow: vec![Allow::parse("127.0.0.0/8").unwrap()],
        ..Limits::default()
    };
    let told = Mutex::new(Vec::new());
    let tell = |step: &str, text: &str| told.lock().unwrap().push(format!("{step}: {text}"));
    let now = crate::common::at("2024-06-15T12:00:00Z");
    let finding = mill::doctor(source, &limits, now, &tell).await.unwrap();
    (finding, told.into_inner().unwrap().join("\n"))
}

fn source(server: &Server, path: &str) -> Source {
    let url = Url::parse(&format!("{}{path}", server.address)).unwrap();
    Source::new(SourceId::new("s"), Location::Http(url.into()))
}

fn feed() -> String {
    let date = "14 Jun 2024 09:00:00 +0000";
    rss(
        "Harbour",
        &[("Ferry late", "https://a.example/1", date, "It is.")],
    )
}

#[tokio::test]
async fn a_healthy_source_is_told_from_address_to_next_visit() {
    let server = Server::start().await;
    server.says("/old", "301 Moved Permanently\r\nLocation: /f", b"");
    server.serves("/f", "\"1\"", &feed());
    let (finding, told) = doctor(&source(&server, "/old")).await;
    assert_eq!(finding, Finding::Readable);
    for line in [
        "address: 127.0.0.1",
        "answer: 301 Moved Permanently",
        ": location: /f",
        "moved: for good, to http://127.0.0.1",
        ": etag: \"1\"",
        "document: RSS: Harbour",
        "items: 1, 1 dated, from 2024-06-14 to 2024-06-14",
        ": if-none-match: \"1\"",
        "so: 304: an unchanged document is not sent again",
        "next visit: after 60 min: every, or the default",
    ] {
        assert!(told.contains(line), "{line}\n---\n{told}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_with_what_would_help() {
    let server = Server::start().await;
    let login = "<html><title>Members</title><form><input name=p TYPE=\"password\"></form></html>";
    server.serves("/login", "\"1\"", login);
    server.says("/closed", "403 Forbidden\r\nContent-Length: 0", b"");
    let (finding, told) = doctor(&source(&server, "/login")).await;
    assert_eq!(finding, Finding::NoFeed);
    assert!(
        told.contains("a login page titled \"Members\"; it wants a login: write basic_auth"),
        "{told}"
    );
    let (finding, told) = doctor(&source(&server, "/closed")).await;
    assert_eq!(finding, Finding::Unreachable);
    assert!(
        told.contains("failed: server answered 403; it turns us away"),
        "{told}"
    );

    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/f", plain.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let secure = Source::new(
        SourceId::new("s"),
        Location::Http(Url::parse(&url).unwrap().into()),
    );
    let (finding, told) = doctor(&secure).await;
    assert_eq!(finding, Finding::Unreachable);
    assert!(told.contains("failed: no secure connection"), "{told}");
}

#[tokio::test]
async fn a_secret_is_not_told() {
    let server = Server::start().await;
    server.says("/token-7", "302 Found\r\nLocation: /token-8", b"");
    server.serves("/token-8", "\"1\"", &feed());
    let mut secret = source(&server, "/token-7");
    secret.public_url = None;
    secret.headers = vec![("X-Key".to_owned(), Secret::new("token-9".to_owned()))];
    let (finding, told) = doctor(&secret).await;
    assert_eq!(finding, Finding::Readable);
    assert!(
        told.contains("x-key: ***") && !told.contains("token-"),
        "{told}"
    );
}
