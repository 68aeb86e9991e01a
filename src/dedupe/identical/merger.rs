//! Candidates in order of time -> the story of each.

use super::compare::{self, Context, Unlike};
use super::frequency::{Frequencies, Learned};
use super::titles;
use super::window::{Content, Header, Record, Window};
use crate::dedupe::fingerprint::smallest::{self, SmallestHashes, short_hash};
use crate::dedupe::fingerprint::word_hash::mix;
use crate::dedupe::fingerprint::{Fingerprint, HEAD_KEYS, SKETCH_KEYS};
use crate::dedupe::key_index::KeyIndex;
use crate::dedupe::limits::WINDOW;
use crate::model::Reason;
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// Words of a title that make a key.
const TITLE_KEY: usize = 4;
/// Words of a title's other keys.
const TITLE_RUN: usize = 3;
/// Smallest runs of a title's words that are keys. Without a text, as many as there is room for.
const TITLE_KEYS: usize = 2;
/// All keys of similar items: these, and the beginnings of a title with and without a publisher's
/// name.
const SIMILAR_KEYS: usize = SKETCH_KEYS + HEAD_KEYS + 2 + TITLE_KEYS;
/// Stories of one source with one title, apart from numbers, that make it a serial.
const SERIAL: u8 = 4;
/// Other titles of one source above the same words that make those words its standing text.
pub const STANDING: usize = 2;
/// Items of a document from which its standing text is learned: those of a whole archive cost no more.
const MOST_LEARNED: usize = 64;
/// Members without a text that may join one story by their titles alone.
const MOST_BY_TITLE: usize = 12;
/// Steps from a story's first item after which an item that is only similar does not join: a text that
/// changes in small steps becomes another one.
const MOST_STEPS: u8 = 3;
/// Items that an item is compared with, those that share the most keys.
const MOST_COMPARED: usize = 16;
/// Items that are looked at to find those.
const MOST_LOOKED_UP: usize = 4 * MOST_COMPARED;
/// Items that it is compared with even if they share only one key: in a large window that is mostly
/// chance.
const LEAST_COMPARED: usize = 2;

/// One item to compare. Numbers are the caller's and opaque.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The item.
    pub number: u64,
    /// Its source: the [`source_number`] of the source's name.
    pub source: u32,
    /// The newest document of its source lists it. Two of them are two items, unless nothing differs.
    pub listed: bool,
    /// Its `date_published`, at most the time of the fetch that found it.
    pub published: DateTime<Utc>,
    /// What is compared.
    pub fingerprint: Fingerprint,
}

/// A number for a source's name, always the same.
pub fn source_number(source: &str) -> u32 {
    short_hash(xxh3_64(source.as_bytes()))
}

/// An item's membership in its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The story. Its number need not be that of an item.
    pub story: u64,
    /// The item is the story's first.
    pub is_first: bool,
    /// When the story's first item was published.
    pub first_published: DateTime<Utc>,
    /// How many merges on the way from the story's first item to this one were only by similarity.
    pub steps: u8,
}

/// The story of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Placement {
    /// It is the first item of a new story.
    New,
    /// It is the same as an earlier item of that story.
    Joins {
        /// Number of a story: the one given to [`Merger::remember`].
        story: u64,
        /// When the story's first item was published.
        first_published: DateTime<Utc>,
        /// The member it is most similar to.
        with: u64,
        /// The reason of the merge.
        reason: Reason,
        /// How similar they are, 0 to 1.
        score: f32,
        /// How many merges on the way from the story's first item were only by similarity.
        steps: u8,
    },
}

/// Compares items within a window of time. Pure and deterministic.
#[derive(Clone, Debug, Default)]
pub struct Merger {
    window: Window,
    exact_index: KeyIndex,
    similar_index: KeyIndex,
    frequencies: Frequencies,
}

impl Merger {
    /// An empty window.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty window, with what an earlier merger has learned.
    pub fn with_frequencies(frequencies: Frequencies) -> Self {
        Self {
            frequencies,
            ..Self::default()
        }
    }

    /// What is to be stored of what it has learned.
    pub fn learned(&mut self) -> Learned {
        self.frequencies.unstored()
    }

    /// The keys that an item shares with similar items.
    pub fn similar_keys(&self, item: &Candidate) -> Vec<u32> {
        let fingerprint = self.without_publisher(&item.fingerprint, item.source);
        let mut keys = similar_keys(&fingerprint).to_vec();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Learns what one source says below several items of one document. It proves nothing from the
    /// first of them on.
    pub fn learn_document(&mut self, items: &[Fingerprint]) {
        // Versions of one story share their text, and that is their own.
        let mut others: Vec<&Fingerprint> = Vec::new();
        for item in items {
            let is_version = |other: &&Fingerprint| titles::are_alike(item, other);
            if others.len() < MOST_LEARNED && !others.iter().any(is_version) {
                others.push(item);
            }
        }
        let mut shingles: Vec<(u32, usize)> = (0..)
            .zip(&others)
            .flat_map(|(n, item)| item.shingles().map(move |shingle| (shingle, n)))
            .collect();
        shingles.sort_unstable();
        shingles.dedup();
        for run in shingles.chunk_by(|a, b| a.0 == b.0) {
            if run.len() > STANDING {
                self.frequencies.make_common(run[0].0);
            }
        }
    }

    /// The story of this item, given all that was remembered. Changes nothing.
    pub fn place(&self, item: &Candidate) -> Placement {
        let fingerprint = self.without_publisher(&item.fingerprint, item.source);
        let serial = self
            .frequencies
            .count(serial_key(&fingerprint, item.source))
            >= SERIAL;
        let mut candidates = self.candidates(&fingerprint, item.published.timestamp());
        // An item that is compared again is not compared with itself.
        candidates.retain(|record| record.header.number != item.number);
        let standing = standing(&fingerprint, &candidates);
        let own_address = is_of_one_story(&fingerprint, &candidates);
        // Stories that have an item from which this one's source tells it apart.
        let mut refused: Vec<u64> = Vec::new();
        let mut found: Vec<Match> = Vec::new();
        for record in &candidates {
            let header = record.header;
            let from =
                |moment: i64| TimeDelta::seconds((item.published.timestamp() - moment).abs());
            let gap = from(header.published);
            let one_source = item.source == header.source;
            let context = Context {
                gap,
                span: gap.max(from(header.first_published)),
                one_source,
                side_by_side: one_source && item.listed && header.listed,
                own_address,
                of_first: header.steps == 0,
                serial,
                frequencies: &self.frequencies,
                standing: &standing,
            };
            match matching(&fingerprint, record, &context) {
                Ok(same) => found.push(same),
                Err(Unlike::SideBySide | Unlike::OtherMedia) => refused.push(header.story),
                Err(_) => {}
            }
        }
        found.retain(|same| !refused.contains(&same.header.story));
        // The first of equals: it shares the most keys.
        let Some(best) = found
            .iter()
            .rev()
            .max_by(|a, b| a.score.total_cmp(&b.score))
        else {
            return Placement::New;
        };
        let by_title =
            |m: &&Match| m.reason == Reason::SimilarTitle && m.header.story == best.header.story;
        if best.reason == Reason::SimilarTitle
            && found.iter().filter(by_title).count() >= MOST_BY_TITLE
        {
            return Placement::New;
        }
        Placement::Joins {
            story: best.header.story,
            first_published: DateTime::from_timestamp(best.header.first_published, 0)
                .unwrap_or(item.published),
            with: best.header.number,
            reason: best.reason,
            score: best.score,
            steps: found
                .iter()
                .filter(|m| m.header.story == best.header.story)
                .map(|m| m.header.steps + u8::from(!m.is_exact()))
                .min()
                .unwrap_or(0),
        }
    }

    /// Adds an item whose story is known to the window, and learns from it.
    pub fn remember(&mut self, item: &Candidate, member: Member) {
        self.learn(&item.fingerprint, item.source, member.is_first);
        self.restore(item, member);
    }

    /// Adds an item to the window from which it has learned in an earlier pass.
    pub fn restore(&mut self, item: &Candidate, member: Member) {
        let fingerprint = self.without_publisher(&item.fingerprint, item.source);
        let (exact, similar) = (exact_keys(&fingerprint), similar_keys(&fingerprint));
        let header = Header {
            number: item.number,
            source: item.source,
            listed: item.listed,
            story: member.story,
            published: item.published.timestamp(),
            first_published: member.first_published.timestamp(),
            steps: member.steps,
        };
        let position = self.window.push(&header, &fingerprint);
        for &key in exact.iter() {
            self.exact_index.insert(key, position);
        }
        for &key in similar.iter() {
            self.similar_index.insert(key, position);
        }
    }

    /// Forgets what is too old to be compared with an item published at or after this moment, block
    /// by block.
    pub fn forget_before(&mut self, moment: DateTime<Utc>) {
        self.window.forget_before(moment.timestamp());
        self.exact_index.forget_before(self.window.oldest());
        self.similar_index.forget_before(self.window.oldest_whole());
    }

    /// What was added so far may be of any time, and stays. What is added from here on comes in order of dates.
    pub fn keep_all_so_far(&mut self) {
        let restored = self.window.keep_all_so_far();
        self.similar_index.keep_until(restored);
    }

    /// Compares nothing by similarity any more that is too old for an item of this moment.
    pub fn put_aside_before(&mut self, moment: DateTime<Utc>) {
        let oldest = self.window.put_aside_before(moment.timestamp());
        self.similar_index.forget_before(oldest);
    }

    /// Forgets the fingerprints of what was put aside. The caller has them, and gives those back that
    /// [`Self::wanted`] names.
    pub fn clear_aside(&mut self) {
        self.window.clear_aside();
    }

    /// The items without a fingerprint that share one of these exact keys, by position and number.
    pub fn wanted(&self, exact: impl IntoIterator<Item = u64>) -> BTreeMap<u32, u64> {
        let mut wanted = BTreeMap::new();
        for key in exact {
            let key = smallest::key_of_hash(key);
            self.exact_index.for_each(&[key], |position| {
                let header = self.window.header_aside(position);
                wanted.extend(header.map(|header| (position, header.number)));
            });
        }
        wanted
    }

    /// Gives the fingerprint of an item back.
    pub fn give_back(&mut self, position: u32, fingerprint: Fingerprint) {
        self.window.give_back(position, fingerprint);
    }

    /// Learns what is common. Titles are counted by items. Texts are counted by stories, because
    /// else each copy of a much copied text would make that text prove less.
    fn learn(&mut self, fingerprint: &Fingerprint, source: u32, is_first: bool) {
        if is_first {
            for &shingle in fingerprint.sketch.iter().chain(fingerprint.head.iter()) {
                self.frequencies.add(shingle);
            }
        }
        self.frequencies.add(serial_key(fingerprint, source));
        if usize::from(fingerprint.tail_start) < fingerprint.title.len() {
            self.frequencies.add(publisher_key(fingerprint, source));
        }
    }

    /// Removes what the source puts behind all its titles.
    fn without_publisher<'a>(
        &self,
        fingerprint: &'a Fingerprint,
        source: u32,
    ) -> Cow<'a, Fingerprint> {
        let tail = usize::from(fingerprint.tail_start);
        if tail >= fingerprint.title.len()
            || !self
                .frequencies
                .is_common(publisher_key(fingerprint, source))
        {
            return Cow::Borrowed(fingerprint);
        }
        let mut shorter = fingerprint.clone();
        shorter.title.truncate(tail);
        Cow::Owned(shorter)
    }

    /// The items that share the most keys with this one. The most shared keys come first.
    fn candidates(&self, fingerprint: &Fingerprint, published: i64) -> Vec<Record> {
        let mut positions = Vec::with_capacity(64);
        self.exact_index
            .for_each(&exact_keys(fingerprint), |item| positions.push(item));
        // What many have would lead to those, and not to the few that are the same.
        let is_rare = |key: &u32| {
            !self
                .frequencies
                .is_common(smallest::short_hash_of_key(*key))
        };
        let keys = similar_keys(fingerprint);
        let keys: SmallestHashes<SIMILAR_KEYS> =
            SmallestHashes::first(keys.iter().copied().filter(is_rare));
        self.similar_index
            .for_each(&keys, |item| positions.push(item));
        positions.sort_unstable();
        let mut counted: Vec<(usize, u32)> = positions
            .chunk_by(|a, b| a == b)
            .map(|run| (run.len(), run[0]))
            .collect();
        counted.sort_unstable_by(|a, b| b.cmp(a));
        let more = counted.iter().take_while(|(keys, _)| *keys > 1).count();
        let mut left = more.clamp(LEAST_COMPARED, MOST_COMPARED);
        let mut found = Vec::new();
        for (_, position) in counted.into_iter().take(MOST_LOOKED_UP) {
            let Some(record) = self.window.get(position).filter(|_| left > 0) else {
                break;
            };
            // An item that is too old, but not forgotten yet, does not take the place of another.
            let is_near = (published - record.header.published).abs() <= WINDOW.num_seconds();
            left -= usize::from(is_near);
            found.push(record);
        }
        found
    }
}

/// Why an item is the same as an earlier one, or why not.
fn matching(
    fingerprint: &Fingerprint,
    record: &Record,
    context: &Context,
) -> Result<Match, Unlike> {
    let header = record.header;
    let (reason, score) = match &record.content {
        Content::Fingerprint(other) => match compare::witness(fingerprint, other, context) {
            Some(verdict) => verdict,
            None => match compare::exact(fingerprint, other, context) {
                Some(same) => Ok(same),
                None if header.steps < MOST_STEPS => compare::compare(fingerprint, other, context),
                None => Err(Unlike::FarApart),
            },
        },
        Content::Trace(trace) => trace
            .is_of(fingerprint, context.span, context.one_source)
            .map(|reason| (reason, 1.0))
            .ok_or(Unlike::FarApart),
        Content::PutAside => Err(Unlike::FarApart),
    }?;
    Ok(Match {
        header,
        reason,
        score,
    })
}

/// The shingles of an item that one source has below other titles of several stories, in order: what
/// it says again and again. Those items are among the candidates, because they share these shingles.
fn standing(fingerprint: &Fingerprint, candidates: &[Record]) -> Vec<u32> {
    let mut others: Vec<(&Header, &Fingerprint)> = Vec::new();
    for record in candidates {
        if let Content::Fingerprint(other) = &record.content {
            let header = &record.header;
            let is_told = |(known, told): &(&Header, &Fingerprint)| {
                known.source == header.source
                    && (known.story == header.story || told.title == other.title)
            };
            if other.title != fingerprint.title && !others.iter().any(is_told) {
                others.push((header, other));
            }
        }
    }
    let mut shingles: Vec<u32> = Vec::new();
    others.sort_by_key(|(header, _)| header.source);
    for of_source in others.chunk_by(|a, b| a.0.source == b.0.source) {
        let has = |shingle: u32| {
            of_source
                .iter()
                .filter(|other| other.1.has(shingle))
                .count()
        };
        if of_source.len() >= STANDING {
            let all = fingerprint.shingles();
            shingles.extend(all.filter(|&shingle| has(shingle) >= STANDING));
        }
    }
    shingles.sort_unstable();
    shingles
}

/// Whether the addresses of an item lead to one earlier story at most. Else they are the addresses of
/// a page that lists several.
fn is_of_one_story(fingerprint: &Fingerprint, candidates: &[Record]) -> bool {
    let mut stories = candidates
        .iter()
        .filter(|record| match &record.content {
            Content::Fingerprint(other) => fingerprint.same_address(other),
            Content::Trace(_) | Content::PutAside => false,
        })
        .map(|record| record.header.story);
    let first = stories.next();
    stories.all(|story| Some(story) == first)
}

/// An item that is the same, and why.
struct Match {
    header: Header,
    reason: Reason,
    score: f32,
}

impl Match {
    /// Whether they are the same item exactly, so that this merge is not a step.
    fn is_exact(&self) -> bool {
        matches!(
            self.reason,
            Reason::SameText | Reason::SameId | Reason::SameUrl
        )
    }
}

/// The keys that only the same item shares.
fn exact_keys(fingerprint: &Fingerprint) -> SmallestHashes<4> {
    SmallestHashes::first(fingerprint.exact().map(smallest::key_of_hash))
}

/// The keys that similar items share. Some may be equal.
fn similar_keys(fingerprint: &Fingerprint) -> SmallestHashes<SIMILAR_KEYS> {
    let title = &fingerprint.title[..];
    let starts = [
        Some(0),
        Some(usize::from(fingerprint.lead_end)).filter(|&lead| lead > 0),
    ];
    let begins = starts
        .into_iter()
        .flatten()
        .filter_map(|start| title.get(start..title.len().min(start + TITLE_KEY)));
    let begins = begins.filter(|run| !run.is_empty()).map(words_key);
    let mut runs: Vec<u32> = title.windows(TITLE_RUN).map(words_key).collect();
    runs.sort_unstable();
    runs.dedup();
    let text = fingerprint.text_keys();
    let of_title = if text.is_empty() {
        runs.len()
    } else {
        TITLE_KEYS
    };
    SmallestHashes::first(
        text.iter()
            .copied()
            .chain(begins)
            .chain(runs.into_iter().take(of_title)),
    )
}

/// The key of what the titles of a serial share: the source and all words but numbers.
fn serial_key(fingerprint: &Fingerprint, source: u32) -> u32 {
    let words = fingerprint
        .title
        .iter()
        .enumerate()
        .filter(|(bit, _)| fingerprint.title_numbers >> bit & 1 == 0);
    short_hash(words.fold(mix(source.into()), |hash, (_, &word)| {
        mix(hash ^ u64::from(word)).rotate_left(7)
    }))
}

/// The key of what is behind the last separator of a source's title.
fn publisher_key(fingerprint: &Fingerprint, source: u32) -> u32 {
    let tail = fingerprint
        .title
        .get(usize::from(fingerprint.tail_start)..)
        .unwrap_or_default();
    short_hash(mix(u64::from(source) << 32 | u64::from(words_key(tail))))
}

/// The key of words in order.
fn words_key(run: &[u32]) -> u32 {
    smallest::key_of_hash(
        run.iter()
            .fold(0, |hash, &word| mix(hash ^ u64::from(word)).rotate_left(7)),
    )
}
