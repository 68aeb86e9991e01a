//! The rules of themes: text -> expression -> whether a story matches, and why.
//!
//! | file | from what to what |
//! |---|---|
//! | `lexer`, `parser`, `value` | the text of a rule -> an expression, or an error with its place |
//! | `lists` | the keys of a theme -> one expression |
//! | `needle`, `literals`, `index` | the words of all rules, and of regular expressions -> what is looked for in one scan |
//! | `reading` | an item -> what was found in it |
//! | `plan`, `matcher` | expressions -> the decision about a story |
//! | `explain` | the same decision, with its reasons |

mod error;
mod explain;
mod index;
mod lexer;
mod limits;
mod lists;
mod literals;
mod matcher;
mod needle;
mod parser;
mod plan;
mod reading;
mod saved;
#[cfg(test)]
mod tests;
mod value;

pub use error::RuleError;
pub use explain::{Reason, ThemeReasons, Verdict};
pub use index::TooManyWords;
pub use lists::{counts_sources_of_events, reads_lists_otherwise};
pub use matcher::{Decision, Match, Matcher};
pub use parser::{Mention, Mentioned, Parsed, parse};
pub use saved::{SavedError, put_in};
