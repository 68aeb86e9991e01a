//! An HTML page that lists news -> [`Feed`].
//!
//! With a [`PageRule`], its selectors find items and their parts (`selectors`). Without one, a page
//! may describe its items for machines, as schema.org's JSON-LD or as h-feed microformats
//! (`embedded`). Titles and texts are plain here; dates stay as the page shows them.

mod embedded;
mod extract;
mod guess;
mod propose;
mod region;
mod selectors;

pub(super) use guess::likely_feeds;
pub use propose::Proposal;
pub(super) use propose::propose;

use crate::model::{Announced, Feed, Format, PageRule, Text, TextKind, Warning};
use crate::text::html::{Tree, fold_space, tree};
use crate::text::mime;
use crate::url::{is_web, resolve};
use scraper::{ElementRef, Html, Selector};
use std::cell::Cell;
use url::Url;

/// Items of one page.
const MAX_ITEMS: usize = 1_000;

/// Tags of one item.
const MAX_TAGS: usize = 50;

/// Matches of one selector in one item that are searched for a date, a link or a picture.
const MAX_CANDIDATES: usize = 8;

/// Bytes of markup read from one page, for all items and selectors together. An element inside
/// another one is read again with it. The last element read may exceed the limit.
const MAX_MARKUP: usize = 16 << 20;

/// Feeds that one page announces.
const MAX_ANNOUNCED: usize = 50;

/// MIME types of links to feeds.
const FEED_TYPES: [&str; 6] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
    "text/xml",
];

/// Reads a page. A part that its selector does not find is left out. A rule that finds no item
/// gives a warning, because pages change.
pub(super) fn parse(html: &str, url: Option<&Url>, rule: Option<&PageRule>) -> Feed {
    let page = Page::read(html, url);
    let mut feed = Feed {
        format: Format::Page,
        title: page.title().map(plain),
        home_page_url: page
            .link("canonical")
            .filter(is_web)
            .or_else(|| url.cloned())
            .map(String::from),
        description: page.meta("description").map(plain),
        language: page.document.root_element().attr("lang").map(str::to_owned),
        icon: page
            .link("apple-touch-icon")
            .or_else(|| page.link("icon"))
            .map(String::from),
        announced: page.announced(),
        ..Feed::default()
    };
    match rule {
        Some(rule) => selectors::read(&page, rule, &mut feed),
        None => feed.items = embedded::read(&page),
    }
    let next = rule.and_then(|rule| rule.next.as_ref());
    feed.next_page = match next {
        Some(selector) => selectors::next_page(&page, selector),
        None => page.link("next"),
    }
    .map(String::from);
    if !page.whole || page.budget.get() == 0 {
        feed.warnings.push(Warning {
            line: None,
            element: None,
            text: "the page is too large or too deeply nested to be read completely".to_owned(),
        });
    }
    feed
}

/// A parsed page.
struct Page {
    document: Html,
    /// False where parts of it were not read.
    whole: bool,
    /// What its links are relative to: `<base href>`, else its address.
    base: Option<Url>,
    /// Bytes of markup that may still be read, of [`MAX_MARKUP`].
    budget: Cell<usize>,
}

impl Page {
    fn read(html: &str, url: Option<&Url>) -> Self {
        let Tree { document, whole } = tree(html);
        let base = select(&document.root_element(), "base[href]")
            .next()
            .and_then(|base| resolve(url, base.attr("href")?))
            .or_else(|| url.cloned());
        let budget = Cell::new(MAX_MARKUP);
        Self {
            document,
            whole,
            base,
            budget,
        }
    }

    /// An element as HTML; empty when the budget is used up.
    fn markup(&self, element: ElementRef) -> String {
        self.within_limit(|| element.html())
    }

    /// The contents of an element as HTML; empty when the budget is used up.
    fn inner_markup(&self, element: ElementRef) -> String {
        self.within_limit(|| element.inner_html())
    }

    fn within_limit(&self, markup: impl FnOnce() -> String) -> String {
        let left = self.budget.get();
        if left == 0 {
            return String::new();
        }
        let markup = markup();
        self.budget.set(left.saturating_sub(markup.len()));
        markup
    }

    fn resolve(&self, reference: &str) -> Option<Url> {
        resolve(self.base.as_ref(), reference)
    }

    fn title(&self) -> Option<String> {
        let title = select(&self.document.root_element(), "title")
            .next()
            .map(|title| extract::line(self, title));
        title
            .filter(|t| !t.is_empty())
            .or_else(|| self.meta("og:title"))
    }

    /// `meta name=...` or `meta property=...`.
    fn meta(&self, name: &str) -> Option<String> {
        select(&self.document.root_element(), "meta[content]")
            .find(|meta| meta.attr("name").or(meta.attr("property")) == Some(name))
            .and_then(|meta| meta.attr("content"))
            .map(|text| fold_space(text).into_owned())
            .filter(|content| !content.is_empty())
    }

    /// The first link of a relation: `link rel=...` in the head or `a rel=...` in the text.
    fn link(&self, relation: &str) -> Option<Url> {
        select(
            &self.document.root_element(),
            "link[rel][href], a[rel][href]",
        )
        .filter(|link| has_word(link, "rel", relation))
        .find_map(|link| self.resolve(link.attr("href")?))
    }

    /// The feeds that the page announces (RSS autodiscovery), each once.
    fn announced(&self) -> Vec<Announced> {
        let mut announced: Vec<Announced> = Vec::new();
        for link in select(&self.document.root_element(), "link[rel][href]") {
            let kind = link.attr("type").and_then(mime::essence);
            let of_feed = |kind: &str| FEED_TYPES.iter().any(|t| kind.eq_ignore_ascii_case(t));
            let is_style = has_word(&link, "rel", "stylesheet");
            let is_feed = has_word(&link, "rel", "alternate") && kind.is_some_and(of_feed);
            if is_style || !is_feed && !has_word(&link, "rel", "feed") {
                continue;
            }
            let Some(url) = link.attr("href").and_then(|href| self.resolve(href)) else {
                continue;
            };
            // WordPress announces its REST API with the same words.
            if url.path().starts_with("/wp-json/") {
                continue;
            }
            let known = announced.iter().any(|a| a.url == url.as_str());
            if !known && announced.len() < MAX_ANNOUNCED {
                let title = link
                    .attr("title")
                    .map(|t| fold_space(t).into_owned())
                    .filter(|t| !t.is_empty());
                announced.push(Announced {
                    url: url.into(),
                    title,
                });
            }
        }
        announced
    }
}

/// Matches below an element, in document order; none when the selector is not valid.
fn select<'a>(element: &ElementRef<'a>, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let selector = Selector::parse(selector).ok();
    let matches: Vec<_> = selector.iter().flat_map(|s| element.select(s)).collect();
    matches.into_iter()
}

/// Whether an attribute holds a word, as `rel` and `class` do.
fn has_word(element: &ElementRef, attribute: &str, word: &str) -> bool {
    element.attr(attribute).is_some_and(|words| {
        words
            .split_ascii_whitespace()
            .any(|w| w.eq_ignore_ascii_case(word))
    })
}

fn plain(value: String) -> Text {
    Text {
        value,
        kind: TextKind::Plain,
        base: None,
    }
}

#[cfg(test)]
mod tests;
