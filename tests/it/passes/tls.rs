//! HTTPS and HTTP/2 (RFC 9113), as the program speaks them: a server of its own with a certificate
//! of its own, which the program trusts where `SSL_CERT_FILE` says so.

use crate::common::{House, rss};
use bytes::Bytes;
use h2::Reason;
use h2::server::SendResponse;
use http::{Request, Response, StatusCode};
use rcgen::{CertificateParams, KeyPair};
use std::net::SocketAddr;
use std::process::Output;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

type Log = Arc<Mutex<Vec<String>>>;

/// It ends with the test.
struct Server {
    address: SocketAddr,
    /// Its certificate, as a file of roots has it.
    certificate: String,
    /// `connection`, and the paths that were asked for.
    log: Log,
}

impl Server {
    /// A server whose certificate is for these names.
    async fn start(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        let provider = Arc::new(crypto::ring::default_provider());
        let mut tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate.der().to_vec())],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        tls.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Log::default();
        let all = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream, Arc::clone(&all)));
            }
        });
        Self {
            address,
            certificate: certificate.pem(),
            log,
        }
    }

    fn count(&self, what: &str) -> usize {
        let log = self.log.lock().unwrap();
        log.iter().filter(|line| *line == what).count()
    }
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, log: Log) {
    // Whoever does not trust us goes away here.
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    log.lock().unwrap().push("connection".to_owned());
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, answer))) = connection.accept().await {
        let path = request.uri().path().to_owned();
        log.lock().unwrap().push(path.clone());
        if path == "/goaway" {
            connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
        } else {
            reply(&path, &request, answer);
        }
    }
}

fn reply<B>(path: &str, request: &Request<B>, mut answer: SendResponse<Bytes>) {
    let title = format!("News of {path}");
    let link = format!("https://a.example{path}");
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    let feed = rss("a", &[(&title, &link, date, &title)]);
    let ok = || Response::builder().header("etag", "\"1\"");
    let bytes = Bytes::from(feed);
    let mut send = |head: http::response::Builder, body: Bytes| {
        let head = head.header("content-length", bytes.len());
        let head = head.body(()).unwrap();
        let mut stream = answer.send_response(head, false).unwrap();
        stream.send_data(body, false).unwrap();
        stream.send_data(Bytes::new(), true).unwrap();
    };
    if path == "/refused" {
        answer.send_reset(Reason::REFUSED_STREAM);
    } else if path == "/short" {
        send(ok(), bytes.slice(..bytes.len() - 8));
    } else if request.headers().contains_key("if-none-match") {
        let head = ok().status(StatusCode::NOT_MODIFIED).body(()).unwrap();
        answer.send_response(head, true).unwrap();
    } else {
        send(ok(), bytes.clone());
    }
}

fn house(server: &Server, paths: &[&str]) -> House {
    use std::fmt::Write;
    let mut text = "[site]\nbase_url = \"https://news.example/\"\n[themes.all]\ntitle = \"All\"\n\
                    [fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\nper_host = 1\n"
        .to_owned();
    for path in paths {
        let _ = writeln!(
            text,
            "[sources.{path}]\nurl = \"https://{}/{path}\"",
            server.address
        );
    }
    let house = House::new(&text);
    house.write("roots.pem", &server.certificate);
    house
}

async fn run(house: &House, trusted: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    command
        .args(["run", "--all", "--verbose"])
        .current_dir(house.path(""));
    if trusted {
        command.env("SSL_CERT_FILE", house.path("roots.pem"));
        command.env_remove("SSL_CERT_DIR");
    }
    command.output().await.unwrap()
}

/// The kind of the one source's failure, as `status --json` has it.
async fn kind(house: &House) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .args(["status", "--json"])
        .current_dir(house.path(""))
        .output()
        .await
        .unwrap();
    let status: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    status["sources"][0]["kind"].as_str().unwrap().to_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn sources_of_one_host_share_one_connection_and_304_is_understood() {
    let server = Server::start(&["127.0.0.1"]).await;
    let house = house(&server, &["one", "two", "three", "four"]);
    let first = told(&run(&house, true).await);
    assert!(first.contains("4 sources fetched: 4 modified"), "{first}");
    assert_eq!(server.count("connection"), 1, "{first}");
    assert_eq!(house.titles("all").len(), 4);
    let second = told(&run(&house, true).await);
    assert!(second.contains("4 unchanged, 0 failed"), "{second}");
    assert_eq!(server.count("connection"), 2);
}

#[tokio::test]
async fn an_authority_of_ones_own_is_named_and_then_trusted() {
    let server = Server::start(&["127.0.0.1"]).await;
    let house = house(&server, &["one"]);
    let refused = told(&run(&house, false).await);
    assert!(
        refused.contains("name its file as ca in [fetch]"),
        "{refused}"
    );
    let toml = house.read("feeds.toml");
    house.write(
        "feeds.toml",
        &toml.replace("[fetch]\n", "[fetch]\nca = \"roots.pem\"\n"),
    );
    let trusted = told(&run(&house, false).await);
    assert!(
        trusted.contains("1 source fetched: 1 modified"),
        "{trusted}"
    );
    house.write("roots.pem", "nothing");
    let output = run(&house, false).await;
    assert_eq!(output.status.code(), Some(78));
    assert!(told(&output).contains("no certificate is in it"));
}

#[tokio::test]
async fn streams_and_connections_that_end_early_harm_no_other() {
    let server = Server::start(&["127.0.0.1"]).await;
    let paths = ["one", "refused", "short", "goaway", "two"];
    let house = house(&server, &paths);
    let first = told(&run(&house, true).await);
    for source in ["refused", "goaway"] {
        assert!(first.contains(&format!("{source}: ")), "{first}");
    }
    assert!(
        first.contains("short: the document may be incomplete"),
        "{first}"
    );
    let told = house.titles("all");
    for path in ["one", "short"] {
        assert!(
            told.contains(&format!("News of /{path}")),
            "{told:?}\n{first}"
        );
    }
    let asked = server.count("/short");
    run(&house, true).await;
    assert!(
        server.count("/short") > asked,
        "what was cut is asked for in full again"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_as_such() {
    let server = Server::start(&["127.0.0.1"]).await;
    let house = house(&server, &["one"]);
    let told = told(&run(&house, false).await);
    println!("{told}");
    assert!(told.contains("certificate"), "{told}");
    assert_eq!(kind(&house).await, "tls");
    assert!(server.log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_told_as_such() {
    let server = Server::start(&["other.example"]).await;
    let house = house(&server, &["one"]);
    let told = told(&run(&house, true).await);
    println!("{told}");
    assert!(told.contains("certificate"), "{told}");
    assert_eq!(kind(&house).await, "tls");
    assert!(server.log.lock().unwrap().is_empty());
}
