//! Everything that the rules of all themes look for in texts, each thing once and with a number, so that one scan of a
//! text finds all of it.

use super::literals::literals;
use super::needle::{Form, Needle, needles};
use super::value;
use crate::model::{Term, TextField};
use aho_corasick::AhoCorasick;
use regex::Regex;
use std::collections::HashMap;

/// Where something was found, as bits.
pub(super) mod place {
    pub(in crate::theme::rule) const TITLE: u8 = 1;
    pub(in crate::theme::rule) const SUMMARY: u8 = 2;
    pub(in crate::theme::rule) const TAGS: u8 = 4;
    pub(in crate::theme::rule) const BODY: u8 = 8;
    pub(in crate::theme::rule) const AUTHORS: u8 = 16;
    /// A tag as a whole.
    pub(in crate::theme::rule) const TAG: u8 = 32;
    /// The name of the source.
    pub(in crate::theme::rule) const SOURCE: u8 = 64;
}

/// A thing that was found: its number, and where.
pub(super) type Hit = (u32, u8);

/// The rules have more words than one scan can find.
#[derive(Debug, thiserror::Error)]
pub enum TooManyWords {
    /// Words.
    #[error("the words and phrases of all themes are too many to look for: {0}")]
    Words(#[from] aho_corasick::BuildError),
    /// Regular expressions.
    #[error("the regular expressions of all themes are too many to look for: {0}")]
    Patterns(#[from] regex::Error),
}

/// What is looked for, while it is collected.
#[derive(Debug, Default)]
pub(super) struct Collected {
    count: u32,
    /// Whether anything is looked for in the form with signs.
    knows_signs: bool,
    /// Whether anything is looked for in the names of authors.
    knows_authors: bool,
    /// Whether `sources:` of what is collected counts those of the event: its theme shows events.
    counts_events: bool,
    words: HashMap<Needle, u32>,
    needles: Vec<(Needle, u32)>,
    tags: HashMap<String, u32>,
    sources: HashMap<String, u32>,
    patterns: HashMap<String, u32>,
    pattern_texts: Vec<String>,
}

/// What is looked for, prepared.
#[derive(Debug)]
pub(super) struct Index {
    known: Collected,
    plain: Scan,
    signs: Scan,
    small: Scan,
    patterns: Vec<Regex>,
}

/// Needles that are looked for in one form.
#[derive(Debug)]
struct Scan {
    needles: Vec<(Needle, u32)>,
    automaton: AhoCorasick,
}

impl Collected {
    /// From here on for a theme that shows events, or for one that does not.
    pub(super) fn count_events(&mut self, counts: bool) {
        self.counts_events = counts;
    }

    /// Whether the sources of an event are counted, not of a story.
    pub(super) fn counts_events(&self) -> bool {
        self.counts_events
    }

    /// The numbers of what a term looks for and where; none if it is not about words, whole tags or a source.
    pub(super) fn numbers(&mut self, term: &Term) -> Option<(Vec<u32>, u8)> {
        match term {
            Term::Words(TextField::Tag, words) if !words.any_start && !words.any_end => {
                let needles = needles(words);
                self.knows_signs |= needles.iter().any(|needle| needle.form == Form::Signs);
                let numbers = needles.iter().map(|needle| {
                    let tag = needle.text.trim().to_owned();
                    numbered(&mut self.tags, &mut self.count, tag)
                });
                Some((numbers.collect(), place::TAG))
            }
            Term::Words(field, words) => {
                let places = places_of(*field)?;
                self.knows_authors |= places == place::AUTHORS;
                let numbers = needles(words).into_iter().map(|needle| self.number(needle));
                Some((numbers.collect(), places))
            }
            Term::Source(name) if !name.ends_with('*') => {
                let number = numbered(&mut self.sources, &mut self.count, name.clone());
                Some((vec![number], place::SOURCE))
            }
            _ => None,
        }
    }

    fn number(&mut self, needle: Needle) -> u32 {
        if let Some(&number) = self.words.get(&needle) {
            return number;
        }
        self.knows_signs |= needle.form == Form::Signs;
        let number = numbered(&mut self.words, &mut self.count, needle.clone());
        self.needles.push((needle, number));
        number
    }

    /// The numbers of the literals of a regular expression that is looked for in these places, in order; none if it may
    /// match without any.
    pub(super) fn literals(&mut self, pattern: &str, places: u8) -> Vec<u32> {
        let literals = literals(pattern).into_iter();
        let numbers = literals.map(|literal| self.number(Needle::literal(literal)));
        let mut numbers: Vec<u32> = numbers.collect();
        numbers.sort_unstable();
        self.knows_authors |= !numbers.is_empty() && places & place::AUTHORS != 0;
        numbers
    }

    /// The number of a regular expression.
    pub(super) fn pattern(&mut self, pattern: &str) -> u32 {
        if let Some(&number) = self.patterns.get(pattern) {
            return number;
        }
        let number = u32::try_from(self.pattern_texts.len()).unwrap_or(u32::MAX);
        self.patterns.insert(pattern.to_owned(), number);
        self.pattern_texts.push(pattern.to_owned());
        number
    }

    pub(super) fn prepare(mut self) -> Result<Index, TooManyWords> {
        let mut needles = std::mem::take(&mut self.needles);
        let mut of_form = |form| -> Vec<_> {
            needles
                .extract_if(.., |(needle, _)| needle.form == form)
                .collect()
        };
        let [plain, signs, small] = [Form::Plain, Form::Signs, Form::Small].map(&mut of_form);
        let patterns = self.pattern_texts.iter().map(|text| value::compile(text));
        Ok(Index {
            plain: Scan::new(plain)?,
            signs: Scan::new(signs)?,
            small: Scan::new(small)?,
            patterns: patterns.collect::<Result<_, _>>()?,
            known: self,
        })
    }
}

fn numbered<K: Eq + std::hash::Hash>(known: &mut HashMap<K, u32>, count: &mut u32, key: K) -> u32 {
    *known.entry(key).or_insert_with(|| {
        *count += 1;
        *count - 1
    })
}

/// The texts of a field; none for whole tags.
pub(super) const fn places_of(field: TextField) -> Option<u8> {
    Some(match field {
        TextField::Anywhere => place::TITLE | place::SUMMARY | place::TAGS | place::BODY,
        TextField::Head => place::TITLE | place::SUMMARY | place::TAGS,
        TextField::Title => place::TITLE,
        TextField::Text => place::SUMMARY | place::BODY,
        TextField::Author => place::AUTHORS,
        TextField::Tag => return None,
    })
}

impl Scan {
    fn new(needles: Vec<(Needle, u32)>) -> Result<Self, TooManyWords> {
        let automaton = AhoCorasick::new(needles.iter().map(|(needle, _)| &needle.text))?;
        Ok(Self { needles, automaton })
    }

    /// Calls `found` with the number of each needle in a form and with the byte where it ends.
    fn each(&self, form: &str, mut found: impl FnMut(u32, usize)) {
        for hit in self.automaton.find_overlapping_iter(form) {
            let (needle, number) = &self.needles[hit.pattern().as_usize()];
            if needle.is_meant(form, hit.start(), hit.end()) {
                found(*number, hit.end());
            }
        }
    }
}

impl Index {
    /// How many things have a number.
    pub(super) fn count(&self) -> usize {
        self.known.count as usize
    }

    /// Whether anything is looked for in texts with signs.
    pub(super) fn knows_signs(&self) -> bool {
        self.known.knows_signs
    }

    /// Whether literals of regular expressions are looked for.
    pub(super) fn knows_literals(&self) -> bool {
        !self.small.needles.is_empty()
    }

    /// Whether anything is looked for in the names of authors.
    pub(super) fn knows_authors(&self) -> bool {
        self.known.knows_authors
    }

    /// Calls `found` with the number of each thing in a form of a text, and with the byte where it ends.
    pub(super) fn each(&self, form: Form, text: &str, found: impl FnMut(u32, usize)) {
        match form {
            Form::Plain => self.plain.each(text, found),
            Form::Signs => self.signs.each(text, found),
            Form::Small => self.small.each(text, found),
        }
    }

    /// The number of a whole tag, in one of its forms.
    pub(super) fn tag(&self, form: &str) -> Option<u32> {
        self.known.tags.get(form).copied()
    }

    /// The number of a source.
    pub(super) fn source(&self, name: &str) -> Option<u32> {
        self.known.sources.get(name).copied()
    }

    /// A regular expression. Each is searched by itself when a rule asks for it and one of its literals is there: sets of
    /// them take ten times as long, because few themes get as far as that.
    pub(super) fn pattern(&self, number: u32) -> &Regex {
        &self.patterns[number as usize]
    }
}

/// The regular expression of an address.
pub(super) fn address_pattern(pattern: &str) -> Result<Regex, TooManyWords> {
    Ok(value::compile(pattern)?)
}
