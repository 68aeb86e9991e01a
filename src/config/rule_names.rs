//! The names that rules may use, and a rule read with them.

use super::error::suggest;
use crate::model::Expression;
use crate::theme::rule::{Mentioned, Parsed, RuleError, SavedError, parse, put_in};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The names that rules may use.
#[derive(Clone, Debug, Default)]
pub struct RuleNames {
    /// The tables `[sources.NAME]`.
    pub(super) sources: BTreeSet<String>,
    /// The tables `[rules.NAME]`, with the rules that they name put in.
    pub(super) saved: BTreeMap<String, Expression>,
}

impl RuleNames {
    /// Reads a rule as a theme does.
    pub fn read(&self, rule: &str) -> Result<Expression, RuleError> {
        let parsed = parse(rule)?;
        self.check(&parsed)?;
        put_in(&parsed.expression, &self.saved).map_err(|error| RuleError {
            at: at_saved(&parsed, &error, rule),
            text: error.to_string(),
        })
    }

    pub(super) fn check(&self, parsed: &Parsed) -> Result<(), RuleError> {
        for mention in &parsed.names {
            let name = mention.name.as_str();
            let text = match mention.kind {
                Mentioned::Source if !is_known(&self.sources, name) => {
                    let hint = suggest(name, self.sources.iter().map(String::as_str));
                    format!("unknown source \"{name}\"{hint}")
                }
                Mentioned::Saved if !self.saved.contains_key(name) => {
                    let hint = suggest(name, self.saved.keys().map(String::as_str));
                    format!("unknown rule \"{name}\"{hint}; it is a table [rules.{name}]")
                }
                _ => continue,
            };
            let at = mention.at.clone();
            return Err(RuleError { at, text });
        }
        Ok(())
    }
}

/// A name, or the beginning of one with a star.
fn is_known(sources: &BTreeSet<String>, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => sources.iter().any(|source| source.starts_with(start)),
        None => sources.contains(name),
    }
}

/// The name in a rule that an error of the saved rules is about.
pub(super) fn at_saved(parsed: &Parsed, error: &SavedError, rule: &str) -> Range<usize> {
    let mut names = parsed
        .names
        .iter()
        .filter(|mention| mention.kind == Mentioned::Saved);
    let is_of = |name: &str| match error {
        SavedError::Unknown(unknown) => unknown == name,
        SavedError::Circle(circle) => circle.iter().any(|other| other == name),
        SavedError::TooLarge | SavedError::TooDeep => true,
    };
    names
        .find(|mention| is_of(&mention.name))
        .map_or(0..rule.len(), |mention| mention.at.clone())
}
