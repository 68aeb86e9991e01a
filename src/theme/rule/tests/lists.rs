//! The lists of a theme.

use super::*;
use crate::model::{RawHtml, Source};
use crate::text::{html, words};
use proptest::prelude::*;

fn include(include: &[&str]) -> Rule {
    Rule {
        include: texts(include),
        ..Rule::default()
    }
}

#[test]
fn an_excluded_word_keeps_a_story_out() {
    let matcher = themed(Rule {
        exclude: texts(&["ski"]),
        ..include(&["summit"])
    });
    assert!(member(&matcher, &story(vec![item("Summit opens")])).is_some());
    assert!(member(&matcher, &story(vec![item("Ski lift to the summit")])).is_none());
}

#[test]
fn a_story_is_shown_through_the_first_member_that_matches() {
    let matcher = themed(Rule {
        sources: vec![SourceId::new("b")],
        ..Rule::default()
    });
    let story = story(vec![of_source("a", "One"), of_source("b", "Two")]);
    assert_eq!(member(&matcher, &story), Some(2));
}

#[test]
fn lists_and_rule_of_one_theme_both_hold() {
    let matcher = themed(Rule {
        expression: Some(read("opens OR ends")),
        min_sources: Some(2),
        ..include(&["summit"])
    });
    let two = |title| story(vec![of_source("a", title), of_source("b", title)]);
    assert!(member(&matcher, &two("Summit opens")).is_some());
    assert!(member(&matcher, &two("Summit goes on")).is_none());
    assert!(member(&matcher, &two("Fair opens")).is_none());
    assert!(member(&matcher, &story(vec![item("Summit opens")])).is_none());
}

#[test]
fn a_badge_or_a_pin_makes_an_editors_choice() {
    let choice = EditorsChoice {
        tags: texts(&["editor's choice"]),
        include: texts(&["summit"]),
        pins: texts(&["https://a.example/7"]),
    };
    let matcher = Matcher::new(&[theme(Rule::default(), choice)], &[]).unwrap();
    let chosen = |item| matcher.decide(&story(vec![item]), now()).matches[0].editors_choice;
    let tagged = Item {
        tags: texts(&["Editor’s Choice"]),
        ..item("One")
    };
    assert!(chosen(tagged));
    assert!(chosen(item("The summit")));
    let pinned = Item {
        url: Some("https://a.example/7".to_owned()),
        ..item("Seven")
    };
    assert!(chosen(pinned));
    assert!(!chosen(item("Two")));
}

#[test]
fn what_a_source_keeps_is_in_no_theme() {
    let source = |rule| {
        let location = crate::model::Location::File {
            path: "a.xml".into(),
            url: None,
        };
        Arc::new(Source {
            rule: Some(read(rule)),
            ..Source::new(SourceId::new("a"), location)
        })
    };
    let themes = [theme(Rule::default(), EditorsChoice::default())];
    let matcher = Matcher::new(&themes, &[source("rust -advert*")]).unwrap();
    let first = |items| member(&matcher, &story(items));
    assert_eq!(first(vec![item("Rust 2.0")]), Some(1));
    assert_eq!(first(vec![item("Rust adverts")]), None);
    assert_eq!(first(vec![of_source("a/feed-1", "Go 2.0")]), None);
    assert_eq!(
        first(vec![item("Go 2.0"), of_source("b", "Go 2.0")]),
        Some(2)
    );
}

#[test]
fn only_lists_whose_words_are_found_otherwise_are_matched_again() {
    let otherwise = |word| reads_lists_otherwise(&include(&[word]), &EditorsChoice::default());
    for word in [
        "nato",
        "Défense",
        "secretary-general",
        "AT&T",
        "東京",
        "Москва",
        "...",
        "",
    ] {
        assert!(!otherwise(word), "{word}");
    }
    for word in ["C++", ".NET", "🚴", "Köln", "Koeln", "나토", "ناتو"] {
        assert!(otherwise(word), "{word}");
    }
}

/// What the lists took before rules had expressions.
fn took(rule: &Rule, item: &Item) -> bool {
    let folded = |texts: &[&str]| {
        let folded: Vec<_> = texts.iter().map(|text| words::fold(text)).collect();
        format!(" {} ", folded.join(" "))
    };
    let has = |text: &str, phrases: &[String]| {
        let phrases = phrases.iter().map(|phrase| folded(&[phrase]));
        phrases
            .filter(|phrase| !phrase.trim().is_empty())
            .any(|phrase| text.contains(&phrase))
    };
    let title = folded(&[item.title.as_deref().unwrap_or_default()]);
    let mut rest = vec![item.summary.as_deref().unwrap_or_default()];
    rest.extend(item.tags.iter().map(String::as_str));
    let rest = folded(&rest);
    let body = match &item.content_html {
        Some(raw) => folded(&[&html::to_text(&raw.html)]),
        None => folded(&[item.content_text.as_deref().unwrap_or_default()]),
    };
    let wanted: Vec<_> = rule.tags.iter().map(|tag| words::fold(tag)).collect();
    let has_tag = item
        .tags
        .iter()
        .any(|tag| wanted.contains(&words::fold(tag)));
    let table = item.source.id.table();
    (rule.sources.is_empty() || rule.sources.iter().any(|id| id.as_str() == table))
        && (rule.tags.is_empty() || has_tag)
        && (rule.include.is_empty()
            || [&title, &rest, &body]
                .into_iter()
                .any(|text| has(text, &rule.include)))
        && ![&title, &rest]
            .into_iter()
            .any(|text| has(text, &rule.exclude))
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "nato", "NATO's", "art", "Bart", "défense", "ski-lift", "北約", "a", "b", "...",
    ])
    .prop_map(str::to_owned)
}

fn phrase(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..most).prop_map(|words| words.join(" "))
}

fn list() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(phrase(3), 0..3)
}

proptest! {
    #[test]
    fn the_lists_take_what_they_always_took(
        (include, exclude, mut tags) in (list(), list(), list()),
        of_b in any::<bool>(),
        (title, summary, body) in (phrase(6), phrase(6), phrase(8)),
        item_tags in prop::collection::vec(phrase(3), 0..3),
    ) {
        // A tag without letters found tags without letters; now it finds nothing, as `check` said.
        tags.retain(|tag| !words::fold(tag).is_empty());
        let sources = if of_b { vec![SourceId::new("b")] } else { Vec::new() };
        let rule = Rule { include, exclude, sources, tags, ..Rule::default() };
        let item = Item {
            summary: Some(summary),
            content_html: Some(RawHtml { html: format!("<p>{body}</p>"), base: None }),
            tags: item_tags,
            ..item(&title)
        };
        let old = took(&rule, &item);
        prop_assert_eq!(member(&themed(rule), &story(vec![item])).is_some(), old);
    }
}
