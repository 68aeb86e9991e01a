//! Candidates in order of time -> the story each belongs to.

use super::compare::{self, Near};
use super::frequency::Frequencies;
use super::window::{Known, Place, Says, Window};
use crate::dedupe::fingerprint::smallest::{self, SmallestHashes, short};
use crate::dedupe::fingerprint::word_hash::mix;
use crate::dedupe::fingerprint::{Fingerprint, HEAD_KEYS, SKETCH_KEYS};
use crate::dedupe::key_index::Index;
use crate::dedupe::limits::WINDOW;
use crate::model::Reason;
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// Words of a title that make a key.
const TITLE_KEY: usize = 4;
/// Words of a title's other keys.
const TITLE_RUN: usize = 3;
/// Smallest runs of a title's words that are keys.
const TITLE_KEYS: usize = 2;
/// All of these, and the beginnings of a title with and without a publisher's name.
const ALIKE_KEYS: usize = SKETCH_KEYS + HEAD_KEYS + 2 + TITLE_KEYS;
/// Stories of one source with one title, numbers aside, that make it a serial.
const SERIAL: u8 = 4;
/// Members that may join one story by their titles alone, texts missing.
const CHORUS: usize = 12;
/// Steps from a story's first item after which nothing that is only similar joins: a text that
/// slides on becomes another one.
const MOST_STEPS: u8 = 3;
/// Items that an item is compared with, those with the most common keys.
const MOST_COMPARED: usize = 16;
/// Items that are looked at to find those.
const MOST_MET: usize = 4 * MOST_COMPARED;
/// Items that it is compared with even if they have only one key in common: in a large window
/// that is mostly chance.
const LEAST_COMPARED: usize = 2;

/// One item in the comparison. Numbers are the caller's and opaque.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The item.
    pub number: u64,
    /// Its source, the same number whenever it comes: [`number_of`] its name.
    pub source: u32,
    /// Its `date_published`, clamped to when we first saw it.
    pub published: DateTime<Utc>,
    /// What it brings.
    pub fingerprint: Fingerprint,
}

/// A source's number, wherever it comes from.
pub fn number_of(source: &str) -> u32 {
    short(xxh3_64(source.as_bytes()))
}

/// An item's place in the story that it was settled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The story. Its number need not be that of an item.
    pub story: u64,
    /// The item is the story's first: what it says is new.
    pub begins: bool,
    /// When the story's first item was published.
    pub since: DateTime<Utc>,
    /// How many times a text was only similar on the way from the story's first item to this one.
    pub steps: u8,
}

/// Where an item belongs.
#[derive(Clone, Debug, PartialEq)]
pub enum Placement {
    /// It says something new: it is a story of its own.
    New,
    /// It says what an earlier item of that story said.
    Joins {
        /// Number of a story: the one given to [`Merger::remember`].
        story: u64,
        /// When the story's first item was published.
        since: DateTime<Utc>,
        /// The member it is most like.
        with: u64,
        /// What decided.
        reason: Reason,
        /// How alike, 0 to 1.
        score: f32,
        /// How many times a text was only similar on the way from the story's first item.
        steps: u8,
    },
}

/// Compares items within a window of time. Pure and deterministic.
#[derive(Clone, Debug, Default)]
pub struct Merger {
    window: Window,
    exact: Index,
    alike: Index,
    frequencies: Frequencies,
}

impl Merger {
    /// An empty window.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty window, to which is known already what is said again and again.
    pub fn with_frequencies(frequencies: Frequencies) -> Self {
        Self {
            frequencies,
            ..Self::default()
        }
    }

    /// What it has learned.
    pub fn frequencies(&self) -> &Frequencies {
        &self.frequencies
    }

    /// The keys under which an item meets those that it may be one with.
    pub fn alike_keys(&self, item: &Candidate) -> Vec<u32> {
        let print = self.without_publisher(&item.fingerprint, item.source);
        let mut keys = alike_keys(&print).to_vec();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Where this item belongs, given all that was remembered. Changes nothing.
    pub fn place(&self, item: &Candidate) -> Placement {
        let print = self.without_publisher(&item.fingerprint, item.source);
        let serial = self.frequencies.times(rubric(&print, item.source)) >= SERIAL;
        let found: Vec<Match> = self
            .candidates(&print, item.published.timestamp())
            .into_iter()
            .filter_map(|known| self.compare(&print, item, &known, serial))
            .collect();
        // The first of equals: it shares the most keys.
        let Some(best) = found
            .iter()
            .rev()
            .max_by(|a, b| a.score.total_cmp(&b.score))
        else {
            return Placement::New;
        };
        let by_title =
            |m: &&Match| m.reason == Reason::SimilarTitle && m.place.story == best.place.story;
        if best.reason == Reason::SimilarTitle && found.iter().filter(by_title).count() >= CHORUS {
            return Placement::New;
        }
        Placement::Joins {
            story: best.place.story,
            since: DateTime::from_timestamp(best.place.since, 0).unwrap_or(item.published),
            with: best.place.number,
            reason: best.reason,
            score: best.score,
            steps: found
                .iter()
                .filter(|m| m.place.story == best.place.story)
                .map(|m| m.place.steps + u8::from(!m.is_exact()))
                .min()
                .unwrap_or(0),
        }
    }

    /// Takes an item whose story is settled into the window, and learns of it.
    pub fn remember(&mut self, item: &Candidate, member: Member) {
        self.listen(&item.fingerprint, item.source, member.begins);
        self.recall(item, member);
    }

    /// Takes an item into the window again, of which it has learned before.
    pub fn recall(&mut self, item: &Candidate, member: Member) {
        let print = self.without_publisher(&item.fingerprint, item.source);
        let (exact, alike) = (exact_keys(&print), alike_keys(&print));
        let place = Place {
            number: item.number,
            source: item.source,
            story: member.story,
            published: item.published.timestamp(),
            since: member.since.timestamp(),
            steps: member.steps,
        };
        let position = self.window.push(&place, &print);
        for &key in exact.iter() {
            self.exact.insert(key, position);
        }
        for &key in alike.iter() {
            self.alike.insert(key, position);
        }
    }

    /// Forgets what can no longer meet an item published at or after this moment, or soon will not.
    pub fn forget_before(&mut self, moment: DateTime<Utc>) {
        self.window.forget_before(moment.timestamp());
        self.exact.forget_before(self.window.oldest());
        self.alike.forget_before(self.window.oldest_whole());
    }

    /// Learns what is said again and again. Titles are counted by items; texts by stories, for
    /// each copy of a much copied text would make it prove less.
    fn listen(&mut self, print: &Fingerprint, source: u32, begins: bool) {
        if begins {
            for &shingle in print.sketch.iter().chain(print.head.iter()) {
                self.frequencies.say(shingle);
            }
        }
        self.frequencies.say(rubric(print, source));
        if usize::from(print.tail_start) < print.title.len() {
            self.frequencies.say(publisher(print, source));
        }
    }

    /// Cuts off what the source puts behind all its titles.
    fn without_publisher<'a>(&self, print: &'a Fingerprint, source: u32) -> Cow<'a, Fingerprint> {
        let tail = usize::from(print.tail_start);
        if tail >= print.title.len() || !self.frequencies.often(publisher(print, source)) {
            return Cow::Borrowed(print);
        }
        let mut shorter = print.clone();
        shorter.title.truncate(tail);
        Cow::Owned(shorter)
    }

    /// The items that share the most keys with this one, those first.
    fn candidates(&self, print: &Fingerprint, published: i64) -> Vec<Known> {
        let mut met = Vec::with_capacity(64);
        self.exact.each(&exact_keys(print), |item| met.push(item));
        self.alike.each(&alike_keys(print), |item| met.push(item));
        met.sort_unstable();
        let mut counted: Vec<(usize, u32)> = met
            .chunk_by(|a, b| a == b)
            .map(|run| (run.len(), run[0]))
            .collect();
        counted.sort_unstable_by(|a, b| b.cmp(a));
        let more = counted.iter().take_while(|(keys, _)| *keys > 1).count();
        let mut left = more.clamp(LEAST_COMPARED, MOST_COMPARED);
        let mut found = Vec::new();
        for (_, position) in counted.into_iter().take(MOST_MET) {
            let Some(known) = self.window.get(position).filter(|_| left > 0) else {
                break;
            };
            // What waits to be forgotten is in nobody's way.
            let is_near = (published - known.place.published).abs() <= WINDOW.num_seconds();
            left -= usize::from(is_near);
            found.push(known);
        }
        found
    }

    fn compare(
        &self,
        print: &Fingerprint,
        item: &Candidate,
        known: &Known,
        serial: bool,
    ) -> Option<Match> {
        let place = known.place;
        let from = |moment: i64| TimeDelta::seconds((item.published.timestamp() - moment).abs());
        let gap = from(place.published);
        let span = gap.max(from(place.since));
        let near = Near {
            gap,
            span,
            one_source: item.source == place.source,
            serial,
            frequencies: &self.frequencies,
        };
        let (reason, score) = match &known.says {
            Says::Whole(other) => compare::exact(print, other, &near).or_else(|| {
                let similar = || compare::compare(print, other, &near).ok();
                (place.steps < MOST_STEPS).then(similar).flatten()
            }),
            Says::Trace(trace) => trace.is_of(print, span).map(|reason| (reason, 1.0)),
        }?;
        Some(Match {
            place,
            reason,
            score,
        })
    }
}

/// An item that says the same.
struct Match {
    place: Place,
    reason: Reason,
    score: f32,
}

impl Match {
    /// It is the same item, however often it is told.
    fn is_exact(&self) -> bool {
        matches!(
            self.reason,
            Reason::SameText | Reason::SameId | Reason::SameUrl
        )
    }
}

/// The keys that only the same item shares.
fn exact_keys(print: &Fingerprint) -> SmallestHashes<4> {
    SmallestHashes::first(print.exact().map(smallest::key))
}

/// The keys that similar items share; some may be equal.
fn alike_keys(print: &Fingerprint) -> SmallestHashes<ALIKE_KEYS> {
    let title = &print.title[..];
    let starts = [
        Some(0),
        Some(usize::from(print.lead_end)).filter(|&lead| lead > 0),
    ];
    let begins = starts
        .into_iter()
        .flatten()
        .filter_map(|start| title.get(start..title.len().min(start + TITLE_KEY)));
    let begins = begins.filter(|run| !run.is_empty()).map(run_key);
    let mut runs: Vec<u32> = title.windows(TITLE_RUN).map(run_key).collect();
    runs.sort_unstable();
    runs.dedup();
    let text = print.text_keys();
    SmallestHashes::first(
        text.iter()
            .copied()
            .chain(begins)
            .chain(runs.into_iter().take(TITLE_KEYS)),
    )
}

/// What the titles of a serial have in common: the source and all words but numbers.
fn rubric(print: &Fingerprint, source: u32) -> u32 {
    let words = print
        .title
        .iter()
        .enumerate()
        .filter(|(bit, _)| print.title_numbers >> bit & 1 == 0);
    short(words.fold(mix(source.into()), |hash, (_, &word)| {
        mix(hash ^ u64::from(word)).rotate_left(7)
    }))
}

/// What stands behind the last separator of a source's titles.
fn publisher(print: &Fingerprint, source: u32) -> u32 {
    let tail = print
        .title
        .get(usize::from(print.tail_start)..)
        .unwrap_or_default();
    short(mix(u64::from(source) << 32 | u64::from(run_key(tail))))
}

/// Words in order.
fn run_key(run: &[u32]) -> u32 {
    smallest::key(
        run.iter()
            .fold(0, |hash, &word| mix(hash ^ u64::from(word)).rotate_left(7)),
    )
}
