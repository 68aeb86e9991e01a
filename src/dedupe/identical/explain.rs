//! Two items -> all that counts for and against a merge, for a person who asks for the reason.

use super::compare::{self, Context, Numbers, Unlike};
use super::frequency::Frequencies;
use super::titles::Titles;
use crate::dedupe::fingerprint::Fingerprint;
use crate::model::{Item, Reason};
use chrono::TimeDelta;

/// What the merger finds when it compares two items.
///
/// A pass knows more than two items: which titles of a source are a serial, which words are below all
/// its texts. So its result may differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// How far apart they were published.
    pub gap: TimeDelta,
    /// They come from one source.
    pub one_source: bool,
    /// They have the same id.
    pub same_id: bool,
    /// They have the same address, apart from tracking parameters and the like.
    pub same_address: bool,
    /// Their titles are the same, apart from a publisher's name; none if one is missing.
    pub same_title: Option<bool>,
    /// Share of the longer title's words that the other has in the same order, 0 to 1.
    pub title_similarity: f32,
    /// The larger share of a title's meaningful words that are in the other's text, 0 to 1.
    pub title_in_text: f32,
    /// Meaningful words of each title that the other item does not have.
    pub unshared_words: [usize; 2],
    /// Words of each text.
    pub words: [u32; 2],
    /// Share of the shorter text that is in the longer one, 0 to 1.
    pub contained: f32,
    /// Numbers in the text with fewer of them, and how many of those the other lacks.
    pub numbers: [usize; 2],
    /// Whether they are one: the reason and the score, or why not.
    pub verdict: Result<(Reason, f32), Unlike>,
}

impl Comparison {
    /// Compares two items by themselves. `side_by_side`: the newest document of their source lists both.
    pub fn of(a: &Item, b: &Item, side_by_side: bool) -> Self {
        let (x, y) = (Fingerprint::of(a), Fingerprint::of(b));
        let titles = Titles::of(&x, &y);
        let numbers = Numbers::of(&x, &y);
        let gap = (a.date_published - b.date_published).abs();
        let frequencies = Frequencies::default();
        let context = Context {
            gap,
            span: gap,
            one_source: a.source.id == b.source.id,
            side_by_side: side_by_side && a.source.id == b.source.id,
            own_address: true,
            of_first: true,
            serial: false,
            frequencies: &frequencies,
            standing: &[],
        };
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        Self {
            gap,
            one_source: context.one_source,
            same_id: a.id == b.id,
            same_address: x.same_address(&y) || same(&a.url, &b.url),
            same_title: (!titles.missing).then_some(titles.same),
            title_similarity: titles.similarity,
            title_in_text: titles.in_text,
            unshared_words: titles.unshared,
            words: [x.body_tokens, y.body_tokens],
            contained: compare::containment(&x, &y, &context),
            numbers: [numbers.fewer, numbers.conflicts],
            verdict: compare::witness(&x, &y, &context)
                .or_else(|| compare::exact(&x, &y, &context).map(Ok))
                .unwrap_or_else(|| compare::compare(&x, &y, &context)),
        }
    }
}
