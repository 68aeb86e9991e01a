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
            Field::PersonName => self.name = item::value(element),
            Field::PersonUrl => self.url = scopes.resolve(&element.into_text()),
            Field::PersonEmail => self.email = item::value(element),
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
            Field::Id => self.id = item::value(element),
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
    /// Whether it is one of several versions of the same medium.
    is_variant: bool,
}

impl Media {
    pub(in crate::parse) fn new(tag: Tag, scopes: &Scopes, is_variant: bool) -> Self {
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
            is_variant,
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
            Field::Caption => {
                self.image.caption = self.image.caption.take().or(item::value(element));
            }
            _ => {}
        }
    }

    pub(super) fn finish(self, item: &mut ItemDraft) {
        if self.image.url.is_empty() {
            return;
        }
        if !self.is_picture {
            item.attach(Link {
                url: self.image.url,
                mime_type: self.mime_type,
                title: self.image.caption,
                length: self.length,
                duration: self.duration,
            });
        } else if self.is_variant {
            item.add_image(self.rank, self.image);
        } else {
            item.add_picture(self.rank, self.image, self.mime_type);
        }
    }
}
