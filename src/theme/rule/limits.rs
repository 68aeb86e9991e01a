//! How large a rule may be. People do not write such rules; programs and mistakes do.

/// Bytes of a rule: some 20,000 words.
pub(super) const BYTES: usize = 256 << 10;
/// Terms of a rule with the saved rules that it names.
pub(super) const TERMS: usize = 20_000;
/// Parentheses in each other. Each takes some frames of the stack to read, and again to decide.
pub(super) const DEPTH: usize = 100;
/// Saved rules that name each other, in a row.
pub(super) const SAVED_DEPTH: usize = 10;
/// Bytes of memory that a regular expression may take, prepared: thousands of characters, or `\w` a hundred times.
pub(super) const PATTERN: usize = 1 << 20;
