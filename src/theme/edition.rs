//! Stories of a theme -> an [`Edition`]: flat, ordered, ready for any emitter.

use crate::model::{
    AlsoIn, Edition, EditionLinks, History, Item, Member, ShownStory, Site, Story, StoryId, Theme,
};
use crate::text::html::{self, SafeHtml};
use crate::text::words;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

/// Characters of a title made for an untitled story.
const MADE_TITLE: usize = 80;
/// Characters of a summary made for a story that has none.
const MADE_SUMMARY: usize = 300;

/// One theme at one moment. `stories` may come in any order.
pub fn edition(theme: &Arc<Theme>, site: &Site, mut stories: Vec<ShownStory>) -> Edition {
    stories.sort_by(|a, b| {
        (Reverse(a.date_published), &a.id).cmp(&(Reverse(b.date_published), &b.id))
    });
    let updated = stories
        .iter()
        .map(|s| s.date_modified.unwrap_or(s.date_published))
        .max();
    Edition {
        theme: Arc::clone(theme),
        updated: updated.unwrap_or_default(),
        base_url: site.base_url.clone(),
        hub: site.hub.clone(),
        links: EditionLinks::of(theme),
        history: History::default(),
        stories,
    }
}

/// A story as it is shown through one of its members. `content` is that member's safe HTML.
pub fn shown_story(
    story: &Story,
    shown: &Member,
    content: Option<SafeHtml>,
    editors_choice: bool,
) -> ShownStory {
    let item = &shown.item;
    let Texts {
        title,
        summary,
        content,
    } = texts(item, content);
    ShownStory {
        id: story.id.clone(),
        url: item.url.clone(),
        path: None,
        external_url: item.external_url.clone(),
        title,
        content,
        summary: Some(summary).filter(|summary| !summary.is_empty()),
        is_cut: false,
        image: item.image.clone(),
        date_published: story.date_published,
        date_modified: story.changed,
        authors: item.authors.clone(),
        tags: item.tags.clone(),
        language: item.language.clone(),
        attachments: item.attachments.clone(),
        episode: item.episode.clone(),
        source: Arc::clone(&item.source),
        also: also_in(shown, story.members.iter()),
        editors_choice,
        seq: story.seq,
        rev: story.rev,
    }
}

/// One item of a story by itself, under an id of its own.
pub fn shown_item(
    story: &Story,
    shown: &Member,
    id: StoryId,
    content: Option<SafeHtml>,
    editors_choice: bool,
) -> ShownStory {
    let item = &shown.item;
    ShownStory {
        id,
        date_published: item.date_published,
        date_modified: item.date_modified,
        also: Vec::new(),
        ..shown_story(story, shown, content, editors_choice)
    }
}

/// The members of another story of the same event, as links beside the shown story; that of the item
/// `item` comes first.
pub fn also_told_by(story: &Story, item: u64) -> Vec<AlsoIn> {
    let lead = story.members.iter().find(|m| m.number == item);
    let Some(lead) = lead.or(story.members.first()) else {
        return Vec::new();
    };
    let mut also = vec![AlsoIn {
        source: Arc::clone(&lead.item.source),
        title: lead.item.title.clone(),
        url: lead.item.url.clone(),
        why: "same event".to_owned(),
    }];
    also.extend(also_in(lead, story.members.iter()));
    also
}

/// The links to the other members beside the shown one: each address once under one name, as a reader sees them.
/// A source may have several feeds with one name, and give one item several ids.
fn also_in<'a>(shown: &'a Member, members: impl Iterator<Item = &'a Member>) -> Vec<AlsoIn> {
    let seen_as = |m: &'a Member| (m.item.source.title.as_str(), m.item.url.as_deref());
    let mut seen = HashSet::from([seen_as(shown)]);
    let others = members.filter(|m| m.number != shown.number && seen.insert(seen_as(m)));
    let link = |other: &Member| AlsoIn {
        source: Arc::clone(&other.item.source),
        title: other.item.title.clone(),
        url: other.item.url.clone(),
        why: other
            .why
            .as_ref()
            .or(shown.why.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    others.map(link).collect()
}

/// What is shown of an item's texts.
struct Texts {
    title: String,
    summary: String,
    content: Option<SafeHtml>,
}

/// A title and a summary are made where the item has none. The summary is prose: code, tables and lists read
/// badly in one line. And it goes on where a made title ends, because readers show one below the other.
fn texts(item: &Item, content: Option<SafeHtml>) -> Texts {
    let given = item.summary.as_deref();
    let prose = || match &item.content_html {
        Some(raw) => html::to_prose(&raw.html),
        None => item.content_text.clone().unwrap_or_default(),
    };
    let short = |text: &str| words::first_words(text, MADE_SUMMARY);
    let title = item.title.as_ref().filter(|title| !title.trim().is_empty());
    if let Some(title) = title {
        return Texts {
            title: title.clone(),
            summary: given.map_or_else(|| short(&prose()), str::to_owned),
            content,
        };
    }
    let title = given.map_or_else(
        || words::first_words(&plain_text(item), MADE_TITLE),
        |summary| words::first_words(summary, MADE_TITLE),
    );
    let text = given.map_or_else(prose, str::to_owned);
    let summary = match text.trim().strip_prefix(title.trim_end_matches('…')) {
        Some(rest) => short(&continuation(rest)),
        None => given.map_or_else(|| short(&text), str::to_owned),
    };
    Texts {
        title,
        summary,
        // The short text is all there is: without it the beginning would be in the title only.
        content: content.or_else(|| given.map(html::from_text)),
    }
}

/// A text without its beginning: a sentence that begins, or an ellipsis and the rest of one.
fn continuation(rest: &str) -> String {
    let ends_sentence = rest.starts_with(['.', '!', '?', '。', '！', '？']);
    let is_between = |c: char| c.is_whitespace() || ".,;:!?…。！？".contains(c);
    match rest.trim_start_matches(is_between) {
        "" => String::new(),
        rest if ends_sentence => rest.to_owned(),
        rest => format!("…{rest}"),
    }
}

fn plain_text(item: &Item) -> String {
    match (&item.content_html, &item.content_text) {
        (Some(raw), _) => html::to_text(&raw.html),
        (None, text) => text.clone().unwrap_or_default(),
    }
}
