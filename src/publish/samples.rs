//! Editions for tests.

use crate::model::{
    AlsoIn, Attachment, Author, Edition, EditionLinks, EditorsChoice, Formats, Headline, History,
    Image, ItemSource, ListedTheme, Rule, ShownStory, Site, SourceId, Theme, ThemeId,
};
use crate::text::html::sanitize;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use url::Url;

pub(super) fn at(rfc3339: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(rfc3339).unwrap().to_utc()
}

pub(super) fn source(id: &str, title: &str) -> Arc<ItemSource> {
    Arc::new(ItemSource {
        id: SourceId::new(id),
        title: title.to_owned(),
        feed_id: format!("https://{id}.example/feed"),
        feed_url: Some(format!("https://{id}.example/feed")),
        home_page_url: Some(format!("https://{id}.example/")),
        updated: Some(at("2024-06-14T10:00:00Z")),
        rights: None,
    })
}

/// A story with a title, a page, a text and nothing else.
pub(super) fn story(id: &str, title: &str, published: &str) -> ShownStory {
    ShownStory {
        url: Some(format!("https://nato.example/{}", title.len())),
        title: title.to_owned(),
        content: Some(sanitize("<p>Text.</p>", None)),
        ..ShownStory::new(id, source("nato", "NATO"), at(published))
    }
}

/// A story with a value in every field.
pub(super) fn full_story() -> ShownStory {
    ShownStory {
        external_url: Some("https://elsewhere.example/about".to_owned()),
        summary: Some("Ministers met & agreed.".to_owned()),
        image: Some(Image {
            url: "https://nato.example/p.jpg?w=1&h=2".to_owned(),
            caption: Some("The table".to_owned()),
            width: Some(1200),
            height: Some(800),
        }),
        date_modified: Some(at("2024-06-14T11:00:00Z")),
        authors: vec![author("Jane Doe", None)],
        tags: vec!["defence".to_owned(), "R&D".to_owned()],
        language: Some("de".to_owned()),
        attachments: vec![
            attachment("https://nato.example/a.mp3", "audio/mpeg", Some(1000)),
            attachment("https://nato.example/b.pdf", "application/pdf", None),
        ],
        also: vec![AlsoIn {
            source: source("reuters", "Reuters & Co"),
            title: Some("Their <title>".to_owned()),
            url: Some("https://reuters.example/1?a=1&b=2".to_owned()),
            why: "similar text (0.93)".to_owned(),
        }],
        editors_choice: true,
        seq: 7,
        rev: 2,
        ..story(
            "https://nato.example/full",
            "Ministers agree",
            "2024-06-14T09:30:00Z",
        )
    }
}

pub(super) fn author(name: &str, url: Option<&str>) -> Author {
    Author {
        name: Some(name.to_owned()),
        url: url.map(str::to_owned),
        avatar: None,
    }
}

pub(super) fn attachment(url: &str, mime_type: &str, bytes: Option<u64>) -> Attachment {
    Attachment {
        url: url.to_owned(),
        mime_type: mime_type.to_owned(),
        size_in_bytes: bytes,
        ..Attachment::default()
    }
}

pub(super) fn theme() -> Theme {
    Theme {
        merge: crate::model::Merging::default(),
        ids: crate::model::Ids::default(),
        order: crate::model::Order::default(),
        byline: false,
        formats: Formats::default(),
        aliases: Vec::new(),
        id: ThemeId::new("defence"),
        title: "Defence".to_owned(),
        description: Some("What ministers decide".to_owned()),
        rule: Rule::default(),
        editors_choice: EditorsChoice::default(),
        limit: 50,
        archive: None,
        per_source: None,
        max_age: None,
        language: "en".to_owned(),
        timezone: crate::date::Tz::UTC,
        image: None,
        rights: None,
        filter: None,
    }
}

pub(super) fn edition(stories: Vec<ShownStory>) -> Edition {
    let theme = theme();
    Edition {
        links: EditionLinks::of(&theme),
        theme: Arc::new(theme),
        updated: stories
            .iter()
            .map(|story| story.date_modified.unwrap_or(story.date_published))
            .max()
            .unwrap_or(DateTime::UNIX_EPOCH),
        stories,
        base_url: Url::parse("https://feeds.example/").ok(),
        hub: None,
        history: History::default(),
    }
}

pub(super) fn site() -> Site {
    Site {
        title: "Mill & Sons".to_owned(),
        description: None,
        base_url: Url::parse("https://feeds.example/").ok(),
        hub: None,
        language: "en".to_owned(),
        compress: Vec::new(),
        noindex: true,
        story_pages: crate::model::StoryPages::default(),
        health: false,
        search: false,
    }
}

pub(super) fn listed(edition: &Edition) -> ListedTheme {
    ListedTheme {
        theme: Arc::clone(&edition.theme),
        links: edition.links.clone(),
        updated: edition.updated,
        stories: edition.stories.len(),
        headlines: edition.stories.iter().map(Headline::of).collect(),
    }
}
