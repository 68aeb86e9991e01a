//! Two fingerprints -> are they one item, why, and how surely.

use super::frequency::Frequencies;
use super::titles::{Titles, share};
use crate::dedupe::fingerprint::{BODY_PROVES, Fingerprint};
use crate::dedupe::limits::{TEXT_WINDOW, WINDOW};
use crate::model::Reason;
use chrono::TimeDelta;
use std::fmt;

/// Words of a title below which it proves nothing by itself.
const TITLE_PROVES: usize = 5;
/// A body of fewer words is short: it needs a title that is nearly equal.
const SHORT_BODY: u32 = 40;
/// Items of one title that are further apart may be two issues of a serial.
const SAME_ISSUE: TimeDelta = TimeDelta::hours(12);
/// Share of each of two texts of one source that the other must have if they are half a day apart:
/// a source rarely says one thing twice, but often ends all it says with the same words.
const SAID_AGAIN: f32 = 0.95;
/// Or the share of the shorter one alone, if the other is abridged.
const WHOLE: f32 = 0.99;
/// Numbers below which their agreement proves nothing.
const NUMBERS_PROVE: usize = 6;
/// Sampled shingles below which their share says nothing.
const ENOUGH: usize = 8;

/// Why two items are not one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unlike {
    /// They were published too far apart.
    FarApart,
    /// Each title has a number that the other item lacks.
    OtherNumberInTitle,
    /// One has no text to speak of, and their titles alone prove nothing.
    TitlesProveNothing,
    /// They have the same text, but titles that it does not speak of.
    SharedText,
    /// The titles say different things, and the texts are too short to outweigh that.
    OtherTitle,
    /// Too little of the shorter text stands in the longer one.
    OtherText {
        /// The share that does.
        has: f32,
        /// The share that it would take.
        needs: f32,
    },
    /// Too many numbers of the texts differ.
    OtherNumbers {
        /// How many do.
        differ: usize,
        /// How many may.
        forgiven: usize,
    },
    /// One source said both, and each has something of its own: two issues of a serial.
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
            Self::SharedText => f.write_str("the same text below titles that it does not speak of"),
            Self::OtherTitle => f.write_str("the titles say different things"),
            Self::OtherText { has, needs } => {
                write!(
                    f,
                    "too little text in common ({has:.2}, it would take {needs:.2})"
                )
            }
            Self::OtherNumbers { differ, forgiven } => {
                write!(f, "{differ} numbers differ, {forgiven} may")
            }
            Self::TwoIssues => {
                f.write_str("two issues of one source, each with something of its own")
            }
        }
    }
}

/// What two items' texts cannot tell.
pub(super) struct Near<'a> {
    /// How far apart they were published.
    pub(super) gap: TimeDelta,
    /// How far the later one is from the other and from the beginning of the other's story, the
    /// greater of both: else a chain of neighbours would have no end.
    pub(super) span: TimeDelta,
    /// They come from one source, which rarely says the same thing twice.
    pub(super) one_source: bool,
    /// Their source uses this title again and again.
    pub(super) serial: bool,
    /// What everybody says.
    pub(super) frequencies: &'a Frequencies,
}

/// Decides by what only the same item shares. An address alone does not prove it: some feeds give
/// one to all their items.
pub(in crate::dedupe) fn exact(
    a: &Fingerprint,
    b: &Fingerprint,
    near: &Near,
) -> Option<(Reason, f32)> {
    if a.text != 0 && a.text == b.text && near.span <= TEXT_WINDOW {
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
    let untold = titles.missing && a.body_tokens.min(b.body_tokens) < BODY_PROVES;
    let alike = untold || titles.same || titles.alike >= 0.5 && !titles.conflict;
    (alike || containment(a, b, near.frequencies) >= 0.5).then_some((reason, 1.0))
}

/// Decides by titles and texts.
pub(in crate::dedupe) fn compare(
    a: &Fingerprint,
    b: &Fingerprint,
    near: &Near,
) -> Result<(Reason, f32), Unlike> {
    if near.span > WINDOW {
        return Err(Unlike::FarApart);
    }
    let titles = Titles::of(a, b);
    let (short, long) = by_length(a, b);
    if short.body_tokens < BODY_PROVES {
        let two_issues = near.serial || near.one_source && near.gap > SAME_ISSUE;
        let proves = !two_issues && title_alone(&titles, long.body_tokens);
        return if proves {
            Ok((Reason::SimilarTitle, 0.9))
        } else {
            Err(Unlike::TitlesProveNothing)
        };
    }
    if a.body == b.body {
        return same_body(&titles, a, near.frequencies).ok_or(Unlike::SharedText);
    }
    if titles.conflict {
        return Err(Unlike::OtherNumberInTitle);
    }
    let needs = needed(&titles, short.body_tokens, near.serial).ok_or(Unlike::OtherTitle)?;
    let update = a.update || b.update;
    let has = containment(a, b, near.frequencies);
    let numbers = Numbers::of(a, b);
    if titles.same
        && near.gap <= SAME_ISSUE
        && numbers.fewer >= NUMBERS_PROVE
        && numbers.agree() >= 0.7
    {
        return Ok((Reason::SimilarText, has.max(numbers.agree())));
    }
    let forgiven = forgiven(&titles, &numbers, has, update, near);
    if has < needs {
        Err(Unlike::OtherText { has, needs })
    } else if numbers.conflicts > forgiven {
        let differ = numbers.conflicts;
        Err(Unlike::OtherNumbers { differ, forgiven })
    } else if near.one_source && !update && two_issues(short, long, near) {
        Err(Unlike::TwoIssues)
    } else {
        Ok((Reason::SimilarText, has))
    }
}

/// One of two items has no text to speak of. A text that does not mention the title speaks
/// against it: the title is a rubric, or the text is not the item's own.
fn title_alone(titles: &Titles, longer_body: u32) -> bool {
    titles.same
        && titles.words >= TITLE_PROVES
        && (longer_body < BODY_PROVES || titles.told >= 0.25)
}

/// Two items have the same text, word for word. Where neither title is mentioned in it, it is an
/// invitation to subscribe, or the notes that go with each episode; and where many stories have it,
/// a word that it shares with a title, or seems to share, proves nothing.
fn same_body(
    titles: &Titles,
    body: &Fingerprint,
    frequencies: &Frequencies,
) -> Option<(Reason, f32)> {
    if titles.same {
        return Some((Reason::SameText, 1.0));
    }
    if body.head.iter().all(|&shingle| frequencies.often(shingle)) {
        return None;
    }
    let own = titles.missing || titles.alike >= 0.6 || titles.told >= 0.5;
    let apart = titles.conflict || titles.strange() && body.body_tokens < SHORT_BODY;
    (own && !apart).then_some((Reason::SimilarText, 0.99))
}

/// The share of the shorter text that the longer one must have; none where it would not matter.
/// The better the titles agree and the longer the text, the less.
fn needed(titles: &Titles, shorter_body: u32, serial: bool) -> Option<f32> {
    let is_short = shorter_body < SHORT_BODY;
    match titles {
        _ if titles.same && serial => Some(0.6),
        _ if titles.same && is_short => Some(0.5),
        _ if titles.same => Some(0.3),
        _ if titles.missing => Some(0.7),
        _ if titles.strange() => {
            let long = shorter_body >= 2 * SHORT_BODY;
            (long && (titles.alike >= 0.5 || titles.told >= 0.5)).then_some(0.8)
        }
        _ if is_short => {
            (titles.alike >= 0.7 && titles.foreign[0] + titles.foreign[1] <= 1).then_some(0.6)
        }
        _ if titles.alike >= 0.6 => Some(0.5),
        _ => (titles.told >= 0.6).then_some(0.6),
    }
}

/// Two issues of a serial rather than two versions of one text: they begin with different words, or
/// are half a day apart and each has something of its own.
fn two_issues(short: &Fingerprint, long: &Fingerprint, near: &Near) -> bool {
    if begins_otherwise(short, long) && begins_otherwise(long, short) {
        return true;
    }
    let [of_short, of_long] = [(short, long), (long, short)]
        .map(|(part, whole)| contained_in(part, whole, near.frequencies));
    let again = of_short >= WHOLE || of_short.min(of_long) >= SAID_AGAIN;
    near.gap > SAME_ISSUE && !again
}

/// Two bodies have no beginning in common, and some of the one's stands nowhere in the other.
fn begins_otherwise(print: &Fingerprint, other: &Fingerprint) -> bool {
    let limit = other.sketch.limit();
    let mut head = print.head.iter();
    let lacks = |&shingle: &u32| shingle <= limit && other.sketch.binary_search(&shingle).is_err();
    !print
        .head
        .iter()
        .any(|shingle| other.head.contains(shingle))
        && head.any(lacks)
}

/// How many numbers may contradict each other.
fn forgiven(
    titles: &Titles,
    numbers: &Numbers,
    contained: f32,
    update: bool,
    near: &Near,
) -> usize {
    if near.serial || contained < 0.6 {
        0
    } else if update {
        // It corrects what was said; with most numbers other than before it is the next issue.
        numbers.fewer.div_ceil(2)
    } else if titles.alike < 0.8 && contained < 0.9 {
        0
    } else if near.gap <= SAME_ISSUE {
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

/// Share of the shorter body that stands in the longer one, estimated from the shingles that both
/// would show if both had them; those that everybody uses do not count.
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
    let stands = |shingle: &u32| long.sketch.binary_search(shingle).is_ok();
    let telling = |shingle: &&u32| !frequencies.often(**shingle);
    let seen = || {
        short
            .sketch
            .iter()
            .take_while(|&&shingle| shingle <= limit)
            .filter(telling)
    };
    let all = seen().count();
    if all >= ENOUGH {
        return share(seen().filter(|s| stands(s)).count(), all);
    }
    // A short text against a very long one: only their beginnings can be compared.
    let begins = || short.head.iter().filter(telling);
    let all = begins().count();
    if 2 * all < ENOUGH {
        return 0.0;
    }
    share(
        begins()
            .filter(|s| long.head.contains(s) || stands(s))
            .count(),
        all,
    )
}

/// How the numbers of two bodies agree.
pub(in crate::dedupe) struct Numbers {
    /// How many each lacks of the other's, the fewer of both.
    pub(super) conflicts: usize,
    /// How many the body with fewer numbers has.
    pub(super) fewer: usize,
}

impl Numbers {
    pub(in crate::dedupe) fn of(a: &Fingerprint, b: &Fingerprint) -> Self {
        let limit = a.numbers.limit().min(b.numbers.limit());
        let seen = |print: &Fingerprint| print.numbers.partition_point(|&number| number <= limit);
        let lacks = |x: &Fingerprint, y: &Fingerprint| {
            let numbers = x.numbers.iter().take(seen(x));
            numbers
                .filter(|number| y.numbers.binary_search(number).is_err())
                .count()
        };
        Self {
            conflicts: lacks(a, b).min(lacks(b, a)),
            fewer: seen(a).min(seen(b)),
        }
    }

    /// Share of them that do not contradict.
    fn agree(&self) -> f32 {
        1.0 - share(self.conflicts, self.fewer.max(1))
    }
}
