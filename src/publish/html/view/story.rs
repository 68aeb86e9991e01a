//! What `story.html` shows: one story, with all that is known of it and all sources that have it.

use super::{
    Carriers, DESCRIPTION_CHARS, FileView, Frame, Moment, OtherHeadline, Reference, ThemeLink,
    relative, site_of, summary, tags::anchor as tag_anchor, tags_of,
};
use crate::model::{AlsoIn, Author, Image, ShownStory, Site, StoryPages, Theme};
use crate::publish::phrases::{Phrases, direction};
use crate::publish::{checked, content, path};
use crate::text::html::from_text;
use crate::text::words;
use minijinja::Value;
use serde::Serialize;
use std::sync::Arc;

/// How much of a story its page shows where the rest is to be read at the source, in characters.
const EXCERPT_CHARS: usize = 600;

#[derive(Serialize)]
pub(in crate::publish) struct StoryPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    /// Those that show the story, in the order of `feeds.toml`; the page is in the first one's language.
    themes: Vec<ThemeLink>,
    story: FullStory,
    /// The zone that days and times are meant in.
    timezone: &'static str,
    rights: Option<String>,
}

#[derive(Serialize)]
struct FullStory {
    id: String,
    title: String,
    /// At the source.
    url: Option<String>,
    /// What it is about, where that is another page.
    external_url: Option<String>,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    published: Value,
    modified: Option<Value>,
    /// Its text, safe to show; none where pages show the beginning only, unless that has lines.
    content: Option<Value>,
    /// Plain text; none beside `content`, unless it says something else.
    summary: Option<String>,
    image: Option<Image>,
    /// The other pictures.
    pictures: Vec<Image>,
    /// But for the source itself, which is named already.
    authors: Vec<Author>,
    tags: Vec<String>,
    /// The same, each with the way to other stories that have it.
    tag_links: Vec<TagLink>,
    /// But for the pictures that are shown.
    attachments: Vec<FileView>,
    /// It leads to the newest stories that we have of it.
    source: Reference,
    source_rights: Option<String>,
    also: Vec<Carrier>,
    source_count: usize,
    same_text: Vec<Reference>,
    same_text_left: usize,
    other_headlines: Vec<OtherHeadline>,
    headlines_left: usize,
}

impl StoryPage {
    /// Of a story and the themes that show it, one at least.
    pub(in crate::publish) fn new(
        story: &ShownStory,
        path: &str,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Self {
        let story = checked::story(story);
        let first = themes.first().map(|theme| checked::theme(theme));
        let page_language = first
            .as_ref()
            .map_or_else(|| site.language.clone(), |theme| theme.language.clone());
        let zone = first
            .as_ref()
            .map_or(crate::date::Tz::UTC, |theme| theme.timezone);
        let phrases = Phrases::of(&page_language);
        let language = story
            .language
            .clone()
            .unwrap_or_else(|| page_language.clone());
        // A short text of several lines that is all there is keeps them.
        let lines = story.summary.as_deref().filter(|text| text.contains('\n'));
        let is_full = site.story_pages == StoryPages::Full;
        let content = match (&story.content, lines) {
            (Some(content), _) => Some(content.clone()).filter(|_| is_full),
            (None, Some(lines)) if is_full => Some(from_text(lines)),
            (None, Some(lines)) => Some(from_text(&words::first_words(lines, EXCERPT_CHARS))),
            (None, None) => None,
        };
        let content = content
            .map(|content| checked::text(content.as_str()).into_owned())
            .filter(|content| !content.trim().is_empty());
        let has_picture = content.as_deref().is_some_and(|c| c.contains("<img"));
        let beginning = summary(&story, EXCERPT_CHARS);
        let Carriers {
            source_count,
            same_text,
            same_text_left,
            other_headlines,
            headlines_left,
        } = Carriers::all(&story, phrases);
        Self {
            frame: Frame::new(site, story.title.clone(), None, &page_language, path)
                .about(summary(&story, DESCRIPTION_CHARS)),
            themes: ThemeLink::all(themes, &page_language, site, path),
            timezone: zone.name(),
            rights: first.as_ref().and_then(|theme| theme.rights.clone()),
            story: FullStory {
                id: story.id.to_string(),
                dir: direction(&language),
                language: (language != page_language).then_some(language),
                published: Moment::value(story.date_published, zone, phrases),
                modified: story
                    .date_modified
                    .map(|at| Moment::value(at, zone, phrases)),
                summary: beginning.filter(|_| content.is_none()),
                content: content.map(|content| Value::from_safe_string(below_title(&content))),
                image: story.image.clone().filter(|_| !has_picture),
                pictures: if has_picture {
                    Vec::new()
                } else {
                    content::further_pictures(&story)
                },
                authors: authors(&story),
                tags: tags_of(&story, phrases).collect(),
                tag_links: first.as_ref().map_or_else(Vec::new, |theme| {
                    let page = relative(path, &path::of_tags(&theme.id));
                    let link = |title: String| TagLink {
                        href: format!("{page}#{}", tag_anchor(&title)),
                        title,
                    };
                    tags_of(&story, phrases).map(link).collect()
                }),
                attachments: story
                    .attachments
                    .iter()
                    .filter(|file| has_picture || !content::is_picture(file))
                    .map(FileView::new)
                    .collect(),
                source: Reference {
                    title: story.source.title.clone(),
                    url: Some(relative(path, &path::of_source(&story.source.id))),
                },
                source_count,
                same_text,
                same_text_left,
                other_headlines,
                headlines_left,
                source_rights: story.source.rights.clone(),
                also: story
                    .also
                    .iter()
                    .map(|also| Carrier::new(also, phrases))
                    .collect(),
                url: story.url,
                external_url: story.external_url,
                title: story.title,
            },
        }
    }
}

#[derive(Serialize)]
struct TagLink {
    title: String,
    /// Relative to this page.
    href: String,
}

/// Another source that carries the story.
#[derive(Serialize)]
struct Carrier {
    source: Reference,
    /// Its own title for it.
    title: Option<String>,
    /// Its own page for it.
    url: Option<String>,
    /// Why it is the same story.
    why: String,
}

impl Carrier {
    fn new(also: &AlsoIn, phrases: &Phrases) -> Self {
        Self {
            source: Reference {
                title: also.source.title.clone(),
                url: site_of(&also.source),
            },
            title: also.title.clone(),
            url: also.url.clone(),
            why: phrases.reason(&also.why),
        }
    }
}

/// The text under the title of its page: its highest heading is the second of the page, and none skips a level
/// (WCAG 2.2, technique G141). Pictures come when they are scrolled to. What is put in has no quotation marks:
/// wherever it lands, even inside an attribute's value, it ends nothing.
fn below_title(html: &str) -> String {
    let mut moved = String::with_capacity(html.len());
    let mut done = 0;
    // The levels, as they were given, of the headings that the text is under.
    let mut above: Vec<u8> = Vec::new();
    for (at, _) in html.match_indices('<') {
        let tag = &html.as_bytes()[at + 1..];
        let is_end = tag.starts_with(b"/");
        let [b'h', given @ b'1'..=b'6', b'>' | b' ', ..] = tag[usize::from(is_end)..] else {
            continue;
        };
        if !is_end {
            above.retain(|&level| level < given);
            above.push(given);
        }
        let level = (above.len() + 1).clamp(2, 6);
        let digit = at + 2 + usize::from(is_end);
        moved.push_str(&html[done..digit]);
        moved.push_str(&level.to_string());
        done = digit + 1;
    }
    moved.push_str(&html[done..]);
    lazy_pictures(&moved)
}

/// Pictures that wait, and that say so where nothing is said about them: to a screen reader one without
/// `alt` is its address.
fn lazy_pictures(html: &str) -> String {
    let mut lazy = String::with_capacity(html.len() + 64);
    let mut parts = html.split("<img ");
    lazy.push_str(parts.next().unwrap_or_default());
    for part in parts {
        lazy.push_str("<img loading=lazy decoding=async ");
        // A quotation mark inside a value is written as a reference.
        let mut in_value = false;
        let end = part.find(|c| {
            in_value ^= c == '"';
            c == '>' && !in_value
        });
        if !part[..end.unwrap_or(part.len())].contains("alt=\"") {
            lazy.push_str("alt ");
        }
        lazy.push_str(part);
    }
    lazy
}

fn authors(story: &ShownStory) -> Vec<Author> {
    let mut authors = story.authors.clone();
    authors.retain(|author| author.name.as_ref() != Some(&story.source.title));
    authors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples;

    #[test]
    fn headings_of_a_text_begin_below_the_title_and_keep_their_order() {
        let table = [
            (
                "<h1>a</h1><h2>b</h2><h6>c</h6>",
                "<h2>a</h2><h3>b</h3><h4>c</h4>",
            ),
            (
                "<h3 lang=\"de\">a</h3><h4>b</h4>",
                "<h2 lang=\"de\">a</h2><h3>b</h3>",
            ),
            ("<h2>a</h2><h5>b</h5>", "<h2>a</h2><h3>b</h3>"),
            (
                "<h5>a</h5><h2>b</h2><h4>c</h4><h2>d</h2>",
                "<h2>a</h2><h2>b</h2><h3>c</h3><h2>d</h2>",
            ),
            (
                "<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6>",
                "<h2>1</h2><h3>2</h3><h4>3</h4><h5>4</h5><h6>5</h6><h6>6</h6>",
            ),
            ("<hr><p>a</p>", "<hr><p>a</p>"),
        ];
        for (given, expected) in table {
            assert_eq!(below_title(given), expected, "{given}");
        }
    }

    #[test]
    fn pictures_wait_and_have_an_alternative() {
        let table = [
            (
                r#"a<img src="x">b"#,
                r#"a<img loading=lazy decoding=async alt src="x">b"#,
            ),
            (
                r#"<img src="x" alt="a > b">"#,
                r#"<img loading=lazy decoding=async src="x" alt="a > b">"#,
            ),
            (
                r#"<img src="x>y"><p alt="z">"#,
                r#"<img loading=lazy decoding=async alt src="x>y"><p alt="z">"#,
            ),
        ];
        for (given, expected) in table {
            assert_eq!(below_title(given), expected);
        }
    }

    #[test]
    fn a_source_that_signs_for_itself_is_named_once() {
        let mut story = samples::full_story();
        let people = story.authors.len();
        let name = story.source.title.clone();
        story.authors.push(samples::author(&name, None));
        assert_eq!(authors(&story).len(), people);
    }
}
