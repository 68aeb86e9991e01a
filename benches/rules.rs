//! How fast the themes of items are found: 1,000 themes of eight terms, 10,000 items about as long as a news agency's. Beside
//! it, in the same run, what one would write first: a set of regular expressions for each theme, on the same texts.
//!
//! The last two figures are of a hundredth of the items, so multiply their times by 100. The `RegexSet`
//! does less: no fields, no
//! folding, no umlauts.

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::processor_time;
use criterion::{Criterion, criterion_group, criterion_main};
use feedmill::config::Config;
use feedmill::model::{Item, ItemSource, Member, RawHtml, SourceId, Story, StoryId};
use feedmill::text::html;
use feedmill::theme::Matcher;
use regex::{RegexSet, RegexSetBuilder};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const THEMES: usize = 1_000;
const ITEMS: usize = 10_000;
/// Words of a text: some 900 bytes.
const WORDS: usize = 140;
/// Of these the words of texts are, the first ones far more often.
const VOCABULARY: usize = 30_000;

fn rules(c: &mut Criterion) {
    let stories: Vec<_> = (0..ITEMS).map(story).collect();
    let mut group = c.benchmark_group("rules");
    group.sample_size(10);
    for (name, rule) in [
        ("words of titles", title_rule as fn(usize) -> String),
        ("words anywhere", any_rule),
        ("words and a regular expression", regex_rule),
    ] {
        let themes = config(rule);
        let matcher = Matcher::new(&themes.themes, &themes.sources).expect("few enough words");
        group.bench_function(format!("{name}, 1,000 themes, 10,000 items"), |b| {
            b.iter_custom(|times| timed(times, || decided(&matcher, &stories)));
        });
    }
    let themes = config(|theme| format!("/{}\\w+ \\d*/", of_theme(theme, 8)));
    let matcher = Matcher::new(&themes.themes, &themes.sources).expect("few enough words");
    group.bench_function("only a regular expression, 1,000 themes, 100 items", |b| {
        b.iter_custom(|times| timed(times, || decided(&matcher, &stories[..ITEMS / 100])));
    });
    let sets: Vec<_> = (0..THEMES).map(set).collect();
    group.bench_function("a RegexSet per theme, 1,000 themes, 100 items", |b| {
        b.iter_custom(|times| timed(times, || naive(&sets, &stories[..ITEMS / 100])));
    });
    group.finish();
}

/// The processor's time, whoever else is busy.
fn timed(times: u64, mut run: impl FnMut() -> usize) -> Duration {
    let begun = processor_time();
    for _ in 0..times {
        run();
    }
    processor_time().saturating_sub(begun)
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn decided(matcher: &Matcher, stories: &[Story]) -> usize {
    let found = stories
        .iter()
        .map(|story| matcher.decide(story, now()).matches.len());
    black_box(found.sum())
}

fn naive(sets: &[RegexSet], stories: &[Story]) -> usize {
    let found = stories.iter().map(|story| {
        let item = &story.members[0].item;
        let body = item
            .content_html
            .as_ref()
            .map(|raw| html::to_text(&raw.html));
        let text = format!(
            "{} {}",
            item.title.as_deref().unwrap_or_default(),
            body.unwrap_or_default()
        );
        sets.iter().filter(|set| set.is_match(&text)).count()
    });
    black_box(found.sum())
}

/// Pseudo-random numbers that are the same in each run (`SplitMix64`).
fn random(seed: usize) -> usize {
    let mut x = (seed as u64)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((x ^ (x >> 31)) >> 2).unwrap_or(0)
}

/// A word; small numbers are frequent.
fn word(seed: usize) -> String {
    let (a, b) = (random(seed) % VOCABULARY, random(seed + 7) % VOCABULARY + 1);
    name(a * b / VOCABULARY)
}

/// The word with a number: syllables.
fn name(mut number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "den", "ko", "lir", "ma", "nos", "pu", "ret", "si", "tam", "vo", "wen", "ya", "zek",
        "fro", "gil",
    ];
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[number % 16]);
        number /= 16;
        if number == 0 {
            return word;
        }
    }
}

/// A word of a theme: mostly one that few texts have.
fn of_theme(theme: usize, n: usize) -> String {
    name(500 + random(theme * 31 + n) % (VOCABULARY - 500))
}

fn title_rule(theme: usize) -> String {
    let words: Vec<_> = (0..8)
        .map(|n| format!("title:{}", of_theme(theme, n)))
        .collect();
    words.join(" OR ")
}

fn any_rule(theme: usize) -> String {
    let w = |n| of_theme(theme, n);
    format!(
        "({} OR {} OR \"{} {}\" OR {}* OR {}) -{} -title:{}",
        w(0),
        w(1),
        w(2),
        w(3),
        w(4),
        w(5),
        w(6),
        w(7)
    )
}

fn regex_rule(theme: usize) -> String {
    format!("{} /{}\\w+ \\d*/", any_rule(theme), of_theme(theme, 8))
}

fn set(theme: usize) -> RegexSet {
    let words = (0..8).map(|n| format!("\\b{}\\b", of_theme(theme, n)));
    let set = RegexSetBuilder::new(words).case_insensitive(true).build();
    set.expect("words are patterns")
}

fn config(rule: fn(usize) -> String) -> Config {
    let mut text = "[sources.a]\nurl = \"https://a.example/\"\n".to_owned();
    for theme in 0..THEMES {
        let _ = write!(text, "[themes.t{theme}]\nrule = '{}'\n", rule(theme));
    }
    Config::parse(Path::new("feeds.toml"), &text).expect("the rules are valid")
}

fn story(number: usize) -> Story {
    let text = |first: usize, words: usize| {
        let words: Vec<_> = (0..words)
            .map(|n| word(number * 1_000 + first + n))
            .collect();
        words.join(" ")
    };
    let source = ItemSource {
        id: SourceId::new("a"),
        ..ItemSource::default()
    };
    let id = format!("https://a.example/{number}");
    let item = Item {
        title: Some(text(0, 10)),
        summary: Some(text(20, 20)),
        content_html: Some(RawHtml {
            html: format!("<p>{}</p>", text(50, WORDS)),
            base: None,
        }),
        tags: vec![text(300, 1), text(310, 2)],
        ..Item::new(id.clone(), Arc::new(source), now())
    };
    Story {
        id: StoryId::new(id),
        date_published: now(),
        url: None,
        members: vec![Member {
            number: 1,
            item,
            first_seen: now(),
            why: None,
        }],
        seq: 1,
        rev: 0,
        first_seen: now(),
        changed: None,
        event_sources: 0,
    }
}

criterion_group!(benches, rules);
criterion_main!(benches);
