//! A title -> a name for a source or a theme: `a-z`, `0-9` and `-`.

use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization as _;

/// Names are typed by hand: longer ones are cut between words.
const LONGEST: usize = 40;

/// The name that a title gives; none if most of its letters are of another script.
pub fn from_title(title: &str) -> Option<String> {
    let mut name = String::new();
    let (mut kept, mut lost) = (0, 0);
    for c in title.nfkd().flat_map(char::to_lowercase) {
        let plain = match c {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'þ' => "th",
            'ı' => "i",
            // Marks that the letter before them carries, and signs inside a word.
            '\u{300}'..='\u{36f}' | '\'' | '\u{2019}' => continue,
            _ => "",
        };
        if c.is_ascii_alphanumeric() {
            name.push(c);
            kept += 1;
        } else if plain.is_empty() {
            lost += usize::from(c.is_alphanumeric());
            if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
        } else {
            name.push_str(plain);
            kept += 1;
        }
    }
    let mut name = name.trim_matches('-');
    if name.len() > LONGEST {
        let cut = &name[..=LONGEST];
        name = &name[..cut.rfind('-').unwrap_or(LONGEST)];
    }
    (kept > lost).then(|| name.to_owned())
}

/// Names that are taken; each name is given once.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The last number behind each name: thousands of feeds may have one title.
    last: HashMap<String, u64>,
}

impl Names {
    /// These are taken.
    pub fn new<'a>(taken: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            taken: taken.into_iter().map(str::to_owned).collect(),
            last: HashMap::new(),
        }
    }

    /// The name itself, or with the first number behind it that makes it new.
    pub fn give(&mut self, name: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        let last = self.last.entry(name.to_owned()).or_insert(1);
        loop {
            *last += 1;
            let numbered = format!("{name}-{last}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_can_be_typed() {
        for (title, name) in [
            ("BBC News - World", Some("bbc-news-world")),
            ("  L'Écho & Straße ", Some("lecho-strasse")),
            ("C++ / .NET", Some("c-net")),
            ("Новости", None),
            ("新闻 RSS", Some("rss")),
            ("Новости RSS", None),
            ("...", None),
            (
                "The very long title of a weblog about long titles",
                Some("the-very-long-title-of-a-weblog-about"),
            ),
        ] {
            assert_eq!(from_title(title).as_deref(), name, "{title}");
        }
        assert_eq!(from_title(&"x".repeat(99)), Some("x".repeat(40)));
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut names = Names::new(["a", "a-2", "b"]);
        let given = ["a", "b", "c", "a", "c"].map(|name| names.give(name));
        assert_eq!(given, ["a-3", "b-2", "c", "a-4", "c-2"]);
    }
}
