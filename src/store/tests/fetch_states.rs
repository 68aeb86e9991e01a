//! What is remembered of sources between visits, kept and migrated.

use super::*;
use crate::model::{FailureKind, FetchTime, Freshness, Redirect, Robots, Settings, WaitReason};
use crate::store::{Error, migrate};
use std::path::Path;

/// A state of which no field has its default.
fn state() -> FetchState {
    FetchState {
        asked: Some("https://a.example/feed".to_owned()),
        url: Some("https://b.example/feed".to_owned()),
        etag: Some("\"é\"".to_owned()),
        last_modified: Some("Thu, 09 Oct 2025 08:53:20 GMT".to_owned()),
        body_hash: Some(u64::MAX),
        reader: i64::MAX.cast_unsigned() + 1,
        settings: Some(Settings {
            source: i64::MAX.cast_unsigned(),
            fetch: 13_436_824_501_765_316_853,
        }),
        freshness: Freshness {
            ttl_minutes: Some(30),
            skip_hours: vec![3],
            ..Freshness::default()
        },
        oddities: vec!["item: no id".to_owned()],
        rhythm_seconds: Some(37_684),
        newest: Some(day(-1)),
        next_due: Some(day(1)),
        next_why: Some(WaitReason::RetryAfter),
        retry_after: Some(day(2)),
        failures: 2,
        failing_since: Some(day(-2)),
        trouble: 3,
        is_reported: true,
        last_error: Some("not found (404)".to_owned()),
        last_failure: Some(FailureKind::of_status(404)),
        last_good: Some(day(-3)),
        redirect: Some(Redirect {
            to: "https://c.example/feed".to_owned(),
            visits: 2,
        }),
        robots: vec![robots()],
        gone: true,
    }
}

fn robots() -> Robots {
    Robots {
        site: "https://a.example".to_owned(),
        at: now(),
        rules: vec!["-/x".to_owned()],
    }
}

/// What version 21 kept of [`state`].
const BEFORE: &str = r#"{"asked":"https://a.example/feed","url":"https://b.example/feed","etag":"\"é\"",
    "last_modified":"Thu, 09 Oct 2025 08:53:20 GMT","body_hash":18446744073709551615,"reader":9223372036854775808,
    "settings":{"source":9223372036854775807,"fetch":13436824501765316853},
    "freshness":{"ttl_minutes":30,"skip_hours":[3],"skip_days":[],"update_period_seconds":null},
    "oddities":["item: no id"],"rhythm_seconds":37684,"newest":"2024-06-14T00:00:00.25Z",
    "next_due":"2024-06-16T00:00:00Z","next_why":"retry-after","retry_after":"2024-06-17T00:00:00Z",
    "failures":2,"failing_since":"2024-06-13T00:00:00Z","trouble":3,"is_reported":true,
    "last_error":"not found (404)","last_failure":{"kind":"http-status","status":404},
    "last_good":"2024-06-12T00:00:00Z","redirect":{"to":"https://c.example/feed","visits":2},
    "robots":[{"site":"https://a.example","at":"2024-06-15T00:00:00Z","rules":["-/x"]}],"gone":true}"#;

async fn keep(store: &Store, id: &str, state: FetchState) {
    let arrival = Arrival {
        state,
        ..arrival(id, Vec::new())
    };
    store.save(vec![arrival], now()).await.unwrap();
}

/// A store whose version 21 kept these texts of sources `0`, `1` and so on.
fn migrated(texts: &[&str]) -> Store {
    let connection = migrate::of_version(21);
    for (id, text) in texts.iter().enumerate() {
        let row = (id.to_string(), text);
        let kept = connection.execute("INSERT INTO source VALUES (?1, ?2)", row);
        kept.unwrap();
    }
    Store::prepare(connection, Path::new("x.db")).unwrap()
}

#[tokio::test]
async fn all_of_a_state_is_kept_and_a_source_that_is_not_known_has_the_default() {
    let store = store();
    keep(&store, "a", FetchState::default()).await;
    keep(&store, "b", FetchState::default()).await;
    keep(&store, "a", state()).await;
    let ids = ["x", "a", "b"].map(SourceId::new);
    let states = store.fetch_states(ids.to_vec()).await.unwrap();
    assert_eq!(
        states,
        [FetchState::default(), state(), FetchState::default()]
    );
    let all = store.all_fetch_states().await.unwrap();
    assert_eq!(all.get(&SourceId::new("a")), Some(&state()));
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn what_decides_when_a_source_is_fetched_is_read_without_the_rest() {
    let store = store();
    keep(&store, "a", state()).await;
    keep(&store, "between", FetchState::default()).await;
    let ids = ["0", "a", "a", "b", "x"].map(SourceId::new);
    let mut times = store.fetch_times(ids.to_vec()).await.unwrap();
    let none = FetchTime::default;
    assert_eq!(times.split_off(3), [none(), none()]);
    assert_eq!(times.remove(0), none());
    assert_eq!(times[0], times[1]);
    let time = times.remove(0);
    let FetchState {
        asked,
        settings,
        next_due,
        retry_after,
        last_failure,
        gone,
        ..
    } = state();
    let decisive = FetchState {
        asked,
        settings,
        next_due,
        retry_after,
        last_failure,
        gone,
        ..FetchState::default()
    };
    assert_eq!(FetchState::from(time), decisive);
}

#[tokio::test]
async fn a_state_that_was_json_is_the_same_in_columns() {
    let store = migrated(&[
        BEFORE,
        "{}",
        r#"{"body_hash":7,"reader":18446744073709551614}"#,
    ]);
    let mut all = store.all_fetch_states().await.unwrap();
    assert_eq!(all.remove(&SourceId::new("0")), Some(state()));
    let empty = all.remove(&SourceId::new("1"));
    assert_eq!(empty, Some(FetchState::default()));
    let hashes = all.remove(&SourceId::new("2")).unwrap();
    assert_eq!((hashes.body_hash, hashes.reader), (Some(7), u64::MAX - 1));
}

#[tokio::test]
async fn the_one_robots_txt_of_an_older_store_is_read() {
    let one =
        r#"{"robots":{"site":"https://a.example","at":"2024-06-15T00:00:00Z","rules":["-/x"]}}"#;
    let all = migrated(&[one]).all_fetch_states().await.unwrap();
    assert_eq!(all[&SourceId::new("0")].robots, [robots()]);
}

#[tokio::test]
async fn what_was_no_json_is_forgotten() {
    let all = migrated(&["{", BEFORE]).all_fetch_states().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[&SourceId::new("1")], state());
}

#[tokio::test]
async fn a_damaged_state_says_what_to_do() {
    for damage in [
        "UPDATE source SET robots = '{'",
        "UPDATE source SET next_why = 'never'",
    ] {
        let store = store();
        keep(&store, "a", state()).await;
        execute(&store, damage).await.unwrap();
        let error = store.all_fetch_states().await.unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{error}");
        let error = store.fetch_states(vec![SourceId::new("a")]).await;
        let text = error.unwrap_err().to_string();
        assert!(text.contains("move it away and run again"), "{text}");
    }
}
