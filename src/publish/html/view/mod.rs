//! What is published, as the page templates get it: every field that a template may use, by name.
//! `docs/TEMPLATES.md` documents the same fields for those who write templates.

mod archive;
mod gone;
mod index;
mod sources;
mod story;
mod theme;

pub(in crate::publish) use archive::{MonthPage, MonthsPage};
pub(in crate::publish) use gone::GonePage;
pub(in crate::publish) use index::IndexPage;
pub(in crate::publish) use sources::SourcesPage;
pub(in crate::publish) use story::StoryPage;
pub(in crate::publish) use theme::ThemePage;

use crate::model::{
    EditionLinks, FeedFormat, Image, ItemSource, ShownStory, Site, StoryPages, Theme,
};
use crate::publish::phrases::{Phrases, direction};
use crate::publish::{FEEDS_OPML, INDEX, STYLE, checked, path};
use crate::text::{html, words};
use chrono::{DateTime, NaiveDate, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashSet;

/// How much of a story a list shows, in characters.
const SUMMARY_CHARS: usize = 300;

/// How many tags of a story a list shows.
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
    /// Relative to this page, as all links to published files.
    index: String,
    opml: String,
    style: String,
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
            style: relative(page, STYLE),
        }
    }
}

/// A theme that a page belongs to, and its files.
#[derive(Serialize)]
struct ThemeLink {
    title: String,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    links: Links,
}

impl ThemeLink {
    fn new(theme: &Theme, page_language: &str, page: &str) -> Self {
        let theme = checked::theme(theme);
        Self {
            language: (theme.language != page_language).then(|| theme.language.clone()),
            dir: direction(&theme.language),
            links: Links::new(&EditionLinks::of(&theme.id), &theme, page),
            title: theme.title,
        }
    }
}

/// A story in a list.
#[derive(Serialize)]
struct StoryView {
    title: String,
    /// Where all of its text is: its page among ours where that has it, else the source's.
    href: Option<String>,
    /// At the source.
    url: Option<String>,
    /// Its page among ours, relative to this one.
    page: Option<String>,
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
    /// Of a story that went through [`checked::story`], on a page of this language.
    fn new(story: &ShownStory, page: &Listing) -> Self {
        let language = story.language.as_deref().unwrap_or(page.language);
        let url = story.url.clone().or_else(|| story.external_url.clone());
        let own = story.path.as_deref().map(|path| relative(page.path, path));
        let is_full = page.site.story_pages == StoryPages::Full;
        let source = Reference {
            title: story.source.title.clone(),
            url: site_of(&story.source),
        };
        Self {
            title: story.title.clone(),
            href: text_at(own.clone(), url.clone(), page.site),
            // The headline leads elsewhere: the way to the original must be seen.
            source: if is_full && own.is_some() && url.is_some() {
                Reference {
                    url: url.clone(),
                    ..source
                }
            } else {
                source
            },
            url,
            page: own,
            language: (language != page.language).then(|| language.to_owned()),
            dir: direction(language),
            published: Moment::new(story.date_published, page.zone, page.phrases),
            summary: summary(story, SUMMARY_CHARS),
            image: story.image.clone(),
            tags: tags(story, page.phrases).take(TAGS_SHOWN).collect(),
            also: other_sources(story),
        }
    }
}

/// Where all of a story's text is: on our page of it, or at the source; else where there is some.
fn text_at(ours: Option<String>, theirs: Option<String>, site: &Site) -> Option<String> {
    match site.story_pages {
        StoryPages::Full => ours.or(theirs),
        StoryPages::Excerpt | StoryPages::Off => theirs.or(ours),
    }
}

/// The page that a list of stories stands on.
struct Listing<'a> {
    site: &'a Site,
    language: &'a str,
    zone: Tz,
    phrases: &'static Phrases,
    /// Relative to the output folder.
    path: &'a str,
}

impl<'a> Listing<'a> {
    fn new(site: &'a Site, theme: &'a Theme, path: &'a str) -> Self {
        Self {
            site,
            language: &theme.language,
            zone: theme.timezone,
            phrases: Phrases::of(&theme.language),
            path,
        }
    }
}

/// A name that is a link where we know where to.
#[derive(Serialize)]
struct Reference {
    title: String,
    url: Option<String>,
}

/// The other sources that carry the story, each once: a list says who, the story's page says it all.
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

/// The tags, without one that says what the heading of the editor's choice says.
fn tags(story: &ShownStory, phrases: &Phrases) -> impl Iterator<Item = String> {
    let tags = story.tags.iter().filter(|tag| !phrases.names_choice(tag));
    tags.cloned()
}

fn site_of(source: &ItemSource) -> Option<String> {
    source
        .home_page_url
        .clone()
        .or_else(|| source.feed_url.clone())
}

/// The beginning of the story in plain text.
fn summary(story: &ShownStory, max_chars: usize) -> Option<String> {
    let text = match (&story.summary, &story.content) {
        (Some(summary), _) => checked::line(summary),
        (None, Some(content)) => checked::line(&html::to_text(content.as_str())),
        (None, None) => return None,
    };
    let text = words::first_words(&text, max_chars);
    (!text.is_empty() && text != story.title).then_some(text)
}

fn site_title(site: &Site) -> String {
    checked::line(&site.title)
}

/// A theme's files, relative to a page.
#[derive(Serialize)]
struct Links {
    rss: String,
    atom: String,
    json: String,
    html: String,
    archive: String,
}

impl Links {
    fn new(links: &EditionLinks, theme: &Theme, page: &str) -> Self {
        Self {
            rss: relative(page, &links.feed(FeedFormat::Rss)),
            atom: relative(page, &links.feed(FeedFormat::Atom)),
            json: relative(page, &links.feed(FeedFormat::Json)),
            html: relative(page, &links.html),
            archive: relative(page, &path::of_months(&theme.id)),
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
    /// `2024-06-14`
    date: NaiveDate,
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
            date: local.date_naive(),
            day: phrases.day(local.date_naive()),
            time: (!day_only).then(|| local.format("%H:%M").to_string()),
        }
    }
}
