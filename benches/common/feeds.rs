//! Simple feeds out of nothing but their numbers, and a server that has them.

use super::server::{self, Document};
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// Items of a feed.
const ITEMS: usize = 30;
/// Words of an item.
const WORDS: usize = 260;
/// Different words; the first are the most frequent.
pub(crate) const VOCABULARY: usize = 6_000;

/// Feeds that are kept once they are made, so that making them does not slow the server down.
const KEPT: usize = 1_000;

/// The moment of the first pass.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).expect("a moment")
}

/// The validator of a feed.
pub(crate) fn etag(number: usize) -> String {
    format!("\"{number}-1\"")
}

/// The words of the vocabulary by their frequency.
pub(crate) fn word(rank: usize) -> String {
    let mut rest = random(rank);
    let syllables = 2 + rank % 3;
    (0..syllables)
        .flat_map(|_| {
            let (consonant, vowel) = (rest % 20, rest / 20 % 5);
            rest /= 100;
            [b"bcdfghjklmnpqrstvwxz"[consonant], b"aeiou"[vowel]]
        })
        .map(char::from)
        .collect()
}

fn feed(number: usize, vocabulary: &[String]) -> String {
    let mut feed = format!(
        "<rss version=\"2.0\"><channel><title>Feed {number}</title><link>https://s{number}.example/</link>"
    );
    for item in 0..ITEMS {
        let seed = number * ITEMS + item;
        // Over three weeks, the newest first.
        let minutes = i64::try_from(item * 1_000 + number % 1_000).unwrap_or(0);
        let date = (now() - TimeDelta::minutes(minutes)).to_rfc2822();
        let mut words = (0..).map(|n| {
            let chance = random(seed * 1_000 + n) % 1_000_000;
            // The square makes the first words frequent.
            let rank = chance * chance * VOCABULARY / 1_000_000_000_000;
            vocabulary[rank].as_str()
        });
        let title: Vec<_> = words.by_ref().take(8).collect();
        let text: Vec<_> = words.take(WORDS).collect();
        let _ = write!(
            feed,
            "<item><title>{}</title><link>https://s{number}.example/{item}</link><guid>https://s{number}.example/{item}</guid>\
             <pubDate>{date}</pubDate><description>&lt;p&gt;{}&lt;/p&gt;</description></item>",
            title.join(" "),
            text.join(" "),
        );
    }
    feed + "</channel></rss>"
}

struct Feeds {
    vocabulary: Vec<String>,
    kept: Vec<Arc<[u8]>>,
}

impl Feeds {
    fn new() -> Self {
        let vocabulary: Vec<String> = (0..VOCABULARY).map(word).collect();
        let kept = (0..KEPT).map(|number| feed(number, &vocabulary).into_bytes().into());
        Self {
            kept: kept.collect(),
            vocabulary,
        }
    }

    fn get(&self, number: usize) -> Arc<[u8]> {
        match self.kept.get(number) {
            Some(feed) => Arc::clone(feed),
            None => feed(number, &self.vocabulary).into_bytes().into(),
        }
    }
}

/// Serves the feed of each number until it is killed, slowly if wanted; prints its address.
pub(crate) fn serve(slow: bool) {
    let feeds = Feeds::new();
    server::serve(move |path| {
        let number = path[1..].parse().unwrap_or(0);
        let wait = if slow { 50 + random(number) % 150 } else { 0 };
        Document {
            etag: etag(number),
            body: feeds.get(number),
            delay: Duration::from_millis(wait as u64),
        }
    });
}

fn random(seed: usize) -> usize {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 29)) >> 8
}
