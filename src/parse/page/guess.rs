//! A page that announces no feed -> the addresses where its feeds may be.

use super::{Page, extract, select};
use crate::url::is_web;
use url::Url;

/// Links of a page that are checked.
const MAX_LINKS: usize = 5_000;

/// Usual paths of feeds: those of `WordPress`, Hugo and Jekyll, and `/rss.xml`.
const COMMON_PATHS: [&str; 4] = ["/feed", "/index.xml", "/feed.xml", "/rss.xml"];

/// Words in the path of a feed.
const PATH_WORDS: [&str; 5] = ["rss", "atom", "feed", "rdf", "xml"];

/// Addresses, the likeliest first, each once: links of the page that look like feeds, then the
/// usual paths.
pub(in crate::parse) fn likely_feeds(html: &str, url: Option<&Url>) -> Vec<Url> {
    let page = Page::read(html, url);
    let mut likely: Vec<Url> = Vec::new();
    for link in select(&page.document.root_element(), "a[href]").take(MAX_LINKS) {
        let Some(target) = link.attr("href").and_then(|href| page.resolve(href)) else {
            continue;
        };
        let named = || extract::line(&page, link).to_ascii_lowercase();
        let is_likely = is_feed_path(&target) || ["rss", "atom feed", "feed"].contains(&&*named());
        if is_likely && is_web(&target) && !likely.contains(&target) {
            likely.push(target);
        }
    }
    // A file of a feed's type comes before a link that may be a list of feeds or a page about them.
    likely.sort_by_key(|url| !is_file(url));
    let common = COMMON_PATHS.iter().filter_map(|path| url?.join(path).ok());
    for url in common {
        if !likely.contains(&url) {
            likely.push(url);
        }
    }
    likely
}

/// Whether the path ends with the extension of a feed's file.
fn is_file(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let (_, extension) = path.rsplit_once('.').unwrap_or_default();
    ["xml", "rss", "atom", "rdf", "json"].contains(&extension)
}

/// Whether a word of the path is one that feeds are usually named with: `/blog/feed/`, `/rss.php`,
/// `/index.xml`; not `/feedback`.
fn is_feed_path(url: &Url) -> bool {
    url.path()
        .to_ascii_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| PATH_WORDS.contains(&word) || word == "feeds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_look_like_feeds_come_before_customary_addresses() {
        let url = Url::parse("https://site.example/news/").unwrap();
        let page = "<a href=/feedback>Write to us</a><a href=/blog/feed/>All posts</a>\
            <a href=/x?id=1>RSS</a><a href=index.xml>News</a><a href=javascript:rss>x</a>";
        let found: Vec<_> = likely_feeds(page, Some(&url))
            .iter()
            .map(|url| url.as_str()["https://site.example".len()..].to_owned())
            .collect();
        assert_eq!(
            found,
            [
                "/news/index.xml",
                "/blog/feed/",
                "/x?id=1",
                "/feed",
                "/index.xml",
                "/feed.xml",
                "/rss.xml"
            ]
        );
    }
}
