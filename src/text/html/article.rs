//! A whole page -> the article on it, safe to show. Readability (`dom_smoothie`) finds the article. It
//! parses again what it is given, so it is not given the page but the markup of our [`tree`]: bounded,
//! well nested, and without what cannot be part of an article. That markup must pass the bounds of the
//! tree as a whole, or there is no article.

use super::elements::is_void;
use super::tree::tree;
use super::{SafeHtml, is_empty, sanitize};
use dom_smoothie::{Config, Readability};
use scraper::{ElementRef, Html, Node};
use url::Url;

/// Elements of a page. Real pages have up to ten thousand. Readability scores each up to four times
/// with what is around it.
const MAX_ELEMENTS: usize = 50_000;

/// Left out with all that is in them: what runs, what is styled, what is typed into, and drawings. Most
/// are raw text, in which another parser may see markup that was not counted.
const LEFT_OUT: [&str; 17] = [
    "applet",
    "canvas",
    "embed",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "xmp",
    "frameset",
];

/// The article of a page.
#[derive(Debug)]
pub struct Article {
    /// The title of the page, without the name of the site; empty where it has none.
    pub title: String,
    /// Its text.
    pub html: SafeHtml,
}

/// Finds the article of a page; none where there is none, or the page is too large or too deep to be
/// read as a whole. Relative links are resolved against the page's `base` element and its address.
pub(crate) fn article(page: &str, url: &Url) -> Option<Article> {
    let read = tree(page);
    let markup = markup(&read.document);
    drop(read);
    if !tree(&markup).whole {
        return None;
    }
    let config = Config {
        max_elements_to_parse: MAX_ELEMENTS,
        // What it says of author and date is not asked.
        disable_json_ld: true,
        ..Config::default()
    };
    let mut readability = Readability::new(markup, Some(url.as_str()), Some(config)).ok()?;
    let found = readability.parse().ok()?;
    let html = sanitize(&found.content, Some(url));
    (!is_empty(html.as_str())).then_some(Article {
        title: found.title,
        html,
    })
}

/// The markup of a tree, without [`LEFT_OUT`] and comments.
fn markup(document: &Html) -> String {
    let mut out = String::from("<!doctype html>");
    push_element(&mut out, document.root_element());
    out
}

/// As deep as the tree, which is bounded.
fn push_element(out: &mut String, element: ElementRef) {
    let name = element.value().name();
    if LEFT_OUT.contains(&name) {
        return;
    }
    out.push('<');
    out.push_str(name);
    for (name, value) in element.value().attrs() {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        push(out, value);
        out.push('"');
    }
    out.push('>');
    // Of a frame only its address counts; its contents are raw text, too.
    if name != "iframe" {
        for child in element.children() {
            match (ElementRef::wrap(child), child.value()) {
                (Some(child), _) => push_element(out, child),
                (None, Node::Text(text)) => push(out, text),
                (None, _) => {}
            }
        }
    }
    if !is_void(name) {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}

/// Text or the value of an attribute.
fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::html::MAX_BYTES;

    fn of(page: &str) -> Option<String> {
        let url = Url::parse("https://a.example/news/1.html").unwrap();
        article(page, &url).map(|found| found.html.as_str().to_owned())
    }

    const SENTENCE: &str = "The harbour master closed the northern quay, which had sunk by a hand, and told the ferries to wait outside until noon. ";

    fn page(body: &str) -> String {
        format!(
            "<!doctype html><html><head><title>Quay closed</title><script>var a = '<p>';</script></head><body>\
             <nav><ul><li><a href=/>Home</a><li><a href=/sport>Sport</a></ul></nav>\
             <div class=content><h1>Quay closed</h1>{body}</div>\
             <aside class=sidebar><a href=/ad>Buy this boat</a></aside>\
             <footer>Imprint and cookies</footer></body></html>"
        )
    }

    #[test]
    fn the_article_is_found_and_what_is_around_it_is_not() {
        let text = format!("<p>{}</p>", SENTENCE.repeat(3)).repeat(3);
        let body = format!(
            "{text}<p onclick=x()><img src=quay.jpg alt=Quay> {SENTENCE}<a href='../map'>Map</a></p>\
             <script>track()</script><noscript><p>Enable scripts</noscript>"
        );
        let found = of(&page(&body)).unwrap();
        assert!(found.contains("harbour master"), "{found}");
        assert!(
            found.contains(r#"src="https://a.example/news/quay.jpg""#),
            "{found}"
        );
        assert!(found.contains(r#"href="https://a.example/map""#), "{found}");
        for not in [
            "Buy", "Home", "Imprint", "track", "onclick", "Enable", "var a",
        ] {
            assert!(!found.contains(not), "{not}: {found}");
        }
    }

    #[test]
    fn a_page_without_an_article_has_none() {
        for page in [
            "",
            "\u{feff}",
            "<frameset><frame src=a></frameset>",
            "<script>location = '/'</script>",
            "<title>x</title>",
            "<body></body>",
            "\0\0",
        ] {
            assert_eq!(of(page), None, "{page}");
        }
    }

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        let body = format!(
            "<p>{}</p><p>{SENTENCE}&lt;script&gt;a&lt;/script&gt; &amp;lt;b&amp;gt; &quot;</p>",
            SENTENCE.repeat(6)
        );
        let found = of(&page(&body)).unwrap();
        assert!(
            found.contains("&lt;script&gt;a&lt;/script&gt; &amp;lt;b&amp;gt;"),
            "{found}"
        );
    }

    #[test]
    fn a_hostile_page_ends_and_gives_a_bounded_article() {
        let p = format!("<p>{SENTENCE}</p>");
        let pages = [
            "<div>".repeat(100_000),
            "<div>".repeat(190) + &p.repeat(500) + &"</div>".repeat(190),
            "<b><i><u><a href=x>".repeat(20_000),
            "<table><tr><td>".repeat(20_000),
            "<svg><foreignObject>".repeat(20_000),
            format!("<noscript>{}", "<div>".repeat(20_000)),
            format!("<iframe>{}", "<div>".repeat(20_000)),
            format!("<textarea>{}</textarea>", "<div>".repeat(20_000)),
            format!("<template>{}", "<div>".repeat(20_000)),
            format!(
                "<p {}>",
                (0..20_000)
                    .map(|n| format!("a{n}=1 "))
                    .collect::<Vec<_>>()
                    .concat()
            ),
            format!("<img srcset='{}'>", "a 1x,".repeat(10_000)),
            format!("<p>{}", "<br>word ".repeat(5_000)),
            "<span class='comment sidebar hidden' style='display:none'>a,</span>".repeat(3_000),
            "<p>a,".repeat(8_000),
            "<h1>Quay closed</h1>".repeat(3_000),
            "<img src='data:image/png;base64,AAAA' data-src=a.jpg>".repeat(3_000),
            "<img src='data:image/png;base64,'>".repeat(10),
            "<base href='::'><base href='javascript:x'>".repeat(10),
            format!("<title>{}</title>", " | : - /".repeat(20_000)),
            format!("<meta name=author content='{}'>", "a ".repeat(50_000)),
        ];
        for (n, page) in pages.into_iter().enumerate() {
            for page in [page.clone(), page + &p.repeat(20)] {
                let length = of(&page).map_or(0, |found| found.len());
                assert!(length <= MAX_BYTES, "{n}");
            }
        }
    }
}
