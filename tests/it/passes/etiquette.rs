//! How we ask: by robots.txt, with a login, through a proxy, for what is new only; and the sign of
//! life after it.

use crate::common::server::Server;
use crate::common::{ALL, House, rss};
use feedmill::config::Config;
use feedmill::mill;
use feedmill::model::FailureKind;

const NOON: &str = "2024-06-15T12:00:00Z";

/// One source with these lines in its table.
fn house(fetch: &str, source: &str) -> House {
    House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n{fetch}\n\
        [sources.s]\n{source}\n[themes.all]\ntitle = \"All\"\n"
    ))
}

fn feed(titles: &[&str]) -> String {
    let items: Vec<_> = titles
        .iter()
        .map(|title| (*title, format!("https://a.example/{title}")))
        .collect();
    let items: Vec<_> = items
        .iter()
        .map(|(title, link)| (*title, link.as_str(), "14 Jun 2024 09:00:00 +0000", *title))
        .collect();
    rss("a", &items)
}

/// The paths that were asked for.
fn paths(server: &Server) -> Vec<String> {
    let asked = server.asked();
    let path = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
    asked.iter().map(path).collect()
}

#[tokio::test]
async fn a_page_is_left_alone_where_robots_txt_says_so() {
    let server = Server::start().await;
    let page = "<html><body><ul><li><a href=\"/1\">Ferry late</a></li></ul></body></html>";
    server.serves("/news", "\"1\"", page);
    let source = format!(
        "url = \"{}/news\"\npage = {{ item = \"li\", title = \"a\" }}",
        server.address
    );
    let house = house("", &source);
    house.pass().await;
    assert_eq!(paths(&server), ["/robots.txt", "/news"]);
    assert_eq!(house.titles("all"), ["Ferry late"]);

    // What was read holds for a day.
    let robots = b"User-agent: *\nAllow: /\n\nUser-agent: feedmill\nDisallow: /news\n";
    server.says("/robots.txt", "200 OK", robots);
    house.pass_at("2024-06-15T20:00:00Z", &ALL).await;
    assert_eq!(paths(&server)[2..], ["/news"]);
    let report = house.pass_at("2024-06-16T20:00:00Z", &ALL).await;
    assert_eq!(paths(&server)[3..], ["/robots.txt"]);
    assert!(report.failed[0].error.contains("robots = false"));
    assert_eq!(report.failed[0].kind, FailureKind::Robots);
    assert_eq!(house.titles("all"), ["Ferry late"]);

    house.write(
        "feeds.toml",
        &house
            .read("feeds.toml")
            .replace("[themes", "robots = false\n[themes"),
    );
    house.pass_at("2024-06-17T20:00:00Z", &ALL).await;
    assert_eq!(paths(&server)[4..], ["/news"]);
}

#[tokio::test]
async fn a_robots_txt_that_cannot_be_read_forbids_until_it_can() {
    let server = Server::start().await;
    server.serves(
        "/news",
        "\"1\"",
        "<ul><li><a href=\"/1\">Ferry late</a></li></ul>",
    );
    server.says("/robots.txt", "503 Service Unavailable", b"");
    let source = format!(
        "url = \"{}/news\"\npage = {{ item = \"li\", title = \"a\" }}",
        server.address
    );
    let house = house("", &source);
    let report = house.pass().await;
    assert!(report.failed[0].error.contains("robots.txt cannot be read"));
    assert_eq!(report.failed[0].kind, FailureKind::Robots);
    server.says("/robots.txt", "301 Moved\r\nLocation: /r", b"");
    server.says("/r", "200 OK", b"User-agent: *\nDisallow: /private\n");
    house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert_eq!(
        paths(&server),
        ["/robots.txt", "/robots.txt", "/r", "/news"]
    );
    assert_eq!(house.titles("all"), ["Ferry late"]);
}

#[tokio::test]
async fn a_feed_is_there_for_programs_whatever_robots_txt_says() {
    let server = Server::start().await;
    server.serves("/f", "\"1\"", &feed(&["Ferry"]));
    let house = house("", &format!("url = \"{}/f\"", server.address));
    house.pass().await;
    assert_eq!(paths(&server), ["/f"]);
}

#[tokio::test]
async fn a_login_is_sent_as_rfc_7617_has_it_and_never_elsewhere() {
    let server = Server::start().await;
    let other = Server::start().await;
    let elsewhere = format!("302 Found\r\nLocation: {}/f", other.address);
    server.says("/f", &elsewhere, b"");
    other.serves("/f", "\"1\"", &feed(&["Ferry"]));
    let source = format!(
        "url = \"{}/f\"\nbasic_auth = \"file:login\"",
        server.address
    );
    let house = house("", &source);
    house.write("login", "Aladdin:open sesame\n");
    house.pass().await;
    let header = "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n";
    assert!(server.asked()[0].contains(header), "{}", server.asked()[0]);
    assert!(!other.asked()[0].contains("authorization"));
    assert_eq!(house.titles("all"), ["Ferry"]);

    house.write("login", "no colon");
    let error = Config::load(&house.path("feeds.toml")).unwrap_err();
    assert!(error.to_string().contains("user:password"), "{error}");
}

#[tokio::test]
async fn a_login_stays_at_home_when_a_page_moves_for_good() {
    let server = Server::start().await;
    let other = Server::start().await;
    let elsewhere = format!("301 Moved\r\nLocation: {}/news", other.address);
    server.says("/news", &elsewhere, b"");
    other.serves(
        "/news",
        "\"1\"",
        "<ul><li><a href=\"/1\">Ferry late</a></li></ul>",
    );
    let source = format!(
        "url = \"{}/news\"\nbasic_auth = \"file:login\"\npage = {{ item = \"li\", title = \"a\" }}",
        server.address
    );
    let house = house("", &source);
    house.write("login", "Aladdin:open sesame\n");
    for day in 15..20 {
        house
            .pass_at(&format!("2024-06-{day}T12:00:00Z"), &ALL)
            .await;
    }
    // In the end it is asked there directly. Its robots.txt is asked for from the first time on.
    let both = ["/robots.txt", "/news"];
    assert_eq!(paths(&server), both.repeat(3));
    assert_eq!(paths(&other), both.repeat(5));
    for request in other.asked() {
        assert!(!request.contains("authorization"), "{request}");
    }
}

#[tokio::test]
async fn a_proxy_is_asked_for_everything_and_private_literals_are_refused_all_the_same() {
    let proxy = Server::start().await;
    proxy.serves("http://feeds.invalid/f", "\"1\"", &feed(&["Ferry"]));
    let house = house(
        &format!("proxy = \"{}\"", proxy.address),
        "url = \"http://feeds.invalid/f\"\n[sources.inside]\nurl = \"http://192.168.0.1/f\"",
    );
    let report = house.pass().await;
    assert_eq!(house.titles("all"), ["Ferry"]);
    assert_eq!(paths(&proxy), ["http://feeds.invalid/f"]);
    assert!(report.failed[0].error.contains("private address"));
}

#[tokio::test]
async fn one_source_may_have_a_proxy_of_its_own() {
    let (proxy, server) = (Server::start().await, Server::start().await);
    proxy.serves("http://feeds.invalid/f", "\"1\"", &feed(&["Ferry"]));
    server.serves("/f", "\"1\"", &feed(&["Tram"]));
    let house = house(
        "",
        &format!(
            "url = \"http://feeds.invalid/f\"\nproxy = \"{}\"\n[sources.direct]\nurl = \"{}/f\"",
            proxy.address, server.address
        ),
    );
    house.pass().await;
    let mut titles = house.titles("all");
    titles.sort();
    assert_eq!(titles, ["Ferry", "Tram"]);
    assert_eq!(paths(&proxy), ["http://feeds.invalid/f"]);
}

#[tokio::test]
async fn a_socks_proxy_is_given_the_name_and_makes_the_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = house(
        "",
        &format!(
            "url = \"http://feeds.invalid/f\"\nproxy = \"socks5://{}\"",
            listener.local_addr().unwrap()
        ),
    );
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // RFC 1928: the methods of the client, and none is needed.
        let mut methods = [0; 3];
        stream.read_exact(&mut methods).await.unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        let mut head = [0; 5];
        stream.read_exact(&mut head).await.unwrap();
        let mut name = vec![0; usize::from(head[4]) + 2];
        stream.read_exact(&mut name).await.unwrap();
        stream
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        let body = feed(&["Ferry"]);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        String::from_utf8_lossy(&name).into_owned()
    });
    house.pass().await;
    assert_eq!(house.titles("all"), ["Ferry"]);
    assert!(served.await.unwrap().starts_with("feeds.invalid"));
}

#[tokio::test]
async fn cookies_and_another_user_agent_are_sent_as_headers() {
    let server = Server::start().await;
    server.serves("/f", "\"1\"", &feed(&["Ferry"]));
    let house = house(
        "",
        &format!(
            "url = \"{}/f\"\nheaders = {{ Cookie = \"file:cookie\", User-Agent = \"file:agent\" }}",
            server.address
        ),
    );
    house.write("cookie", "session=abc; theme=dark\n");
    house.write("agent", "Mozilla/5.0\n");
    house.pass().await;
    let asked = server.asked().remove(0);
    assert!(
        asked.contains("cookie: session=abc; theme=dark\r\n"),
        "{asked}"
    );
    assert!(asked.contains("user-agent: Mozilla/5.0\r\n"), "{asked}");
    assert!(!asked.contains("feedmill"), "{asked}");
}

#[tokio::test]
async fn what_is_new_is_enough_where_a_server_can_tell() {
    let server = Server::start().await;
    server.serves("/f", "\"1\"", &feed(&["Ferry", "Tram"]));
    let house = house("", &format!("url = \"{}/f\"", server.address));
    house.pass().await;
    assert!(!server.asked()[0].contains("a-im"));

    // RFC 3229: the entries that the first ETag did not stand for.
    let delta = "226 IM Used\r\nIM: feed\r\nETag: \"2\"";
    server.says("/f", delta, feed(&["Bus"]).as_bytes());
    house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
    assert!(server.asked()[1].contains("a-im: feed\r\n"));
    let mut titles = house.titles("all");
    titles.sort();
    assert_eq!(titles, ["Bus", "Ferry", "Tram"]);
    house.pass_at("2024-06-17T12:00:00Z", &ALL).await;
    assert!(server.asked()[2].contains("if-none-match: \"2\"\r\n"));
}

#[tokio::test]
async fn the_sign_of_life_may_go_to_a_private_host_and_says_when_it_is_not_taken() {
    let server = Server::start().await;
    server.says("/alive", "200 OK\r\nContent-Length: 2", b"OK");
    let file = |path: &str| {
        format!(
            "heartbeat = \"{}{path}\"\n[sources.s]\npath = \"a.xml\"\n[themes.all]\ntitle = \"All\"\n",
            server.address
        )
    };
    let house = House::new(&file("/alive"));
    house.write("a.xml", &feed(&["Ferry"]));
    house.pass_at(NOON, &ALL).await;
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    assert_eq!(mill::heartbeat(&config).await.unwrap(), None);
    assert_eq!(paths(&server), ["/alive"]);
    house.write("feeds.toml", &file("/nobody"));
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    assert_eq!(mill::heartbeat(&config).await.unwrap(), Some(404));
}
