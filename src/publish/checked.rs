//! Edition -> the same edition, checked before it is published. What all formats require is done once,
//! here: no character that XML forbids or discourages, no relative or unsafe address, no blank title, no
//! invalid language or MIME type, no id twice.

use super::address;
use crate::model::{
    AlsoIn, Attachment, Author, Edition, Episode, EpisodeFile, EpisodePerson, Image, ItemSource,
    ShownStory, StoryId, Theme,
};
use crate::text::{bidi, language, mime, xml};
use memchr::{memchr2_iter, memmem};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

/// For files of an unknown type (RFC 2046 section 4.5.1).
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// An edition whose stories are shared by the pages and feeds that show them.
pub(super) type SharedEdition = Edition<Arc<ShownStory>>;

/// An edition with every field checked; fields that cannot be repaired are dropped. It is made once for all pages and
/// feeds.
#[derive(Debug)]
pub struct CheckedEdition(pub(super) SharedEdition);

impl CheckedEdition {
    /// Checks every field.
    pub fn of(edition: &Edition) -> Self {
        let mut ids = HashSet::new();
        Self(Edition {
            theme: Arc::new(theme(&edition.theme)),
            stories: edition
                .stories
                .iter()
                .filter(|story| ids.insert(&story.id))
                .map(|given| Arc::new(story(given)))
                .collect(),
            updated: edition.updated,
            base_url: edition.base_url.clone(),
            hub: edition.hub.clone(),
            links: edition.links.clone(),
            history: edition.history.clone(),
        })
    }

    pub(super) fn edition(&self) -> &SharedEdition {
        &self.0
    }
}

/// The theme with every field checked.
pub(super) fn theme(theme: &Theme) -> Theme {
    Theme {
        title: named(line(&theme.title), theme.id.as_str()),
        description: theme.description.as_deref().and_then(some_line),
        language: language(&theme.language),
        image: theme.image.as_deref().and_then(address::checked),
        rights: theme.rights.as_deref().and_then(some_line),
        filter: theme.filter.clone(),
        ..theme.clone()
    }
}

/// The story with every field checked, but for its content: [`super::content`] cleans that.
pub(super) fn story(story: &ShownStory) -> ShownStory {
    let id = line(story.id.as_str());
    let url = story.url.as_deref().and_then(address::checked);
    let external_url = story.external_url.as_deref().and_then(address::checked);
    ShownStory {
        title: named(line(&story.title), url.as_deref().unwrap_or(&id)),
        id: StoryId::new(id),
        external_url: external_url.filter(|external| Some(external) != url.as_ref()),
        url,
        path: story.path.clone(),
        content: story.content.clone(),
        summary: story.summary.as_deref().and_then(some_text),
        is_cut: story.is_cut,
        image: story.image.as_ref().and_then(image),
        date_published: story.date_published,
        date_modified: story.date_modified.filter(|at| *at > story.date_published),
        authors: story.authors.iter().filter_map(author).collect(),
        tags: distinct(story.tags.iter().filter_map(|tag| some_line(tag))),
        language: story.language.as_deref().and_then(language::tag),
        attachments: story.attachments.iter().filter_map(attachment).collect(),
        episode: story
            .episode
            .as_deref()
            .map(|given| Box::new(episode(given))),
        source: Arc::new(source(&story.source)),
        also: story.also.iter().map(also).collect(),
        editors_choice: story.editors_choice,
        seq: story.seq,
        rev: story.rev,
    }
}

/// A text without the characters that XML forbids (`Char`, XML 1.0 section 2.2) and without the C1
/// controls that it discourages: where these occur they are windows-1252 read wrongly. What turns the
/// direction of writing ends with it.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    let mut text = match xml::clean(text) {
        Cow::Borrowed(text) => bidi::balanced(text),
        Cow::Owned(text) => bidi::balanced(&text).into_owned().into(),
    };
    // Nearly no text has any, and to look at bytes is far quicker than to copy characters.
    if has_late_controls(text.as_bytes()) {
        text.to_mut().retain(|c| !matches!(c, '\u{7F}'..='\u{9F}'));
    }
    text
}

/// Whether a text has controls of U+7F-9F: `7F` or `C2 80..9F`.
fn has_late_controls(text: &[u8]) -> bool {
    let mut found = memchr2_iter(0x7F, 0xC2, text);
    found.any(|at| matches!(text[at..], [0x7F, ..] | [0xC2, 0x80..=0x9F, ..]))
}

/// A text in one line.
pub(super) fn line(given: &str) -> String {
    let spaced = if is_line(given) {
        Cow::Borrowed(given)
    } else {
        let words: Vec<&str> = given.split_whitespace().collect();
        Cow::Owned(words.join(" "))
    };
    match text(&spaced) {
        Cow::Borrowed(_) => spaced.into_owned(),
        Cow::Owned(mended) => mended.trim().to_owned(),
    }
}

/// Whether there is nothing but single spaces between words. Nearly all texts are such lines already.
fn is_line(text: &str) -> bool {
    // All white space but the space is below it in ASCII, or begins with one of these bytes.
    let may_be_gap = |b: u8| b < b' ' || matches!(b, 0xC2 | 0xE1..=0xE3);
    // A loop without an early exit is compiled to steps of many bytes.
    let has_gaps = text.bytes().fold(false, |found, b| found | may_be_gap(b));
    if !has_gaps {
        let is_trimmed = !text.starts_with(' ') && !text.ends_with(' ');
        return is_trimmed && memmem::find(text.as_bytes(), b"  ").is_none();
    }
    let mut before = ' ';
    let has_no_gap = text.chars().all(|c| {
        let is_gap = c.is_whitespace() && (c != ' ' || before == ' ');
        before = c;
        !is_gap
    });
    has_no_gap && (before != ' ' || text.is_empty())
}

fn some_line(given: &str) -> Option<String> {
    Some(line(given)).filter(|line| !line.is_empty())
}

fn some_text(given: &str) -> Option<String> {
    Some(text(given).trim().to_owned()).filter(|text| !text.is_empty())
}

fn named(name: String, or: &str) -> String {
    if name.is_empty() { or.to_owned() } else { name }
}

/// The language of a feed or page, which must have one: English if none is named.
pub(super) fn language(given: &str) -> String {
    language::tag(given).unwrap_or_else(|| "en".to_owned())
}

fn distinct(tags: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    tags.filter(|tag| seen.insert(tag.clone())).collect()
}

fn image(image: &Image) -> Option<Image> {
    Some(Image {
        url: address::checked(&image.url)?,
        caption: image.caption.as_deref().and_then(some_line),
        width: image.width.filter(|&pixels| pixels > 0),
        height: image.height.filter(|&pixels| pixels > 0),
    })
}

pub(super) fn author(author: &Author) -> Option<Author> {
    let checked = Author {
        name: author.name.as_deref().and_then(some_line),
        url: author
            .url
            .as_deref()
            .and_then(|url| mailto(url).or_else(|| address::checked(url))),
        avatar: author.avatar.as_deref().and_then(address::checked),
    };
    // A picture alone does not name an author.
    (checked.name.is_some() || checked.url.is_some()).then_some(checked)
}

fn mailto(url: &str) -> Option<String> {
    let mail = url.trim().strip_prefix("mailto:")?;
    is_mail(mail).then(|| format!("mailto:{mail}"))
}

fn is_mail(mail: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b))
    };
    mail.split_once('@')
        .is_some_and(|(who, host)| plain(who) && plain(host) && host.contains('.'))
}

pub(super) fn attachment(attachment: &Attachment) -> Option<Attachment> {
    Some(Attachment {
        url: address::checked(&attachment.url)?,
        mime_type: mime::essence(&attachment.mime_type)
            .unwrap_or(UNKNOWN_TYPE)
            .to_owned(),
        title: attachment.title.as_deref().and_then(some_line),
        ..attachment.clone()
    })
}

fn episode(episode: &Episode) -> Episode {
    let file = |file: &EpisodeFile| {
        Some(EpisodeFile {
            url: address::checked(&file.url)?,
            mime_type: mime::essence(&file.mime_type)?.to_owned(),
            language: file.language.as_deref().and_then(language::tag),
            is_captions: file.is_captions,
        })
    };
    let person = |person: &EpisodePerson| {
        Some(EpisodePerson {
            name: some_line(&person.name)?,
            role: person.role.as_deref().and_then(some_line),
            group: person.group.as_deref().and_then(some_line),
            image: person.image.as_deref().and_then(address::checked),
            url: person.url.as_deref().and_then(address::checked),
        })
    };
    Episode {
        chapters: episode.chapters.as_ref().and_then(file),
        transcripts: episode.transcripts.iter().filter_map(file).collect(),
        persons: episode.persons.iter().filter_map(person).collect(),
        ..episode.clone()
    }
}

fn also(also: &AlsoIn) -> AlsoIn {
    AlsoIn {
        source: Arc::new(source(&also.source)),
        title: also.title.as_deref().and_then(some_line),
        url: also.url.as_deref().and_then(address::checked),
        why: line(&also.why),
    }
}

/// A source always has a name and an id that is a URI: its own id, its address, or one made of its key.
fn source(source: &ItemSource) -> ItemSource {
    let feed_url = source.feed_url.as_deref().and_then(address::checked);
    let home_page_url = source.home_page_url.as_deref().and_then(address::checked);
    let feed_id = line(&source.feed_id);
    let is_uri = address::is_absolute_uri(&feed_id);
    let title = line(&source.title);
    let host = home_page_url
        .as_ref()
        .or(feed_url.as_ref())
        .filter(|_| title.is_empty())
        .and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned));
    ItemSource {
        id: source.id.clone(),
        title: named(title, host.as_deref().unwrap_or(source.id.as_str())),
        feed_id: if is_uri {
            feed_id
        } else {
            feed_url
                .clone()
                .unwrap_or_else(|| super::urn(source.id.as_str()))
        },
        feed_url,
        home_page_url,
        updated: source.updated,
        rights: source.rights.as_deref().and_then(some_line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples;

    proptest::proptest! {
        #[test]
        fn a_line_has_single_spaces_between_words(
            given in "[a-cé。\\u{a0}\\u{1680}\\u{2009}\\u{2028}\\u{202f}\\u{205f}\\u{3000}\t\n ]{0,8}",
        ) {
            let words: Vec<&str> = given.split_whitespace().collect();
            let spaced = words.join(" ");
            proptest::prop_assert_eq!(is_line(&given), given == spaced);
            proptest::prop_assert_eq!(line(&given), spaced);
        }
    }

    #[test]
    fn controls_are_no_part_of_a_text() {
        let table = [
            ("a\u{7f}b\u{80}c\u{9f}", "abc"),
            ("\u{a0}«é» \u{c2}", "\u{a0}«é» \u{c2}"),
        ];
        for (given, expected) in table {
            assert_eq!(text(given), expected);
        }
        assert!(matches!(text("«a» é"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_turns_no_direction_but_its_own() {
        let mut given = samples::story("tag:a,2024:1", "A \u{202e}title", "2024-06-14T09:30:00Z");
        given.authors = vec![samples::author("\u{2067}Jane", None)];
        let checked = story(&given);
        assert_eq!(checked.title, "A \u{202e}title\u{202c}");
        assert_eq!(
            checked.authors[0].name.as_deref(),
            Some("\u{2067}Jane\u{2069}")
        );
    }

    #[test]
    fn what_is_not_a_type_is_an_unknown_one() {
        let mime_type = |mime_type| {
            let given = samples::attachment("https://a.example/x", mime_type, None);
            attachment(&given).unwrap().mime_type
        };
        assert_eq!(mime_type("text/html; charset=utf-8"), "text/html");
        assert_eq!(mime_type("<x>/y"), UNKNOWN_TYPE);
    }

    #[test]
    fn mail_addresses_are_kept_only_where_they_are_some() {
        let url = |url| author(&samples::author("A", Some(url))).unwrap().url;
        assert_eq!(
            url("mailto:a.b@c.example").as_deref(),
            Some("mailto:a.b@c.example")
        );
        assert_eq!(url("mailto:a@b"), None);
        assert_eq!(url("mailto:<a@b.example>"), None);
    }

    #[test]
    fn an_author_has_a_name_or_an_address() {
        let face = Author {
            avatar: Some("https://a.example/face.png".to_owned()),
            ..samples::author(" ", Some("javascript:x"))
        };
        assert_eq!(author(&face), None);
        let named = Author {
            name: Some("A".to_owned()),
            ..face
        };
        assert!(author(&named).is_some_and(|author| author.avatar.is_some()));
    }

    #[test]
    fn control_characters_go_and_white_space_becomes_one_space() {
        assert_eq!(line(" a\u{0}b\r\n\t c\u{85}d\u{93} \u{1}"), "ab c d");
        for (given, expected) in [
            ("a b", "a b"),
            ("a  b", "a b"),
            ("a b ", "a b"),
            ("a\u{a0}b", "a b"),
        ] {
            assert_eq!(line(given), expected, "{given:?}");
        }
        assert_eq!(text("a\u{B}\n\u{9D}b"), "a\nb");
    }

    #[test]
    fn a_title_of_nothing_is_the_address() {
        let mut blank = samples::full_story();
        blank.title = "\u{1} \u{2}".to_owned();
        blank.url = Some("https://a.example/".to_owned());
        assert_eq!(story(&blank).title, "https://a.example/");
        blank.url = None;
        assert_eq!(story(&blank).title, "https://nato.example/full");
    }

    #[test]
    fn a_source_always_has_a_name_and_a_uri() {
        let mut blank = (*samples::source("x", " ")).clone();
        blank.feed_id = "my blog".to_owned();
        let checked = source(&blank);
        assert_eq!(
            (checked.title.as_str(), checked.feed_id.as_str()),
            ("x.example", "https://x.example/feed")
        );
        (blank.feed_url, blank.home_page_url) = (None, None);
        let checked = source(&blank);
        assert_eq!(checked.title, "x");
        assert!(checked.feed_id.starts_with("urn:uuid:"));
    }
}
