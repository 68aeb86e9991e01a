//! Whatever arrives, reading ends, and ends without a panic.

use feedmill::parse::{Document, parse};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

fn read(bytes: &[u8]) -> Option<feedmill::model::Feed> {
    parse(&Document {
        bytes,
        ..Document::default()
    })
    .ok()
}

/// The documents of `tests/feeds`, to be spoilt.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/feeds");
    let mut seeds = Vec::new();
    for folder in fs::read_dir(root).expect("tests/feeds is there") {
        for file in fs::read_dir(folder.expect("readable").path()).expect("readable") {
            let path = file.expect("readable").path();
            if path.file_stem().is_some_and(|stem| stem == "in") {
                seeds.push(fs::read(path).expect("readable"));
            }
        }
    }
    seeds
});

/// What is put into a document to spoil it.
const SPLINTERS: [&[u8]; 24] = [
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?",
    b"</",
    b"/>",
    b"<item>",
    b"</item>",
    b"<entry",
    b"</title>",
    b"&#x",
    b";",
    b"\xff",
    b"\xc3",
    b"\0",
    b"<!DOCTYPE x [",
    b"<!ENTITY a \"&a;\">",
    b"xml:base=\"",
];

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn splinters_of_markup_never_panic(picks in proptest::collection::vec(0..SPLINTERS.len(), 0..60)) {
        let mut bytes = b"<rss><channel><item><title>x".to_vec();
        bytes.extend(picks.into_iter().flat_map(|i| SPLINTERS[i]));
        read(&bytes);
    }

    #[test]
    fn spoilt_feeds_never_panic(
        seed in any::<prop::sample::Index>(),
        wounds in proptest::collection::vec((any::<prop::sample::Index>(), 0..SPLINTERS.len(), 0usize..12), 1..8),
    ) {
        let mut bytes = seed.get(&SEEDS).clone();
        for (at, splinter, lost) in wounds {
            let at = at.index(bytes.len() + 1);
            let end = (at + lost).min(bytes.len());
            bytes.splice(at..end, SPLINTERS[splinter].iter().copied());
        }
        read(&bytes);
    }

    #[test]
    fn a_feed_may_end_anywhere(seed in any::<prop::sample::Index>(), end in any::<prop::sample::Index>()) {
        let bytes = seed.get(&SEEDS);
        read(&bytes[..end.index(bytes.len() + 1)]);
    }
}

#[test]
fn a_hundred_thousand_nested_elements_are_read_past() {
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    for (before, after) in [
        ("", "<item>"),
        ("<item>", ""),
        ("<item><description>", "</description>"),
    ] {
        let feed = format!("<rss>{before}{nested}{after}<title>One</title></item></rss>");
        let feed = read(feed.as_bytes()).expect("a feed");
        assert_eq!(feed.items.len(), 1, "{before}");
        assert_eq!(
            feed.items[0].title.as_ref().map(|t| t.value.as_str()),
            Some("One")
        );
    }
}

#[test]
fn a_title_of_five_megabytes_is_cut() {
    let feed = format!(
        "<rss><item><title>{}</title></item></rss>",
        "å".repeat(2_500_000)
    );
    let feed = read(feed.as_bytes()).expect("a feed");
    let title = feed.items[0].title.as_ref().expect("a title");
    assert!(title.value.len() <= 4 << 20);
    assert!(!feed.warnings.is_empty());
}

#[test]
fn items_and_warnings_have_an_end() {
    let feed = format!(
        "<rss>{}</rss>",
        "<item><title>&x;</title></item>".repeat(60_000)
    );
    let feed = read(feed.as_bytes()).expect("a feed");
    assert_eq!(feed.items.len(), 50_000);
    assert!(feed.warnings.len() <= 50);
}

#[test]
fn markup_that_never_ends_is_not_read_again_and_again() {
    // Each of these made a reader that starts over at every fault read the rest 100,000 times.
    for fault in [
        "<",
        "<a ",
        "<a b=\"",
        "<![CDATA[",
        "<!--",
        "<?",
        "<!DOCTYPE ",
        "</a",
        "&",
        "<a<",
        "<a b='<'>",
    ] {
        let feed = format!(
            "<rss><item><title>One</title></item><item><title>{}",
            fault.repeat(100_000)
        );
        let feed = read(feed.as_bytes()).expect("a feed");
        assert_eq!(feed.items.len(), 1, "{fault}");
        assert!(feed.cut, "{fault}");
    }
}

#[test]
fn entities_do_not_grow_beyond_their_measure() {
    let uses = "&a;".repeat(100_000);
    let feed = format!(
        "<!DOCTYPE rss [<!ENTITY a \"{}\">]><rss><item><title>{uses}</title></item></rss>",
        "x".repeat(50_000)
    );
    let feed = read(feed.as_bytes()).expect("a feed");
    let title = feed.items[0].title.as_ref().expect("a title");
    assert!(title.value.len() < 500_000, "{}", title.value.len());
}

#[test]
fn a_warning_does_not_quote_a_name_of_a_megabyte() {
    let name = "a".repeat(1 << 20);
    let feed = read(format!("<rss><{name}></b></rss>").as_bytes()).expect("a feed");
    assert!(!feed.warnings.is_empty());
    assert!(feed.warnings.iter().all(|w| w.to_string().len() < 300));
}
