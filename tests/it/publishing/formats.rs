//! Themes in some of the formats only: what else they had is unused, and nothing leads to what is not there.

use crate::common::{House, rss};
use feedmill::config::Config;
use feedmill::mill::{self, Options, Report};
use feedmill::store::Store;
use std::collections::BTreeSet;

const SITE: &str = "
[site]
base_url = \"https://news.example/\"
compress = [\"gzip\"]
search = true
[sources.a]
path = \"a.xml\"
";

const PRUNE: Options = Options {
    offline: false,
    only: Vec::new(),
    all: false,
    rebuild: false,
    prune: true,
};

/// A house with two themes that take the same 120 stories, the first in these formats.
fn house(formats: &str) -> House {
    let house = House::new("");
    let story = |n: u32| {
        let words: Vec<_> = (0..12).map(|k| format!("w{n}x{k}")).collect();
        let (title, link) = (format!("Event {n}"), format!("https://a.example/{n}"));
        let date = format!("Fri, 14 Jun 2024 {:02}:{:02}:00 +0000", n / 60, n % 60);
        [title, link, date, words.join(" ")]
    };
    let stories: Vec<_> = (1..=120).map(story).collect();
    let items = stories.iter().map(|[a, b, c, d]| (&**a, &**b, &**c, &**d));
    house.write("a.xml", &rss("a", &items.collect::<Vec<_>>()));
    set(&house, formats);
    house
}

fn set(house: &House, formats: &str) {
    let themes = format!("[themes.some]\n{formats}\n[themes.all]\nrule = \"-w7x0\"\n");
    house.write("feeds.toml", &format!("{SITE}{themes}"));
}

async fn pruned(house: &House) -> Report {
    house.pass_at("2024-06-15T12:00:00Z", &PRUNE).await
}

fn names(house: &House) -> BTreeSet<String> {
    let published = house.published().into_iter();
    published.map(|(name, _)| name).collect()
}

/// The kinds of the files of the theme `some`, as `rss` and `archive rss`.
fn kinds(house: &House) -> BTreeSet<String> {
    let of_theme = |name: &String| name.starts_with("some");
    let kind = |name: String| {
        let name = name.trim_end_matches(".gz");
        let (stem, end) = name.rsplit_once('.').unwrap();
        let archive = if stem.contains("archive-") {
            "archive "
        } else {
            ""
        };
        format!("{archive}{end}")
    };
    names(house)
        .into_iter()
        .filter(of_theme)
        .map(kind)
        .collect()
}

fn set_of(kinds: &[&str]) -> BTreeSet<String> {
    kinds.iter().map(ToString::to_string).collect()
}

/// Fails where a published file names another that is not there.
fn assert_links_lead_somewhere(house: &House) {
    let names = names(house);
    let mut found = 0;
    for (name, bytes) in house.published() {
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let whole = text.split("https://news.example/").skip(1);
        let whole = whole.map(|rest| rest.split(['"', '<', ' ', '\n']).next().unwrap().to_owned());
        let relative = text
            .split(" href=\"")
            .skip(1)
            .filter(|_| name.rsplit('.').next() == Some("html"));
        let relative = relative.map(|rest| rest.split('"').next().unwrap());
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let relative = relative
            .filter(|link| !link.contains(':') && !link.starts_with('#'))
            .map(|link| {
                let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
                for part in link.split('#').next().unwrap().split('/') {
                    match part {
                        ".." => assert!(parts.pop().is_some(), "{link} in {name}"),
                        part => parts.push(part),
                    }
                }
                parts.join("/")
            });
        for link in whole.chain(relative) {
            let is_front = link.is_empty() || link.starts_with(':');
            // An archive document names the next one before that is there.
            let is_next = link.contains("/archive-3.");
            assert!(
                is_front || is_next || names.contains(&link),
                "{link} in {name}"
            );
            found += 1;
        }
    }
    assert!(found > 20, "{found} links");
}

#[tokio::test]
async fn what_a_theme_is_no_longer_published_in_is_unused() {
    let house = house("");
    house.pass().await;
    let all = [
        "archive atom",
        "archive json",
        "archive rss",
        "atom",
        "html",
        "json",
        "rss",
    ];
    assert_eq!(kinds(&house), set_of(&all));
    assert_links_lead_somewhere(&house);
    let before = names(&house);
    for (formats, left) in [
        (
            "[\"rss\", \"json\"]",
            &["archive json", "archive rss", "json", "rss"][..],
        ),
        ("[\"rss\"]", &["archive rss", "rss"]),
        ("[\"html\"]", &["html"]),
        ("[\"html\", \"atom\"]", &["archive atom", "atom", "html"]),
    ] {
        set(&house, &format!("formats = {formats}"));
        let kept = names(&house);
        let report = house.pass().await;
        let unused = report.abandoned_files;
        assert!(
            unused.iter().all(|name| name.starts_with("some")),
            "{unused:?}"
        );
        assert!(names(&house).is_superset(&kept), "{formats}");
        let removed: BTreeSet<_> = pruned(&house).await.removed.into_iter().collect();
        assert!(
            unused.iter().all(|name| removed.contains(name)),
            "{formats}"
        );
        assert_eq!(kinds(&house), set_of(left), "{formats}");
        assert_links_lead_somewhere(&house);
        assert_eq!(
            house.pass().await.written,
            Vec::<String>::new(),
            "{formats}"
        );
    }
    set(&house, "");
    house.pass().await;
    pruned(&house).await;
    assert_eq!(names(&house), before);
    assert_links_lead_somewhere(&house);
}

#[tokio::test]
async fn a_theme_with_one_format_has_no_other_from_the_first_pass_on() {
    for (formats, kinds_of, list) in [
        ("[\"rss\"]", &["archive rss", "rss"][..], Some("some.rss")),
        ("[\"json\"]", &["archive json", "json"], Some("some.json")),
        ("[\"html\"]", &["html"], None),
    ] {
        let house = house(&format!("formats = {formats}"));
        house.pass().await;
        assert_eq!(kinds(&house), set_of(kinds_of), "{formats}");
        assert_links_lead_somewhere(&house);
        let opml = house.read("output/feeds.opml");
        let listed = opml.split("xmlUrl=\"https://news.example/").skip(1);
        let listed: Vec<_> = listed.map(|rest| rest.split('"').next().unwrap()).collect();
        let expected: Vec<_> = list.into_iter().chain(["all.rss"]).collect();
        assert_eq!(listed, expected, "{formats}");
        let index = house.read("output/index.html");
        for end in ["rss", "atom", "json", "html"] {
            let link = format!("\"some.{end}\"");
            assert_eq!(
                index.contains(&link),
                formats.contains(end),
                "{link} of {formats}"
            );
        }
    }
}

#[tokio::test]
async fn a_story_that_only_themes_without_pages_show_has_none() {
    let house = house("formats = [\"rss\"]");
    house.pass().await;
    // The other theme does not take it.
    let pages: Vec<_> = names(&house)
        .into_iter()
        .filter(|name| name.contains("/7-"))
        .collect();
    assert_eq!(pages, Vec::<String>::new());
    assert!(names(&house).iter().any(|name| name.contains("/8-")));
    let titles = house.read("output/search/2024-06-01.json");
    assert!(
        titles.contains("[\"Event 7\",\"https://a.example/7\""),
        "{titles}"
    );
}

#[tokio::test]
async fn files_of_others_are_looked_for_in_the_formats_only() {
    let house = house("formats = [\"rss\"]");
    std::fs::create_dir(house.path("output")).unwrap();
    house.write("output/some.html", "by hand");
    assert_eq!(claimed(&house).await, None);
    house.pass().await;
    assert_eq!(house.read("output/some.html"), "by hand");
    set(&house, "formats = [\"rss\", \"html\"]");
    let refused = claimed(&house).await.unwrap();
    assert!(
        refused.contains("a file that feedmill did not write and would replace: some.html;"),
        "{refused}"
    );
    std::fs::remove_file(house.path("output/some.html")).unwrap();
    assert_eq!(claimed(&house).await, None);
    house.pass().await;
    // What is ours stays ours in fewer formats and in more.
    for formats in ["formats = [\"html\"]", "formats = [\"json\"]", ""] {
        set(&house, formats);
        assert_eq!(claimed(&house).await, None, "{formats}");
        house.pass().await;
    }
}

/// Why nothing would be published; none if it would.
async fn claimed(house: &House) -> Option<String> {
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    let claimed = mill::claim_output(&config, &store).await;
    claimed.err().map(|error| error.to_string())
}

#[tokio::test]
async fn formats_of_the_site_are_those_of_themes_that_name_none() {
    let house = house("formats = [\"json\"]");
    let text = house
        .read("feeds.toml")
        .replace("search = true", "formats = [\"atom\"]");
    house.write("feeds.toml", &text);
    house.pass().await;
    assert_eq!(kinds(&house), set_of(&["archive json", "json"]));
    let names = names(&house);
    assert!(
        names.contains("all.atom") && !names.contains("all.html") && !names.contains("all.rss")
    );
    // No theme has pages, so no story has one.
    assert!(
        !names.iter().any(|name| name.starts_with("story/")),
        "{names:?}"
    );
    assert_links_lead_somewhere(&house);
}
