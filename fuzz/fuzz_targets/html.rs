//! Any text -> safe HTML. Making it safe twice is making it safe once, and nothing that runs is left.
//! The same text as a page -> its items, in the time and memory that `fuzz/run` allows.

#![no_main]

use feedmill::model::{PageRule, Selector};
use feedmill::parse::{Document, parse};
use feedmill::text::html::{MAX_BYTES, sanitize, to_text};
use libfuzzer_sys::fuzz_target;
use url::Url;

/// Elements that run, load or ask for something.
const FORBIDDEN: [&str; 9] = [
    "script", "style", "iframe", "object", "embed", "form", "svg", "math", "input",
];

fuzz_target!(|input: &str| {
    let base = Url::parse("https://site.example/news/1.html").ok();
    let once = sanitize(input, base.as_ref());
    let html = once.as_str();
    assert!(html.len() <= MAX_BYTES, "{} bytes", html.len());
    // Text is escaped, so a tag that is there is one that a browser would see.
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default().to_ascii_lowercase();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        assert!(!FORBIDDEN.contains(&name) && !tag.starts_with('!'), "{tag} is left in {html}");
        for scheme in ["javascript:", "data:", "vbscript:", "file:"] {
            let is_target = |name: &str| tag.contains(&format!(" {name}=\"{scheme}"));
            assert!(!is_target("href") && !is_target("src"), "{scheme} is left in {html}");
        }
    }
    assert_eq!(sanitize(html, base.as_ref()).as_str(), html);
    assert_eq!(sanitize(html, None).as_str(), html);
    let _ = to_text(input);
    let rule = PageRule { item: Selector("p".to_owned()), ..PageRule::default() };
    let page = format!("<!DOCTYPE html>{input}");
    let document = Document { bytes: page.as_bytes(), url: None, content_type: None, page: Some(&rule) };
    let _ = parse(&document);
});
