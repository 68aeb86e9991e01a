//! Story -> the HTML and the tags that are the same in every feed. The HTML is the byline if the theme wants
//! one, its pictures if the text shows none, its text with a link to the whole where it was cut, and at the end how many sources have it and every other one, so that a merged item can still be
//! reached. RSS and Atom say the number nowhere else: no vocabulary that validators know has an element for it. The editor's choice is one of the tags.

use super::checked;
use super::credit;
use super::escape::escape;
use super::phrases::Phrases;
use crate::model::{Attachment, Author, Image, ShownStory, Theme};
use crate::text::html::from_text;
use memchr::memmem;
use std::fmt::Write as _;

/// Capacity for what is around a text: a picture, a few other sources.
const AROUND: usize = 256;

/// What all feeds say of a story in the same words, made once for all of them.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) html: Option<String>,
    pub(super) authors: Vec<Author>,
}

impl Told {
    /// Of a story that went through [`checked::story`].
    pub(super) fn of(story: &ShownStory, theme: &Theme) -> Self {
        Self {
            html: html(story, theme),
            authors: credit::authors(story),
        }
    }
}

/// The body of a story that went through [`checked::story`]; none if it has only a title.
fn html(story: &ShownStory, theme: &Theme) -> Option<String> {
    let content = story
        .content
        .as_ref()
        .map(|content| checked::text(content.as_str()))
        .filter(|content| !content.trim().is_empty());
    let mut html =
        String::with_capacity(content.as_ref().map_or(0, |content| content.len() + AROUND));
    if theme.byline {
        credit::push_byline(&mut html, story);
    }
    if content
        .as_deref()
        .is_none_or(|content| memmem::find(content.as_bytes(), b"<img").is_none())
    {
        for image in story.image.iter().chain(&further_pictures(story)) {
            push_figure(&mut html, image);
        }
    }
    match (&content, &story.summary) {
        (Some(content), _) => html.push_str(content),
        (None, Some(summary)) => html.push_str(from_text(summary).as_str()),
        (None, None) => {}
    }
    let phrases = Phrases::of(&theme.language);
    if story.is_cut {
        push_read_on(&mut html, story, phrases);
    }
    push_also(&mut html, story, phrases);
    (!html.is_empty()).then_some(html)
}

/// The pictures among the files of a story, but for the one that is its own.
pub(super) fn further_pictures(story: &ShownStory) -> Vec<Image> {
    let own = story.image.as_ref().map(|image| &image.url);
    let files = story.attachments.iter();
    files
        .filter(|file| is_picture(file) && Some(&file.url) != own)
        .map(|file| Image {
            url: file.url.clone(),
            caption: file.title.clone(),
            ..Image::default()
        })
        .collect()
}

/// Whether a file is a picture, which pages can show.
pub(super) fn is_picture(file: &Attachment) -> bool {
    file.mime_type.starts_with("image/")
}

/// The tags of a story; `Editor’s choice` comes first, unless the source has that tag already.
pub(super) fn tags<'a>(story: &'a ShownStory, phrases: &Phrases) -> impl Iterator<Item = &'a str> {
    let named = story.tags.iter().any(|tag| phrases.names_choice(tag));
    let choice = (story.editors_choice && !named).then_some(phrases.editors_choice);
    choice
        .into_iter()
        .chain(story.tags.iter().map(String::as_str))
}

fn push_figure(html: &mut String, image: &Image) {
    let alt = escape(image.caption.as_deref().unwrap_or_default());
    let _ = write!(
        html,
        r#"<figure><img src="{}" alt="{alt}""#,
        escape(&image.url)
    ); // writing to a String does not fail
    for (name, pixels) in [("width", image.width), ("height", image.height)] {
        if let Some(pixels) = pixels {
            let _ = write!(html, r#" {name}="{pixels}""#);
        }
    }
    html.push('>');
    if let Some(caption) = &image.caption {
        let _ = write!(html, "<figcaption>{}</figcaption>", escape(caption));
    }
    html.push_str("</figure>\n");
}

/// A link from what was cut to all of it.
fn push_read_on(html: &mut String, story: &ShownStory, phrases: &Phrases) {
    if let Some(url) = story.url.as_ref().or(story.external_url.as_ref()) {
        let words = phrases.read_on;
        let _ = write!(html, "\n<p><a href=\"{}\">{words}</a></p>", escape(url));
    }
}

fn push_also(html: &mut String, story: &ShownStory, phrases: &Phrases) {
    if story.also.is_empty() {
        return;
    }
    html.push_str("\n<p>");
    let sources = story.source_count();
    if sources > 1 {
        let _ = write!(html, "{} · ", phrases.sources(sources));
    }
    let _ = write!(html, "{}:</p>\n<ul>", phrases.also_reported_by);
    for member in &story.also {
        let source = escape(&member.source.title);
        let title = escape(member.title.as_deref().unwrap_or(&story.title));
        let _ = match &member.url {
            Some(url) => write!(
                html,
                r#"<li>{source}: <a href="{}">{title}</a></li>"#,
                escape(url)
            ),
            None => write!(html, "<li>{source}: {title}</li>"),
        };
    }
    html.push_str("</ul>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{full_story, story, theme};
    use crate::text::html::sanitize;
    use std::sync::Arc;

    fn body(story: &ShownStory) -> Option<String> {
        html(&checked::story(story), &theme())
    }

    #[test]
    fn a_text_with_pictures_of_its_own_gets_no_other() {
        let mut story = full_story();
        assert!(body(&story).unwrap().starts_with("<figure>"));
        story.content = Some(sanitize(
            r#"<p><img src="https://a.example/i.png"></p>"#,
            None,
        ));
        assert!(!body(&story).unwrap().contains("<figure>"));
    }

    #[test]
    fn a_text_says_how_many_sources_have_it_where_there_are_several() {
        let mut story = full_story();
        let says = "<p>2 sources · Also reported by:</p>";
        assert!(body(&story).unwrap().contains(says));
        // Another item of the same source.
        story.also[0].source = Arc::clone(&story.source);
        let text = body(&story).unwrap();
        assert!(text.contains("<p>Also reported by:</p>"), "{text}");
        story.also.clear();
        assert!(!body(&story).unwrap().contains("reported by"));
    }

    #[test]
    fn a_byline_is_the_first_line_where_the_theme_wants_it() {
        let theme = Theme {
            byline: true,
            ..theme()
        };
        let html = html(&checked::story(&full_story()), &theme).unwrap();
        let begin = r#"<p><a href="https://nato.example/15">NATO</a> · Jane Doe</p>
<figure>"#;
        assert!(html.starts_with(begin), "{html}");
    }

    #[test]
    fn all_pictures_of_a_post_are_shown_with_their_descriptions() {
        let mut story = story("tag:a,2024:1", "Three boats", "2024-06-14T09:30:00Z");
        let picture = |n: usize, mime_type: &str| Attachment {
            url: format!("https://a.example/{n}"),
            mime_type: mime_type.to_owned(),
            title: Some(format!("Boat \"{n}\"")),
            ..Attachment::default()
        };
        story.image = Some(Image {
            url: "https://a.example/1".to_owned(),
            caption: Some("Boat \"1\"".to_owned()),
            ..Image::default()
        });
        story.attachments = vec![
            picture(1, "image/jpeg"),
            picture(2, "image/jpeg"),
            picture(3, "audio/mpeg"),
        ];
        let html = body(&story).unwrap();
        assert_eq!(html.matches("<img").count(), 2, "{html}");
        for n in [1, 2] {
            let shown = format!(r#"<img src="https://a.example/{n}" alt="Boat &quot;{n}&quot;">"#);
            assert!(html.contains(&shown), "{html}");
        }
    }

    #[test]
    fn a_story_without_text_shows_its_summary() {
        let mut story = full_story();
        story.content = Some(sanitize(" ", None));
        assert!(
            body(&story)
                .unwrap()
                .contains("<p>Ministers met &amp; agreed.</p>")
        );
    }

    #[test]
    fn a_short_plain_text_keeps_its_lines() {
        let mut story = story("tag:a,2024:1", "Title", "2024-06-14T09:30:00Z");
        story.content = None;
        story.summary = Some("Boats <3\n\n- red\n- blue".to_owned());
        assert_eq!(
            body(&story).as_deref(),
            Some("<p>Boats &lt;3</p><p>- red<br>- blue</p>")
        );
    }

    #[test]
    fn a_story_of_a_title_only_has_no_body() {
        let mut story = story("tag:a,2024:1", "Title", "2024-06-14T09:30:00Z");
        story.content = None;
        assert_eq!(body(&story), None);
    }

    #[test]
    fn the_editors_choice_is_a_tag_once() {
        let mut story = full_story();
        let first = |story: &ShownStory| tags(story, Phrases::of("en")).next().map(str::to_owned);
        assert_eq!(first(&story).as_deref(), Some("Editor’s choice"));
        story.tags.push("editor’s choice".to_owned());
        assert_eq!(first(&story).as_deref(), Some("defence"));
    }
}
