//! A house of its own for each test: a folder with a feeds.toml, sources as files or behind a small
//! server, and passes at given moments.

pub(crate) mod server;

use chrono::{DateTime, Utc};
use feedmill::config::Config;
use feedmill::mill::{self, Options, Report};
use feedmill::store::Store;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Every source is asked, due or not.
pub(crate) const ALL: Options = Options {
    offline: false,
    only: Vec::new(),
    all: true,
    rebuild: false,
    prune: false,
};

/// A folder with a configuration.
pub(crate) struct House {
    folder: TempDir,
}

impl House {
    /// A house with this `feeds.toml`.
    pub(crate) fn new(feeds_toml: &str) -> Self {
        let house = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        house.write("feeds.toml", feeds_toml);
        house
    }

    /// A path in the house.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// One pass at a moment.
    pub(crate) async fn pass_at(&self, moment: &str, options: &Options) -> Report {
        self.pass_with(moment, options, |_| ()).await
    }

    /// One pass at a moment, with a configuration that is not quite that of the file.
    pub(crate) async fn pass_with(
        &self,
        moment: &str,
        options: &Options,
        change: impl FnOnce(&mut Config),
    ) -> Report {
        let mut config = Config::load(&self.path("feeds.toml")).unwrap();
        change(&mut config);
        let store = Store::open(&config.store).unwrap();
        mill::pass(&config, &store, options, at(moment), &|_| ())
            .await
            .unwrap()
    }

    /// One pass at noon of 15 June 2024.
    pub(crate) async fn pass(&self) -> Report {
        self.pass_at("2024-06-15T12:00:00Z", &Options::default())
            .await
    }

    /// The items of a published JSON Feed.
    pub(crate) fn items(&self, theme: &str) -> Vec<serde_json::Value> {
        let feed: serde_json::Value =
            serde_json::from_str(&self.read(&format!("output/{theme}.json"))).unwrap();
        feed["items"].as_array().unwrap().clone()
    }

    /// Titles of the items of a published JSON Feed.
    pub(crate) fn titles(&self, theme: &str) -> Vec<String> {
        self.items(theme)
            .iter()
            .map(|item| item["title"].as_str().unwrap().to_owned())
            .collect()
    }

    /// All published files with their bytes, by name.
    pub(crate) fn published(&self) -> Vec<(String, Vec<u8>)> {
        files_in(&self.path("output"))
    }
}

/// All files of a folder and those below it with their bytes, by name; none where there is no folder.
pub(crate) fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = |name: &String| std::fs::read(folder.join(name)).unwrap();
    let names = names_in(folder).into_iter();
    names.map(|name| (name.clone(), bytes(&name))).collect()
}

/// Their names. A store that was let go of may still be closing, and take its log away.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = names_in(&entry.path()).into_iter();
            names.extend(below.map(|file| format!("{name}/{file}")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

/// A moment.
pub(crate) fn at(moment: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(moment)
        .unwrap()
        .with_timezone(&Utc)
}

/// An RSS document with these items: title, link, pubDate, text.
pub(crate) fn rss(title: &str, items: &[(&str, &str, &str, &str)]) -> String {
    use std::fmt::Write;
    let mut feed = format!(
        "<rss version=\"2.0\"><channel><title>{title}</title><link>https://{title}.example/</link>\n"
    );
    for (title, link, date, text) in items {
        let _ = writeln!(
            feed,
            "<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate><description>{text}</description></item>"
        );
    }
    feed + "</channel></rss>\n"
}

/// One source, one theme that takes everything.
pub(crate) const ONE_SOURCE: &str = "
[site]
base_url = \"https://news.example/\"
[sources.a]
path = \"a.xml\"
[themes.all]
title = \"All\"
";

/// Two sources, the first of better rank.
pub(crate) const TWO_SOURCES: &str = "
[site]
base_url = \"https://news.example/\"
[sources.a]
path = \"a.xml\"
rank = 1
[sources.b]
path = \"b.xml\"
[themes.all]
title = \"All\"
";

/// A text long enough to be recognised.
pub(crate) const LONG: &str = "The council met for two days and agreed on a budget of 412 million for bridges, ferries and night trains; \
    the last point, a tunnel below the harbour, was put off until the geologists report in autumn.";

/// An item for [`rss`] with that text.
pub(crate) fn item<'a>(title: &'a str, link: &'a str) -> (&'a str, &'a str, &'a str, &'a str) {
    (title, link, "Fri, 14 Jun 2024 09:00:00 +0000", LONG)
}
