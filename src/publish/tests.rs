//! What we publish, read back by strangers.

use super::html::Templates;
use super::samples::{edition, full_story, listed, site, source, story};
use super::{
    CheckedEdition, FeedEdition, Month, MonthPart, SourceLine, SourceState, address_below, atom,
    json_feed, opml, rss,
};
use crate::model::{AlsoIn, Edition, ShownStory, Site, StoryPages};
use crate::text::html::sanitize;
use crate::text::xml;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use url::Url;

/// An id, a title, a date: what must survive every format and every reader.
type Line = (String, String, DateTime<Utc>);

const NASTY: [&str; 12] = [
    "a\u{0}b\u{1}c\u{8}d\u{B}e\u{1F}f\u{FFFE}g\u{FFFF}",
    "]]> and <![CDATA[ and <!-- and ?>",
    "AT&T &amp; R&D; &lt;b&gt; &#38; &bogus;",
    "<script>alert(1)</script> 5 < 6 > 4",
    "\"double\" 'single' `back` \u{201C}curly\u{201D}",
    "\u{1F469}\u{200D}\u{1F680} emoji \u{1F1E9}\u{1F1EA} e\u{301}",
    "\u{202E}rtl\u{202C} \u{200F}\u{5E9}\u{5DC}\u{5D5}\u{5DD}\u{200E}",
    "line\none\r\ntwo\ttab\u{2028}three\u{85}four",
    "\u{92}windows\u{93}",
    "{{ title }} {% raw %} {# no #}",
    "+00:00</updated> +00:00</published>",
    "Ampersand\u{1}less\u{2}than",
];

/// The templates as they come with the program.
static PAGES: LazyLock<Templates> = LazyLock::new(|| Templates::new(&[]).unwrap());

fn nasty_edition() -> Edition {
    let long = "Long title ".repeat(1000);
    let texts = NASTY.into_iter().chain([long.as_str()]);
    let stories = texts.enumerate().map(|(n, text)| nasty_story(n, text));
    edition(stories.collect())
}

/// A story that says the text wherever it can.
fn nasty_story(n: usize, text: &str) -> ShownStory {
    let mut nasty = ShownStory {
        content: Some(sanitize(&format!("<p>{text}</p>"), None)),
        summary: Some(text.to_owned()),
        tags: vec![text.to_owned(), "plain".to_owned()],
        language: Some(text.to_owned()),
        source: source("nato", text),
        also: vec![AlsoIn {
            source: source("other", text),
            title: Some(text.to_owned()),
            url: Some(format!("https://other.example/?q={text}")),
            why: text.to_owned(),
        }],
        ..full_story()
    };
    let base = story(
        &format!("https://nato.example/{n}"),
        text,
        "2024-06-14T09:30:00Z",
    );
    nasty.id = base.id;
    nasty.title = base.title;
    nasty.url = Some(format!("https://nato.example/{n}?q={text}"));
    nasty.date_published =
        base.date_published - chrono::TimeDelta::hours(i64::try_from(n).unwrap());
    nasty.authors[0].name = Some(text.to_owned());
    nasty.attachments[0].mime_type = text.to_owned();
    nasty.attachments[0].title = Some(text.to_owned());
    if let Some(image) = &mut nasty.image {
        image.caption = Some(text.to_owned());
    }
    nasty
}

fn lines(edition: &Edition) -> Vec<Line> {
    edition
        .stories
        .iter()
        .map(|story| {
            let title = super::checked::line(&story.title);
            (story.id.to_string(), title, story.date_published)
        })
        .collect()
}

/// Fails on anything that is not well-formed XML 1.0, as far as a strict pull parser sees.
fn assert_well_formed(document: &str) {
    assert_eq!(xml::clean(document), document, "forbidden characters");
    let mut reader = Reader::from_str(document);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                attributes_are_fine(&start);
            }
            Event::Empty(empty) => attributes_are_fine(&empty),
            Event::End(_) => depth -= 1,
            Event::GeneralRef(reference) => {
                let predefined = ["amp", "lt", "gt", "quot", "apos"];
                let known = predefined
                    .iter()
                    .any(|name| reference.as_bytes() == name.as_bytes());
                assert!(known || reference.resolve_char_ref().unwrap().is_some());
            }
            Event::Text(text) => assert!(depth > 0 || text.trim().is_empty()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "unclosed elements");
}

fn attributes_are_fine(start: &quick_xml::events::BytesStart<'_>) {
    for attribute in start.attributes() {
        quick_xml::escape::unescape(&attribute.unwrap().value).unwrap();
    }
}

#[test]
fn the_address_of_a_file_is_that_of_its_name_in_its_folder() {
    let folders = [
        "https://a.example/",
        "https://a.example/b/C/",
        "https://a.example/b",
        "https://a.example/?c=/",
    ];
    let files = [
        "",
        "index.html",
        "story/2024/06/A_b-c.html",
        "../x",
        "./x",
        ".x",
        "/x",
        "a//b",
        "a/..",
        "a b",
        "é",
        "x?y",
        "a:b",
    ];
    for folder in folders.map(|folder| Url::parse(folder).unwrap()) {
        for file in files {
            let joined = folder.join(file).ok().map(String::from);
            assert_eq!(address_below(&folder, file), joined, "{folder} {file}");
        }
    }
}

#[test]
fn the_rss_crate_reads_our_rss() {
    let edition = nasty_edition();
    let channel: ::rss::Channel = rss::write(&FeedEdition::of(&edition))
        .unwrap()
        .parse()
        .unwrap();
    let read: Vec<Line> = channel
        .items
        .into_iter()
        .map(|item| {
            let date = DateTime::parse_from_rfc2822(&item.pub_date.unwrap()).unwrap();
            (item.guid.unwrap().value, item.title.unwrap(), date.to_utc())
        })
        .collect();
    assert_eq!(read, lines(&edition));
}

#[test]
fn the_atom_crate_reads_our_atom() {
    let edition = nasty_edition();
    let feed: atom_syndication::Feed = atom::write(&FeedEdition::of(&edition))
        .unwrap()
        .parse()
        .unwrap();
    let read: Vec<Line> = feed
        .entries
        .into_iter()
        .map(|entry| {
            (
                entry.id,
                entry.title.value,
                entry.published.unwrap().to_utc(),
            )
        })
        .collect();
    assert_eq!(read, lines(&edition));
}

#[test]
fn feed_rs_reads_rss_atom_and_json_alike() {
    let edition = nasty_edition();
    let documents = [
        rss::write(&FeedEdition::of(&edition)).unwrap(),
        atom::write(&FeedEdition::of(&edition)).unwrap(),
        json_feed::write(&FeedEdition::of(&edition)).unwrap(),
    ];
    for document in documents {
        let feed = feed_rs::parser::parse(document.as_bytes()).unwrap();
        let read: Vec<Line> = feed
            .entries
            .into_iter()
            .map(|entry| {
                (
                    entry.id,
                    entry.title.unwrap().content,
                    entry.published.unwrap(),
                )
            })
            .collect();
        assert_eq!(read, lines(&edition));
    }
}

#[test]
fn equal_editions_give_equal_bytes() {
    let (one, two) = (nasty_edition(), nasty_edition());
    assert_eq!(
        rss::write(&FeedEdition::of(&one)).unwrap(),
        rss::write(&FeedEdition::of(&two)).unwrap()
    );
    assert_eq!(
        atom::write(&FeedEdition::of(&one)).unwrap(),
        atom::write(&FeedEdition::of(&two)).unwrap()
    );
    assert_eq!(
        json_feed::write(&FeedEdition::of(&one)).unwrap(),
        json_feed::write(&FeedEdition::of(&two)).unwrap()
    );
    let page = |edition| {
        Templates::new(&[])
            .unwrap()
            .theme(&CheckedEdition::of(edition), &[], &site())
            .unwrap()
    };
    assert_eq!(page(&one), page(&two));
}

#[test]
fn nasty_texts_give_well_formed_documents() {
    let edition = nasty_edition();
    assert_well_formed(&rss::write(&FeedEdition::of(&edition)).unwrap());
    assert_well_formed(&atom::write(&FeedEdition::of(&edition)).unwrap());
    assert_well_formed(&opml::write(&[listed(&edition)], &site()).unwrap());
}

#[test]
fn nasty_texts_stay_texts_on_every_page() {
    let alone = |(n, text)| (edition(vec![nasty_story(n, text)]), text);
    let together = (nasty_edition(), NASTY[0]);
    for (edition, text) in NASTY.into_iter().enumerate().map(alone).chain([together]) {
        for page in all_pages(&PAGES, &edition, text) {
            assert_harmless(&page);
        }
    }
}

#[test]
fn an_empty_edition_gives_readable_documents() {
    let empty = edition(Vec::new());
    for document in [
        rss::write(&FeedEdition::of(&empty)).unwrap(),
        atom::write(&FeedEdition::of(&empty)).unwrap(),
        json_feed::write(&FeedEdition::of(&empty)).unwrap(),
    ] {
        let feed = feed_rs::parser::parse(document.as_bytes()).unwrap();
        assert_eq!(feed.entries.len(), 0);
        assert_eq!(feed.title.unwrap().content, "Defence");
    }
    let page = PAGES
        .theme(&CheckedEdition::of(&empty), &[], &site())
        .unwrap();
    assert!(page.contains("No stories yet."));
}

#[test]
fn a_story_given_twice_is_published_once() {
    let twice = edition(vec![full_story(), full_story()]);
    let channel: ::rss::Channel = rss::write(&FeedEdition::of(&twice))
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(channel.items.len(), 1);
}

/// Every page that shows something of an edition.
fn all_pages(pages: &Templates, edition: &Edition, text: &str) -> Vec<String> {
    let full = Site {
        story_pages: StoryPages::Full,
        title: text.to_owned(),
        description: Some(text.to_owned()),
        ..site()
    };
    let part = MonthPart {
        month: Month(24_293),
        page: 1,
        has_more: false,
        previous: None,
        next: None,
    };
    let themes = [Arc::clone(&edition.theme)];
    let line = SourceLine {
        stories_page: None,
        name: text.to_owned(),
        title: Some(text.to_owned()),
        url: Some(format!("https://a.example/{text}")),
        state: SourceState::Failing,
        last_good: None,
        next_visit: None,
        failures: 3,
        error: Some(text.to_owned()),
        items: 1,
        newest: None,
    };
    let mut made = vec![
        pages
            .theme(&CheckedEdition::of(edition), &[], &full)
            .unwrap(),
        pages
            .theme(&CheckedEdition::of(edition), &[], &site())
            .unwrap(),
        pages.index(&[listed(edition)], &full).unwrap(),
        pages
            .archive(
                &edition.theme,
                &BTreeMap::from([(part.month, 1)]),
                &[],
                &full,
            )
            .unwrap(),
        pages
            .month(&edition.theme, &part, &edition.stories, &full)
            .unwrap(),
        pages
            .gone("story/x.html", Some("story/y.html"), &full)
            .unwrap(),
        pages.sources(&[line], edition.updated, &full).unwrap(),
    ];
    for story in &edition.stories {
        for site in [&full, &site()] {
            made.push(
                pages
                    .story(story, "story/2024/06/x.html", &themes, site)
                    .unwrap(),
            );
        }
    }
    made
}

/// As a browser reads it: nothing runs, no address is of a kind that does, and no text got out of
/// where it was put, which would show as an element or an attribute that no template has.
fn assert_harmless(page: &str) {
    const ATTRIBUTES: [&str; 35] = [
        "alt",
        "aria-current",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "charset",
        "class",
        "content",
        "controls",
        "data-label",
        "datetime",
        "decoding",
        "dir",
        "height",
        "href",
        "http-equiv",
        "id",
        "lang",
        "loading",
        "name",
        "preload",
        "property",
        "referrerpolicy",
        "rel",
        "scope",
        "src",
        "title",
        "type",
        "width",
        "cite",
        "colspan",
        "rowspan",
        "open",
        "start",
        "reversed",
    ];
    let document = scraper::Html::parse_document(page);
    for element in document.tree.values().filter_map(scraper::Node::as_element) {
        let harmful = [
            "script", "style", "iframe", "object", "embed", "form", "svg", "math", "base",
        ];
        assert!(
            !harmful.contains(&element.name()),
            "{} in {page}",
            element.name()
        );
        for (name, value) in element.attrs() {
            assert!(
                ATTRIBUTES.contains(&name),
                "{} {name} in {page}",
                element.name()
            );
            let kind = value.split_once(':').map_or("", |(kind, _)| kind);
            let is_icon = element.name() == "link" && element.attr("rel") == Some("icon");
            let is_fine = is_icon || ["", "http", "https", "mailto"].contains(&kind);
            assert!(
                is_fine || !matches!(name, "href" | "src"),
                "{name}={value} in {page}"
            );
        }
    }
}

/// Texts of the characters that break things, and any others.
fn nasty_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        "<>&;\"'`]![-/=#x \n\t\r\u{0}\u{1}\u{2}\u{1F}\u{7F}\u{85}\u{9F}\u{FFFD}\u{FFFE}\u{202E}{}%"
            .chars()
            .collect::<Vec<_>>(),
    );
    let c = prop_oneof![3 => special, 2 => prop::char::any(), 1 => prop::char::range('a', 'z')];
    prop::collection::vec(c, 0..60).prop_map(String::from_iter)
}

proptest! {
    // Each round makes every document and page: 32 of them, and more if `PROPTEST_CASES` says so.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 8,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_anywhere_gives_documents_that_strangers_read(text in nasty_text(), title in nasty_text()) {
        let mut edition = edition(vec![nasty_story(1, &text)]);
        let theme = Arc::make_mut(&mut edition.theme);
        theme.title = title.clone();
        theme.description = Some(text.clone());
        theme.language = text.clone();
        theme.rights = Some(text.clone());
        theme.image = Some(text);

        let (rss, atom) = (rss::write(&FeedEdition::of(&edition)).unwrap(), atom::write(&FeedEdition::of(&edition)).unwrap());
        assert_well_formed(&rss);
        assert_well_formed(&atom);
        assert_well_formed(&opml::write(&[listed(&edition)], &site()).unwrap());
        let source = opml::Exported {
            title: title.clone(),
            xml_url: title.clone(),
            html_url: Some(title.clone()),
            folder: vec![title.clone()],
            categories: vec![title.clone()],
        };
        assert_well_formed(&opml::export(&title, &[source]).unwrap());
        prop_assert_eq!(rss.parse::<::rss::Channel>().unwrap().items.len(), 1);
        prop_assert_eq!(atom.parse::<atom_syndication::Feed>().unwrap().entries.len(), 1);
        let json: serde_json::Value = serde_json::from_str(&json_feed::write(&FeedEdition::of(&edition)).unwrap()).unwrap();
        prop_assert_eq!(json["items"].as_array().map(Vec::len), Some(1));

        for page in all_pages(&PAGES, &edition, &title) {
            prop_assert!(xml::clean(&page) == page);
            assert_harmless(&page);
        }
    }
}
