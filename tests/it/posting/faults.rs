//! Servers and moments that would lose a message, send it twice, or stop all others.

use super::Mill;
use super::platform::{Sent, Standin, good};
use super::queue::{is_silent, slack, titles};

const BAD_GATEWAY: (&str, &str) = ("502 Bad Gateway", "");

fn fails() -> (&'static str, &'static str, String) {
    (BAD_GATEWAY.0, BAD_GATEWAY.1, String::new())
}

/// Discord, by a stand-in.
fn discord(standin: &Standin, more: &str) -> Mill {
    let address = &standin.address;
    Mill::new(&format!(
        "to = \"discord\"\nurl = \"{address}/hook\"\n{more}"
    ))
}

fn run_sql(mill: &Mill, sql: &str) {
    let store = rusqlite::Connection::open(mill.house.path("state/feedmill.db")).unwrap();
    store.execute_batch(sql).unwrap();
}

/// Lets the first message fail until it is suspected.
fn suspected(mill: &Mill) {
    for _ in 0..8 {
        mill.feedmill(&["run"]);
        mill.wake();
    }
}

#[test]
fn a_suspect_before_stories_that_are_not_wanted_is_not_lost() {
    let (mill, standin) = slack("rule = 'ferry'\n");
    mill.write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    standin.now(|_, _| fails());
    suspected(&mill);
    standin.take();
    mill.feedmill(&["run"]);
    assert!(mill.state()["held_until"].is_string(), "it rests");
    standin.now(|_, _| good("ok"));
    mill.wake();
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(titles(&standin).last().unwrap(), "Ferry late");
}

#[test]
fn a_burst_counts_what_would_be_posted() {
    let (mill, standin) = slack("rule = 'ferry'\nburst = 2\n");
    mill.write(&[
        ("1", "Ferry late"),
        ("2", "Harbour closed"),
        ("3", "Storm over"),
        ("4", "Lock repaired"),
    ]);
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(titles(&standin), ["Ferry late"]);
}

#[test]
fn a_page_with_a_good_status_is_no_answer_of_a_platform() {
    let page = "<html>Please log in</html>";
    for to in [
        "discord",
        "slack-webhook",
        "mattermost",
        "rocket-chat",
        "google-chat",
    ] {
        let standin = Standin::new(move |_, _| good(page));
        let mill = Mill::new(&format!(
            "to = \"{to}\"\nurl = \"{}/hook\"\n",
            standin.address
        ));
        mill.write(&[("1", "Ferry late")]);
        mill.feedmill(&["run"]);
        let waiting = mill.feedmill(&["consumers"]).1;
        assert!(waiting.contains("1 waiting"), "{to}: {waiting}");
    }
}

#[test]
fn a_store_that_cannot_be_written_stops_before_the_first_message() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late")]);
    standin.now(|_, _| fails());
    mill.feedmill(&["run"]);
    standin.take();
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON delivery BEGIN SELECT raise(ABORT, 'full'); END;";
    run_sql(&mill, full);
    for _ in 0..3 {
        let (code, said) = mill.feedmill(&["deliver", "--retry"]);
        assert_eq!(code, Some(1), "{said}");
    }
    assert_eq!(standin.take().len(), 0);
}

#[test]
fn the_parts_of_one_story_are_not_those_of_the_next() {
    let standin = Standin::new(|_, n| match n {
        0 => good("{\"id\":\"1\"}"),
        _ => fails(),
    });
    let mill = discord(&standin, "text = \"full\"\n");
    let long = format!(
        "Ferry late {}",
        "the council met and talked about it. ".repeat(120)
    );
    mill.write_texts(&[("1", "Ferry late", &long)]);
    mill.feedmill(&["run"]);
    assert_eq!(standin.take().len(), 2, "the second part is not through");
    mill.feedmill(&["hide", "https://a.example/1"]);
    mill.write_texts(&[
        ("1", "Ferry late", &long),
        ("2", "Harbour closed", &long.replace("Ferry", "Harbour")),
    ]);
    standin.now(|_, _| good("{\"id\":\"2\"}"));
    mill.wake();
    is_silent(&mill.feedmill(&["run"]));
    let sent = standin.take();
    assert!(
        sent[0].body.contains("[Harbour closed]"),
        "{}",
        sent[0].body
    );
}

#[test]
fn an_edit_that_a_server_fails_on_does_not_block_the_stories_behind_it() {
    let standin = Standin::new(|_, _| good("{\"id\":\"42\"}"));
    let mill = discord(&standin, "");
    mill.write(&[("1", "Ferry late")]);
    is_silent(&mill.feedmill(&["run"]));
    standin.now(|sent, _| {
        if sent.method == "PATCH" {
            fails()
        } else {
            good("{\"id\":\"43\"}")
        }
    });
    mill.write(&[("1", "Ferry late by two hours"), ("2", "Harbour closed")]);
    suspected(&mill);
    let sent = standin.take();
    assert!(sent.iter().any(|sent| sent.body.contains("Harbour closed")));
    let waiting = mill.feedmill(&["consumers"]).1;
    assert!(waiting.contains("0 waiting"), "{waiting}");
}

#[test]
fn a_message_that_somebody_deleted_stops_nothing() {
    let standin = Standin::new(|sent, _| match sent.method.as_str() {
        "PUT" => (
            "404 Not Found",
            "",
            "{\"error\":\"Record not found\"}".to_owned(),
        ),
        _ => good("{\"id\":\"42\"}"),
    });
    let mill = Mill::new(&format!(
        "to = \"mastodon\"\nurl = \"{}\"\ntoken = \"env:MAIL_PASSWORD\"\n",
        standin.address
    ));
    mill.write(&[("1", "Ferry late")]);
    is_silent(&mill.feedmill(&["run"]));
    mill.write(&[("1", "Ferry late by two hours"), ("2", "Harbour closed")]);
    is_silent(&mill.feedmill(&["run"]));
    assert!(
        standin
            .take()
            .last()
            .unwrap()
            .body
            .contains("Harbour closed")
    );
}

#[test]
fn a_server_cannot_silence_a_destination_for_years() {
    let standin = Standin::new(|_, _| {
        let until = "X-RateLimit-Reset: 2099-01-01T00:00:00Z\r\n";
        ("429 Too Many Requests", until, "{}".to_owned())
    });
    let mill = Mill::new(&format!(
        "to = \"mastodon\"\nurl = \"{}\"\ntoken = \"env:MAIL_PASSWORD\"\n",
        standin.address
    ));
    mill.write(&[("1", "Ferry late")]);
    mill.feedmill(&["run"]);
    let until = mill.state()["held_until"].as_str().unwrap().to_owned();
    assert!(!until.starts_with("2099"), "{until}");
    // A clock that was wrong when this was noted.
    run_sql(
        &mill,
        "UPDATE delivery SET json = json_set(json, '$.held_until', '2099-01-01T00:00:00Z')",
    );
    standin.now(|_, _| good("{\"id\":\"42\"}"));
    is_silent(&mill.feedmill(&["run"]));
    assert!(
        standin
            .take()
            .iter()
            .any(|sent| sent.body.contains("Ferry late"))
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let (mill, standin) = slack("");
    let toml = mill
        .read("feeds.toml")
        .replace("[deliver.team]", "[deliver.other]");
    mill.house.write("feeds.toml", &toml);
    is_silent(&mill.feedmill(&["deliver", "--dry-run"]));
    is_silent(&mill.feedmill(&["deliver", "--backfill", "5"]));
    assert_eq!(titles(&standin), ["Bridge opens"]);
}

#[test]
fn a_retry_that_is_stopped_sends_nothing_more() {
    let (mill, standin) = slack("");
    mill.write(&[("1", "Ferry late")]);
    standin.now(|_, _| ("400 Bad Request", "", "invalid_payload".to_owned()));
    mill.feedmill(&["run"]);
    mill.write(&[("2", "Harbour closed")]);
    standin.now(|_, _| ("404 Not Found", "", "no_service".to_owned()));
    mill.feedmill(&["run"]);
    standin.take();
    mill.feedmill(&["deliver", "--retry"]);
    assert_eq!(standin.take().len(), 1);
}

#[test]
fn a_table_that_is_taken_out_is_forgotten() {
    let (mill, _standin) = slack("");
    let toml = mill.read("feeds.toml");
    let without = toml.split("[deliver.team]").next().unwrap();
    mill.house.write("feeds.toml", without);
    is_silent(&mill.feedmill(&["run"]));
    let consumers = mill.feedmill(&["consumers"]).1;
    assert!(!consumers.contains("deliver:team"), "{consumers}");
}

#[test]
fn a_session_that_was_taken_back_is_made_anew() {
    let standin = Standin::new(|sent: &Sent, _| {
        let path = sent.path.rsplit('.').next().unwrap_or_default();
        match path {
            // {"exp":1} and {"exp":99999999999}
            "createSession" => good(
                "{\"did\":\"d\",\"accessJwt\":\"x.eyJleHAiOjF9.y\",\"refreshJwt\":\"x.eyJleHAiOjk5OTk5OTk5OTk5fQ.y\"}",
            ),
            "refreshSession" => (
                "400 Bad Request",
                "",
                "{\"error\":\"ExpiredToken\"}".to_owned(),
            ),
            _ => good("{\"uri\":\"at://d/app.bsky.feed.post/3k\"}"),
        }
    });
    let mill = Mill::new(&format!(
        "to = \"bluesky\"\nurl = \"{}\"\nuser = \"news.example\"\ntoken = \"env:MAIL_PASSWORD\"\n",
        standin.address
    ));
    for n in 1..3 {
        mill.write(&[(&n.to_string(), &format!("Ferry {n} late{n}"))]);
        is_silent(&mill.feedmill(&["run"]));
    }
    let posts = standin.take();
    let posts = posts.iter().filter(|sent| sent.path.ends_with("putRecord"));
    assert_eq!(posts.count(), 2);
}
