//! A year of a cron job, over sources, a network, a disk and a chat that fail as they do: cron sends a mail of each run that
//! prints something, so these are counted.
//!
//! All that lasts happens in the first ten days, with a run every quarter of an hour, and the test ends there. With
//! `FEEDMILL_YEAR=1` it goes on to the end of the year, with a run every hour; some sources still fail now and then.

use crate::common::server::Server;
use crate::common::{House, at, rss};
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use feedmill::config::Config;
use feedmill::mill::{self, Deliveries, Failing, Options, Report};
use feedmill::model::Secret;
use feedmill::store::Store;
use rcgen::{CertificateParams, KeyPair};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto};

/// Midnight of the first day.
const BEGIN: &str = "2027-01-01T00:00:00Z";
const QUARTERS_A_DAY: i64 = 96;
/// But for those of the chat.
const MOST_MAILS: usize = 11;
/// The days that have everything.
const FIRST_DAYS: i64 = 10;

/// Sources that answer over HTTP.
const PLAIN: [&str; 8] = [
    "steady", "busy", "flaky", "shaky", "backup", "storm", "move", "gone",
];

/// When something is as it should not be: days and hours of the year.
fn is_between(now: DateTime<Utc>, from: (i64, u32), to: (i64, u32)) -> bool {
    let hours = (now - at(BEGIN)).num_hours();
    let hour = |(day, hour): (i64, u32)| day * 24 + i64::from(hour);
    (hour(from)..hour(to)).contains(&hours)
}

/// Fails about so often in a hundred quarters of an hour; the same ones each time.
fn fails_now_and_then(now: DateTime<Utc>, source: &str, percent: u64) -> bool {
    let mut seed = now.timestamp().cast_unsigned() / 900;
    for byte in source.bytes() {
        seed = seed.wrapping_mul(31).wrapping_add(u64::from(byte));
    }
    // The mixing step of SplitMix64.
    seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (seed ^ (seed >> 31)) % 100 < percent
}

/// How a source answers at a moment, if it does not give its feed.
fn trouble(source: &str, now: DateTime<Utc>) -> Option<&'static str> {
    let is_down = match source {
        "busy" => fails_now_and_then(now, source, 1),
        "flaky" => fails_now_and_then(now, source, 2),
        "shaky" => fails_now_and_then(now, source, 5),
        // A copy of the data is made each night.
        "backup" => (2..4).contains(&now.hour()),
        "storm" => is_between(now, (1, 9), (3, 17)),
        "move" => is_between(now, (5, 12), (6, 18)),
        "gone" => return is_between(now, (3, 0), (400, 0)).then_some("410 Gone"),
        _ => false,
    };
    is_down.then_some("503 Service Unavailable")
}

/// The feed of a source: an item a day.
fn feed(source: &str, now: DateTime<Utc>) -> String {
    let day = now.ordinal();
    let title = format!("{source} reports what happened on day {day}");
    let link = format!("https://{source}.example/{day}");
    let date = now.date_naive().format("%a, %d %b %Y 00:10:00 +0000");
    let text = format!("{title}: {source}{day} {source}{}", day * 7);
    rss(source, &[(&title, &link, &date.to_string(), &text)])
}

/// A server that can be away: then its port refuses connections.
struct Host {
    port: u16,
    state: HostState,
}

enum HostState {
    Up(JoinHandle<()>),
    /// The port is kept, and nobody listens.
    Away(TcpSocket),
}

impl Host {
    fn away() -> Self {
        let socket = socket(0);
        let port = socket.local_addr().unwrap().port();
        let state = HostState::Away(socket);
        Self { port, state }
    }

    /// Makes it there or away.
    async fn turn(self, is_up: bool, document: String) -> Self {
        let port = self.port;
        let state = match self.state {
            HostState::Away(socket) if is_up => {
                let listener = socket.listen(64).unwrap();
                HostState::Up(tokio::spawn(serve(listener, document)))
            }
            HostState::Up(task) if !is_up => {
                task.abort();
                let _ = task.await;
                HostState::Away(socket(port))
            }
            state => state,
        };
        Self { port, state }
    }
}

fn socket(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(([127, 0, 0, 1], port).into()).unwrap();
    socket
}

async fn serve(listener: TcpListener, document: String) {
    while let Ok((stream, _)) = listener.accept().await {
        answer(stream, &document).await;
    }
}

async fn answer(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, document: &str) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(n) => request.extend_from_slice(&buffer[..n]),
        }
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\n\r\n",
        document.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(document.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A server whose certificate may have ended.
struct Secure {
    port: u16,
    /// The good certificate, as `ca` wants it.
    certificate: String,
    has_ended: Arc<AtomicBool>,
}

impl Secure {
    async fn start(document: String) -> Self {
        let key = KeyPair::generate().unwrap();
        let acceptor = |end: Option<i32>| {
            let mut certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
            if let Some(year) = end {
                certificate.not_after = rcgen::date_time_ymd(year, 1, 1);
            }
            let certificate = certificate.self_signed(&key).unwrap();
            let provider = Arc::new(crypto::ring::default_provider());
            let tls = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone()],
                    PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
                )
                .unwrap();
            (TlsAcceptor::from(Arc::new(tls)), certificate.pem())
        };
        let (good, certificate) = acceptor(None);
        let (ended, _) = acceptor(Some(2020));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let has_ended = Arc::new(AtomicBool::new(false));
        let switch = Arc::clone(&has_ended);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let has_ended = switch.load(Ordering::SeqCst);
                let acceptor = if has_ended { &ended } else { &good }.clone();
                tokio::spawn(answer_securely(acceptor, stream, document.clone()));
            }
        });
        Self {
            port,
            certificate,
            has_ended,
        }
    }
}

async fn answer_securely(acceptor: TlsAcceptor, stream: TcpStream, document: String) {
    // Whoever does not trust the certificate goes away here.
    if let Ok(stream) = acceptor.accept(stream).await {
        answer(stream, &document).await;
    }
}

/// What a silent run has to say.
fn said(report: &Report) -> String {
    let news = report.failed.iter().filter(|failure| failure.is_news());
    let mut parts: Vec<_> = news
        .map(|f| format!("{}: {} ({})", f.source, f.error, f.failures))
        .collect();
    parts.extend(
        report
            .recovered
            .iter()
            .map(|id| format!("{id}: answers again")),
    );
    if report.network_fault {
        parts.push("nobody could be reached".to_owned());
    }
    let news = report.delivered.iter().filter(|done| done.is_news);
    parts.extend(news.map(|done| format!("{}: {:?}", done.name, done.error)));
    parts.join("; ")
}

fn config(server: &str, host: &Host, secure: &Secure) -> String {
    let mut toml = format!(
        "site.base_url = \"https://news.example/\"\n\
         [fetch]\ngap = \"0 s\"\ntimeout = \"2 s\"\nallow = [\"127.0.0.0/8\"]\nca = \"ca.pem\"\n\
         [sources.name]\nurl = \"http://127.0.0.1:{}/\"\n\
         [sources.certificate]\nurl = \"https://127.0.0.1:{}/\"\n\
         [themes.all]\n\
         [deliver.chat]\nto = \"slack-webhook\"\nurl = \"{server}/hook\"\npace = \"0 s\"\nburst = \"all\"\n",
        host.port, secure.port
    );
    for source in PLAIN {
        let _ = write!(toml, "[sources.{source}]\nurl = \"{server}/{source}\"\n");
    }
    toml
}

/// Everything that may fail, and the folder of the program.
struct World {
    house: House,
    config: Config,
    store: Store,
    server: Server,
    /// None while it is changed.
    host: Option<Host>,
    secure: Secure,
}

impl World {
    async fn new() -> Self {
        let begin = at(BEGIN);
        let server = Server::start().await;
        let host = Host::away();
        let secure = Secure::start(feed("certificate", begin)).await;
        let house = House::new(&config(&server.address, &host, &secure));
        house.write("ca.pem", &secure.certificate);
        let config = Config::load(&house.path("feeds.toml")).unwrap();
        Self {
            store: Store::open(&config.store).unwrap(),
            house,
            config,
            server,
            host: Some(host),
            secure,
        }
    }

    /// Makes servers and disk as they are at a moment.
    async fn turn_to(&mut self, now: DateTime<Utc>) {
        let server = &self.server;
        for source in PLAIN {
            let path = format!("/{source}");
            let etag = format!("\"{}\"", now.ordinal());
            match trouble(source, now) {
                Some(status) => server.says(&path, status, b""),
                None => server.serves(&path, &etag, &feed(source, now)),
            }
        }
        // Its name cannot be resolved for a day: as bad as a server that is away.
        let is_up = !is_between(now, (2, 8), (3, 8));
        if let Some(host) = self.host.take() {
            self.host = Some(host.turn(is_up, feed("name", at(BEGIN))).await);
        }
        let has_ended = is_between(now, (6, 0), (8, 10));
        self.secure.has_ended.store(has_ended, Ordering::SeqCst);
        if is_between(now, (7, 0), (7, 12)) {
            server.says("/hook", "404 Not Found", b"no_service");
        } else if is_between(now, (9, 0), (9, 2)) {
            server.says("/hook", "502 Bad Gateway", b"");
        } else {
            server.says("/hook", "200 OK\r\nContent-Length: 2", b"ok");
        }
        if now.minute() == 0 {
            self.fill_disk(is_between(now, (8, 14), (8, 15)));
        }
    }

    /// Nothing can be written to the store, or again.
    fn fill_disk(&self, is_full: bool) {
        let sql = if is_full {
            "CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT raise(ABORT, 'database or disk is full'); END;"
        } else {
            "DROP TRIGGER IF EXISTS full;"
        };
        let store = rusqlite::Connection::open(self.house.path("state/feedmill.db")).unwrap();
        store.execute_batch(sql).unwrap();
    }

    /// A run as of cron: what it says, if it says something.
    async fn run(&self, now: DateTime<Utc>) -> Option<String> {
        let mut config = self.config.clone();
        if !is_online(now) {
            // Nobody listens there.
            config.fetch.proxy = Some(Secret::new("http://127.0.0.1:9".to_owned()));
        }
        let failing = Failing::of(&config.state);
        let options = Options::default();
        let pass = mill::pass(&config, &self.store, &options, now, &|_| ());
        let mut report = match pass.await {
            Ok(report) => report,
            Err(error) => return failing.note(&error.to_string()).then(|| error.to_string()),
        };
        failing.forget();
        let wanted = Deliveries {
            // Somebody has mended the address.
            retry: is_between(now, (7, 13), (7, 14)),
            ..Deliveries::default()
        };
        let delivered = mill::deliver(&config, &self.store, &wanted, now).await;
        report.delivered = delivered.unwrap();
        report.has_news().then(|| said(&report))
    }
}

/// There is no network for a night, and on some days not for a moment: the router dials in again.
fn is_online(now: DateTime<Utc>) -> bool {
    let is_dialling = now.ordinal().is_multiple_of(3) && (now.hour(), now.minute()) == (4, 0);
    !is_between(now, (4, 22), (5, 7)) && !is_dialling
}

#[tokio::test]
async fn a_year_of_a_cron_job_sends_few_mails_and_each_is_worth_it() {
    let days = match std::env::var_os("FEEDMILL_YEAR") {
        Some(_) => 365,
        None => FIRST_DAYS,
    };
    let mut world = World::new().await;
    let mut mails = Vec::new();
    let is_first = |quarter: &i64| *quarter < FIRST_DAYS * QUARTERS_A_DAY;
    let quarters = 0..days * QUARTERS_A_DAY;
    for quarter in quarters.filter(|quarter| is_first(quarter) || quarter % 4 == 0) {
        // Cron is a little late, each time.
        let now = at(BEGIN) + TimeDelta::minutes(15 * quarter) + TimeDelta::seconds(3);
        world.turn_to(now).await;
        if let Some(text) = world.run(now).await {
            mails.push(format!("{now} {text}"));
        }
    }
    let all = mails.join("\n");
    println!("{} mails in {days} days\n{all}", mails.len());
    let count = |what: &str| mails.iter().filter(|mail| mail.contains(what)).count();
    let about = |name: &str| count(&format!(" {name}: "));
    for what in ["storm", "name", "move", "certificate"] {
        assert_eq!(
            about(what),
            2,
            "{what}, when it fails and is good again:\n{all}"
        );
    }
    for what in [" gone: ", "nobody could be reached", "disk is full"] {
        assert_eq!(count(what), 1, "{what}:\n{all}");
    }
    // That its address is not good any more, and that its server is down.
    assert_eq!(about("chat"), 2, "{all}");
    assert_eq!(about("backup"), 0, "two hours a night:\n{all}");
    assert!(mails.len() - about("chat") <= MOST_MAILS, "{all}");
}
