//! `digest` and `quiet`: what waits is posted as lists, at given times, and never in others. Passes and deliveries have the moments
//! that they are given.

use super::Mill;
use super::killed::number;
use super::platform::{Said, Sent, Standin, good};
use crate::common::{ALL, House, at};
use feedmill::config::Config;
use feedmill::mill::{self, Delivered, Deliveries};
use feedmill::store::Store;
use std::collections::BTreeMap;
use std::time::Duration;

/// A destination whose zone is two hours ahead of UTC in June. The first pass was on the 14th, 12:00 UTC.
struct Desk {
    mill: Mill,
    standin: Standin,
}

impl Desk {
    async fn new(to: &str, deliver: &str) -> Self {
        let standin = Standin::new(|_, _| good("{\"id\":\"1\",\"event_id\":\"$1\"}"));
        let config = format!(
            "[site]\nbase_url = \"https://news.example/\"\n[sources.a]\npath = \"a.xml\"\n\
             [themes.all]\ntitle = \"Ports\"\ntimezone = \"Europe/Brussels\"\n\
             [deliver.team]\npace = \"0s\"\nto = \"{to}\"\nurl = \"{}\"\n{deliver}",
            standin.address
        );
        let house = House::new(&config);
        let desk = Self {
            mill: Mill { house },
            standin,
        };
        desk.arrive("2024-06-14T12:00:00Z", &["Bridge opens"]).await;
        desk.deliver("2024-06-14T12:00:00Z").await;
        desk
    }

    fn config(&self) -> Config {
        Config::load(&self.mill.house.path("feeds.toml")).unwrap()
    }

    /// A pass that finds stories with these titles.
    async fn arrive(&self, moment: &str, titles: &[&str]) {
        let texts: Vec<_> = titles
            .iter()
            .map(|title| format!("{title} is all that {title} says of {title}."))
            .collect();
        let names: Vec<_> = titles.iter().map(|title| title.replace(' ', "-")).collect();
        let items = titles.iter().zip(&names).zip(&texts);
        let items: Vec<_> = items
            .map(|((title, name), text)| (name.as_str(), *title, text.as_str()))
            .collect();
        self.mill.write_texts(&items);
        self.mill.house.pass_at(moment, &ALL).await;
    }

    async fn deliver(&self, moment: &str) -> Delivered {
        self.deliver_with(moment, &Deliveries::default()).await
    }

    async fn deliver_with(&self, moment: &str, wanted: &Deliveries) -> Delivered {
        let config = self.config();
        let store = Store::open(&config.store).unwrap();
        let done = mill::deliver(&config, &store, wanted, at(moment)).await;
        done.unwrap().remove(0)
    }

    /// The texts that Discord was sent.
    fn texts(&self) -> Vec<String> {
        self.standin.texts("content")
    }

    fn sql(&self, sql: &str) {
        let store = rusqlite::Connection::open(self.mill.house.path("state/feedmill.db")).unwrap();
        store.execute_batch(sql).unwrap();
    }
}

fn fails(_: &Sent, _: usize) -> Said {
    ("502 Bad Gateway", "", String::new())
}

/// Titles that fill some messages of Discord, three or so in each.
fn long_titles(names: &str, count: usize) -> Vec<String> {
    let words = |n: usize| format!("{names}{n:02} {}", format!("word{n} ").repeat(80));
    (0..count).map(|n| words(n).trim_end().to_owned()).collect()
}

fn shown(moment: Option<chrono::DateTime<chrono::FixedOffset>>) -> Option<String> {
    moment.map(|moment| moment.to_rfc3339())
}

#[tokio::test]
async fn what_waits_is_one_message_at_the_time_of_the_zone() {
    let desk = Desk::new("discord", "digest = \"08:00\"\n").await;
    desk.arrive("2024-06-14T13:00:00Z", &["Ferry late", "Harbour closed"])
        .await;
    let done = desk.deliver("2024-06-14T13:00:00Z").await;
    assert_eq!((done.posted, done.waiting, done.error), (0, 2, None));
    assert_eq!(
        shown(done.next_digest).as_deref(),
        Some("2024-06-15T08:00:00+02:00")
    );
    desk.deliver("2024-06-15T05:59:59Z").await;
    assert_eq!(desk.texts(), [""; 0]);
    let done = desk.deliver("2024-06-15T06:00:00Z").await;
    assert_eq!((done.posted, done.waiting), (2, 0));
    assert_eq!(
        desk.texts(),
        [
            "**Ports · 2024-06-15**\n- [Ferry late](https://a.example/Ferry-late) (a)\n\
          - [Harbour closed](https://a.example/Harbour-closed) (a)"
        ]
    );
    desk.deliver("2024-06-15T06:05:00Z").await;
    // Nothing new on the 16th: no message, and what comes later that day waits for the 17th.
    desk.deliver("2024-06-16T06:01:00Z").await;
    desk.arrive("2024-06-16T08:00:00Z", &["Storm over"]).await;
    desk.deliver("2024-06-16T08:00:00Z").await;
    assert_eq!(desk.texts(), [""; 0]);
    // A moment that was missed is made up.
    desk.deliver("2024-06-18T21:00:00Z").await;
    let texts = desk.texts();
    assert!(
        texts.len() == 1 && texts[0].contains("Storm over"),
        "{texts:?}"
    );
}

#[tokio::test]
async fn a_digest_of_too_many_says_how_many_more() {
    let desk = Desk::new("discord", "digest = \"hourly\"\nburst = 2\nshow = []\n").await;
    let titles = [
        "Ferry one",
        "Ship two",
        "Lock three",
        "Crane four",
        "Quay five",
    ];
    desk.arrive("2024-06-14T12:30:00Z", &titles).await;
    let done = desk.deliver("2024-06-14T13:00:00Z").await;
    assert_eq!((done.posted, done.left_out), (2, 3));
    assert_eq!(
        desk.texts(),
        [
            "**Ports · 2024-06-14 15:00**\n- [Quay five](https://a.example/Quay-five)\n\
          - [Ship two](https://a.example/Ship-two)\n\nand 3 more"
        ]
    );
    desk.deliver("2024-06-14T14:00:00Z").await;
    assert_eq!(desk.texts(), [""; 0]);
}

#[tokio::test]
async fn a_digest_that_is_interrupted_goes_on_where_it_was_and_takes_nothing_new_in() {
    let desk = Desk::new("discord", "digest = \"08:00\"\nburst = 9\n").await;
    let titles = long_titles("ship", 12);
    let titles: Vec<_> = titles.iter().map(String::as_str).collect();
    desk.arrive("2024-06-14T13:00:00Z", &titles).await;
    desk.standin.now(|sent, n| {
        if n == 0 {
            good("{\"id\":\"1\"}")
        } else {
            fails(sent, n)
        }
    });
    let done = desk.deliver("2024-06-15T06:00:00Z").await;
    assert!(done.posted > 0 && done.posted < 9, "{done:?}");
    assert!(done.error.unwrap().contains("502"));
    let sent = desk.texts();
    assert_eq!(sent.len(), 2);
    desk.arrive("2024-06-15T07:00:00Z", &["Storm over"]).await;
    desk.sql("UPDATE delivery SET json = json_remove(json, '$.held_until')");
    desk.standin.now(|_, _| good("{\"id\":\"1\"}"));
    desk.deliver("2024-06-15T07:00:00Z").await;
    let rest = desk.texts();
    assert_eq!(rest[0], sent[1], "the message that failed is the same");
    assert!(!sent[1].contains("Ports"), "only the first has a heading");
    let all = [&sent[..1], &rest].concat().concat();
    for n in 3..12 {
        assert_eq!(all.matches(&format!("ship{n:02} word")).count(), 1, "{n}");
    }
    assert!(
        !all.contains("ship02 ") && !all.contains("Storm over"),
        "{all}"
    );
    assert_eq!(all.matches("and 3 more").count(), 1);
    desk.deliver("2024-06-16T06:00:00Z").await;
    let next = desk.texts();
    assert!(
        next.len() == 1 && next[0].contains("Storm over"),
        "{next:?}"
    );
}

#[tokio::test]
async fn each_try_of_a_list_has_the_same_key() {
    let more = "token = \"env:HOME\"\nchannel = \"!a:b\"\ndigest = \"08:00\"\n";
    let desk = Desk::new("matrix", more).await;
    desk.arrive("2024-06-14T13:00:00Z", &["Ferry late"]).await;
    desk.standin.now(fails);
    desk.deliver("2024-06-15T06:00:00Z").await;
    desk.arrive("2024-06-15T06:30:00Z", &["Harbour closed"])
        .await;
    desk.standin.now(|_, _| good("{\"event_id\":\"$1\"}"));
    let retry = Deliveries {
        retry: true,
        ..Deliveries::default()
    };
    desk.deliver_with("2024-06-15T07:00:00Z", &retry).await;
    desk.deliver("2024-06-16T06:00:00Z").await;
    let paths: Vec<_> = desk
        .standin
        .take()
        .into_iter()
        .map(|sent| sent.path)
        .collect();
    assert_eq!(paths.len(), 3);
    assert_eq!(paths[0], paths[1]);
    assert_ne!(paths[1], paths[2], "another day is another message");
}

#[tokio::test]
async fn a_story_that_is_refused_does_not_take_the_list_with_it() {
    let desk = Desk::new("discord", "digest = \"08:00\"\n").await;
    let titles = [
        "Ferry one",
        "Ship two",
        "Lock three",
        "Crane four",
        "Quay five",
    ];
    desk.arrive("2024-06-14T13:00:00Z", &titles).await;
    desk.standin.now(|sent, _| {
        if sent.body.contains("Crane") {
            ("400 Bad Request", "", "{\"code\":50035}".to_owned())
        } else {
            good("{\"id\":\"1\"}")
        }
    });
    let done = desk.deliver("2024-06-15T06:00:00Z").await;
    assert_eq!((done.posted, done.set_aside, done.waiting), (4, 1, 0));
    let texts = desk.texts();
    let good: String = texts
        .iter()
        .filter(|text| !text.contains("Crane"))
        .cloned()
        .collect();
    for title in titles.iter().filter(|title| !title.contains("Crane")) {
        assert_eq!(
            good.matches(&format!("[{title}]")).count(),
            1,
            "{title}: {texts:?}"
        );
    }
    desk.standin.now(|_, _| self::good("{\"id\":\"1\"}"));
    let retry = Deliveries {
        retry: true,
        ..Deliveries::default()
    };
    desk.deliver_with("2024-06-15T06:30:00Z", &retry).await;
    let texts = desk.texts();
    assert!(
        texts.len() == 1 && texts[0].contains("Crane four"),
        "{texts:?}"
    );
}

#[tokio::test]
async fn a_list_that_a_server_fails_on_does_not_stop_those_behind_it() {
    let desk = Desk::new("discord", "digest = \"08:00\"\n").await;
    desk.arrive(
        "2024-06-14T13:00:00Z",
        &["Ferry one", "Ship two", "Crane four", "Quay five"],
    )
    .await;
    desk.standin.now(|sent, n| {
        if sent.body.contains("Crane") {
            fails(sent, n)
        } else {
            good("{\"id\":\"1\"}")
        }
    });
    let mut set_aside = 0;
    for _ in 0..30 {
        set_aside += desk.deliver("2024-06-15T06:00:00Z").await.set_aside;
        desk.sql("UPDATE delivery SET json = json_remove(json, '$.held_until')");
    }
    assert_eq!(set_aside, 1);
    let texts = desk.texts();
    let good: String = texts
        .iter()
        .filter(|text| !text.contains("Crane"))
        .cloned()
        .collect();
    for title in ["Ferry one", "Ship two", "Quay five"] {
        assert_eq!(
            good.matches(&format!("[{title}]")).count(),
            1,
            "{title}: {texts:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_down_at_the_time_of_a_digest_loses_and_sets_aside_nothing() {
    let desk = Desk::new("discord", "digest = \"08:00\"\n").await;
    desk.arrive(
        "2024-06-14T13:00:00Z",
        &["Ferry one", "Ship two", "Crane four"],
    )
    .await;
    desk.standin.now(fails);
    for _ in 0..12 {
        let done = desk.deliver("2024-06-15T06:00:00Z").await;
        assert_eq!((done.set_aside, done.waiting), (0, 3));
        desk.sql("UPDATE delivery SET json = json_remove(json, '$.held_until')");
    }
    desk.texts();
    desk.standin.now(|_, _| good("{\"id\":\"1\"}"));
    let done = desk.deliver("2024-06-15T09:00:00Z").await;
    assert_eq!((done.posted, done.waiting, desk.texts().len()), (3, 0, 1));
}

#[tokio::test]
async fn a_list_stays_as_it_was_sent() {
    let desk = Desk::new("discord", "digest = \"08:00\"\n").await;
    desk.mill.write(&[("1", "Ferry late")]);
    desk.mill.house.pass_at("2024-06-14T13:00:00Z", &ALL).await;
    desk.deliver("2024-06-15T06:00:00Z").await;
    assert_eq!(desk.texts().len(), 1);
    let set = |more: &str| {
        let toml = desk.mill.read("feeds.toml");
        desk.mill
            .house
            .write("feeds.toml", &toml.replace("digest = \"08:00\"\n", more));
    };
    for (moment, title, toml) in [
        (
            "2024-06-16T06:00:00Z",
            "Ferry late by two hours",
            "digest = \"08:00\"\n",
        ),
        ("2024-06-17T06:00:00Z", "Ferry late by three hours", ""),
    ] {
        set(toml);
        desk.mill.write(&[("1", title)]);
        desk.mill.house.pass_at(moment, &ALL).await;
        desk.deliver(moment).await;
        assert_eq!(desk.standin.take().len(), 0, "{title}");
    }
}

#[tokio::test]
async fn a_rule_chooses_what_is_listed_and_a_dry_run_shows_it() {
    let desk = Desk::new("discord", "digest = \"08:00\"\nrule = 'ferry'\n").await;
    desk.arrive(
        "2024-06-14T13:00:00Z",
        &["Ship two", "Ferry one", "Crane four"],
    )
    .await;
    let config = desk.config();
    let store = Store::open(&config.store).unwrap();
    let shown = mill::preview(
        &config,
        &store,
        &config.deliveries[0],
        at("2024-06-14T13:00:00Z"),
        9,
    );
    let shown = shown.await.unwrap();
    assert!(
        shown.len() == 1 && shown[0].contains("[Ferry one]"),
        "{shown:?}"
    );
    assert_eq!(desk.texts(), [""; 0]);
    drop(store);
    desk.deliver("2024-06-15T06:00:00Z").await;
    let texts = desk.texts();
    assert!(
        texts.len() == 1 && texts[0].lines().count() == 2,
        "{texts:?}"
    );
    desk.arrive("2024-06-15T13:00:00Z", &["Crane five"]).await;
    let done = desk.deliver("2024-06-16T06:00:00Z").await;
    assert_eq!((desk.texts().len(), done.waiting), (0, 0));
}

#[tokio::test]
async fn a_clock_that_was_years_ahead_for_one_pass_silences_no_digest() {
    let desk = Desk::new("discord", "digest = \"08:00\"\n").await;
    desk.deliver("2099-06-15T06:00:00Z").await;
    desk.arrive("2024-06-14T13:00:00Z", &["Ferry late"]).await;
    desk.deliver("2024-06-14T13:00:00Z").await;
    assert_eq!(desk.texts(), [""; 0]);
    desk.deliver("2024-06-15T06:00:00Z").await;
    assert_eq!(desk.texts().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_in_quiet_hours_and_everything_afterwards() {
    let desk = Desk::new("discord", "quiet = \"22:00-07:00\"\n").await;
    desk.mill.write(&[("1", "Ferry late")]);
    desk.mill.house.pass_at("2024-06-14T19:59:00Z", &ALL).await;
    desk.deliver("2024-06-14T19:59:00Z").await;
    assert_eq!(desk.texts().len(), 1, "it is not quiet yet");
    desk.mill
        .write(&[("1", "Ferry late by two hours"), ("2", "Harbour closed")]);
    desk.mill.house.pass_at("2024-06-14T21:00:00Z", &ALL).await;
    for moment in [
        "2024-06-14T20:00:00Z",
        "2024-06-14T23:00:00Z",
        "2024-06-15T04:59:59Z",
    ] {
        let done = desk.deliver(moment).await;
        assert_eq!(
            shown(done.quiet_until).as_deref(),
            Some("2024-06-15T07:00:00+02:00")
        );
        assert_eq!((done.waiting, done.error), (2, None));
    }
    assert_eq!(desk.standin.take().len(), 0);
    let config = desk.config();
    let tested = mill::test_delivery(&config, &config.deliveries[0], at("2024-06-14T23:00:00Z"));
    tested.await.unwrap().unwrap();
    assert_eq!(desk.standin.take().len(), 1, "a test is sent all the same");
    desk.deliver("2024-06-15T05:00:00Z").await;
    assert_eq!(desk.standin.take().len(), 2);
}

#[tokio::test]
async fn a_digest_of_quiet_hours_comes_after_them() {
    let desk = Desk::new("discord", "quiet = \"22:00-07:00\"\ndigest = \"23:00\"\n").await;
    desk.arrive("2024-06-14T20:30:00Z", &["Ferry late"]).await;
    desk.deliver("2024-06-14T21:00:00Z").await;
    assert_eq!(desk.texts(), [""; 0]);
    desk.deliver("2024-06-15T05:00:00Z").await;
    let texts = desk.texts();
    assert!(
        texts.len() == 1 && texts[0].contains("2024-06-14"),
        "{texts:?}"
    );
    desk.deliver("2024-06-15T05:30:00Z").await;
    assert_eq!(desk.texts(), [""; 0]);
}

#[test]
fn the_program_says_until_when_it_is_quiet() {
    let hour = |hours: i64| {
        let moment = chrono::Utc::now() + chrono::TimeDelta::hours(hours);
        moment.format("%H:%M").to_string()
    };
    let (mill, standin) = super::queue::slack(&format!("quiet = \"{}-{}\"\n", hour(-2), hour(2)));
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.feedmill(&["run", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let delivered = &report["delivered"][0];
    assert_eq!(delivered["waiting"], 1, "{delivered}");
    let until = delivered["quiet_until"].as_str().unwrap();
    assert!(until.contains(&hour(2)[..3]), "{until}");
    super::queue::is_silent(&mill.run(&[]));
    assert_eq!(standin.take().len(), 0);
    let (code, said) = mill.feedmill(&["deliver", "--test", "team"]);
    assert_eq!((code, standin.take().len()), (Some(0), 1), "{said}");
}

#[tokio::test]
async fn messages_are_in_the_language_of_their_themes() {
    let desk = Desk::new("discord", "digest = \"08:00\"\nburst = 1\n").await;
    let toml = desk.mill.read("feeds.toml");
    let german = toml.replace("[themes.all]\n", "[themes.all]\nlanguage = \"de-AT\"\n");
    desk.mill.house.write("feeds.toml", &german);
    desk.arrive("2024-06-14T13:00:00Z", &["Ferry one", "Ship two"])
        .await;
    desk.deliver("2024-06-15T06:00:00Z").await;
    assert!(desk.texts()[0].ends_with("und 1 weitere"));
    let dutch = german.replace("digest = \"08:00\"\n", "language = \"nl\"\n");
    desk.mill.house.write("feeds.toml", &dutch);
    desk.arrive("2024-06-15T13:00:00Z", &["Lock three", "Crane four"])
        .await;
    desk.deliver("2024-06-15T13:00:00Z").await;
    assert_eq!(desk.texts()[0], "Eerdere berichten weggelaten: 1");
}

#[test]
fn what_a_digest_cannot_be_is_an_error_of_check() {
    for (table, advice) in [
        ("to = \"webhook\"\ndigest = \"daily\"", "remove digest"),
        (
            "to = \"mattermost\"\ndigest = \"daily\"\ntemplate = \"x\"",
            "remove template or digest",
        ),
        ("to = \"mattermost\"\ndigest = \"weekly\"", "\"08:00\""),
        (
            "to = \"mattermost\"\nquiet = \"at night\"",
            "\"22:00-07:00\"",
        ),
        (
            "to = \"mattermost\"\ntimezone = \"Brussels\"",
            "Europe/Brussels",
        ),
    ] {
        let toml = format!("[themes.all]\n[deliver.team]\nurl = \"https://a.example/\"\n{table}\n");
        let mill = Mill {
            house: House::new(&toml),
        };
        let (code, said) = mill.feedmill(&["check"]);
        assert!(code == Some(78) && said.contains(advice), "{table}: {said}");
    }
}

#[test]
fn a_digest_that_is_killed_loses_nothing_and_repeats_at_most_the_list_on_its_way() {
    const STORIES: usize = 10;
    let standin = Standin::new(|_, _| good("{\"id\":\"1\"}"));
    let mill = Mill::new(&format!(
        "to = \"discord\"\nurl = \"{}/hook\"\nburst = \"all\"\ndigest = \"daily\"\n",
        standin.address
    ));
    standin.now(|_, _| {
        std::thread::sleep(Duration::from_millis(30));
        good("{\"id\":\"1\"}")
    });
    let (rounds, mut seed) = (number("FEEDMILL_KILLS", 5), number("FEEDMILL_SEED", 7));
    let mut kills = 0;
    let due = || {
        let store = rusqlite::Connection::open(mill.house.path("state/feedmill.db")).unwrap();
        let sql =
            "UPDATE delivery SET json = json_set(json, '$.digest.done', '2024-06-14T06:00:00Z')";
        store.execute(sql, []).unwrap();
    };
    let mut lists = Vec::new();
    for round in 0..rounds {
        let titles = long_titles(&format!("ship{round}x"), STORIES);
        let names: Vec<_> = (0..STORIES).map(|n| format!("{round}x{n}")).collect();
        let items = names.iter().zip(&titles);
        let items: Vec<_> = items.map(|(n, t)| (n.as_str(), t.as_str())).collect();
        mill.write(&items);
        mill.feedmill(&["run"]);
        due();
        let mut child = mill.command(&["deliver"]).spawn().unwrap();
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis((seed >> 33) & 255));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        lists.extend(standin.texts("content"));
    }
    due();
    let (code, said) = mill.feedmill(&["deliver"]);
    assert_eq!(code, Some(0), "{said}");
    due();
    mill.feedmill(&["deliver"]);
    lists.extend(standin.texts("content"));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut repeated = 0;
    for list in &lists {
        let told = list.split("[ship").skip(1);
        let told: Vec<_> = told
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect();
        let is_repeated = told.iter().any(|name| counts.contains_key(name));
        repeated += usize::from(is_repeated);
        for name in told {
            *counts.entry(name).or_default() += 1;
        }
    }
    let stories = STORIES * usize::try_from(rounds).unwrap();
    assert_eq!(counts.len(), stories, "a story was lost");
    assert!(repeated <= kills, "{repeated} repeated, {kills} kills");
}
