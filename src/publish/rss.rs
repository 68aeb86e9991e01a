//! Edition -> RSS 2.0, after the RSS Advisory Board's profile.

use super::phrases::Phrases;
use super::{Error, GENERATOR, body, fit, published, urn};
use crate::model::{Attachment, Author, Edition, Image, ShownStory};
use crate::text::{html, words};
use chrono::{DateTime, Utc};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Item, Source};
use std::collections::BTreeMap;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const MEDIA: &str = "http://search.yahoo.com/mrss/";

/// How long a description made from the full text is, in characters.
const DESCRIPTION_CHARS: usize = 300;

/// Writes the edition. Without a `base_url` there are no links to the feed itself, and the
/// channel's `link`, which RSS demands, is the feed's URN.
pub fn write(edition: &Edition) -> Result<String, Error> {
    let edition = fit::edition(edition);
    let bytes = channel(&edition)
        .pretty_write_to(Vec::new(), b' ', 1)
        .map_err(|error| Error::write("RSS", error))?;
    let xml = String::from_utf8(bytes).map_err(|error| Error::write("RSS", error))?;
    Ok(with_references(&xml) + "\n")
}

fn channel(edition: &Edition) -> Channel {
    let theme = &edition.theme;
    let phrases = Phrases::of(&theme.language);
    let title = plain(&theme.title);
    let link = published(edition, &edition.links.html).unwrap_or_else(|| urn(theme.id.as_str()));
    Channel {
        image: theme.image.as_ref().map(|url| rss::Image {
            url: url.clone(),
            title: title.clone(),
            link: link.clone(),
            ..rss::Image::default()
        }),
        description: plain(theme.description.as_ref().unwrap_or(&theme.title)),
        title,
        link,
        language: Some(theme.language.clone()),
        copyright: theme.rights.as_deref().map(plain),
        last_build_date: (!edition.stories.is_empty()).then(|| rfc822(edition.updated)),
        generator: Some(GENERATOR.to_owned()),
        extensions: extensions("atom", "link", channel_links(edition)),
        namespaces: [("atom", ATOM), ("media", MEDIA)]
            .map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()))
            .into(),
        items: edition
            .stories
            .iter()
            .map(|story| item(story, phrases))
            .collect(),
        ..Channel::default()
    }
}

fn channel_links(edition: &Edition) -> Vec<Extension> {
    let links = &edition.links;
    [
        ("self", &links.rss, "application/rss+xml"),
        ("alternate", &links.atom, "application/atom+xml"),
        ("alternate", &links.json, "application/feed+json"),
    ]
    .into_iter()
    .filter_map(|(rel, file, mime_type)| {
        let href = published(edition, file)?;
        Some(element(
            "atom:link",
            &[("href", &href), ("rel", rel), ("type", mime_type)],
        ))
    })
    .collect()
}

fn item(story: &ShownStory, phrases: &Phrases) -> Item {
    let id = story.id.as_str();
    let link = story.url.as_ref().or(story.external_url.as_ref());
    let (author, creators) = by_line(&story.authors);
    let (enclosure, further) = match story.attachments.split_first() {
        Some((first, further)) => (Some(enclosure(first)), further),
        None => (None, &[][..]),
    };
    let choice = story.editors_choice.then_some(phrases.editors_choice);
    Item {
        title: Some(plain(&story.title)),
        link: link.cloned(),
        description: Some(description(story)),
        author,
        categories: choice
            .into_iter()
            .chain(story.tags.iter().map(String::as_str))
            .map(|tag| Category {
                name: plain(tag),
                domain: None,
            })
            .collect(),
        enclosure,
        guid: Some(Guid {
            value: id.to_owned(),
            permalink: link.is_some_and(|link| link == id),
        }),
        pub_date: Some(rfc822(story.date_published)),
        source: source(story),
        content: body::html(story, phrases),
        extensions: media(story, further),
        dublin_core_ext: Some(DublinCoreExtension {
            creators,
            rights: story.source.rights.iter().cloned().collect(),
            ..DublinCoreExtension::default()
        }),
        ..Item::default()
    }
}

/// The short text as HTML, which is what RSS takes a description for.
fn description(story: &ShownStory) -> String {
    match (&story.summary, &story.content) {
        (Some(summary), _) => body::escape(summary),
        (None, Some(content)) => {
            let text = fit::line(&html::to_text(content.as_str()));
            body::escape(&words::first_words(&text, DESCRIPTION_CHARS))
        }
        (None, None) => String::new(),
    }
}

/// `author` is for one mail address, `dc:creator` for names; never both, says the profile.
fn by_line(authors: &[Author]) -> (Option<String>, Vec<String>) {
    if let [
        Author {
            name: Some(name),
            url: Some(url),
            ..
        },
    ] = authors
        && let Some(mail) = url.strip_prefix("mailto:")
    {
        return (Some(format!("{mail} ({})", plain(name))), Vec::new());
    }
    let creators = authors
        .iter()
        .filter_map(|author| author.name.clone().or_else(|| author.url.clone()))
        .collect();
    (None, creators)
}

fn enclosure(file: &Attachment) -> Enclosure {
    Enclosure {
        url: file.url.clone(),
        length: file.size_in_bytes.unwrap_or(0).to_string(), // the profile's word for unknown
        mime_type: file.mime_type.clone(),
    }
}

/// Where the item was taken from; the element demands an address.
fn source(story: &ShownStory) -> Option<Source> {
    let source = &story.source;
    let url = source.feed_url.as_ref().or(source.home_page_url.as_ref())?;
    Some(Source {
        url: url.clone(),
        title: Some(plain(&source.title)),
    })
}

/// Media RSS: the picture, and the files that no enclosure is left for.
fn media(story: &ShownStory, further: &[Attachment]) -> ExtensionMap {
    let mut contents: Vec<Extension> = story.image.iter().map(picture).collect();
    contents.extend(further.iter().map(file));
    let mut map = extensions("media", "content", contents);
    if let Some(image) = &story.image {
        let thumbnail = element("media:thumbnail", &[("url", &image.url)]);
        map.entry("media".to_owned())
            .or_default()
            .insert("thumbnail".to_owned(), vec![thumbnail]);
    }
    map
}

fn picture(image: &Image) -> Extension {
    let mut content = element("media:content", &[("url", &image.url), ("medium", "image")]);
    for (name, pixels) in [("width", image.width), ("height", image.height)] {
        if let Some(pixels) = pixels {
            content.attrs.insert(name.to_owned(), pixels.to_string());
        }
    }
    if let Some(caption) = &image.caption {
        add_text(&mut content, "description", caption);
    }
    content
}

fn file(file: &Attachment) -> Extension {
    let mut content = element(
        "media:content",
        &[("url", &file.url), ("type", &file.mime_type)],
    );
    for (name, number) in [
        ("fileSize", file.size_in_bytes),
        ("duration", file.duration_in_seconds),
    ] {
        if let Some(number) = number {
            content.attrs.insert(name.to_owned(), number.to_string());
        }
    }
    if let Some(title) = &file.title {
        add_text(&mut content, "title", title);
    }
    content
}

fn add_text(parent: &mut Extension, name: &str, text: &str) {
    let mut child = element(&format!("media:{name}"), &[("type", "plain")]);
    child.value = Some(plain(text));
    parent.children.insert(name.to_owned(), vec![child]);
}

fn element(name: &str, attributes: &[(&str, &str)]) -> Extension {
    Extension {
        name: name.to_owned(),
        attrs: attributes
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        value: Some(String::new()), // lest the indentation becomes its text
        ..Extension::default()
    }
}

fn extensions(prefix: &str, name: &str, elements: Vec<Extension>) -> ExtensionMap {
    if elements.is_empty() {
        return ExtensionMap::new();
    }
    let named = BTreeMap::from([(name.to_owned(), elements)]);
    ExtensionMap::from([(prefix.to_owned(), named)])
}

/// RFC 822 with the four-digit year of RFC 1123 and a numeric zone.
pub(super) fn rfc822(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Stand-ins for `&` and `<` in plain text. XML forbids these characters, so [`fit`] has left none
/// of them in the text, and the writer lets them pass.
const AMPERSAND: char = '\u{1}';
const LESS_THAN: char = '\u{2}';

/// Plain text, marked so that [`with_references`] can write it as the profile asks: `&#x26;` and
/// `&#x3C;` are read alike by clients that take titles for text and by those that take them for
/// HTML, where `&amp;` and `&lt;` are not. The `rss` crate knows only the latter.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => AMPERSAND,
            '<' => LESS_THAN,
            c => c,
        })
        .collect()
}

fn with_references(xml: &str) -> String {
    xml.replace(AMPERSAND, "&#x26;")
        .replace(LESS_THAN, "&#x3C;")
}
