//! Rules, read and decided.

mod ages;
mod errors;
mod lists;
mod random;
mod syntax;
mod words;

use super::*;
use crate::model::{
    EditorsChoice, Expression, Formats, Ids, Item, ItemSource, Member, Merging, Order, Rule,
    SourceId, Story, StoryId, Theme, ThemeId,
};
use chrono::{DateTime, Utc};
use std::sync::Arc;

fn now() -> DateTime<Utc> {
    "2024-06-15T12:00:00Z".parse().unwrap()
}

fn read(rule: &str) -> Expression {
    match parse(rule) {
        Ok(parsed) => parsed.expression,
        Err(error) => panic!("{rule}: {error}"),
    }
}

fn theme(rule: Rule, editors_choice: EditorsChoice) -> Arc<Theme> {
    Arc::new(Theme {
        id: ThemeId::new("t"),
        title: "T".to_owned(),
        description: None,
        rule,
        editors_choice,
        merge: Merging::default(),
        order: Order::default(),
        ids: Ids::default(),
        byline: false,
        formats: Formats::default(),
        aliases: Vec::new(),
        limit: 50,
        archive: None,
        per_source: None,
        max_age: None,
        language: "en".to_owned(),
        timezone: crate::date::Tz::UTC,
        image: None,
        rights: None,
        filter: None,
    })
}

fn themed(rule: Rule) -> Matcher {
    Matcher::new(&[theme(rule, EditorsChoice::default())], &[]).unwrap()
}

fn ruled(rule: &str) -> Matcher {
    themed(Rule {
        expression: Some(read(rule)),
        ..Rule::default()
    })
}

/// An item of the source `a`, published yesterday.
fn item(title: &str) -> Item {
    let source = ItemSource {
        id: SourceId::new("a"),
        ..ItemSource::default()
    };
    Item {
        title: Some(title.to_owned()),
        ..Item::new(
            "https://a.example/1",
            Arc::new(source),
            now() - chrono::TimeDelta::days(1),
        )
    }
}

fn of_source(source: &str, title: &str) -> Item {
    let id = SourceId::new(source);
    Item {
        source: Arc::new(ItemSource {
            id,
            ..ItemSource::default()
        }),
        ..item(title)
    }
}

fn story(items: Vec<Item>) -> Story {
    let members = (1..).zip(items).map(|(number, item)| Member {
        number,
        first_seen: item.date_published,
        item,
        why: None,
    });
    let members: Vec<_> = members.collect();
    Story {
        id: StoryId::new(members[0].item.id.as_str()),
        date_published: members[0].item.date_published,
        url: None,
        members,
        seq: 1,
        rev: 0,
        first_seen: now(),
        changed: None,
        event_sources: 0,
    }
}

/// Through which member the only theme takes a story.
fn member(matcher: &Matcher, story: &Story) -> Option<u64> {
    matcher
        .decide(story, now())
        .matches
        .pop()
        .map(|found| found.member)
}

fn takes(rule: &str, item: Item) -> bool {
    member(&ruled(rule), &story(vec![item])).is_some()
}

/// Whether a rule takes an item with this title.
fn finds(rule: &str, title: &str) -> bool {
    takes(rule, item(title))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}
