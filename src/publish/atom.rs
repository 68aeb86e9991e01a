//! Edition -> Atom 1.0 (RFC 4287).

use super::checked::SharedEdition;
use super::content::Told;
use super::escape::escape;
use super::phrases::Phrases;
use super::{
    Error, FEED_HISTORY, FeedEdition, GENERATOR, checked, feed_links, page_of, published, urn,
};
use crate::model::{Author, FeedFormat, Image, ItemSource, ShownStory, Theme};
use crate::text::html::from_text;
use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Source, Text,
    WriteConfig,
};
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use memchr::memmem;
use simdutf8::basic::from_utf8;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const MEDIA: &str = "http://search.yahoo.com/mrss/";
/// Of `at:deleted-entry` (RFC 6721).
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// The declaration of the crate names no encoding.
const DECLARATION: &str = r#"<?xml version="1.0" encoding="utf-8"?>"#;

/// How the crate writes UTC.
const NUMERIC_ZONE: &str = "+00:00";

/// When a feed without entries was last changed: Atom requires a date, and validators report the epoch
/// as a mistake. It is the month of RFC 4287.
const EMPTY_SINCE: DateTime<Utc> = match DateTime::from_timestamp(1_133_395_200, 0) {
    Some(december_2005) => december_2005,
    None => DateTime::UNIX_EPOCH,
};

/// The category that marks the editor's choice; its label is in the theme's language.
const EDITORS_CHOICE: &str = "editors-choice";

/// Writes the edition. Without a `base_url` there are no links to the feed itself.
pub fn write(checked: &FeedEdition) -> Result<String, Error> {
    let edition = checked.edition();
    let config = WriteConfig {
        write_document_declaration: false,
        indent_size: Some(1),
    };
    let bytes = feed(checked)
        .write_with_config(format!("{DECLARATION}\n").into_bytes(), config)
        .map_err(|error| Error::write("Atom", error))?;
    let xml = from_utf8(&bytes).map_err(|error| Error::write("Atom", error))?;
    Ok(with_history(with_z(xml), edition) + "\n")
}

/// Some readers drop numeric zones, and the crate writes no other. A `<` of the content is never
/// written as such, so these words can only be the ends of the elements they name.
fn with_z(xml: &str) -> String {
    let mut mended = String::with_capacity(xml.len());
    let mut taken = 0;
    for at in memmem::find_iter(xml.as_bytes(), NUMERIC_ZONE) {
        let end = &xml[at + NUMERIC_ZONE.len()..];
        if end.starts_with("</updated>") || end.starts_with("</published>") {
            mended.push_str(&xml[taken..at]);
            mended.push('Z');
            taken = at + NUMERIC_ZONE.len();
        }
    }
    mended.push_str(&xml[taken..]);
    mended
}

fn feed(checked: &FeedEdition) -> Feed {
    let edition = checked.edition();
    let theme = &edition.theme;
    Feed {
        title: Text::plain(&theme.title),
        id: urn(theme.id.as_str()),
        updated: date(if edition.stories.is_empty() {
            EMPTY_SINCE
        } else {
            edition.updated
        }),
        generator: Some(Generator {
            value: GENERATOR.to_owned(),
            ..Generator::default()
        }),
        links: links_of_feed(edition),
        logo: theme.image.clone(),
        rights: theme.rights.as_ref().map(Text::plain),
        subtitle: theme.description.as_ref().map(Text::plain),
        lang: Some(theme.language.clone()),
        namespaces: namespaces(edition),
        entries: checked
            .stories()
            .map(|(story, told)| entry(story, told, theme))
            .collect(),
        ..Feed::default()
    }
}

fn namespaces(edition: &SharedEdition) -> BTreeMap<String, String> {
    let archive = edition.history.archive.as_ref();
    let hidden = archive.is_some_and(|archive| !archive.hidden.is_empty());
    [
        Some(("media", MEDIA)),
        archive.map(|_| ("fh", FEED_HISTORY)),
        hidden.then_some(("at", TOMBSTONES)),
    ]
    .into_iter()
    .flatten()
    .map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()))
    .collect()
}

fn links_of_feed(edition: &SharedEdition) -> Vec<Link> {
    let mut files = feed_links(edition, FeedFormat::Atom);
    // What readers open: the page (RFC 4287 section 4.2.7.2).
    files.insert(1, ("alternate", page_of(edition).to_owned(), "text/html"));
    let files = files.into_iter().filter_map(|(rel, file, mime_type)| {
        Some(Link {
            mime_type: Some(mime_type.to_owned()),
            ..link(rel, &published(edition, &file)?)
        })
    });
    let hub = edition.hub.iter().map(|hub| link("hub", hub.as_str()));
    files.chain(hub).collect()
}

/// Marks a closed archive document (RFC 5005 section 4), and what is no longer in it (RFC 6721).
/// The crate writes elements of other namespaces behind the entries, where the schema of RFC 4287
/// has no room for them. A `<` of the content is never written as such, so the first `<entry>` is one.
fn with_history(xml: String, edition: &SharedEdition) -> String {
    let Some(archive) = &edition.history.archive else {
        return xml;
    };
    let place = xml.find(" <entry>").or_else(|| xml.rfind("</feed>"));
    let (head, entries) = xml.split_at(place.unwrap_or(xml.len()));
    let mut xml = format!("{head} <fh:archive/>\n");
    for hidden in &archive.hidden {
        let id = checked::line(hidden.id.as_str());
        let id = escape(&id);
        let since = hidden.since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let _ = writeln!(xml, r#" <at:deleted-entry ref="{id}" when="{since}"/>"#); // a String takes everything
    }
    xml + entries
}

fn entry(story: &ShownStory, told: &Told, theme: &Theme) -> Entry {
    let language = story.language.clone();
    let language = language.filter(|tag| *tag != theme.language);
    let in_language = |text: &str| Text {
        lang: language.clone(),
        ..Text::plain(text)
    };
    Entry {
        title: in_language(&story.title),
        id: story.id.to_string(),
        updated: date(story.date_modified.unwrap_or(story.date_published)),
        authors: told.authors.iter().map(person).collect(),
        categories: categories(story, Phrases::of(&theme.language)),
        links: entry_links(story),
        published: Some(date(story.date_published)),
        rights: story.source.rights.as_ref().map(Text::plain),
        source: Some(source(&story.source, story.date_published)),
        summary: story.summary.as_deref().map(in_language),
        content: Some(Content {
            lang: language.clone(),
            value: Some(
                (told.html.clone()).unwrap_or_else(|| from_text(&story.title).as_str().to_owned()),
            ),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        extensions: story.image.as_ref().map(thumbnail).unwrap_or_default(),
        ..Entry::default()
    }
}

/// An entry must have an author (section 4.1.2), and a person a name.
fn person(author: &Author) -> Person {
    let email = author
        .url
        .as_deref()
        .and_then(|url| url.strip_prefix("mailto:"));
    Person {
        email: email.map(str::to_owned),
        uri: author.url.clone().filter(|_| email.is_none()),
        name: author.name.clone().unwrap_or_default(),
        ..Person::default()
    }
}

fn categories(story: &ShownStory, phrases: &Phrases) -> Vec<Category> {
    let choice = story.editors_choice.then(|| Category {
        term: EDITORS_CHOICE.to_owned(),
        label: Some(phrases.editors_choice.to_owned()),
        ..Category::default()
    });
    let tags = story.tags.iter().map(|tag| Category {
        term: tag.clone(),
        ..Category::default()
    });
    choice.into_iter().chain(tags).collect()
}

fn entry_links(story: &ShownStory) -> Vec<Link> {
    let (page, about) = match (&story.url, &story.external_url) {
        (None, Some(external)) => (Some(external), None),
        (url, external) => (url.as_ref(), external.as_ref()),
    };
    let mut links: Vec<Link> = page.into_iter().map(|url| link("alternate", url)).collect();
    links.extend(about.into_iter().map(|url| link("related", url)));
    links.extend(story.also.iter().filter_map(|member| {
        Some(Link {
            title: Some(member.source.title.clone()),
            ..link("related", member.url.as_ref()?)
        })
    }));
    links.extend(story.attachments.iter().map(|file| Link {
        mime_type: Some(file.mime_type.clone()),
        title: file.title.clone(),
        length: file.size_in_bytes.map(|bytes| bytes.to_string()),
        ..link("enclosure", &file.url)
    }));
    links
}

fn link(rel: &str, href: &str) -> Link {
    Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        ..Link::default()
    }
}

/// Where the entry was taken from (section 4.2.11), as that was when the item was stored; a source
/// that dates nothing is as old as the story.
fn source(source: &ItemSource, published: DateTime<Utc>) -> Source {
    let addresses = [
        ("self", &source.feed_url),
        ("alternate", &source.home_page_url),
    ];
    Source {
        title: Text::plain(&source.title),
        id: source.feed_id.clone(),
        updated: date(source.updated.unwrap_or(published)),
        links: addresses
            .into_iter()
            .filter_map(|(rel, url)| url.as_deref().map(|url| link(rel, url)))
            .collect(),
        rights: source.rights.as_ref().map(Text::plain),
        ..Source::default()
    }
}

fn thumbnail(image: &Image) -> ExtensionMap {
    let element = Extension {
        name: "media:thumbnail".to_owned(),
        attrs: BTreeMap::from([("url".to_owned(), escape(&image.url).into_owned())]), // the crate does not
        value: Some(String::new()), // else the indentation would become its text
        ..Extension::default()
    };
    let named = BTreeMap::from([("thumbnail".to_owned(), vec![element])]);
    ExtensionMap::from([("media".to_owned(), named)])
}

fn date(at: DateTime<Utc>) -> FixedDateTime {
    at.trunc_subsecs(0).fixed_offset()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{edition, full_story, story};
    use std::sync::Arc;

    fn written(story: ShownStory) -> String {
        write(&FeedEdition::of(&edition(vec![story]))).unwrap()
    }

    #[test]
    fn dates_end_in_z_and_have_no_fractions() {
        let mut story = full_story();
        story.date_published += chrono::TimeDelta::milliseconds(250);
        let atom = written(story);
        assert!(atom.contains("<published>2024-06-14T09:30:00Z</published>"));
        assert!(atom.contains("<updated>2024-06-14T11:00:00Z</updated>"));
        assert!(!atom.contains("+00:00"));
    }

    #[test]
    fn a_change_before_publication_is_none() {
        let mut story = full_story();
        story.date_modified = Some(story.date_published - chrono::TimeDelta::days(1));
        let atom = written(story);
        let entry = &atom[atom.find("<entry>").unwrap()..];
        assert!(
            entry.contains("<updated>2024-06-14T09:30:00Z</updated>"),
            "{entry}"
        );
    }

    #[test]
    fn the_source_signs_what_nobody_signed() {
        let atom = written(story("tag:a,2024:1", "Unsigned", "2024-06-14T09:30:00Z"));
        assert!(
            atom.contains("<name>NATO</name>") && atom.contains("<uri>https://nato.example/</uri>")
        );
    }

    #[test]
    fn an_author_is_named_with_the_source() {
        let mut story = full_story();
        story.authors[0].url = Some("mailto:jane@nato.example".to_owned());
        let atom = written(story);
        for part in [
            "<name>Jane Doe, NATO</name>",
            "<email>jane@nato.example</email>",
            "<title>NATO</title>",
        ] {
            assert!(atom.contains(part), "{part} in {atom}");
        }
    }

    #[test]
    fn the_source_is_whole_and_as_it_was() {
        let mut story = full_story();
        let atom = written(story.clone());
        let source = &atom[atom.find("<source>").unwrap()..atom.find("</source>").unwrap()];
        for part in [
            "<title>NATO</title>",
            "<id>https://nato.example/feed</id>",
            "<updated>2024-06-14T10:00:00Z</updated>",
            r#"<link href="https://nato.example/feed" rel="self"/>"#,
            r#"<link href="https://nato.example/" rel="alternate"/>"#,
        ] {
            assert!(source.contains(part), "{part} in {source}");
        }
        Arc::make_mut(&mut story.source).updated = None;
        assert_eq!(written(story).matches("2024-06-14T09:30:00Z").count(), 2);
    }

    #[test]
    fn members_and_files_are_links() {
        let atom = written(full_story());
        for link in [
            r#"<link href="https://reuters.example/1?a=1&amp;b=2" rel="related" title="Reuters &amp; Co"/>"#,
            r#"<link href="https://elsewhere.example/about" rel="related"/>"#,
            r#"<link href="https://nato.example/a.mp3" rel="enclosure" type="audio/mpeg" length="1000"/>"#,
        ] {
            assert!(atom.contains(link), "{link} in {atom}");
        }
    }

    #[test]
    fn a_story_about_a_page_links_there_when_it_has_none_of_its_own() {
        let mut story = full_story();
        story.url = None;
        assert!(
            written(story)
                .contains(r#"<link href="https://elsewhere.example/about" rel="alternate"/>"#)
        );
    }

    #[test]
    fn texts_name_their_language_where_it_is_not_the_feeds() {
        let atom = written(full_story());
        assert!(
            atom.contains(r#"<title xml:lang="de">"#) && atom.contains(r#"<content xml:lang="de""#)
        );
    }

    #[test]
    fn the_feed_keeps_its_id_when_it_moves() {
        let mut edition = edition(Vec::new());
        let id = |atom: &str| {
            atom.split("<id>")
                .nth(1)
                .unwrap()
                .split('<')
                .next()
                .unwrap()
                .to_owned()
        };
        let before = id(&write(&FeedEdition::of(&edition)).unwrap());
        edition.base_url = None;
        Arc::make_mut(&mut edition.theme).title = "Renamed".to_owned();
        assert_eq!(id(&write(&FeedEdition::of(&edition)).unwrap()), before);
        assert_eq!(before, "urn:uuid:9d4c704b-ff6e-5522-abd7-fb86ff839973");
    }

    #[test]
    fn the_crate_still_leaves_attributes_of_extensions_to_us() {
        let mut feed = Feed::default();
        let mut element = Extension {
            name: "x:y".to_owned(),
            ..Extension::default()
        };
        element.attrs.insert("url".to_owned(), "?a&b".to_owned());
        let named = BTreeMap::from([("y".to_owned(), vec![element])]);
        feed.extensions.insert("x".to_owned(), named);
        assert!(
            feed.to_string().contains(r#"url="?a&b""#),
            "mended upstream: drop the escaping in `thumbnail`"
        );
        assert!(
            written(full_story())
                .contains(r#"<media:thumbnail url="https://nato.example/p.jpg?w=1&amp;h=2">"#)
        );
    }
}
