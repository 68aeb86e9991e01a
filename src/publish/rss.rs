//! Edition -> RSS 2.0, after the RSS Advisory Board's profile.

use super::checked::SharedEdition;
use super::content::Told;
use super::escape::escape;
use super::extension::{add, element, extensions};
use super::phrases::Phrases;
use super::{
    Error, FEED_HISTORY, FeedEdition, GENERATOR, checked, content, feed_links, page_of, podcast,
    published, urn,
};
use crate::model::{Attachment, Author, FeedFormat, Image, ShownStory, Theme};
use crate::text::{html, words};
use chrono::{DateTime, Utc};
use memchr::{memchr2, memchr2_iter};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Item, Source};
use simdutf8::basic::from_utf8;
use std::collections::BTreeMap;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const MEDIA: &str = "http://search.yahoo.com/mrss/";

/// How long a description made from the full text is, in characters.
const DESCRIPTION_CHARS: usize = 300;

/// Writes the edition. Without a `base_url` there are no links to the feed itself, and the
/// channel's `link`, which RSS requires, is the feed's URN.
pub fn write(checked: &FeedEdition) -> Result<String, Error> {
    let bytes = channel(checked)
        .pretty_write_to(Vec::new(), b' ', 1)
        .map_err(|error| Error::write("RSS", error))?;
    let xml = from_utf8(&bytes).map_err(|error| Error::write("RSS", error))?;
    Ok(with_references(xml) + "\n")
}

fn channel(checked: &FeedEdition) -> Channel {
    let edition = checked.edition();
    let theme = &edition.theme;
    let title = plain(&theme.title);
    let items = checked.stories();
    let items: Vec<Item> = items
        .map(|(story, told)| item(story, told, theme))
        .collect();
    let link = published(edition, page_of(edition)).unwrap_or_else(|| urn(theme.id.as_str()));
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
        extensions: channel_extensions(edition),
        namespaces: namespaces(edition, &items),
        items,
        ..Channel::default()
    }
}

/// Those of podcasts only where an item has such elements: most feeds are none.
fn namespaces(edition: &SharedEdition, items: &[Item]) -> BTreeMap<String, String> {
    let archive = edition.history.archive.is_some();
    let history = archive.then_some(("fh", FEED_HISTORY));
    let is_used = |prefix| {
        items
            .iter()
            .any(|item| item.extensions.contains_key(prefix))
    };
    let podcasts = podcast::NAMESPACES.into_iter();
    [("atom", ATOM), ("media", MEDIA)]
        .into_iter()
        .chain(history)
        .chain(podcasts.filter(|(prefix, _)| is_used(*prefix)))
        .map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()))
        .collect()
}

/// Links to this document, to its relatives and to the hub; what its episodes say of it; and whether it is a closed
/// archive document.
fn channel_extensions(edition: &SharedEdition) -> ExtensionMap {
    let mut map = extensions("atom", "link", channel_links(edition));
    podcast::add_channel_elements(&mut map, edition);
    if edition.history.archive.is_some() {
        map.extend(extensions(
            "fh",
            "archive",
            vec![element("fh:archive", &[])],
        ));
    }
    map
}

fn channel_links(edition: &SharedEdition) -> Vec<Extension> {
    let files = feed_links(edition, FeedFormat::Rss).into_iter();
    let files = files.filter_map(|(rel, file, mime_type)| {
        let href = published(edition, &file)?;
        Some(element(
            "atom:link",
            &[("href", &href), ("rel", rel), ("type", mime_type)],
        ))
    });
    let hub = edition
        .hub
        .iter()
        .map(|hub| element("atom:link", &[("href", hub.as_str()), ("rel", "hub")]));
    files.chain(hub).collect()
}

fn item(story: &ShownStory, told: &Told, theme: &Theme) -> Item {
    let id = story.id.as_str();
    let link = story.url.as_ref().or(story.external_url.as_ref());
    let (first, further) = files(&story.attachments);
    let mut extensions = media(story, &further);
    podcast::add_elements(&mut extensions, story, first);
    Item {
        title: Some(plain(&story.title)),
        link: link.cloned(),
        description: Some(description(story)),
        categories: content::tags(story, Phrases::of(&theme.language))
            .map(|tag| Category {
                name: plain(tag),
                domain: None,
            })
            .collect(),
        enclosure: first.map(enclosure),
        guid: Some(Guid {
            value: id.to_owned(),
            permalink: link.is_some_and(|link| link == id),
        }),
        pub_date: Some(rfc822(story.date_published)),
        source: source(story),
        content: told.html.clone(),
        extensions,
        dublin_core_ext: Some(DublinCoreExtension {
            creators: creators(&told.authors),
            rights: story
                .source
                .rights
                .iter()
                .map(|rights| plain(rights))
                .collect(),
            ..DublinCoreExtension::default()
        }),
        ..Item::default()
    }
}

/// The short text as HTML, because RSS readers read a description as HTML. It is empty where the title says all
/// of it: `content:encoded` without a `description` before it is against the profile.
fn description(story: &ShownStory) -> String {
    match (&story.summary, &story.content) {
        // All that there is, not a teaser: it keeps its lines.
        (Some(summary), None) if summary.contains('\n') => {
            html::from_text(summary).as_str().to_owned()
        }
        (Some(summary), _) => escape(summary).into_owned(),
        (None, Some(content)) => {
            let text = checked::line(&html::to_text(content.as_str()));
            let short = words::first_words(&text, DESCRIPTION_CHARS);
            if short == story.title {
                String::new()
            } else {
                escape(&short).into_owned()
            }
        }
        (None, None) => String::new(),
    }
}

/// The names for `dc:creator`. RSS `author` is for a mail address, and readers show that in place of the name.
fn creators(authors: &[Author]) -> Vec<String> {
    let names = authors.iter().filter_map(|author| author.name.as_deref());
    names.map(plain).collect()
}

/// The one file that RSS has room for, something to hear or to see before a still picture, and the
/// others.
fn files(attachments: &[Attachment]) -> (Option<&Attachment>, Vec<&Attachment>) {
    let mut files: Vec<_> = attachments.iter().collect();
    files.sort_by_key(|file| file.mime_type.starts_with("image/"));
    let first = (!files.is_empty()).then(|| files.remove(0));
    (first, files)
}

fn enclosure(file: &Attachment) -> Enclosure {
    Enclosure {
        url: file.url.clone(),
        length: file.size_in_bytes.unwrap_or(0).to_string(), // the profile's word for unknown
        mime_type: file.mime_type.clone(),
    }
}

/// Where the item was taken from. The element requires an address.
fn source(story: &ShownStory) -> Option<Source> {
    let source = &story.source;
    let url = source.feed_url.as_ref().or(source.home_page_url.as_ref())?;
    Some(Source {
        url: url.clone(),
        title: Some(plain(&source.title)),
    })
}

/// Media RSS: the picture, and the files that no enclosure is left for.
fn media(story: &ShownStory, further: &[&Attachment]) -> ExtensionMap {
    let mut contents: Vec<Extension> = story.image.iter().map(picture).collect();
    let is_picture = |file: &Attachment| story.image.as_ref().is_some_and(|i| i.url == file.url);
    contents.extend(further.iter().filter(|f| !is_picture(f)).map(|f| file(f)));
    let mut map = extensions("media", "content", contents);
    if let Some(image) = &story.image {
        let thumbnail = element("media:thumbnail", &[("url", &image.url)]);
        add(&mut map, "media", "thumbnail", vec![thumbnail]);
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

/// RFC 822 with the four-digit year of RFC 1123 and a numeric zone.
pub(super) fn rfc822(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Placeholders for `&` and `<` in plain text. XML forbids these characters, so [`checked`] has left none
/// of them in the text, and the writer lets them pass.
const AMPERSAND: char = '\u{1}';
const LESS_THAN: char = '\u{2}';

/// Plain text, marked so that [`with_references`] can write it as the profile asks: `&#x26;` and
/// `&#x3C;` are read alike by clients that take titles for text and by those that take them for
/// HTML, where `&amp;` and `&lt;` are not. The `rss` crate knows only the latter.
fn plain(text: &str) -> String {
    if memchr2(b'&', b'<', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    text.chars()
        .map(|c| match c {
            '&' => AMPERSAND,
            '<' => LESS_THAN,
            c => c,
        })
        .collect()
}

fn with_references(xml: &str) -> String {
    let mut mended = String::with_capacity(xml.len() + xml.len() / 16);
    let mut taken = 0;
    for at in memchr2_iter(AMPERSAND as u8, LESS_THAN as u8, xml.as_bytes()) {
        mended.push_str(&xml[taken..at]);
        mended.push_str(if xml[at..].starts_with(AMPERSAND) {
            "&#x26;"
        } else {
            "&#x3C;"
        });
        taken = at + 1;
    }
    mended.push_str(&xml[taken..]);
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{attachment, author, edition, full_story, story};

    fn written(story: ShownStory) -> String {
        write(&FeedEdition::of(&edition(vec![story]))).unwrap()
    }

    #[test]
    fn titles_are_plain_text_in_hexadecimal_references() {
        let rss = written(story(
            "tag:a,2024:1",
            "AT&T: a<b & \"c\"",
            "2024-06-14T09:30:00Z",
        ));
        assert!(rss.contains("<title>AT&#x26;T: a&#x3C;b &#x26; "), "{rss}");
    }

    #[test]
    fn a_guid_is_a_permalink_only_when_it_is_the_link() {
        let mut story = full_story();
        assert!(
            written(story.clone())
                .contains(r#"<guid isPermaLink="false">https://nato.example/full<"#)
        );
        story.url = Some(story.id.to_string());
        assert!(written(story).contains("<guid>https://nato.example/full<"));
    }

    #[test]
    fn dates_are_rfc_822_with_a_numeric_zone() {
        let rss = written(full_story());
        assert!(rss.contains("<pubDate>Fri, 14 Jun 2024 09:30:00 +0000</pubDate>"));
        assert!(rss.contains("<lastBuildDate>Fri, 14 Jun 2024 11:00:00 +0000</lastBuildDate>"));
    }

    #[test]
    fn the_short_text_stands_before_the_full_one_as_html() {
        let rss = written(full_story());
        let short = rss
            .find("<![CDATA[Ministers met &amp; agreed.]]></description>")
            .unwrap();
        assert!(short < rss.find("<content:encoded>").unwrap());
    }

    #[test]
    fn a_short_text_of_several_lines_keeps_them() {
        let mut story = full_story();
        story.summary = Some("One\ntwo".to_owned());
        assert!(written(story.clone()).contains("<description><![CDATA[One\ntwo]]>"));
        story.content = None;
        assert!(written(story).contains("<description><![CDATA[<p>One<br>two</p>]]>"));
    }

    #[test]
    fn the_source_is_named_and_every_member_linked() {
        let rss = written(full_story());
        assert!(rss.contains(r#"<source url="https://nato.example/feed">NATO</source>"#));
        assert!(rss.contains(
            r#"<li>Reuters &amp; Co: <a href="https://reuters.example/1?a=1&amp;b=2">Their &lt;title&gt;</a></li>"#
        ));
    }

    #[test]
    fn a_source_without_addresses_is_not_linked() {
        let mut story = full_story();
        let source = std::sync::Arc::make_mut(&mut story.source);
        (source.feed_url, source.home_page_url) = (None, None);
        assert!(!written(story).contains("<source"));
    }

    #[test]
    fn one_file_is_the_enclosure_and_others_are_media() {
        let mut story = full_story();
        story.attachments[0].size_in_bytes = None;
        story
            .attachments
            .push(attachment("https://nato.example/c", "no type", Some(5)));
        let rss = written(story);
        assert!(rss.contains(
            r#"<enclosure url="https://nato.example/a.mp3" length="0" type="audio/mpeg"/>"#
        ));
        assert!(rss.contains(
            r#"<media:content type="application/pdf" url="https://nato.example/b.pdf">"#
        ));
        assert!(rss.contains(r#"fileSize="5" type="application/octet-stream""#));
        assert_eq!(rss.matches("<enclosure").count(), 1);
    }

    #[test]
    fn the_picture_comes_with_its_caption() {
        let rss = written(full_story());
        assert!(rss.contains(r#"<media:thumbnail url="https://nato.example/p.jpg?w=1&amp;h=2">"#));
        assert!(rss.contains(r#"<media:description type="plain">The table</media:description>"#));
        assert!(rss.contains("<figcaption>The table</figcaption>"));
    }

    #[test]
    fn authors_are_named_and_their_mail_addresses_are_not() {
        let mut story = full_story();
        story.authors = vec![author("Jane", Some("mailto:jane@nato.example"))];
        let rss = written(story);
        assert!(rss.contains("<dc:creator>Jane, NATO</dc:creator>"));
        assert!(!rss.contains("<author>") && !rss.contains("jane@"));
    }

    #[test]
    fn a_description_that_the_title_says_is_empty_and_not_missing() {
        let mut story = full_story();
        story.summary = None;
        story.content = Some(html::sanitize("<p>Summit over</p>", None));
        story.title = "Summit over".to_owned();
        let rss = written(story);
        assert!(
            rss.contains("<description><![CDATA[]]></description>"),
            "{rss}"
        );
    }

    #[test]
    fn the_source_is_the_creator_of_what_nobody_signed() {
        let mut story = full_story();
        story.authors.clear();
        let rss = written(story);
        assert!(rss.contains("<dc:creator>NATO</dc:creator>"), "{rss}");
    }

    #[test]
    fn the_editors_choice_is_a_category_in_the_themes_language() {
        let mut edition = edition(vec![full_story()]);
        std::sync::Arc::make_mut(&mut edition.theme).language = "de".to_owned();
        assert!(
            write(&FeedEdition::of(&edition))
                .unwrap()
                .contains("<category>Auswahl der Redaktion</category>")
        );
    }

    #[test]
    fn a_feed_without_an_address_does_not_link_to_itself() {
        let mut edition = edition(vec![full_story()]);
        edition.base_url = None;
        let rss = write(&FeedEdition::of(&edition)).unwrap();
        assert!(!rss.contains("atom:link ") && rss.contains("<link>urn:uuid:"));
    }
}
