//! Which member speaks for a story, and that the address published with a text is where the text is.

use crate::common::{ALL, House, LONG, item, rss};
use serde_json::Value;

const TITLE: &str = "Council agrees on budget for the harbour";

/// The sources `a` and `b`, with these lines in their tables, and one theme.
fn two_sources(a: &str, b: &str) -> House {
    House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n\
         [sources.a]\npath = \"a.xml\"\nurl = \"https://a.example/feed\"\n{a}\n\
         [sources.b]\npath = \"b.xml\"\nurl = \"https://b.example/feed\"\n{b}\n\
         [themes.all]\n"
    ))
}

impl House {
    /// A pass over documents that are now like this.
    async fn told(&self, day: u32, documents: &[(&str, String)]) {
        for (name, document) in documents {
            self.write(name, document);
        }
        let moment = format!("2024-06-{day}T12:00:00Z");
        self.pass_at(&moment, &ALL).await;
    }

    /// The only published item.
    fn only(&self) -> Value {
        let items = self.items("all");
        assert_eq!(items.len(), 1, "{items:?}");
        items[0].clone()
    }

    /// Its id, its address, its text and the addresses of the other members.
    fn told_by(&self) -> [String; 4] {
        let item = self.only();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let also = item["_feedmill"]["also"].as_array();
        let others = also.into_iter().flatten().map(|also| text(&also["url"]));
        [
            text(&item["id"]),
            text(&item["url"]),
            text(&item["content_html"]),
            others.collect::<Vec<_>>().join(" "),
        ]
    }
}

/// A feed with one item that has an id of its own.
fn with_id(source: &str, id: &str, url: &str, text: &str) -> String {
    rss(
        source,
        &[(TITLE, url, "Fri, 14 Jun 2024 09:00:00 +0000", text)],
    )
    .replace(&format!("<guid>{url}<"), &format!("<guid>{id}<"))
}

fn longer() -> String {
    format!("{LONG} {}", LONG.replace("council", "city").to_uppercase())
}

const A: &str = "https://a.example/1";
const B: &str = "https://b.example/1";

#[tokio::test]
async fn the_address_with_a_text_is_where_the_text_is_in_every_format() {
    let house = two_sources("", "rank = 10");
    let later = "Fri, 14 Jun 2024 10:00:00 +0000";
    house.write("a.xml", &rss("a", &[item(TITLE, A)]));
    house.write("b.xml", &rss("b", &[(TITLE, B, later, LONG)]));
    house.pass().await;
    let [id, url, _, others] = house.told_by();
    assert_eq!([id.as_str(), &url, &others], [A, B, A]);
    let rss = house.read("output/all.rss");
    assert!(rss.contains(&format!("<link>{B}</link>")), "{rss}");
    assert!(
        rss.contains(&format!("isPermaLink=\"false\">{A}<")),
        "{rss}"
    );
    let atom = house.read("output/all.atom");
    assert!(
        atom.contains(&format!("href=\"{B}\" rel=\"alternate\"")),
        "{atom}"
    );
    assert!(
        atom.contains(&format!("href=\"{A}\" rel=\"related\"")),
        "{atom}"
    );
    let pages: Vec<_> = house.published().into_iter().collect();
    let (_, page) = (pages.iter().find(|(name, _)| name.starts_with("story/"))).unwrap();
    for page in [
        house.read("output/all.html"),
        String::from_utf8_lossy(page).into_owned(),
    ] {
        assert!(page.contains(&format!("href=\"{B}\"")), "{page}");
        assert!(page.contains(&format!("href=\"{A}\"")), "{page}");
    }
}

/// Days of passes. Two passes may have one moment.
const LATER: [[u32; 2]; 2] = [[15, 16], [15, 15]];

#[tokio::test]
async fn of_equal_ranks_the_first_keeps_speaking_whatever_comes_with_more_text() {
    for [day, later] in LATER {
        let house = two_sources("", "");
        // The story begins with the greater id.
        let first = ("b.xml", rss("b", &[item(TITLE, B)]));
        house.told(day, &[("a.xml", rss("a", &[])), first]).await;
        let before = house.told_by();
        let block = format!("{} {LONG}", "Log in to go on reading this. ".repeat(40));
        let at = "Fri, 14 Jun 2024 09:00:00 +0000";
        house
            .told(later, &[("a.xml", rss("a", &[(TITLE, A, at, &block)]))])
            .await;
        let after = house.told_by();
        assert_eq!((&before[..2], before[3].as_str()), (&after[..2], ""));
        assert_eq!((after[3].as_str(), after[2].contains("Log in")), (A, false));
    }
}

#[tokio::test]
async fn an_id_and_an_address_of_another_host_do_not_speak_for_it() {
    let longer = longer();
    let copies = [
        with_id("b", A, A, &longer),
        with_id("b", A, B, &longer),
        // It also says that its site is the other.
        with_id("b", A, A, &longer)
            .replace("<link>https://b.example/<", "<link>https://a.example/<"),
    ];
    for copy in copies {
        // Whoever comes first.
        for days in [[15, 16], [16, 15], [15, 15]] {
            let house = two_sources("", "");
            for day in [15, 16] {
                let shown = |is: u32, document: &str| {
                    if is <= day {
                        document.to_owned()
                    } else {
                        rss("x", &[])
                    }
                };
                let own = shown(days[0], &rss("a", &[item(TITLE, A)]));
                let copied = shown(days[1], &copy);
                house.told(day, &[("a.xml", own), ("b.xml", copied)]).await;
            }
            let [id, url, text, _] = house.told_by();
            assert_eq!([id.as_str(), url.as_str()], [A, A], "{days:?}");
            assert!(
                text.contains(LONG) && !text.contains("CITY"),
                "{days:?} {text}"
            );
        }
    }
}

#[tokio::test]
async fn a_rank_that_somebody_gave_stands_above_hosts_and_arrival() {
    let house = two_sources("", "rank = 10");
    let copy = with_id("b", A, A, &longer());
    house
        .told(
            15,
            &[("a.xml", rss("a", &[item(TITLE, A)])), ("b.xml", copy)],
        )
        .await;
    assert!(house.told_by()[2].contains("CITY"));
}

#[tokio::test]
async fn a_fuller_version_speaks_if_it_is_of_the_same_publisher() {
    let longer = longer();
    for (a, b, page, speaks) in [
        // Two feeds of one paper.
        (
            "https://paper.example/a.xml",
            "https://feeds.paper.example/b",
            "https://paper.example/2",
            true,
        ),
        // A paper and somebody who says to be it.
        (
            "https://paper.example/a.xml",
            "https://b.example/b",
            "https://paper.example/2",
            false,
        ),
        (
            "https://paper.example/a.xml",
            "https://b.example/b",
            "https://b.example/2",
            false,
        ),
    ] {
        let house = two_sources("", "");
        let toml = house.read("feeds.toml");
        let toml = toml
            .replace("https://a.example/feed", a)
            .replace("https://b.example/feed", b);
        house.write("feeds.toml", &toml);
        let first = "https://paper.example/1";
        let empty = ("b.xml", rss("b", &[]));
        house
            .told(15, &[("a.xml", rss("a", &[item(TITLE, first)])), empty])
            .await;
        let fuller = (
            TITLE,
            page,
            "Fri, 14 Jun 2024 10:00:00 +0000",
            longer.as_str(),
        );
        house.told(16, &[("b.xml", rss("b", &[fuller]))]).await;
        let expected = if speaks { [page, first] } else { [first, page] };
        let [id, url, _, others] = house.told_by();
        assert_eq!(
            (id.as_str(), [url, others]),
            (first, expected.map(str::to_owned)),
            "{b} {page}"
        );
    }
}

#[tokio::test]
async fn the_address_follows_an_item_that_its_source_moves() {
    for [day, later] in LATER {
        let house = two_sources("", "");
        let b = ("b.xml", rss("b", &[]));
        house
            .told(day, &[("a.xml", rss("a", &[item(TITLE, A)])), b])
            .await;
        let moved = "https://new.example/posts/council";
        house
            .told(later, &[("a.xml", rss("a", &[item(TITLE, moved)]))])
            .await;
        let [id, url, _, others] = house.told_by();
        assert_eq!([id.as_str(), &url, &others], [A, moved, A]);
        // Another source that says the same again moves nothing.
        house
            .told(later, &[("b.xml", rss("b", &[item(TITLE, B)]))])
            .await;
        let [id, url, ..] = house.told_by();
        assert_eq!([id.as_str(), &url], [A, moved]);
    }
}

#[tokio::test]
async fn a_source_that_lists_an_item_twice_moves_nothing() {
    let house = two_sources("", "");
    let again = "https://a.example/1-again";
    let twice = rss("a", &[item(TITLE, A), item(TITLE, again)])
        .replace(&format!("<link>{again}<"), &format!("<link>{A}<"));
    house
        .told(15, &[("a.xml", twice), ("b.xml", rss("b", &[]))])
        .await;
    let [id, url, _, others] = house.told_by();
    assert_eq!([id.as_str(), &url, &others], [A, A, ""]);
}

#[tokio::test]
async fn a_short_notice_after_the_full_text_does_not_speak() {
    let house = two_sources("", "");
    let b = ("b.xml", rss("b", &[]));
    house
        .told(15, &[("a.xml", rss("a", &[item(TITLE, A)])), b])
        .await;
    let notice = (
        TITLE,
        "https://a.example/2",
        "Fri, 14 Jun 2024 10:00:00 +0000",
        &LONG[..100],
    );
    house.told(16, &[("a.xml", rss("a", &[notice]))]).await;
    let [id, url, _, others] = house.told_by();
    assert_eq!([id.as_str(), &url, &others], [A, A, "https://a.example/2"]);
}

/// The same page under another id: what its source says of it now is shown, and an edit of it is no other story.
#[tokio::test]
async fn an_item_with_another_id_is_still_edited() {
    let house = two_sources("", "");
    let of = |id: &str, text: &str| with_id("a", id, A, text);
    let b = ("b.xml", rss("b", &[]));
    house.told(15, &[("a.xml", of("one", LONG)), b]).await;
    let first = house.told_by();
    house.told(16, &[("a.xml", of("two", LONG))]).await;
    assert_eq!(house.told_by(), first);
    let withdrawn = "Withdrawn by the author.";
    house.told(17, &[("a.xml", of("two", withdrawn))]).await;
    let [id, url, text, others] = house.told_by();
    assert_eq!([&id, &url, &others], [&first[0], A, ""]);
    assert!(text.contains(withdrawn), "{text}");
    let retitled = of("two", withdrawn).replace(TITLE, "Nothing was agreed");
    house.told(18, &[("a.xml", retitled)]).await;
    assert_eq!(house.only()["title"], "Nothing was agreed");
}

/// The id names the version, as on the pages of large newsrooms.
#[tokio::test]
async fn a_corrected_number_in_the_headline_is_no_other_story() {
    let house = two_sources("", "");
    let version =
        |n: u32, title: &str| with_id("a", &format!("{A}#{n}"), A, LONG).replace(TITLE, title);
    let [before, after] = ["3", "4"].map(|n| format!("Fire at the mill kills {n} workers"));
    let b = ("b.xml", rss("b", &[]));
    house.told(15, &[("a.xml", version(0, &before)), b]).await;
    house.told(16, &[("a.xml", version(1, &after))]).await;
    assert_eq!(house.only()["title"], after);
}

#[tokio::test]
async fn two_feeds_of_one_name_that_give_one_address_are_one_to_a_reader() {
    let house = two_sources("", "");
    let post = || rss("Post", &[item(TITLE, A)]);
    house
        .told(15, &[("a.xml", post()), ("b.xml", post())])
        .await;
    let [_, url, _, others] = house.told_by();
    assert_eq!([url.as_str(), &others], [A, ""]);
}
