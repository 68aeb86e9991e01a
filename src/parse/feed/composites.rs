//! Values that consist of several elements: a person, a picture, a source, a medium.

use super::elements::Field;
use super::item::{self, ItemDraft};
use super::link;
use super::person;
use super::pictures;
use super::text;
use crate::model::{Announced, Author, Image, Link};
use crate::parse::xml::element::Element;
use crate::parse::xml::scope::Scopes;
use crate::parse::xml::tokens::Tag;
use crate::url::is_web_address;
use std::borrow::Cow;

/// `author` with a text, or with `name`, `uri` and `email` in it.
#[derive(Debug, Default)]
pub(in crate::parse) struct Person {
    /// The text in it.
    pub(super) text: String,
    name: Option<String>,
    url: Option<String>,
    email: Option<String>,
}

impl Person {
    pub(in crate::parse) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        match field {
            Field::PersonName => self.name = text::value(element),
            Field::PersonUrl => self.url = scopes.resolve(&element.into_text()),
            Field::PersonEmail => self.email = text::value(element),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Option<Author> {
        if self.name.is_none() && self.url.is_none() && self.email.is_none() {
            return person::from_line(&self.text);
        }
        person::from_parts(self.name, self.url, self.email.as_deref())
    }
}

/// `image` with an `url` in it (RSS), with a reference (RDF), or with an address as its text.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// The text in it.
    pub(super) text: String,
    url: Option<String>,
}

impl Picture {
    pub(in crate::parse) fn new(tag: Tag, scopes: &Scopes) -> Self {
        let [resource, href, url] = tag.values(["resource", "href", "url"]);
        let given = resource.or(href).or(url);
        Self {
            text: String::new(),
            url: given.and_then(|url| scopes.resolve(&url)),
        }
    }

    pub(in crate::parse) fn set(&mut self, element: Element, scopes: &Scopes) {
        self.url = item::reference(element, scopes).or(self.url.take());
    }

    pub(super) fn finish(self, scopes: &Scopes) -> Option<Image> {
        Some(Image {
            url: self.url.or_else(|| scopes.resolve(&self.text))?,
            ..Image::default()
        })
    }
}

/// RSS `source` with a text and an `url`, or Atom's with elements of a feed in it.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The text in it.
    pub(super) text: String,
    title: Option<String>,
    id: Option<String>,
    url: Option<String>,
    home_page: Option<String>,
    authors: Vec<Author>,
}

impl Source {
    pub(in crate::parse) fn new(tag: Tag, scopes: &Scopes) -> Self {
        Self {
            url: tag.get("url").and_then(|url| scopes.resolve(&url)),
            ..Self::default()
        }
    }

    pub(in crate::parse) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        match field {
            Field::Title(_) => self.title = text::read(element, scopes).map(|text| text.value),
            Field::Id => self.id = text::value(element),
            Field::Link => match link::read(element, scopes) {
                Some(link) if link.rel == "self" => self.url = Some(link.url),
                Some(link) if link.rel == "alternate" => self.home_page = Some(link.url),
                _ => {}
            },
            _ => {}
        }
    }

    pub(super) fn add_author(&mut self, author: Option<Author>) {
        if self.authors.len() < item::MAX_AUTHORS {
            self.authors.extend(author);
        }
    }

    /// Takes its authors: they are the authors of an item that names none (RFC 4287, 4.2.1).
    pub(super) fn take_authors(&mut self) -> Vec<Author> {
        std::mem::take(&mut self.authors)
    }

    /// The feed, with its own link as address, else its id when that is an address, else its page.
    pub(super) fn finish(self) -> Announced {
        let id = self.id.filter(|id| id.starts_with("http"));
        let title = self.title.unwrap_or_else(|| self.text.trim().to_owned());
        Announced {
            url: self.url.or(id).or(self.home_page).unwrap_or_default(),
            title: (!title.is_empty()).then_some(title),
        }
    }
}

/// `podcast:alternateEnclosure`: the enclosure in another form, and the places where it is.
#[derive(Debug)]
pub(super) struct AlternateEnclosure {
    file: Link,
}

impl AlternateEnclosure {
    pub(super) fn new(tag: Tag) -> Self {
        let [mime_type, title, length] = tag.values(["type", "title", "length"]);
        Self {
            file: Link {
                url: String::new(),
                mime_type: mime_type.map(Cow::into_owned),
                title: title.map(Cow::into_owned),
                length: length.and_then(|length| length.trim().parse().ok()),
                duration: None,
            },
        }
    }

    /// A place of the file. The first that can be reached is taken: the others hold the same.
    pub(in crate::parse) fn set(&mut self, field: Field, tag: Tag, scopes: &Scopes) {
        let [uri, mime_type] = tag.values(["uri", "contentType"]);
        let place = uri.and_then(|uri| scopes.resolve(&uri));
        if let Some(place) = place
            && field == Field::FileSource
            && self.file.url.is_empty()
            && is_web_address(&place)
        {
            self.file.url = place;
            // That of a torrent is not the file's.
            let given = mime_type.map(Cow::into_owned);
            self.file.mime_type = given.or(self.file.mime_type.take());
        }
    }

    /// The file; none when it is nowhere on the web.
    pub(super) fn finish(self) -> Option<Link> {
        (!self.file.url.is_empty()).then_some(self.file)
    }
}

/// `media:content` (Media RSS 1.5): a picture or another file.
#[derive(Debug)]
pub(in crate::parse) struct Media {
    image: Image,
    is_picture: bool,
    mime_type: Option<String>,
    length: Option<u64>,
    duration: Option<u64>,
    /// The rank as a picture: the default one comes before others.
    rank: u8,
    /// The number of its `media:group`: the same medium in several versions.
    group: Option<u32>,
    /// Who made it.
    author: Option<Author>,
}

impl Media {
    pub(in crate::parse) fn new(tag: Tag, scopes: &Scopes, group: Option<u32>) -> Self {
        let [
            medium,
            mime_type,
            size,
            duration,
            is_default,
            url,
            width,
            height,
        ] = tag.values([
            "medium",
            "type",
            "filesize",
            "duration",
            "isDefault",
            "url",
            "width",
            "height",
        ]);
        let image = url.and_then(|url| item::picture(&url, [width, height], scopes));
        let image = image.unwrap_or_default();
        let is_picture = match (medium.as_deref(), mime_type.as_deref()) {
            (Some(medium), _) => medium == "image",
            (None, Some(mime)) => mime.starts_with("image/"),
            (None, None) => pictures::is_picture(&image.url),
        };
        Self {
            image,
            is_picture,
            mime_type: mime_type.map(Cow::into_owned),
            length: size.and_then(|size| size.trim().parse().ok()),
            duration: duration.and_then(|text| item::seconds(&text)),
            rank: u8::from(is_default.as_deref() != Some("true")),
            group,
            author: None,
        }
    }

    /// A title or description of the file, the first of which is its caption; or the page that
    /// plays what has no address of its own.
    pub(in crate::parse) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        match field {
            Field::Player if self.image.url.is_empty() => {
                if let Some(page) = item::player(element.tag, scopes) {
                    self.image.url = page;
                    self.mime_type = Some(item::PLAYER.to_owned());
                    self.is_picture = false;
                }
            }
            Field::Credit => self.author = self.author.take().or(item::credited(element)),
            Field::Caption => {
                self.image.caption = self.image.caption.take().or(text::value(element));
            }
            _ => {}
        }
    }

    pub(super) fn finish(self, item: &mut ItemDraft) {
        if !self.is_picture {
            item.add_author(item::CREDIT_RANK, self.author);
        }
        if self.image.url.is_empty() {
            return;
        }
        if self.is_picture {
            item.add_picture(self.rank, self.image, self.mime_type, self.group);
            return;
        }
        item.attach(Link {
            url: self.image.url,
            mime_type: self.mime_type,
            title: self.image.caption,
            length: self.length,
            duration: self.duration,
        });
    }
}
