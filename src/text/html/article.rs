//! A whole page -> the article on it, safe to show. Readability (`dom_smoothie`) finds the article. It
//! parses again what it is given, so it is not given the page but the markup of our [`tree`]: bounded,
//! well nested, and without what cannot be part of an article. That markup must pass the bounds of the
//! tree as a whole, or there is no article.

use super::elements::is_void;
use super::tree::{Tree, tree};
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

/// Bytes in a `noscript` that holds nothing but a picture.
const MAX_PICTURE: usize = 8 << 10;

/// Finds the article of a page; none where there is none, the page says that it is not for everybody, or it
/// is too large or too deep to be read as a whole. Relative links are resolved against the page's `base`
/// element and its address.
pub(crate) fn article(page: &str, url: &Url) -> Option<Article> {
    let read = tree(page);
    if is_for_payers(&read.document) {
        return None;
    }
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

/// Whether the page says that only those who pay or log in may read it: in schema.org's words, which search
/// engines ask for, or in those of the Open Graph protocol. What of it is there all the same is a beginning.
fn is_for_payers(document: &Html) -> bool {
    let mut elements = document.root_element().descendent_elements();
    elements.any(|element| {
        let attribute = |name| element.value().attr(name).unwrap_or_default();
        match element.value().name() {
            "script" if attribute("type").contains("ld+json") => {
                let json: String = element.text().collect();
                let mut values = json.split("\"isAccessibleForFree\"").skip(1);
                values.any(|value| is_false(value.trim_start().trim_start_matches(':')))
            }
            "meta" if attribute("property") == "article:content_tier" => {
                attribute("content").eq_ignore_ascii_case("locked")
            }
            "meta" if attribute("itemprop") == "isAccessibleForFree" => {
                is_false(attribute("content"))
            }
            _ => false,
        }
    })
}

/// `false`, also as a string, also with a capital.
fn is_false(value: &str) -> bool {
    let value = value.trim_start().trim_start_matches('"');
    let word = value.get(.."false".len());
    word.is_some_and(|word| word.eq_ignore_ascii_case("false"))
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
    if let Some(picture) = picture_in_place_of(element) {
        pictures(&picture).for_each(|picture| push_tag(out, picture));
        return;
    }
    push_tag(out, element);
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

fn push_tag(out: &mut String, element: ElementRef) {
    out.push('<');
    out.push_str(element.value().name());
    for (name, value) in element.value().attrs() {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        push(out, value);
        out.push('"');
    }
    out.push('>');
}

/// Where a picture is loaded by a script, it stands in a `noscript` behind the one that is shown until then.
/// A `noscript` that stands elsewhere counts readers.
fn picture_in_place_of(element: ElementRef) -> Option<Tree> {
    let mut next = element.next_siblings();
    let next = next.find(|node| !is_blank(node.value()))?;
    let next = ElementRef::wrap(next).filter(|next| next.value().name() == "noscript")?;
    if !is_picture_alone(element) {
        return None;
    }
    let text: String = next.text().collect();
    if text.len() > MAX_PICTURE {
        return None;
    }
    let read = tree(&text);
    let mut text = read.document.root_element().text();
    let is_one = pictures(&read).count() == 1 && text.all(|text| text.trim().is_empty());
    is_one.then_some(read)
}

/// A picture, also in some elements with nothing else in them.
fn is_picture_alone(mut element: ElementRef) -> bool {
    loop {
        if element.value().name() == "img" {
            return true;
        }
        let mut inside = element.children().filter(|node| !is_blank(node.value()));
        let (Some(only), None) = (inside.next().and_then(ElementRef::wrap), inside.next()) else {
            return false;
        };
        element = only;
    }
}

fn pictures(tree: &Tree) -> impl Iterator<Item = ElementRef<'_>> {
    let elements = tree.document.root_element().descendent_elements();
    elements.filter(|element| element.value().name() == "img")
}

fn is_blank(node: &Node) -> bool {
    match node {
        Node::Text(text) => text.trim().is_empty(),
        Node::Comment(_) => true,
        _ => false,
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
    fn a_picture_that_a_script_loads_is_shown() {
        let lazy = |placeholder: &str, noscript: &str| {
            let body = format!(
                "<p>{}</p>{placeholder}\n<noscript>{noscript}</noscript><p>{}</p>",
                SENTENCE.repeat(3),
                SENTENCE.repeat(3)
            );
            of(&page(&body)).unwrap()
        };
        let quay = "<img src=/quay.jpg alt='The quay'>";
        for placeholder in [
            "<img src=grey.png>",
            "<img>",
            "<figure><div><img data-x=1></div></figure>",
        ] {
            for noscript in [quay.to_owned(), format!("<p>\n<a href=/>{quay}</a>")] {
                let found = lazy(placeholder, &noscript);
                let pictures: Vec<_> = found.match_indices("<img").collect();
                assert_eq!(pictures.len(), 1, "{placeholder} {noscript} {found}");
                assert!(found.contains("https://a.example/quay.jpg"), "{found}");
            }
        }
        for (placeholder, noscript) in [
            ("", "<img src=/count.gif?1>"),
            ("<p>A short line.</p>", "<img src=/count.gif>"),
            ("<img src=/a.jpg>", "Enable scripts"),
            (
                "<img src=/a.jpg>",
                "<p>Enable scripts</p><img src=/count.gif>",
            ),
            (
                "<img src=/a.jpg>",
                "<img src=/count.gif><img src=/count.gif?2>",
            ),
            (
                "<img src=/a.jpg>",
                "<script>x()</script><p title='<img src=/count.gif>'>",
            ),
        ] {
            let found = lazy(placeholder, noscript);
            let wanted = placeholder.contains("a.jpg");
            assert_eq!(found.contains("https://a.example/a.jpg"), wanted, "{found}");
            assert!(
                !found.contains("count") && !found.contains("Enable"),
                "{found}"
            );
        }
    }

    #[test]
    fn a_page_that_says_it_is_for_payers_has_no_article() {
        let text = format!("<p>{}</p>", SENTENCE.repeat(6));
        let said = |said: &str| of(&page(&format!("{said}{text}")));
        let json = |value: &str| {
            format!(
                "<script type='application/ld+json'>{{\"@type\": \"NewsArticle\", \"isAccessibleForFree\": {value}, \"x\": false}}</script>"
            )
        };
        let meta = |attribute: &str, value: &str| format!("<meta {attribute} content='{value}'>");
        for payers in [
            json("false"),
            json("\"False\""),
            meta("itemprop=isAccessibleForFree", "false"),
            meta("property=article:content_tier", "locked"),
        ] {
            assert_eq!(said(&payers), None, "{payers}");
        }
        for free in [
            json("true"),
            json("\"True\""),
            json("null"),
            meta("itemprop=isAccessibleForFree", "true"),
            meta("property=article:content_tier", "metered"),
            "<p>\"isAccessibleForFree\": false</p>".to_owned(),
        ] {
            assert!(said(&free).is_some(), "{free}");
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
            "<img><noscript><img src=a.jpg></noscript>".repeat(3_000),
            format!("{}<noscript>", "<b>".repeat(20_000)).repeat(3),
            format!(
                "<script type=ld+json>{}",
                "\"isAccessibleForFree\"".repeat(20_000)
            ),
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
