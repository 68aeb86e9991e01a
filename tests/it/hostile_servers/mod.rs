//! What servers may do to us, and what becomes of it: each row is a whole pass over a server on this
//! machine, after one in which the same server was good. `docs/HOSTILE.md` is made from the rows.

mod answers;
mod bodies;
mod case;
mod connections;
mod crowd;
mod redirects;
mod table;

use crate::common::server::Server;
use crate::common::{House, at};
use case::{Again, Case, OLD, Sent, Told};
use chrono::TimeDelta;
use feedmill::config::Config;
use feedmill::mill::{Options, Report};
use feedmill::model::{FetchState, SourceId};
use feedmill::schedule;
use feedmill::store::Store;
use futures_util::StreamExt;

const FIRST: &str = "2024-06-15T12:00:00Z";
const SECOND: &str = "2024-06-15T14:00:00Z";
/// Later than any server may ask us to wait.
const THIRD: &str = "2024-06-23T14:00:00Z";

fn cases() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("Bodies", bodies::cases()),
        ("Answers", answers::cases()),
        ("Connections", connections::cases()),
        ("Redirects", redirects::cases()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_scenario_ends_as_its_row_says() {
    let all = cases().into_iter().flat_map(|(_, cases)| cases);
    let complaints: Vec<Vec<String>> = futures_util::stream::iter(all)
        .map(|case| async move { tokio::spawn(play(case)).await.unwrap() })
        .buffer_unordered(12)
        .collect()
        .await;
    let complaints = complaints.concat();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Plays a scenario; what differs from its row, one line each.
async fn play(case: Case) -> Vec<String> {
    let server = Server::start().await;
    let house = House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
         timeout = \"20 s\"\n[sources.s]\nurl = \"{}/f\"\n[themes.all]\ntitle = \"All\"\n",
        server.address
    ));
    if !case.is_first_visit {
        server.serves("/f", "\"old\"", &case::document(OLD));
        house.pass_at(FIRST, &Options::default()).await;
    }
    let before = server.asked().len();
    for (path, acts) in &case.does {
        server.does(path, acts.clone());
    }
    let report = house
        .pass_with(SECOND, &Options::default(), |config| {
            config.fetch.timeout = case.timeout;
            config.fetch.max_body = case.max_body;
        })
        .await;
    let asked = requests(&server);
    let mut titles = house.titles("all");
    titles.sort();
    let mut complaints = Vec::new();
    let mut check = |what: &str, is: String, should: String| {
        if is != should {
            complaints.push(format!("{}: {what}: {is}, not {should}", case.name));
        }
    };
    if !is_told(&report, case.told) {
        let said = format!("{:?} {:?}", report.failed, report.odd);
        check("told", said, format!("{:?}", case.told));
    }
    check("kept", format!("{titles:?}"), format!("{:?}", case.kept));
    let made = asked.len() - before;
    check("requests", made.to_string(), case.requests.to_string());
    let seen = seen(&house).await;
    check("again", when(&seen), expected(case.again));
    server.serves("/f", "\"unknown\"", &case::document(OLD));
    let all = Options {
        all: true,
        ..Options::default()
    };
    house.pass_at(THIRD, &all).await;
    let asked = requests(&server);
    let next = asked.get(before + made);
    let sent = next.map_or("not asked".to_owned(), |request| {
        let validator = header(request, "if-none-match");
        validator.unwrap_or("none").to_owned()
    });
    let should = match (case.again, case.sent) {
        (Again::Never, _) => "not asked",
        (_, Sent::Old) => "\"old\"",
        (_, Sent::New(etag)) => etag,
        (_, Sent::Nothing) => "none",
    };
    check("sent", sent, should.to_owned());
    for request in &asked {
        for never in ["cookie", "referer"] {
            if header(request, never).is_some() {
                complaints.push(format!("{}: sent a {never}", case.name));
            }
        }
    }
    complaints
}

fn requests(server: &Server) -> Vec<String> {
    let mut asked = server.asked();
    asked.retain(|line| line.starts_with("GET "));
    asked
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .split("\r\n")
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn is_told(report: &Report, told: Told) -> bool {
    let quiet = report.failed.is_empty() && report.odd.is_empty();
    match told {
        Told::News => quiet && report.modified == 1,
        Told::Unchanged => quiet && report.unchanged == 1,
        Told::Odd(text) => {
            let mut odd = report.odd.iter();
            report.failed.is_empty() && odd.any(|(_, said)| said.contains(text))
        }
        Told::Failed(kind, text) => {
            matches!(report.failed.as_slice(), [failed] if failed.kind == kind && failed.error.contains(text))
        }
    }
}

/// What the store remembers of the one source.
async fn seen(house: &House) -> FetchState {
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open_to_read(&config.store).unwrap();
    let mut sources = store.all_fetch_states().await.unwrap();
    let seen = sources.remove(&SourceId::new("s")).unwrap();
    schedule::recall(&config.sources[0], seen)
}

/// When a source is asked again, in words.
fn when(seen: &FetchState) -> String {
    let minutes = |until: Option<_>| {
        until
            .map_or(TimeDelta::MAX, |at| at - self::at(SECOND))
            .num_minutes()
    };
    if seen.gone {
        return expected(Again::Never);
    }
    match (minutes(seen.retry_after), minutes(seen.next_due)) {
        (retry, due) if seen.retry_after.is_some() && retry > 0 => {
            format!(
                "not before {retry} minutes{}",
                if due < retry { ", but due before" } else { "" }
            )
        }
        (_, 60) if seen.failures == 0 => expected(Again::InAnHour),
        (_, 60..=66) if seen.failures == 1 => expected(Again::InAboutAnHour),
        (_, due) => format!("in {due} minutes after {} failures", seen.failures),
    }
}

fn expected(again: Again) -> String {
    match again {
        Again::InAnHour => "in an hour".to_owned(),
        Again::InAboutAnHour => "in about an hour".to_owned(),
        Again::NotBefore(minutes) => format!("not before {minutes} minutes"),
        Again::Never => "never".to_owned(),
    }
}
