//! What is posted, in which order, and what comes of answers that are not good.

use super::Mill;
use super::platform::{Sent, Standin, good};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A destination at a stand-in, which takes everything.
pub(super) fn slack(more: &str) -> (Mill, Standin) {
    let standin = Standin::new(|_, _| good("ok"));
    let table = format!(
        "to = \"slack-webhook\"\nurl = \"{}/hook\"\n{more}",
        standin.address
    );
    (Mill::new(&table), standin)
}

/// The command succeeded, and said nothing.
pub(super) fn is_silent(run: &(Option<i32>, String)) {
    assert_eq!((run.0, run.1.as_str()), (Some(0), ""));
}

/// The titles that texts of Slack lead with.
pub(super) fn titles(standin: &Standin) -> Vec<String> {
    let title = |text: String| {
        let link = text.lines().next().unwrap_or_default().to_owned();
        let title = link
            .rsplit_once('|')
            .map_or(link.as_str(), |(_, title)| title);
        title.trim_end_matches(">*").to_owned()
    };
    standin.texts("text").into_iter().map(title).collect()
}

#[test]
fn the_first_pass_is_silent_and_then_each_story_is_posted_once_in_order() {
    let (mill, standin) = slack("");
    assert_eq!(titles(&standin), [""; 0]);
    mill.write(&[
        ("2", "Harbour closed"),
        ("1", "Ferry late"),
        ("0", "Bridge opens"),
    ]);
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(titles(&standin), ["Ferry late", "Harbour closed"]);
    is_silent(&mill.run(&[]));
    assert_eq!(titles(&standin), [""; 0]);
    // An address with another secret is the same destination.
    let toml = mill.read("feeds.toml").replace("/hook", "/other");
    mill.house.write("feeds.toml", &toml);
    is_silent(&mill.run(&[]));
    assert_eq!(titles(&standin), [""; 0]);
}

#[test]
fn a_new_destination_may_begin_with_the_last_stories() {
    let (mill, standin) = slack("");
    let toml = mill
        .read("feeds.toml")
        .replace("[deliver.team]", "[deliver.other]");
    mill.house.write("feeds.toml", &toml);
    is_silent(&mill.feedmill(&["deliver", "--backfill", "5"]));
    assert_eq!(titles(&standin), ["Bridge opens"]);
}

#[test]
fn a_server_that_is_busy_is_left_alone_for_as_long_as_it_says_also_by_later_processes() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    standin.now(|_, n| match n {
        0 => good("ok"),
        _ => (
            "429 Too Many Requests",
            "Retry-After: 3600\r\n",
            String::new(),
        ),
    });
    // Off a terminal, one failure is no news.
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(titles(&standin), ["Ferry late", "Harbour closed"]);
    standin.now(|_, _| good("ok"));
    let (code, said) = mill.run(&[]);
    assert_eq!((code, titles(&standin).len()), (Some(1), 0), "{said}");
    assert!(said.contains("1 waiting; 429"), "{said}");
    is_silent(&mill.feedmill(&["deliver", "--retry"]));
    assert_eq!(titles(&standin), ["Harbour closed"]);
}

#[test]
fn a_wrong_token_stops_the_destination_is_told_once_and_by_its_name() {
    let (mill, standin) = slack("token = \"env:MAIL_PASSWORD\"\n");
    mill.write(&[("1", "Ferry late")]);
    standin.now(|_, _| ("404 Not Found", "", "no_service s3cret-word".to_owned()));
    let (code, said) = mill.feedmill(&["run"]);
    assert_eq!(code, Some(0), "what is published is published");
    for part in [
        "team",
        "no_service",
        "check env:MAIL_PASSWORD",
        "deliver team --retry",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("s3cret-word"), "{said}");
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(standin.take().len(), 1);
    standin.now(|_, _| good("ok"));
    is_silent(&mill.feedmill(&["deliver", "--retry"]));
    assert_eq!(titles(&standin), ["Ferry late"]);
}

#[test]
fn a_message_that_is_refused_is_tried_in_short_and_then_set_aside() {
    let (mill, standin) = slack("");
    mill.write(&[
        ("1", "Ferry late"),
        ("2", "Harbour closed"),
        ("3", "Storm over"),
    ]);
    let is_bad = |sent: &Sent| sent.body.contains("Harbour") || sent.body.contains("Storm over. ");
    standin.now(move |sent, _| {
        if is_bad(sent) {
            ("400 Bad Request", "", "invalid_payload".to_owned())
        } else {
            good("ok")
        }
    });
    let (code, said) = mill.feedmill(&["run"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("2 posted, 1 set aside"), "{said}");
    let sent = titles(&standin);
    assert_eq!(
        sent,
        [
            "Ferry late",
            "Harbour closed",
            "Harbour closed",
            "Storm over",
            "Storm over"
        ]
    );
    let (_, listed) = mill.feedmill(&["deliver", "--failed"]);
    assert!(
        listed.contains("Harbour closed") && listed.contains("invalid_payload"),
        "{listed}"
    );
    standin.now(|_, _| good("ok"));
    is_silent(&mill.feedmill(&["deliver", "--retry"]));
    assert_eq!(titles(&standin), ["Harbour closed"]);
    is_silent(&mill.feedmill(&["deliver", "--failed"]));
}

#[test]
fn a_message_that_a_server_fails_on_does_not_block_the_others_and_a_server_that_is_down_loses_nothing()
 {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    standin.now(|_, _| ("502 Bad Gateway", "", String::new()));
    for _ in 0..9 {
        // Each time everything that rests is tried.
        mill.run(&[]);
        let rest = "UPDATE delivery SET json = json_remove(json, '$.held_until')";
        let store = rusqlite::Connection::open(mill.house.path("state/feedmill.db")).unwrap();
        store.execute(rest, []).unwrap();
    }
    standin.take();
    let (_, listed) = mill.feedmill(&["deliver", "--failed"]);
    assert_eq!(listed, "", "the server is down: no message is at fault");
    standin.now(|sent, _| {
        if sent.body.contains("Ferry") {
            ("502 Bad Gateway", "", String::new())
        } else {
            good("ok")
        }
    });
    mill.run(&[]);
    assert_eq!(titles(&standin), ["Ferry late", "Harbour closed"]);
    let (_, listed) = mill.feedmill(&["deliver", "--failed"]);
    assert!(
        listed.contains("Ferry late") && listed.contains("502"),
        "{listed}"
    );
}

#[test]
fn a_flood_is_cut_and_says_so() {
    let (mill, standin) = slack("burst = 2\n");
    let names: Vec<String> = (10..20).map(|n| n.to_string()).collect();
    let titled: Vec<String> = names
        .iter()
        .map(|n| format!("Report {n} of ship{n}"))
        .collect();
    let items: Vec<_> = names
        .iter()
        .zip(&titled)
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    mill.write(&items);
    is_silent(&mill.feedmill(&["run"]));
    let sent = titles(&standin);
    assert_eq!(sent[0], "8 earlier stories are left out");
    assert_eq!(sent[1..], ["Report 18 of ship18", "Report 19 of ship19"]);
    is_silent(&mill.run(&[]));
    assert_eq!(titles(&standin).len(), 0);
}

#[test]
fn a_rule_and_themes_choose_what_is_posted() {
    let (mill, standin) = slack("rule = 'ferry -late'\n");
    mill.write(&[
        ("1", "Ferry late"),
        ("2", "Ferry sold"),
        ("3", "Harbour closed"),
    ]);
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(titles(&standin), ["Ferry sold"]);
}

#[test]
fn a_correction_changes_the_message_and_a_hidden_story_is_taken_back() {
    let standin = Standin::new(|sent, _| match sent.method.as_str() {
        "POST" => good("{\"id\": \"42\"}"),
        _ => good("{}"),
    });
    let mill = Mill::new(&format!(
        "to = \"discord\"\nurl = \"{}/hook\"\n",
        standin.address
    ));
    mill.write(&[("1", "Ferry late")]);
    is_silent(&mill.feedmill(&["run"]));
    mill.write(&[("1", "Ferry late by two hours")]);
    is_silent(&mill.feedmill(&["run"]));
    mill.feedmill(&["hide", "https://a.example/1"]);
    is_silent(&mill.feedmill(&["run"]));
    is_silent(&mill.feedmill(&["run"]));
    let sent = standin.take();
    let made: Vec<_> = sent
        .iter()
        .map(|s| (s.method.as_str(), s.path.as_str()))
        .collect();
    assert_eq!(
        made,
        [
            ("POST", "/hook?wait=true"),
            ("PATCH", "/hook/messages/42"),
            ("DELETE", "/hook/messages/42"),
        ]
    );
    assert!(sent[1].body.contains("by two hours"), "{}", sent[1].body);
    assert!(
        sent.iter()
            .all(|s| s.method == "DELETE" || s.body.contains("\"parse\":[]"))
    );
}

#[test]
fn a_platform_that_cannot_edit_says_nothing_of_changes() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late")]);
    is_silent(&mill.feedmill(&["run"]));
    standin.take();
    mill.write(&[("1", "Ferry late by two hours")]);
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(standin.take().len(), 0);
}

#[test]
fn a_dry_run_shows_the_requests_and_sends_nothing() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late")]);
    standin.now(|_, _| ("503 Service Unavailable", "", String::new()));
    mill.feedmill(&["run"]);
    standin.take();
    let (code, shown) = mill.feedmill(&["deliver", "--dry-run"]);
    assert_eq!(code, Some(0));
    assert!(
        shown.contains("team: POST {") && shown.contains("|Ferry late>"),
        "{shown}"
    );
    assert_eq!(standin.take().len(), 0);
}

#[test]
fn a_test_message_arrives_or_says_why_not() {
    let (mill, standin) = slack("");
    let (code, said) = mill.feedmill(&["deliver", "--test", "team"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(titles(&standin)[0].contains("this is a test"));
    standin.now(|_, _| ("403 Forbidden", "", "action_prohibited".to_owned()));
    let (code, said) = mill.feedmill(&["deliver", "--test", "team"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("action_prohibited"), "{said}");
}

#[test]
fn a_session_is_made_once_and_kept() {
    static SESSIONS: AtomicUsize = AtomicUsize::new(0);
    let standin = Standin::new(|sent, _| match sent.path.as_str() {
        "/xrpc/com.atproto.server.createSession" => {
            SESSIONS.fetch_add(1, Ordering::SeqCst);
            // {"exp":99999999999}
            let token = "x.eyJleHAiOjk5OTk5OTk5OTk5fQ.y";
            good(&format!(
                "{{\"did\":\"did:plc:x\",\"accessJwt\":\"{token}\",\"refreshJwt\":\"{token}\"}}"
            ))
        }
        _ => good("{\"uri\":\"at://did:plc:x/app.bsky.feed.post/3k\"}"),
    });
    let table = format!(
        "to = \"bluesky\"\nurl = \"{}\"\nuser = \"news.example\"\ntoken = \"env:MAIL_PASSWORD\"\n",
        standin.address
    );
    let mill = Mill::new(&table);
    for n in 1..4 {
        mill.write(&[(&n.to_string(), &format!("Ferry {n} late{n}"))]);
        is_silent(&mill.feedmill(&["run"]));
    }
    assert_eq!(SESSIONS.load(Ordering::SeqCst), 1);
    assert_eq!(standin.take().len(), 4);
}
