//! Any text -> safe HTML. Making it safe twice is making it safe once, and nothing that runs is left.

#![no_main]

use feedmill::text::html::{MAX_BYTES, sanitize, to_text};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &str| {
    let base = Url::parse("https://site.example/news/1.html").ok();
    let once = sanitize(input, base.as_ref());
    let html = once.as_str();
    assert!(html.len() <= MAX_BYTES, "{} bytes", html.len());
    // Text is escaped, so a tag that is there is one that a browser would see.
    let lower = html.to_ascii_lowercase();
    for tag in ["<script", "<style", "<iframe", "<object", "<embed", "<form", "<svg", "<math", "<!"] {
        assert!(!lower.contains(tag), "{tag} is left in {html}");
    }
    for scheme in ["=\"javascript:", "=\"data:", "=\"vbscript:", "=\"file:"] {
        assert!(!lower.contains(&["href", scheme].concat()), "{scheme} is left in {html}");
        assert!(!lower.contains(&["src", scheme].concat()), "{scheme} is left in {html}");
    }
    assert_eq!(sanitize(html, base.as_ref()).as_str(), html);
    assert_eq!(sanitize(html, None).as_str(), html);
    let _ = to_text(input);
});
