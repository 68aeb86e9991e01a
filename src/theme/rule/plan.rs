//! An expression -> a plan: terms as numbers of what was found, in an order in which what costs little decides first.

use super::index::{Collected, TooManyWords, address_pattern, place, places_of};
use super::needle::{Needle, needles};
use super::reading::Reading;
use crate::model::{Comparison, DateRange, Expression, Term, TextField, Words};
use crate::text::language;
use chrono::{DateTime, TimeDelta, Utc};

/// How a story is decided.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    /// One of these, in order of number, in one of these places.
    Found {
        numbers: Vec<u32>,
        places: u8,
    },
    /// A regular expression in one of these places. Where it matches there is one of its literals, by number; no literals: it
    /// may match without any.
    Pattern {
        number: u32,
        literals: Vec<u32>,
        places: u8,
    },
    TagLike(Vec<Needle>),
    SourceLike(String),
    Language(String),
    Address(String),
    AddressPattern(Box<regex::Regex>),
    /// Of a story, or of its event.
    Sources {
        comparison: Comparison,
        number: u32,
        of_event: bool,
    },
    Age(Comparison, i64),
    Date(DateRange),
}

/// What rules ask of a story as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) sources: u32,
    pub(super) event_sources: u32,
    pub(super) published: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
}

impl Plan {
    pub(super) fn of(
        expression: &Expression,
        collected: &mut Collected,
    ) -> Result<Self, TooManyWords> {
        Ok(match expression {
            Expression::All(parts) => Self::joined(parts, collected, Self::All)?,
            Expression::Any(parts) => match one_found(parts, collected) {
                Some(found) => found,
                None => Self::joined(parts, collected, Self::Any)?,
            },
            Expression::Not(part) => Self::Not(Box::new(Self::of(part, collected)?)),
            Expression::Term(term) => Self::of_term(term, collected)?,
            // The configuration puts saved rules in. An unknown one takes nothing.
            Expression::Saved(_) => Self::Any(Vec::new()),
        })
    }

    fn joined(
        parts: &[Expression],
        collected: &mut Collected,
        join: fn(Vec<Self>) -> Self,
    ) -> Result<Self, TooManyWords> {
        let parts = parts.iter().map(|part| Self::of(part, collected));
        let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
        parts.sort_by_key(Self::cost);
        Ok(join(parts))
    }

    pub(super) fn of_term(term: &Term, collected: &mut Collected) -> Result<Self, TooManyWords> {
        if let Some((mut numbers, places)) = collected.numbers(term) {
            numbers.sort_unstable();
            return Ok(Self::Found { numbers, places });
        }
        Ok(match term {
            Term::Words(_, words) => Self::TagLike(needles(words)),
            Term::Regex(field, pattern) => {
                let places = places_of(*field).unwrap_or(place::TAGS);
                Self::Pattern {
                    number: collected.pattern(pattern),
                    literals: collected.literals(pattern, places),
                    places,
                }
            }
            Term::Language(tag) => Self::Language(tag.to_lowercase()),
            Term::Source(name) => Self::SourceLike(name.trim_end_matches('*').to_owned()),
            Term::Url(part) => Self::Address(part.to_lowercase()),
            Term::UrlRegex(pattern) => Self::AddressPattern(Box::new(address_pattern(pattern)?)),
            Term::Sources(comparison, number) => Self::Sources {
                comparison: *comparison,
                number: *number,
                of_event: collected.counts_events(),
            },
            Term::Age(comparison, seconds) => Self::Age(*comparison, *seconds),
            Term::Date(range) => Self::Date(*range),
        })
    }

    /// What is decided first: what is known already, then what has to be looked at, then bodies.
    fn cost(&self) -> u8 {
        match self {
            Self::Sources { .. } | Self::Age(..) | Self::Date(_) => 0,
            Self::Found { places, .. } if places & place::BODY == 0 => 1,
            Self::Language(_) | Self::SourceLike(_) => 2,
            Self::Address(_) | Self::TagLike(_) => 3,
            Self::Found { .. } => 4,
            Self::AddressPattern(_) => 5,
            Self::Pattern { places, .. } if places & place::BODY == 0 => 6,
            Self::Pattern { .. } => 7,
            Self::Not(part) => part.cost(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::cost).max().unwrap_or(0),
        }
    }

    /// Whether it holds; what is not known yet is read.
    pub(super) fn holds(&self, reading: &mut Reading, facts: &Facts) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(reading, facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(reading, facts)),
            Self::Not(part) => !part.holds(reading, facts),
            Self::Found { numbers, places } => reading.has(numbers, *places),
            Self::Pattern {
                number,
                literals,
                places,
            } => reading.matches(*number, literals, *places),
            other => other.is_true(reading, facts),
        }
    }

    /// Whether it holds, as far as that is known before the body was read.
    pub(super) fn holds_so_far(&self, reading: &mut Reading, facts: &Facts) -> Option<bool> {
        match self {
            Self::All(parts) => decided(parts, false, |part| part.holds_so_far(reading, facts)),
            Self::Any(parts) => decided(parts, true, |part| part.holds_so_far(reading, facts)),
            Self::Not(part) => part.holds_so_far(reading, facts).map(|holds| !holds),
            Self::Found { numbers, places } => reading.has_so_far(numbers, *places),
            Self::Pattern {
                number,
                literals,
                places,
            } => reading.matches_so_far(*number, literals, *places),
            other => Some(other.is_true(reading, facts)),
        }
    }

    /// Of what needs no body.
    fn is_true(&self, reading: &mut Reading, facts: &Facts) -> bool {
        let item = reading.item;
        match self {
            Self::TagLike(needles) => needles.iter().any(|needle| reading.has_tag_like(needle)),
            Self::SourceLike(start) => item.source.id.table().starts_with(start.as_str()),
            Self::Language(wanted) => item
                .language
                .as_deref()
                .is_some_and(|tag| is_language(tag, wanted)),
            Self::Address(part) => reading.address().contains(part.as_str()),
            Self::AddressPattern(pattern) => {
                item.url.as_deref().is_some_and(|url| pattern.is_match(url))
            }
            Self::Sources {
                comparison,
                number,
                of_event: true,
            } => comparison.holds(facts.event_sources, *number),
            Self::Sources {
                comparison, number, ..
            } => comparison.holds(facts.sources, *number),
            Self::Age(comparison, seconds) => {
                comparison.holds((facts.now - facts.published).num_seconds(), *seconds)
            }
            Self::Date(range) => range.contains(facts.published),
            Self::All(_)
            | Self::Any(_)
            | Self::Not(_)
            | Self::Found { .. }
            | Self::Pattern { .. } => false,
        }
    }

    /// Whether it holds of an item in which nothing was found that has a number; none if that depends on the item.
    pub(super) fn holds_of_nothing(&self) -> Option<bool> {
        match self {
            Self::All(parts) => decided(parts, false, Self::holds_of_nothing),
            Self::Any(parts) => decided(parts, true, Self::holds_of_nothing),
            Self::Not(part) => part.holds_of_nothing().map(|holds| !holds),
            Self::Found { .. } => Some(false),
            Self::Pattern { literals, .. } if !literals.is_empty() => Some(false),
            _ => None,
        }
    }

    /// Numbers of which one is found in any item of which it holds, if it does not hold of nothing.
    pub(super) fn signs(&self) -> Vec<u32> {
        match self {
            // One part is enough: that which is found most rarely, which one of few is.
            Self::All(parts) => {
                let needed = parts
                    .iter()
                    .filter(|part| part.holds_of_nothing() == Some(false));
                let signs = needed.map(Self::signs);
                signs.min_by_key(Vec::len).unwrap_or_default()
            }
            Self::Any(parts) => parts.iter().flat_map(Self::signs).collect(),
            Self::Not(part) => {
                let mut signs = Vec::new();
                part.each_leaf(&mut |leaf| signs.extend_from_slice(leaf.numbers()));
                signs
            }
            leaf => leaf.numbers().to_vec(),
        }
    }

    /// What it looks for.
    fn numbers(&self) -> &[u32] {
        match self {
            Self::Found { numbers, .. } => numbers,
            Self::Pattern { literals, .. } => literals,
            _ => &[],
        }
    }

    /// Calls `each` with every part that is not made of parts.
    pub(super) fn each_leaf<'a>(&'a self, each: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.each_leaf(each);
                }
            }
            Self::Not(part) => part.each_leaf(each),
            leaf => each(leaf),
        }
    }

    /// Whether the body can decide it.
    pub(super) fn reads_body(&self) -> bool {
        let mut reads = false;
        self.each_leaf(&mut |leaf| {
            reads |= matches!(leaf, Self::Found { places, .. } | Self::Pattern { places, .. } if places & place::BODY != 0);
        });
        reads
    }

    /// The ages at which it may begin or cease to hold, as a story becomes older.
    pub(super) fn turning_ages(&self) -> Vec<TimeDelta> {
        let mut ages = Vec::new();
        self.each_leaf(&mut |leaf| {
            if let Self::Age(comparison, seconds) = leaf {
                let exactly = matches!(
                    comparison,
                    Comparison::Less | Comparison::AtLeast | Comparison::Equal
                );
                ages.push(TimeDelta::seconds(seconds + i64::from(!exactly)));
            }
        });
        ages.sort_unstable();
        ages.dedup();
        ages
    }
}

/// Many words in the same places are one question.
fn one_found(parts: &[Expression], collected: &mut Collected) -> Option<Plan> {
    let all_in = parts
        .iter()
        .try_fold(None, |before: Option<TextField>, part| match part {
            Expression::Term(Term::Words(field, words)) if is_numbered(*field, words) => before
                .is_none_or(|before| before == *field)
                .then_some(Some(*field)),
            _ => None,
        });
    all_in??;
    let (mut all, mut all_places) = (Vec::new(), 0);
    for part in parts {
        if let Expression::Term(term) = part
            && let Some((numbers, places)) = collected.numbers(term)
        {
            all.extend(numbers);
            all_places = places;
        }
    }
    all.sort_unstable();
    all.dedup();
    Some(Plan::Found {
        numbers: all,
        places: all_places,
    })
}

fn is_numbered(field: TextField, words: &Words) -> bool {
    field != TextField::Tag || !(words.any_start || words.any_end)
}

/// The value that decides if a part has it, else its opposite if all are known.
fn decided(parts: &[Plan], value: bool, mut of: impl FnMut(&Plan) -> Option<bool>) -> Option<bool> {
    let mut is_open = false;
    for part in parts {
        match of(part) {
            Some(found) if found == value => return Some(value),
            Some(_) => {}
            None => is_open = true,
        }
    }
    (!is_open).then_some(!value)
}

/// `en` is also `en-GB`.
fn is_language(tag: &str, wanted: &str) -> bool {
    let tag = language::tag(tag).unwrap_or_default().to_lowercase();
    let rest = tag.strip_prefix(wanted);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
