//! Two fingerprints -> are they one item, why, and how surely.

use super::fingerprint::{BODY_PROVES, Fingerprint};
use super::heard::Heard;
use crate::model::Reason;
use chrono::TimeDelta;

/// Words of a title below which it proves nothing by itself.
const TITLE_PROVES: usize = 5;
/// Words of a cut title below which it may be the beginning of anything.
const CUT_PROVES: usize = 4;
/// A body of fewer words is short: it needs a title that is nearly equal.
const SHORT_BODY: u32 = 40;
/// Items of one title that are further apart may be two issues of a serial.
const SAME_ISSUE: TimeDelta = TimeDelta::hours(12);
/// Sampled shingles below which their share says nothing.
const ENOUGH: usize = 8;

/// How the titles of two items stand to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Titles {
    /// One of them is missing.
    pub(super) missing: bool,
    /// The same words in the same order, a publisher's name or missing end aside.
    pub(super) same: bool,
    /// Share of the longer one's words that the other has in the same order.
    pub(super) alike: f32,
    /// Each has a number that the other item lacks.
    pub(super) conflict: bool,
    /// Meaningful words that the other item has neither in its title nor in its text.
    pub(super) foreign: (u32, u32),
    /// Words of the shorter one.
    pub(super) words: usize,
}

/// What two items' texts cannot tell.
pub(super) struct Near<'a> {
    /// How far apart they were published.
    pub(super) gap: TimeDelta,
    /// Their source uses this title again and again.
    pub(super) serial: bool,
    /// What everybody says.
    pub(super) heard: &'a Heard,
}

/// Decides by what only the same item shares. An address alone does not prove it: some feeds give
/// one to all their items.
pub(super) fn exact(a: &Fingerprint, b: &Fingerprint, near: &Near) -> Option<(Reason, f32)> {
    if a.text != 0 && a.text == b.text {
        return Some((Reason::SameText, 1.0));
    }
    let same = |x: u64, y: u64| x != 0 && x == y;
    let reason = if same(a.id, b.id) {
        Reason::SameId
    } else if a.addresses.iter().any(|&x| b.addresses.iter().any(|&y| same(x, y))) {
        Reason::SameUrl
    } else {
        return None;
    };
    let titles = relate(a, b);
    let alike = titles.missing || titles.same || titles.alike >= 0.5 && !titles.conflict;
    (alike || containment(a, b, near.heard) >= 0.5).then_some((reason, 1.0))
}

/// Decides by titles and texts. The items' dates are less than [`super::WINDOW`] apart.
pub(super) fn compare(a: &Fingerprint, b: &Fingerprint, near: &Near) -> Option<(Reason, f32)> {
    let titles = relate(a, b);
    let (short, long) = if a.body_tokens <= b.body_tokens { (a, b) } else { (b, a) };
    if short.body_tokens < BODY_PROVES {
        let proves = !near.serial && title_alone(&titles, short, long);
        return proves.then_some((Reason::SimilarTitle, 0.9));
    }
    if a.body == b.body {
        return same_body(&titles, a, b);
    }
    let contained = containment(short, long, near.heard);
    let numbers = Numbers::of(a, b);
    if titles.same && near.gap <= SAME_ISSUE && numbers.fewer >= 6 && numbers.shared() >= 0.7 {
        return Some((Reason::SimilarText, contained.max(numbers.shared())));
    }
    let needed = needed(&titles, short, long)?;
    let needed = if near.serial { needed.max(0.6) } else { needed };
    let tolerated = if near.serial {
        0
    } else if a.update || b.update {
        numbers.fewer
    } else if contained < 0.6 || titles.alike < 0.8 && contained < 0.9 {
        0
    } else if near.gap <= SAME_ISSUE {
        numbers.fewer / 6
    } else {
        numbers.fewer / 12
    };
    (contained >= needed && numbers.conflicts <= tolerated).then_some((Reason::SimilarText, contained))
}

/// One of two items has no text to speak of. A text that does not mention the title speaks
/// against it: the title is a rubric, or the text is not the item's own.
fn title_alone(titles: &Titles, short: &Fingerprint, long: &Fingerprint) -> bool {
    titles.same
        && titles.words >= TITLE_PROVES
        && (long.body_tokens < BODY_PROVES || grounded(short, long) >= 0.25)
}

/// Two items have the same text, word for word. Where neither title is mentioned in it, it is an
/// invitation to subscribe, or the notes that go with each episode.
fn same_body(titles: &Titles, a: &Fingerprint, b: &Fingerprint) -> Option<(Reason, f32)> {
    if titles.same {
        return Some((Reason::SameText, 1.0));
    }
    let own = titles.missing || titles.alike >= 0.6 || grounded(a, b).max(grounded(b, a)) >= 0.5;
    let apart = titles.conflict || (titles.foreign.0 > 0 && titles.foreign.1 > 0 && a.body_tokens < SHORT_BODY);
    (own && !apart).then_some((Reason::SimilarText, 0.99))
}

/// The share of the shorter text that the longer one must have.
fn needed(titles: &Titles, short: &Fingerprint, long: &Fingerprint) -> Option<f32> {
    let is_short = short.body_tokens < SHORT_BODY;
    if titles.conflict {
        return None;
    }
    if titles.same {
        return Some(if is_short { 0.5 } else { 0.3 });
    }
    if titles.missing {
        return Some(0.7);
    }
    let (a, b) = titles.foreign;
    if a > 0 && b > 0 {
        return (short.body_tokens >= 2 * SHORT_BODY && (titles.alike >= 0.5 || grounded(short, long).max(grounded(long, short)) >= 0.5)).then_some(0.8);
    }
    if is_short {
        return (titles.alike >= 0.7 && a + b <= 1).then_some(0.6);
    }
    if titles.alike >= 0.6 {
        return Some(0.5);
    }
    (grounded(short, long).max(grounded(long, short)) >= 0.6).then_some(0.6)
}

/// Compares two titles.
pub(super) fn relate(a: &Fingerprint, b: &Fingerprint) -> Titles {
    let words = a.title.len().min(b.title.len());
    if words == 0 {
        return Titles { missing: true, same: false, alike: 0.0, conflict: false, foreign: (0, 0), words };
    }
    let same = same_title(a, b);
    let alike = in_order(&a.title, &b.title) as f32 / a.title.len().max(b.title.len()) as f32;
    let conflict = !same && lacks_number(a, b) && lacks_number(b, a);
    let foreign = (foreign(a, b), foreign(b, a));
    Titles { missing: false, same, alike, conflict, foreign, words }
}

/// Meaningful words of `a`'s title that `b` has neither in its title nor in its text.
fn foreign(a: &Fingerprint, b: &Fingerprint) -> u32 {
    let foreign = |bit: usize, word: u32| a.title_content >> bit & 1 == 1 && !b.title.contains(&word) && !b.words.contains(word);
    a.title.iter().enumerate().map(|(bit, &word)| u32::from(foreign(bit, word))).sum()
}

/// The whole title of one is that of the other, before or behind a publisher's name; or its
/// beginning, if it was cut.
fn same_title(a: &Fingerprint, b: &Fingerprint) -> bool {
    let is_part = |part: &[u32], whole: &Fingerprint| {
        let (lead, tail) = (usize::from(whole.lead_end), usize::from(whole.tail_start));
        part == &whole.title[..] || whole.title.get(..tail) == Some(part) || whole.title.get(lead..) == Some(part)
    };
    let cut = |c: &Fingerprint, whole: &Fingerprint| c.title_cut && c.title.len() >= CUT_PROVES && whole.title.starts_with(&c.title);
    is_part(&a.title, b) || is_part(&b.title, a) || cut(a, b) || cut(b, a)
}

/// Words that both have in the same order: the longest common subsequence.
fn in_order(a: &[u32], b: &[u32]) -> usize {
    let mut row = [0; super::fingerprint::TITLE_TOKENS + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

/// `a` has a number in its title that `b`'s title lacks.
fn lacks_number(a: &Fingerprint, b: &Fingerprint) -> bool {
    a.title.iter().enumerate().any(|(bit, word)| a.title_numbers >> bit & 1 == 1 && !b.title.contains(word) && b.numbers.binary_search(word).is_err())
}

/// Share of the meaningful words of `a`'s title that stand in `b`'s body.
pub(super) fn grounded(a: &Fingerprint, b: &Fingerprint) -> f32 {
    let (mut found, mut all) = (0, 0);
    for (bit, &word) in a.title.iter().enumerate() {
        if a.title_content >> bit & 1 == 1 {
            all += 1;
            found += u32::from(b.words.contains(word));
        }
    }
    if all < 2 { 0.0 } else { found as f32 / all as f32 }
}

/// Share of the shorter body that stands in the longer one, estimated from the shingles that both
/// would show if both had them; those that everybody uses do not count.
fn containment(a: &Fingerprint, b: &Fingerprint, heard: &Heard) -> f32 {
    let (short, long) = if a.body_tokens <= b.body_tokens { (a, b) } else { (b, a) };
    let top = |f: &Fingerprint| if f.sketch.is_full() { f.sketch.last().copied().unwrap_or(0) } else { u32::MAX };
    let limit = top(short).min(top(long));
    let (mut shared, mut seen) = (0, 0);
    for shingle in short.sketch.iter().take_while(|&&s| s <= limit) {
        if !heard.often(*shingle) {
            seen += 1;
            shared += usize::from(long.sketch.binary_search(shingle).is_ok());
        }
    }
    if seen >= ENOUGH {
        return shared as f32 / seen as f32;
    }
    let (mut shared, mut seen) = (0, 0);
    for shingle in short.head.iter() {
        if !heard.often(*shingle) {
            seen += 1;
            shared += usize::from(long.head.contains(shingle) || long.sketch.binary_search(shingle).is_ok());
        }
    }
    if seen >= 4 { shared as f32 / seen as f32 } else { 0.0 }
}

/// How the numbers of two bodies agree.
struct Numbers {
    /// How many each lacks of the other's, the fewer of both.
    conflicts: usize,
    /// How many the body with fewer numbers has.
    fewer: usize,
}

impl Numbers {
    fn of(a: &Fingerprint, b: &Fingerprint) -> Self {
        let top = |f: &Fingerprint| if f.numbers.is_full() { f.numbers.last().copied().unwrap_or(0) } else { u32::MAX };
        let limit = top(a).min(top(b));
        let seen = |x: &Fingerprint| x.numbers.partition_point(|&n| n <= limit);
        let lacking = |x: &Fingerprint, y: &Fingerprint| {
            x.numbers[..seen(x)].iter().filter(|n| y.numbers.binary_search(n).is_err()).count()
        };
        Self { conflicts: lacking(a, b).min(lacking(b, a)), fewer: seen(a).min(seen(b)) }
    }

    fn shared(&self) -> f32 {
        1.0 - self.conflicts as f32 / self.fewer.max(1) as f32
    }
}
