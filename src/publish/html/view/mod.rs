//! What is published, as the page templates get it: every field that a template may use, by name.
//! `docs/TEMPLATES.md` documents the same fields for those who write templates.

mod archive;
mod carriers;
mod file;
mod gone;
mod index;
mod moment;
mod search;
mod source;
mod source_index;
mod sources;
mod story;
mod story_in_list;
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
use moment::Moment;
use story_in_list::{Listing, StoryView};

use crate::model::{EditionLinks, FeedFormat, ItemSource, ShownStory, Site, Theme};
use crate::publish::phrases::{Phrases, direction};
use crate::publish::{FEEDS_OPML, INDEX, SEARCH, STYLE, address_below, checked, path};
use crate::text::{html, words};
use minijinja::Value;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;

/// How much is said of a page where it is linked, in characters: what chats and search engines show.
const DESCRIPTION_CHARS: usize = 200;

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
    phrases: Value,
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
            phrases: Phrases::of(language).value(),
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
    address_below(base, file)
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

/// A name that is a link where we know where to.
#[derive(Debug, Serialize)]
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
fn tags_of(story: &ShownStory, phrases: &Phrases) -> impl Iterator<Item = String> {
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
    let folders = page.bytes().filter(|&b| b == b'/').count();
    let mut way = String::with_capacity(3 * folders + file.len());
    (0..folders).for_each(|_| way.push_str("../"));
    way.push_str(file);
    way
}
