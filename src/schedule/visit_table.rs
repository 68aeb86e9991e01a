//! The table of tests of `after_visit`: what a visit changes in a fetch state.

use super::after_visit::*;
use crate::model::{
    FailureKind, FetchState, Freshness, Location, Redirect, Robots, Source, SourceId, WaitReason,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use std::path::PathBuf;
use url::Url;

/// A row of the table: name, state before, visit, fields of the state that change, event.
/// A moment is written in minutes from now.
type Row = (
    &'static str,
    FetchState,
    VisitSummary,
    &'static str,
    &'static str,
);

/// What every good visit of a source changes that was good an hour ago and is due.
const GOOD: &str = "last_good=+0 next_due=+60";

#[test]
fn what_a_visit_changes() {
    let rows = [good_visits(), intervals(), redirects(), failures()];
    check(&source(), rows.concat());
}

fn good_visits() -> Vec<Row> {
    let robots = Robots {
        site: "https://a.example".to_owned(),
        at: now(),
        rules: Vec::new(),
    };
    vec![
        ("304", good(), not_modified(), GOOD, "Unchanged"),
        (
            "the same bytes with another ETag",
            good(),
            visit(VisitOutcome::SameBytes(etag("2"))),
            "etag=2 last_good=+0 next_due=+60",
            "Unchanged",
        ),
        (
            "a whole document",
            good(),
            document(facts("2")),
            "body_hash=2 etag=2 last_good=+0 next_due=+60",
            "Modified",
        ),
        (
            "a document with bytes missing",
            good(),
            document(DocumentFacts {
                validators: None,
                ..facts("2")
            }),
            "body_hash=- etag=- last_good=+0 next_due=+60",
            "Modified",
        ),
        (
            "a document with oddities",
            good(),
            document(DocumentFacts {
                oddities: vec!["odd".to_owned(); MAX_ODDITIES + 1],
                ..facts("1")
            }),
            "last_good=+0 next_due=+60 oddities=20",
            "Modified",
        ),
        (
            "a document without oddities after one with some",
            FetchState {
                oddities: vec!["odd".to_owned()],
                ..good()
            },
            document(facts("1")),
            "last_good=+0 next_due=+60 oddities=-",
            "Modified",
        ),
        (
            "oddities stay over 304",
            FetchState {
                oddities: vec!["odd".to_owned()],
                ..good()
            },
            not_modified(),
            GOOD,
            "Unchanged",
        ),
        (
            "a page whose robots.txt was read",
            good(),
            VisitSummary {
                robots: vec![robots.clone()],
                ..not_modified()
            },
            "last_good=+0 next_due=+60 robots=https://a.example",
            "Unchanged",
        ),
        (
            "a page whose robots.txt is not wanted any more",
            FetchState {
                robots: vec![robots],
                ..good()
            },
            not_modified(),
            "last_good=+0 next_due=+60 robots=-",
            "Unchanged",
        ),
        (
            "good after two failures",
            failing(2),
            not_modified(),
            "failing_since=- failures=0 last_error=- last_failure=- last_good=+0 next_due=+60 next_why=every trouble=1",
            "Unchanged",
        ),
        (
            "good after three failures",
            failing(3),
            document(facts("1")),
            "failing_since=- failures=0 last_error=- last_failure=- last_good=+0 next_due=+60 next_why=every trouble=1",
            "Modified, recovered",
        ),
        (
            "good after a Retry-After",
            FetchState {
                retry_after: Some(now()),
                ..good()
            },
            not_modified(),
            "last_good=+0 next_due=+60 retry_after=-",
            "Unchanged",
        ),
    ]
}

fn intervals() -> Vec<Row> {
    let dated = |hours: &[i64]| DocumentFacts {
        dates: hours.iter().map(|h| now() - Duration::hours(*h)).collect(),
        ..facts("1")
    };
    let ttl = Freshness {
        ttl_minutes: Some(90),
        ..Freshness::default()
    };
    let slow = FetchState {
        rhythm_seconds: Some(172_800),
        newest: Some(now() - Duration::hours(1)),
        ..good()
    };
    vec![
        (
            "a server with max-age",
            good(),
            VisitSummary {
                fresh_for: Some(std::time::Duration::from_secs(7_200)),
                ..not_modified()
            },
            "last_good=+0 next_due=+120 next_why=server",
            "Unchanged",
        ),
        (
            "a feed with ttl",
            good(),
            document(DocumentFacts {
                freshness: ttl.clone(),
                ..facts("1")
            }),
            "freshness.ttl_minutes=90 last_good=+0 next_due=+90 next_why=feed",
            "Modified",
        ),
        (
            "ttl holds over 304",
            FetchState {
                freshness: ttl.clone(),
                ..good()
            },
            not_modified(),
            "last_good=+0 next_due=+90 next_why=feed",
            "Unchanged",
        ),
        (
            "a feed that takes its ttl away",
            FetchState {
                freshness: ttl,
                ..good()
            },
            document(facts("1")),
            "freshness.ttl_minutes=- last_good=+0 next_due=+60",
            "Modified",
        ),
        (
            "items every two days",
            good(),
            document(dated(&[1, 49, 97])),
            "last_good=+0 newest=-60 next_due=+120 next_why=rhythm rhythm_seconds=172800",
            "Modified",
        ),
        (
            "too few items for a rhythm keep the known one",
            slow.clone(),
            document(dated(&[0])),
            "last_good=+0 newest=+0 next_due=+120 next_why=rhythm",
            "Modified",
        ),
        (
            "older items do not set the newest date back",
            slow,
            document(dated(&[99])),
            "last_good=+0 next_due=+120 next_why=rhythm",
            "Modified",
        ),
    ]
}

fn redirects() -> Vec<Row> {
    let moved = |to: &str| VisitSummary {
        moved_to: Some(format!("https://{to}.example/")),
        ..not_modified()
    };
    vec![
        (
            "a permanent redirect, for the first time",
            good(),
            moved("b"),
            "last_good=+0 next_due=+60 redirect=https://b.example/*1",
            "Unchanged",
        ),
        (
            "for the second time",
            redirected(1),
            moved("b"),
            "last_good=+0 next_due=+60 redirect=https://b.example/*2",
            "Unchanged",
        ),
        (
            "for the third time: believed",
            redirected(2),
            moved("b"),
            "last_good=+0 next_due=+60 redirect=https://b.example/*3",
            "Unchanged, moved to https://b.example/",
        ),
        (
            "to another place: counted from the beginning",
            redirected(3),
            moved("c"),
            "last_good=+0 next_due=+60 redirect=https://c.example/*1",
            "Unchanged",
        ),
        (
            "no redirect any more",
            redirected(2),
            not_modified(),
            "last_good=+0 next_due=+60 redirect=-",
            "Unchanged",
        ),
        (
            "a failure forgets it",
            redirected(3),
            failure(FailureKind::Timeout, None),
            "failing_since=+0 failures=1 last_error=! last_failure=timeout next_due=+60 next_why=failures redirect=- trouble=1",
            "Failed(Timeout)",
        ),
        (
            "gone where it has moved to: its own address is fetched next",
            redirected(3),
            failure(FailureKind::Gone, None),
            "failing_since=+0 failures=1 last_error=! last_failure=gone next_due=+60 next_why=failures redirect=- trouble=1",
            "Failed(Gone)",
        ),
        (
            "gone before the redirect was believed",
            redirected(2),
            failure(FailureKind::Gone, None),
            "failing_since=+0 failures=1 gone=true last_error=! last_failure=gone next_due=+60 next_why=failures redirect=- trouble=1",
            "Failed(Gone), news",
        ),
    ]
}

fn failures() -> Vec<Row> {
    let busy = FailureKind::of_status(503);
    vec![
        (
            "the first failure keeps the validators",
            good(),
            failure(FailureKind::Dns, None),
            "failing_since=+0 failures=1 last_error=! last_failure=dns next_due=+60 next_why=failures trouble=1",
            "Failed(Dns)",
        ),
        (
            "the third failure",
            failing(2),
            failure(busy, None),
            "failures=3 is_reported=true last_failure=http-status next_due=+243 trouble=3",
            "Failed(HttpStatus { status: 503 }), news",
        ),
        (
            "the third failure within six hours",
            FetchState {
                failing_since: Some(now() - Duration::hours(5)),
                ..failing(2)
            },
            failure(busy, None),
            "failures=3 last_failure=http-status next_due=+243 trouble=3",
            "Failed(HttpStatus { status: 503 })",
        ),
        (
            "Retry-After later than the back-off",
            good(),
            failure(busy, Some(300)),
            "failing_since=+0 failures=1 last_error=! last_failure=http-status next_due=+300 next_why=retry-after retry_after=+300 trouble=1",
            "Failed(HttpStatus { status: 503 })",
        ),
        (
            "Retry-After earlier than the back-off",
            good(),
            failure(busy, Some(10)),
            "failing_since=+0 failures=1 last_error=! last_failure=http-status next_due=+60 next_why=failures retry_after=+10 trouble=1",
            "Failed(HttpStatus { status: 503 })",
        ),
        (
            "a failure without Retry-After ends the last one",
            FetchState {
                retry_after: Some(now()),
                ..good()
            },
            failure(FailureKind::Tls, None),
            "failing_since=+0 failures=1 last_error=! last_failure=tls next_due=+60 next_why=failures retry_after=- trouble=1",
            "Failed(Tls)",
        ),
        (
            "gone",
            good(),
            failure(FailureKind::Gone, None),
            "failing_since=+0 failures=1 gone=true last_error=! last_failure=gone next_due=+60 next_why=failures trouble=1",
            "Failed(Gone), news",
        ),
    ]
}

/// Visits, good (`+`) or not (`-`), and what each of them is: told as failing (`!`), told as good
/// again (`*`), or nothing to tell.
#[test]
fn a_source_that_comes_and_goes_is_not_told_each_time() {
    for (visits, told) in [
        ("-+-+-+-+-+", ".........."),
        ("---+", "..!*"),
        ("--+--+--+--", "..........."),
        ("----+-+-+++", "..!.*......"),
        ("----------+++-", "..!........*.."),
        ("---+---+---+---+++", "..!*.............."),
        ("---+------+", "..!*....!.."),
    ] {
        let mut state = good();
        let said: String = visits
            .chars()
            .zip(0..)
            .map(|(visit, n)| {
                let summary = match visit {
                    '+' => not_modified(),
                    _ => failure(FailureKind::Timeout, None),
                };
                let then = now() + Duration::hours(3 * n);
                let (after, event) = after_visit(&source(), state.clone(), summary, then);
                state = after;
                match (event.is_news, event.recovered) {
                    (true, _) => '!',
                    (_, true) => '*',
                    _ => '.',
                }
            })
            .collect();
        assert_eq!(said, told, "{visits}");
    }
}

#[test]
fn one_good_visit_does_not_end_a_long_row() {
    let (after, _) = after_visit(&source(), failing(8), not_modified(), now());
    assert_eq!((after.failures, after.trouble), (0, 4));
    let (again, event) = after_visit(&source(), after, failure(FailureKind::Dns, None), now());
    assert_eq!(
        (again.failures, again.trouble, event.is_news),
        (1, 5, false)
    );
    assert!(again.next_due.unwrap() - now() > Duration::hours(10));
}

#[test]
fn a_file_that_fails_is_read_at_every_pass() {
    let file = Source::new(
        SourceId::new("s"),
        Location::File {
            path: PathBuf::from("a.xml"),
            url: None,
        },
    );
    let row = (
        "a file",
        good(),
        failure(FailureKind::File, None),
        "failing_since=+0 failures=1 last_error=! last_failure=file next_due=- next_why=- trouble=1",
        "Failed(File)",
    );
    check(&file, vec![row]);
}

#[test]
fn another_reader_drops_the_validators_before_the_visit() {
    let changed = before_visit(good(), 8);
    assert_eq!(changes(&good(), &changed), "body_hash=- etag=- reader=8");
    assert_eq!(before_visit(good(), good().reader), good());
}

fn check(source: &Source, rows: Vec<Row>) {
    let mut wrong = Vec::new();
    for (name, before, visit, state, event) in rows {
        let (after, told) = after_visit(source, before.clone(), visit, now());
        let (is, said) = (changes(&before, &after), in_words(&told));
        if (is.as_str(), said.as_str()) != (state, event) {
            wrong.push(format!("{name}:\n  {is} | {said}\n  {state} | {event}"));
        }
    }
    assert!(wrong.is_empty(), "is, and should be\n{}", wrong.join("\n"));
}

/// Every field that differs, sorted: none can be forgotten, because all are serialized.
fn changes(before: &FetchState, after: &FetchState) -> String {
    let fields = |state: &FetchState| match serde_json::to_value(state).unwrap() {
        Value::Object(mut fields) => {
            fields.retain(|_, value| !value.is_null() && *value != Value::Array(Vec::new()));
            fields
        }
        _ => unreachable!("a struct is an object"),
    };
    let (before, after) = (fields(before), fields(after));
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let changed = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| match after.get(name) {
            None => format!("{name}=-"),
            Some(value) => field(name, value),
        });
    changed.collect::<Vec<_>>().join(" ")
}

fn field(name: &str, value: &Value) -> String {
    let value = match (name, value) {
        ("freshness", Value::Object(said)) => {
            let ttl = said.get("ttl_minutes").and_then(Value::as_u64);
            let ttl = ttl.map_or("-".to_owned(), |minutes| minutes.to_string());
            return format!("freshness.ttl_minutes={ttl}");
        }
        ("last_failure", Value::Object(kind)) => kind["kind"].as_str().unwrap().to_owned(),
        ("redirect", to) => format!("{}*{}", to["to"].as_str().unwrap(), to["visits"]),
        ("robots", robots) => robots[0]["site"].as_str().unwrap().to_owned(),
        (_, Value::Array(all)) => all.len().to_string(),
        (_, Value::String(text)) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => format!("{:+}", (at - now()).num_minutes()),
            Err(_) => text.clone(),
        },
        (_, other) => other.to_string(),
    };
    format!("{name}={value}")
}

fn in_words(event: &Event) -> String {
    let mut text = format!("{:?}", event.change);
    if event.is_news {
        text.push_str(", news");
    }
    if event.recovered {
        text.push_str(", recovered");
    }
    if let Some(to) = &event.moved_to {
        text.push_str(", moved to ");
        text.push_str(to);
    }
    text
}

fn source() -> Source {
    let url = Url::parse("https://a.example/").unwrap();
    Source::new(SourceId::new("s"), Location::Http(url.into()))
}

/// A Saturday, at midnight.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_718_409_600, 0).unwrap()
}

/// After a good visit an hour ago.
fn good() -> FetchState {
    let validators = etag("1");
    FetchState {
        asked: Some("https://a.example/".to_owned()),
        url: validators.url,
        etag: validators.etag,
        body_hash: Some(validators.body_hash),
        reader: 7,
        last_good: Some(now() - Duration::hours(1)),
        next_due: Some(now()),
        next_why: Some(WaitReason::Every),
        ..FetchState::default()
    }
}

fn failing(failures: u32) -> FetchState {
    FetchState {
        failures,
        failing_since: Some(now() - Duration::hours(6)),
        last_error: Some("!".to_owned()),
        last_failure: Some(FailureKind::Dns),
        next_why: Some(WaitReason::Failures),
        ..good()
    }
}

fn redirected(visits: u32) -> FetchState {
    let to = "https://b.example/".to_owned();
    FetchState {
        redirect: Some(Redirect { to, visits }),
        ..good()
    }
}

/// Validators of the body with hash 1 or another one, told apart by their `ETag`.
fn etag(etag: &str) -> Validators {
    Validators {
        url: Some("https://a.example/".to_owned()),
        etag: Some(etag.to_owned()),
        last_modified: None,
        body_hash: 1,
    }
}

fn facts(number: &str) -> DocumentFacts {
    DocumentFacts {
        validators: Some(Validators {
            body_hash: number.parse().unwrap(),
            ..etag(number)
        }),
        ..DocumentFacts::default()
    }
}

fn visit(outcome: VisitOutcome) -> VisitSummary {
    VisitSummary {
        outcome,
        moved_to: None,
        fresh_for: None,
        robots: Vec::new(),
    }
}

fn not_modified() -> VisitSummary {
    visit(VisitOutcome::NotModified)
}

fn document(facts: DocumentFacts) -> VisitSummary {
    visit(VisitOutcome::Read(facts))
}

fn failure(kind: FailureKind, retry_after: Option<i64>) -> VisitSummary {
    visit(VisitOutcome::Failed(VisitFailure {
        kind,
        error: "!".to_owned(),
        retry_after: retry_after.map(|minutes| now() + Duration::minutes(minutes)),
    }))
}
