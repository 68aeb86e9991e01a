//! A page without a feed -> the selector of its items, to begin with.

use super::{Page, extract, select, selectors};
use crate::model::{Feed, PageRule, Selector};
use scraper::ElementRef;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Links of a page that are looked at.
const MAX_LINKS: usize = 2_000;
/// Elements around a link that may be an item.
const MAX_ABOVE: usize = 6;
/// Selectors that are tried; each is one reading of the page.
const MAX_TRIES: usize = 12;
/// Letters of a headline: menus have shorter links.
const HEADLINE: usize = 16;
/// Fewer items are no list.
const FEWEST: usize = 3;

/// How a page may be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// The selector of its items; the others are not needed to begin with.
    pub rule: PageRule,
    /// How many items it finds.
    pub items: usize,
    /// What the page is called.
    pub title: Option<String>,
}

/// The selector that finds most items with a headline and a page of their own. Of selectors that find as many, the
/// outermost element is the item: it has the text below the headline.
pub(in crate::parse) fn propose(html: &str, url: Option<&Url>) -> Option<Proposal> {
    let page = Page::read(html, url);
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    for link in select(&page.document.root_element(), "a[href]").take(MAX_LINKS) {
        if extract::line(&page, link).chars().count() < HEADLINE {
            continue;
        }
        let around = std::iter::once(link).chain(link.ancestors().filter_map(ElementRef::wrap));
        for (depth, element) in around.take(MAX_ABOVE).enumerate() {
            if matches!(element.value().name(), "body" | "html" | "nav" | "footer") {
                break;
            }
            if let Some(selector) = selector_of(element) {
                let (links, deepest) = counts.entry(selector).or_default();
                *links += 1;
                *deepest = depth.max(*deepest);
            }
        }
    }
    let mut likely: Vec<_> = counts.into_iter().collect();
    likely.retain(|(_, (links, _))| *links >= FEWEST);
    // The name decides last, so that the same page gives the same selector.
    likely.sort_by(|(a, (many, near)), (b, (more, far))| {
        more.cmp(many).then(far.cmp(near)).then(a.cmp(b))
    });
    let mut best: Option<Proposal> = None;
    for (selector, _) in likely.into_iter().take(MAX_TRIES) {
        let rule = PageRule {
            item: Selector(selector),
            ..PageRule::default()
        };
        let items = count(&page, &rule);
        if items >= FEWEST && best.as_ref().is_none_or(|best| items > best.items) {
            best = Some(Proposal {
                rule,
                items,
                title: page.title(),
            });
        }
    }
    best
}

/// How many items with a headline and a page of their own a rule finds; 0 if it finds others too.
fn count(page: &Page, rule: &PageRule) -> usize {
    let mut feed = Feed::default();
    selectors::read(page, rule, &mut feed);
    let mut pages = HashSet::new();
    let is_item = |item: &&crate::model::FeedItem| {
        let title = item
            .title
            .as_ref()
            .map_or(0, |title| title.value.chars().count());
        title >= HEADLINE && item.url.is_some()
    };
    let items = feed.items.iter().filter(is_item);
    let found = items.filter(|item| pages.insert(item.url.clone())).count();
    if found * 2 > feed.items.len() {
        found
    } else {
        0
    }
}

/// An element with its first class, where that can be written as it is; else by its name, if that says what it is.
fn selector_of(element: ElementRef) -> Option<String> {
    let name = element.value().name();
    let is_plain = |class: &&str| {
        let letters = class
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        letters && class.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    match element.value().classes().find(is_plain) {
        Some(class) => Some(format!("{name}.{class}")),
        None => matches!(name, "article" | "li" | "tr" | "dt").then(|| name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(html: &str) -> Option<(String, usize)> {
        let url = Url::parse("https://a.example/news/").unwrap();
        let proposal = propose(html, Some(&url))?;
        Some((proposal.rule.item.0, proposal.items))
    }

    #[test]
    fn the_element_that_repeats_with_a_headline_is_the_item() {
        let item = |n: usize| {
            format!(
                "<div class='card wide'><div class=text><h3><a href=/n/{n}>The harbour wall is mended, part {n}</a></h3></div>\
                 <p>How it went.</p><a class=more href=/n/{n}>Read more about this here</a></div>"
            )
        };
        let items: String = (0..5).map(item).collect();
        let page = format!(
            "<nav><ul><li><a href=/a>About the harbour office</a><li><a href=/b>Timetables of all ferries</a>\
             <li><a href=/c>Contact and opening hours</a></ul></nav><main>{items}</main>"
        );
        assert_eq!(proposed(&page), Some(("div.card".to_owned(), 5)));
    }

    #[test]
    fn a_page_without_a_list_gives_nothing() {
        for page in [
            "",
            "<p>Nothing <a href=/x>but one link that is long enough</a></p>",
            "<ul><li><a href=/a>One</a><li><a href=/b>Two</a><li><a href=/c>Three</a></ul>",
        ] {
            assert_eq!(proposed(page), None, "{page}");
        }
    }
}
