//! A story in a list.

use super::{
    Carriers, FileView, Moment, Reference, other_sources, relative, site_of, summary, tags_of,
};
use crate::date::Tz;
use crate::model::{ShownStory, Theme};
use crate::publish::phrases::{Phrases, direction};
use minijinja::Value;
use minijinja::value::{Enumerator, Object, Serde};
use serde::Serialize;
use std::sync::{Arc, OnceLock};

/// How much of a story a list shows, in characters: two lines of a wide page. The style sheet shows no
/// more of it on a narrow one.
const SUMMARY_CHARS: usize = 220;

/// How many tags of a story a list shows.
const TAGS_SHOWN: usize = 6;

/// The page that a list of stories stands on.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) language: String,
    pub(super) zone: Tz,
    pub(super) phrases: &'static Phrases,
    /// Relative to the output folder.
    pub(super) path: String,
}

impl Listing {
    pub(super) fn new(theme: &Theme, path: &str) -> Self {
        Self {
            language: theme.language.clone(),
            zone: theme.timezone,
            phrases: Phrases::of(&theme.language),
            path: path.to_owned(),
        }
    }
}

/// What templates are given of a story in a list.
const FIELDS: [&str; 20] = [
    "title",
    "href",
    "url",
    "page",
    "language",
    "dir",
    "published",
    "summary",
    "image",
    "tags",
    "source",
    "also",
    "source_count",
    "same_text",
    "same_text_left",
    "other_headlines",
    "headlines_left",
    "audio",
    "video",
    "is_choice",
];

/// A story in a list. A field is made when a template first asks for it: lines of a list show few of them.
#[derive(Debug)]
pub(super) struct StoryView {
    story: Arc<ShownStory>,
    page: Arc<Listing>,
    /// In the order of [`FIELDS`].
    made: [OnceLock<Value>; FIELDS.len()],
    carriers: OnceLock<Carriers>,
}

impl StoryView {
    /// Of a story that went through [`crate::publish::checked::story`].
    pub(super) fn value(story: &Arc<ShownStory>, page: &Arc<Listing>) -> Value {
        Value::from_object(Self {
            story: Arc::clone(story),
            page: Arc::clone(page),
            made: [const { OnceLock::new() }; FIELDS.len()],
            carriers: OnceLock::new(),
        })
    }

    fn field(&self, name: &str) -> Value {
        let (story, page) = (&self.story, &self.page);
        match name {
            "title" => story.title.as_str().into(),
            // Its page among ours where it has one, else the source's.
            "href" => self.page().or_else(|| self.url().map(str::to_owned)).into(),
            "url" => self.url().into(),
            "page" => self.page().into(),
            "language" => story
                .language
                .as_deref()
                .filter(|&own| own != page.language)
                .into(),
            "dir" => direction(story.language.as_deref().unwrap_or(&page.language)).into(),
            "published" => Moment::value(story.date_published, page.zone, page.phrases),
            "summary" => summary(story, SUMMARY_CHARS).into(),
            "image" => value(&story.image),
            "tags" => tags_of(story, page.phrases).take(TAGS_SHOWN).collect(),
            // Whose text it is, and where that is.
            "source" => value(Reference {
                title: story.source.title.clone(),
                url: self
                    .url()
                    .map(str::to_owned)
                    .or_else(|| site_of(&story.source)),
            }),
            "also" => value(other_sources(story)),
            "source_count" => self.carriers().source_count.into(),
            "same_text" => value(&self.carriers().same_text),
            "same_text_left" => self.carriers().same_text_left.into(),
            "other_headlines" => value(&self.carriers().other_headlines),
            "headlines_left" => self.carriers().headlines_left.into(),
            "audio" => value(FileView::first(&story.attachments, "audio/")),
            "video" => value(FileView::first(&story.attachments, "video/")),
            "is_choice" => story.editors_choice.into(),
            _ => Value::UNDEFINED,
        }
    }

    /// At the source.
    fn url(&self) -> Option<&str> {
        let story = &self.story;
        story.url.as_deref().or(story.external_url.as_deref())
    }

    /// Its page among ours, relative to this one.
    fn page(&self) -> Option<String> {
        let path = self.story.path.as_deref()?;
        Some(relative(&self.page.path, path))
    }

    fn carriers(&self) -> &Carriers {
        let made = || Carriers::in_list(&self.story, self.page.phrases);
        self.carriers.get_or_init(made)
    }
}

impl Object for StoryView {
    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let at = FIELDS.iter().position(|field| *field == name)?;
        Some(self.made[at].get_or_init(|| self.field(name)).clone())
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        self.get_value_by_str(name.as_str()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&FIELDS)
    }
}

fn value(fields: impl Serialize) -> Value {
    Value::from(Serde(fields))
}
