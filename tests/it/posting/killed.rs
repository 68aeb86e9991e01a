//! Processes that are killed while they post: nothing is lost, and at most the message on its way is repeated; not where a
//! platform knows it by its key. `FEEDMILL_KILLS` kills more often, with `FEEDMILL_SEED` elsewhere.

use super::Mill;
use super::platform::{Sent, Standin, good};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Stories of each round.
const STORIES: usize = 8;

pub(super) fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What came of kills.
struct Posted {
    /// How often each message came, by what names it.
    counts: BTreeMap<String, usize>,
    kills: usize,
    stories: usize,
}

/// Kills the program at random moments while it posts to a destination that answers `body`.
fn posted_while_killed(
    standin: &Standin,
    table: &str,
    body: &'static str,
    name: fn(&Sent) -> String,
) -> Posted {
    let mill = Mill::new(&format!("burst = \"all\"\n{table}"));
    let (rounds, mut seed) = (number("FEEDMILL_KILLS", 10), number("FEEDMILL_SEED", 7));
    let mut posted = Posted {
        counts: BTreeMap::new(),
        kills: 0,
        stories: 0,
    };
    let mut count = |sent: Vec<Sent>| {
        for sent in sent {
            *posted.counts.entry(name(&sent)).or_default() += 1;
        }
    };
    for round in 0..rounds {
        let names: Vec<String> = (0..STORIES).map(|n| format!("{round}x{n}")).collect();
        let titles = names.iter();
        let titles: Vec<String> = titles
            .map(|n| format!("Report of ship{n} and crew{n}"))
            .collect();
        let items = names.iter().zip(&titles);
        let items: Vec<_> = items.map(|(n, t)| (n.as_str(), t.as_str())).collect();
        mill.write(&items);
        count(standin.take());
        // The pass stores the stories, and posts nothing.
        standin.now(|_, _| ("503 Service Unavailable", "", String::new()));
        mill.feedmill(&["run"]);
        standin.take();
        standin.now(move |_, _| {
            // As slow as a chat, so that kills come in the middle.
            std::thread::sleep(Duration::from_millis(15));
            good(body)
        });
        let mut child = mill.command(&["deliver", "--retry"]);
        let mut child = child.spawn().unwrap();
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis((seed >> 33) & 255));
        posted.kills += usize::from(child.try_wait().unwrap().is_none());
        posted.stories += STORIES;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (code, said) = mill.feedmill(&["deliver", "--retry"]);
    assert_eq!(code, Some(0), "{said}");
    count(standin.take());
    posted
}

#[test]
fn nothing_is_lost_and_at_most_the_message_on_its_way_is_repeated() {
    let standin = Standin::new(|_, _| good("ok"));
    let table = format!(
        "to = \"slack-webhook\"\nurl = \"{}/hook\"\n",
        standin.address
    );
    let title = |sent: &Sent| {
        let text = sent.body.split("|Report").nth(1).unwrap();
        text.split('>').next().unwrap().to_owned()
    };
    let posted = posted_while_killed(&standin, &table, "ok", title);
    assert_eq!(posted.counts.len(), posted.stories, "a story was lost");
    let repeated: usize = posted.counts.values().map(|count| count - 1).sum();
    assert!(
        repeated <= posted.kills,
        "{repeated} repeated, {} kills",
        posted.kills
    );
}

#[test]
fn a_repeated_message_has_the_key_of_the_first() {
    let standin = Standin::new(|_, _| good("{}"));
    let table = format!(
        "to = \"matrix\"\nurl = \"{}\"\ntoken = \"env:MAIL_PASSWORD\"\nchannel = \"!a:b\"\n",
        standin.address
    );
    let key = |sent: &Sent| {
        let key = sent.path.rsplit('/').next().unwrap().to_owned();
        let text = sent.body.split("Report").nth(1).unwrap();
        format!("{key} {}", text.split(['<', '\\']).next().unwrap())
    };
    let posted = posted_while_killed(&standin, &table, "{\"event_id\":\"$1\"}", key);
    // As many keys as stories, and each with one story.
    assert_eq!(posted.counts.len(), posted.stories, "{:?}", posted.counts);
    let keys = posted.counts.keys().filter_map(|key| key.split(' ').next());
    assert_eq!(keys.collect::<BTreeSet<_>>().len(), posted.stories);
}
