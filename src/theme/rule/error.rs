//! What is wrong with the text of a rule, and where.

use std::ops::Range;

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct RuleError {
    /// The bytes of the rule that are wrong.
    pub at: Range<usize>,
    /// What is wrong, and what to write instead.
    pub text: String,
}

impl RuleError {
    pub(super) fn new(at: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            at,
            text: text.into(),
        }
    }
}
