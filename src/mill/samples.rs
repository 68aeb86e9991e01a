//! Settings with every field filled, for the tests of hashes that are stored.

use crate::model::{
    DateOrder, EditorsChoice, Encoding, Formats, Ids, Location, Merging, Order, PageRule, Rule,
    Secret, Selector, Site, Source, SourceId, SourceKind, StoryPages, Theme, ThemeId,
};
use chrono::DateTime;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).expect("an address")
}

fn one(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

pub(super) fn theme() -> Theme {
    Theme {
        id: ThemeId::new("defence"),
        title: "Defence".to_owned(),
        description: Some("Ministries and their budgets".to_owned()),
        rule: Rule {
            include: one("defence"),
            exclude: one("football"),
            sources: vec![SourceId::new("a")],
            tags: one("politics"),
            expression: None,
            min_sources: None,
        },
        editors_choice: EditorsChoice {
            tags: one("top"),
            include: one("summit"),
            pins: one("https://a.example/1"),
        },
        merge: Merging::Coverage,
        ids: Ids::PerTheme,
        order: Order::Date,
        byline: true,
        formats: Formats::default(),
        aliases: vec![ThemeId::new("army")],
        limit: 40,
        archive: None,
        per_source: Some(5),
        max_age: Some(Duration::from_secs(3600)),
        language: "en".to_owned(),
        timezone: crate::date::Tz::known("Europe/Brussels"),
        image: Some("https://news.example/defence.png".to_owned()),
        rights: Some("CC BY".to_owned()),
        filter: None,
    }
}

pub(super) fn site() -> Site {
    Site {
        title: "News".to_owned(),
        description: Some("What is new".to_owned()),
        base_url: Some(url("https://news.example/")),
        hub: Some(url("https://hub.example/")),
        language: "en".to_owned(),
        compress: vec![Encoding::Gzip, Encoding::Br],
        noindex: true,
        story_pages: StoryPages::Full,
        health: true,
        search: false,
    }
}

pub(super) fn source() -> Source {
    let text = |text: &str| Some(Selector(text.to_owned()));
    Source {
        id: SourceId::new("a"),
        location: Location::File {
            path: "/a.xml".into(),
            url: Some(Arc::new(url("https://a.example/feed"))),
        },
        title: Some("A".to_owned()),
        kind: SourceKind::Page(Box::new(PageRule {
            item: Selector("article".to_owned()),
            title: text("h2"),
            url: text("a"),
            date: text("time"),
            summary: text("p"),
            image: text("img"),
            caption: text("figcaption"),
            tags: text(".tag"),
            next: text("a.next"),
        })),
        pages: 3,
        max_items: Some(Source::MAX_ITEMS),
        full_text: false,
        rank: 10,
        language: Some("en".to_owned()),
        as_of: Some(DateTime::UNIX_EPOCH),
        every: Some(Duration::from_secs(60)),
        timezone: crate::date::Tz::known("Europe/Brussels"),
        date_order: DateOrder::MonthFirst,
        tags: one("local"),
        folder: one("Near"),
        home_page_url: Some("https://a.example/".to_owned()),
        merge: true,
        enabled: true,
        rule: None,
        titles: Vec::new(),
        filter: None,
        robots: true,
        headers: vec![("X-Key".to_owned(), Secret::new("s".to_owned()))],
        proxy: None,
        public_url: Some(Arc::new(url("https://a.example/public"))),
    }
}
