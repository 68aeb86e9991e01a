//! A word or phrase of a theme's rule -> what is odd about it: signs that do not count, patterns that are
//! none. Such a rule says something else than its author believes, in silence.

use crate::text::forms;

/// What somebody should know of a term; none where it means what it says.
pub(super) fn oddity(term: &str) -> Option<String> {
    if term.trim().is_empty() {
        return Some("this is empty, so it matches nothing; take it out".to_owned());
    }
    if is_dead(term) {
        return Some(format!(
            "\"{term}\" has no letter, digit or sign that counts, so it matches nothing; write a word"
        ));
    }
    let words = forms::with_signs(term).unwrap_or_else(|| forms::plain(term));
    let why = if is_pattern(term) {
        "there are no patterns in a list; write them in the key rule".to_owned()
    } else if is_reference(term) {
        "write the character itself, not its name in HTML".to_owned()
    } else if let Some(operator) = operator(term) {
        format!("{operator} does not combine words in a list; write it in the key rule")
    } else if term.trim_start().starts_with(['-', '!']) {
        "a sign before a word does not exclude it; write it in exclude".to_owned()
    } else {
        let sign = lost_sign(term)?;
        format!("{sign} does not count")
    };
    let many = if words.contains(' ') { "words" } else { "word" };
    Some(format!(
        "\"{term}\" is compared as the {many} \"{words}\": {why}"
    ))
}

/// Whether nothing can be compared with it.
pub(super) fn is_dead(term: &str) -> bool {
    forms::plain(term).is_empty() && forms::with_signs(term).is_none()
}

/// A wildcard, a regular expression.
fn is_pattern(term: &str) -> bool {
    let term = term.trim();
    let is_between_slashes = term.len() > 2 && term.starts_with('/') && term.ends_with('/');
    is_between_slashes || term.contains(['*', '|', '\\', '^', '{', '}', '[', ']'])
}

/// `&amp;`, `&#39;`
fn is_reference(term: &str) -> bool {
    term.split('&').skip(1).any(|after| {
        let name = after.split_once(';').map_or("", |(name, _)| name);
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// `NATO AND Russia`: an operator of other programs. Where all is in capitals it is a word.
fn operator(term: &str) -> Option<&str> {
    let is_operator = |word: &&str| matches!(*word, "AND" | "OR" | "NOT");
    let is_shouted = !term.chars().any(char::is_lowercase);
    let found = term.split_whitespace().find(is_operator)?;
    (!is_shouted && term.split_whitespace().count() > 1).then_some(found)
}

/// A sign at the edge of a word that is no punctuation, and is not compared either. Between letters it parts words.
fn lost_sign(term: &str) -> Option<char> {
    let chars: Vec<char> = term.trim().chars().collect();
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| c.is_alphanumeric())
    };
    let is_lost = |(at, &sign): (usize, &char)| {
        let is_between = is_letter(at.checked_sub(1)) && is_letter(Some(at + 1));
        (matches!(sign, '<' | '>' | '=' | '~' | '×' | '÷') && !is_between).then_some(sign)
    };
    chars.iter().enumerate().find_map(is_lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_that_means_something_else_is_told() {
        for (term, told) in [
            ("", "this is empty"),
            (" \t", "this is empty"),
            ("—", "has no letter, digit or sign"),
            ("...", "has no letter, digit or sign"),
            ("~rowing", "~ does not count"),
            (
                "canoe*",
                "is compared as the word \"canoe\": there are no patterns in a list; write them in the key rule",
            ),
            ("/row(ing)?/", "there are no patterns"),
            ("row|paddle", "there are no patterns"),
            ("^row", "there are no patterns"),
            ("Smith &amp; Sons", "write the character itself"),
            ("rowing AND Oxford", "AND does not combine"),
            ("-rowing", "write it in exclude"),
        ] {
            let found = oddity(term).unwrap_or_default();
            assert!(found.contains(told), "{term}: {found}");
        }
    }

    #[test]
    fn a_term_that_means_what_it_says_is_not() {
        for term in [
            "rowing",
            "C++",
            "F#",
            ".NET core",
            "Disney+",
            "5%",
            "€100",
            "🛶",
            "rowing 🛶",
            "AT&T",
            "R&D",
            "secretary-general",
            "U.S.",
            "Yahoo!",
            "C",
            "#metoo",
            "@nato",
            "Is it on?",
            "„Haus“",
            "l'OTAN",
            "SALT AND PEPPER",
            "AND",
            "東京",
            "Привет",
            "a/b",
            "COVID-19",
            "Smith & Sons",
            "3.5",
            "“quoted”",
            "don’t",
        ] {
            assert_eq!(oddity(term), None, "{term}");
        }
    }
}
