//! A text before and after an edit -> the lines that change.

use gix_imara_diff::{Algorithm, Diff, InternedInput, Interner, Token};
use gix_imara_diff::{UnifiedDiffConfig, UnifiedDiffPrinter};
use std::fmt::{self, Write};

/// Lines that are shown before and after those that change.
const CONTEXT: u32 = 2;

/// What an edit changes, as `diff -u` shows it; empty if nothing.
pub(super) fn difference(name: &str, before: &str, after: &str) -> String {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let mut config = UnifiedDiffConfig::default();
    config.context_len(CONTEXT);
    let printer = Printer(&input.interner);
    match diff.unified_diff(&printer, config, &input).to_string() {
        hunks if hunks.is_empty() => hunks,
        hunks => format!("--- {name}\n+++ {name}\n{hunks}"),
    }
}

/// The lines of a difference. A last line without an end is marked, as `diff` does it: it may be all that changes.
struct Printer<'a>(&'a Interner<&'a str>);

impl Printer<'_> {
    fn line(&self, f: &mut impl Write, sign: char, token: Token) -> fmt::Result {
        let line = self.0[token];
        write!(f, "{sign}{line}")?;
        if line.ends_with('\n') {
            return Ok(());
        }
        writeln!(f, "\n\\ No newline at end of file")
    }
}

impl UnifiedDiffPrinter for Printer<'_> {
    fn display_header(
        &self,
        mut f: impl Write,
        start_before: u32,
        start_after: u32,
        len_before: u32,
        len_after: u32,
    ) -> fmt::Result {
        // Of no lines, the number is that of the line before them.
        let first = |start: u32, len: u32| start + len.min(1);
        let before = first(start_before, len_before);
        let after = first(start_after, len_after);
        writeln!(f, "@@ -{before},{len_before} +{after},{len_after} @@")
    }

    fn display_context_token(&self, mut f: impl Write, token: Token) -> fmt::Result {
        self.line(&mut f, ' ', token)
    }

    fn display_hunk(&self, mut f: impl Write, before: &[Token], after: &[Token]) -> fmt::Result {
        for &token in before {
            self.line(&mut f, '-', token)?;
        }
        for &token in after {
            self.line(&mut f, '+', token)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_shows_the_lines_that_change() {
        let (before, after) = ("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nx\nf\n");
        assert_eq!(
            difference("feeds.toml", before, after),
            "--- feeds.toml\n+++ feeds.toml\n@@ -3,4 +3,4 @@\n c\n d\n-e\n+x\n f\n"
        );
        assert_eq!(difference("feeds.toml", before, before), "");
    }

    #[test]
    fn the_difference_shows_an_end_of_line_that_is_missing() {
        assert_eq!(
            difference("f", "a\nb", "a\nb\n"),
            "--- f\n+++ f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
        );
    }

    #[test]
    fn the_difference_of_a_new_file_begins_at_no_line() {
        assert_eq!(
            difference("f", "", "a\n"),
            "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+a\n"
        );
    }
}
