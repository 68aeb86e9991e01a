//! The weighted words of the items on one event -> their sum (a cluster centroid), and how similar an
//! item or another event is to it (cosine similarity).

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of words and members, and hours within one window"
)]

use super::gist::Expression;
use super::hashed_keys::HashedKeys;
use super::time_span::TimeSpan;
use std::collections::HashMap;

/// Words that an event keeps, those with the highest weights. It is cut back when it has twice as
/// many.
const KEPT_WORDS: usize = 512;
/// Meaningful words of a short headline and of a text; between these lengths all values
/// are interpolated.
const LENGTHS: [f32; 2] = [6.0, 120.0];
/// The similarity that is enough for an event of a single item, for headlines and for texts.
const ENOUGH: [f32; 2] = [0.247, 0.28];
/// How much more that is for headlines while an event has a single item: nothing shows yet which of its
/// words are those of the event.
const OF_ONE_ITEM: f32 = 1.15;
/// Hours in which similarity falls to a third, for headlines and for texts.
const FADING: [f32; 2] = [10.0, 150.0];
/// After how many times the mean gap between its items, without a new item, the similarity of
/// headlines to an event has fallen to a third by that alone.
const SILENCE: f32 = 8.0;
/// Hours that are added to the time in which an event's items came: a few items that came together
/// by chance do not show yet how fast they come.
const UNKNOWN_PACE: f32 = 4.0;
/// How much the other shared words of a headline must prove, as a share of what the strongest one
/// proves. One word that two headlines share is chance, and so is a word with its own stem, which
/// comes to half. Two neighbouring words of both may be one expression (`Black Sea`, `working group`),
/// and count as one word.
const OTHER_WORDS: f32 = 0.5;
/// How far an event's threshold falls with the logarithm of its size, for headlines and for texts.
const ATTRACTION: [f32; 2] = [0.2, 0.0];
/// Members beyond which an event attracts no more than before.
const MOST_ATTRACTING: f32 = 40.0;
/// Exponent that flattens the sums: words that all members share do not outweigh those of some.
const FLATTEN: f32 = 0.9;
/// Members beyond which an event is not absorbed by another.
const MOST_ABSORBED: u32 = 12;
/// The similarity of two events that are one, for headlines and for texts, once the smaller has
/// grown.
const SAME_EVENT: [f32; 2] = [0.2, 0.6];
/// Members of an event that has grown. An event of a single item is judged as that item would be. In
/// between, the threshold changes with the logarithm.
const GROWN: f32 = 4.0;
/// The length from which on a text says enough of its event, so that it does not matter who wrote
/// the others.
const SAYS_ENOUGH: f32 = 0.4;
/// How many items of each source use the words of an event, for headlines and for texts. A text says
/// more, so that even the words of a topic distinguish its events.
const OFTEN: [f32; 2] = [1.6, 18.0];
/// Members of each source, on average, beyond which an event is one of those sources' topics. News of
/// one event are from many sources, and each has one or two items.
const OF_EACH_SOURCE: f32 = 1.5;
/// How far the threshold of headlines rises with each further member of each source.
const CROWDED: f32 = 3.0;
/// How far it rises for headlines of one source among themselves: they are rarely one event.
const ONE_SOURCE: f32 = 1.0;
/// Members of one source beyond which it has no part in an event: what one channel says so many times
/// is not one event.
const MOST_OF_SOURCE: u32 = 16;
/// Members beyond which an event does not grow. It bounds what a pass does for one of them.
const MOST_MEMBERS: u32 = 1000;
/// Items that do not belong to an event at all.
const NOT_AT_ALL: f32 = -1.0;

/// One item's weighted words; the sum of their squares is 1.
#[derive(Clone, Debug, Default)]
pub(super) struct WeightedWords {
    /// (word, weight).
    pub(super) terms: Vec<(u32, f32)>,
    /// Meaningful words, repetitions counted.
    pub(super) words: usize,
    /// What may be expressions in its title.
    pub(super) expressions: Vec<Expression>,
    /// Its source.
    pub(super) source: u32,
    /// The share of its words' weight that is left when those of topics count less.
    pub(super) specific: f32,
    /// Seconds.
    pub(super) published: i64,
}

/// The sum of the items on one event.
#[derive(Clone, Debug, Default)]
pub(super) struct Event {
    /// Word -> the sum of its weights, and the same flattened.
    terms: HashMap<u32, (f32, f32), HashedKeys>,
    /// The sum of the squares of the flattened weights.
    norm: f32,
    /// When its items were published.
    span: TimeSpan,
    members: u32,
    /// The sum of its members' shares of specific words.
    specific: f32,
    /// What may be expressions in the title of its only member; empty once there are more.
    expressions: Vec<Expression>,
    /// How many members each source has.
    sources: HashMap<u32, u32, HashedKeys>,
    /// Words of all members together.
    words: usize,
    /// Members that are not forgotten yet.
    pub(super) in_window: u32,
    /// The numbers of events that it has absorbed.
    pub(super) absorbed: Vec<u64>,
}

impl Event {
    /// How much more similar an item is than needed. Below 0 it is about something else.
    pub(super) fn margin(&self, item: &WeightedWords) -> f32 {
        let of_source = self.of_source(item.source);
        let mut span = self.span;
        span.join(TimeSpan::at(item.published));
        if self.members >= MOST_MEMBERS || of_source >= MOST_OF_SOURCE || !span.is_one_event() {
            return NOT_AT_ALL;
        }
        let length = length(self.mean_words().min(item.words as f32));
        let share = |(term, weight): &(u32, f32)| Some(weight * self.terms.get(term)?.1);
        let (dot, top) = item
            .terms
            .iter()
            .filter_map(share)
            .fold((0.0_f32, 0.0_f32), |(dot, top), part| {
                (dot + part, top.max(part))
            });
        let of_expression = |one: &Expression| -> f32 {
            let is_part = |term| one.words.contains(&term) || one.stems.contains(&term);
            let terms = item.terms.iter().filter(|term| is_part(term.0));
            terms.filter_map(share).sum()
        };
        let expressions = item.expressions.iter();
        let strongest = expressions
            .filter(|one| self.expressions.contains(one))
            .map(of_expression)
            .fold(top, f32::max);
        if dot <= 0.0 || dot - strongest < between([OTHER_WORDS, 0.0], length) * top {
            return NOT_AT_ALL;
        }
        let enough = self.enough(length) * self.distrust(of_source, length);
        let similarity = dot / self.norm.sqrt();
        if similarity < enough {
            // Most end here, and what follows would only lower it.
            return similarity - enough;
        }
        let specific = (item.specific * self.mean_specific()).powf(1.0 - length);
        similarity * specific * self.faded(TimeSpan::at(item.published), length) - enough
    }

    /// The similarity that is enough for an item. It is lower for a large event, which is more likely
    /// to be the right one.
    fn enough(&self, length: f32) -> f32 {
        if self.members == 1 {
            return between(ENOUGH, length) * between([OF_ONE_ITEM, 1.0], length);
        }
        let size = (self.members as f32).min(MOST_ATTRACTING).ln();
        between(ENOUGH, length) * (1.0 - between(ATTRACTION, length) * size)
    }

    /// How much higher that is for an item whose few words prove little.
    fn distrust(&self, of_source: u32, length: f32) -> f32 {
        let short = (1.0 - length / SAYS_ENOUGH).max(0.0);
        let sources = self.sources.len().max(1);
        let crowd = (self.members as f32 / sources as f32 - OF_EACH_SOURCE).max(0.0);
        let alone = if of_source == self.members {
            ONE_SOURCE
        } else {
            0.0
        };
        1.0 + short * (CROWDED * crowd + alone)
    }

    /// The factor for something that was published at another time. It is 1 within the event's own
    /// time. Outside it an hour counts more if the event was a busy one: when headlines come again
    /// after a silence, they are about the consequences.
    fn faded(&self, when: TimeSpan, length: f32) -> f32 {
        let hours = self.span.gap(when);
        let pace = (self.span.hours() + UNKNOWN_PACE) / self.members.max(1) as f32;
        let silence = (hours / (SILENCE * pace)).powi(2);
        (-hours / between(FADING, length) - between([silence, 0.0], length)).exp()
    }

    /// Adds an item.
    pub(in crate::dedupe) fn join(&mut self, item: &WeightedWords) {
        self.add(item.terms.iter().copied());
        self.span.join(TimeSpan::at(item.published));
        self.words += item.words;
        self.members += 1;
        self.specific += item.specific;
        *self.sources.entry(item.source).or_default() += 1;
        self.expressions.clear();
        if self.members == 1 {
            self.expressions.extend(&item.expressions);
        }
        self.in_window += 1;
    }

    /// Notes that it had an item at a time that is over.
    pub(super) fn began_at(&mut self, moment: i64) {
        self.span.join(TimeSpan::at(moment));
    }

    /// Whether two events are one. The smaller one has few members.
    pub(super) fn is_one_with(&self, other: &Self) -> bool {
        let (small, large) = if self.members <= other.members {
            (self, other)
        } else {
            (other, self)
        };
        if small.members > MOST_ABSORBED || !large.has_room_for(small) {
            return false;
        }
        let dot: f32 = small
            .terms
            .iter()
            .filter_map(|(term, weight)| Some(weight.1 * large.terms.get(term)?.1))
            .sum();
        let length = length(small.mean_words().min(large.mean_words()));
        let specific = (large.mean_specific() * small.mean_specific()).powf(1.0 - length);
        let single = large.enough(length);
        let grown = ((small.members as f32).ln() / GROWN.ln()).clamp(0.0, 1.0);
        let threshold = single + (between(SAME_EVENT, length) - single) * grown;
        let faded = large.faded(small.span, length);
        dot * specific * faded >= threshold * (small.norm * large.norm).sqrt()
    }

    /// Members so far.
    pub(super) fn members(&self) -> u32 {
        self.members
    }

    /// Adds all of another event, whose number is `name`.
    pub(super) fn absorb(&mut self, name: u64, other: Self) {
        self.add(
            sorted(
                other
                    .terms
                    .into_iter()
                    .map(|(term, (weight, _))| (term, weight))
                    .collect(),
            )
            .into_iter(),
        );
        self.span.join(other.span);
        self.words += other.words;
        self.members += other.members;
        self.specific += other.specific;
        for (source, items) in other.sources {
            *self.sources.entry(source).or_default() += items;
        }
        self.expressions.clear();
        self.in_window += other.in_window;
        self.absorbed.push(name);
        self.absorbed.extend(other.absorbed);
    }

    /// Whether the two together are still one event.
    fn has_room_for(&self, small: &Self) -> bool {
        let mut span = self.span;
        span.join(small.span);
        let mut sources = small.sources.iter();
        self.members + small.members <= MOST_MEMBERS
            && span.is_one_event()
            && sources.all(|(&source, items)| self.of_source(source) + items <= MOST_OF_SOURCE)
    }

    fn of_source(&self, source: u32) -> u32 {
        self.sources.get(&source).copied().unwrap_or(0)
    }

    fn mean_specific(&self) -> f32 {
        self.specific / self.members.max(1) as f32
    }

    fn mean_words(&self) -> f32 {
        self.words as f32 / self.members.max(1) as f32
    }

    fn add(&mut self, terms: impl Iterator<Item = (u32, f32)>) {
        for (term, weight) in terms {
            let (sum, flat) = self.terms.entry(term).or_default();
            self.norm -= *flat * *flat;
            *sum += weight;
            *flat = sum.powf(FLATTEN);
            self.norm += *flat * *flat;
        }
        if self.terms.len() > 2 * KEPT_WORDS {
            let mut terms = sorted(
                self.terms
                    .drain()
                    .map(|(term, (weight, _))| (term, weight))
                    .collect(),
            );
            terms.sort_by(|a, b| b.1.total_cmp(&a.1));
            terms.truncate(KEPT_WORDS);
            self.norm = 0.0;
            self.add(terms.into_iter());
        }
    }
}

/// Sums of floats depend on their order, and the order of a hash table is not fixed.
fn sorted(mut terms: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    terms.sort_unstable_by_key(|term| term.0);
    terms
}

/// 0 for headlines, 1 for texts.
fn length(words: f32) -> f32 {
    let [short, long] = LENGTHS;
    (((words + 1.0) / short).ln() / (long / short).ln()).clamp(0.0, 1.0)
}

/// How many items of each source are still an event, by the length of an item: geometric, because
/// the lengths are.
pub(super) fn often(words: usize) -> f32 {
    let [headline, text] = OFTEN;
    headline * (text / headline).powf(length(words as f32))
}

/// A value for headlines and one for texts -> the value for a length in between.
fn between([headline, text]: [f32; 2], length: f32) -> f32 {
    headline + (text - headline) * length
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    /// A headline of these words.
    fn headline(words: &[u32], source: u32, published: i64) -> WeightedWords {
        let weight = 1.0 / (words.len() as f32).sqrt();
        WeightedWords {
            terms: words.iter().map(|&word| (word, weight)).collect(),
            words: words.len(),
            expressions: Vec::new(),
            source,
            specific: 1.0,
            published,
        }
    }

    /// An event of so many headlines of six words, one every so many seconds, from so many sources; all
    /// share words 1 to 3.
    fn event_of(members: u32, apart: i64, sources: u32) -> Event {
        let mut event = Event::default();
        for member in 0..members {
            let own = 1000 + 3 * member;
            let words = [1, 2, 3, own, own + 1, own + 2];
            let published = i64::from(member) * apart;
            event.join(&headline(&words, member % sources, published));
        }
        event
    }

    fn event(members: u32, apart: i64) -> Event {
        event_of(members, apart, members)
    }

    /// From a source that the event does not have.
    fn other(words: &[u32], published: i64) -> WeightedWords {
        headline(words, 9999, published)
    }

    #[test]
    fn a_likeness_fades_before_and_after_but_not_within() {
        let event = event(4, HOUR);
        let at = |hour: i64| event.margin(&other(&[1, 2, 3, 8, 9, 10], hour * HOUR));
        assert!(at(1) > at(6) && at(1) > at(-3));
        assert!((at(0) - at(3)).abs() < 1e-6);
        assert!((at(6) - at(-3)).abs() < 1e-6);
    }

    #[test]
    fn headlines_after_a_busy_event_fell_silent_are_about_something_else() {
        // After an item every fifteen minutes, or every two hours.
        let after = |members: u32, apart: i64| {
            let item = other(&[1, 2, 7, 8, 9, 10], 26 * HOUR);
            event(members, apart).margin(&item)
        };
        assert!(after(80, HOUR / 4) < 0.0 && after(10, 2 * HOUR) > 0.0);
    }

    #[test]
    fn one_word_proves_nothing_however_rare() {
        let event = event(8, HOUR);
        let item = |terms: &[(u32, f32)]| WeightedWords {
            terms: terms.to_vec(),
            ..other(&[0; 6], HOUR)
        };
        // What they share weighs as much.
        let one = item(&[(1, 0.6), (8, 0.5), (9, 0.5)]);
        let two = item(&[(1, 0.3), (2, 0.3), (8, 0.5), (9, 0.5)]);
        assert!(event.margin(&one) < 0.0 && event.margin(&two) > 0.0);
    }

    #[test]
    fn an_expression_is_one_word_until_an_event_has_grown() {
        // `Two killed in the Black Sea`, `A port on the Black Sea`, `The sea was black`.
        let black_sea = Expression {
            words: [1, 2],
            stems: [1, 2],
        };
        let with = |expressions: Vec<Expression>| WeightedWords {
            expressions,
            ..other(&[1, 2, 7, 8], 0)
        };
        let mut event = Event::default();
        event.join(&WeightedWords {
            expressions: vec![black_sea],
            ..headline(&[1, 2, 3, 4], 1, 0)
        });
        assert!(event.margin(&with(Vec::new())) > 0.0);
        assert!(event.margin(&with(vec![black_sea])) < 0.0);
        event.join(&headline(&[1, 2, 3, 4], 2, 0));
        assert!(event.margin(&with(vec![black_sea])) > 0.0);
    }

    #[test]
    fn what_the_same_few_sources_tell_again_and_again_is_a_topic() {
        let item = other(&[1, 2, 3, 8, 9, 10], HOUR);
        let margin = |sources| event_of(30, HOUR / 4, sources).margin(&item);
        assert!(margin(30) > 0.0 && margin(20) > 0.0 && margin(4) < 0.0);
    }

    #[test]
    fn a_headline_of_topics_needs_more_than_one_of_an_event() {
        let event = event(8, HOUR);
        let item = other(&[1, 2, 3, 8, 9, 10], HOUR);
        let of_topics = WeightedWords {
            specific: 0.2,
            ..item.clone()
        };
        assert!(event.margin(&item) > 0.0 && event.margin(&of_topics) < 0.0);
    }

    #[test]
    fn an_event_ends() {
        let item = |source: u32, hour: i64| headline(&[1, 2, 3], source, hour * HOUR);
        let mut event = event(MOST_MEMBERS - 1, 60);
        assert!(event.margin(&item(9999, 1)) > 0.0);
        event.join(&item(9999, 1));
        assert!(event.margin(&item(9999, 1)) < 0.0);
        let mut event = Event::default();
        (0..MOST_OF_SOURCE).for_each(|_| event.join(&item(1, 0)));
        (0..MOST_OF_SOURCE).for_each(|source| event.join(&item(100 + source, 0)));
        assert!(event.margin(&item(1, 0)) < 0.0 && event.margin(&item(2, 0)) > 0.0);
        let mut event = Event::default();
        (0..4).for_each(|day| event.join(&item(day, 24 * i64::from(day))));
        assert!(event.margin(&item(9999, 60)) > 0.0 && event.margin(&item(9999, 73)) < 0.0);
    }

    #[test]
    fn a_single_item_is_absorbed_sooner_than_several() {
        let large = event(40, HOUR / 4);
        // Items of one event that share one word with the large one.
        let small = |members: u32| {
            let mut small = Event::default();
            let words: Vec<u32> = [1].into_iter().chain(11..20).collect();
            (0..members).for_each(|n| small.join(&headline(&words, 500 + n, HOUR)));
            small
        };
        assert!(large.is_one_with(&small(1)) && small(1).is_one_with(&large));
        assert!(!large.is_one_with(&small(6)));
    }

    #[test]
    fn what_a_busy_event_was_followed_by_is_not_absorbed() {
        let large = event(40, HOUR / 4);
        let later = |hours: i64| {
            let mut event = Event::default();
            event.join(&other(&[1, 2, 8, 9, 10, 11], hours * HOUR));
            event
        };
        assert!(large.is_one_with(&later(5)) && !large.is_one_with(&later(24)));
    }
}
