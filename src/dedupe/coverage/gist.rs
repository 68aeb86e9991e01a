//! Item -> [`Gist`]: its words and how often it uses them (term frequencies), to compare different
//! texts on one event.

use crate::dedupe::fingerprint::clean;
use crate::dedupe::fingerprint::smallest::short_hash;
use crate::dedupe::fingerprint::tokens;
use crate::dedupe::fingerprint::word_hash::mix;
use crate::model::Item;
use crate::text::html;
use std::borrow::Cow;

/// Increases when what is kept of an item changes.
const VERSION: u8 = 4;
/// Bits of a term: a short hash.
pub(super) const TERM_BITS: u32 = 24;
/// Words of a title that are read.
const TITLE_WORDS: usize = 40;
/// Words of a text that are read.
const BODY_WORDS: usize = 600;
/// Words of a text that report the event. What follows is its background.
const LEAD_WORDS: usize = 100;
/// How much a word counts, by where it is.
const IN_TITLE: f32 = 2.0;
const IN_LEAD: f32 = 1.0;
const IN_BODY: f32 = 0.5;
/// How much the stem of a longer word of the title counts, in addition to the word: names are
/// inflected (`Russia`, `Russian`), and a headline may have nothing else that identifies the event.
const AS_STEM: f32 = 0.7;
/// How much two neighbouring words of the lead count.
const AS_PAIR: f32 = 0.5;

/// Two neighbouring words of a title that may be one expression (`Black Sea`), and their stems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Expression {
    pub(super) words: [u32; 2],
    pub(super) stems: [u32; 2],
}

/// The words of an item, and how often it uses them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gist {
    /// The number of its source.
    pub(super) source: u32,
    /// (word, count), in order of the word.
    pub(super) terms: Vec<(u32, f32)>,
    /// Words read.
    pub(super) words: usize,
    /// The meaningful words of its title, in order, each with its stem.
    pub(super) title: Vec<[u32; 2]>,
}

impl Gist {
    /// Reads an item of a source: its title, and the beginning of its text.
    pub fn of(item: &Item, source: u32) -> Self {
        let content = match &item.content_html {
            Some(raw) => Cow::Owned(html::to_text(&raw.html)),
            None => Cow::Borrowed(item.content_text.as_deref().unwrap_or_default()),
        };
        let summary = item.summary.as_deref().unwrap_or_default();
        let title = clean::title(item.title.as_deref().unwrap_or_default());
        let mut terms = Vec::new();
        let mut found = Vec::new();
        for part in [title.lead, title.main, title.tail] {
            tokens::read(part, TITLE_WORDS, &mut found);
        }
        let meaningful = |token: &&tokens::Token| token.content;
        terms.extend(
            found
                .iter()
                .filter(meaningful)
                .map(|t| (short_hash(t.singular), IN_TITLE)),
        );
        let of_title = terms.len();
        terms.extend(
            found
                .iter()
                .filter(meaningful)
                .filter(|t| t.stem != t.singular)
                .map(|t| (short_hash(t.stem), AS_STEM)),
        );
        let stems = terms.len() - of_title;
        let title = found
            .iter()
            .filter(meaningful)
            .map(|t| [short_hash(t.singular), short_hash(t.stem)])
            .collect();
        found.clear();
        tokens::read(
            clean::body(if content.is_empty() {
                summary
            } else {
                &content
            }),
            BODY_WORDS,
            &mut found,
        );
        let weight = |place: usize| if place < LEAD_WORDS { IN_LEAD } else { IN_BODY };
        let body = found.iter().filter(meaningful).enumerate();
        terms.extend(body.map(|(place, token)| (short_hash(token.singular), weight(place))));
        let words = terms.len() - stems;
        let lead: Vec<u64> = found
            .iter()
            .filter(meaningful)
            .take(LEAD_WORDS)
            .map(|token| token.singular)
            .collect();
        terms.extend(lead.windows(2).map(|pair| (pair_key(pair), AS_PAIR)));
        terms.sort_unstable_by_key(|&(term, _)| term);
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Self {
            source,
            terms,
            words,
            title,
        }
    }

    /// The expressions of its title.
    pub(super) fn expressions(&self) -> impl Iterator<Item = Expression> {
        self.title.windows(2).map(|pair| Expression {
            words: [pair[0][0], pair[1][0]],
            stems: [pair[0][1], pair[1][1]],
        })
    }

    /// Versioned, the same on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 8 * self.title.len() + 5 * self.terms.len());
        let words = u16::try_from(self.words).unwrap_or(u16::MAX);
        bytes.push(VERSION);
        bytes.extend(words.to_le_bytes());
        bytes.extend(self.source.to_le_bytes());
        // Three parts of a title have three times as many words at most.
        bytes.push(u8::try_from(self.title.len()).unwrap_or(u8::MAX));
        for hash in self.title.iter().take(usize::from(u8::MAX)).flatten() {
            bytes.extend(hash.to_le_bytes());
        }
        for &(term, count) in &self.terms {
            bytes.extend(term.to_le_bytes());
            bytes.push(tenths(count));
        }
        bytes
    }

    /// None if another version wrote it.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[version, low, high], rest) = bytes.split_first_chunk()?;
        let (source, rest) = rest.split_first_chunk()?;
        let (&[title], rest) = rest.split_first_chunk()?;
        let (title, rest) = rest.split_at_checked(8 * usize::from(title))?;
        let hash = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
        let title = title.as_chunks::<4>().0.as_chunks::<2>().0;
        let (terms, _) = rest.as_chunks::<5>();
        (version == VERSION).then(|| Self {
            source: u32::from_le_bytes(*source),
            terms: terms
                .iter()
                .map(|&[a, b, c, d, tenths]| {
                    (u32::from_le_bytes([a, b, c, d]), f32::from(tenths) / 10.0)
                })
                .collect(),
            words: usize::from(u16::from_le_bytes([low, high])),
            title: title.iter().map(|word| word.each_ref().map(hash)).collect(),
        })
    }
}

/// A count in a byte, as tenths. More than 25.5 makes no difference.
fn tenths(count: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what a byte holds"
    )]
    let tenths = (count * 10.0).round().clamp(0.0, 255.0) as u8;
    tenths
}

/// Two neighbouring words: they distinguish one earthquake from another.
fn pair_key(pair: &[u64]) -> u32 {
    short_hash(pair.iter().fold(0, |hash, word| mix(hash ^ word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemSource;
    use chrono::DateTime;
    use std::collections::HashSet;

    fn words(title: &str) -> HashSet<u32> {
        let item = Item {
            title: Some(title.to_owned()),
            ..Item::new(title, ItemSource::default().into(), DateTime::UNIX_EPOCH)
        };
        Gist::of(&item, 0).terms.iter().map(|term| term.0).collect()
    }

    #[test]
    fn an_inflected_name_is_the_name_in_a_title() {
        let shared = |a, b| words(a).intersection(&words(b)).count();
        assert_eq!(shared("Gas from Russia", "Russian pipelines"), 1);
        assert_eq!(shared("German exports", "Germany expects"), 1);
        assert_eq!(shared("Gas from Russia", "Rustic pipelines"), 0);
    }

    #[test]
    fn two_neighbouring_words_of_a_title_may_be_an_expression() {
        let of = |title: &str| {
            let item = Item {
                title: Some(title.to_owned()),
                ..Item::new(title, ItemSource::default().into(), DateTime::UNIX_EPOCH)
            };
            Gist::of(&item, 0).expressions().collect::<Vec<_>>()
        };
        let [ships, port] = [
            of("Ships burn in the Black Sea"),
            of("The Black Sea port is open"),
        ];
        assert_eq!(ships.iter().filter(|one| port.contains(one)).count(), 1);
        assert_eq!(of("Ships"), []);
    }

    #[test]
    fn a_gist_is_read_back_as_it_was() {
        let gist = Gist {
            source: 5,
            terms: vec![(7, 2.7), (u32::MAX, 0.5)],
            words: 300,
            title: vec![[7, 8], [u32::MAX, 0]],
        };
        let mut older = gist.to_bytes();
        older[0] = VERSION - 1;
        assert_eq!(Gist::from_bytes(&older), None);
        assert_eq!(Gist::from_bytes(&gist.to_bytes()), Some(gist));
        assert_eq!(Gist::from_bytes(&[]), None);
    }
}
