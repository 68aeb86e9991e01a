//! A page that announces no feed -> where its feeds may be all the same.

use super::{Page, extract, select};
use crate::url::is_web;
use url::Url;

/// Links of a page that are looked at.
const MAX_LINKS: usize = 5_000;

/// Where programs put their feeds, below the page's host: `WordPress`, Hugo, Jekyll, and by custom.
const CUSTOMARY: [&str; 4] = ["/feed", "/index.xml", "/feed.xml", "/rss.xml"];

/// What stands in the path of a feed.
const IN_PATH: [&str; 5] = ["rss", "atom", "feed", "rdf", "xml"];

/// Addresses, likeliest first, each once: links of the page that look like feeds, the addresses that
/// are customary.
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
    // What names its kind goes before what may be a list of feeds, or a page about them.
    likely.sort_by_key(|url| !is_file(url));
    let customary = CUSTOMARY.iter().filter_map(|path| url?.join(path).ok());
    for url in customary {
        if !likely.contains(&url) {
            likely.push(url);
        }
    }
    likely
}

fn is_file(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let (_, extension) = path.rsplit_once('.').unwrap_or_default();
    ["xml", "rss", "atom", "rdf", "json"].contains(&extension)
}

/// Whether a part of the path is one of the words that feeds are named by: `/blog/feed/`, `/rss.php`,
/// `/index.xml`; not `/feedback`.
fn is_feed_path(url: &Url) -> bool {
    url.path()
        .to_ascii_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| IN_PATH.contains(&word) || word == "feeds")
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
