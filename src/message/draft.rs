//! A story -> the parts of a message, and these -> blocks in the order in which they are read.

use super::block::{Block, BlockKind, Span, Style};
use super::{Extent, Form, Kind, Words, clean, document, honest};
use crate::model::ShownStory;

/// Sources that are named; of further ones the number is said.
const NAMED_SOURCES: usize = 8;

/// What a message says, cleaned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub date: Option<String>,
    /// One line, never empty.
    pub title: String,
    pub url: Option<String>,
    /// Who tells it: `Post, also in Courier`.
    pub sources: Option<String>,
    pub body: Vec<Block>,
    pub picture: Option<Block>,
    pub tags: Option<String>,
}

impl Draft {
    pub(super) fn of(story: &ShownStory, form: &Form) -> Self {
        let layout = &form.layout;
        let url = story.url.as_ref().or(story.external_url.as_ref());
        let url = url.and_then(|url| honest::address(url));
        let source = clean::line(&story.source.title);
        let names = [clean::line(&story.title), source];
        let title = names.into_iter().find(|name| !name.is_empty());
        Self {
            date: layout.date.map(|zone| {
                let date = story.date_published.with_timezone(&zone);
                date.format("%Y-%m-%d %H:%M").to_string()
            }),
            title: title
                .or_else(|| url.clone())
                .unwrap_or_else(|| "…".to_owned()),
            url,
            sources: (layout.sources.then(|| sources(story, &form.words))).flatten(),
            body: body(story, form),
            picture: (layout.picture.then(|| picture(story, &form.words))).flatten(),
            tags: (layout.tags.then(|| tags(story))).flatten(),
        }
    }

    /// The blocks of a message with this body.
    pub(super) fn blocks(&self, form: &Form, body: &[Block]) -> Vec<Block> {
        if form.kind == Kind::Line || form.layout.extent == Extent::Line {
            return vec![self.line(form, body)];
        }
        let mut blocks = vec![Block::of(vec![self.headline(form.kind)])];
        let about = [&self.date, &self.sources].into_iter().flatten();
        let about: Vec<&str> = about.map(String::as_str).collect();
        if !about.is_empty() {
            blocks.push(Block::text(about.join(" · ")).tight());
        }
        // Where more follows in another message, the address must not be in the last one.
        let address = self.address(form.kind).map(|span| Block::of(vec![span]));
        let is_first = form.layout.extent == Extent::Full;
        if is_first && let Some(address) = &address {
            blocks.push(address.clone().tight());
        }
        blocks.extend_from_slice(body);
        blocks.extend(self.picture.clone());
        blocks.extend(self.tags.clone().map(Block::text));
        if !is_first {
            blocks.extend(address);
        }
        blocks
    }

    /// `2024-06-14 09:30  Title (Source, also in Other)  https://...`; where links have texts, an item of a
    /// list.
    fn line(&self, form: &Form, body: &[Block]) -> Block {
        let address = self.address(form.kind);
        let is_item = address.is_none() && !matches!(form.kind, Kind::Line | Kind::Bluesky);
        let mut spans = Vec::new();
        if let Some(date) = &self.date {
            spans.push(Span::text(format!("{date}  ")));
        }
        spans.push(Span {
            style: Style::default(),
            ..self.headline(form.kind)
        });
        if let Some(sources) = &self.sources {
            spans.push(Span::text(format!(" ({sources})")));
        }
        for block in body {
            spans.push(Span::text(" – "));
            spans.extend_from_slice(&block.spans);
        }
        if let Some(address) = address {
            spans.extend([Span::text("  "), address]);
        }
        let kind = if is_item {
            BlockKind::Item(None)
        } else {
            BlockKind::Paragraph
        };
        Block {
            kind,
            ..Block::of(spans)
        }
    }

    /// The title, linked where links have texts.
    pub(super) fn headline(&self, kind: Kind) -> Span {
        let link = self.url.clone().filter(|_| !shows_addresses(kind));
        Span {
            text: self.title.clone(),
            style: Style {
                bold: true,
                ..Style::default()
            },
            link,
        }
    }

    /// The address as a text, where the title cannot hold it.
    fn address(&self, kind: Kind) -> Option<Span> {
        let url = self.url.as_ref().filter(|_| shows_addresses(kind))?;
        Some(Span::address(url))
    }
}

/// Whether a link has no text of its own.
fn shows_addresses(kind: Kind) -> bool {
    matches!(kind, Kind::Plain | Kind::Line | Kind::Mastodon)
}

fn body(story: &ShownStory, form: &Form) -> Vec<Block> {
    let summary = clean::text(story.summary.as_deref().unwrap_or_default());
    let paragraphs = |text: &str| -> Vec<Block> {
        let parts = text.split("\n\n").map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(Block::text).collect()
    };
    match form.layout.extent {
        Extent::Line | Extent::Headline => Vec::new(),
        Extent::Summary => paragraphs(&summary),
        Extent::Full => {
            let content = story.content.as_ref().map(document::blocks);
            let content = content.filter(|blocks| !blocks.is_empty());
            let mut blocks = content.unwrap_or_else(|| paragraphs(&summary));
            let is_title = |block: &Block| {
                let text: String = block.spans.iter().map(|span| span.text.as_str()).collect();
                text == clean::line(&story.title)
            };
            if blocks.first().is_some_and(is_title) {
                blocks.remove(0);
            }
            blocks
        }
    }
}

/// `Post, also in Courier, Mail`; of more than can be named `+4`.
fn sources(story: &ShownStory, words: &Words) -> Option<String> {
    let own = clean::line(&story.source.title);
    let others = story
        .also
        .iter()
        .map(|also| clean::line(&also.source.title));
    let mut others: Vec<String> = others
        .filter(|name| !name.is_empty() && *name != own)
        .collect();
    others.sort_unstable();
    others.dedup();
    let more = others.len().saturating_sub(NAMED_SOURCES);
    others.truncate(NAMED_SOURCES);
    if more > 0 {
        others.push(format!("+{more}"));
    }
    let others = others.join(", ");
    match (own.is_empty(), others.is_empty()) {
        (true, true) => None,
        (false, true) => Some(own),
        (true, false) => Some(others),
        (false, false) => Some(format!("{own}, {} {others}", clean::line(&words.also_in))),
    }
}

fn picture(story: &ShownStory, words: &Words) -> Option<Block> {
    let image = story.image.as_ref()?;
    let link = honest::address(&image.url)?;
    let caption = image.caption.as_deref().map(clean::line);
    let caption = caption.filter(|caption| !caption.is_empty());
    Some(Block::of(vec![Span {
        text: caption.unwrap_or_else(|| clean::line(&words.picture)),
        link: Some(link),
        ..Span::default()
    }]))
}

fn tags(story: &ShownStory) -> Option<String> {
    let tags = story.tags.iter().map(|tag| clean::line(tag));
    let tags: Vec<String> = tags.filter(|tag| !tag.is_empty()).collect();
    (!tags.is_empty()).then(|| tags.join(", "))
}
