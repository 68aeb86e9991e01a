//! An item that changes is compared again: it may join a story, and what it joined may be left.

use super::documents::{Entry, document};
use crate::common::{ALL, House, TWO_SOURCES};

const A: &str = "https://a.example/1";
const B: &str = "https://b.example/9";

const FIRST: &str = "Two captains resign over the dredging contract as harbour master defends bid";
const LATER: &str =
    "Row about dredging contract costs two captains their posts, harbour master firm";

const TEXT: &str = "The captains Lund and Moe gave up their posts on Monday, an hour before the board met. Both had signed \
    the contract for the dredging of the inner harbour, which costs twice as much as the one that was refused. The \
    harbour master said that the bid was sound, and that the mud would not wait.";

const OTHER_TEXT: &str = "Nine bakers from four valleys met at the mill to agree on one loaf. They tasted rye, spelt and \
    barley, argued about salt until dusk, and parted without a loaf but with a date: the first Sunday in September, \
    at the same mill, with less talk and more butter.";

/// Hours before the pass at which items are published: now, and nine months ago.
const AGO: [i64; 2] = [4, 24 * 270];

/// An item.
fn entry<'a>(link: &'a str, title: &'a str, text: &'a str, hours_ago: i64) -> Entry<'a> {
    Entry {
        id: link,
        title,
        link,
        hours_ago,
        text,
        more: "",
    }
}

impl House {
    /// A pass an hour later than the one before, over documents that are now like this.
    async fn changes(&self, hour: u32, a: Option<Entry<'_>>, b: Option<Entry<'_>>) {
        self.write("a.xml", &document("a", a));
        self.write("b.xml", &document("b", b));
        let moment = format!("2024-06-15T{hour}:00:00Z");
        self.pass_at(&moment, &ALL).await;
    }
}

#[tokio::test]
async fn an_item_that_takes_anothers_headline_joins_its_story() {
    for ago in AGO {
        for text in ["", TEXT] {
            let paper = entry(B, LATER, text, ago);
            let rough = if text.is_empty() { "" } else { OTHER_TEXT };
            let house = House::new(TWO_SOURCES);
            house
                .changes(12, Some(entry(A, FIRST, rough, ago)), Some(paper))
                .await;
            assert_eq!(house.story_ids(), [A, B], "{ago} {text}");
            house
                .changes(13, Some(entry(A, LATER, text, ago)), Some(paper))
                .await;
            // The story that was first keeps its id.
            assert_eq!(house.story_ids(), [A], "{ago} {text}");
            assert_eq!(house.stories()[0].len(), 2);
        }
    }
}

#[tokio::test]
async fn the_story_that_was_first_stays_whichever_of_two_items_changes() {
    for ago in AGO {
        let house = House::new(TWO_SOURCES);
        let agency = entry(A, FIRST, "", ago);
        house
            .changes(12, None, Some(entry(B, LATER, "", ago)))
            .await;
        house
            .changes(13, Some(agency), Some(entry(B, LATER, "", ago)))
            .await;
        assert_eq!(house.story_ids(), [A, B]);
        house
            .changes(14, Some(agency), Some(entry(B, FIRST, "", ago)))
            .await;
        assert_eq!(house.story_ids(), [B], "{ago}");
    }
}

#[tokio::test]
async fn what_joined_leaves_when_its_text_is_another() {
    for ago in AGO {
        let house = House::new(TWO_SOURCES);
        let first = entry(A, FIRST, TEXT, ago);
        house
            .changes(12, Some(first), Some(entry(B, FIRST, TEXT, ago - 1)))
            .await;
        assert_eq!(house.story_ids(), [A], "{ago}");
        let other = entry(B, "Nine bakers meet at the mill", OTHER_TEXT, ago - 1);
        house.changes(13, Some(first), Some(other)).await;
        assert_eq!(house.story_ids(), [A, B], "{ago}");
        assert_eq!(house.stories(), [[A], [B]]);
        // And it may come back.
        house
            .changes(14, Some(first), Some(entry(B, FIRST, TEXT, ago - 1)))
            .await;
        assert_eq!(house.story_ids(), [A], "{ago}");
    }
}

#[tokio::test]
async fn an_item_that_changes_a_little_stays_where_it_is() {
    for ago in AGO {
        let house = House::new(TWO_SOURCES);
        let first = entry(A, FIRST, TEXT, ago);
        house
            .changes(12, Some(first), Some(entry(B, FIRST, TEXT, ago - 1)))
            .await;
        let corrected = TEXT.replace("Lund", "Lunde");
        house
            .changes(13, Some(first), Some(entry(B, FIRST, &corrected, ago - 1)))
            .await;
        assert_eq!(house.stories(), [[A, B]], "{ago}");
    }
}

#[tokio::test]
async fn a_source_that_stops_merging_leaves_the_stories_that_it_joined() {
    stops_merging("b.xml").await;
}

/// The source with this document stops merging, and what was one story is two.
async fn stops_merging(document: &str) {
    let house = House::new(TWO_SOURCES);
    let (a, b) = (entry(A, FIRST, TEXT, 4), entry(B, FIRST, TEXT, 3));
    house.changes(12, Some(a), Some(b)).await;
    assert_eq!(house.story_ids(), [A]);
    let path = format!("path = \"{document}\"");
    let toml = TWO_SOURCES.replace(&path, &format!("{path}\nmerge = false"));
    house.write("feeds.toml", &toml);
    house.changes(13, Some(a), Some(b)).await;
    assert_eq!(house.stories(), [[A], [B]]);
    assert_eq!(house.story_ids(), [A, B]);
}

#[tokio::test]
async fn a_source_that_stops_merging_is_left_by_what_joined_its_stories() {
    stops_merging("a.xml").await;
}
