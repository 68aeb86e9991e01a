//! [`Item`]s -> stories: which items say the same thing, and why.

use crate::model::{Item, Reason};
use chrono::{DateTime, Utc};

/// What an item brings to the comparison. Computed while fetching, kept as bytes in the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fingerprint {}

impl Fingerprint {
    /// Reads an item.
    pub fn of(item: &Item) -> Self {
        let _ = item;
        Self {}
    }

    /// Short, versioned, the same on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// None when an older version made it, or it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let _ = bytes;
        Some(Self {})
    }

    /// Hashes that only the same item shares: ids, canonical URLs, whole texts. The store keeps
    /// them for months and finds earlier items by them.
    pub fn exact_keys(&self) -> Vec<u64> {
        Vec::new()
    }
}

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

/// Compares items within a window of time. Pure and deterministic.
#[derive(Debug, Default)]
pub struct Merger {}

impl Merger {
    /// An empty window.
    pub fn new() -> Self {
        Self {}
    }

    /// Where this item belongs, given all that was remembered. Changes nothing.
    pub fn place(&self, item: &Candidate) -> Placement {
        let _ = item;
        Placement::New
    }

    /// Takes an item whose story is settled into the window.
    pub fn remember(&mut self, item: Candidate, story: u64) {
        let _ = (item, story);
    }

    /// Forgets what can no longer meet an item published at or after this moment.
    pub fn forget_before(&mut self, moment: DateTime<Utc>) {
        let _ = moment;
    }
}
