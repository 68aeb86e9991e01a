//! What is published, as the page templates get it: every field that a template may use, by name.
//! `docs/TEMPLATES.md` documents the same fields for those who write templates.

mod archive;
mod carriers;
mod file;
mod gone;
mod index;
mod search;
mod source;
mod source_index;
mod sources;
mod story;
mod tags;
mod theme;

pub(in crate::publish) use archive::{MonthPage, MonthsPage};
pub(in crate::publish) use gone::GonePage;
pub(in crate::publish) use index::IndexPage;
pub(in crate::publish) use search::SearchPage;
pub(in crate::publish) use source::SourcePage;
pub(in crate::publish) use source_index::SourceIndexPage;
pub(in crate::publish) use sources::SourcesPage;
pub(in crate::publish) use story::StoryPage;
pub(in crate::publish) use tags::TagsPage;
pub(in crate::publish) use theme::ThemePage;

use carriers::{Carriers, OtherHeadline};
use file::FileView;

use crate::date::Tz;
use crate::model::{EditionLinks, FeedFormat, Image, ItemSource, ShownStory, Site, Theme};
use crate::publish::phrases::{Phrases, direction};
use crate::publish::{FEEDS_OPML, INDEX, SEARCH, STYLE, checked, path};
use crate::text::{html, words};
use chrono::{DateTime, NaiveDate, SecondsFormat, Timelike, Utc};
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;

/// How much of a story a list shows, in characters: two lines of a wide page. The style sheet shows no
/// more of it on a narrow one.
const SUMMARY_CHARS: usize = 220;

/// How much is said of a page where it is linked, in characters: what chats and search engines show.
const DESCRIPTION_CHARS: usize = 200;

/// How many tags of a story a list shows.
const TAGS_SHOWN: usize = 6;

/// What `base.html` needs to know of any page. Templates find these fields beside those of the page. They are not
/// flattened into it: fields of a structure are found ten times as fast as those of the map that this would make.
#[derive(Serialize)]
pub(in crate::publish) struct Frame {
    title: String,
    description: Option<String>,
    /// What is said of the page where it is linked.
    meta_description: String,
    /// Where the page is served, if that is known.
    address: Option<String>,
    language: String,
    dir: &'static str,
    noindex: bool,
    site_title: String,
    phrases: &'static Phrases,
    /// Relative to this page, as all links to published files.
    index: String,
    opml: String,
    /// Where that is served, if that is known.
    opml_address: Option<String>,
    /// The page that finds stories by their titles, where there is one.
    search: Option<String>,
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
        let about = [description.clone(), site.description.clone()];
        Self {
            meta_description: about
                .into_iter()
                .flatten()
                .map(|text| checked::line(&text))
                .find(|text| !text.is_empty())
                .unwrap_or_else(|| title.clone()),
            address: served(site, page),
            opml_address: served(site, FEEDS_OPML),
            title,
            description,
            language: language.to_owned(),
            dir: direction(language),
            noindex: site.noindex,
            site_title: site_title(site),
            phrases: Phrases::of(language),
            index: relative(page, INDEX),
            opml: relative(page, FEEDS_OPML),
            search: site.search.then(|| relative(page, SEARCH)),
            style: relative(page, STYLE),
        }
    }

    /// The page is about something that its description does not say.
    fn about(self, text: Option<String>) -> Self {
        let text = text.map(|text| words::first_words(&text, DESCRIPTION_CHARS));
        Self {
            meta_description: text
                .filter(|text| !text.is_empty())
                .unwrap_or(self.meta_description),
            ..self
        }
    }
}

/// Where a file of the output folder is served.
fn served(site: &Site, file: &str) -> Option<String> {
    let base = site.base_url.as_ref()?;
    // A front page is known by its folder's address.
    let file = if file == INDEX { "" } else { file };
    base.join(file).ok().map(String::from)
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
    fn new(theme: &Theme, page_language: &str, site: &Site, page: &str) -> Self {
        let theme = checked::theme(theme);
        Self {
            language: (theme.language != page_language).then(|| theme.language.clone()),
            dir: direction(&theme.language),
            links: Links::new(&EditionLinks::of(&theme), &theme, site, page),
            title: theme.title,
        }
    }

    /// The way to all themes that have a page.
    fn all(themes: &[Arc<Theme>], page_language: &str, site: &Site, page: &str) -> Vec<Self> {
        let with_page = themes.iter().filter(|theme| theme.formats.html);
        with_page
            .map(|theme| Self::new(theme, page_language, site, page))
            .collect()
    }
}

/// A story in a list.
#[derive(Serialize)]
struct StoryView {
    title: String,
    /// Its page among ours where it has one, else the source's.
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
    /// Whose text it is, and where that is.
    source: Reference,
    also: Vec<Reference>,
    source_count: usize,
    same_text: Vec<Reference>,
    same_text_left: usize,
    other_headlines: Vec<OtherHeadline>,
    headlines_left: usize,
    /// The first sound file.
    audio: Option<FileView>,
    /// The first film.
    video: Option<FileView>,
    /// An editor's choice.
    is_choice: bool,
}

impl StoryView {
    /// Of a story that went through [`checked::story`], on a page of this language.
    fn new(story: &ShownStory, page: &Listing) -> Self {
        let language = story.language.as_deref().unwrap_or(page.language);
        let url = story.url.clone().or_else(|| story.external_url.clone());
        let own = story.path.as_deref().map(|path| relative(page.path, path));
        let files = || story.attachments.iter().map(FileView::new);
        let Carriers {
            source_count,
            same_text,
            same_text_left,
            other_headlines,
            headlines_left,
        } = Carriers::in_list(story, page.phrases);
        Self {
            title: story.title.clone(),
            href: own.clone().or_else(|| url.clone()),
            source: Reference {
                title: story.source.title.clone(),
                url: url.clone().or_else(|| site_of(&story.source)),
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
            source_count,
            same_text,
            same_text_left,
            other_headlines,
            headlines_left,
            audio: files().find(|file| file.is_audio),
            video: files().find(|file| file.is_video),
            is_choice: story.editors_choice,
        }
    }
}

/// The page that a list of stories stands on.
struct Listing<'a> {
    language: &'a str,
    zone: Tz,
    phrases: &'static Phrases,
    /// Relative to the output folder.
    path: &'a str,
}

impl<'a> Listing<'a> {
    fn new(theme: &'a Theme, path: &'a str) -> Self {
        Self {
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
    // Many feeds begin a text with its headline, which stands above it.
    let text = text
        .strip_prefix(&story.title)
        .filter(|rest| !rest.starts_with(char::is_alphanumeric))
        .map_or(text.as_str(), |rest| {
            rest.trim_start_matches(|c: char| c.is_whitespace() || ".:-–—|".contains(c))
        });
    let text = words::first_words(text, max_chars);
    (!text.is_empty() && text != story.title).then_some(text)
}

fn site_title(site: &Site) -> String {
    checked::line(&site.title)
}

/// A theme's files, relative to a page: those that it has.
#[derive(Serialize)]
struct Links {
    rss: Option<String>,
    atom: Option<String>,
    json: Option<String>,
    html: Option<String>,
    archive: Option<String>,
    /// Where the feeds are served, if that is known.
    addresses: Option<Addresses>,
}

/// The feeds of a theme by their whole addresses, to copy them into a reader.
#[derive(Serialize)]
struct Addresses {
    rss: Option<String>,
    atom: Option<String>,
    json: Option<String>,
}

impl Links {
    fn new(links: &EditionLinks, theme: &Theme, site: &Site, page: &str) -> Self {
        let formats = &theme.formats;
        let feed = |format| formats.feeds.contains(&format).then(|| links.feed(format));
        let address = |format| served(site, &feed(format)?);
        let link = |format| Some(relative(page, &feed(format)?));
        Self {
            addresses: site.base_url.as_ref().map(|_| Addresses {
                rss: address(FeedFormat::Rss),
                atom: address(FeedFormat::Atom),
                json: address(FeedFormat::Json),
            }),
            rss: link(FeedFormat::Rss),
            atom: link(FeedFormat::Atom),
            json: link(FeedFormat::Json),
            html: links.html.as_ref().map(|html| relative(page, html)),
            archive: (formats.html).then(|| relative(page, &path::of_months(&theme.id))),
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
    /// `14 Jun 2024`
    short: String,
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
            short: phrases.short_day(local.date_naive()),
            time: (!day_only).then(|| local.format("%H:%M").to_string()),
        }
    }
}
