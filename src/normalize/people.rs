//! Who wrote it, what it is about, in which language.

use super::{Places, text};
use crate::model::Author;

/// Authors or tags of one item; more are keyword stuffing.
const MAX_NAMES: usize = 100;

/// An item's authors, else those of its feed.
pub(super) fn authors(own: &[Author], of_feed: &[Author], places: &Places) -> Vec<Author> {
    let cleaned = |authors: &[Author]| {
        let mut kept: Vec<Author> = Vec::new();
        for author in authors
            .iter()
            .take(MAX_NAMES)
            .filter_map(|a| clean(a, places))
        {
            if !kept.contains(&author) {
                kept.push(author);
            }
        }
        kept
    };
    let own = cleaned(own);
    if own.is_empty() {
        cleaned(of_feed)
    } else {
        own
    }
}

/// The tags of an item and its source, without repetition in another case.
pub(super) fn tags(own: &[String], of_source: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(own.len() + of_source.len());
    for tag in own
        .iter()
        .chain(of_source)
        .filter_map(|tag| text::line(tag))
    {
        if kept.len() < MAX_NAMES && !kept.iter().any(|known| is_same_word(known, &tag)) {
            kept.push(tag);
        }
    }
    kept
}

fn is_same_word(a: &str, b: &str) -> bool {
    fn lower(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(char::to_lowercase)
    }
    a.eq_ignore_ascii_case(b) || (!a.is_ascii() || !b.is_ascii()) && lower(a).eq(lower(b))
}

/// The first that is a language tag (RFC 5646).
pub(super) fn language(said: [&Option<String>; 3]) -> Option<String> {
    said.into_iter().flatten().find_map(|tag| language_tag(tag))
}

/// A language tag (RFC 5646), with `-` for `_`.
pub fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let is_tag = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts
            .all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    is_tag.then_some(tag)
}

/// None when neither a name nor an address is left.
fn clean(author: &Author, places: &Places) -> Option<Author> {
    let address = |url: &Option<String>| url.as_deref().and_then(|url| places.resolve(url));
    let author = Author {
        name: author.name.as_deref().and_then(text::line),
        url: address(&author.url),
        avatar: address(&author.avatar),
    };
    (author.name.is_some() || author.url.is_some()).then_some(author)
}
