//! Who has a story: the sources with the same text by name, each other headline with its own line.

use super::{Reference, site_of};
use crate::model::{AlsoIn, ItemSource, ShownStory};
use crate::publish::phrases::Phrases;
use crate::text::words;
use serde::Serialize;
use std::collections::HashSet;

/// The reasons, as [`crate::model::Why`] says them, that make two items one text and not only one event.
const SAME_TEXT: [&str; 4] = ["same id", "same address", "same text", "similar text"];

/// The reason that joins another text about the same event. The members after it have that text.
const SAME_EVENT: &str = "same event";

/// Names of sources that a list shows: as many as fit in a line.
const NAMES_IN_LIST: usize = 5;

/// Other headlines that a list shows. The page of the story has them all.
const HEADLINES_IN_LIST: usize = 3;

/// Fields of a story by these names (a structure of its own would be one more name in all templates).
#[derive(Debug, Default)]
pub(super) struct Carriers {
    /// Of all sources that have the story, its own too. Two feeds of one name are one source to a reader.
    pub(super) source_count: usize,
    /// The other sources with this text under this headline.
    pub(super) same_text: Vec<Reference>,
    /// How many more of these there are.
    pub(super) same_text_left: usize,
    /// Other headlines for the same story or event.
    pub(super) other_headlines: Vec<OtherHeadline>,
    /// How many more of these there are.
    pub(super) headlines_left: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct OtherHeadline {
    title: String,
    /// At its source.
    url: Option<String>,
    source: Reference,
    /// Why it is the same story.
    why: String,
    /// The sources with the same text under this headline.
    same_text: Vec<Reference>,
}

impl Carriers {
    /// All of them.
    pub(super) fn all(story: &ShownStory, phrases: &Phrases) -> Self {
        if story.also.is_empty() {
            return Self {
                source_count: 1,
                ..Self::default()
            };
        }
        let mut sources: HashSet<&str> = HashSet::from([story.source.title.as_str()]);
        let mut shown = Text::new(&story.title, &story.source);
        let mut others: Vec<(OtherHeadline, Text)> = Vec::new();
        for member in &story.also {
            sources.insert(&member.source.title);
            let title = member.title.as_deref();
            if member.why.starts_with(SAME_EVENT) {
                let title = title.unwrap_or(&story.title);
                let text = Text::new(title, &member.source);
                others.push((OtherHeadline::new(title, member, phrases), text));
                continue;
            }
            let text = others.last_mut().map_or(&mut shown, |(_, text)| text);
            let title = title.unwrap_or(text.title);
            let is_same_text = SAME_TEXT.iter().any(|why| member.why.starts_with(why));
            let is_named = !text.sources.insert(&member.source.title);
            if is_same_text && is_named {
                continue;
            }
            if is_same_text && words::fold(title) == words::fold(text.title) {
                text.names.push(article(member));
            } else {
                text.headlines
                    .push(OtherHeadline::new(title, member, phrases));
            }
        }
        let mut other_headlines = shown.headlines;
        for (headline, text) in others {
            let same_text = text.names;
            other_headlines.push(OtherHeadline {
                same_text,
                ..headline
            });
            other_headlines.extend(text.headlines);
        }
        Self {
            source_count: sources.len(),
            same_text: shown.names,
            same_text_left: 0,
            other_headlines,
            headlines_left: 0,
        }
    }

    /// As many as a list has room for.
    pub(super) fn in_list(story: &ShownStory, phrases: &Phrases) -> Self {
        let mut carriers = Self::all(story, phrases);
        carriers.same_text_left = cut(&mut carriers.same_text, NAMES_IN_LIST);
        carriers.headlines_left = cut(&mut carriers.other_headlines, HEADLINES_IN_LIST);
        carriers
    }
}

impl OtherHeadline {
    fn new(title: &str, member: &AlsoIn, phrases: &Phrases) -> Self {
        Self {
            title: title.to_owned(),
            url: member.url.clone().or_else(|| site_of(&member.source)),
            source: Reference {
                title: member.source.title.clone(),
                url: site_of(&member.source),
            },
            why: phrases.reason(&member.why),
            same_text: Vec::new(),
        }
    }
}

/// One text: the story's own, or another one about its event.
struct Text<'a> {
    /// Its headline.
    title: &'a str,
    /// Those that are named: each is once, also where it has the text under several headlines.
    sources: HashSet<&'a str>,
    /// The other sources that have it under its headline.
    names: Vec<Reference>,
    /// The same story under other headlines.
    headlines: Vec<OtherHeadline>,
}

impl<'a> Text<'a> {
    fn new(title: &'a str, source: &'a ItemSource) -> Self {
        Self {
            title,
            sources: HashSet::from([source.title.as_str()]),
            names: Vec::new(),
            headlines: Vec::new(),
        }
    }
}

fn article(member: &AlsoIn) -> Reference {
    Reference {
        title: member.source.title.clone(),
        url: member.url.clone().or_else(|| site_of(&member.source)),
    }
}

/// Leaves the first, and says how many there were more.
fn cut<T>(list: &mut Vec<T>, most: usize) -> usize {
    let left = list.len().saturating_sub(most);
    list.truncate(most);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{source, story};

    fn member(source_id: &str, title: &str, why: &str) -> AlsoIn {
        AlsoIn {
            source: source(source_id, &source_id.to_uppercase()),
            title: Some(title.to_owned()),
            url: Some(format!("https://{source_id}.example/1")),
            why: why.to_owned(),
        }
    }

    fn names(list: &[Reference]) -> Vec<&str> {
        list.iter().map(|name| name.title.as_str()).collect()
    }

    #[test]
    fn equal_texts_share_a_line_and_other_headlines_have_their_own() {
        let mut told = story("tag:a,2024:1", "Dam opens", "2024-06-14T09:30:00Z");
        told.also = vec![
            member("a", "Dam opens", "same text"),
            member("b", "DAM opens!", "similar text (0.93)"),
            member("c", "River gets a dam", "same text"),
            member("d", "Minister at the dam", "same event"),
            member("e", "Minister at the dam", "same text"),
            member("f", "Dam: a minister came", "similar text (0.90)"),
            member("a", "What a dam costs", "same event"),
        ];
        let carriers = Carriers::all(&told, Phrases::of("en"));
        assert_eq!(carriers.source_count, 7);
        assert_eq!(names(&carriers.same_text), ["A", "B"]);
        let lines: Vec<_> = carriers
            .other_headlines
            .iter()
            .map(|line| (line.title.as_str(), names(&line.same_text)))
            .collect();
        assert_eq!(
            lines,
            [
                ("River gets a dam", vec![]),
                ("Minister at the dam", vec!["E"]),
                ("Dam: a minister came", vec![]),
                ("What a dam costs", vec![]),
            ]
        );
    }

    #[test]
    fn a_list_shows_the_first_and_counts_the_rest() {
        let mut told = story("tag:a,2024:1", "Dam opens", "2024-06-14T09:30:00Z");
        let same = (0..7).map(|n| member(&format!("s{n}"), "Dam opens", "same text"));
        let others = (0..4).map(|n| member(&format!("o{n}"), &format!("Other {n}"), "same event"));
        told.also = same.chain(others).collect();
        let carriers = Carriers::in_list(&told, Phrases::of("en"));
        assert_eq!(carriers.source_count, 12);
        assert_eq!((carriers.same_text.len(), carriers.same_text_left), (5, 2));
        assert_eq!(
            (carriers.other_headlines.len(), carriers.headlines_left),
            (3, 1)
        );
    }
}
