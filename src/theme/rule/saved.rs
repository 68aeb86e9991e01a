//! `rule:NAME` in an expression -> the saved rule.

use super::limits;
use crate::model::Expression;
use std::collections::BTreeMap;

/// Why saved rules cannot be put in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// There is no such rule.
    #[error("unknown rule \"{0}\"")]
    Unknown(String),
    /// It names itself, perhaps through others.
    #[error("a circle: {}", .0.join(" needs "))]
    Circle(Vec<String>),
    /// Together they are too large.
    #[error(
        "with the saved rules that it names, the rule has more than {} terms, the most that are read",
        limits::TERMS
    )]
    TooLarge,
    /// They name each other too deeply.
    #[error(
        "saved rules name each other more than {} deep, the most that is read",
        limits::SAVED_DEPTH
    )]
    TooDeep,
}

/// Puts the saved rules in that an expression names.
pub fn put_in(
    expression: &Expression,
    saved: &BTreeMap<String, Expression>,
) -> Result<Expression, SavedError> {
    let mut filler = Filler {
        saved,
        within: Vec::new(),
        terms: 0,
    };
    filler.filled(expression)
}

struct Filler<'a> {
    saved: &'a BTreeMap<String, Expression>,
    /// The rules that are being put in.
    within: Vec<String>,
    terms: usize,
}

impl Filler<'_> {
    fn filled(&mut self, expression: &Expression) -> Result<Expression, SavedError> {
        Ok(match expression {
            Expression::All(parts) => Expression::All(self.all(parts)?),
            Expression::Any(parts) => Expression::Any(self.all(parts)?),
            Expression::Not(part) => Expression::Not(Box::new(self.filled(part)?)),
            Expression::Term(term) => {
                self.terms += 1;
                if self.terms > limits::TERMS {
                    return Err(SavedError::TooLarge);
                }
                Expression::Term(term.clone())
            }
            Expression::Saved(name) => self.named(name)?,
        })
    }

    fn all(&mut self, parts: &[Expression]) -> Result<Vec<Expression>, SavedError> {
        parts.iter().map(|part| self.filled(part)).collect()
    }

    fn named(&mut self, name: &str) -> Result<Expression, SavedError> {
        let Some(saved) = self.saved.get(name) else {
            return Err(SavedError::Unknown(name.to_owned()));
        };
        if let Some(first) = self.within.iter().position(|other| other == name) {
            let mut circle = self.within[first..].to_vec();
            circle.push(name.to_owned());
            return Err(SavedError::Circle(circle));
        }
        // Each level has parentheses of its own, and so has the stack.
        if self.within.len() >= limits::SAVED_DEPTH {
            return Err(SavedError::TooDeep);
        }
        self.within.push(name.to_owned());
        let filled = self.filled(saved);
        self.within.pop();
        filled
    }
}
