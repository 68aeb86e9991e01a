//! Canaries in the addresses, tokens and accounts of destinations. Their servers repeat what they know in what they answer, but for
//! the account, which is no secret: no command prints one, and none is in any file but `feeds.toml`. The store, which only
//! its owner can read, has sessions.

use super::platform::{Said, Sent, Standin};
use crate::common::{House, LONG, files_in, item, rss};
use crate::secrets::COMMANDS;
use std::fmt::Write as _;
use std::process::Command;

/// The canary with a number; none is part of another.
fn canary(n: usize) -> String {
    format!("T0P{n:02}S3CR3T{n:02}x")
}

/// Tables by platform. `URL`, `TOKEN` and `USER` stand for canaries, `SERVER` for the server.
const TABLES: [&str; 11] = [
    "to = \"slack-webhook\"\nurl = \"URL\"",
    "to = \"discord\"\nurl = \"URL\"",
    "to = \"mattermost\"\nurl = \"URL\"",
    "to = \"matrix\"\nurl = \"SERVER\"\ntoken = \"TOKEN\"\nchannel = \"!a:example.org\"",
    "to = \"zulip\"\nurl = \"SERVER\"\nuser = \"USER\"\ntoken = \"TOKEN\"\nchannel = \"general\"",
    "to = \"mastodon\"\nurl = \"SERVER\"\ntoken = \"TOKEN\"",
    "to = \"bluesky\"\nurl = \"SERVER\"\nuser = \"USER\"\ntoken = \"TOKEN\"",
    "to = \"gotify\"\nurl = \"SERVER\"\ntoken = \"TOKEN\"",
    "to = \"webhook\"\nurl = \"URL\"\ntoken = \"TOKEN\"",
    "to = \"mail\"\nurl = \"smtp://localhost:9\"\nfrom = \"a@example.org\"\nchannel = \"b@example.org\"\nuser = \"USER\"\ntoken = \"TOKEN\"",
    "to = \"program\"\ncommand = [\"sh\", \"-c\", \"echo key $FEEDMILL_TOKEN is bad >&2; exit 1\"]\ntoken = \"TOKEN\"",
];

/// A folder with a destination of each kind.
struct Canaries {
    house: House,
    /// One for each, with the secrets that it knows, and the account.
    standins: Vec<(Standin, String, String)>,
    variables: Vec<(String, String)>,
    words: Vec<String>,
}

impl Canaries {
    fn new() -> Self {
        let (mut standins, mut variables, mut canaries) = (Vec::new(), Vec::new(), Vec::new());
        let mut toml = "site.base_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ntimeout = \"5 s\"\n\
             [sources.a]\npath = \"a.xml\"\n[themes.all]\n"
            .to_owned();
        for (n, table) in TABLES.iter().enumerate() {
            let standin = Standin::new(|_, _| ("200 OK", "", String::new()));
            let (mut known, mut user) = (String::new(), String::new());
            let mut table = table.replace("SERVER", &standin.address);
            for place in ["URL", "TOKEN", "USER"] {
                if !table.contains(place) {
                    continue;
                }
                let canary = canary(canaries.len());
                let value = match place {
                    "URL" => format!("{}/hook/{canary}", standin.address),
                    _ => canary.clone(),
                };
                if place == "USER" {
                    table = table.replace("USER", &canary);
                    user.clone_from(&canary);
                } else {
                    let name = format!("CANARY_{place}_{n}");
                    table = table.replace(place, &format!("env:{name}"));
                    variables.push((name, value));
                    known = format!("{known} {canary}");
                }
                canaries.push(canary);
            }
            standins.push((standin, known, user));
            let _ = write!(toml, "[deliver.d{n}]\npace = \"0 s\"\n{table}\n");
        }
        let canaries = Self {
            house: House::new(&toml),
            standins,
            variables,
            words: canaries,
        };
        canaries.write(0);
        canaries.run(&["run"]);
        canaries
    }

    /// The source has so many items.
    fn write(&self, items: usize) {
        let texts = (0..=items).map(|n| {
            let title = format!("Report {n} of the ferry{n}");
            (
                title.clone(),
                format!("https://a.example/{n}"),
                format!("{title}. {LONG} {n}"),
            )
        });
        let texts: Vec<_> = texts.collect();
        let items = texts.iter().map(|(title, link, text)| {
            let (title, link, date, _) = item(title, link);
            (title, link, date, text.as_str())
        });
        let items: Vec<_> = items.collect();
        self.house.write("a.xml", &rss("a", &items));
        self.house.write("items.ndjson", "");
    }

    /// Runs the program: what it printed, to both.
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
        command.args(arguments).current_dir(self.house.path(""));
        command.envs(self.variables.iter().cloned());
        let output = command.output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    /// Runs all commands while the server answers so, and looks for canaries.
    fn round(&self, status: &'static str) {
        for (standin, known, user) in &self.standins {
            let (known, user) = (known.clone(), user.clone());
            standin.now(move |sent, _| said(status, sent, (&known, &user)));
        }
        let ways = COMMANDS.iter().flat_map(|(_, ways)| ways.iter());
        let more: [&[&str]; 4] = [
            &["deliver", "--retry"],
            &["deliver", "--failed"],
            &["status", "--strict"],
            &["run", "-vvv", "--log", "json"],
        ];
        for way in ways.chain(&more) {
            let arguments: Vec<_> = way
                .iter()
                .map(|word| match *word {
                    "SOURCE" => "a",
                    "TYPED" => "http://127.0.0.1:9/feed",
                    "ITEM" => "https://a.example/0",
                    word => word,
                })
                .collect();
            let what = format!("{status}: {}", arguments.join(" "));
            self.look(&what, &self.run(&arguments));
        }
        for n in 0..TABLES.len() {
            let name = format!("d{n}");
            self.look(status, &self.run(&["deliver", "--test", &name]));
        }
        for (name, bytes) in files_in(&self.house.path("")) {
            if name != "feeds.toml" {
                let what = format!("{status}: {name}");
                self.look(&what, &String::from_utf8_lossy(&bytes));
            }
        }
    }

    fn look(&self, what: &str, text: &str) {
        for canary in &self.words {
            if let Some(at) = text.find(canary.as_str()) {
                let before: String = text[..at].chars().rev().take(200).collect();
                let before: String = before.chars().rev().collect();
                panic!("{what}: {canary} after {before:?}");
            }
        }
    }
}

/// What the server answers: an error repeats the secrets, the address and what it was sent.
fn said(status: &'static str, sent: &Sent, (known, user): (&str, &str)) -> Said {
    if status != "200 OK" {
        let text = format!("{known} {} {}", sent.path, sent.body);
        let text = match user {
            "" => text,
            user => text.replace(user, "me"),
        };
        let json = serde_json::json!({ "error": text, "message": text, "msg": text, "ok": false });
        return (status, "", json.to_string());
    }
    // {"exp":99999999999}
    let token = "x.eyJleHAiOjk5OTk5OTk5OTk5fQ.y";
    let json = serde_json::json!({
        "id": "42", "ok": true, "result": "success", "event_id": "$42", "uri": "at://d/app.bsky.feed.post/3k",
        "did": "did:plc:x", "accessJwt": token, "refreshJwt": token,
    });
    ("200 OK", "", json.to_string())
}

#[test]
fn no_canary_of_a_destination_is_printed_or_kept() {
    let canaries = Canaries::new();
    let rounds = [
        "200 OK",
        "503 Service Unavailable",
        "400 Bad Request",
        "401 Unauthorized",
    ];
    for (n, status) in rounds.into_iter().enumerate() {
        canaries.write(2 * (n + 1));
        canaries.round(status);
    }
    let status = canaries.run(&["status", "--json"]);
    assert!(
        status.contains("\"stopped\"") && status.contains("***"),
        "{status}"
    );
}
