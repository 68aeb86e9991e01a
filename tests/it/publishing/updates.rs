//! Which changes of an item are an update: words and corrections are, counters, ages and headlines that
//! go back and forth are not.

use crate::common::{ALL, House, LONG, ONE_SOURCE, rss};
use serde_json::Value;

const TITLE: &str = "Ferry runs aground in the fog";
const DATE: &str = "Sat, 15 Jun 2024 08:00:00 +0000";

impl House {
    /// A pass at a time of June 2024 over one item that now says this; whether a file has changed.
    async fn says(&self, moment: &str, title: &str, text: &str) -> bool {
        let text = format!("&lt;p&gt;{LONG} {text}&lt;/p&gt;");
        let item = (title, "https://a.example/1", DATE, text.as_str());
        self.write("a.xml", &rss("a", &[item]));
        let before = self.published();
        self.pass_at(&format!("2024-06-{moment}:00Z"), &ALL).await;
        self.published() != before
    }

    fn first(&self) -> Value {
        self.items("all")[0].clone()
    }
}

#[tokio::test]
async fn ages_and_counters_change_no_file() {
    let house = House::new(ONE_SOURCE);
    let text = |age: &str, views: u32| {
        format!(
            "Posted {age}.&lt;/p&gt;&lt;p&gt;{views} views&lt;/p&gt;&lt;p&gt;Comments ({views})"
        )
    };
    house
        .says("15T10:00", TITLE, &text("3 minutes ago", 1204))
        .await;
    let first = house.first();
    for (moment, age, views) in [
        ("15T11:00", "1 hour ago", 1221),
        ("15T12:00", "2 hours ago", 2000),
        ("18T12:00", "3 days ago", 9000),
    ] {
        let has_changed = house.says(moment, TITLE, &text(age, views)).await;
        assert!(!has_changed, "{moment}");
    }
    // The newest text is there when its feed is written for another reason.
    let text = format!("{LONG} {}", text("3 days ago", 9001));
    let text = format!("&lt;p&gt;{text}&lt;/p&gt;");
    let items = [
        (TITLE, "https://a.example/1", DATE, text.as_str()),
        (
            "Fog lifts",
            "https://a.example/2",
            DATE,
            "It is clear again.",
        ),
    ];
    house.write("a.xml", &rss("a", &items));
    house.pass_at("2024-06-19T12:00:00Z", &ALL).await;
    let items = house.items("all");
    let kept = items.iter().find(|item| item["id"] == first["id"]).unwrap();
    assert!(
        kept["content_html"]
            .as_str()
            .unwrap()
            .contains("9001 views")
    );
    assert_eq!(kept["date_modified"], first["date_modified"]);
    assert_eq!(kept["_feedmill"]["rev"], first["_feedmill"]["rev"]);
}

#[tokio::test]
async fn a_corrected_number_is_told_at_once_and_then_once_a_day() {
    let house = House::new(ONE_SOURCE);
    let hurt = |count: u32| format!("At least {count} people are hurt.");
    house.says("15T10:00", TITLE, &hurt(12)).await;
    assert!(house.says("15T10:05", TITLE, &hurt(15)).await);
    assert_eq!(house.first()["date_modified"], "2024-06-15T10:05:00Z");
    assert!(!house.says("15T10:10", TITLE, &hurt(16)).await);
    assert!(!house.says("15T20:00", TITLE, &hurt(17)).await);
    // Other words do not wait, and bring the number with them.
    let more = format!("{} The captain is one of them.", hurt(18));
    assert!(house.says("15T21:00", TITLE, &more).await);
    assert!(
        !house
            .says("16T10:00", TITLE, &more.replace("18", "19"))
            .await
    );
    // Told when a day is over, though the source says nothing else.
    assert!(
        house
            .says("16T10:05", TITLE, &more.replace("18", "19"))
            .await
    );
    let first = house.first();
    assert!(
        first["content_html"]
            .as_str()
            .unwrap()
            .contains("19 people")
    );
    assert_eq!(first["date_modified"], "2024-06-16T10:05:00Z");
    assert!(
        !house
            .says("18T10:00", TITLE, &more.replace("18", "19"))
            .await
    );
}

#[tokio::test]
async fn a_headline_that_is_taken_back_is_told_and_one_that_goes_back_and_forth_is_not() {
    let house = House::new(ONE_SOURCE);
    let other = "Why the ferry ran aground in the fog";
    house.says("15T10:00", TITLE, "").await;
    assert!(house.says("15T11:00", other, "").await);
    assert!(house.says("15T12:00", TITLE, "").await);
    assert_eq!(house.first()["title"], TITLE);
    for (moment, title) in [
        ("15T13:00", other),
        ("15T20:00", TITLE),
        ("16T13:00", other),
        ("17T12:00", TITLE),
        ("17T13:00", other),
    ] {
        assert!(!house.says(moment, title, "").await, "{moment}");
    }
    // It has stayed so.
    assert!(house.says("18T13:00", other, "").await);
    assert_eq!(house.first()["title"], other);
    assert!(
        house
            .says("18T14:00", "Ferry is afloat again: 2-1", "")
            .await
    );
    assert!(
        house
            .says("18T15:00", "Ferry is afloat again: 3-1", "")
            .await
    );
}

/// A blog whose items have these addresses, and ids of their own or the addresses.
fn blog(addresses: [&str; 2], id: Option<&str>, text: &str) -> String {
    let items = addresses.map(|address| ("On tea and knots", address, DATE, text));
    let mut document = rss("blog", &items[..1]);
    if let Some(id) = id {
        document = document.replace(
            &format!("<guid>{}<", addresses[0]),
            &format!("<guid isPermaLink=\"false\">{id}<"),
        );
    }
    document
}

#[tokio::test]
async fn the_link_of_an_item_that_has_moved_follows_and_nothing_else_does() {
    let (old, new) = ("http://old.example/?p=1", "https://new.example/tea/");
    for id in [None, Some("blog-post-1")] {
        for merge in ["identical", "coverage"] {
            let house = House::new(&format!("{ONE_SOURCE}merge = \"{merge}\"\n"));
            house.write("a.xml", &blog([old, old], id, LONG));
            house.pass().await;
            let before = house.first();
            let pages = |house: &House| {
                let names = house.published().into_iter().map(|(name, _)| name);
                names
                    .filter(|name| name.starts_with("story/"))
                    .collect::<Vec<_>>()
            };
            let paths = pages(&house);
            house.write("a.xml", &blog([new, new], id, LONG));
            house.pass_at("2024-06-16T12:00:00Z", &ALL).await;
            let after = house.first();
            assert_eq!(house.items("all").len(), 1);
            assert_eq!((&before["url"], &after["url"]), (&old.into(), &new.into()));
            for kept in ["id", "date_published", "date_modified"] {
                assert_eq!(before[kept], after[kept], "{kept}");
            }
            assert_eq!(pages(&house), paths);
            let rss = house.read("output/all.rss");
            assert!(rss.contains(&format!("<link>{new}</link>")), "{rss}");
            assert!(!rss.contains("isPermaLink=\"true\""), "{rss}");
            let atom = house.read("output/all.atom");
            let link = format!("<link href=\"{new}\" rel=\"alternate\"/>");
            assert!(atom.contains(&link), "{atom}");
            let page = house.read("output/all.html");
            assert!(page.contains(new) && !page.contains(old), "{page}");
        }
    }
}
