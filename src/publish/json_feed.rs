//! Edition -> JSON Feed 1.1. This is also the wire form of an item: `items` prints it as a line, and
//! `parse` prints a document of it. What JSON Feed has no field for is under `_feedmill`.

use super::content::Told;
use super::phrases::Phrases;
use super::{Error, FeedEdition, address, checked, content, page_of, published};
use crate::date::Precision;
use crate::model::{
    AlsoIn, Attachment, Author, Cursor, FeedFormat, Image, Item, ItemSource, Notice, NoticeKind,
    ShownStory, Theme, ThemeId,
};
use crate::text::html::SafeHtml;
use crate::text::language;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A feed. Its `version` is added when it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    /// Plain text.
    pub title: String,
    /// The page that the feed belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_page_url: Option<String>,
    /// Where the feed itself is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed_url: Option<String>,
    /// The document with the stories before these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_url: Option<String>,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Authors of the feed as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// RFC 5646 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who tells subscribers of news at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hubs: Vec<Hub>,
    /// The items.
    pub items: Vec<JsonFeedItem>,
}

/// A hub.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hub {
    /// The protocol that it speaks.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its address.
    pub url: String,
}

impl Document {
    /// The document as JSON, indented, ending in a newline.
    pub fn write(&self) -> Result<String, Error> {
        #[derive(Serialize)]
        struct Versioned<'a> {
            version: &'static str,
            #[serde(flatten)]
            document: &'a Document,
        }
        let versioned = Versioned {
            version: "https://jsonfeed.org/version/1.1",
            document: self,
        };
        serde_json::to_string_pretty(&versioned)
            .map(|json| json + "\n")
            .map_err(|error| Error::write("JSON Feed", error))
    }
}

/// An item on the wire: field for field as the specification has it, dates in RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct JsonFeedItem {
    /// Unique.
    pub id: String,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The page it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_url: Option<String>,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text as HTML that is safe to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_html: Option<String>,
    /// The text as plain text. One of the two is always there, as the specification demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_text: Option<String>,
    /// Plain text, short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_published: Option<DateTime<Utc>>,
    /// When it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<DateTime<Utc>>,
    /// Its authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Plain text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// RFC 5646 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What JSON Feed has no field for.
    #[serde(rename = "_feedmill", skip_serializing_if = "Extension::is_empty")]
    pub feedmill: Extension,
}

/// What JSON Feed has no field for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Extension {
    /// The other members of the story, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// The sources of the story, that of the shown member first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceLine>,
    /// How many there are, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_count: Option<usize>,
    /// The themes that show the story.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub themes: Vec<ThemeId>,
    /// Order of arrival.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Count of changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rev: Option<u64>,
    /// What happened to the story in a theme, where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeKind>,
    /// How many stories before this place are left out, because there were too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<usize>,
    /// The place of the notice, to be acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How exactly `date_published` is known, where not to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_precision: Option<Precision>,
    /// Caption and size of the picture, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageLine>,
}

impl Extension {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Another source's version of a story.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Also {
    /// The source's title.
    pub source: String,
    /// Its title for the story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its page for the story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Why it is the same story.
    pub why: String,
}

/// A source, by key and name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceLine {
    /// Its key in `feeds.toml`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed_url: Option<String>,
    /// Its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_page_url: Option<String>,
    /// Its copyright line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
}

/// What is known of a picture beyond its address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImageLine {
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// Writes the edition. Without a `base_url` there are no links to the feed itself.
pub fn write(checked: &FeedEdition) -> Result<String, Error> {
    let edition = checked.edition();
    let theme = &edition.theme;
    let previous = edition.history.previous.as_ref();
    Document {
        title: theme.title.clone(),
        home_page_url: published(edition, page_of(edition)),
        feed_url: published(edition, &edition.links.feed(FeedFormat::Json)),
        next_url: previous.and_then(|links| published(edition, &links.feed(FeedFormat::Json))),
        description: theme.description.clone(),
        icon: theme.image.clone(),
        authors: Vec::new(),
        language: Some(theme.language.clone()),
        hubs: edition
            .hub
            .iter()
            .map(|hub| Hub {
                kind: "WebSub",
                url: hub.to_string(),
            })
            .collect(),
        items: checked
            .stories()
            .map(|(story, told)| shown(story, told, theme))
            .collect(),
    }
    .write()
}

impl JsonFeedItem {
    /// A story, as a program wants it: the bare text, and all we know under `_feedmill`.
    pub fn from_story(story: &ShownStory, themes: &[ThemeId]) -> Self {
        let story = checked::story(story);
        let mut item = Self::of(&story);
        item.feedmill.themes = themes.to_vec();
        item.feedmill.seq = Some(story.seq);
        item.feedmill.rev = Some(story.rev);
        let content = story.content.as_ref();
        item.set_content(content.map(|content| checked::text(content.as_str()).into_owned()));
        item
    }

    /// A notice with its story, if that is still shown.
    pub fn from_notice(
        notice: &Notice,
        cursor: &Cursor,
        story: Option<&ShownStory>,
        themes: &[ThemeId],
    ) -> Self {
        let mut item = match story {
            Some(story) => Self::from_story(story, themes),
            None => Self {
                id: checked::line(notice.id.as_str()),
                ..Self::default()
            },
        };
        item.feedmill.notice = Some(notice.kind);
        item.feedmill.cursor = Some(cursor.to_string());
        item
    }

    /// What a program can use without reading JSON, by the names of variables.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let more = &self.feedmill;
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let date = self.date_published.map(|date| date.to_rfc3339());
        let sources: Vec<_> = more.sources.iter().map(|s| s.title.as_str()).collect();
        let themes: Vec<_> = more.themes.iter().map(ThemeId::as_str).collect();
        let notice = more.notice.map(|kind| kind.to_string());
        vec![
            ("FEEDMILL_ID", self.id.clone()),
            ("FEEDMILL_URL", text(self.url.as_ref())),
            ("FEEDMILL_TITLE", text(self.title.as_ref())),
            ("FEEDMILL_SUMMARY", text(self.summary.as_ref())),
            ("FEEDMILL_DATE", date.unwrap_or_default()),
            ("FEEDMILL_SOURCES", sources.join(", ")),
            ("FEEDMILL_THEMES", themes.join(", ")),
            ("FEEDMILL_NOTICE", notice.unwrap_or_default()),
            ("FEEDMILL_CURSOR", text(more.cursor.as_ref())),
        ]
    }

    /// An item as its source gave it; `content` is its HTML made safe.
    pub fn from_item(item: &Item, content: Option<&SafeHtml>) -> Self {
        let exact = item.date_precision == Precision::Exact;
        let image = item.image.as_ref();
        let mut wire = Self {
            id: checked::line(item.id.as_str()),
            url: item.url.as_deref().and_then(address::checked),
            external_url: item.external_url.as_deref().and_then(address::checked),
            title: item.title.as_deref().map(checked::line),
            content_text: item
                .content_text
                .as_deref()
                .map(|text| checked::text(text).into_owned()),
            summary: item
                .summary
                .as_deref()
                .map(|text| checked::text(text).into_owned()),
            image: image.and_then(|image| address::checked(&image.url)),
            date_published: Some(item.date_published),
            date_modified: item.date_modified,
            authors: item.authors.iter().filter_map(checked::author).collect(),
            tags: item.tags.iter().map(|tag| checked::line(tag)).collect(),
            language: item.language.as_deref().and_then(language::tag),
            attachments: item
                .attachments
                .iter()
                .filter_map(checked::attachment)
                .collect(),
            feedmill: Extension {
                date_precision: (!exact).then_some(item.date_precision),
                image: image.and_then(image_line),
                ..Extension::default()
            },
            ..Self::default()
        };
        wire.set_content(content.map(|content| checked::text(content.as_str()).into_owned()));
        wire
    }

    fn of(story: &ShownStory) -> Self {
        let members = story.also.iter().map(|member| &member.source);
        let mut sources: Vec<SourceLine> = Vec::new();
        for source in std::iter::once(&story.source).chain(members) {
            let line = source_line(source);
            if !sources.contains(&line) {
                sources.push(line);
            }
        }
        Self {
            id: story.id.to_string(),
            url: story.url.clone(),
            external_url: story.external_url.clone(),
            title: Some(story.title.clone()),
            summary: story.summary.clone(),
            image: story.image.as_ref().map(|image| image.url.clone()),
            date_published: Some(story.date_published),
            date_modified: story.date_modified,
            authors: story.authors.clone(),
            tags: story.tags.clone(),
            language: story.language.clone(),
            attachments: story.attachments.clone(),
            feedmill: Extension {
                also: story.also.iter().map(also).collect(),
                sources,
                source_count: Some(story.source_count()).filter(|&count| count > 1),
                image: story.image.as_ref().and_then(image_line),
                ..Extension::default()
            },
            ..Self::default()
        }
    }

    /// An item without any text gets its summary or title, since it must have some.
    fn set_content(&mut self, html: Option<String>) {
        self.content_html = html.filter(|html| !html.trim().is_empty());
        if self.content_html.is_none() && self.content_text.is_none() {
            let short = self.summary.as_ref().or(self.title.as_ref());
            self.content_text = Some(short.cloned().unwrap_or_default());
        }
    }
}

/// A story as readers show it: its authors name the source, its body every member, the editor's choice is a
/// tag.
fn shown(story: &ShownStory, told: &Told, theme: &Theme) -> JsonFeedItem {
    let mut item = JsonFeedItem::of(story);
    item.set_content(told.html.clone());
    item.authors.clone_from(&told.authors);
    item.tags = content::tags(story, Phrases::of(&theme.language))
        .map(str::to_owned)
        .collect();
    item
}

fn also(member: &AlsoIn) -> Also {
    Also {
        source: member.source.title.clone(),
        title: member.title.clone(),
        url: member.url.clone(),
        why: member.why.clone(),
    }
}

fn source_line(source: &ItemSource) -> SourceLine {
    SourceLine {
        id: source.id.to_string(),
        title: source.title.clone(),
        feed_url: source.feed_url.clone(),
        home_page_url: source.home_page_url.clone(),
        rights: source.rights.clone(),
    }
}

fn image_line(image: &Image) -> Option<ImageLine> {
    let line = ImageLine {
        caption: image.caption.as_deref().map(checked::line),
        width: image.width,
        height: image.height,
    };
    let known = line.caption.is_some() || line.width.is_some() || line.height.is_some();
    known.then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Image, ItemSource, RawHtml};
    use crate::publish::samples::{at, edition, full_story, story};
    use crate::text::html::sanitize;
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn item() -> Item {
        Item {
            url: Some("https://nato.example/1".to_owned()),
            title: Some("Title".to_owned()),
            content_html: Some(RawHtml::default()),
            ..Item::new(
                "https://nato.example/1",
                Arc::new(ItemSource::default()),
                at("2024-06-14T09:30:00Z"),
            )
        }
    }

    #[test]
    fn a_published_item_has_every_field_and_no_counters() {
        let json: Value =
            serde_json::from_str(&write(&FeedEdition::of(&edition(vec![full_story()]))).unwrap())
                .unwrap();
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(json["feed_url"], "https://feeds.example/defence.json");
        let item = &json["items"][0];
        assert_eq!(item["id"], "https://nato.example/full");
        assert_eq!(item["date_modified"], "2024-06-14T11:00:00Z");
        assert_eq!(item["authors"], json!([{"name": "Jane Doe, NATO"}]));
        assert_eq!(item["tags"], json!(["Editor’s choice", "defence", "R&D"]));
        assert_eq!(item["attachments"][0]["size_in_bytes"], 1000);
        assert_eq!(
            item["_feedmill"]["also"][0]["url"],
            "https://reuters.example/1?a=1&b=2"
        );
        assert_eq!(item["_feedmill"]["sources"][1]["id"], "reuters");
        assert_eq!(item["_feedmill"]["source_count"], 2);
        assert_eq!(item["_feedmill"]["image"]["caption"], "The table");
        assert_eq!(item["_feedmill"].get("seq"), None);
        assert!(
            item["content_html"]
                .as_str()
                .unwrap()
                .contains("Also reported by")
        );
    }

    #[test]
    fn a_line_for_programs_has_the_bare_text_and_the_counters() {
        let line = JsonFeedItem::from_story(&full_story(), &[ThemeId::new("defence")]);
        assert_eq!(line.content_html.as_deref(), Some("<p>Text.</p>"));
        let json = serde_json::to_value(line).unwrap();
        assert_eq!(json["authors"], json!([{"name": "Jane Doe"}]));
        assert_eq!(json["_feedmill"]["themes"], json!(["defence"]));
        assert_eq!(json["_feedmill"]["source_count"], 2);
        let of_one = JsonFeedItem::from_story(&story("a", "A", "2024-06-14T09:30:00Z"), &[]);
        assert_eq!(of_one.feedmill.source_count, None);
        assert_eq!(
            (&json["_feedmill"]["seq"], &json["_feedmill"]["rev"]),
            (&json!(7), &json!(2))
        );
    }

    #[test]
    fn an_item_without_text_says_its_title() {
        let mut bare = story("tag:a,2024:1", "Only a title", "2024-06-14T09:30:00Z");
        bare.content = None;
        let line = JsonFeedItem::from_story(&bare, &[]);
        assert_eq!(line.content_text.as_deref(), Some("Only a title"));
        assert_eq!(line.content_html, None);
    }

    #[test]
    fn a_parsed_item_names_its_precision_only_where_it_is_not_exact() {
        let mut item = item();
        let content = sanitize("<p>Text</p>", None);
        let exact = serde_json::to_value(JsonFeedItem::from_item(&item, Some(&content))).unwrap();
        assert_eq!(exact["content_html"], "<p>Text</p>");
        assert_eq!(exact["date_published"], "2024-06-14T09:30:00Z");
        assert_eq!(exact.get("_feedmill"), None);
        item.date_precision = Precision::Day;
        let day = serde_json::to_value(JsonFeedItem::from_item(&item, None)).unwrap();
        assert_eq!(day["_feedmill"], json!({"date_precision": "day"}));
        assert_eq!(day["content_text"], "Title");
    }

    #[test]
    fn a_parsed_item_keeps_the_caption_of_its_picture() {
        let mut item = item();
        item.image = Some(Image {
            url: "https://nato.example/p.jpg".to_owned(),
            caption: Some("The table".to_owned()),
            ..Image::default()
        });
        let wire = serde_json::to_value(JsonFeedItem::from_item(&item, None)).unwrap();
        assert_eq!(wire["image"], "https://nato.example/p.jpg");
        assert_eq!(wire["_feedmill"]["image"], json!({"caption": "The table"}));
    }

    #[test]
    fn a_document_of_nothing_is_still_a_feed() {
        let json: Value = serde_json::from_str(&Document::default().write().unwrap()).unwrap();
        let expected =
            json!({"version": "https://jsonfeed.org/version/1.1", "title": "", "items": []});
        assert_eq!(json, expected);
    }
}
