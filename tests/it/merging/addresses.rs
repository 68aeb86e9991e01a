//! An address is evidence if it is the item's: not a front page, and not that of several items.

use super::documents::{Entry, document};
use crate::common::{ALL, House, TWO_SOURCES};

const SHEET: &str = "Show us: a spreadsheet that runs in a lighthouse and speaks Norse";

const TEXT: &str = "I made it in two winters, because I was tired of carrying tables down the stairs. Cells are \
    stones, formulas are runes, and it starts in the time that a gull needs to turn its head.";

const OTHER_TEXT: &str = "Ropes are dear this year. The makers blame the hemp, the dealers blame the makers, and the \
    sailors splice what they have. A coil of the better kind costs as much as a pair of boots.";

/// How many stories a pass makes of one document of each of two sources.
async fn stories_of(a: &[Entry<'_>], b: &[Entry<'_>]) -> usize {
    let house = House::new(TWO_SOURCES);
    house.write("a.xml", &document("a", a.iter().copied()));
    house.write("b.xml", &document("b", b.iter().copied()));
    house.pass().await;
    let together = house.items("all").len();
    // It is the same if one comes after the other.
    let house = House::new(TWO_SOURCES);
    house.write("a.xml", &document("a", a.iter().copied()));
    house.write("b.xml", &document("b", []));
    house.pass().await;
    house.write("b.xml", &document("b", b.iter().copied()));
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    assert_eq!(house.items("all").len(), together);
    together
}

/// An item of the first source, published first, and one of the second at the same address.
fn at_one_address<'a>(
    link: &'a str,
    [title, text]: [&'a str; 2],
    [other_title, other_text]: [&'a str; 2],
) -> [Entry<'a>; 2] {
    let first = Entry {
        id: "a1",
        title,
        link,
        hours_ago: 4,
        text,
        more: "",
    };
    let second = Entry {
        id: "b1",
        title: other_title,
        hours_ago: 3,
        text: other_text,
        ..first
    };
    [first, second]
}

#[tokio::test]
async fn a_front_page_below_one_long_title_is_that_of_one_item() {
    let comments = "&lt;a href=\"https://talk.example/item?id=7\"&gt;Comments&lt;/a&gt;";
    let [a, b] = at_one_address("https://sheet.example/", [SHEET, TEXT], [SHEET, comments]);
    assert_eq!(stories_of(&[a], &[b]).await, 1);
    assert_eq!(stories_of(&[b], &[a]).await, 1);
}

#[tokio::test]
async fn a_front_page_below_a_short_or_another_title_is_nobodys() {
    let comments = "&lt;a href=\"https://talk.example/item?id=7\"&gt;Comments&lt;/a&gt;";
    for [title, other] in [
        ["Lighthouse sheet", "Lighthouse sheet"],
        [
            SHEET,
            "Ropes are dear this year, and the makers blame the hemp",
        ],
        [SHEET, "Sheet"],
    ] {
        let [a, b] = at_one_address("https://sheet.example/", [title, TEXT], [other, comments]);
        assert_eq!(stories_of(&[a], &[b]).await, 2, "{other}");
    }
}

#[tokio::test]
async fn an_address_that_items_of_one_document_share_is_nobodys() {
    let page = "https://a.example/short-news";
    let notes = [
        [
            "Ferry sails again",
            "The ferry to the islands sails again from Monday.",
        ],
        [
            "School gets a roof",
            "The school at the quay gets a new roof of slate.",
        ],
        ["Baker retires", "Old Tove bakes her last loaf on Friday."],
    ];
    let entry = |n: usize| Entry {
        id: ["a1", "a2", "a3"][n],
        title: notes[n][0],
        link: page,
        hours_ago: 5,
        text: notes[n][1],
        more: "",
    };
    let all = [entry(0), entry(1), entry(2)];
    let link = Entry {
        id: "b1",
        title: "A page worth reading",
        link: page,
        hours_ago: 2,
        text: "",
        more: "",
    };
    assert_eq!(stories_of(&all, &[link]).await, 4);
    // The page is filled anew each day.
    let house = House::new(TWO_SOURCES);
    house.write("b.xml", &document("b", []));
    for note in all {
        house.write("a.xml", &document("a", [note]));
        house.pass().await;
    }
    house.write("b.xml", &document("b", [link]));
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    assert_eq!(house.items("all").len(), 4);
    // It is the item's where only that item is there.
    assert_eq!(stories_of(&all[..1], &[link]).await, 1);
}

#[tokio::test]
async fn one_own_address_is_one_story_under_other_headlines() {
    let page = "https://paper.example/2024/06/ropes";
    for [text, other_text] in [
        ["", ""],
        [OTHER_TEXT, ""],
        ["", OTHER_TEXT],
        [OTHER_TEXT, OTHER_TEXT],
    ] {
        let [a, b] = at_one_address(
            page,
            ["Ropes are dear this year", text],
            ["Why every coil costs as much as boots", other_text],
        );
        assert_eq!(stories_of(&[a], &[b]).await, 1, "{text} {other_text}");
    }
}

#[tokio::test]
async fn one_address_is_two_stories_if_the_texts_speak_against_it() {
    let page = "https://paper.example/2024/06/ropes";
    let [a, b] = at_one_address(
        page,
        ["Ropes are dear this year", OTHER_TEXT],
        ["A spreadsheet that speaks Norse", TEXT],
    );
    assert_eq!(stories_of(&[a], &[b]).await, 2);
}
