//! How destinations are: what `check` and `status` show of them, and when a monitor is to be told.

use super::Mill;
use super::platform::good;
use super::queue::{is_silent, slack, titles};
use serde_json::Value;

/// What `status --json` says of the destination.
fn shown(mill: &Mill) -> Value {
    let (_, json) = mill.feedmill(&["status", "--json"]);
    let status: Value = serde_json::from_str(&json).unwrap();
    status["destinations"][0].clone()
}

fn strict(mill: &Mill) -> Option<i32> {
    mill.feedmill(&["status", "--strict"]).0
}

#[test]
fn a_stopped_destination_is_shown_and_a_monitor_is_told_until_it_is_mended() {
    let (mill, standin) = slack("token = \"env:MAIL_PASSWORD\"\n");
    assert_eq!(shown(&mill)["health"], "fine");
    assert_eq!(shown(&mill)["last_posted"], Value::Null);
    mill.write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    standin.now(|_, _| ("404 Not Found", "", "no_service".to_owned()));
    mill.feedmill(&["run"]);
    let stopped = shown(&mill);
    assert_eq!(
        (&stopped["health"], &stopped["waiting"]),
        (&"stopped".into(), &2.into())
    );
    let (_, text) = mill.feedmill(&["status"]);
    for part in [
        "team (slack-webhook): stopped: 404 no_service",
        "check env:MAIL_PASSWORD",
        "feedmill deliver team --retry",
        "2 stories wait",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(strict(&mill), Some(69));
    standin.now(|_, _| good("ok"));
    is_silent(&mill.feedmill(&["deliver", "--retry"]));
    let mended = shown(&mill);
    assert_eq!(
        (&mended["health"], &mended["waiting"]),
        (&"fine".into(), &0.into())
    );
    assert!(mended["last_posted"].is_string(), "{mended}");
    assert_eq!(strict(&mill), Some(0));
}

#[test]
fn a_destination_that_rests_is_shown_and_after_the_third_failure_a_monitor_is_told() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late")]);
    standin.now(|_, _| {
        (
            "503 Service Unavailable",
            "Retry-After: 3600\r\n",
            String::new(),
        )
    });
    for failures in 1..4 {
        mill.feedmill(&["deliver", "--retry"]);
        mill.feedmill(&["run"]);
        let store = rusqlite::Connection::open(mill.house.path("state/feedmill.db")).unwrap();
        let tries = format!("UPDATE delivery SET json = json_set(json, '$.tries', {failures})");
        store.execute(&tries, []).unwrap();
        let resting = shown(&mill);
        assert_eq!(resting["health"], "resting", "{resting}");
        assert!(resting["held_until"].is_string(), "{resting}");
        let wanted = if failures < 3 { Some(0) } else { Some(69) };
        assert_eq!(strict(&mill), wanted, "{resting}");
    }
}

#[test]
fn what_was_set_aside_is_counted() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    standin.now(|sent, _| {
        if sent.body.contains("Ferry") {
            ("400 Bad Request", "", "invalid_payload".to_owned())
        } else {
            good("ok")
        }
    });
    mill.feedmill(&["run"]);
    assert!(titles(&standin).contains(&"Harbour closed".to_owned()));
    assert_eq!(shown(&mill)["set_aside"], 1);
    let (_, text) = mill.feedmill(&["status"]);
    assert!(
        text.contains("1 story set aside, which `feedmill deliver team --failed` lists"),
        "{text}"
    );
}

#[test]
fn what_waits_is_counted_up_to_a_thousand() {
    let (mill, standin) = slack("");
    standin.now(|_, _| ("404 Not Found", "", "no_service".to_owned()));
    mill.write(&[("1", "Ferry late")]);
    mill.feedmill(&["run"]);
    assert_eq!(shown(&mill)["waiting"], 1);
    let store = rusqlite::Connection::open(mill.house.path("state/feedmill.db")).unwrap();
    store
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             WITH RECURSIVE n(x) AS (SELECT 1000 UNION ALL SELECT x + 1 FROM n WHERE x < 2500)
             INSERT INTO entry (theme, story, item, editors_choice) SELECT 'all', x, 1, 0 FROM n;
             INSERT INTO notice (theme, story, kind, quiet)
                 SELECT 'all', story, 'entered', 0 FROM entry WHERE story >= 1000;",
        )
        .unwrap();
    assert_eq!(shown(&mill)["waiting"], 1000);
    let (_, text) = mill.feedmill(&["status"]);
    assert!(text.contains("1000 stories or more wait"), "{text}");
    // Those of another theme are not theirs.
    store
        .execute_batch("UPDATE notice SET theme = 'other' WHERE story >= 1000")
        .unwrap();
    assert_eq!(shown(&mill)["waiting"], 1);
}

#[test]
fn check_shows_destinations_with_the_names_of_their_secrets() {
    let (mill, standin) =
        slack("token = \"env:MAIL_PASSWORD\"\nrule = 'ferry -late'\nthemes = [\"all\"]\n");
    let (code, shown) = mill.feedmill(&["check"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("1 destination, posted to after each run"),
        "{shown}"
    );
    let line = shown.lines().find(|line| line.contains("team")).unwrap();
    assert!(
        line.contains("slack-webhook: all, by the rule ferry -late, with env:MAIL_PASSWORD"),
        "{line}"
    );
    assert!(!shown.contains(&standin.address), "{shown}");
}

#[test]
fn check_names_a_secret_that_is_not_set_and_what_a_platform_needs() {
    let (mill, _standin) = slack("token = \"env:MAIL_PASSWORD\"\n");
    let toml = mill.read("feeds.toml");
    let unset = toml.replace("env:MAIL_PASSWORD", "env:NOT_SET_ANYWHERE");
    mill.house.write("feeds.toml", &unset);
    let (code, said) = mill.feedmill(&["check"]);
    assert_eq!(code, Some(78));
    assert!(
        said.contains("environment variable NOT_SET_ANYWHERE is not set"),
        "{said}"
    );
    mill.house.write(
        "feeds.toml",
        &toml.replace("\"slack-webhook\"", "\"matrix\""),
    );
    let (code, said) = mill.feedmill(&["check"]);
    assert_eq!(code, Some(78));
    assert!(said.contains("matrix needs channel"), "{said}");
}
