//! What is new in themes, for bots and scripts: `items --consumer`, `ack`, `--exec`.

mod consumers;
#[cfg(unix)]
mod programs;
mod template;

use crate::common::{House, LONG, item, rss};
use std::process::{Command, Output};

const CONFIG: &str = "
[site]
base_url = \"https://news.example/\"
[sources.a]
path = \"a.xml\"
[sources.b]
path = \"b.xml\"
[themes.all]
[themes.ferry]
include = [\"ferry\"]
";

/// A folder with two sources; the program has visited both once.
struct Mill {
    house: House,
}

impl Mill {
    fn new() -> Self {
        let mill = Self {
            house: House::new(CONFIG),
        };
        mill.write("a", &[("1", "Bridge opens")]);
        mill.write("b", &[]);
        mill.ok(&["run"]);
        mill
    }

    /// Writes what a source lists: the name of each item and its title.
    fn write(&self, source: &str, items: &[(&str, &str)]) {
        let texts: Vec<_> = items
            .iter()
            .map(|(name, title)| {
                let link = format!("https://{source}.example/{name}");
                (link, format!("{title}. {LONG} {name} {title}."))
            })
            .collect();
        let items: Vec<_> = items
            .iter()
            .zip(&texts)
            .map(|((_, title), (link, text))| {
                let (title, link, date, _) = item(title, link);
                (title, link, date, text.as_str())
            })
            .collect();
        self.house
            .write(&format!("{source}.xml"), &rss(source, &items));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_feedmill"))
            .args(arguments)
            .current_dir(self.house.path(""))
            .output()
            .unwrap()
    }

    /// What a command prints that succeeds.
    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command says that fails, with its exit code.
    fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        let code = output.status.code().unwrap();
        assert_ne!(code, 0, "{arguments:?}");
        (code, String::from_utf8(output.stderr).unwrap())
    }

    /// Notice and title of what a consumer is told, and the last cursor.
    fn told(&self, arguments: &[&str]) -> (Vec<String>, String) {
        let mut all = vec!["items", "--changes"];
        all.extend(arguments);
        let mut cursor = String::new();
        let lines = self.ok(&all);
        let told = lines.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let more = &line["_feedmill"];
            more["cursor"].as_str().unwrap().clone_into(&mut cursor);
            let title = line["title"].as_str().or(line["id"].as_str());
            let notice = more["notice"].as_str().unwrap_or("left-out");
            format!("{notice}: {}", title.unwrap())
        });
        (told.collect(), cursor)
    }

    /// What a consumer is told, which it acknowledges.
    fn handle(&self, name: &str, more: &[&str]) -> Vec<String> {
        let mut arguments = vec!["--consumer", name];
        arguments.extend(more);
        let (told, cursor) = self.told(&arguments);
        if !told.is_empty() {
            self.ok(&["ack", name, &cursor]);
        }
        told
    }
}
