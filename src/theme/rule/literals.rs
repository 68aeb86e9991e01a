//! A regular expression -> texts of which one is in whatever it matches, so that one scan of an item finds which of a
//! thousand expressions can match it at all.
//!
//! Texts and literals are compared in small letters, character by character. Which letters are the same to an expression is
//! read from the expression as it was parsed, so `(?-i)` and classes need no rules of their own.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::str;

/// Bytes of the shortest literal that is looked for: one letter is in every text.
const SHORTEST: usize = 2;
/// Bytes of the longest: more tell nothing else.
const LONGEST: usize = 64;
/// Literals of one expression, at most. Of more, something is in most texts.
const MOST: usize = 64;
/// Characters of a class that are looked at: each letter has at most four forms.
const OF_CLASS: usize = 16;

/// What a part of an expression needs of a text.
enum Need {
    /// It matches these and nothing else.
    Exact(Vec<String>),
    /// What it matches has one of these in it.
    Within(Vec<String>),
    Nothing,
}

/// The literals of an expression, without case; none if it may match a text without any.
pub(super) fn literals(pattern: &str) -> Vec<String> {
    let parsed = ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(pattern);
    let need = parsed.map_or(Need::Nothing, |hir| need(&hir));
    let mut best = Vec::new();
    offer(&mut best, need.literals());
    best.sort_unstable();
    best.dedup();
    best
}

/// A text as literals are looked for in it.
pub(super) fn small(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(small_letter).collect()
}

/// Any mapping of one character to one would do; this one makes most letters of one kind the same.
fn small_letter(c: char) -> char {
    match c {
        'ſ' => 's',
        'ς' => 'σ',
        c => {
            let mut small = c.to_lowercase();
            match (small.next(), small.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

impl Need {
    fn literals(self) -> Vec<String> {
        match self {
            Self::Exact(texts) | Self::Within(texts) => texts,
            Self::Nothing => Vec::new(),
        }
    }
}

fn need(hir: &Hir) -> Need {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Need::Exact(vec![String::new()]),
        HirKind::Literal(literal) => match str::from_utf8(&literal.0) {
            Ok(text) => Need::Exact(vec![small(text)]),
            Err(_) => Need::Nothing,
        },
        HirKind::Class(class) => of_class(class),
        HirKind::Capture(capture) => need(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (least, most) = (repetition.min, repetition.max);
            match (least, most, need(&repetition.sub)) {
                (1, Some(1), inner) => inner,
                (0, Some(1), Need::Exact(mut texts)) => {
                    texts.push(String::new());
                    Need::Exact(texts)
                }
                (1.., _, Need::Exact(texts) | Need::Within(texts)) => Need::Within(texts),
                _ => Need::Nothing,
            }
        }
        HirKind::Concat(parts) => of_row(parts),
        HirKind::Alternation(parts) => of_choice(parts),
    }
}

/// A letter in its forms is a literal, and so are a few letters.
fn of_class(class: &Class) -> Need {
    let Class::Unicode(class) = class else {
        return Need::Nothing;
    };
    let chars = class.iter().flat_map(|range| range.start()..=range.end());
    let mut chars: Vec<char> = chars.take(OF_CLASS + 1).collect();
    if chars.len() > OF_CLASS || chars.is_empty() {
        return Need::Nothing;
    }
    for c in &mut chars {
        *c = small_letter(*c);
    }
    chars.sort_unstable();
    chars.dedup();
    Need::Exact(chars.into_iter().map(String::from).collect())
}

fn of_row(parts: &[Hir]) -> Need {
    let mut best = Vec::new();
    // What the parts since the last unknown one match; none if that is too much to tell.
    let mut row = vec![String::new()];
    let mut is_whole = true;
    for part in parts {
        let texts = match need(part) {
            Need::Exact(texts) => texts,
            Need::Within(texts) => {
                offer(&mut best, std::mem::replace(&mut row, vec![String::new()]));
                offer(&mut best, texts);
                is_whole = false;
                continue;
            }
            Need::Nothing => {
                offer(&mut best, std::mem::replace(&mut row, vec![String::new()]));
                is_whole = false;
                continue;
            }
        };
        if let Some(longer) = joined(&row, &texts) {
            row = longer;
        } else {
            offer(&mut best, std::mem::replace(&mut row, texts));
            is_whole = false;
        }
    }
    if is_whole {
        return Need::Exact(row);
    }
    offer(&mut best, row);
    if best.is_empty() {
        Need::Nothing
    } else {
        Need::Within(best)
    }
}

/// Each text of the one with each of the other; none if these are too many or too long.
fn joined(row: &[String], texts: &[String]) -> Option<Vec<String>> {
    let longest = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or_default();
    if row.len() * texts.len() > MOST || longest(row) + longest(texts) > LONGEST {
        return None;
    }
    let with_all = |start: &String| {
        let start = start.clone();
        texts.iter().map(move |end| format!("{start}{end}"))
    };
    Some(row.iter().flat_map(with_all).collect())
}

fn of_choice(parts: &[Hir]) -> Need {
    let mut all = Vec::new();
    let mut is_exact = true;
    for part in parts {
        match need(part) {
            Need::Exact(texts) => all.extend(texts),
            Need::Within(texts) => {
                is_exact = false;
                all.extend(texts);
            }
            Need::Nothing => return Need::Nothing,
        }
        if all.len() > MOST {
            return Need::Nothing;
        }
    }
    if is_exact {
        Need::Exact(all)
    } else {
        Need::Within(all)
    }
}

/// Takes other literals in place of the best so far, if they tell more: the shortest of them counts, then how few they are.
fn offer(best: &mut Vec<String>, other: Vec<String>) {
    let shortest = |texts: &[String]| texts.iter().map(String::len).min().unwrap_or_default();
    let worth = |texts: &[String]| (shortest(texts), usize::MAX - texts.len());
    if shortest(&other) >= SHORTEST && worth(&other) > worth(best) {
        *best = other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::rule::value;
    use proptest::prelude::*;

    #[test]
    fn what_a_match_must_have_is_a_literal() {
        for (pattern, found) in [
            (r"CVE-\d+", &["cve-"][..]),
            (r"\bnato\b", &["nato"]),
            (r"colou?r", &["color", "colour"]),
            (r"(otan|nato) \w+ summit", &[" summit"]),
            (r"k[oö]ln", &["köln", "koln"]),
            (r"(?-i)NATO", &["nato"]),
            (r"(ab)+c", &["ab"]),
            (r"\d+ (men|women)", &[" men", " women"]),
            (r"a|nato", &[]),
            (r"\d{3}-\d{4}", &[]),
            (r"(nato)?", &[]),
            (r"[^n]ato", &["ato"]),
            (r"nato|\d\d", &[]),
            (r"(?i)STRASSE", &["strasse"]),
        ] {
            let mut found: Vec<String> = found.iter().map(ToString::to_string).collect();
            found.sort();
            assert_eq!(literals(pattern), found, "{pattern}");
        }
    }

    #[test]
    fn expressions_with_very_many_forms_are_bounded() {
        let many = "[ab]".repeat(200) + "nato";
        assert!(literals(&many).len() <= MOST);
        let long = "nato".repeat(1000);
        assert_eq!(literals(&long), [&long[..LONGEST]]);
        let words: Vec<String> = (0..500).map(|n| format!("{n}word")).collect();
        assert_eq!(literals(&words.join("|")), [""; 0]);
    }

    /// Letters with more than two forms, and some that grow in small letters.
    const LETTERS: [&str; 14] = [
        "a", "B", "k", "\u{212A}", "s", "ſ", "ß", "ẞ", "σ", "Σ", "ς", "İ", "ı", " ",
    ];

    fn letters(most: usize) -> impl Strategy<Value = String> {
        let letter = prop::sample::select(LETTERS.to_vec());
        prop::collection::vec(letter, 1..most).prop_map(|letters| letters.concat())
    }

    fn pattern() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            "[ks]",
            "[^a]",
            "\\w",
            ".",
            "\\b",
            "^",
            "[a-z&&[^k]]",
            "[sσ]",
            "(?-i)",
            "(?i:K)",
            "(?-i:ſ)",
        ]);
        let leaf = prop_oneof![3 => letters(4), 1 => odd.prop_map(str::to_owned)];
        leaf.prop_recursive(4, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 1..4)
                    .prop_map(|parts| format!("({})", parts.join("|"))),
                (
                    inner,
                    prop::sample::select(vec!["?", "+", "*", "{2}", "{1,3}"])
                )
                    .prop_map(|(part, times)| format!("(?:{part}){times}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn whatever_matches_has_a_literal(
            pattern in pattern(),
            texts in prop::collection::vec(letters(8), 1..8),
        ) {
            let found = literals(&pattern);
            let Ok(compiled) = value::compile(&pattern) else { return Ok(()) };
            for text in texts.iter().filter(|text| compiled.is_match(text)) {
                let small = small(text);
                let has = found.is_empty() || found.iter().any(|literal| small.contains(literal));
                prop_assert!(has, "{:?} needs {:?}, which are not in {:?}", pattern, found, text);
            }
        }
    }
}
