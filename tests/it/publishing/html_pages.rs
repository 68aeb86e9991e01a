//! The pages for people: where they lie, when they are made, what they lead to.

use crate::common::{House, LONG, ONE_SOURCE, TWO_SOURCES, files_in, item, rss};
use feedmill::mill::Options;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const LATER: &str = "2024-06-15T13:00:00Z";

/// The page of the item `https://a.example/1` of June 2024.
const PAGE: &str = "story/2024/06/1-4bb3dd6ba8.html";

/// So many stories, an hour apart from 1 June 2024 on.
fn hours(count: usize) -> String {
    let at = |n: usize| {
        let day = chrono::DateTime::from_timestamp(1_717_200_000, 0).unwrap();
        (day + chrono::TimeDelta::hours(i64::try_from(n).unwrap())).to_rfc2822()
    };
    let items: Vec<[String; 4]> = (0..count)
        .map(|n| {
            let text: String = (0..12)
                .map(|word| ["w", &n.to_string(), "x", &word.to_string(), " "].concat())
                .collect();
            let title = format!("Event {n} of w{n}x");
            [title, format!("https://a.example/{n}"), at(n), text]
        })
        .collect();
    let borrowed: Vec<_> = items
        .iter()
        .map(|[a, b, c, d]| (a.as_str(), b.as_str(), c.as_str(), d.as_str()))
        .collect();
    rss("a", &borrowed)
}

fn is_page(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|kind| kind == "html")
}

/// The values of an attribute.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

/// Templates that are linked from a page, relative to the output folder.
fn leads_to(page: &str, text: &str) -> BTreeSet<String> {
    let folder = Path::new(page).parent().unwrap();
    let links = attributes(text, "href")
        .into_iter()
        .chain(attributes(text, "src"));
    links
        .filter(|link| !link.contains(':') && !link.starts_with('#'))
        .map(|link| {
            let link = link.split('#').next().unwrap();
            let mut parts: Vec<&str> = folder.to_str().unwrap().split('/').collect();
            parts.retain(|part| !part.is_empty());
            for part in link.split('/') {
                match part {
                    ".." => assert!(parts.pop().is_some(), "{page}: {link} leads out"),
                    part => parts.push(part),
                }
            }
            parts.join("/")
        })
        .collect()
}

/// Every link between our files leads to one, and every page can be reached from the index.
fn assert_whole(output: &Path) {
    let files = files_in(output);
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let mut reached = BTreeSet::from(["index.html".to_owned()]);
    let mut ahead = vec!["index.html".to_owned()];
    while let Some(page) = ahead.pop() {
        assert!(names.contains(page.as_str()), "{page} is not there");
        if !is_page(&page) {
            continue;
        }
        let text = fs::read_to_string(output.join(&page)).unwrap();
        for link in leads_to(&page, &text) {
            if reached.insert(link.clone()) {
                ahead.push(link);
            }
        }
    }
    let pages = names.iter().filter(|name| is_page(name));
    let lost: Vec<_> = pages.filter(|name| !reached.contains(**name)).collect();
    assert!(lost.is_empty(), "nothing leads to {lost:?}");
}

#[test]
fn the_committed_pages_lead_to_each_other() {
    assert_whole(&Path::new(env!("CARGO_MANIFEST_DIR")).join("output"));
}

#[tokio::test]
async fn a_storys_address_is_the_same_after_a_lost_store_elsewhere_and_on_another_day() {
    let house = House::new(ONE_SOURCE);
    let items = [
        item("Council agrees on budget", "https://a.example/1"),
        (
            "No date",
            "https://a.example/undated",
            "",
            "Nobody knows when.",
        ),
    ];
    house.write("a.xml", &rss("a", &items));
    house.pass().await;
    assert!(house.path("output").join(PAGE).is_file());
    let pages = |house: &House| {
        let mut files = files_in(&house.path("output/story"));
        files.retain(|(_, bytes)| !bytes.is_empty());
        files.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let before = pages(&house);
    assert_eq!(before.len(), 2, "{before:?}");
    for folder in ["state", "output"] {
        fs::remove_dir_all(house.path(folder)).unwrap();
    }
    let moved = ONE_SOURCE.replace("news.example", "elsewhere.example/news");
    house.write("feeds.toml", &moved);
    house
        .pass_at("2025-02-03T04:05:06Z", &Options::default())
        .await;
    assert_eq!(pages(&house), before);
}

#[tokio::test]
async fn a_story_that_changes_makes_its_pages_anew_and_no_others() {
    let house = House::new(ONE_SOURCE);
    let old = "Tue, 14 May 2024 09:00:00 +0000";
    let items = |title| {
        [
            (
                title,
                "https://a.example/1",
                "Fri, 14 Jun 2024 09:00:00 +0000",
                LONG,
            ),
            (
                "An older story",
                "https://a.example/2",
                old,
                "It was in May, and short.",
            ),
        ]
    };
    house.write("a.xml", &rss("a", &items("Council agrees on budget")));
    house.pass().await;
    house.write(
        "a.xml",
        &rss("a", &items("Council agrees on a budget at last")),
    );
    let mut written = house.pass_at(LATER, &Options::default()).await.written;
    written.retain(|name| name.contains('/'));
    written.sort();
    assert_eq!(written, ["all/2024-06.html", "sources/a.html", PAGE]);
    assert!(
        house
            .read(&format!("output/{PAGE}"))
            .contains("at last</h1>")
    );
}

#[tokio::test]
async fn pages_that_somebody_deleted_or_replaced_are_mended() {
    let house = House::new(ONE_SOURCE);
    house.write("a.xml", &hours(3));
    house.pass().await;
    let before = house.published();
    let pages = files_in(&house.path("output/story/2024/06"));
    let page = |n: usize| format!("output/story/2024/06/{}", pages[n].0);
    fs::remove_file(house.path(&page(0))).unwrap();
    fs::remove_file(house.path("output/all/2024-06.html")).unwrap();
    house.write("other", "something else");
    fs::rename(house.path("other"), house.path(&page(2))).unwrap();
    let written = house.pass_at(LATER, &Options::default()).await.written;
    assert_eq!(written.len(), 3, "{written:?}");
    assert_eq!(house.published(), before);
    let third = house.pass_at(LATER, &Options::default()).await;
    assert_eq!(third.written, Vec::<String>::new());
}

#[tokio::test]
async fn a_hidden_story_leaves_a_page_without_it_and_comes_back_to_it() {
    let house = House::new(ONE_SOURCE);
    let items = [
        item("Council agrees on budget", "https://a.example/1"),
        (
            "Another",
            "https://a.example/2",
            "Tue, 14 May 2024 09:00:00 +0000",
            "Of May.",
        ),
    ];
    house.write("a.xml", &rss("a", &items));
    house.pass().await;
    let before = house.published();
    let hide = "[stories]\nhide = [\"https://a.example/1\"]\n";
    house.write("feeds.toml", &format!("{hide}{ONE_SOURCE}"));
    house.pass_at(LATER, &Options::default()).await;
    let gone = house.read(&format!("output/{PAGE}"));
    assert!(
        gone.contains("no longer here") && gone.contains("noindex"),
        "{gone}"
    );
    for (name, bytes) in house.published() {
        let text = String::from_utf8_lossy(&bytes);
        let shown = is_page(&name) || name == "style.css";
        assert!(!shown || !text.contains("Council"), "{name}");
    }
    assert!(!house.path("output/all/2024-06.html").exists());
    assert!(!house.read("output/all/2024-05.html").contains("2024-06"));

    house.write("feeds.toml", ONE_SOURCE);
    house
        .pass_at("2024-06-15T14:00:00Z", &Options::default())
        .await;
    assert_eq!(house.published(), before);
    assert_whole(&house.path("output"));
}

#[tokio::test]
async fn the_page_of_a_story_that_was_merged_by_hand_leads_to_the_other() {
    let house = House::new(TWO_SOURCES);
    let date = "Fri, 14 Jun 2024 10:00:00 +0000";
    let other = (
        "The dam held",
        "https://b.example/dam",
        date,
        "Nothing like the other.",
    );
    house.write(
        "a.xml",
        &rss("a", &[item("Council agrees", "https://a.example/1")]),
    );
    house.write("b.xml", &rss("b", &[other]));
    house.pass().await;
    let before = house.published();
    let dam = before
        .iter()
        .find(|(name, _)| name.contains("/dam-"))
        .unwrap();
    let merge = "[stories]\nmerge = [[\"https://a.example/1\", \"https://b.example/dam\"]]\n";
    house.write("feeds.toml", &format!("{merge}{TWO_SOURCES}"));
    house.pass_at(LATER, &Options::default()).await;
    let left = house.read(&format!("output/{}", dam.0));
    assert!(
        left.contains(&format!("href=\"../../../{PAGE}\"")),
        "{left}"
    );
    let merged = house.read(&format!("output/{PAGE}"));
    assert!(
        merged.contains("The dam held") && merged.contains("merged by hand"),
        "{merged}"
    );

    house.write("feeds.toml", TWO_SOURCES);
    house
        .pass_at("2024-06-15T14:00:00Z", &Options::default())
        .await;
    let back = house.read(&format!("output/{}", dam.0));
    assert!(back.contains("The dam held</h1>"), "{back}");
}

#[tokio::test]
async fn the_archive_holds_every_story_once_and_grows_at_its_end() {
    let config = format!("{ONE_SOURCE}limit = 5\n");
    let house = House::new(&config);
    house.write("a.xml", &hours(250));
    house
        .pass_at("2024-07-01T00:00:00Z", &Options::default())
        .await;
    let pages = ["2024-06", "2024-06-2", "2024-06-3"];
    let text: String = pages
        .iter()
        .map(|page| house.read(&format!("output/all/{page}.html")))
        .collect();
    for n in 0..250 {
        let title = format!(">Event {n} of w{n}x<");
        assert_eq!(text.matches(&title).count(), 1, "{title}");
    }
    let index = house.read("output/all/index.html");
    assert!(index.contains("250 stories"), "{index}");
    let newest = house.read("output/all/2024-06-3.html");
    let place = |n: usize| newest.find(&format!(">Event {n} of w{n}x<")).unwrap();
    assert!(place(249) < place(248) && place(248) < place(200));
    assert!(
        index.contains(r#"href="../all/2024-06-3.html""#),
        "a month leads to its newest stories: {index}"
    );
    assert_whole(&house.path("output"));

    let written = async |stories: usize, at: &str| {
        house.write("a.xml", &hours(stories));
        let mut written = house.pass_at(at, &Options::default()).await.written;
        written.retain(|name| name.starts_with("all/") && is_page(name));
        written.sort();
        written
    };
    assert_eq!(
        written(251, "2024-07-01T01:00:00Z").await,
        ["all/2024-06-3.html", "all/index.html"]
    );
    // Another page: only the one before it names it.
    assert_eq!(
        written(301, "2024-07-01T02:00:00Z").await,
        ["all/2024-06-3.html", "all/2024-06-4.html", "all/index.html"]
    );
    assert_whole(&house.path("output"));
}

#[tokio::test]
async fn a_source_has_a_page_of_its_newest_stories_that_changes_only_with_them() {
    let house = House::new(&TWO_SOURCES.replace("[site]", "[site]\nhealth = true"));
    house.write("a.xml", &hours(60));
    let other = item("A tunnel below the harbour", "https://b.example/1");
    house.write("b.xml", &rss("b", &[other]));
    let at = |hour: u32| format!("2024-07-01T{hour:02}:00:00Z");
    let written = async |hour: u32| {
        let report = house.pass_at(&at(hour), &Options::default()).await;
        let mut written = report.written;
        written.retain(|name| name.starts_with("sources/"));
        written.sort();
        written
    };
    assert_eq!(
        written(0).await,
        ["sources/a.html", "sources/b.html", "sources/index.html"]
    );
    let page = house.read("output/sources/a.html");
    assert_eq!(page.matches("<h3>").count(), 30, "{page}");
    assert!(page.find(">Event 59 of").unwrap() < page.find(">Event 58 of").unwrap());
    assert!(
        house
            .read("output/sources.html")
            .contains(r#"href="sources/a.html""#)
    );
    assert_whole(&house.path("output"));

    assert_eq!(written(1).await, [""; 0], "nothing is new");
    house.write("a.xml", &hours(61));
    assert_eq!(written(2).await, ["sources/a.html"]);
    fs::remove_file(house.path("output/sources/b.html")).unwrap();
    assert_eq!(written(3).await, ["sources/b.html"]);

    let hidden = "[stories]\nhide = [\"https://b.example/1\"]\n";
    let config = house.read("feeds.toml");
    house.write("feeds.toml", &format!("{config}{hidden}"));
    assert_eq!(written(4).await, ["sources/b.html"]);
    let page = house.read("output/sources/b.html");
    assert!(!page.contains("tunnel"), "{page}");
}

#[tokio::test]
async fn titles_can_be_searched_and_a_pass_writes_those_that_changed() {
    let config = ONE_SOURCE.replace("[site]", "[site]\nsearch = true");
    let house = House::new(&config);
    house.write("a.xml", &hours(700));
    let at = |hour: u32| format!("2024-07-01T{hour:02}:00:00Z");
    let written = async |hour: u32| {
        let report = house.pass_at(&at(hour), &Options::default()).await;
        let mut written = report.written;
        written.retain(|name| name.starts_with("search"));
        written.sort();
        written
    };
    assert_eq!(
        written(0).await,
        [
            "search.html",
            "search.js",
            "search/2024-06-01.json",
            "search/2024-06-02.json"
        ]
    );
    let titles = |name: &str| -> Vec<(String, String, String, String)> {
        serde_json::from_str(&house.read(&format!("output/search/{name}.json"))).unwrap()
    };
    let (first, second) = (titles("2024-06-01"), titles("2024-06-02"));
    assert_eq!((first.len(), second.len()), (500, 200));
    let (title, address, source, day) = &second[0];
    assert_eq!(
        (title.as_str(), day.as_str()),
        ("Event 699 of w699x", "2024-06-30")
    );
    assert_eq!(source, "a");
    assert!(house.path("output").join(address).is_file(), "{address}");
    let page = house.read("output/search.html");
    let files = r#"data-titles="search/2024-06-02.json search/2024-06-01.json""#;
    assert!(page.contains(files), "{page}");
    assert_whole(&house.path("output"));

    assert_eq!(written(1).await, [""; 0], "nothing is new");
    house.write("a.xml", &hours(701));
    assert_eq!(written(2).await, ["search/2024-06-02.json"]);
    fs::remove_file(house.path("output/search/2024-06-01.json")).unwrap();
    assert_eq!(written(3).await, ["search/2024-06-01.json"]);

    house.write("feeds.toml", ONE_SOURCE);
    let prune = Options {
        prune: true,
        ..Options::default()
    };
    let report = house.pass_at(&at(4), &prune).await;
    for file in ["search.html", "search.js", "search/2024-06-01.json"] {
        assert!(report.removed.iter().any(|name| name == file), "{file}");
    }
    assert_whole(&house.path("output"));
}

#[tokio::test]
async fn months_are_told_apart_where_the_theme_is() {
    let house = House::new(&format!("{ONE_SOURCE}timezone = \"Pacific/Auckland\"\n"));
    let late = (
        "Late",
        "https://a.example/1",
        "Fri, 31 May 2024 23:00:00 +0000",
        "Of May.",
    );
    house.write("a.xml", &rss("a", &[late]));
    house.pass().await;
    assert!(house.path("output/all/2024-06.html").is_file());
    house.write("feeds.toml", ONE_SOURCE);
    house.pass_at(LATER, &Options::default()).await;
    assert!(house.path("output/all/2024-05.html").is_file());
    assert!(!house.path("output/all/2024-06.html").exists());
    assert_whole(&house.path("output"));
}

#[tokio::test]
async fn what_stands_on_a_storys_page_is_chosen() {
    let text: String = (0..300)
        .map(|n| ["word", &n.to_string(), " "].concat())
        .collect();
    let with = |story_pages: &str| {
        ONE_SOURCE.replace(
            "[sources.a]",
            &format!("story_pages = \"{story_pages}\"\n[sources.a]"),
        )
    };
    let house = House::new(ONE_SOURCE);
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    house.write(
        "a.xml",
        &rss("a", &[("Words", "https://a.example/1", date, &text)]),
    );
    house.pass().await;
    let excerpt = house.read(&format!("output/{PAGE}"));
    assert!(excerpt.contains("word20 ") && !excerpt.contains("word299"));
    assert!(
        house
            .read("output/all.html")
            .contains(&format!("<h3><a href=\"{PAGE}\""))
    );

    house.write("feeds.toml", &with("full"));
    house.pass_at(LATER, &Options::default()).await;
    assert!(house.read(&format!("output/{PAGE}")).contains("word299"));
    assert!(
        house
            .read("output/all.html")
            .contains(&format!("<h3><a href=\"{PAGE}\""))
    );

    house.write("feeds.toml", &with("off"));
    house.pass_at(LATER, &Options::default()).await;
    assert_eq!(files_in(&house.path("output/story")), []);
    assert_eq!(files_in(&house.path("output/sources")), []);
    assert!(!house.read("output/all.html").contains("story/"));
    assert_whole(&house.path("output"));
}

#[tokio::test]
async fn a_theme_that_is_no_more_has_its_archive_named() {
    let two = format!("{ONE_SOURCE}[themes.more]\ntitle = \"More\"\n");
    let house = House::new(&two);
    house.write(
        "a.xml",
        &rss("a", &[item("Council agrees", "https://a.example/1")]),
    );
    house.pass().await;
    house.write("feeds.toml", ONE_SOURCE);
    let report = house.pass_at(LATER, &Options::default()).await;
    for file in ["more.html", "more/2024-06.html", "more/index.html"] {
        assert!(
            report.abandoned_files.iter().any(|name| name == file),
            "{file}"
        );
    }
    let page = house.read(&format!("output/{PAGE}"));
    assert!(!page.contains("more.html"), "{page}");
}

#[tokio::test]
async fn a_later_theme_finds_pages_that_are_there() {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss("a", &[item("Council agrees", "https://a.example/1")]),
    );
    house.pass().await;
    let two = format!("{ONE_SOURCE}[themes.more]\ntitle = \"More\"\n");
    house.write("feeds.toml", &two);
    house.pass_at(LATER, &Options::default()).await;
    let page = house.read(&format!("output/{PAGE}"));
    assert!(
        page.contains("more.html") && page.contains("all.html"),
        "{page}"
    );
    assert_whole(&house.path("output"));
}

/// The example of the documentation.
fn example() -> String {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/TEMPLATES.md"));
    let docs = docs.unwrap();
    let example = docs.split("```jinja\n").nth(1).unwrap();
    example.split("```").next().unwrap().to_owned()
}

fn with_templates() -> House {
    let templates = "templates = \"mine\"\n[sources.a]";
    let house = House::new(&ONE_SOURCE.replace("[sources.a]", templates));
    fs::create_dir(house.path("mine")).unwrap();
    house.write(
        "a.xml",
        &rss("a", &[item("Council <b>agrees", "https://a.example/1")])
            .replace("<b>", "&amp;lt;b&amp;gt;"),
    );
    house
}

#[tokio::test]
async fn templates_of_the_user_build_on_ours_and_make_pages_new() {
    let house = with_templates();
    house.pass().await;
    let ours = house.read("output/all.html");
    house.write("mine/theme.html", &example());
    house.write("mine/style.css", "body { color: {{ red }} }");
    house.write("mine/notes.txt", "{{ no template");
    house.write("mine/gone.html", "{{ title }}");
    let mut written = house.pass_at(LATER, &Options::default()).await.written;
    written.retain(|name| !name.contains('/'));
    assert_eq!(written, ["all.html", "style.css"]);
    let page = house.read("output/all.html");
    assert!(
        page.contains("<p>All: 1 stories, chosen by hand."),
        "{page}"
    );
    assert!(page.contains("Council &lt;b&gt;agrees</a></h3>"), "{page}");
    assert!(ours.contains("Council &lt;b&gt;agrees</a></h3>") && ours != page);
    assert_eq!(house.read("output/style.css"), "body { color: {{ red }} }");
    let again = house.pass_at(LATER, &Options::default()).await;
    assert_eq!(again.written, Vec::<String>::new());
}

#[tokio::test]
async fn a_mistake_in_a_template_is_found_by_check_with_file_line_and_advice() {
    for (file, text, told) in [
        ("theme.html", "\n{% if %}", "theme.html, line 2: "),
        (
            "story.html",
            "\n\n<b>{{ titel }}</b>",
            "story.html, line 3: undefined value in `<b>{{ titel }}</b>`",
        ),
        (
            "month.html",
            "{{ next.href }}",
            "month.html, line 1: undefined value",
        ),
        ("index.html", "{% extends \"bse.html\" %}", "bse.html"),
        (
            "macros.html",
            "{% macro reference() %}",
            "macros.html, line 1: ",
        ),
    ] {
        let house = with_templates();
        house.write(&format!("mine/{file}"), text);
        for command in ["check", "run"] {
            let run = std::process::Command::new(env!("CARGO_BIN_EXE_feedmill"))
                .arg(command)
                .current_dir(house.path(""))
                .output()
                .unwrap();
            let said = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(78), "{file}: {said}");
            assert!(said.contains(told), "{file}: {said}");
            assert!(said.contains("docs/TEMPLATES.md"), "{said}");
        }
    }
    let house = with_templates();
    fs::remove_dir(house.path("mine")).unwrap();
    let config = feedmill::config::Config::load(&house.path("feeds.toml")).unwrap();
    let error = feedmill::mill::templates(&config).unwrap_err().to_string();
    assert!(
        error.contains("mine: ") && error.contains("site.templates"),
        "{error}"
    );
}

#[tokio::test]
async fn a_source_that_rests_is_said_to_be_disabled_and_not_to_fail() {
    let sources = |more: &str| {
        format!("[site]\nhealth = true\n[sources.a]\npath = \"lost.xml\"\n{more}\n[themes.all]\n")
    };
    let house = House::new(&sources(""));
    house.pass().await;
    let page = house.read("output/sources.html");
    assert!(page.contains("tr class=\"failing\"") && page.contains("could not be read"));
    house.write("feeds.toml", &sources("enabled = false"));
    house.pass_at(LATER, &Options::default()).await;
    let page = house.read("output/sources.html");
    for part in ["tr class=\"disabled\"", ">disabled</span>", ">never</td>"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for not in ["could not be read", "class=\"trouble\"", ">fine<"] {
        assert!(!page.contains(not), "{not}: {page}");
    }
}

#[tokio::test]
async fn how_the_sources_are_is_published_only_where_it_is_asked_for_and_says_no_secret() {
    let sources = "[sources.a]\npath = \"a.xml\"\ntitle = \"<b>A\"
        [sources.gone]\npath = \"lost/secret-name.xml\"
        [sources.hidden]\nurl = \"file:url\"
        [sources.inside]\nurl = \"http://127.0.0.1:9/feed\"\n[themes.all]\n";
    let house = House::new(&format!("[site]\n{sources}"));
    house.write(
        "a.xml",
        &rss("a", &[item("Council agrees", "https://a.example/1")]),
    );
    house.write("url", "http://127.0.0.1:9/secret-feed?key=lantern");
    house.pass().await;
    assert!(!house.path("output/sources.html").exists());
    house.write("feeds.toml", &format!("[site]\nhealth = true\n{sources}"));
    house.pass_at(LATER, &Options::default()).await;
    let page = house.read("output/sources.html");
    assert!(
        house
            .read("output/index.html")
            .contains("href=\"sources.html\"")
    );
    assert!(
        page.contains("&lt;b&gt;A") && page.contains("could not be read"),
        "{page}"
    );
    for secret in ["secret", "lost", "127.0.0.1", "lantern", "key="] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    assert_whole(&house.path("output"));
    house.write("feeds.toml", &format!("[site]\n{sources}"));
    let report = house.pass_at(LATER, &Options::default()).await;
    assert_eq!(report.abandoned_files, ["sources.html"]);
}
