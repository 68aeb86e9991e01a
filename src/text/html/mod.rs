//! HTML from a source -> HTML that is safe to publish (sanitized), or plain text.
//!
//! `tokens` is a lexer. `tidy` writes its tokens again as well-nested markup of the allowed
//! `elements`, limited in size and depth, with players as links (`embed`). Then ammonia, which has
//! a real HTML parser, decides what is safe. `plain` makes text of tokens, `title` that of a title.
//! `tree` parses a whole page at bounded costs, `article` finds
//! the article on it. Only what is listed is allowed.

mod article;
mod beginning;
mod elements;
mod embed;
mod plain;
mod tidy;
mod title;
mod tokens;
mod tree;

pub use article::Article;
pub(crate) use article::article;
pub(crate) use elements::is_void;
pub(crate) use embed::Picture;
pub use plain::{fold_space, looks_like_html, to_prose, to_text};
pub(crate) use plain::{has_markup, is_empty, is_evident, is_surely_longer, text_until};
pub use tidy::{MAX_BYTES, MAX_DEPTH};
pub use title::title_to_text;
pub(crate) use tokens::{Tag, Token, tokens};
pub(crate) use tree::{Tree, tree};

use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use url::Url;

/// Rises when sanitizing changes, so that stored results of an older version are made again.
pub const VERSION: u32 = 4;

/// HTML that is safe to publish. Only this module makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Stored HTML that [`sanitize`] made; none when it was made by another version.
    pub fn from_stored(html: String, version: u32) -> Option<Self> {
        (version == VERSION).then_some(Self(html))
    }
}

/// Makes HTML safe; relative links are resolved against `base` or dropped.
///
/// Scripts, styles, forms, event handlers, tracking pixels and addresses with other schemes than
/// [`SCHEMES`](crate::url::SCHEMES) are removed. Known players become links. Pictures keep address,
/// text and size. The result is at most [`MAX_BYTES`] long and [`MAX_DEPTH`] deep, and sanitizing
/// it again changes nothing.
pub fn sanitize(html: &str, base: Option<&Url>) -> SafeHtml {
    let tidy = tidy::tidy(html, base);
    // An HTML parser takes the first one for a byte order mark and drops it.
    let tidy = tidy.trim_start_matches('\u{feff}');
    SafeHtml(CLEANER.clean(tidy).to_string())
}

/// Plain text as HTML: blank lines separate paragraphs, other line ends are kept.
pub fn from_text(text: &str) -> SafeHtml {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut html = String::with_capacity(text.len() + 64);
    let mut is_open = false;
    for line in text.lines().map(str::trim) {
        match (line.is_empty(), is_open) {
            (true, true) => html.push_str("</p>"),
            (true, false) => {}
            (false, true) => html.push_str("<br>"),
            (false, false) => html.push_str("<p>"),
        }
        html.push_str(&ammonia::clean_text(line));
        is_open = !line.is_empty();
    }
    sanitize(&html, None)
}

/// The first picture in a piece of HTML that is not a tracking pixel; of a `picture` its `img`.
pub(crate) fn first_picture(html: &str, base: Option<&Url>) -> Option<Picture> {
    tokens::tokens(html).find_map(|token| match token {
        tokens::Token::Start(tag) if tag.name.eq_ignore_ascii_case("img") => {
            embed::image(&tag, base)
        }
        _ => None,
    })
}

/// The values of these attributes, in the order of their names and then of the tags.
pub(crate) fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    let values = |&name| {
        tokens::tokens(html).filter_map(move |token| match token {
            tokens::Token::Start(tag) => tag.attribute(name).map(Cow::into_owned),
            _ => None,
        })
    };
    names.iter().flat_map(values).collect()
}

/// The rules, built once: that takes as long as sanitizing a short item.
static CLEANER: LazyLock<Builder> = LazyLock::new(|| {
    let attributes: HashMap<&str, HashSet<&str>> = elements::NAMES
        .iter()
        .map(|&name| (name, elements::attributes(name).iter().copied().collect()))
        .collect();
    let mut builder = Builder::empty();
    builder
        .tags(elements::NAMES.into_iter().collect())
        .clean_content_tags(["script", "style"].into_iter().collect())
        .tag_attributes(attributes)
        .generic_attributes(elements::EVERYWHERE.into_iter().collect())
        .url_schemes(crate::url::SCHEMES.into_iter().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    builder
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn safe(html: &str) -> String {
        let base = Url::parse("https://example.org/news/1.html").unwrap();
        sanitize(html, Some(&base)).0
    }

    #[test]
    fn what_runs_is_gone() {
        assert_eq!(
            safe("<p onclick=x style='a'>a<script>b</script><style>c</style></p>"),
            "<p>a</p>"
        );
        assert_eq!(
            safe("<a href='java&#10;script:x'>a</a><a href=data:x>b</a>"),
            "ab"
        );
        assert_eq!(
            safe("<svg><script>a</script></svg><math><mi//xlink:href='data:x,<script>'>"),
            ""
        );
        assert_eq!(
            safe("<form action=x><input name=y>z</form>"),
            "<div>z</div>"
        );
        assert_eq!(
            safe("<img src=x onerror=alert(1)>"),
            r#"<img src="https://example.org/news/x">"#
        );
        assert_eq!(
            safe("<noscript><p title=\"</noscript><img src=x onerror=y>\">a"),
            "<p>a</p>"
        );
    }

    #[test]
    fn links_are_absolute_or_gone() {
        assert_eq!(
            safe("<a href=../x?a=1&amp;b=2 title=T>y</a>"),
            r#"<a href="https://example.org/x?a=1&amp;b=2" title="T">y</a>"#
        );
        assert_eq!(sanitize("<a href=x>y</a><img src=z>", None).as_str(), "y");
    }

    #[test]
    fn players_become_links() {
        assert_eq!(
            safe(
                "<p>See:<iframe src='//www.youtube.com/embed/abc?x=1' allowfullscreen></iframe></p>"
            ),
            r#"<p>See:</p><p><a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a></p>"#
        );
        assert_eq!(safe("a<iframe src=https://ads.example/>x</iframe>b"), "ab");
    }

    #[test]
    fn each_player_is_a_paragraph_of_its_own() {
        let link = |id: &str| {
            let url = format!("https://www.youtube.com/watch?v={id}");
            format!(r#"<p><a href="{url}">{url}</a></p>"#)
        };
        let player =
            |id: &str| format!("<iframe src='https://www.youtube.com/embed/{id}'></iframe>");
        let (a, b) = (player("a"), player("b"));
        let (to_a, to_b) = (link("a"), link("b"));
        for (given, expected) in [
            (format!("{a}{b}"), format!("{to_a}{to_b}")),
            (format!("<p>{a}{b}</p>"), format!("{to_a}{to_b}")),
            (
                format!("<p>One {a} two <b>three</b>{b}</p>four"),
                format!("<p>One </p>{to_a}<p> two <b>three</b></p>{to_b}four"),
            ),
            (
                format!("<p>{a} <i>one</i></p><div>{b}</div>"),
                format!("{to_a} <p><i>one</i></p><div>{to_b}</div>"),
            ),
            (
                format!("<ul><li>{a}</ul>"),
                format!("<ul><li>{to_a}</li></ul>"),
            ),
        ] {
            assert_eq!(safe(&given), expected, "{given}");
            assert_eq!(safe(&expected), expected);
        }
    }

    #[test]
    fn a_film_in_several_formats_is_one_link() {
        let once = r#"<p><a href="https://example.org/news/a.webm">https://example.org/news/a.webm</a></p>"#;
        for film in [
            "<video controls><source src=a.webm><source src=a.mp4></video>",
            "<video src=a.webm><source src=a.mp4></video>",
            "<audio src=a.webm></audio><audio src=a.webm></audio>",
        ] {
            assert_eq!(safe(film), once, "{film}");
        }
        let two = safe("<video><source src=a.webm></video><video><source src=b.webm></video>");
        assert_eq!(two.matches("<p>").count(), 2, "{two}");
    }

    #[test]
    fn pictures_keep_what_describes_them() {
        assert_eq!(
            safe("<img class=c src=a.jpg alt='A \"b\"' width=640 height=480px loading=lazy>"),
            r#"<img src="https://example.org/news/a.jpg" alt="A &quot;b&quot;" width="640" height="480">"#
        );
        assert_eq!(
            safe("<img src=t.gif width=1 height=1><img src=u.gif style='width: 1px; height: 1px'>"),
            ""
        );
        assert_eq!(
            safe("<img src=data:image/gif;x data-src=a.jpg><noscript><img src=a.jpg></noscript>"),
            r#"<img src="https://example.org/news/a.jpg">"#
        );
    }

    #[test]
    fn a_picture_without_an_address_takes_the_largest_it_is_offered() {
        assert_eq!(
            safe("<picture><source srcset='a.webp 800w, b.webp 90w'><img alt=q></picture>"),
            r#"<img src="https://example.org/news/a.webp" alt="q">"#
        );
        assert_eq!(
            safe("<picture><source srcset='a.webp 800w'><img src=b.jpg></picture>"),
            r#"<img src="https://example.org/news/b.jpg">"#
        );
    }

    #[test]
    fn the_direction_of_a_text_stays() {
        assert_eq!(
            safe("<p dir=rtl lang=he class=x>a</p><p dir='\"x'>b"),
            r#"<p dir="rtl" lang="he">a</p><p>b</p>"#
        );
    }

    #[test]
    fn what_does_not_fit_is_cut_between_characters() {
        let long = "Übergröße ".repeat(MAX_BYTES / 10);
        let once = safe(&long);
        assert!(once.len() <= MAX_BYTES && once.len() > MAX_BYTES - 2_000);
        assert_eq!(safe(&once), once);
    }

    #[test]
    fn markup_is_nested_well() {
        assert_eq!(safe("<p>a<p>b<div>c</p>d"), "<p>a</p><p>b</p><div>cd</div>");
        assert_eq!(safe("<b><i>a</b>b</i>"), "<b><i>a</i></b>b");
        assert_eq!(
            safe("<ul><li>a<li>b<ul><li>c</ul></ul>"),
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"
        );
        assert_eq!(
            safe("<table><td>a<td>b<tr>c</table>d"),
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>d"
        );
        assert_eq!(
            safe("<a href=x>a<a href=y>b"),
            r#"<a href="https://example.org/news/x">a</a><a href="https://example.org/news/y">b</a>"#
        );
    }

    #[test]
    fn text_is_never_lost_to_depth() {
        let deep = "<div>".repeat(50_000) + "deep";
        assert!(safe(&deep).contains("deep"));
        assert!(safe(&deep).len() <= MAX_DEPTH * 11 + 4);
    }

    #[test]
    fn hostile_markup_stays_small_and_quick() {
        for piece in [
            "<b a=1><table><td></b></table>x",
            "<p><b><div>",
            "<a href=x>",
            "<table>",
            "<i><p>",
            "&",
            "<pre>\n",
            "<svg><p>",
            "<li><b>",
        ] {
            let html = piece.repeat(4_000);
            assert!(safe(&html).len() <= MAX_BYTES, "{piece}");
        }
    }

    #[test]
    fn plain_text_keeps_its_paragraphs_and_lines() {
        assert_eq!(
            from_text("a < b\nc\r\n\r\n<script>d").as_str(),
            "<p>a &lt; b<br>c</p><p>&lt;script&gt;d</p>"
        );
        assert_eq!(
            from_text("\n a\rb\n \t\n\nc\n").as_str(),
            "<p>a<br>b</p><p>c</p>"
        );
    }

    #[test]
    fn a_byte_order_mark_at_the_start_is_gone_however_often_it_stands_there() {
        assert_eq!(safe("\u{feff}\0\u{feff}!"), "!");
        assert_eq!(
            safe("<i></i>\u{feff}\u{feff}a"),
            safe(&safe("<i></i>\u{feff}\u{feff}a"))
        );
    }

    #[test]
    fn controls_are_gone() {
        assert_eq!(
            safe("a\u{0}\u{8}&#8;&#xFFFE;\u{85}b<p title='\u{1}'>&#13;c"),
            "ab<p>\nc</p>"
        );
    }

    /// Pieces of markup that are odd together.
    fn soup() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<i>",
            "</i>",
            "<a href=x>",
            "</a>",
            "<div>",
            "</div>",
            "<table>",
            "</table>",
            "<tr>",
            "<td>",
            "</td>",
            "<th>",
            "<caption>",
            "</caption>",
            "<tbody>",
            "<thead>",
            "<ul>",
            "</ul>",
            "<li>",
            "<dl>",
            "<dt>",
            "<dd>",
            "<h1>",
            "<h2>",
            "</h2>",
            "<pre>",
            "\n",
            "\r",
            "</pre>",
            "<br>",
            "</br>",
            "<hr>",
            "<img src=x>",
            "<ruby>",
            "<rt>",
            "</ruby>",
            "<code>",
            "<blockquote>",
            "</blockquote>",
            "<svg>",
            "<math>",
            "<title>",
            "</title>",
            "<style>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "&",
            "&lt;",
            "&amp;lt;",
            "&nbsp;",
            "<select>",
            "<option>",
            "<button>",
            "<template>",
            "<iframe src='//youtu.be/a'>",
            "</iframe>",
            "<font color=red>",
            "<nobr>",
            "text",
            " ",
            "<",
            ">",
            "\"",
            "'",
            "<details>",
            "<summary>",
            "<object data=x>",
            "<q>",
            "<s>",
            "</s>",
            "<plaintext>",
            "<textarea>",
            "<xmp>",
            "</xmp>",
            "é",
            "<frameset>",
            "<body onload=x>",
            "<html>",
            "<noscript>",
            "</noscript>",
            "<tr onclick='>'>",
            "\u{feff}",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn sanitising_twice_is_sanitising_once(html in soup()) {
            let once = safe(&html);
            prop_assert_eq!(safe(&once), once.clone());
            prop_assert_eq!(sanitize(&once, None).0, once);
        }

        #[test]
        fn sanitising_twice_is_sanitising_once_at_the_greatest_depth(
            opening in prop::sample::select(vec![
                "<table>", "<table><td>", "<table><tbody>", "<table><tr>", "<table><caption>", "<div>",
                "<ul><li>", "<blockquote>", "<dl><dd>", "<ruby><rt>", "<b>", "<table><td><div>",
            ]),
            depth in 10..100_usize,
            html in soup(),
        ) {
            let once = safe(&(opening.repeat(depth) + &html));
            prop_assert_eq!(safe(&once), once);
        }

        #[test]
        fn any_text_is_read(html in "\\PC*") {
            let once = safe(&html);
            prop_assert_eq!(safe(&once), once);
            let _ = to_text(&html);
        }

        #[test]
        fn text_survives_being_made_safe(html in soup()) {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeezed(&to_text(&safe(&html))), squeezed(&to_text(&tidy::tidy(&html, None))));
        }
    }
}
