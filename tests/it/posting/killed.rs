//! Processes that are killed while they post: nothing is lost, and at most the message on its way is repeated; not where a
//! platform knows it by its key. `FEEDMILL_KILLS` kills more often, with `FEEDMILL_SEED` elsewhere.

use super::Mill;
use super::mail::{Mailbox, header};
use super::platform::{Sent, Standin, good};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Stories of each round.
const STORIES: usize = 8;
/// Milliseconds that a destination takes for a message: as slow as a chat, so that kills come in the middle.
const PAUSE: u64 = 15;
/// What every story is called, before what is its own.
const TITLE: &str = "Report of ship";

pub(super) fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A message that came: its key, where the platform has keys, and the story that it tells.
#[derive(Clone, Debug)]
struct Arrived {
    key: Option<String>,
    story: String,
}

/// The name of the story in a message.
fn story_of(text: &str) -> String {
    let after = text.split(TITLE).nth(1).expect(text);
    let name = after.split(|c: char| !c.is_ascii_alphanumeric());
    name.take(1).collect()
}

/// Kills the program at random moments while it posts, and looks at what came.
fn holds_when_killed(table: &str, take: impl Fn() -> Vec<Arrived>) {
    let mill = Mill::new(&format!("burst = \"all\"\n{table}"));
    holds_when_killed_in(&mill, table, take);
}

fn holds_when_killed_in(mill: &Mill, table: &str, take: impl Fn() -> Vec<Arrived>) {
    let (rounds, mut seed) = (number("FEEDMILL_KILLS", 3), number("FEEDMILL_SEED", 7));
    // The destination has posted once, so that it can be held.
    mill.write(&[("first", "Lock repaired")]);
    mill.feedmill(&["run"]);
    take();
    let (mut processes, mut kills) = (Vec::new(), 0);
    for round in 0..rounds {
        let names: Vec<String> = (0..STORIES).map(|n| format!("{round}x{n}")).collect();
        let titles = names.iter();
        let titles: Vec<String> = titles.map(|n| format!("{TITLE}{n} and crew{n}")).collect();
        let items = names.iter().zip(&titles);
        let items: Vec<_> = items.map(|(n, t)| (n.as_str(), t.as_str())).collect();
        mill.write(&items);
        // The pass stores the stories, and posts nothing.
        mill.hold();
        mill.feedmill(&["run"]);
        let mut child = mill.command(&["deliver", "--retry"]).spawn().unwrap();
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut arrived = Vec::new();
        // Most kills come after a first message, some anywhere.
        while round % 3 != 2 && child.try_wait().unwrap().is_none() {
            arrived = take();
            if !arrived.is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis((seed >> 33) & 127));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        arrived.extend(take());
        processes.push(arrived);
    }
    let (code, said) = mill.feedmill(&["deliver", "--retry"]);
    assert_eq!(code, Some(0), "{said}");
    processes.push(take());
    let stories = usize::try_from(rounds).unwrap() * STORIES;
    check(table, &processes, stories, kills);
}

/// Each story came, never more messages twice than processes were killed, and each story has one key, which no other has.
/// `processes` is what came until each was killed, and after the last: what was on its way then may come later.
fn check(table: &str, processes: &[Vec<Arrived>], stories: usize, kills: usize) {
    let mut keys: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    let mut repeated = 0;
    for (arrived, killed) in processes.iter().zip(0..) {
        for message in arrived {
            repeated += usize::from(keys.contains_key(message.story.as_str()));
            let of_story = keys.entry(&message.story).or_default();
            of_story.insert(message.key.as_deref());
        }
        assert!(
            repeated <= killed,
            "{repeated} repeated, {killed} killed: {arrived:?}"
        );
    }
    let mut messages = processes.iter().flatten();
    let has_keys = messages.all(|message| message.key.is_some());
    let platform = table.lines().next().unwrap_or_default();
    eprintln!(
        "{platform}: {stories} stories, {kills} kills, {repeated} repeated, keys: {has_keys}"
    );
    assert_eq!(keys.len(), stories, "a story was lost");
    assert!(repeated <= kills, "{repeated} repeated, {kills} kills");
    let different: BTreeSet<_> = keys.values().flatten().collect();
    assert!(keys.values().all(|keys| keys.len() == 1), "{keys:?}");
    assert!(!has_keys || different.len() == stories, "{keys:?}");
}

/// The same for a platform that speaks HTTP. `answer` says what it answers, `key` where it looks for the key of a message.
fn holds_at(more: &str, answer: fn(&Sent) -> &'static str, key: impl Fn(&Sent) -> Option<String>) {
    let standin = Standin::new(move |sent: &Sent, _| {
        std::thread::sleep(Duration::from_millis(PAUSE));
        good(answer(sent))
    });
    let table = format!("{more}url = \"{}/hook\"\n", standin.address);
    holds_when_killed(&table, || {
        let sent = standin.take();
        let told = sent.iter().filter(|sent| sent.body.contains(TITLE));
        let arrived = told.map(|sent| Arrived {
            key: key(sent),
            story: story_of(&sent.body),
        });
        arrived.collect()
    });
}

#[test]
fn a_platform_without_keys_gets_at_most_the_message_on_its_way_twice() {
    holds_at("to = \"slack-webhook\"\n", |_| "ok", |_| None);
}

#[test]
fn matrix_knows_a_message_by_its_transaction() {
    let table = "to = \"matrix\"\ntoken = \"env:MAIL_PASSWORD\"\nchannel = \"!a:b\"\n";
    let key = |sent: &Sent| sent.path.rsplit('/').next().map(str::to_owned);
    holds_at(table, |_| "{\"event_id\":\"$1\"}", key);
}

#[test]
fn mastodon_knows_a_message_by_its_header() {
    let table = "to = \"mastodon\"\ntoken = \"env:MAIL_PASSWORD\"\n";
    let key = |sent: &Sent| Some(sent.header("idempotency-key").to_owned());
    holds_at(table, |_| "{\"id\":\"1\"}", key);
}

#[test]
fn bluesky_knows_a_message_by_its_record() {
    let table = "to = \"bluesky\"\nuser = \"news.example\"\ntoken = \"env:MAIL_PASSWORD\"\n";
    let answer = |sent: &Sent| {
        if sent.path.ends_with("createSession") {
            // {"exp":99999999999}
            "{\"did\":\"d\",\"accessJwt\":\"x.eyJleHAiOjk5OTk5OTk5OTk5fQ.y\",\"refreshJwt\":\"x.eyJleHAiOjk5OTk5OTk5OTk5fQ.y\"}"
        } else {
            "{\"uri\":\"at://d/app.bsky.feed.post/3k\"}"
        }
    };
    holds_at(table, answer, |sent| {
        Some(sent.json()["rkey"].as_str()?.to_owned())
    });
}

#[test]
fn google_chat_knows_a_message_by_its_address() {
    let key = |sent: &Sent| Some(sent.query("requestId").to_owned());
    holds_at("to = \"google-chat\"\n", |_| "{\"name\":\"n\"}", key);
}

#[test]
fn a_webhook_is_told_the_key() {
    let key = |sent: &Sent| Some(sent.header("webhook-id").to_owned());
    holds_at("to = \"webhook\"\n", |_| "", key);
}

#[test]
fn a_mail_has_one_message_id() {
    let (mailbox, port) = Mailbox::start();
    mailbox.pause.store(PAUSE, Ordering::SeqCst);
    let table = format!(
        "to = \"mail\"\nurl = \"smtp://127.0.0.1:{port}\"\nfrom = \"n@news.example\"\nchannel = \"a@b.example\"\n\
         user = \"news\"\ntoken = \"env:MAIL_PASSWORD\"\n"
    );
    holds_when_killed(&table, || {
        let mails = mailbox.take();
        let told = mails.iter().filter(|mail| mail.contains(TITLE));
        let arrived = told.map(|mail| Arrived {
            key: Some(header(mail, "Message-ID").concat()),
            story: story_of(mail),
        });
        arrived.collect()
    });
}

#[cfg(unix)]
#[test]
fn a_program_is_told_the_key() {
    let table = "to = \"program\"\nmarkup = \"line\"\ncommand = [\"sh\", \"-c\", \
                 \"sleep 0.0$0; echo \\\"$FEEDMILL_KEY $FEEDMILL_TITLE\\\" >> log\", \"15\"]\n";
    let mill = Mill::new(&format!("burst = \"all\"\n{table}"));
    let seen = Cell::new(0);
    holds_when_killed_in(&mill, table, || {
        // The program writes meanwhile: nothing is taken out of its log.
        let mut log = mill.read("log");
        log.truncate(log.rfind('\n').map_or(0, |end| end + 1));
        let new = log.lines().skip(seen.replace(log.lines().count()));
        let told = new.filter(|line| line.contains(TITLE));
        let arrived = told.map(|line| Arrived {
            key: line.split(' ').next().map(str::to_owned),
            story: story_of(line),
        });
        arrived.collect()
    });
}
