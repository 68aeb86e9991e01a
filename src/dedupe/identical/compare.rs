//! Two fingerprints -> whether they are one item, why, and how sure that is.

use super::frequency::Frequencies;
use super::titles::{Likeness, Titles, share};
use crate::dedupe::fingerprint::{Fingerprint, MIN_BODY_WORDS};
use crate::dedupe::limits::{TEXT_WINDOW, WINDOW};
use crate::model::Reason;
use chrono::TimeDelta;
use std::fmt;

/// A title of fewer words proves nothing by itself.
const MIN_TITLE_WORDS: usize = 5;
/// A title of fewer words proves nothing unless it is word for word the other.
const MIN_SIMILAR_TITLE_WORDS: usize = 6;
/// Share of the words of two titles without texts that agree, if one has what the other leaves out.
const SIMILAR_TITLE: f32 = 0.82;
/// The same, if each has one word that the other does not have: one of twelve, at most.
const ONE_WORD_REPLACED: f32 = 0.91;
/// A body of fewer words is short. It needs a title that is nearly equal.
const SHORT_BODY: u32 = 40;
/// Items of one title that are further apart may be two issues of a serial.
const SAME_ISSUE: TimeDelta = TimeDelta::hours(12);
/// An agency's headline is reprinted within a day.
const REPRINT: TimeDelta = TimeDelta::hours(24);
/// Share of each of two texts of one source that the other must have if they are half a day apart:
/// a source rarely publishes one text twice, but often ends all its texts with the same words.
const REPEATED: f32 = 0.95;
/// Or the share of the shorter one alone, if that is abridged.
const ABRIDGED: f32 = 0.99;
/// Words of a paragraph: fewer may be a quotation, or a phrase that many use.
const PARAGRAPH: u32 = 14;
/// Share of a paragraph that another publisher prints.
const REPRINTED: f32 = 0.85;
/// Share of a title's words in a text that is about it.
const MENTIONED: f32 = 0.5;
/// Share of a text that is published a second time, if title and numbers are the same.
const PUBLISHED_AGAIN: f32 = 0.9;
/// The agreement of fewer numbers proves nothing.
const MIN_NUMBERS: usize = 6;
/// The share of fewer sampled shingles proves nothing.
const MIN_SHINGLES: usize = 8;
/// Two texts on one page that have less in common are about different things.
const OTHER_CONTENT: f32 = 0.1;
/// Share of a text that the other has, if both are at one address and are one.
const SAME_CONTENT: f32 = 0.5;
/// Share of the shorter of two texts in one document that makes it the other's beginning.
const WHOLE: f32 = 0.95;

/// Why two items are not one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unlike {
    /// They were published too far apart.
    FarApart,
    /// One source lists them side by side, and something differs.
    SideBySide,
    /// One source published both, with different audio or video files, or pictures.
    OtherMedia,
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
            Self::SideBySide => {
                f.write_str("their source lists them side by side, and they are not wholly equal")
            }
            Self::OtherMedia => {
                f.write_str("they have different audio or video files, or pictures")
            }
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing about two items, and none rules another out"
)]
pub(super) struct Context<'a> {
    /// How far apart they were published.
    pub(super) gap: TimeDelta,
    /// The larger of two distances of the later item: to the other one, and to the first item of
    /// the other's story. Else a chain of neighbours would have no end.
    pub(super) span: TimeDelta,
    /// They come from one source, which rarely publishes the same text twice.
    pub(super) one_source: bool,
    /// Their source lists both in its newest document: it says that they are two.
    pub(super) side_by_side: bool,
    /// An address that they share is that of one story only.
    pub(super) own_address: bool,
    /// The earlier one is the first item of its story, or exactly that.
    pub(super) of_first: bool,
    /// Their source uses this title many times.
    pub(super) serial: bool,
    /// How common each hash is.
    pub(super) frequencies: &'a Frequencies,
    /// Shingles, in order, that a source has below several stories: they say nothing.
    pub(super) standing: &'a [u32],
}

impl Context<'_> {
    /// Whether a shingle proves nothing.
    fn is_common(&self, shingle: u32) -> bool {
        self.frequencies.is_common(shingle) || self.standing.binary_search(&shingle).is_ok()
    }
}

/// Whether something rules out that they are one, whatever else agrees; or whether they are two of a
/// document and nothing differs.
pub(in crate::dedupe) fn witness(
    a: &Fingerprint,
    b: &Fingerprint,
    context: &Context,
) -> Option<Result<(Reason, f32), Unlike>> {
    if context.one_source && other_media(a, b) {
        return Some(Err(Unlike::OtherMedia));
    }
    context.side_by_side.then(|| {
        wholly_equal(a, b, context)
            .map(|reason| (reason, 1.0))
            .ok_or(Unlike::SideBySide)
    })
}

/// Whether both have files, or pictures, and not the same ones. Other publishers show other pictures
/// with one text, and keep their own copies of a file: so this holds within one source.
fn other_media(a: &Fingerprint, b: &Fingerprint) -> bool {
    let differ = |one: u32, other: u32| one != 0 && other != 0 && one != other;
    differ(a.media, b.media) || differ(a.picture, b.picture)
}

/// Two items of one document are one only if their whole substance is equal: a digest that says the
/// same twice.
fn wholly_equal(a: &Fingerprint, b: &Fingerprint, context: &Context) -> Option<Reason> {
    if context.gap > SAME_ISSUE || other_address(a, b) || context.serial {
        return None;
    }
    if a.text != 0 && a.text == b.text {
        let is_standing = |shingle: &u32| context.is_common(*shingle);
        return (!a.head.iter().all(is_standing)).then_some(Reason::SameText);
    }
    let titles = Titles::of(a, b);
    let numbers = Numbers::of(a, b);
    let no_text = a.body_tokens.max(b.body_tokens) < MIN_BODY_WORDS;
    if !titles.same || titles.words < MIN_TITLE_WORDS || numbers.conflicts > 0 {
        None
    } else if no_text {
        Some(Reason::SimilarTitle)
    } else {
        let is_whole = containment(a, b, context) >= WHOLE;
        (is_whole && a.same_address(b)).then_some(Reason::SameUrl)
    }
}

/// Each has an address of its own.
fn other_address(a: &Fingerprint, b: &Fingerprint) -> bool {
    let has_one = |item: &Fingerprint| item.addresses.iter().any(|&address| address != 0);
    has_one(a) && has_one(b) && !a.same_address(b)
}

/// Decides by what only the same item shares.
pub(in crate::dedupe) fn exact(
    a: &Fingerprint,
    b: &Fingerprint,
    context: &Context,
) -> Option<(Reason, f32)> {
    if a.text != 0 && a.text == b.text && context.span <= TEXT_WINDOW && is_own_text(a, b, context)
    {
        return Some((Reason::SameText, 1.0));
    }
    let reason = if a.id != 0 && a.id == b.id {
        Reason::SameId
    } else if context.own_address && a.same_address(b) {
        Reason::SameUrl
    } else {
        return None;
    };
    let titles = Titles::of(a, b);
    let short = a.body_tokens.min(b.body_tokens) < MIN_BODY_WORDS;
    let contained = containment(a, b, context);
    let is_one = if short {
        // Nothing but the titles can speak against it.
        titles.missing
            || titles.same
            || titles.similarity >= 0.5 && !titles.number_conflict
            || !context.one_source && reason == Reason::SameUrl
    } else if context.one_source {
        // One page may be filled with other texts from time to time: releases, issues, notes. A headline whose
        // number is corrected keeps its text.
        let is_corrected = !context.serial && context.gap <= SAME_ISSUE && contained >= WHOLE;
        (!titles.number_conflict || is_corrected)
            && (titles.same || titles.similarity >= 0.5 || contained >= SAME_CONTENT)
            && (context.span <= WINDOW || contained >= SAME_CONTENT)
    } else {
        titles.same
            || titles.similarity >= 0.5 && !titles.number_conflict
            || contained >= OTHER_CONTENT
            || titles.in_text >= 0.5
    };
    is_one.then_some((reason, 1.0))
}

/// Whether equal titles and texts are one item: not two issues of one source, and not what many
/// publishers say in the same words.
fn is_own_text(a: &Fingerprint, b: &Fingerprint, context: &Context) -> bool {
    if context.one_source {
        let is_text = || a.body_tokens >= SHORT_BODY && Titles::of(a, b).in_text >= MENTIONED;
        !other_address(a, b) || !context.serial && (context.gap <= SAME_ISSUE || is_text())
    } else {
        a.same_address(b) || a.is_own()
    }
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
        let again = context.one_source && context.gap > SAME_ISSUE;
        let proves = !context.serial && !again && title_alone(&titles, long.body_tokens, context);
        return if proves {
            Ok((Reason::SimilarTitle, 0.9))
        } else {
            Err(Unlike::TitlesProveNothing)
        };
    }
    if a.body == b.body {
        return same_body(&titles, a, context).ok_or(Unlike::SharedText);
    }
    if titles.number_conflict {
        return Err(Unlike::OtherNumberInTitle);
    }
    let needs = needed_share(&titles, short.body_tokens, context).ok_or(Unlike::OtherTitle)?;
    let update = a.update || b.update;
    let has = containment(a, b, context);
    let numbers = Numbers::of(a, b);
    if titles.same
        && context.gap <= SAME_ISSUE
        && numbers.fewer >= MIN_NUMBERS
        && numbers.agree() >= 0.9
    {
        return Ok((Reason::SimilarText, has.max(numbers.agree())));
    }
    let allowed = allowed_conflicts(&titles, &numbers, has, update, context);
    if has < needs {
        Err(Unlike::OtherText { has, needs })
    } else if numbers.conflicts > allowed {
        let differ = numbers.conflicts;
        Err(Unlike::OtherNumbers { differ, allowed })
    } else if context.one_source
        && !update
        && !published_again(&titles, short, &numbers, has)
        && two_issues(short, long, context)
    {
        Err(Unlike::TwoIssues)
    } else {
        Ok((Reason::SimilarText, has))
    }
}

/// Whether titles decide, if one of two items has almost no text. A text that does not mention the
/// title counts against a merge: the title names a series, or the text is not the item's own.
fn title_alone(titles: &Titles, longer_body: u32, context: &Context) -> bool {
    if titles.one_is_live {
        return false;
    }
    if titles.same {
        return titles.words >= MIN_TITLE_WORDS
            && (longer_body < MIN_BODY_WORDS || titles.in_text >= 0.25);
    }
    let is_reprint = longer_body < MIN_BODY_WORDS
        && !context.one_source
        && context.of_first
        && context.gap <= REPRINT
        && !titles.number_conflict;
    // House style: an outlet leaves words of the agency's headline out, turns its parts round, replaces
    // one word of many, or adds who says so.
    let is_alike = |like: Likeness| {
        let [one, other] = like.unshared;
        like.words >= MIN_SIMILAR_TITLE_WORDS
            && (like.similarity >= SIMILAR_TITLE && one.min(other) == 0
                || like.similarity >= ONE_WORD_REPLACED && one.max(other) == 1)
    };
    is_reprint
        && (titles.same_main && titles.words >= MIN_SIMILAR_TITLE_WORDS
            || is_alike(titles.whole)
            || is_alike(titles.main))
}

/// Decides for two items with the same text, word for word. If it mentions neither title, it is an
/// invitation to subscribe, or notes that are below each episode. If many stories have it, a word that
/// it shares with a title, or seems to share, proves nothing.
fn same_body(titles: &Titles, body: &Fingerprint, context: &Context) -> Option<(Reason, f32)> {
    let is_again = context.one_source && context.gap > SAME_ISSUE;
    if titles.same && body.is_own() && !is_again && !context.serial {
        return Some((Reason::SameText, 1.0));
    }
    if !context.one_source && !body.is_own() {
        return None;
    }
    let mut beginning = body.head.iter();
    if context.serial || beginning.all(|&shingle| context.is_common(shingle)) {
        return None;
    }
    let mentions_title =
        titles.missing || titles.similarity >= 0.6 && !is_again || titles.in_text >= MENTIONED;
    let different =
        titles.number_conflict || titles.both_have_unshared() && body.body_tokens < SHORT_BODY;
    (mentions_title && !different).then_some((Reason::SimilarText, 0.99))
}

/// The share of the shorter text that the longer one must have; none if no share is enough.
fn needed_share(titles: &Titles, shorter_body: u32, context: &Context) -> Option<f32> {
    // Two publishers with one paragraph word for word have it from one hand, whatever headlines they
    // give it. A headline that says what only its own text says is about something else.
    let is_reprint = !context.one_source
        && !context.serial
        && shorter_body >= PARAGRAPH
        && !titles.both_tell_more
        && (titles.similarity >= 0.3 || titles.in_text >= 0.3);
    let by_title = share_by_title(titles, shorter_body, context);
    match by_title {
        None => is_reprint.then_some(REPRINTED),
        Some(share) if is_reprint => Some(share.min(REPRINTED)),
        share => share,
    }
}

/// The better the titles agree and the longer the text, the less of it must be in common.
fn share_by_title(titles: &Titles, shorter_body: u32, context: &Context) -> Option<f32> {
    let is_short = shorter_body < SHORT_BODY;
    match titles {
        _ if titles.same && context.serial => Some(0.6),
        _ if titles.same && is_short => Some(0.5),
        _ if titles.same => Some(0.3),
        _ if titles.missing => Some(0.7),
        _ if titles.both_have_unshared() => {
            let is_about_both = titles.similarity >= 0.5 || titles.in_text >= MENTIONED;
            let is_long = shorter_body >= 2 * SHORT_BODY;
            (is_about_both && is_long).then_some(if context.one_source { 0.9 } else { 0.8 })
        }
        _ if is_short => (titles.similarity >= 0.7 && titles.unshared[0] + titles.unshared[1] <= 1)
            .then_some(0.6),
        _ if titles.similarity >= 0.6 => Some(0.5),
        _ => (titles.in_text >= 0.6).then_some(0.6),
    }
}

/// Whether one source published a text a second time, under the same title and with the same numbers.
fn published_again(titles: &Titles, short: &Fingerprint, numbers: &Numbers, has: f32) -> bool {
    titles.same
        && short.body_tokens >= SHORT_BODY
        && numbers.conflicts == 0
        && has >= PUBLISHED_AGAIN
        && titles.in_text >= MENTIONED
}

/// Whether they are two issues of a serial, not two versions of one text: they begin with different
/// words, or they are half a day apart and each has text of its own.
fn two_issues(short: &Fingerprint, long: &Fingerprint, context: &Context) -> bool {
    if begins_differently(short, long) && begins_differently(long, short) {
        return true;
    }
    let [of_short, of_long] =
        [(short, long), (long, short)].map(|(part, whole)| contained_in(part, whole, context));
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
    } else if context.gap <= SAME_ISSUE && context.one_source {
        // A bulletin of the same day has many numbers of the one before.
        numbers.fewer / 8
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
pub(in crate::dedupe) fn containment(a: &Fingerprint, b: &Fingerprint, context: &Context) -> f32 {
    let (short, long) = by_length(a, b);
    contained_in(short, long, context)
}

/// The same for either of two bodies, called `short` here.
fn contained_in(short: &Fingerprint, long: &Fingerprint, context: &Context) -> f32 {
    let limit = short.sketch.limit().min(long.sketch.limit());
    let is_in_long = |shingle: &u32| long.sketch.binary_search(shingle).is_ok();
    let is_rare = |shingle: &&u32| !context.is_common(**shingle);
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
