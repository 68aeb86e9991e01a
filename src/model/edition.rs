//! One theme in one pass: everything that an emitter needs. Nothing in it depends on the clock.

use super::{
    Attachment, Author, EditionLinks, Encoding, Episode, History, Image, ItemSource, StoryId, Theme,
};
use crate::digest::{Digest, Encode};
use crate::text::html::SafeHtml;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use url::Url;

/// A theme with its stories, newest `date_published` first. `S` is how it has them: its own, or those that it shares with
/// the pages and feeds that show them (`Arc<ShownStory>`).
#[derive(Clone, Debug)]
pub struct Edition<S = ShownStory> {
    /// The theme.
    pub theme: Arc<Theme>,
    /// Its stories, newest first; equal dates by story id.
    pub stories: Vec<S>,
    /// The newest `date_modified` or `date_published` of its stories; the epoch when there are none.
    pub updated: DateTime<Utc>,
    /// Where the output folder is served, ending in `/`; without it no self links are written.
    pub base_url: Option<Url>,
    /// The WebSub hub, which notifies subscribers of changes.
    pub hub: Option<Url>,
    /// What its documents link to.
    pub links: EditionLinks,
    /// Where its theme's older stories are.
    pub history: History,
}

/// A story as one theme shows it: through the member that matches the theme best.
#[derive(Clone, Debug)]
pub struct ShownStory {
    /// The story's.
    pub id: StoryId,
    /// The shown member's: who follows it finds the text that is shown.
    pub url: Option<String>,
    /// Its published HTML page, relative to the output folder.
    pub path: Option<String>,
    /// The shown member's.
    pub external_url: Option<String>,
    /// Plain text, never empty: made of the first words of an untitled item.
    pub title: String,
    /// The full text, safe to show.
    pub content: Option<SafeHtml>,
    /// Plain text, short.
    pub summary: Option<String>,
    /// Whether its text or summary is here in part only: a subscription document must stay small.
    pub is_cut: bool,
    /// The picture.
    pub image: Option<Image>,
    /// The story's, fixed.
    pub date_published: DateTime<Utc>,
    /// Moves only on a change that a reader should see.
    pub date_modified: Option<DateTime<Utc>>,
    /// The shown member's.
    pub authors: Vec<Author>,
    /// The shown member's.
    pub tags: Vec<String>,
    /// The shown member's.
    pub language: Option<String>,
    /// The shown member's.
    pub attachments: Vec<Attachment>,
    /// The shown member's.
    pub episode: Option<Box<Episode>>,
    /// The shown member's.
    pub source: Arc<ItemSource>,
    /// The other members, best first.
    pub also: Vec<AlsoIn>,
    /// An editor's choice: first on the page, a category in the feeds.
    pub editors_choice: bool,
    /// The story's order of arrival.
    pub seq: u64,
    /// The story's count of changes.
    pub rev: u64,
}

impl ShownStory {
    /// How many sources have it.
    pub fn source_count(&self) -> usize {
        let others = self.also.iter().map(|also| &also.source.id);
        let sources: BTreeSet<_> = others.chain([&self.source.id]).collect();
        sources.len()
    }

    /// A story with only these fields: every other one is empty.
    pub fn new(
        id: impl Into<String>,
        source: Arc<ItemSource>,
        date_published: DateTime<Utc>,
    ) -> Self {
        Self {
            id: StoryId::new(id),
            url: None,
            path: None,
            external_url: None,
            title: String::new(),
            content: None,
            summary: None,
            is_cut: false,
            image: None,
            date_published,
            date_modified: None,
            authors: Vec::new(),
            tags: Vec::new(),
            language: None,
            attachments: Vec::new(),
            episode: None,
            source,
            also: Vec::new(),
            editors_choice: false,
            seq: 1,
            rev: 0,
        }
    }
}

/// Another source that carries the story.
#[derive(Clone, Debug, PartialEq)]
pub struct AlsoIn {
    /// The source.
    pub source: Arc<ItemSource>,
    /// Its own title for the story.
    pub title: Option<String>,
    /// Its own page for the story.
    pub url: Option<String>,
    /// Why it is the same story, in a few words: `same text`, `similar text (0.93)`.
    pub why: String,
}

/// The published site: what every page and every list of feeds shows of it, and its options.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: Option<String>,
    /// Where the output folder is served, ending in `/`.
    pub base_url: Option<Url>,
    /// A WebSub hub, which notifies subscribers of changes.
    pub hub: Option<Url>,
    /// RFC 5646 tag of the index page.
    pub language: String,
    /// The encodings of the compressed copies beside published files.
    pub compress: Vec<Encoding>,
    /// Tell search engines not to index the pages. Default true: the texts belong to others.
    pub noindex: bool,
    /// What the page of a story shows.
    pub story_pages: StoryPages,
    /// Publish a page with the status of the sources.
    pub health: bool,
    /// Publish the titles of stories, and a page that searches them.
    pub search: bool,
}

/// What the page of a story shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoryPages {
    /// Stories have no pages.
    Off,
    /// The beginning of its text: the rest is read at the source, whose text it is.
    #[default]
    Excerpt,
    /// All of its text.
    Full,
}

/// A theme as the index page and `feeds.opml` list it.
#[derive(Clone, Debug)]
pub struct ListedTheme {
    /// The theme.
    pub theme: Arc<Theme>,
    /// Its files.
    pub links: EditionLinks,
    /// Its edition's.
    pub updated: DateTime<Utc>,
    /// How many stories its edition holds.
    pub stories: usize,
    /// Its newest stories, newest first, at most five.
    pub headlines: Vec<Headline>,
}

/// A story's title, and where the story is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// Plain text.
    pub title: String,
    /// At the source.
    pub url: Option<String>,
    /// Its published HTML page, relative to the output folder.
    pub path: Option<String>,
}

impl Headline {
    /// That of a story.
    pub fn of(story: &ShownStory) -> Self {
        Self {
            title: story.title.clone(),
            url: story.url.clone().or_else(|| story.external_url.clone()),
            path: story.path.clone(),
        }
    }
}

impl Encode for Site {
    fn encode(&self, to: &mut Digest) {
        let Self {
            title,
            description,
            base_url,
            hub,
            language,
            compress,
            noindex,
            story_pages,
            health,
            search,
        } = self;
        to.add(title).add(description).add(base_url).add(hub);
        to.add(language).add(compress).add(noindex);
        to.add(story_pages).add(health).add(search);
    }
}

impl Encode for StoryPages {
    fn encode(&self, to: &mut Digest) {
        to.add(match self {
            Self::Off => "off",
            Self::Excerpt => "excerpt",
            Self::Full => "full",
        });
    }
}

impl Encode for ListedTheme {
    fn encode(&self, to: &mut Digest) {
        let Self {
            theme,
            links,
            updated,
            stories,
            headlines,
        } = self;
        to.add(theme).add(links).add(updated);
        to.add(stories).add(headlines);
    }
}

impl Encode for Headline {
    fn encode(&self, to: &mut Digest) {
        let Self { title, url, path } = self;
        to.add(title).add(url).add(path);
    }
}
