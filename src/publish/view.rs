//! Editions as the page templates see them: every field a template may use stands here, by name.

use super::phrases::{Phrases, direction};
use super::{FEEDS_OPML, INDEX, fit};
use crate::model::{Edition, EditionLinks, Image, ItemSource, ListedTheme, ShownStory, Site};
use crate::text::{html, words};
use chrono::{DateTime, NaiveDate, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashSet;

/// How much of a story a page shows, in characters.
const SUMMARY_CHARS: usize = 300;

/// How many tags of a story a page shows.
const TAGS_SHOWN: usize = 6;

/// What `base.html` needs to know of any page.
#[derive(Serialize)]
struct Frame {
    title: String,
    description: Option<String>,
    language: String,
    dir: &'static str,
    noindex: bool,
    site_title: String,
    phrases: &'static Phrases,
    /// Relative to this page.
    index: String,
    /// Relative to this page.
    opml: String,
}

impl Frame {
    fn new(
        site: &Site,
        title: String,
        description: Option<String>,
        language: &str,
        page: &str,
    ) -> Self {
        Self {
            title,
            description,
            language: language.to_owned(),
            dir: direction(language),
            noindex: site.noindex,
            site_title: site_title(site),
            phrases: Phrases::of(language),
            index: relative(page, INDEX),
            opml: relative(page, FEEDS_OPML),
        }
    }
}

/// What `theme.html` shows.
#[derive(Serialize)]
pub(super) struct ThemePage {
    #[serde(flatten)]
    frame: Frame,
    /// Relative to this page.
    links: Links,
    /// None where there are no stories.
    updated: Option<Moment>,
    /// The zone that days and times are meant in.
    timezone: &'static str,
    story_count: usize,
    /// The editor's choice, newest first; these stories are not repeated below.
    choice: Vec<StoryView>,
    /// All others, newest first.
    days: Vec<DayView>,
    rights: Option<String>,
}

impl ThemePage {
    /// Of an edition that went through [`fit::edition`].
    pub(super) fn new(edition: &Edition, site: &Site) -> Self {
        let theme = &edition.theme;
        let phrases = Phrases::of(&theme.language);
        let view = |story| StoryView::new(story, theme.timezone, &theme.language, phrases);
        let (choice, others): (Vec<_>, Vec<_>) = edition
            .stories
            .iter()
            .partition(|story| story.editors_choice);
        let mut days: Vec<DayView> = Vec::new();
        for story in others {
            let date = story
                .date_published
                .with_timezone(&theme.timezone)
                .date_naive();
            match days.last_mut() {
                Some(day) if day.date == date => day.stories.push(view(story)),
                _ => days.push(DayView {
                    date,
                    text: phrases.day(date),
                    stories: vec![view(story)],
                }),
            }
        }
        Self {
            frame: Frame::new(
                site,
                theme.title.clone(),
                theme.description.clone(),
                &theme.language,
                &edition.links.html,
            ),
            links: Links::new(&edition.links, &edition.links.html),
            updated: (!edition.stories.is_empty())
                .then(|| Moment::new(edition.updated, theme.timezone, phrases)),
            timezone: theme.timezone.name(),
            story_count: edition.stories.len(),
            choice: choice.into_iter().map(view).collect(),
            days,
            rights: theme.rights.clone(),
        }
    }
}

/// A day's stories, newest first.
#[derive(Serialize)]
struct DayView {
    /// `2024-06-14`
    date: NaiveDate,
    /// `Friday, 14 June 2024`
    text: String,
    stories: Vec<StoryView>,
}

/// What the macros of `story.html` show.
#[derive(Serialize)]
struct StoryView {
    title: String,
    url: Option<String>,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    published: Moment,
    /// Plain text.
    summary: Option<String>,
    image: Option<Image>,
    tags: Vec<String>,
    source: Reference,
    also: Vec<Reference>,
}

impl StoryView {
    fn new(story: &ShownStory, zone: Tz, page_language: &str, phrases: &Phrases) -> Self {
        let language = story.language.as_deref().unwrap_or(page_language);
        Self {
            title: story.title.clone(),
            url: story.url.clone().or_else(|| story.external_url.clone()),
            language: (language != page_language).then(|| language.to_owned()),
            dir: direction(language),
            published: Moment::new(story.date_published, zone, phrases),
            summary: summary(story),
            image: story.image.clone(),
            tags: tags(story, phrases),
            source: Reference {
                title: story.source.title.clone(),
                url: site_of(&story.source),
            },
            also: other_sources(story),
        }
    }
}

/// A name that is a link where we know where to.
#[derive(Serialize)]
struct Reference {
    title: String,
    url: Option<String>,
}

/// The other sources that carry the story, each once: a page says who, a feed says it all.
fn other_sources(story: &ShownStory) -> Vec<Reference> {
    let mut named = HashSet::from([&story.source.id]);
    story
        .also
        .iter()
        .filter(|member| named.insert(&member.source.id))
        .map(|member| Reference {
            title: member.source.title.clone(),
            url: member.url.clone().or_else(|| site_of(&member.source)),
        })
        .collect()
}

/// The first tags, without one that says what the heading above says.
fn tags(story: &ShownStory, phrases: &Phrases) -> Vec<String> {
    let tags = story.tags.iter().filter(|tag| !phrases.names_choice(tag));
    tags.take(TAGS_SHOWN).cloned().collect()
}

fn site_of(source: &ItemSource) -> Option<String> {
    source
        .home_page_url
        .clone()
        .or_else(|| source.feed_url.clone())
}

/// The beginning of the story in plain text.
fn summary(story: &ShownStory) -> Option<String> {
    let text = match (&story.summary, &story.content) {
        (Some(summary), _) => fit::line(summary),
        (None, Some(content)) => fit::line(&html::to_text(content.as_str())),
        (None, None) => return None,
    };
    let text = words::first_words(&text, SUMMARY_CHARS);
    (!text.is_empty() && text != story.title).then_some(text)
}

/// What `index.html` shows.
#[derive(Serialize)]
pub(super) struct IndexPage {
    #[serde(flatten)]
    frame: Frame,
    themes: Vec<ThemeView>,
}

impl IndexPage {
    pub(super) fn new(themes: &[ListedTheme], site: &Site) -> Self {
        let language = fit::language(&site.language).unwrap_or_else(|| "en".to_owned());
        let description = site.description.as_deref().map(fit::line);
        Self {
            frame: Frame::new(site, site_title(site), description, &language, INDEX),
            themes: themes
                .iter()
                .map(|listed| ThemeView::new(listed, &language))
                .collect(),
        }
    }
}

/// A theme on the index.
#[derive(Serialize)]
struct ThemeView {
    title: String,
    description: Option<String>,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    /// Relative to the index.
    links: Links,
    story_count: usize,
    /// None where there are no stories.
    updated: Option<Moment>,
    headlines: Vec<String>,
}

impl ThemeView {
    fn new(listed: &ListedTheme, page_language: &str) -> Self {
        let theme = fit::theme(&listed.theme);
        Self {
            language: (theme.language != page_language).then(|| theme.language.clone()),
            dir: direction(&theme.language),
            links: Links::new(&listed.links, INDEX),
            story_count: listed.stories,
            updated: (listed.stories > 0)
                .then(|| Moment::new(listed.updated, theme.timezone, Phrases::of(page_language))),
            headlines: listed
                .headlines
                .iter()
                .map(|title| fit::line(title))
                .collect(),
            title: theme.title,
            description: theme.description,
        }
    }
}

fn site_title(site: &Site) -> String {
    fit::line(&site.title)
}

/// An edition's files, relative to a page.
#[derive(Serialize)]
struct Links {
    rss: String,
    atom: String,
    json: String,
    html: String,
}

impl Links {
    fn new(links: &EditionLinks, page: &str) -> Self {
        Self {
            rss: relative(page, &links.rss),
            atom: relative(page, &links.atom),
            json: relative(page, &links.json),
            html: relative(page, &links.html),
        }
    }
}

/// The way from a page to a file, both given relative to the output folder.
fn relative(page: &str, file: &str) -> String {
    "../".repeat(page.matches('/').count()) + file
}

/// A moment as a page shows it.
#[derive(Serialize)]
struct Moment {
    /// RFC 3339, with the zone's offset.
    iso: String,
    /// `Friday, 14 June 2024`
    day: String,
    /// `09:30`; none at midnight, which is how a date without a time is stored.
    time: Option<String>,
}

impl Moment {
    fn new(at: DateTime<Utc>, zone: Tz, phrases: &Phrases) -> Self {
        let local = at.with_timezone(&zone);
        let midnight = |hour: u32, minute: u32| hour == 0 && minute == 0;
        let day_only = midnight(at.hour(), at.minute()) || midnight(local.hour(), local.minute());
        Self {
            iso: local.to_rfc3339_opts(SecondsFormat::Secs, true),
            day: phrases.day(local.date_naive()),
            time: (!day_only).then(|| local.format("%H:%M").to_string()),
        }
    }
}
