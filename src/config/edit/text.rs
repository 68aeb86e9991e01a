//! A text of TOML, edited: what is not touched stays as it is written, line ends and byte order mark too.

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};
use toml_edit::DocumentMut;

/// The mark with which some editors begin a file.
const MARK: char = '\u{feff}';

/// Lets `change` edit a text.
pub(super) fn edited(
    text: &str,
    change: impl FnOnce(&mut DocumentMut) -> Result<(), String>,
) -> Result<String, String> {
    let plain = text.strip_prefix(MARK).unwrap_or(text);
    let before = plain.replace("\r\n", "\n");
    let mut document: DocumentMut = before.parse().map_err(|error: toml_edit::TomlError| {
        format!("feeds.toml cannot be edited: {}", error.message())
    })?;
    change(&mut document)?;
    let mut after = document.to_string();
    if plain.contains('\r') {
        after = with_line_ends_of(plain, &after);
    }
    if text.starts_with(MARK) {
        after.insert(0, MARK);
    }
    Ok(after)
}

/// The lines that were there end as they did, the others as most of them did.
fn with_line_ends_of(text: &str, after: &str) -> String {
    let bare = |line: &str| line.trim_end_matches(['\r', '\n']).to_owned();
    let old: Vec<&str> = text.split_inclusive('\n').collect();
    let windows = old.iter().filter(|line| line.ends_with("\r\n")).count();
    let whole = old.iter().filter(|line| line.ends_with('\n')).count();
    let usual = if windows * 2 > whole { "\r\n" } else { "\n" };
    let was: Vec<String> = old.iter().map(|line| bare(line)).collect();
    let is: Vec<String> = after.lines().map(bare).collect();
    let mut made = String::with_capacity(text.len() + after.len());
    for step in capture_diff_slices(Algorithm::Patience, &was, &is) {
        if let DiffOp::Equal { old_index, len, .. } = step {
            for line in &old[old_index..old_index + len] {
                made.push_str(line);
                if !line.ends_with('\n') {
                    made.push_str(usual);
                }
            }
        } else {
            for line in &is[step.new_range()] {
                made.push_str(line);
                made.push_str(usual);
            }
        }
    }
    made
}

/// What an edit changes, as `diff -u` shows it; empty if nothing.
pub(super) fn difference(name: &str, before: &str, after: &str) -> String {
    let mut config = TextDiff::configure();
    let diff = config
        .algorithm(Algorithm::Patience)
        .diff_lines(before, after);
    let mut lines = diff.unified_diff();
    lines.context_radius(2).header(name, name).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_limit(text: &str) -> String {
        edited(text, |document| {
            document["themes"]["t"]["limit"] = toml_edit::value(7);
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn comments_order_and_spaces_stay() {
        let text = "# mine\nstate  =  's' # here\n\n[themes.t] # T\n  title='T' # t\n# end\n";
        assert_eq!(with_limit(text), text.replace("# end", "limit = 7\n# end"));
    }

    #[test]
    fn each_line_ends_as_it_did_and_a_new_one_as_most() {
        let text = "\u{feff}[sources.a]\r\nurl = 'x'\n\r\n[themes.t]\r\ntitle = 'T'\r\n";
        assert_eq!(with_limit(text), format!("{text}limit = 7\r\n"));
    }

    #[test]
    fn a_last_line_without_an_end_gets_one() {
        assert_eq!(
            with_limit("[themes.t]\r\ntitle = 'T'"),
            "[themes.t]\r\ntitle = 'T'\r\nlimit = 7\r\n"
        );
    }

    #[test]
    fn the_difference_shows_the_lines_that_change() {
        let (before, after) = ("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nx\nf\n");
        assert_eq!(
            difference("feeds.toml", before, after),
            "--- feeds.toml\n+++ feeds.toml\n@@ -3,4 +3,4 @@\n c\n d\n-e\n+x\n f\n"
        );
        assert_eq!(difference("feeds.toml", before, before), "");
    }
}
