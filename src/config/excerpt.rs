//! A byte range of the file -> its line as it may be shown, and where in it the range is.

use std::ops::Range;

/// The longest part of a line that is shown: a line of a broken file may have any length.
const LONGEST: usize = 100;
/// Characters of a long line that are shown before the place.
const BEFORE: usize = 40;
/// What a line or a table is called that holds secrets. They are never written in the file, but people
/// try, and what is printed is copied into mails and bug reports.
const SECRET: [&str; 8] = [
    "api",
    "auth",
    "cookie",
    "credential",
    "header",
    "pass",
    "secret",
    "token",
];

/// A line of the file with a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or the part of a long one around the place. What may be a secret is masked.
    pub line: String,
    /// Characters before the place.
    pub start: usize,
    /// Characters of the place, at least one.
    pub length: usize,
}

/// The line in which a range begins, of a table with this name.
pub(super) fn excerpt(text: &str, at: &Range<usize>, table: &str) -> Option<Excerpt> {
    let before = text.get(..at.start)?;
    let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(begin..)?.split(['\n', '\r']).next()?;
    if line.trim().is_empty() {
        return None;
    }
    let chars = |bytes: usize| line.get(..bytes).unwrap_or(line).chars().count();
    let start = chars(at.start - begin);
    let end = chars(at.end.saturating_sub(begin));
    let shown: Vec<char> = masked(line, table).chars().collect();
    let first = if shown.len() > LONGEST {
        start.saturating_sub(BEFORE)
    } else {
        0
    };
    let line: String = shown.iter().skip(first).take(LONGEST).collect();
    let room = LONGEST.saturating_sub(start - first);
    Some(Excerpt {
        line: line.trim_end().replace('\t', " "),
        start: start - first,
        length: end.saturating_sub(start).clamp(1, room.max(1)),
    })
}

/// A line, with a star for each character of a text that may be a secret: all of a line that speaks of
/// secrets, and addresses with a password or a query. A rule is neither.
fn masked(line: &str, table: &str) -> String {
    let is_secret_line = |name: &str| {
        let name = name.to_lowercase();
        SECRET.iter().any(|word| name.contains(word))
    };
    let is_rule = line.trim_start().starts_with("rule");
    let all = (is_secret_line(line) && !is_rule) || is_secret_line(table);
    let is_public = |text: &str| {
        text.starts_with("env:")
            || text.starts_with("file:")
            || !(all || (text.contains(['@', '?']) && !is_rule))
    };
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = rest[open..].chars().next().unwrap_or('"');
        let (head, inner) = rest.split_at(open + 1);
        shown.push_str(head);
        let end = closing(inner, quote);
        let (inner, after) = inner.split_at(end);
        if is_public(inner) {
            shown.push_str(inner);
        } else {
            shown.extend(inner.chars().map(|_| '*'));
        }
        let tail = after.chars().next().map_or(0, char::len_utf8);
        shown.push_str(&after[..tail]);
        rest = &after[tail..];
    }
    shown + rest
}

/// Where a text in quotes ends; a text that does not end on its line ends with it.
fn closing(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == quote && !escaped {
            return at;
        }
        escaped = c == '\\' && quote == '"' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, marked: &str, table: &str) -> Excerpt {
        let start = text.find(marked).unwrap();
        excerpt(text, &(start..start + marked.len()), table).unwrap()
    }

    #[test]
    fn the_line_is_shown_with_the_place() {
        let found = of("[a]\nlimt = 3\r\nx = 1\n", "limt", "a");
        assert_eq!(
            (found.line.as_str(), found.start, found.length),
            ("limt = 3", 0, 4)
        );
        let found = of("title = \"Zürich\" nonsense", "nonsense", "");
        assert_eq!((found.start, found.length), (17, 8));
        assert_eq!(excerpt("\n\n", &(1..1), ""), None);
    }

    #[test]
    fn a_place_of_several_lines_ends_with_the_first() {
        let found = of("tags = [\n 1,\n 2]\n", "[\n 1,\n 2]", "");
        assert_eq!(
            (found.line.as_str(), found.start, found.length),
            ("tags = [", 7, 1)
        );
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let text = format!("{}here{}", "a".repeat(500), "b".repeat(500));
        let found = of(&text, "here", "");
        let place: String = found
            .line
            .chars()
            .skip(found.start)
            .take(found.length)
            .collect();
        assert_eq!((place.as_str(), found.line.len()), ("here", LONGEST));
    }

    #[test]
    fn what_may_be_a_secret_is_masked() {
        for (text, table) in [
            ("url = \"https://me:hunter2@a.example/\"", ""),
            ("url = 'https://a.example/?key=hunter2'", ""),
            ("headers = { X-Key = \"hunter2\" }", ""),
            ("X-Key = \"hunter2\"", "sources.a.headers"),
            ("basic_auth = \"me:hunter2", ""),
        ] {
            let found = of(text, "=", table);
            assert!(!found.line.contains("hunter2"), "{}", found.line);
            assert_eq!(found.line.chars().count(), text.chars().count());
        }
        let text = "headers = { A = \"env:TOKEN\" }";
        assert_eq!(of(text, "A", "").line, text);
    }
}
