//! Two titles -> how similar they are to each other, and to the other item's text.

use crate::dedupe::fingerprint::{Fingerprint, OWN_TITLE, TITLE_TOKENS};

/// A cut title of fewer words may be the beginning of any title.
const MIN_CUT_WORDS: usize = 4;

/// How similar the titles of two items are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing about two items, and none rules another out"
)]
pub(in crate::dedupe) struct Titles {
    /// One of them is missing.
    pub(super) missing: bool,
    /// The same words in the same order, apart from a publisher's name or a missing end.
    pub(super) same: bool,
    /// Share of the longer one's words that the other has in the same order.
    pub(super) similarity: f32,
    /// The same words apart from what is before or behind both, perhaps two publishers' names.
    pub(super) same_main: bool,
    /// One is that of a page that grows all day, the other is not.
    pub(super) one_is_live: bool,
    /// Each has a number that the other item lacks.
    pub(super) number_conflict: bool,
    /// Meaningful words of each title that the other item has neither in its title nor in its text.
    pub(super) unshared: [usize; 2],
    /// Each item's title has a word, which its own text has too, that the other item does not have.
    pub(super) both_tell_more: bool,
    /// The larger share of a title's meaningful words that are in the other item's text.
    pub(super) in_text: f32,
    /// Words of the shorter one.
    pub(super) words: usize,
    /// How alike they are as they stand.
    pub(super) whole: Likeness,
    /// And without what is before and behind them, perhaps names.
    pub(super) main: Likeness,
}

/// How alike two titles are, or parts of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::dedupe) struct Likeness {
    /// Share of the longer one's words that the other has in the same order, or in any order.
    pub(super) similarity: f32,
    /// Meaningful words of each that the other item has neither in its title nor in its text.
    pub(super) unshared: [usize; 2],
    /// Words of the shorter one.
    pub(super) words: usize,
}

impl Titles {
    /// Compares two titles.
    pub(in crate::dedupe) fn of(a: &Fingerprint, b: &Fingerprint) -> Self {
        let words = a.title.len().min(b.title.len());
        let in_text = in_text(a, b).max(in_text(b, a));
        if words == 0 {
            return Self {
                missing: true,
                in_text,
                ..Self::default()
            };
        }
        let same = same(a, b);
        let whole = likeness(a, b, |item| &item.title[..]);
        let has_names = |item: &Fingerprint| main(item).len() < item.title.len();
        Self {
            missing: false,
            same,
            similarity: similarity(a, b),
            one_is_live: a.live != b.live,
            same_main: main(a).len() >= OWN_TITLE && main(a) == main(b),
            number_conflict: !same && lacks_number(a, b) && lacks_number(b, a),
            unshared: whole.unshared,
            both_tell_more: [(a, b), (b, a)]
                .iter()
                .all(|(x, y)| unshared(x, y).any(|word| x.words.contains(word))),
            in_text,
            words,
            main: if has_names(a) || has_names(b) {
                likeness(a, b, main)
            } else {
                whole
            },
            whole,
        }
    }

    /// Each title has a meaningful word that the other item does not have: Norway here, Albania
    /// there.
    pub(super) fn both_have_unshared(&self) -> bool {
        self.unshared.iter().all(|&words| words > 0)
    }
}

/// Share of the longer title's words that the other one has in the same order. Neither is missing.
fn similarity(a: &Fingerprint, b: &Fingerprint) -> f32 {
    let longer = a.title.len().max(b.title.len());
    share(in_order(&a.title, &b.title), longer)
}

/// Whether two titles have at least half of their words in the same order.
pub(super) fn are_alike(a: &Fingerprint, b: &Fingerprint) -> bool {
    let enough = a.title.len().max(b.title.len()).div_ceil(2);
    // Most have no words in common in any order, and that is found fast.
    enough > 0
        && a.title.iter().filter(|word| b.title.contains(word)).count() >= enough
        && in_order(&a.title, &b.title) >= enough
}

/// A title without what may be a publisher's name.
fn main(fingerprint: &Fingerprint) -> &[u32] {
    let own = usize::from(fingerprint.lead_end)..usize::from(fingerprint.tail_start);
    fingerprint.title.get(own).unwrap_or_default()
}

/// How alike parts of two titles are.
fn likeness(a: &Fingerprint, b: &Fingerprint, part: fn(&Fingerprint) -> &[u32]) -> Likeness {
    let (one, other) = (part(a), part(b));
    let same = if one.len() == a.title.len() && other.len() == b.title.len() {
        in_order(one, other).max(in_any_order(one, other))
    } else {
        in_order(one, other)
    };
    Likeness {
        similarity: share(same, one.len().max(other.len()).max(1)),
        unshared: [
            unshared(a, b).filter(|word| one.contains(word)).count(),
            unshared(b, a).filter(|word| other.contains(word)).count(),
        ],
        words: one.len().min(other.len()),
    }
}

/// Words that both have.
fn in_any_order(a: &[u32], b: &[u32]) -> usize {
    let of = |a: &[u32], b: &[u32]| a.iter().filter(|word| b.contains(word)).count();
    of(a, b).min(of(b, a))
}

/// The words of a title that have a meaning by themselves.
fn meaningful(fingerprint: &Fingerprint) -> impl Iterator<Item = u32> {
    let words = fingerprint.title.iter().enumerate();
    words
        .filter(|(bit, _)| fingerprint.title_content >> bit & 1 == 1)
        .map(|(_, &word)| word)
}

fn unshared(a: &Fingerprint, b: &Fingerprint) -> impl Iterator<Item = u32> {
    meaningful(a).filter(|word| !b.title.contains(word) && !b.words.contains(*word))
}

fn in_text(a: &Fingerprint, b: &Fingerprint) -> f32 {
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

/// Whether the whole title of one is that of the other, before or behind a publisher's name; or its
/// beginning, if it was cut.
fn same(a: &Fingerprint, b: &Fingerprint) -> bool {
    let is_part = |part: &[u32], whole: &Fingerprint| {
        let (lead, tail) = (usize::from(whole.lead_end), usize::from(whole.tail_start));
        part == &whole.title[..]
            || whole.title.get(..tail) == Some(part)
            || whole.title.get(lead..) == Some(part)
    };
    let cut = |c: &Fingerprint, whole: &Fingerprint| {
        c.title_cut && c.title.len() >= MIN_CUT_WORDS && whole.title.starts_with(&c.title)
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
