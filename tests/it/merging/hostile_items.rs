//! Items made to hurt whoever compares them: `tests/it/merging/hostile.rs` says what must become of
//! them, `benches/replay.rs` what they cost.

use chrono::{DateTime, TimeDelta, Utc};
use feedmill::model::{Item, ItemSource, RawHtml};

/// Items of a case that is about their number.
const MANY: usize = 20_000;
/// Enough to see that it goes on like this.
const SOME: usize = 4_000;
/// Items of a case that is about their size.
const LARGE: usize = 20;
/// Bytes of a large text.
const MEGABYTE: usize = 1_000_000;

/// Many items, and how many of them may become one story at most.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) items: usize,
    pub(crate) largest: usize,
    pub(crate) make: fn(usize) -> Item,
}

/// A title alone joins a few items: the first and those that find fewer than a dozen others.
const CHORUS: usize = 16;

pub(crate) const CASES: &[Case] = &[
    case("nothing in them", SOME, 1, |n| item(n, "", "")),
    case("a body of one word", SOME, 1, |n| item(n, "", "Photo")),
    case("a title and a body of one word", SOME, 1, |n| {
        item(n, "Photo", "Photo")
    }),
    case("one title, no text", MANY, CHORUS, |n| {
        item(n, HEADLINE, "")
    }),
    case("one title, texts of their own", MANY, 1, |n| {
        item(n, HEADLINE, &words(n, 120))
    }),
    // Before a text is known for one that everybody has, some titles seem to be told in it. The first
    // title is: it is the beginning of that text.
    case("one short text, titles of their own", SOME, 20, |n| {
        item(n, &words(n, 8), &words(0, 30))
    }),
    case("one text, titles of their own", MANY, 20, |n| {
        item(n, &words(n, 8), &words(0, 120))
    }),
    case("one long text, titles of their own", MANY, 300, |n| {
        item(n, &words(n, 8), &words(0, 400))
    }),
    // Each is like those before it, and in the end like none of the first.
    case("a text that slides on", SOME, 80, |n| {
        let text = (5 * n..5 * n + 120).map(|word| words(word, 1));
        item(n, HEADLINE, &text.collect::<String>())
    }),
    case("one text in front of a few words", SOME, 20, |n| {
        item(n, &words(n, 8), &(words(0, 120) + &words(n, 12)))
    }),
    case("one form with other numbers", SOME, 1, |n| {
        let text = format!("{} {n} {} {} {}", words(0, 60), n + 1, words(1, 60), n + 2);
        item(n, &format!("Water levels of the river, no. {n}"), &text)
    }),
    case("five of twenty paragraphs", SOME, 20, |n| {
        let text = (0..5).map(|p| words(random(n * 5 + p) % 20, 30));
        item(n, &words(n, 8), &text.collect::<String>())
    }),
    case("dates of 1970 and 2099", SOME, 1, |n| Item {
        date_published: [DateTime::UNIX_EPOCH, start(), far()][n % 3],
        ..item(n, &words(n, 8), &words(n, 120))
    }),
    case("a megabyte, all different", LARGE, 1, |n| {
        item(n, &words(n, 8), &words(n, MEGABYTE / 6))
    }),
    case("a megabyte of one word", LARGE, 1, |n| {
        item(n, &words(n, 8), &"again ".repeat(MEGABYTE / 6))
    }),
    case("a megabyte without a space", LARGE, 1, |n| {
        item(n, &words(n, 8), &"x".repeat(MEGABYTE))
    }),
    case("a megabyte of tags", LARGE, 1, |n| Item {
        content_html: Some(RawHtml {
            html: "<div>".repeat(MEGABYTE / 5),
            base: None,
        }),
        ..item(n, &words(n, 8), "")
    }),
    case("a megabyte of endings", LARGE, 1, |n| {
        item(
            n,
            &words(n, 8),
            &format!("({}", " ...)".repeat(MEGABYTE / 5)),
        )
    }),
];

const HEADLINE: &str = "The seven best pictures of the day";

const fn case(name: &'static str, items: usize, largest: usize, make: fn(usize) -> Item) -> Case {
    Case {
        name,
        items,
        largest,
        make,
    }
}

/// An item of one of some sites, a second after the one before it.
pub(crate) fn item(number: usize, title: &str, body: &str) -> Item {
    Item {
        url: Some(format!("https://site{}.example/a/{number}", number % 500)),
        title: Some(title.to_owned()).filter(|t| !t.is_empty()),
        content_text: Some(body.to_owned()).filter(|b| !b.is_empty()),
        ..Item::new(
            format!("n{number}"),
            ItemSource::default().into(),
            start() + TimeDelta::seconds(i64::try_from(number).unwrap_or(0)),
        )
    }
}

pub(crate) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a moment")
}

/// In the year 2099.
fn far() -> DateTime<Utc> {
    DateTime::from_timestamp(4_080_000_000, 0).expect("a moment")
}

/// So many words of five letters, others for each seed.
fn words(seed: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 6);
    for word in 0..count {
        let mut rest = random((seed << 32) | word);
        for _ in 0..5 {
            text.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
            rest /= 26;
        }
        text.push(' ');
    }
    text
}

fn random(seed: usize) -> usize {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
}
