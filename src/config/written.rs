//! A text of `feeds.toml` x a place in it -> the place in the file, where it may be written with escapes.

use super::raw::Word;
use std::ops::Range;

/// A text as it is written in the file.
pub(super) struct Written<'a> {
    /// Where it begins, with its quotes.
    start: usize,
    raw: &'a str,
    value: &'a str,
}

impl<'a> Written<'a> {
    pub(super) fn of(file: &'a str, word: &'a Word) -> Self {
        Self {
            start: word.span().start,
            raw: file.get(word.span()).unwrap_or_default(),
            value: word.get_ref(),
        }
    }

    /// The bytes of the file of some bytes of the value. At the end of the value, the last character.
    pub(super) fn place(&self, at: &Range<usize>) -> Range<usize> {
        let last = self
            .value
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at);
        let start = self.offset(at.start.min(last));
        let end = self.offset(at.end.min(self.value.len())).max(start + 1);
        start..end
    }

    /// The byte of the file where a byte of the value is written.
    fn offset(&self, at: usize) -> usize {
        let quotes = ["'''", "\"\"\"", "'", "\""];
        let open = quotes.iter().find(|open| self.raw.starts_with(**open));
        let open = open.map_or(0, |open| open.len());
        let has_escapes = self.raw.starts_with('"');
        let mut raw = self.raw[open..].char_indices().peekable();
        if open == 3 {
            // A line end directly behind the quotes does not count.
            raw.next_if(|(_, c)| *c == '\r');
            raw.next_if(|(_, c)| *c == '\n');
        }
        for (byte, c) in self.value.char_indices() {
            if has_escapes {
                while self.is_line_joint(raw.peek().map_or(0, |(at, _)| open + at)) {
                    raw.next();
                    while raw.next_if(|(_, c)| c.is_whitespace()).is_some() {}
                }
            }
            if byte >= at {
                break;
            }
            let Some((_, written)) = raw.next() else {
                break;
            };
            if written == '\\' && has_escapes {
                let digits = match raw.next() {
                    Some((_, 'x')) => 2,
                    Some((_, 'u')) => 4,
                    Some((_, 'U')) => 8,
                    _ => 0,
                };
                raw.by_ref().take(digits).for_each(|_| ());
            } else if written == '\r' && c == '\n' {
                raw.next();
            }
        }
        let here = raw.next().map_or(self.raw.len(), |(byte, _)| open + byte);
        self.start + here
    }

    /// Whether a backslash joins two lines.
    fn is_line_joint(&self, at: usize) -> bool {
        let rest = self.raw.get(at..).and_then(|rest| rest.strip_prefix('\\'));
        rest.is_some_and(|rest| {
            rest.trim_start_matches([' ', '\t'])
                .starts_with(['\n', '\r'])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use toml::Spanned;

    #[derive(Deserialize)]
    struct File {
        rule: Spanned<String>,
    }

    /// What stands in a file where a part of the value is.
    fn found<'a>(file: &'a str, part: &str) -> &'a str {
        let word = toml::from_str::<File>(file).unwrap().rule;
        let start = word.get_ref().find(part).unwrap();
        let place = Written::of(file, &word).place(&(start..start + part.len()));
        &file[place]
    }

    #[test]
    fn a_place_is_found_in_every_kind_of_text() {
        for file in [
            "rule = 'one two three'",
            "rule = \"one two three\"",
            "rule = '''one two three'''",
            "rule = '''\none two three'''",
            "rule = '''\r\none\r\ntwo three'''",
            "rule = \"\"\"\n\\\"one\\\" two three\"\"\"",
            "rule = \"\\u00e9\\t\\\\ one two three\"",
            "rule = \"\"\"é one \\\n   two three\"\"\"",
        ] {
            assert_eq!(found(file, "two"), "two", "{file}");
        }
    }
}
