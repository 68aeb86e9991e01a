//! Closed pages of older stories (RFC 5005): nothing is in neither them nor the feed, and what stands
//! on them stays.

use crate::common::{House, ONE_SOURCE, TWO_SOURCES, files_in, rss};
use feedmill::mill::Options;
use std::collections::BTreeSet;
use std::fs;

/// Stories of one source, each of its own words and a minute after the one before.
struct Told(Vec<[String; 4]>);

impl Told {
    fn new(numbers: std::ops::RangeInclusive<u32>) -> Self {
        let story = |n: u32| {
            let words: Vec<_> = (0..12).map(|k| format!("w{n}x{k}")).collect();
            [
                format!("Event {n} told in words of w{n}x"),
                format!("https://a.example/{n}"),
                format!("Fri, 14 Jun 2024 {:02}:{:02}:00 +0000", n / 60, n % 60),
                words.join(" "),
            ]
        };
        Self(numbers.map(story).collect())
    }

    fn rss(&self) -> String {
        let items = self.0.iter().map(|[a, b, c, d]| (&**a, &**b, &**c, &**d));
        rss("a", &items.collect::<Vec<_>>())
    }
}

/// A house that has had one pass over so many stories.
async fn house_of(stories: u32, feeds_toml: &str) -> House {
    let house = House::new(feeds_toml);
    house.write("a.xml", &Told::new(1..=stories).rss());
    house.pass().await;
    house
}

impl House {
    fn json(&self, file: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("output/{file}"))).unwrap()
    }

    /// The documents from the newest to the first page, by following `next_url`.
    fn chain(&self) -> Vec<(String, Vec<String>)> {
        let mut documents = Vec::new();
        let mut file = "all.json".to_owned();
        loop {
            let json = self.json(&file);
            let items = json["items"].as_array().unwrap().iter();
            let ids = items.map(|item| item["id"].as_str().unwrap().to_owned());
            documents.push((file, ids.collect()));
            let Some(next) = json["next_url"].as_str() else {
                return documents;
            };
            file = next.replace("https://news.example/", "");
        }
    }

    /// The ids of all entries that a subscriber can get at.
    fn reachable(&self) -> BTreeSet<String> {
        self.chain().into_iter().flat_map(|(_, ids)| ids).collect()
    }

    fn closed(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = files_in(&self.path("output/all"));
        files.retain(|(name, _)| name.starts_with("archive-"));
        files
    }
}

fn ids(numbers: std::ops::RangeInclusive<u32>) -> BTreeSet<String> {
    numbers.map(|n| format!("https://a.example/{n}")).collect()
}

#[tokio::test]
async fn pages_of_fifty_lead_back_to_the_first_story() {
    let house = house_of(120, ONE_SOURCE).await;
    let chain = house.chain();
    let files: Vec<_> = chain
        .iter()
        .map(|(file, ids)| (&**file, ids.len()))
        .collect();
    let pages = [
        ("all.json", 50),
        ("all/archive-2.json", 50),
        ("all/archive-1.json", 50),
    ];
    assert_eq!(files, pages);
    assert_eq!(BTreeSet::from_iter(chain[2].1.clone()), ids(1..=50));
    assert_eq!(house.reachable(), ids(1..=120));
}

#[tokio::test]
async fn pages_name_their_neighbours_and_the_feed_in_each_format() {
    let house = house_of(120, ONE_SOURCE).await;
    for (format, kind) in [("rss", "rss+xml"), ("atom", "atom+xml")] {
        let atom = if format == "rss" { "atom:" } else { "" };
        let link = |rel: &str, file: &str| {
            let href = format!("https://news.example/{file}.{format}");
            match format {
                "rss" => {
                    format!("<{atom}link href=\"{href}\" rel=\"{rel}\" type=\"application/{kind}\"")
                }
                _ => format!("<link href=\"{href}\" rel=\"{rel}\" type=\"application/{kind}\""),
            }
        };
        let page = house.read(&format!("output/all/archive-2.{format}"));
        for (rel, file) in [
            ("self", "all/archive-2"),
            ("current", "all"),
            ("prev-archive", "all/archive-1"),
            ("next-archive", "all/archive-3"),
        ] {
            assert!(page.contains(&link(rel, file)), "{rel} in {page}");
        }
        // Before the entries: the schema of Atom has no room for it behind them.
        let closed = page.find("<fh:archive").unwrap();
        assert!(closed < page.find("Event ").unwrap());
        let first = house.read(&format!("output/all/archive-1.{format}"));
        assert!(!first.contains("prev-archive"));
        let feed = house.read(&format!("output/all.{format}"));
        assert!(feed.contains(&link("prev-archive", "all/archive-2")));
        for word in ["fh:", "\"current\"", "next-archive"] {
            assert!(!feed.contains(word), "{word}");
        }
    }
}

#[tokio::test]
async fn a_feed_that_holds_everything_has_no_pages() {
    let house = house_of(49, ONE_SOURCE).await;
    assert_eq!(house.closed(), []);
    assert!(!house.read("output/all.atom").contains("archive"));
}

#[tokio::test]
async fn a_closed_page_stays_whatever_changes() {
    let house = house_of(70, ONE_SOURCE).await;
    let before = house.closed();
    let mut told = Told::new(1..=130);
    "Another title".clone_into(&mut told.0[3][0]);
    house.write("a.xml", &told.rss());
    let rule = "title = \"New\"\nexclude = [\"w7x\"]";
    house.write("feeds.toml", &ONE_SOURCE.replace("title = \"All\"", rule));
    house
        .pass_at("2024-06-16T12:00:00Z", &Options::default())
        .await;
    assert_eq!(house.closed()[..3], before);
    assert_eq!(house.closed().len(), 6);
    assert_eq!(house.reachable(), ids(1..=130));
    let rebuild = Options {
        rebuild: true,
        ..Options::default()
    };
    house.pass_at("2024-06-16T12:00:00Z", &rebuild).await;
    let page = house.read("output/all/archive-1.json");
    assert!(page.contains("Another title") && page.contains("\"New\""));
    assert_eq!(house.reachable(), ids(1..=130));
}

#[tokio::test]
async fn a_pass_with_nothing_new_touches_no_page() {
    let house = house_of(120, ONE_SOURCE).await;
    let report = house
        .pass_at("2024-07-01T00:00:00Z", &Options::default())
        .await;
    assert_eq!((report.written.len(), report.unchanged_files), (0, 14));
}

#[tokio::test]
async fn a_short_feed_leaves_no_gap() {
    let short = ONE_SOURCE.replace("title = \"All\"", "title = \"All\"\nlimit = 4");
    let house = house_of(2, &short).await;
    let mut before = Vec::new();
    for stories in [3, 5, 6, 9, 16, 70, 71, 74] {
        house.write("a.xml", &Told::new(stories - 2..=stories).rss());
        if stories == 16 || stories == 70 {
            house.write("a.xml", &Told::new(1..=stories).rss());
        }
        house.pass().await;
        assert_eq!(house.titles("all").len(), 4.min(stories as usize));
        let after = house.closed_or_none();
        assert!(before.iter().all(|file| after.contains(file)));
        before = after;
    }
    assert_eq!(house.reachable(), ids(1..=74));
}

impl House {
    fn closed_or_none(&self) -> Vec<(String, Vec<u8>)> {
        if self.path("output/all").exists() {
            self.closed()
        } else {
            Vec::new()
        }
    }
}

#[tokio::test]
async fn what_is_hidden_leaves_a_page_and_comes_back_to_it() {
    let house = house_of(70, ONE_SOURCE).await;
    let before = house.closed();
    let hide = "[stories]\nhide = [\"https://a.example/7\"]\n";
    house.write("feeds.toml", &format!("{hide}{ONE_SOURCE}"));
    for moment in ["2024-06-16T12:00:00Z", "2024-06-17T12:00:00Z"] {
        let report = house.pass_at(moment, &Options::default()).await;
        let pages = ["rss", "atom", "json"].map(|format| format!("all/archive-1.{format}"));
        let mut written = report.written;
        written.retain(|name| name.contains("archive-"));
        assert_eq!(
            written,
            if moment.contains("-16T") {
                pages.to_vec()
            } else {
                Vec::new()
            }
        );
    }
    for (name, bytes) in house.closed() {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("Event 7 "), "{name}");
        assert!(text.contains("Event 8 "), "{name}");
    }
    let tombstone = "<at:deleted-entry ref=\"https://a.example/7\" when=\"2024-06-16T12:00:00Z\"";
    assert!(house.read("output/all/archive-1.atom").contains(tombstone));
    house.write("feeds.toml", ONE_SOURCE);
    house.pass().await;
    assert_eq!(house.closed(), before);
}

#[tokio::test]
async fn a_deleted_or_edited_page_is_mended_with_the_same_stories() {
    let house = house_of(120, ONE_SOURCE).await;
    let before = house.published();
    fs::remove_file(house.path("output/all/archive-1.rss")).unwrap();
    house.write("output/all/archive-2.atom", "something else");
    let mended = house.pass().await.written;
    assert_eq!(mended, ["all/archive-1.rss", "all/archive-2.atom"]);
    assert_eq!(house.published(), before);
    fs::remove_dir_all(house.path("output")).unwrap();
    house.pass().await;
    assert_eq!(house.published(), before);
}

#[tokio::test]
async fn stories_that_are_filed_late_are_put_on_the_next_page() {
    let narrow = ONE_SOURCE.replace(
        "title = \"All\"",
        "title = \"All\"\nexclude = [\"w7x\", \"w8x\"]",
    );
    let house = house_of(120, &narrow).await;
    let before = house.closed();
    house.write("feeds.toml", ONE_SOURCE);
    house.pass().await;
    assert_eq!(house.reachable(), ids(1..=120));
    assert_eq!(house.closed()[..before.len()], before);
}

#[tokio::test]
async fn items_by_themselves_and_events_are_reachable_too() {
    for (merge, entries) in [("off", 140), ("coverage", 70), ("identical", 70)] {
        let toml = TWO_SOURCES.replace(
            "title = \"All\"",
            &format!("title = \"All\"\nmerge = \"{merge}\""),
        );
        let house = House::new(&toml);
        let told = Told::new(1..=70).rss();
        house.write("a.xml", &told);
        house.write("b.xml", &told.replace("https://a.", "https://b."));
        house.pass().await;
        assert_eq!(house.reachable().len(), entries, "{merge}");
        let before = house.closed();
        // What joins an old story later is an item of its own where items are.
        let late = Told::new(1..=1)
            .rss()
            .replace("https://a.example/1", "https://b.example/late");
        house.write("b.xml", &late);
        house.pass().await;
        let more = usize::from(merge == "off");
        assert_eq!(house.reachable().len(), entries + more, "{merge}");
        assert_eq!(house.closed()[..before.len()], before, "{merge}");
    }
}

#[tokio::test]
async fn without_an_address_everything_waits_for_one() {
    let homeless = ONE_SOURCE.replace("base_url", "description");
    let house = house_of(120, &homeless).await;
    assert_eq!(house.closed(), []);
    house.write("feeds.toml", ONE_SOURCE);
    house.pass().await;
    assert_eq!(house.reachable(), ids(1..=120));
    // Templates lead to other documents, so they follow a move.
    house.write(
        "feeds.toml",
        &ONE_SOURCE.replace("news.example", "moved.example"),
    );
    house.pass().await;
    let page = house.read("output/all/archive-1.atom");
    assert!(page.contains("moved.example") && !page.contains("news.example"));
}

#[tokio::test]
async fn a_pass_that_dies_before_its_pages_are_written_is_finished_by_the_next() {
    let house = House::new(ONE_SOURCE);
    house.write("a.xml", &Told::new(1..=120).rss());
    fs::create_dir(house.path("output")).unwrap();
    house.write("output/all", "a file where a folder belongs");
    let config = feedmill::config::Config::load(&house.path("feeds.toml")).unwrap();
    let store = feedmill::store::Store::open(&config.store).unwrap();
    let options = Options::default();
    let now = crate::common::at("2024-06-15T12:00:00Z");
    feedmill::mill::pass(&config, &store, &options, now, &|_| ())
        .await
        .unwrap_err();
    fs::remove_file(house.path("output/all")).unwrap();
    house.pass().await;
    assert_eq!(house.reachable(), ids(1..=120));
}

#[tokio::test]
async fn a_theme_that_comes_back_finds_its_pages() {
    let house = house_of(120, ONE_SOURCE).await;
    let before = house.closed();
    house.write(
        "feeds.toml",
        &ONE_SOURCE.replace("themes.all", "themes.other"),
    );
    house.pass().await;
    house.write("feeds.toml", ONE_SOURCE);
    house.pass().await;
    assert_eq!(house.closed(), before);
    assert_eq!(house.reachable(), ids(1..=120));
}

#[tokio::test]
async fn stories_merged_by_hand_leave_pages_as_they_were() {
    let house = house_of(120, ONE_SOURCE).await;
    let before = house.closed();
    let merge = "[stories]\nmerge = [[\"https://a.example/3\", \"https://a.example/60\"]]\n";
    house.write("feeds.toml", &format!("{merge}{ONE_SOURCE}"));
    house.pass().await;
    assert_eq!(house.closed(), before);
    // Made anew, a page has what is left of its stories.
    fs::remove_file(house.path("output/all/archive-2.json")).unwrap();
    house.pass().await;
    assert_eq!(
        house.json("all/archive-2.json")["items"]
            .as_array()
            .unwrap()
            .len(),
        49
    );
}

#[tokio::test]
async fn items_by_themselves_stand_on_one_page_whatever_their_story_is() {
    let toml = ONE_SOURCE.replace(
        "title = \"All\"",
        "title = \"All\"\nmerge = \"off\"\nlimit = 5",
    );
    let house = house_of(120, &toml).await;
    let before = house.closed();
    let merge = "[stories]\nmerge = [[\"https://a.example/3\", \"https://a.example/60\"]]\n";
    for stories in [merge, ""] {
        house.write("feeds.toml", &format!("{stories}{toml}"));
        house.pass().await;
        assert_eq!(house.closed(), before);
        // Nor when they are made anew.
        fs::remove_dir_all(house.path("output/all")).unwrap();
        house.pass().await;
        assert_eq!(house.closed(), before);
    }
}

#[tokio::test]
async fn an_item_that_stood_for_a_story_can_leave_it_and_come_back_by_itself() {
    let toml = TWO_SOURCES
        .replace("title = \"All\"", "title = \"All\"\nlimit = 5")
        .replace("path = \"b.xml\"", "path = \"b.xml\"\nrank = 0");
    let house = House::new(&toml);
    let told = Told::new(1..=60).rss();
    house.write("a.xml", &told);
    // The second to say it speaks for it.
    let later = told.replace("https://a.", "https://b.");
    house.write("b.xml", &later.replace(":00 +0000", ":30 +0000"));
    house.pass().await;
    let pair = "[[\"https://a.example/3\", \"https://b.example/3\"]]\n";
    let alone = toml.replace("limit = 5", "limit = 5\nmerge = \"off\"");
    for stories in ["apart", "merge"] {
        house.write(
            "feeds.toml",
            &format!("[stories]\n{stories} = {pair}{alone}"),
        );
        house.pass().await;
    }
    let ids: Vec<_> = house.chain().into_iter().flat_map(|(_, ids)| ids).collect();
    assert!(ids.iter().any(|id| id == "https://b.example/3"), "{ids:?}");
}

#[tokio::test]
async fn who_answered_first_does_not_show_in_what_stands_on_a_page() {
    let themes = "[themes.all]\ntitle = \"All\"\nlimit = 3\nmerge = \"off\"\n";
    let mut published = Vec::new();
    for sources in [["a", "b"], ["b", "a"]] {
        let sources = sources.map(|id| format!("[sources.{id}]\npath = \"{id}.xml\"\nrank = 1\n"));
        let site = "[site]\nbase_url = \"https://news.example/\"\n";
        let house = House::new(&format!("{site}{}{themes}", sources.concat()));
        let told = Told::new(1..=70).rss();
        house.write("a.xml", &told);
        house.write("b.xml", &told.replace("https://a.", "https://b."));
        house.pass().await;
        published.push(house.published());
    }
    assert_eq!(published[0], published[1]);
}

/// The configuration with a bound for the archive of its theme.
fn with_archive(bound: &str) -> String {
    ONE_SOURCE.replace(
        "title = \"All\"",
        &format!("title = \"All\"\narchive = {bound}"),
    )
}

#[tokio::test]
async fn an_archive_holds_the_last_stories_in_whole_documents() {
    let house = house_of(260, ONE_SOURCE).await;
    assert_eq!(house.chain().len(), 6);
    let before = house.closed();
    house.write("feeds.toml", &with_archive("60"));
    let report = house.pass().await;
    let gone = [1, 2, 3].map(|n| ["rss", "atom", "json"].map(|f| format!("all/archive-{n}.{f}")));
    let removed: BTreeSet<_> = report.removed.into_iter().collect();
    assert_eq!(removed, gone.into_iter().flatten().collect());
    // Whoever goes back comes to an end, and not to an address where nothing is.
    let files: Vec<_> = house.chain().into_iter().map(|(file, _)| file).collect();
    assert_eq!(
        files,
        ["all.json", "all/archive-5.json", "all/archive-4.json"]
    );
    for format in ["rss", "atom", "json"] {
        let last = house.read(&format!("output/all/archive-4.{format}"));
        assert!(!last.contains("archive-3."), "{last}");
    }
    let newer = |(name, _): &&(String, Vec<u8>)| name.contains("archive-5");
    let closed = house.closed();
    assert_eq!(
        closed.iter().filter(newer).collect::<Vec<_>>(),
        before.iter().filter(newer).collect::<Vec<_>>()
    );
    assert_eq!(house.pass().await.written, Vec::<String>::new());
    // A larger bound brings them back as they were.
    house.write("feeds.toml", &with_archive("\"all\""));
    house.pass().await;
    assert_eq!(house.closed(), before);
}

#[tokio::test]
async fn documents_that_fall_out_are_not_archived_again_and_no_number_is_used_twice() {
    let house = house_of(120, &with_archive("0")).await;
    assert_eq!(house.closed(), []);
    assert!(!house.read("output/all.atom").contains("archive"));
    let report = house
        .pass_at("2024-06-16T12:00:00Z", &Options::default())
        .await;
    assert_eq!((report.written.len(), report.removed.len()), (0, 0));
    // All stories are matched again, and 70 of them arrive now.
    house.write("a.xml", &Told::new(71..=190).rss());
    let again = with_archive("50").replace("title", "exclude = [\"w7x\"]\ntitle");
    house.write("feeds.toml", &again);
    house
        .pass_at("2024-06-17T12:00:00Z", &Options::default())
        .await;
    let chain = house.chain();
    let files: Vec<_> = chain
        .iter()
        .map(|(file, ids)| (&**file, ids.len()))
        .collect();
    assert_eq!(files, [("all.json", 50), ("all/archive-3.json", 50)]);
    assert_eq!(house.reachable(), ids(101..=190));
}

#[tokio::test]
async fn the_copies_of_a_document_go_with_it_and_the_bound_may_be_that_of_all_themes() {
    let compressed = "compress = [\"gzip\"]\nbase_url";
    let house = house_of(120, &ONE_SOURCE.replace("base_url", compressed)).await;
    let bound = format!("archive = 1\n{compressed}");
    house.write("feeds.toml", &ONE_SOURCE.replace("base_url", &bound));
    house.pass().await;
    let names: BTreeSet<_> = house.closed().into_iter().map(|(name, _)| name).collect();
    let of_last = ["rss", "atom", "json"].map(|f| format!("archive-2.{f}"));
    let copies = of_last.clone().map(|name| format!("{name}.gz"));
    assert_eq!(names, of_last.into_iter().chain(copies).collect());
}
