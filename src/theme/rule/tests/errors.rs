//! What is refused, and where.

use super::*;

/// What is wrong with a rule: the part of it, and the text.
fn wrong(rule: &str) -> (&str, String) {
    let error = parse(rule).expect_err(rule);
    (&rule[error.at.clone()], error.text)
}

#[test]
fn an_error_names_the_part_that_is_wrong() {
    for (rule, part, told) in [
        ("", "", "the rule is empty"),
        ("nato titel:summit", "titel:", "did you mean title:"),
        ("inurl:x", "inurl:", "did you mean url:"),
        ("zzz:x", "zzz:", "known are title, text"),
        ("title: x", "title:", "directly behind it"),
        ("nato OR", "OR", "OR needs a term behind it"),
        ("OR nato", "OR", "OR needs a term before it"),
        ("(a OR ) b", "OR", "OR needs a term behind it"),
        ("a (b", "(", "is not closed"),
        ("a b)", ")", "was not opened"),
        ("a ()", ")", "nothing between the parentheses"),
        ("a - b", "-", "write -word, without a space"),
        ("a -", "-", "write -word"),
        ("NOT", "NOT", "NOT needs a term behind it"),
        ("\"a b", "\"a b", "quotes are not closed"),
        ("a ...", "...", "no letter, digit or sign"),
        ("a*b", "a*b", "a star stands at the beginning or the end"),
        ("a|b", "a|b", "write OR between words: a OR b"),
        ("/abc", "/abc", "ends with a slash"),
        ("/a/b/", "b/", "write \\/ for a slash"),
        ("/(/", "/(/", "not a regular expression"),
        ("/a*/", "/a*/", "matches every text"),
        ("lang:english", "english", "not a language tag"),
        ("sources:many", "many", "not a number of sources"),
        ("age:7d", "7d", "write age:<7d"),
        ("age:<soon", "<soon", "not a valid duration"),
        ("age:<99999999d", "<99999999d", "more than a century"),
        ("date:june", "june", "is not a date"),
        ("date:2024-13", "2024-13", "is not a date"),
        ("date:2024..2023", "2024..2023", "is after"),
        ("date:..", "..", "is not a date"),
        (
            "title:(a text:b)",
            "text:",
            "title: is about the whole group",
        ),
        ("title:title:a", "title:", "directly behind another"),
    ] {
        let (at, text) = wrong(rule);
        assert_eq!(at, part, "{rule}: {text}");
        assert!(text.contains(told), "{rule}: {text}");
    }
}

#[test]
fn characters_that_cannot_be_seen_are_refused_by_name() {
    for (rule, told) in [
        ("nato\0", "U+0000"),
        ("a \u{202E}b", "U+202E"),
        ("a\u{2066}", "U+2066"),
        ("a\u{7}", "U+0007"),
    ] {
        let (_, text) = wrong(rule);
        assert!(text.contains(told), "{rule:?}: {text}");
    }
    // Joiners are parts of words and of pictures.
    assert!(parse("می\u{200C}خواهم 👨\u{200D}👩\u{200D}👧").is_ok());
}

#[test]
fn a_rule_of_ten_thousand_words_is_read_and_decides() {
    let words: Vec<_> = (0..10_000).map(|n| format!("word{n}")).collect();
    let matcher = ruled(&words.join(" OR "));
    assert!(member(&matcher, &story(vec![item("It has word9999")])).is_some());
    assert!(member(&matcher, &story(vec![item("It has word10000")])).is_none());
    assert!(!finds(&words.join(" "), "word1"));
    let (_, text) = wrong(Box::leak(vec!["a"; 20_001].join(" ").into_boxed_str()));
    assert!(text.contains("more than 20000 terms"), "{text}");
    let (_, text) = wrong(Box::leak("a".repeat(300 << 10).into_boxed_str()));
    assert!(text.contains("more than 256 KiB"), "{text}");
}

#[test]
fn parentheses_have_a_bound_and_do_not_end_the_stack() {
    let nested = |levels: usize| format!("{}a{}", "(".repeat(levels), ")".repeat(levels));
    assert!(finds(&nested(100), "a"));
    for levels in [101, 1_000, 50_000] {
        let error = parse(&nested(levels)).unwrap_err();
        assert!(error.text.contains("more than 100 parentheses"), "{error}");
    }
    assert!(finds(&format!("{}a", "-".repeat(10_000)), "a"));
    let groups = format!("{}a{}", "(b OR ".repeat(100), ")".repeat(100));
    assert!(finds(&groups, "a"));
}

#[test]
fn patterns_that_would_take_long_or_much_memory_do_not() {
    assert!(!finds("/(a+)+$b/", &"a".repeat(10_000)));
    assert!(!finds("/(x+x+)+y/", &"x".repeat(10_000)));
    let (_, text) = wrong("/\\w{1000}/");
    assert!(text.contains("too large"), "{text}");
    let (_, text) = wrong("/(((a{100}){100}){100}){100}/");
    assert!(text.contains("too large"), "{text}");
}
