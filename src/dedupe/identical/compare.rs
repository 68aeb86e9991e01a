//! Two fingerprints -> whether they are one item, why, and how sure that is.

use super::frequency::Frequencies;
use super::titles::{Titles, share};
use crate::dedupe::fingerprint::{Fingerprint, MIN_BODY_WORDS};
use crate::dedupe::limits::{TEXT_WINDOW, WINDOW};
use crate::model::Reason;
use chrono::TimeDelta;
use std::fmt;

/// A title of fewer words proves nothing by itself.
const MIN_TITLE_WORDS: usize = 5;
/// A body of fewer words is short. It needs a title that is nearly equal.
const SHORT_BODY: u32 = 40;
/// Items of one title that are further apart may be two issues of a serial.
const SAME_ISSUE: TimeDelta = TimeDelta::hours(12);
/// Share of each of two texts of one source that the other must have if they are half a day apart:
/// a source rarely publishes one text twice, but often ends all its texts with the same words.
const REPEATED: f32 = 0.95;
/// Or the share of the shorter one alone, if that is abridged.
const ABRIDGED: f32 = 0.99;
/// The agreement of fewer numbers proves nothing.
const MIN_NUMBERS: usize = 6;
/// The share of fewer sampled shingles proves nothing.
const MIN_SHINGLES: usize = 8;

/// Why two items are not one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unlike {
    /// They were published too far apart.
    FarApart,
    /// Each title has a number that the other item lacks.
    OtherNumberInTitle,
    /// One has almost no text, and their titles alone prove nothing.
    TitlesProveNothing,
    /// They have the same text, but it does not mention their titles.
    SharedText,
    /// The titles differ, and the texts are too short to outweigh that.
    OtherTitle,
    /// Too little of the shorter text is in the longer one.
    OtherText {
        /// The share that is.
        has: f32,
        /// The share that is needed.
        needs: f32,
    },
    /// Too many numbers of the texts differ.
    OtherNumbers {
        /// How many differ.
        differ: usize,
        /// How many may differ.
        allowed: usize,
    },
    /// They are two issues of a serial: one source published both, and each has text of its own.
    TwoIssues,
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::FarApart => f.write_str("published too far apart"),
            Self::OtherNumberInTitle => {
                f.write_str("each title has a number that the other item lacks")
            }
            Self::TitlesProveNothing => {
                f.write_str("too little text, and the titles alone prove nothing")
            }
            Self::SharedText => f.write_str("the same text, but it does not mention their titles"),
            Self::OtherTitle => f.write_str("the titles differ"),
            Self::OtherText { has, needs } => {
                write!(
                    f,
                    "too little text in common ({has:.2}, needed: {needs:.2})"
                )
            }
            Self::OtherNumbers { differ, allowed } => {
                write!(f, "{differ} numbers differ, at most {allowed} may")
            }
            Self::TwoIssues => f.write_str("two issues of one source, each with text of its own"),
        }
    }
}

/// What is known of two items, apart from their fingerprints.
pub(super) struct Context<'a> {
    /// How far apart they were published.
    pub(super) gap: TimeDelta,
    /// The larger of two distances of the later item: to the other one, and to the first item of
    /// the other's story. Else a chain of neighbours would have no end.
    pub(super) span: TimeDelta,
    /// They come from one source, which rarely publishes the same text twice.
    pub(super) one_source: bool,
    /// Their source uses this title many times.
    pub(super) serial: bool,
    /// How common each hash is.
    pub(super) frequencies: &'a Frequencies,
}

/// Decides by what only the same item shares. An address alone does not prove it: some feeds give one
/// address to all their items.
pub(in crate::dedupe) fn exact(
    a: &Fingerprint,
    b: &Fingerprint,
    context: &Context,
) -> Option<(Reason, f32)> {
    if a.text != 0 && a.text == b.text && context.span <= TEXT_WINDOW {
        return Some((Reason::SameText, 1.0));
    }
    let reason = if a.id != 0 && a.id == b.id {
        Reason::SameId
    } else if a.same_address(b) {
        Reason::SameUrl
    } else {
        return None;
    };
    let titles = Titles::of(a, b);
    let no_evidence = titles.missing && a.body_tokens.min(b.body_tokens) < MIN_BODY_WORDS;
    let is_similar =
        no_evidence || titles.same || titles.similarity >= 0.5 && !titles.number_conflict;
    (is_similar || containment(a, b, context.frequencies) >= 0.5).then_some((reason, 1.0))
}

/// Decides by titles and texts.
pub(in crate::dedupe) fn compare(
    a: &Fingerprint,
    b: &Fingerprint,
    context: &Context,
) -> Result<(Reason, f32), Unlike> {
    if context.span > WINDOW {
        return Err(Unlike::FarApart);
    }
    let titles = Titles::of(a, b);
    let (short, long) = by_length(a, b);
    if short.body_tokens < MIN_BODY_WORDS {
        let two_issues = context.serial || context.one_source && context.gap > SAME_ISSUE;
        let proves = !two_issues && title_alone(&titles, long.body_tokens);
        return if proves {
            Ok((Reason::SimilarTitle, 0.9))
        } else {
            Err(Unlike::TitlesProveNothing)
        };
    }
    if a.body == b.body {
        return same_body(&titles, a, context.frequencies).ok_or(Unlike::SharedText);
    }
    if titles.number_conflict {
        return Err(Unlike::OtherNumberInTitle);
    }
    let needs =
        needed_share(&titles, short.body_tokens, context.serial).ok_or(Unlike::OtherTitle)?;
    let update = a.update || b.update;
    let has = containment(a, b, context.frequencies);
    let numbers = Numbers::of(a, b);
    if titles.same
        && context.gap <= SAME_ISSUE
        && numbers.fewer >= MIN_NUMBERS
        && numbers.agree() >= 0.7
    {
        return Ok((Reason::SimilarText, has.max(numbers.agree())));
    }
    let allowed = allowed_conflicts(&titles, &numbers, has, update, context);
    if has < needs {
        Err(Unlike::OtherText { has, needs })
    } else if numbers.conflicts > allowed {
        let differ = numbers.conflicts;
        Err(Unlike::OtherNumbers { differ, allowed })
    } else if context.one_source && !update && two_issues(short, long, context) {
        Err(Unlike::TwoIssues)
    } else {
        Ok((Reason::SimilarText, has))
    }
}

/// Whether titles decide, if one of two items has almost no text. A text that does not mention the
/// title counts against a merge: the title names a series, or the text is not the item's own.
fn title_alone(titles: &Titles, longer_body: u32) -> bool {
    titles.same
        && titles.words >= MIN_TITLE_WORDS
        && (longer_body < MIN_BODY_WORDS || titles.in_text >= 0.25)
}

/// Decides for two items with the same text, word for word. If it mentions neither title, it is an
/// invitation to subscribe, or notes that are below each episode. If many stories have it, a word that
/// it shares with a title, or seems to share, proves nothing.
fn same_body(
    titles: &Titles,
    body: &Fingerprint,
    frequencies: &Frequencies,
) -> Option<(Reason, f32)> {
    if titles.same {
        return Some((Reason::SameText, 1.0));
    }
    if body
        .head
        .iter()
        .all(|&shingle| frequencies.is_common(shingle))
    {
        return None;
    }
    let mentions_title = titles.missing || titles.similarity >= 0.6 || titles.in_text >= 0.5;
    let different =
        titles.number_conflict || titles.both_have_unshared() && body.body_tokens < SHORT_BODY;
    (mentions_title && !different).then_some((Reason::SimilarText, 0.99))
}

/// The share of the shorter text that the longer one must have; none if no share is enough.
/// The better the titles agree and the longer the text, the less.
fn needed_share(titles: &Titles, shorter_body: u32, serial: bool) -> Option<f32> {
    let is_short = shorter_body < SHORT_BODY;
    match titles {
        _ if titles.same && serial => Some(0.6),
        _ if titles.same && is_short => Some(0.5),
        _ if titles.same => Some(0.3),
        _ if titles.missing => Some(0.7),
        _ if titles.both_have_unshared() => {
            let long = shorter_body >= 2 * SHORT_BODY;
            (long && (titles.similarity >= 0.5 || titles.in_text >= 0.5)).then_some(0.8)
        }
        _ if is_short => (titles.similarity >= 0.7 && titles.unshared[0] + titles.unshared[1] <= 1)
            .then_some(0.6),
        _ if titles.similarity >= 0.6 => Some(0.5),
        _ => (titles.in_text >= 0.6).then_some(0.6),
    }
}

/// Whether they are two issues of a serial, not two versions of one text: they begin with different
/// words, or they are half a day apart and each has text of its own.
fn two_issues(short: &Fingerprint, long: &Fingerprint, context: &Context) -> bool {
    if begins_differently(short, long) && begins_differently(long, short) {
        return true;
    }
    let [of_short, of_long] = [(short, long), (long, short)]
        .map(|(part, whole)| contained_in(part, whole, context.frequencies));
    let again = of_short >= ABRIDGED || of_short.min(of_long) >= REPEATED;
    context.gap > SAME_ISSUE && !again
}

/// Whether two bodies have no beginning in common, and the other lacks some of the first one's
/// beginning.
fn begins_differently(fingerprint: &Fingerprint, other: &Fingerprint) -> bool {
    let limit = other.sketch.limit();
    let mut head = fingerprint.head.iter();
    let lacks = |&shingle: &u32| shingle <= limit && other.sketch.binary_search(&shingle).is_err();
    !fingerprint
        .head
        .iter()
        .any(|shingle| other.head.contains(shingle))
        && head.any(lacks)
}

/// How many numbers may differ.
fn allowed_conflicts(
    titles: &Titles,
    numbers: &Numbers,
    contained: f32,
    update: bool,
    context: &Context,
) -> usize {
    if context.serial || contained < 0.6 {
        0
    } else if update {
        // An update corrects numbers. If most of them differ, it is the next issue.
        numbers.fewer.div_ceil(2)
    } else if titles.similarity < 0.8 && contained < 0.9 {
        0
    } else if context.gap <= SAME_ISSUE {
        numbers.fewer / 6
    } else {
        numbers.fewer / 12
    }
}

fn by_length<'a>(a: &'a Fingerprint, b: &'a Fingerprint) -> (&'a Fingerprint, &'a Fingerprint) {
    if a.body_tokens <= b.body_tokens {
        (a, b)
    } else {
        (b, a)
    }
}

/// Share of the shorter body that is in the longer one. It is estimated from the shingles that both
/// samples would have if both texts had them. Common ones do not count.
pub(in crate::dedupe) fn containment(
    a: &Fingerprint,
    b: &Fingerprint,
    frequencies: &Frequencies,
) -> f32 {
    let (short, long) = by_length(a, b);
    contained_in(short, long, frequencies)
}

/// The same for either of two bodies, called `short` here.
fn contained_in(short: &Fingerprint, long: &Fingerprint, frequencies: &Frequencies) -> f32 {
    let limit = short.sketch.limit().min(long.sketch.limit());
    let is_in_long = |shingle: &u32| long.sketch.binary_search(shingle).is_ok();
    let is_rare = |shingle: &&u32| !frequencies.is_common(**shingle);
    let sampled = || {
        short
            .sketch
            .iter()
            .take_while(|&&shingle| shingle <= limit)
            .filter(is_rare)
    };
    let all = sampled().count();
    if all >= MIN_SHINGLES {
        return share(sampled().filter(|s| is_in_long(s)).count(), all);
    }
    // A short text against a very long one: only their beginnings can be compared.
    let heads = || short.head.iter().filter(is_rare);
    let all = heads().count();
    if 2 * all < MIN_SHINGLES {
        return 0.0;
    }
    share(
        heads()
            .filter(|s| long.head.contains(s) || is_in_long(s))
            .count(),
        all,
    )
}

/// How the numbers of two bodies agree.
pub(in crate::dedupe) struct Numbers {
    /// How many of the other's each lacks, the smaller count of both.
    pub(super) conflicts: usize,
    /// How many the body with fewer numbers has.
    pub(super) fewer: usize,
}

impl Numbers {
    pub(in crate::dedupe) fn of(a: &Fingerprint, b: &Fingerprint) -> Self {
        let limit = a.numbers.limit().min(b.numbers.limit());
        let sampled = |fingerprint: &Fingerprint| {
            fingerprint
                .numbers
                .partition_point(|&number| number <= limit)
        };
        let lacks = |x: &Fingerprint, y: &Fingerprint| {
            let numbers = x.numbers.iter().take(sampled(x));
            numbers
                .filter(|number| y.numbers.binary_search(number).is_err())
                .count()
        };
        Self {
            conflicts: lacks(a, b).min(lacks(b, a)),
            fewer: sampled(a).min(sampled(b)),
        }
    }

    /// Share of them that do not differ.
    fn agree(&self) -> f32 {
        1.0 - share(self.conflicts, self.fewer.max(1))
    }
}
