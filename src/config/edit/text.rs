//! A text of TOML, edited: what is not touched stays as it is written, line ends and byte order mark too.

use gix_imara_diff::{Algorithm, Diff, InternedInput};
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
    let old: Vec<&str> = text.split_inclusive('\n').collect();
    let windows = old.iter().filter(|line| line.ends_with("\r\n")).count();
    let whole = old.iter().filter(|line| line.ends_with('\n')).count();
    let usual = if windows * 2 > whole { "\r\n" } else { "\n" };
    let new: Vec<&str> = after.lines().collect();
    let mut input = InternedInput::default();
    input.update_before(old.iter().map(|line| line.trim_end_matches(['\r', '\n'])));
    input.update_after(new.iter().copied());
    let mut made = String::with_capacity(text.len() + after.len());
    let mut add = |line: &str| {
        made.push_str(line);
        if !line.ends_with('\n') {
            made.push_str(usual);
        }
    };
    let mut kept = 0;
    for hunk in Diff::compute(Algorithm::Histogram, &input).hunks() {
        for line in &old[kept..hunk.before.start as usize] {
            add(line);
        }
        for line in &new[hunk.after.start as usize..hunk.after.end as usize] {
            add(line);
        }
        kept = hunk.before.end as usize;
    }
    for line in &old[kept..] {
        add(line);
    }
    made
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
}
