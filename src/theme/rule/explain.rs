//! A story x a theme -> which terms put it in or kept it out.

use super::index::{Collected, TooManyWords, place};
use super::lists::expression_of;
use super::matcher::Matcher;
use super::plan::{Facts, Plan};
use super::reading::Reading;
use crate::model::{Expression, Item, Merging, Story, Term, Theme, ThemeId};
use chrono::{DateTime, Utc};

/// A term that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// As it is written in a rule.
    pub term: String,
    /// Whether it holds.
    pub holds: bool,
    /// Where it was found: `title`, `text`. Empty where it is about nothing that can be found.
    pub places: Vec<&'static str>,
}

/// What a theme decided of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes the story through this member.
    In(u64),
    /// It does not.
    Out,
    /// The rules of their own sources keep all members out of every theme.
    Kept,
}

/// Why a story is in a theme, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeReasons {
    /// The theme.
    pub theme: ThemeId,
    /// What it decided.
    pub verdict: Verdict,
    /// Which terms decided: for a story that is out, of its first member.
    pub reasons: Vec<Reason>,
}

impl Matcher {
    /// What each theme decides of a story at a moment, and why.
    pub fn explain(
        &self,
        story: &Story,
        now: DateTime<Utc>,
    ) -> Result<Vec<ThemeReasons>, TooManyWords> {
        let facts = Facts::of(story, now);
        let mut readings = self.readings(story, &facts);
        let themes = self.themes().iter().map(|prepared| {
            let mut present = readings.iter_mut().enumerate();
            let member = present.find_map(|(at, reading)| {
                let holds = prepared.plan.holds(reading.as_mut()?, &facts);
                holds.then_some(at)
            });
            let first = readings.iter().position(Option::is_some);
            let verdict = match (member, first) {
                (Some(at), _) => Verdict::In(story.members[at].number),
                (None, Some(_)) => Verdict::Out,
                (None, None) => Verdict::Kept,
            };
            let reasons = match member.or(first) {
                Some(at) => reasons(&prepared.theme, &story.members[at].item, &facts)?,
                None => Vec::new(),
            };
            Ok(ThemeReasons {
                theme: prepared.theme.id.clone(),
                verdict,
                reasons,
            })
        });
        themes.collect()
    }
}

/// Why a rule takes an item or does not.
fn reasons(theme: &Theme, item: &Item, facts: &Facts) -> Result<Vec<Reason>, TooManyWords> {
    let expression = expression_of(&theme.rule);
    let mut collected = Collected::default();
    collected.count_events(theme.merge == Merging::Coverage);
    let terms = expression.terms();
    let plans = terms.iter().map(|term| Plan::of_term(term, &mut collected));
    let plans = plans.collect::<Result<Vec<_>, _>>()?;
    let index = collected.prepare()?;
    let mut reading = Reading::new(&index, item);
    reading.read_body();
    let decided = terms.iter().zip(&plans).map(|(term, plan)| {
        let holds = plan.holds(&mut reading, facts);
        Reason {
            term: term.to_string(),
            holds,
            places: if holds {
                places(term, plan, &reading)
            } else {
                Vec::new()
            },
        }
    });
    let decided: Vec<_> = decided.collect();
    let mut told = Vec::new();
    tell(&expression, &mut decided.into_iter(), &mut told);
    Ok(told)
}

/// Whether a part holds; and appends the terms that decide it. `decided` has the terms of all parts, in order.
fn tell(
    expression: &Expression,
    decided: &mut impl Iterator<Item = Reason>,
    told: &mut Vec<Reason>,
) -> bool {
    let mut each = |parts: &[Expression]| -> Vec<(bool, Vec<Reason>)> {
        let one = |part| {
            let mut reasons = Vec::new();
            (tell(part, &mut *decided, &mut reasons), reasons)
        };
        parts.iter().map(one).collect()
    };
    let (value, parts) = match expression {
        Expression::All(parts) => (false, each(parts)),
        Expression::Any(parts) => (true, each(parts)),
        Expression::Not(part) => return !tell(part, decided, told),
        Expression::Term(_) => {
            let reason = decided.next();
            let holds = reason.as_ref().is_some_and(|reason| reason.holds);
            told.extend(reason);
            return holds;
        }
        Expression::Saved(_) => return false,
    };
    // One part decides, or all of them do together.
    let is_decided = parts.iter().any(|(holds, _)| *holds == value);
    let deciding = parts
        .into_iter()
        .filter(|(holds, _)| !is_decided || *holds == value);
    told.extend(deciding.flat_map(|(_, reasons)| reasons));
    is_decided == value
}

/// Where a term was found.
fn places(term: &Term, plan: &Plan, reading: &Reading) -> Vec<&'static str> {
    let (found, asked) = match plan {
        Plan::Found { numbers, places } => (reading.places(numbers), *places),
        Plan::Pattern { number, places, .. } => (reading.pattern_places(*number), *places),
        _ => return Vec::new(),
    };
    if matches!(term, Term::Source(_)) {
        return Vec::new();
    }
    let names = [
        (place::TITLE, "title"),
        (place::SUMMARY, "summary"),
        (place::BODY, "text"),
        (place::TAGS | place::TAG, "tags"),
        (place::AUTHORS, "authors"),
    ];
    let here = names.iter().filter(|(bit, _)| found & asked & bit != 0);
    here.map(|(_, name)| *name).collect()
}
