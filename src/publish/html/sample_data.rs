//! Sample data, to try page templates on.

use crate::model::{
    AlsoIn, Attachment, Author, Edition, EditionLinks, EditorsChoice, Formats, Headline, History,
    Ids, Image, ItemSource, ListedTheme, Merging, Rule, ShownStory, Site, SourceId, StoryId,
    StoryPages, Theme, ThemeId,
};
use crate::publish::{Month, MonthPart, SourceLine, SourceState};
use crate::text::html::from_text;
use chrono::{DateTime, TimeDelta};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What pages are made of, with everything in it or with as little as there can be.
pub(super) struct SampleData {
    pub site: Site,
    pub edition: Edition,
    pub story: ShownStory,
    pub themes: Vec<ListedTheme>,
    pub months: BTreeMap<Month, usize>,
    pub part: MonthPart,
    pub sources: Vec<SourceLine>,
    /// Files with titles.
    pub titles: Vec<String>,
}

impl SampleData {
    pub(in crate::publish) fn new(full: bool) -> Self {
        let some = |text: &str| full.then(|| text.to_owned());
        let site = Site {
            title: "Site".to_owned(),
            description: some("About it"),
            language: "en".to_owned(),
            story_pages: if full {
                StoryPages::Full
            } else {
                StoryPages::Excerpt
            },
            search: full,
            ..Site::default()
        };
        let theme = Arc::new(Theme {
            id: ThemeId::new("theme"),
            title: "Theme".to_owned(),
            description: some("About it"),
            rule: Rule::default(),
            editors_choice: EditorsChoice::default(),
            merge: Merging::default(),
            ids: Ids::default(),
            order: crate::model::Order::default(),
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
            rights: some("Rights"),
            filter: None,
        });
        let story = story(full);
        let links = EditionLinks::of(&theme);
        let other = ShownStory {
            id: StoryId::new("tag:example.org,2024:other"),
            editors_choice: false,
            ..story.clone()
        };
        let month = Month(2024 * 12 + 5);
        Self {
            edition: Edition {
                theme: Arc::clone(&theme),
                updated: story.date_published,
                base_url: None,
                hub: None,
                links: links.clone(),
                history: History::default(),
                stories: if full {
                    vec![story.clone(), other]
                } else {
                    Vec::new()
                },
            },
            themes: full
                .then(|| ListedTheme {
                    theme,
                    links,
                    updated: story.date_published,
                    stories: 1,
                    headlines: vec![Headline::of(&story)],
                })
                .into_iter()
                .collect(),
            months: full.then_some((month, 1)).into_iter().collect(),
            part: MonthPart {
                month,
                page: 1,
                has_more: full,
                previous: full.then_some((Month(month.0 - 1), 1)),
                next: None,
            },
            sources: vec![line(full)],
            titles: full
                .then(|| "search/2024-06.json".to_owned())
                .into_iter()
                .collect(),
            site,
            story,
        }
    }
}

fn story(full: bool) -> ShownStory {
    let some = |text: &str| full.then(|| text.to_owned());
    let published = DateTime::UNIX_EPOCH + TimeDelta::minutes(90);
    let source = Arc::new(ItemSource {
        id: SourceId::new("source"),
        title: "Source".to_owned(),
        home_page_url: some("https://example.org/"),
        rights: some("Rights"),
        ..ItemSource::default()
    });
    let also = AlsoIn {
        source: Arc::new(ItemSource {
            id: SourceId::new("other"),
            title: "Other".to_owned(),
            ..ItemSource::default()
        }),
        title: some("Title there"),
        url: some("https://example.com/1"),
        why: "same text".to_owned(),
    };
    ShownStory {
        id: StoryId::new("tag:example.org,2024:story"),
        url: some("https://example.org/1"),
        path: some("story/2024/06/x.html"),
        external_url: some("https://example.net/"),
        title: "Title".to_owned(),
        content: full.then(|| from_text("Text.")),
        summary: some("Summary."),
        is_cut: false,
        image: full.then(|| Image {
            url: "https://example.org/1.jpg".to_owned(),
            caption: some("Caption"),
            width: Some(3),
            height: Some(2),
        }),
        date_published: published,
        date_modified: full.then_some(published + TimeDelta::hours(1)),
        authors: full
            .then(|| Author {
                name: some("Author"),
                ..Author::default()
            })
            .into_iter()
            .collect(),
        tags: some("Tag").into_iter().collect(),
        language: some("de"),
        attachments: full
            .then(|| Attachment {
                url: "https://example.org/1.mp3".to_owned(),
                mime_type: "audio/mpeg".to_owned(),
                size_in_bytes: Some(1),
                duration_in_seconds: Some(1),
                ..Attachment::default()
            })
            .into_iter()
            .collect(),
        episode: None,
        source,
        also: full.then_some(also).into_iter().collect(),
        editors_choice: full,
        seq: 1,
        rev: 0,
    }
}

fn line(full: bool) -> SourceLine {
    let moment = full.then_some(DateTime::UNIX_EPOCH);
    SourceLine {
        name: "source".to_owned(),
        title: full.then(|| "Source".to_owned()),
        url: full.then(|| "https://example.org/feed".to_owned()),
        state: if full {
            SourceState::Failing
        } else {
            SourceState::Gone
        },
        last_good: moment,
        next_visit: moment,
        failures: if full { 2 } else { 0 },
        error: full.then(|| "server answered 503".to_owned()),
        items: 1,
        newest: moment,
        stories_page: full.then(|| "sources/source.html".to_owned()),
    }
}
