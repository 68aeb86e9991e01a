//! Authors, tags and languages as given -> clean ones, each once.

use super::{BaseUrls, text};
use crate::model::Author;
use crate::text::language;

/// Authors or tags of one item; more are keyword stuffing.
const MAX_NAMES: usize = 100;

/// An item's authors, else those of its feed.
pub(super) fn authors(own: Vec<Author>, of_feed: &[Author], base_urls: &BaseUrls) -> Vec<Author> {
    let own = cleaned(own.into_iter(), base_urls);
    if own.is_empty() {
        cleaned(of_feed.iter().cloned(), base_urls)
    } else {
        own
    }
}

/// The tags of an item and its source, without repetition in another case.
pub(super) fn tags(own: Vec<String>, of_source: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(own.len() + of_source.len());
    let all = own.into_iter().chain(of_source.iter().cloned());
    for tag in all.filter_map(text::line) {
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
pub(super) fn language(given: [&Option<String>; 3]) -> Option<String> {
    given
        .into_iter()
        .flatten()
        .find_map(|tag| language::tag(tag))
}

/// Authors that have a name or an address, each once.
fn cleaned(given: impl Iterator<Item = Author>, base_urls: &BaseUrls) -> Vec<Author> {
    let mut kept: Vec<Author> = Vec::new();
    for author in given.take(MAX_NAMES) {
        let address = |url: Option<String>| url.and_then(|url| base_urls.resolve(url));
        let author = Author {
            name: author.name.and_then(text::line),
            url: address(author.url),
            avatar: address(author.avatar),
        };
        let is_useful = author.name.is_some() || author.url.is_some();
        if is_useful && !kept.contains(&author) {
            kept.push(author);
        }
    }
    kept
}
