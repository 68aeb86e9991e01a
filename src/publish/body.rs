//! What of a story is the same in every feed. Its HTML: its picture where the text shows none, its
//! text, and at the end every other source that carries it, so that nothing merged is out of reach.
//! Its tags: the editor's choice is one of them.

use super::fit;
use super::phrases::Phrases;
use crate::model::{Image, ShownStory};
use std::fmt::Write as _;

/// The body of a story that went through [`fit::story`]; none where there is nothing but a title.
pub(super) fn html(story: &ShownStory, phrases: &Phrases) -> Option<String> {
    let mut html = String::new();
    let content = story
        .content
        .as_ref()
        .map(|content| fit::text(content.as_str()))
        .filter(|content| !content.trim().is_empty());
    if let Some(image) = &story.image
        && !content
            .as_deref()
            .is_some_and(|content| content.contains("<img"))
    {
        push_figure(&mut html, image);
    }
    match (&content, &story.summary) {
        (Some(content), _) => html.push_str(content),
        (None, Some(summary)) => html.push_str(&paragraph(summary)),
        (None, None) => {}
    }
    push_also(&mut html, story, phrases);
    (!html.is_empty()).then_some(html)
}

/// The tags of a story; `Editor’s choice` comes first, unless the source said so already.
pub(super) fn tags<'a>(story: &'a ShownStory, phrases: &Phrases) -> impl Iterator<Item = &'a str> {
    let named = story.tags.iter().any(|tag| phrases.names_choice(tag));
    let choice = (story.editors_choice && !named).then_some(phrases.editors_choice);
    choice
        .into_iter()
        .chain(story.tags.iter().map(String::as_str))
}

/// Plain text as HTML.
pub(super) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}

fn push_figure(html: &mut String, image: &Image) {
    let _ = write!(html, r#"<figure><img src="{}" alt="""#, escape(&image.url)); // a String takes everything
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

fn push_also(html: &mut String, story: &ShownStory, phrases: &Phrases) {
    if story.also.is_empty() {
        return;
    }
    let _ = write!(html, "\n<p>{}:</p>\n<ul>", phrases.also_reported_by);
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

/// Text for an element or a double-quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
