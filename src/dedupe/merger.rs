//! Candidates in order of time -> the story each belongs to.

use super::candidates::Index;
use super::few::{Few, short};
use super::fingerprint::Fingerprint;
use super::heard::Heard;
use super::similar;
use super::tokens::mix;
use crate::model::Reason;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;

/// Items further apart say different things, unless they are equal.
pub const WINDOW: TimeDelta = TimeDelta::hours(72);
/// Equal texts further apart are two issues of a serial.
pub const TEXT_WINDOW: TimeDelta = TimeDelta::days(7);

/// Smallest shingles of a body that are keys.
const SKETCH_KEYS: usize = 6;
/// Smallest shingles of a body's beginning that are keys.
const HEAD_KEYS: usize = 2;
/// Words of a title that make a key.
const TITLE_KEY: usize = 4;
/// Words of a title's other keys.
const TITLE_RUN: usize = 3;
/// Smallest runs of a title's words that are keys.
const TITLE_KEYS: usize = 2;
/// All of these and the exact ones.
const MAX_KEYS: usize = 4 + SKETCH_KEYS + HEAD_KEYS + 2 + TITLE_KEYS;
/// Items that an item is compared with, those with the most common keys.
const MOST_COMPARED: usize = 24;

/// One item in the comparison. Numbers are the caller's and opaque.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The item.
    pub number: u64,
    /// Its source.
    pub source: u32,
    /// Its `date_published`, clamped to when we first saw it.
    pub published: DateTime<Utc>,
    /// What it brings.
    pub fingerprint: Fingerprint,
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
        /// The member it is most like.
        with: u64,
        /// What decided.
        reason: Reason,
        /// How alike, 0 to 1.
        score: f32,
    },
}

/// What is kept of an item.
#[derive(Clone, Debug)]
struct Known {
    number: u64,
    story: u64,
    source: u32,
    published: i64,
    fingerprint: Box<[u8]>,
}

/// Compares items within a window of time. Pure and deterministic.
#[derive(Clone, Debug, Default)]
pub struct Merger {
    known: VecDeque<Known>,
    /// Position of the first of `known` since the beginning, less one.
    forgotten: u32,
    index: Index,
    heard: Heard,
}

impl Merger {
    /// An empty window.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where this item belongs, given all that was remembered. Changes nothing.
    pub fn place(&self, item: &Candidate) -> Placement {
        let mut met = Vec::with_capacity(64);
        for key in keys(&item.fingerprint) {
            self.index.each(key, |position| met.push(position));
        }
        met.sort_unstable();
        let mut best: Vec<(usize, u32)> = met.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let mut placement = Placement::New;
        let mut highest = 0.0;
        for (_, position) in best.into_iter().take(MOST_COMPARED) {
            let known = &self.known[(position - self.forgotten - 1) as usize];
            let Some((reason, score)) = self.compare(item, known) else { continue };
            if score > highest {
                highest = score;
                placement = Placement::Joins { story: known.story, with: known.number, reason, score };
            }
        }
        placement
    }

    fn compare(&self, item: &Candidate, known: &Known) -> Option<(Reason, f32)> {
        let gap = TimeDelta::seconds((item.published.timestamp() - known.published).abs());
        let other = Fingerprint::from_bytes(&known.fingerprint)?;
        let one = &item.fingerprint;
        if one.text != 0 && one.text == other.text && gap <= TEXT_WINDOW {
            if one.body_tokens >= 12 || gap <= WINDOW {
                return Some((Reason::SameText, 1.0));
            }
        }
        let same = |a: u64, b: u64| a != 0 && a == b;
        let exact = if same(one.id, other.id) {
            Some(Reason::SameId)
        } else if one.addresses.iter().any(|&a| other.addresses.iter().any(|&b| same(a, b))) {
            Some(Reason::SameUrl)
        } else {
            None
        };
        if let Some(reason) = exact {
            let titles = similar::relate(one, &other);
            let (short, long) = if one.body_tokens <= other.body_tokens { (one, &other) } else { (&other, one) };
            if titles.missing || titles.alike >= 0.5 || similar::containment(short, long, &self.heard) >= 0.5 {
                return Some((reason, 1.0));
            }
        }
        if gap > WINDOW {
            return None;
        }
        similar::compare(one, &other, gap, &self.heard)
    }

    /// Takes an item whose story is settled into the window.
    pub fn remember(&mut self, item: Candidate, story: u64) {
        let position = self.forgotten + u32::try_from(self.known.len()).unwrap_or(u32::MAX) + 1;
        for key in keys(&item.fingerprint) {
            self.index.insert(key, position);
        }
        if item.number == story {
            for &shingle in item.fingerprint.sketch.iter().chain(item.fingerprint.head.iter()) {
                self.heard.say(shingle);
            }
        }
        self.known.push_back(Known {
            number: item.number,
            story,
            source: item.source,
            published: item.published.timestamp(),
            fingerprint: item.fingerprint.to_bytes().into(),
        });
    }

    /// Forgets what can no longer meet an item published at or after this moment.
    pub fn forget_before(&mut self, moment: DateTime<Utc>) {
        let oldest = (moment - TEXT_WINDOW).timestamp();
        while self.known.front().is_some_and(|k| k.published < oldest) {
            self.known.pop_front();
            self.forgotten += 1;
        }
        self.index.forget_before(self.forgotten + 1);
    }
}

/// The keys under which an item is found; some may be equal.
fn keys(print: &Fingerprint) -> impl Iterator<Item = u32> {
    let [page, about] = print.addresses;
    let exact = [print.id, page, about, print.text].into_iter().filter(|&key| key != 0).map(short);
    let mut head: Vec<u32> = print.head.to_vec();
    let head = Few::<HEAD_KEYS>::smallest(&mut head);
    let title = &print.title[..];
    let begins = |from: usize| run_key(&title[from..title.len().min(from + TITLE_KEY)]);
    let starts = [0, usize::from(print.lead_end)];
    let starts = if title.is_empty() { &[][..] } else if starts[1] > 0 { &starts[..] } else { &starts[..1] };
    let mut begins = Few::<2>::first(starts.iter().map(|&s| begins(s)));
    let mut runs: Vec<u32> = title.windows(TITLE_RUN).map(run_key).collect();
    let runs = Few::<TITLE_KEYS>::smallest(&mut runs);
    let _ = &mut begins;
    let mut all = Few::<MAX_KEYS>::first(
        exact.chain(print.sketch.iter().take(SKETCH_KEYS).copied()).chain(head.iter().copied()).chain(begins.iter().copied()).chain(runs.iter().copied()),
    );
    let _ = &mut all;
    (0..all.len()).map(move |at| all[at])
}

fn run_key(run: &[u32]) -> u32 {
    run.iter().fold(0, |hash, &word| mix(hash ^ u64::from(word)).rotate_left(7)) as u32
}
