//! A thousand feeds and more that are as hard as those of the web, out of nothing but numbers.
//!
//! RSS, Atom and RDF; eight languages in ten encodings; 30 items of some 55 kB together, with their whole text
//! or a summary; a quarter of the items repeat a story of another feed, in four ways; of a hundred
//! documents three are malformed. The items are of two weeks. In each round one feed of a hundred has one to
//! three new items in front. An epoch is other two weeks: all items of all feeds are others.

mod chance;
mod damage;
mod language;
mod markup;
mod story;

use super::server::Document;
use chance::Chance;
use chrono::{DateTime, Utc};
use damage::{DAMAGES, Damage};
use language::{LANGUAGES, Vocabulary};
use markup::{Head, Kind};
use std::time::Duration;
use std::{iter, thread};
use story::{Item, Name, Told};

/// Items of a feed.
pub(crate) const ITEMS: usize = 30;
/// One feed of so many has something new in a round.
pub(crate) const OF: usize = 100;
/// Minutes of an epoch: two weeks.
const EPOCH: usize = 14 * 24 * 60;
/// Minutes of all epochs at most: what is older than 400 days is deleted by itself.
const ALL_EPOCHS: usize = 380 * 24 * 60;
/// As many minutes ago the rounds began; what is new in each is of another minute.
const NEWS: usize = 600;
/// Numbers of stories from here on are new in a round.
const NEW: usize = 1_000;

/// Which documents are served.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// The two weeks that they are of, from 0.
    pub(crate) epoch: usize,
    /// How many epochs there will be; the last one ends now.
    pub(crate) epochs: usize,
    /// Rounds since the epoch began.
    pub(crate) round: usize,
}

/// Feeds as they are in a moment.
pub(crate) struct Corpus {
    vocabularies: Vec<Vocabulary>,
    now: DateTime<Utc>,
}

impl Corpus {
    /// A corpus whose newest items are of this moment.
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Self {
            vocabularies: (0..LANGUAGES.len()).map(Vocabulary::new).collect(),
            now,
        }
    }

    /// So many feeds, made on all cores.
    pub(crate) fn documents(&self, feeds: usize, moment: Moment) -> Vec<Document> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let numbers: Vec<usize> = (0..feeds).collect();
        thread::scope(|scope| {
            let parts = numbers.chunks(feeds.div_ceil(cores).max(1));
            let parts: Vec<_> = parts
                .map(|part| {
                    scope.spawn(|| {
                        part.iter()
                            .map(|feed| self.document(*feed, moment))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            parts
                .into_iter()
                .flat_map(|part| part.join().expect("documents"))
                .collect()
        })
    }

    /// One feed.
    pub(crate) fn document(&self, feed: usize, moment: Moment) -> Document {
        let Moment {
            epoch,
            epochs,
            round,
        } = moment;
        let mut chance = Chance::of(&[5, feed]);
        let language = &LANGUAGES[language::of_feed(feed)];
        let head = Head {
            kind: kind_of(chance.below(20)),
            title: self.title(feed),
            home: format!("https://news{feed:05}.example.com/"),
            language: language.code,
            encoding: language.encodings[chance.below(language.encodings.len())],
            is_full: chance.below(3) > 0,
            has_cdata: chance.is(50),
            now: self.now,
        };
        let new = (1..=round)
            .rev()
            .filter(|round| has_news(feed, *round))
            .flat_map(|round| {
                let many = Chance::of(&[6, feed, epoch, round]).within(1..=3);
                (0..many).map(move |n| (NEW + 10 * round + n, round))
            });
        let new = new.map(|(number, of_round)| {
            let name = Name {
                feed,
                epoch,
                number,
            };
            self.item(feed, name, Told::First, NEWS.saturating_sub(of_round))
        });
        let length = EPOCH.min(ALL_EPOCHS / epochs);
        let before = (0..ITEMS).map(|slot| {
            let (name, told) = source_of(feed, epoch, slot);
            let first = Chance::of(&[7, name.feed, epoch, name.number]).below(length);
            let after = if told == Told::First {
                0
            } else {
                Chance::of(&[8, feed, slot]).below(120)
            };
            let age = (epochs - 1 - epoch) * length + first.saturating_sub(after);
            self.item(feed, name, told, NEWS + age)
        });
        let items: Vec<_> = new.chain(before).take(ITEMS).collect();
        let text = markup::write(&head, &items);
        let changes = (1..=round).filter(|round| has_news(feed, *round)).count();
        Document {
            etag: format!("\"{feed}-{epoch}-{changes}\""),
            body: damage::bytes(&text, head.encoding, damage_of(feed)).into(),
            delay: Duration::ZERO,
        }
    }

    fn item(&self, feed: usize, name: Name, told: Told, age: usize) -> Item {
        let words = &self.vocabularies[language::of_feed(name.feed)];
        let mut item = Item::first(name, words).told_by(feed, &self.title(feed), told, words);
        item.age = age;
        item
    }

    fn title(&self, feed: usize) -> String {
        let words = &self.vocabularies[language::of_feed(feed)];
        format!("{} {feed}", words.word(feed))
    }

    /// The words of this rank in each language: a rule of them takes the same share of all languages.
    pub(crate) fn words(&self, rank: usize) -> impl Iterator<Item = &str> {
        self.vocabularies.iter().map(move |words| words.word(rank))
    }
}

/// How many of so many feeds are no feeds: their visits fail.
pub(crate) fn broken(feeds: usize) -> usize {
    damaged(feeds, Damage::NoFeed)
}

/// How many of so many feeds end too early: they are read each time, as nobody can know what is missing.
pub(crate) fn cut(feeds: usize) -> usize {
    damaged(feeds, Damage::Cut)
}

fn damaged(feeds: usize, damage: Damage) -> usize {
    (0..feeds)
        .filter(|feed| damage_of(*feed) == Some(damage))
        .count()
}

/// Whether a feed has something new in a round.
pub(crate) fn has_news(feed: usize, round: usize) -> bool {
    feed % OF == round % OF
}

/// Of twenty, five are Atom and one is RDF.
fn kind_of(number: usize) -> Kind {
    match number {
        1 | 5 | 9 | 13 | 17 => Kind::Atom,
        19 => Kind::Rdf,
        _ => Kind::Rss,
    }
}

fn damage_of(feed: usize) -> Option<Damage> {
    let mut chance = Chance::of(&[9, feed]);
    chance.is(3).then(|| *chance.of_these(&DAMAGES))
}

/// Whether a slot of a feed is told after another feed.
fn is_repeat(feed: usize, epoch: usize, slot: usize) -> bool {
    feed > 0 && Chance::of(&[10, feed, epoch, slot]).is(26)
}

/// The story of a slot of a feed. Of those that are told after others, more than half are of feeds that
/// many repeat, the rest of feeds nearby.
fn source_of(feed: usize, epoch: usize, slot: usize) -> (Name, Told) {
    let own = Name {
        feed,
        epoch,
        number: slot,
    };
    if !is_repeat(feed, epoch, slot) {
        return (own, Told::First);
    }
    let mut chance = Chance::of(&[11, feed, epoch, slot]);
    let mut one = || {
        let other = if chance.is(60) {
            chance.low(feed)
        } else {
            feed - 1 - chance.below(feed.min(200))
        };
        Name {
            feed: other,
            epoch,
            number: chance.below(ITEMS),
        }
    };
    let language = language::of_feed(feed);
    let is_told_first = |name: &Name| {
        language::of_feed(name.feed) == language && !is_repeat(name.feed, epoch, name.number)
    };
    let Some(name) = iter::repeat_with(&mut one).take(60).find(is_told_first) else {
        return (own, Told::First);
    };
    let how = [
        Told::Exactly,
        Told::Exactly,
        Told::Exactly,
        Told::Exactly,
        Told::Tracked,
        Told::Tracked,
        Told::Reprinted,
        Told::Reprinted,
        Told::Edited,
        Told::Edited,
    ];
    (name, *Chance::of(&[12, feed, epoch, slot]).of_these(&how))
}
