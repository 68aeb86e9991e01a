//! Random rules: printed and read again, and decided as by a naive evaluation.

use super::*;
use crate::model::{Author, Comparison, DateRange, RawHtml, Term, TextField, Words};
use crate::text::{forms, html};
use chrono::NaiveDate;
use proptest::prelude::*;

const VOCABULARY: [&str; 10] = [
    "nato", "Défense", "art", "party", "bahn", "Köln", "koelner", "C++", "北約", "x y",
];

fn field() -> impl Strategy<Value = TextField> {
    prop::sample::select(vec![
        TextField::Anywhere,
        TextField::Head,
        TextField::Title,
        TextField::Text,
        TextField::Author,
        TextField::Tag,
    ])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop::sample::select(vec![
        Comparison::Less,
        Comparison::AtMost,
        Comparison::AtLeast,
        Comparison::More,
    ])
}

fn term() -> impl Strategy<Value = Term> {
    let word = || prop::sample::select(VOCABULARY.to_vec());
    let words =
        (word(), any::<bool>(), any::<bool>()).prop_map(|(text, any_start, any_end)| Words {
            text: text.to_owned(),
            any_start,
            any_end,
        });
    let pattern = prop::sample::select(vec![
        "n.to",
        "^art",
        "a/b|bahn$",
        "k[oö]ln",
        "\\d\\d",
        "koe?lner",
        "(?-i)Köln",
        "c\\+\\+",
        "art(y|s)?",
        "x\\sy",
        "nato|défense",
        "[^p]art",
        "\\bbahn\\b",
        "北",
        "(nato )+art",
        "na+to",
    ]);
    let date = prop::option::of((2023..2026_i32, 1..12_u32));
    prop_oneof![
        6 => (field(), words).prop_map(|(field, words)| Term::Words(field, words)),
        2 => (field(), pattern).prop_map(|(field, pattern)| Term::Regex(field, pattern.to_owned())),
        1 => prop::sample::select(vec!["en", "en-GB", "de"]).prop_map(|tag| Term::Language(tag.to_owned())),
        1 => prop::sample::select(vec!["a", "b", "a*"]).prop_map(|name| Term::Source(name.to_owned())),
        1 => prop::sample::select(vec!["/2024/", "example", "B c"]).prop_map(|part| Term::Url(part.to_owned())),
        1 => Just(Term::UrlRegex("^https://\\w+".to_owned())),
        1 => (comparison(), 0..3_u32).prop_map(|(comparison, number)| Term::Sources(comparison, number)),
        1 => (comparison(), 1..90_i64).prop_map(|(comparison, hours)| Term::Age(comparison, hours * 3600)),
        1 => date.prop_map(|from| {
            let first = from.and_then(|(year, month)| NaiveDate::from_ymd_opt(year, month, 1));
            let last = NaiveDate::from_ymd_opt(2025, 12, 31);
            Term::Date(DateRange { first, last })
        }),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = term().prop_map(Expression::Term);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            many().prop_map(Expression::All),
            many().prop_map(Expression::Any),
            inner.clone().prop_map(|part| match part {
                // Two signs take each other away.
                Expression::Not(part) => *part,
                part => Expression::Not(Box::new(part)),
            }),
        ]
    })
}

fn random_text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(VOCABULARY.to_vec()), 0..most)
        .prop_map(|words| words.join(" "))
}

fn random_item() -> impl Strategy<Value = Item> {
    let texts = (
        random_text(3),
        random_text(3),
        random_text(5),
        random_text(3),
    );
    let tags = prop::collection::vec(random_text(2), 0..3);
    let language = prop::option::of(prop::sample::select(vec!["en-GB", "EN", "de"]));
    (texts, tags, language, any::<bool>()).prop_map(
        |((title, summary, body, author), tags, language, of_b)| {
            let author = Author {
                name: Some(author),
                ..Author::default()
            };
            Item {
                url: Some("https://A.example/2024/x".to_owned()),
                summary: Some(summary),
                content_html: Some(RawHtml {
                    html: format!("<p>{body}"),
                    base: None,
                }),
                authors: vec![author],
                tags,
                language: language.map(str::to_owned),
                ..of_source(if of_b { "b" } else { "a" }, &title)
            }
        },
    )
}

/// Whether an expression holds, word by word and text by text.
fn holds(expression: &Expression, item: &Item, story: &Story) -> bool {
    match expression {
        Expression::All(parts) => parts.iter().all(|part| holds(part, item, story)),
        Expression::Any(parts) => parts.iter().any(|part| holds(part, item, story)),
        Expression::Not(part) => !holds(part, item, story),
        Expression::Term(term) => term_holds(term, item, story),
        Expression::Saved(_) => false,
    }
}

fn term_holds(term: &Term, item: &Item, story: &Story) -> bool {
    let url = item.url.as_deref().unwrap_or_default();
    match term {
        Term::Words(TextField::Tag, words) => item.tags.iter().any(|tag| is_tag(tag, words)),
        Term::Words(field, words) => texts_of(*field, item)
            .iter()
            .any(|text| has_words(text, words)),
        Term::Regex(field, pattern) => {
            let pattern = regex::RegexBuilder::new(pattern)
                .case_insensitive(true)
                .build()
                .unwrap();
            texts_of(*field, item)
                .iter()
                .any(|text| pattern.is_match(text))
        }
        Term::Language(tag) => {
            let own = item.language.as_deref().unwrap_or("?").to_lowercase();
            own == tag.to_lowercase() || own.starts_with(&format!("{}-", tag.to_lowercase()))
        }
        Term::Source(name) => match name.strip_suffix('*') {
            Some(start) => item.source.id.as_str().starts_with(start),
            None => item.source.id.as_str() == name,
        },
        Term::Url(part) => url.to_lowercase().contains(&part.to_lowercase()),
        Term::UrlRegex(pattern) => regex::Regex::new(pattern).unwrap().is_match(url),
        Term::Sources(comparison, number) => {
            let mut sources: Vec<_> = story
                .members
                .iter()
                .map(|m| m.item.source.id.clone())
                .collect();
            sources.sort();
            sources.dedup();
            comparison.holds(sources.len(), *number as usize)
        }
        Term::Age(comparison, seconds) => {
            comparison.holds((now() - story.date_published).num_seconds(), *seconds)
        }
        Term::Date(range) => range.contains(story.date_published),
    }
}

fn texts_of(field: TextField, item: &Item) -> Vec<String> {
    let title = item.title.clone().unwrap_or_default();
    let summary = item.summary.clone().unwrap_or_default();
    let body = item
        .content_html
        .as_ref()
        .map(|raw| html::to_text(&raw.html))
        .unwrap_or_default();
    let mut texts = match field {
        TextField::Anywhere => vec![title, summary, body],
        TextField::Head => vec![title, summary],
        TextField::Title => vec![title],
        TextField::Text => vec![summary, body],
        TextField::Author => item
            .authors
            .iter()
            .filter_map(|author| author.name.clone())
            .collect(),
        TextField::Tag => Vec::new(),
    };
    if matches!(
        field,
        TextField::Anywhere | TextField::Head | TextField::Tag
    ) {
        texts.extend(item.tags.clone());
    }
    texts
}

/// The text and the words in each form in which they are compared.
fn pairs(text: &str, words: &str) -> Vec<(String, String)> {
    if let Some(words) = forms::with_signs(words) {
        return forms::with_signs(text)
            .map(|text| (text, words))
            .into_iter()
            .collect();
    }
    let both = |text: &str| {
        [Some(forms::plain(text)), forms::written_out(text)]
            .into_iter()
            .flatten()
    };
    let texts = both(text);
    texts
        .flat_map(|text| both(words).map(move |words| (text.clone(), words)))
        .collect()
}

fn has_words(text: &str, words: &Words) -> bool {
    pairs(text, &words.text).iter().any(|(text, wanted)| {
        let text: Vec<_> = text.split(' ').collect();
        let wanted: Vec<_> = wanted.split(' ').collect();
        text.windows(wanted.len())
            .any(|window| are_words(window, &wanted, words))
    })
}

fn is_tag(tag: &str, words: &Words) -> bool {
    pairs(tag, &words.text)
        .iter()
        .any(|(tag, wanted)| match (words.any_start, words.any_end) {
            (false, false) => tag == wanted,
            (true, false) => tag.ends_with(wanted),
            (false, true) => tag.starts_with(wanted),
            (true, true) => tag.contains(wanted),
        })
}

fn are_words(window: &[&str], wanted: &[&str], words: &Words) -> bool {
    let last = wanted.len() - 1;
    window
        .iter()
        .zip(wanted)
        .enumerate()
        .all(
            |(n, (word, wanted))| match (n == 0 && words.any_start, n == last && words.any_end) {
                (false, false) => word == wanted,
                (true, false) => word.ends_with(wanted),
                (false, true) => word.starts_with(wanted),
                (true, true) => word.contains(wanted),
            },
        )
}

proptest! {
    #[test]
    fn a_printed_rule_is_read_as_the_same(expression in expression()) {
        let printed = expression.to_string();
        let read = read(&printed);
        // Groups of one kind in each other stay as they are; nothing else may differ.
        prop_assert_eq!(read, expression, "{}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place(rule in "[a-z:()\"/*<>=.| -]{0,40}|\\PC{0,20}") {
        if let Err(error) = parse(&rule) {
            prop_assert!(rule.get(error.at.clone()).is_some(), "{:?}", error);
        }
    }

    #[test]
    fn rules_decide_as_a_naive_evaluation(
        expressions in prop::collection::vec(expression(), 1..4),
        items in prop::collection::vec(random_item(), 1..4),
    ) {
        let themes: Vec<_> = expressions.iter().enumerate().map(|(n, expression)| {
            let rule = Rule { expression: Some(expression.clone()), ..Rule::default() };
            let theme = theme(rule, EditorsChoice::default());
            Arc::new(Theme { id: ThemeId::new(format!("t{n}")), ..(*theme).clone() })
        }).collect();
        let story = story(items);
        let matcher = Matcher::new(&themes, &[]).unwrap();
        let found = matcher.decide(&story, now()).matches;
        let told = matcher.explain(&story, now()).unwrap();
        for (n, expression) in expressions.iter().enumerate() {
            let naive = story.members.iter().find(|m| holds(expression, &m.item, &story));
            let naive = naive.map(|member| member.number);
            let id = ThemeId::new(format!("t{n}"));
            let member = found.iter().find(|found| found.theme == id).map(|found| found.member);
            prop_assert_eq!(member, naive, "{}", expression);
            let verdict = naive.map_or(Verdict::Out, Verdict::In);
            prop_assert_eq!(&told[n].verdict, &verdict, "{}", expression);
        }
    }
}
