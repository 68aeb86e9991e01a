//! Two titles -> how they stand to each other, and to the other item's text.

use crate::dedupe::fingerprint::{Fingerprint, TITLE_TOKENS};

/// Words of a cut title below which it may be the beginning of anything.
const CUT_PROVES: usize = 4;

/// How the titles of two items stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::dedupe) struct Titles {
    /// One of them is missing.
    pub(super) missing: bool,
    /// The same words in the same order, a publisher's name or missing end aside.
    pub(super) same: bool,
    /// Share of the longer one's words that the other has in the same order.
    pub(super) alike: f32,
    /// Each has a number that the other item lacks.
    pub(super) conflict: bool,
    /// Meaningful words that the other item has neither in its title nor in its text: of the one
    /// title and of the other.
    pub(super) foreign: [usize; 2],
    /// The larger share of a title's meaningful words that stand in the other item's text.
    pub(super) told: f32,
    /// Words of the shorter one.
    pub(super) words: usize,
}

impl Titles {
    /// Compares two titles.
    pub(in crate::dedupe) fn of(a: &Fingerprint, b: &Fingerprint) -> Self {
        let words = a.title.len().min(b.title.len());
        let told = told(a, b).max(told(b, a));
        if words == 0 {
            return Self {
                missing: true,
                told,
                ..Self::default()
            };
        }
        let same = same(a, b);
        Self {
            missing: false,
            same,
            alike: share(
                in_order(&a.title, &b.title),
                a.title.len().max(b.title.len()),
            ),
            conflict: !same && lacks_number(a, b) && lacks_number(b, a),
            foreign: [foreign(a, b), foreign(b, a)],
            told,
            words,
        }
    }

    /// Each has a meaningful word that the other item has nowhere: Norway here, Albania there.
    pub(super) fn strange(&self) -> bool {
        self.foreign.iter().all(|&words| words > 0)
    }
}

/// The words of a title that mean something by themselves.
fn meaningful(print: &Fingerprint) -> impl Iterator<Item = u32> {
    let words = print.title.iter().enumerate();
    words
        .filter(|(bit, _)| print.title_content >> bit & 1 == 1)
        .map(|(_, &word)| word)
}

fn foreign(a: &Fingerprint, b: &Fingerprint) -> usize {
    meaningful(a)
        .filter(|word| !b.title.contains(word) && !b.words.contains(*word))
        .count()
}

fn told(a: &Fingerprint, b: &Fingerprint) -> f32 {
    let all = meaningful(a).count();
    if all < 2 {
        return 0.0;
    }
    share(
        meaningful(a).filter(|&word| b.words.contains(word)).count(),
        all,
    )
}

/// `a` has a number in its title that `b` has neither in its title nor in its text.
fn lacks_number(a: &Fingerprint, b: &Fingerprint) -> bool {
    let numbers = a
        .title
        .iter()
        .enumerate()
        .filter(|(bit, _)| a.title_numbers >> bit & 1 == 1);
    numbers
        .into_iter()
        .any(|(_, word)| !b.title.contains(word) && b.numbers.binary_search(word).is_err())
}

/// The whole title of one is that of the other, before or behind a publisher's name; or its
/// beginning, if it was cut.
fn same(a: &Fingerprint, b: &Fingerprint) -> bool {
    let is_part = |part: &[u32], whole: &Fingerprint| {
        let (lead, tail) = (usize::from(whole.lead_end), usize::from(whole.tail_start));
        part == &whole.title[..]
            || whole.title.get(..tail) == Some(part)
            || whole.title.get(lead..) == Some(part)
    };
    let cut = |c: &Fingerprint, whole: &Fingerprint| {
        c.title_cut && c.title.len() >= CUT_PROVES && whole.title.starts_with(&c.title)
    };
    is_part(&a.title, b) || is_part(&b.title, a) || cut(a, b) || cut(b, a)
}

/// Words that both have in the same order: the longest common subsequence.
fn in_order(a: &[u32], b: &[u32]) -> usize {
    let mut row = [0; TITLE_TOKENS + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}

/// A part of a whole, neither of them large.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of words in a title or of hashes in a sketch"
)]
pub(super) fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}
