//! Stories that are posted by the program itself: `[deliver.NAME]` with servers and programs of our own.

mod digest;
mod faults;
mod killed;
mod mail;
mod platform;
#[cfg(unix)]
mod programs;
mod queue;
mod standins;
mod templates;

use crate::common::{House, LONG, item, rss};
use std::process::Command;

/// A folder with one source and one destination; the program has visited the source once.
struct Mill {
    house: House,
    /// The value of `env:TEAM_SECRET`.
    secret: String,
}

impl Mill {
    fn new(deliver: &str) -> Self {
        Self::with_secret(deliver, "s3cret-word")
    }

    fn with_secret(deliver: &str, secret: &str) -> Self {
        let config = format!(
            "site.base_url = \"https://news.example/\"\n[sources.a]\npath = \"a.xml\"\n[themes.all]\n\
             [deliver.team]\npace = \"0s\"\n{deliver}"
        );
        let mill = Self {
            house: House::new(&config),
            secret: secret.to_owned(),
        };
        mill.write(&[("0", "Bridge opens")]);
        mill.feedmill(&["run"]);
        mill
    }

    /// Writes what the source lists: the name of each item and its title.
    fn write(&self, items: &[(&str, &str)]) {
        let text = |(name, title): &(&str, &str)| format!("{title}. {LONG} {name} {title}.");
        let texts: Vec<_> = items.iter().map(text).collect();
        let items = items.iter().zip(&texts);
        let items: Vec<_> = items
            .map(|((name, title), text)| (*name, *title, text.as_str()))
            .collect();
        self.write_texts(&items);
    }

    /// The same, with the text of each.
    fn write_texts(&self, items: &[(&str, &str, &str)]) {
        let link = |(name, ..): &(&str, &str, &str)| format!("https://a.example/{name}");
        let links: Vec<_> = items.iter().map(link).collect();
        let items = items.iter().zip(&links);
        let items: Vec<_> = items
            .map(|((_, title, text), link)| {
                let (title, link, date, _) = item(title, link);
                (title, link, date, *text)
            })
            .collect();
        self.house.write("a.xml", &rss("a", &items));
    }

    /// Runs a pass, then `deliver` with these arguments: its exit code and what it said.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        self.feedmill(&["run"]);
        self.feedmill(&[&["deliver"], arguments].concat())
    }

    fn feedmill(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// The destination rests for a long time: passes post nothing, until somebody asks for it.
    fn hold(&self) {
        self.set_state(
            "json_set(json, '$.held_until', strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 day'))",
        );
    }

    /// It need not rest any longer.
    fn wake(&self) {
        self.set_state("json_remove(json, '$.held_until')");
    }

    fn set_state(&self, json: &str) {
        let store = rusqlite::Connection::open(self.house.path("state/feedmill.db")).unwrap();
        let rows = store.execute(&format!("UPDATE delivery SET json = {json}"), []);
        assert_eq!(rows.unwrap(), 1);
    }

    /// What is kept of the destination.
    fn state(&self) -> serde_json::Value {
        let store = rusqlite::Connection::open(self.house.path("state/feedmill.db")).unwrap();
        let json: rusqlite::Result<String> =
            store.query_row("SELECT json FROM delivery", [], |row| row.get(0));
        serde_json::from_str(&json.unwrap()).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
        command
            .args(arguments)
            .env("MAIL_PASSWORD", "s3cret-word")
            .env("TEAM_SECRET", &self.secret)
            .current_dir(self.house.path(""));
        command
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.house.path(name)).unwrap_or_default()
    }
}
