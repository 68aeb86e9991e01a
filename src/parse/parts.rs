//! What takes several elements to say: a person, a picture, a source, a medium.

use super::element::Element;
use super::item::{self, ItemDraft};
use super::link;
use super::person;
use super::role::Field;
use super::scope::Scopes;
use super::text;
use super::tokens::Tag;
use crate::model::{Announced, Author, Image, Link};
use std::borrow::Cow;

/// `author` with a text, or with `name`, `uri` and `email` in it.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// The text.
    pub(super) line: String,
    name: Option<String>,
    url: Option<String>,
    mail: Option<String>,
}

impl Person {
    pub(super) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        match field {
            Field::PersonName => self.name = item::value(element),
            Field::PersonUrl => self.url = scopes.resolve(&element.into_text()),
            Field::PersonMail => self.mail = item::value(element),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Option<Author> {
        if self.name.is_none() && self.url.is_none() && self.mail.is_none() {
            return person::from_line(&self.line);
        }
        person::from_parts(self.name.as_deref(), self.url, self.mail.as_deref())
    }
}

/// `image` with an `url` in it, RDF's that points at one, or an address as its text.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// The text.
    pub(super) line: String,
    url: Option<String>,
}

impl Picture {
    pub(super) fn new(tag: Tag, scopes: &Scopes) -> Self {
        let [resource, href, url] = tag.values(["resource", "href", "url"]);
        let given = resource.or(href).or(url);
        Self {
            line: String::new(),
            url: given.and_then(|url| scopes.resolve(&url)),
        }
    }

    pub(super) fn set(&mut self, element: Element, scopes: &Scopes) {
        self.url = item::reference(element, scopes).or(self.url.take());
    }

    pub(super) fn finish(self, scopes: &Scopes) -> Option<Image> {
        Some(Image {
            url: self.url.or_else(|| scopes.resolve(&self.line))?,
            ..Image::default()
        })
    }
}

/// RSS `source` with a text and an `url`, or Atom's with elements of a feed in it.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The text.
    pub(super) line: String,
    title: Option<String>,
    id: Option<String>,
    url: Option<String>,
    page: Option<String>,
}

impl Source {
    pub(super) fn new(tag: Tag, scopes: &Scopes) -> Self {
        Self {
            url: tag.get("url").and_then(|url| scopes.resolve(&url)),
            ..Self::default()
        }
    }

    pub(super) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        match field {
            Field::Title(_) => self.title = text::read(element, None).map(|text| text.value),
            Field::Id => self.id = item::value(element),
            Field::Link => match link::read(element, scopes) {
                Some(link) if link.rel == "self" => self.url = Some(link.url),
                Some(link) if link.rel == "alternate" => self.page = Some(link.url),
                _ => {}
            },
            _ => {}
        }
    }

    /// The feed: by its own link, its id when that is an address, or its page.
    pub(super) fn finish(self) -> Announced {
        let id = self.id.filter(|id| id.starts_with("http"));
        let title = self.title.unwrap_or_else(|| self.line.trim().to_owned());
        Announced {
            url: self.url.or(id).or(self.page).unwrap_or_default(),
            title: (!title.is_empty()).then_some(title),
        }
    }
}

/// `media:content` (Media RSS 1.5): a picture or another file.
#[derive(Debug)]
pub(super) struct Media {
    file: Link,
    image: Option<Image>,
    caption: Option<String>,
}

impl Media {
    pub(super) fn new(tag: Tag, scopes: &Scopes) -> Self {
        let [medium, mime_type, size, duration] =
            tag.values(["medium", "type", "filesize", "duration"]);
        let is_picture = medium.is_some_and(|medium| medium == "image")
            || mime_type
                .as_deref()
                .is_some_and(|mime| mime.starts_with("image/"));
        let image = item::picture(tag, scopes);
        Self {
            file: Link {
                url: image.as_ref().map_or_else(String::new, |i| i.url.clone()),
                mime_type: mime_type.map(Cow::into_owned),
                title: None,
                length: size.and_then(|size| size.trim().parse().ok()),
                duration: duration.and_then(|text| item::seconds(&text)),
            },
            image: image.filter(|_| is_picture),
            caption: None,
        }
    }

    /// A title or description of the file; the first is its caption.
    pub(super) fn set(&mut self, element: Element) {
        self.caption = self.caption.take().or(item::value(element));
    }

    pub(super) fn finish(self, item: &mut ItemDraft) {
        if let Some(mut image) = self.image {
            image.caption = self.caption;
            item.add_image(0, image);
        } else if !self.file.url.is_empty() {
            item.attach(Link {
                title: self.caption,
                ..self.file
            });
        }
    }
}
