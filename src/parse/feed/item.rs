//! The values of one item, in any order -> [`FeedItem`].

use super::elements::Field;
use super::episode;
use super::link::{self, Related};
use super::person;
use super::pictures::Pictures;
use super::ranked::{Ranked, RankedList};
use super::text::{self, value};
use crate::model::{Announced, Author, FeedItem, Image, Link, Text};
use crate::parse::xml::element::Element;
use crate::parse::xml::scope::Scopes;
use crate::parse::xml::tokens::Tag;
use crate::url::is_web;
use std::borrow::Cow;

/// Tags kept of an item.
const MAX_TAGS: usize = 128;

/// Authors kept of an item or a feed.
pub(super) const MAX_AUTHORS: usize = 32;

/// The rank of an author that only a medium names.
pub(super) const CREDIT_RANK: u8 = 3;

/// The MIME type of a player, which is a page.
pub(super) const PLAYER: &str = "text/html";

/// Files kept of an item.
const MAX_ATTACHMENTS: usize = 64;

/// An item being read.
#[derive(Debug, Default)]
pub(super) struct ItemDraft {
    item: FeedItem,
    url: Ranked<String>,
    title: Ranked<Text>,
    content: Ranked<Text>,
    description: Ranked<Text>,
    summary: Ranked<Text>,
    published: Ranked<String>,
    modified: Ranked<String>,
    authors: RankedList<Author>,
    pictures: Pictures,
    identifier: Option<String>,
    original_file: Option<String>,
    /// Other forms of the enclosures.
    alternates: Vec<Link>,
    /// The page that plays the medium.
    player: Option<String>,
    language: Ranked<String>,
    duration: Option<u64>,
    /// Whether the feed states explicitly that the id is a permalink.
    permalink_is_explicit: bool,
    /// Whether it states explicitly that the id is none.
    is_no_permalink: bool,
}

impl ItemDraft {
    /// An item with the values of its start tag: `rdf:about`, CDF's `href` and `lastmod`, a
    /// language.
    pub(in crate::parse) fn new(tag: Tag, scopes: &Scopes) -> Self {
        let mut draft = Self::default();
        if !tag.attributes.is_empty() {
            let [about, href, date] = tag.values(["about", "href", "lastmod"]);
            draft.item.id = about.map(|id| id.trim().to_owned());
            draft.language.offer(5, language(tag));
            draft
                .url
                .offer(9, href.and_then(|href| scopes.resolve(&href)));
            draft.modified.offer(2, date.map(Cow::into_owned));
        }
        draft
    }

    /// Sets one value.
    pub(in crate::parse) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        match field {
            Field::Title(rank) => {
                self.language.offer(4, language(element.tag));
                self.title.offer(rank, text::read(element, scopes));
            }
            Field::Content => self.set_content(element, scopes),
            Field::Description(rank) => {
                self.language.offer(3, language(element.tag));
                let text = text::read(element, scopes);
                self.description.offer(rank, text);
            }
            Field::Summary(rank) => {
                self.language.offer(3, language(element.tag));
                self.summary.offer(rank, text::read(element, scopes));
            }
            Field::Link => {
                if let Some(link) = link::read(element, scopes) {
                    self.set_link(link, scopes.language());
                }
            }
            Field::OriginalLink => {
                self.url.offer(0, scopes.resolve(&element.into_text()));
            }
            Field::Id => self.set_id(element),
            Field::Identifier => self.identifier = self.identifier.take().or(value(element)),
            Field::Published(rank) => self.published.offer(rank, value(element)),
            Field::Modified(rank) => self.modified.offer(rank, value(element)),
            Field::Author(rank) => {
                let author = person::from_line(&element.into_text());
                self.add_author(rank, author);
            }
            Field::Credit => {
                if let Some(author) = credited(element) {
                    self.add_author(CREDIT_RANK, Some(author));
                }
            }
            Field::Category => self.set_category(element),
            Field::Keywords => {
                for tag in element.into_text().split(',') {
                    self.add_tag(tag);
                }
            }
            Field::Language => self.language.offer(1, value(element)),
            Field::Enclosure => self.set_enclosure(element.tag, scopes),
            Field::OriginalEnclosure => self.original_file = scopes.resolve(&element.into_text()),
            Field::Player => self.player = self.player.take().or(player(element.tag, scopes)),
            Field::Duration => self.duration = seconds(&element.into_text()),
            Field::Episode(part) => episode::set(&mut self.item.episode, part, element, scopes),
            Field::Icon(rank) => {
                let image = reference(element, scopes).map(|url| Image {
                    url,
                    ..Image::default()
                });
                self.pictures.offer(rank, image);
            }
            Field::Thumbnail => {
                let [url, width, height] = element.tag.values(["url", "width", "height"]);
                let given = url.and_then(|url| picture(&url, [width, height], scopes));
                let url = given
                    .is_none()
                    .then(|| reference(element, scopes))
                    .flatten();
                let bare = url.map(|url| Image {
                    url,
                    ..Image::default()
                });
                self.pictures.offer(2, given.or(bare));
            }
            _ => {}
        }
    }

    /// Adds an author; `rank` is 0 for the format's own element.
    pub(super) fn add_author(&mut self, rank: u8, author: Option<Author>) {
        self.authors.offer(rank, author, MAX_AUTHORS);
    }

    /// Adds a picture; `rank` is 0 for the best.
    pub(super) fn add_image(&mut self, rank: u8, image: Image) {
        self.pictures.offer(rank, Some(image));
    }

    /// Adds a picture that is also a file of the item; it stays one when another picture is chosen.
    /// `group` is the number of its `media:group`.
    pub(super) fn add_picture(
        &mut self,
        rank: u8,
        image: Image,
        mime_type: Option<String>,
        group: Option<u32>,
    ) {
        self.pictures.offer_file(rank, image, mime_type, group);
    }

    /// Adds another form of an enclosure. It comes after those: the first file is what programs
    /// play.
    pub(super) fn add_alternate(&mut self, file: Link) {
        if self.alternates.len() < MAX_ATTACHMENTS {
            self.alternates.push(file);
        }
    }

    /// Sets the feed it was taken from.
    pub(super) fn set_source(&mut self, source: Announced) {
        if source != Announced::default() {
            self.item.source.get_or_insert(source);
        }
    }

    /// Adds a file. When it is there already, only its missing values are added.
    pub(super) fn attach(&mut self, file: Link) {
        let attachments = &mut self.item.attachments;
        if let Some(known) = attachments.iter_mut().find(|known| known.url == file.url) {
            known.mime_type = known.mime_type.take().or(file.mime_type);
            known.title = known.title.take().or(file.title);
            known.length = known.length.or(file.length);
            known.duration = known.duration.or(file.duration);
        } else if attachments.len() < MAX_ATTACHMENTS {
            attachments.push(file);
        }
    }

    /// The item, after all its values were set.
    pub(super) fn finish(mut self, scopes: &Scopes) -> FeedItem {
        let (image, files) = std::mem::take(&mut self.pictures).finish();
        let alternates = std::mem::take(&mut self.alternates);
        for file in alternates.into_iter().chain(files) {
            self.attach(file);
        }
        let mut item = self.item;
        item.id = item.id.or(self.identifier);
        item.title = self.title.take();
        item.url = self.url.take();
        item.image = image;
        item.language = self.language.take();
        item.authors = self.authors.take();
        item.date_published = self.published.take();
        item.date_modified = self.modified.take();
        (item.content, item.summary) = match (
            self.content.take(),
            self.description.take(),
            self.summary.take(),
        ) {
            (Some(content), description, summary) => (Some(content), summary.or(description)),
            (None, description, summary) => (description, summary),
        };
        if item.url.is_none() && item.id_is_permalink {
            // RSS takes every guid for a permalink, but `48213` is one only if the feed says so.
            let is_link = |id: &&str| self.permalink_is_explicit || id.contains("://");
            let id = item.id.as_deref().filter(is_link);
            item.url = id.and_then(|id| scopes.resolve(id));
        }
        if item.url.is_none() && !self.is_no_permalink {
            // The id of an Atom entry, or `rdf:about`, may be the only address that is given.
            item.url = item.id.as_deref().and_then(web_address);
        }
        if item.attachments.is_empty() {
            item.attachments.extend(self.player.map(|url| Link {
                url,
                mime_type: Some(PLAYER.to_owned()),
                ..Link::default()
            }));
        }
        if let Some(first) = item.attachments.first_mut() {
            first.duration = first.duration.or(self.duration);
            first.url = self.original_file.unwrap_or(std::mem::take(&mut first.url));
        }
        item
    }

    fn set_content(&mut self, element: Element, scopes: &Scopes) {
        self.language.offer(0, language(element.tag));
        // The inherited language of the text is the item's, before the language of its summary.
        let inherited = scopes.language().map(str::to_owned);
        self.language.offer(2, inherited);
        if let Some(url) = element.tag.get("src").and_then(|src| scopes.resolve(&src)) {
            self.attach(Link {
                url,
                mime_type: element.tag.get("type").map(Cow::into_owned),
                ..Link::default()
            });
        }
        self.content.offer(0, text::read(element, scopes));
    }

    fn set_link(&mut self, link: Related, language: Option<&str>) {
        match &*link.rel {
            "alternate" => {
                let rank = 1 + link.page_rank(language);
                self.url.offer(rank, Some(link.url));
            }
            "related" => {
                self.item.external_url.get_or_insert(link.url);
            }
            "enclosure" => self.attach(Link {
                url: link.url,
                mime_type: link.mime_type.map(Cow::into_owned),
                title: link.title.map(Cow::into_owned),
                length: link.length,
                duration: None,
            }),
            _ => {}
        }
    }

    fn set_id(&mut self, element: Element) {
        let tag = element.tag;
        let Some(id) = value(element) else { return };
        let is_guid = crate::parse::xml::tokens::local_name(tag.name).eq_ignore_ascii_case("guid");
        let given = tag.get("ispermalink");
        let given = given.map(|value| value.trim().eq_ignore_ascii_case("true"));
        self.item.id_is_permalink = is_guid && given.unwrap_or(true);
        self.permalink_is_explicit = is_guid && given.unwrap_or(false);
        self.is_no_permalink = is_guid && !given.unwrap_or(true);
        self.item.id = Some(id);
    }

    fn set_category(&mut self, element: Element) {
        let tag = element.tag;
        let given = tag.values(["label", "term", "text"]);
        match given
            .into_iter()
            .flatten()
            .find(|given| !given.trim().is_empty())
        {
            Some(given) => self.add_tag(&given),
            None => self.add_tag(&element.into_text()),
        }
    }

    fn add_tag(&mut self, tag: &str) {
        let tag = tag.trim();
        let tags = &mut self.item.tags;
        if !tag.is_empty() && tags.len() < MAX_TAGS && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }

    fn set_enclosure(&mut self, tag: Tag, scopes: &Scopes) {
        let [url, href, mime_type, title, length] =
            tag.values(["url", "href", "type", "title", "length"]);
        if let Some(url) = url.or(href).and_then(|url| scopes.resolve(&url)) {
            self.attach(Link {
                url,
                mime_type: mime_type.map(|mime| mime.trim().to_owned()),
                title: title.map(Cow::into_owned),
                length: length.and_then(|length| length.trim().parse().ok()),
                duration: None,
            });
        }
    }
}

/// A picture with its width and height (Media RSS 1.5).
pub(in crate::parse) fn picture(
    url: &str,
    size: [Option<Cow<str>>; 2],
    scopes: &Scopes,
) -> Option<Image> {
    let [width, height] = size.map(|pixels| pixels.and_then(|n| n.trim().parse().ok()));
    Some(Image {
        url: scopes.resolve(url)?,
        caption: None,
        width,
        height,
    })
}

/// An id that is the address of a page, as RFC 4287 (4.2.6) suggests.
pub(in crate::parse) fn web_address(id: &str) -> Option<String> {
    let url = url::Url::parse(id).ok()?;
    (is_web(&url) && url.has_host()).then(|| id.to_owned())
}

/// Who made a medium (Media RSS 1.5, `media:credit`); none for those who have another part in it.
/// Without a role, it names the owner of a picture.
pub(super) fn credited(element: Element) -> Option<Author> {
    let role = element.tag.get("role")?;
    let is_author = role.trim().eq_ignore_ascii_case("author");
    is_author.then(|| person::from_line(&element.into_text()))?
}

/// `media:player`: the page that plays the medium.
pub(super) fn player(tag: Tag, scopes: &Scopes) -> Option<String> {
    scopes.resolve(&tag.get("url")?)
}

/// An address given as `href`, as `url` or as text.
pub(in crate::parse) fn reference(element: Element, scopes: &Scopes) -> Option<String> {
    let tag = element.tag;
    let given = tag.get("href").or_else(|| tag.get("url"));
    match given {
        Some(given) => scopes.resolve(&given),
        None => scopes.resolve(&element.into_text()),
    }
}

/// The `xml:lang` of this element itself.
fn language(tag: Tag) -> Option<String> {
    if !tag.attributes.contains("lang") {
        return None;
    }
    let language = tag.get("lang")?.trim().to_owned();
    (!language.is_empty()).then_some(language)
}

/// Seconds from `3600`, `60:00` or `1:00:00`.
pub(in crate::parse) fn seconds(text: &str) -> Option<u64> {
    let mut seconds = 0u64;
    for (i, part) in text.trim().split(':').enumerate() {
        if i > 2 {
            return None;
        }
        let part: f64 = part.trim().parse().ok()?;
        if !(0.0..1e9).contains(&part) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1e9 by the line above"
        )]
        let whole = part as u64;
        seconds = seconds * 60 + whole;
    }
    Some(seconds)
}
