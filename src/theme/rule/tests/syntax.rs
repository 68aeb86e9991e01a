//! The syntax of rules, each part by what it finds.

use super::*;
use crate::model::{Author, RawHtml};

fn full() -> Item {
    let author = Author {
        name: Some("Press Office".to_owned()),
        ..Author::default()
    };
    Item {
        url: Some("https://A.example/2026/06/Summit?x=1".to_owned()),
        summary: Some("Ministers meet in Vilnius".to_owned()),
        content_html: Some(RawHtml {
            html: "<p>The <b>alliance</b> fixed CVE-2026-1234 today.</p>".to_owned(),
            base: None,
        }),
        tags: texts(&["Climate Change", "Europe"]),
        authors: vec![author],
        language: Some("en-GB".to_owned()),
        ..item("Summit opens")
    }
}

#[test]
fn words_are_looked_for_in_title_summary_text_and_tags() {
    for word in [
        "summit",
        "vilnius",
        "alliance",
        "climate",
        "\"summit opens\"",
    ] {
        assert!(takes(word, full()), "{word}");
    }
    assert!(!takes("press", full()));
    assert!(!takes("\"opens summit\"", full()));
}

#[test]
fn a_field_says_where() {
    for (rule, is_in) in [
        ("title:summit", true),
        ("title:vilnius", false),
        ("text:alliance", true),
        ("text:vilnius", true),
        ("text:summit", false),
        ("text:europe", false),
        ("head:vilnius", true),
        ("head:europe", true),
        ("head:alliance", false),
        ("author:\"press office\"", true),
        ("author:office", true),
        ("author:summit", false),
        ("tag:\"climate change\"", true),
        ("tag:climate", false),
        ("tag:climate*", true),
        ("tag:*change", true),
        ("tag:/^eu/", true),
        ("lang:en", true),
        ("lang:EN-gb", true),
        ("lang:en-US", false),
        ("source:a", true),
        ("source:b", false),
        ("source:a*", true),
        ("url:/2026/", true),
        ("url:/2025/", false),
        ("url:summit", true),
        ("url:/19\\d\\d\\/06/", false),
        ("url:/20\\d\\d\\/0[67]\\//", true),
        ("url:\"?x=1\"", true),
        ("title:(summit OR vilnius)", true),
        ("title:(summit vilnius)", false),
        ("Title:summit", true),
    ] {
        assert_eq!(takes(rule, full()), is_in, "{rule}");
    }
}

#[test]
fn not_binds_closer_than_and_and_and_closer_than_or() {
    for (rule, is_in) in [
        ("summit vilnius", true),
        ("summit AND vilnius", true),
        ("summit nothing", false),
        ("nothing OR summit vilnius", true),
        ("summit OR vilnius nothing", true),
        ("(summit OR vilnius) nothing", false),
        ("-nothing summit", true),
        ("-summit", false),
        ("!summit", false),
        ("NOT summit OR vilnius", true),
        ("NOT (summit OR vilnius)", false),
        ("-(nothing vilnius)", true),
        ("--summit", true),
        ("-nothing", true),
    ] {
        assert_eq!(takes(rule, full()), is_in, "{rule}");
    }
}

#[test]
fn a_regular_expression_is_searched_in_the_text_as_it_is() {
    for (rule, is_in) in [
        ("/CVE-\\d+/", true),
        ("/cve-2026/", true),
        ("/cve-2025/", false),
        ("title:/^summit/", true),
        ("title:/cve/", false),
        ("/(?-i)Summit/", true),
        ("/(?-i)summit/", false),
        ("author:/^press/", true),
        ("/opens/i", true),
        ("/summit opens/ vilnius", true),
        ("/a\\/b/ OR vilnius", true),
    ] {
        assert_eq!(takes(rule, full()), is_in, "{rule}");
    }
}

#[test]
fn stars_open_the_ends_of_words() {
    for (rule, is_in) in [
        ("summ*", true),
        ("*mmit", true),
        ("*ummi*", true),
        ("umm*", false),
        ("\"ministers mee\"*", true),
        ("*\"sters meet\"", true),
    ] {
        assert_eq!(takes(rule, full()), is_in, "{rule}");
    }
}

#[test]
fn a_story_has_sources_an_age_and_a_date() {
    let mut two = story(vec![
        of_source("a", "One"),
        of_source("b", "Two"),
        of_source("b", "Three"),
    ]);
    two.date_published = "2024-06-12T12:00:00Z".parse().unwrap();
    for (rule, is_in) in [
        ("sources:>=2", true),
        ("sources:2", true),
        ("sources:>2", false),
        ("sources:<2", false),
        ("age:<7d", true),
        ("age:>2d", true),
        ("age:<3d", false),
        ("age:<=3d", true),
        ("age:>=72h", true),
        ("date:2024-01..2024-06", true),
        ("date:2024-06-12", true),
        ("date:2024-06", true),
        ("date:2024", true),
        ("date:..2024-06-11", false),
        ("date:2024-06-13..", false),
        ("date:2023-12..", true),
    ] {
        assert_eq!(member(&ruled(rule), &two).is_some(), is_in, "{rule}");
    }
}

#[test]
fn the_rule_of_the_issue_is_read() {
    let rule = r#"(title:nato OR "north atlantic") defen* -sport -author:"Press Office" lang:en source:nato url:/2026/ tag:"Climate" sources:>=2 age:<7d date:2024-01..2024-06 /CVE-\d+/ "#;
    let expression = read(rule);
    assert_eq!(
        expression.to_string(),
        r#"(title:nato OR "north atlantic") defen* -sport -author:"Press Office" lang:en source:nato url:"/2026/" tag:Climate sources:>=2 age:<7d date:2024-01-01..2024-06-30 /CVE-\d+/"#
    );
    assert_eq!(read(&expression.to_string()), expression);
}

#[test]
fn saved_rules_are_put_in() {
    let saved = [
        ("sport", "football OR tennis"),
        ("mine", "news -rule:sport"),
    ];
    let saved = saved
        .map(|(name, rule)| (name.to_owned(), read(rule)))
        .into();
    let filled = put_in(&read("rule:mine lang:en"), &saved).unwrap();
    assert_eq!(filled.to_string(), "(news -(football OR tennis)) lang:en");
    let error = put_in(&read("rule:sprot"), &saved).unwrap_err();
    assert_eq!(error.to_string(), "unknown rule \"sprot\"");
}

#[test]
fn saved_rules_in_a_circle_or_without_bound_are_refused() {
    let saved = [("a", "x rule:b"), ("b", "rule:c"), ("c", "-rule:b")];
    let saved = saved
        .map(|(name, rule)| (name.to_owned(), read(rule)))
        .into();
    let error = put_in(&read("rule:a"), &saved).unwrap_err().to_string();
    assert_eq!(error, "a circle: b needs c needs b");
    // Each is ten times the next one.
    let ten = |name: &str| read(&[name; 10].join(" "));
    let levels = (0..9).map(|level| (format!("r{level}"), ten(&format!("rule:r{}", level + 1))));
    let saved = levels.chain([("r9".to_owned(), read("word"))]).collect();
    let error = put_in(&read("rule:r0"), &saved).unwrap_err().to_string();
    assert!(error.contains("more than 20000 terms"), "{error}");
}
