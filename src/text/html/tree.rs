//! A whole page -> its tree, in time and memory that are linear in its length.
//!
//! html5ever builds the tree; what it is given are the tokens of our lexer. So what is counted here
//! is what it builds: it decides what is raw text, which names are foreign and what is still open,
//! and is asked for that. No second opinion about a page can be played off against it.
//!
//! A tree builder compares each attribute of a tag with all others, searches what is open for each
//! tag, and repeats unclosed formatting in each block that follows. So attributes, depth and
//! formatting are bounded: a token then costs a bounded time. The parts of the tree are bounded
//! as a whole, because a token may make some dozens of them.

use super::elements::is_void;
use super::tokens::{Tag, Token, tokens};
use crate::text::entities::decode;
use crate::text::words::clip;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{self, Doctype, TagKind, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, QualName, ns};
use scraper::{Html, HtmlTreeSink, Node};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;

/// Bytes of a page that are read; lists of news have 50-500 kB.
const MAX_PAGE: usize = 4 << 20;

/// Elements that are open, and formatting elements that wait to be repeated; real pages stay below
/// 60.
const MAX_OPEN: usize = 200;

/// Formatting elements among them: most count twice, as open and as waiting. Real pages stay below
/// 12.
const MAX_FORMATTING: usize = 24;

/// Attributes of one tag; real ones have up to 40. What follows is left out.
const MAX_ATTRIBUTES: usize = 200;

/// Nodes and attributes of a tree, some 100 bytes each. A real page has one for each 10 to 20
/// bytes, which are 400,000 where it has [`MAX_PAGE`].
const MAX_PARTS: usize = 500_000;

/// Open elements, added up over all tokens: for each, a tree builder may look at all that is open.
/// A real page of [`MAX_PAGE`] has 200,000 tokens, at a depth of 20.
const MAX_LOOKS: usize = 20_000_000;

/// Tokens after which what is open is counted again. In between start tags count as open; the
/// builder may also repeat formatting, which is then too many by a small number.
const COUNT_AFTER: usize = 8;

/// A page as a tree.
pub(crate) struct Tree {
    /// The tree; it has a root in any case.
    pub(crate) document: Html,
    /// False where the page was too long, too deep or too large to be read completely.
    pub(crate) whole: bool,
}

/// Reads a page. Tags that would cost too much are left out, and their contents stay; where the
/// tree gets too large, the rest of the page is left out.
pub(crate) fn tree(page: &str) -> Tree {
    tree_within(page, MAX_PARTS, MAX_LOOKS)
}

fn tree_within(page: &str, max_parts: usize, max_looks: usize) -> Tree {
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    let clipped = clip(page, MAX_PAGE);
    let mut growing = Growing::new(clipped.len() == page.len());
    let page = preprocessed(clipped);
    let mut tokens = tokens(&page);
    loop {
        let start = page.len() - tokens.left();
        let Some(token) = tokens.next() else {
            break;
        };
        let end = page.len() - tokens.left();
        match token {
            Token::Text(text) => growing.text(&decode(text)),
            Token::Raw(text) => growing.raw_text(text),
            Token::Start(tag) => match growing.start(&tag) {
                Expects::Markup => tokens.expect_raw(None),
                Expects::Raw => tokens.expect_raw(Some(tag.name)),
                Expects::Plaintext => {
                    growing.text(&page[end..]);
                    break;
                }
                Expects::WhateverItIs => {}
            },
            Token::End(name) => growing.end(name),
            Token::Other => growing.declaration(&page[start..end]),
        }
        if growing.parts > max_parts || growing.looks > max_looks {
            growing.whole = false;
            break;
        }
    }
    growing.finish()
}

/// What follows a start tag.
enum Expects {
    Markup,
    /// Text in which markup is text, up to the end tag.
    Raw,
    /// The same up to the end of the page.
    Plaintext,
    /// The tag was left out.
    WhateverItIs,
}

/// A tree that grows, and what it has cost.
struct Growing {
    builder: TreeBuilder<<HtmlTreeSink as TreeSink>::Handle, HtmlTreeSink>,
    whole: bool,
    /// Nodes that are counted in `parts`.
    nodes: usize,
    /// Nodes and attributes.
    parts: usize,
    /// See [`MAX_LOOKS`].
    looks: usize,
    /// Since what is open was counted.
    tokens: usize,
    open: usize,
    formatting: usize,
    /// Attributes of `html` and `body`: each further such tag adds its own to the first.
    of_root: usize,
    /// The kind of the raw text that the builder waits for.
    raw: Option<RawKind>,
    /// A tag was left out: its raw text is, too.
    left_out: bool,
}

impl Growing {
    fn new(whole: bool) -> Self {
        let sink = HtmlTreeSink::new(Html::new_document());
        Self {
            builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            whole,
            nodes: 0,
            parts: 0,
            looks: 0,
            tokens: 0,
            open: 0,
            formatting: 0,
            of_root: 0,
            raw: None,
            left_out: false,
        }
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            let text = StrTendril::from(text);
            self.feed(tokenizer::Token::CharacterTokens(text));
        }
    }

    fn raw_text(&mut self, text: &str) {
        if std::mem::take(&mut self.left_out) {
            return;
        }
        match self.raw {
            Some(RawKind::Rcdata) => self.text(&decode(text)),
            _ => self.text(text),
        }
    }

    fn start(&mut self, tag: &Tag) -> Expects {
        // The builder takes none while it waits for the end of raw text.
        if self.raw.is_some() || !self.has_room(tag.name) {
            self.whole = false;
            self.left_out = true;
            return Expects::WhateverItIs;
        }
        self.left_out = false;
        let name = LocalName::from(tag.name.to_ascii_lowercase());
        let attrs = self.attributes(tag);
        self.open += 1;
        self.formatting += 2 * usize::from(is_formatting(&name));
        self.feed(tokenizer::Token::TagToken(tokenizer::Tag {
            kind: TagKind::StartTag,
            name,
            self_closing: tag.is_self_closing(),
            attrs,
            had_duplicate_attributes: false,
        }))
    }

    /// Whether one more element may be opened.
    fn has_room(&self, name: &str) -> bool {
        // Only in HTML: what is void there is an element with contents inside of SVG.
        let is_foreign = || {
            self.builder
                .adjusted_current_node_present_but_not_in_html_namespace()
        };
        if is_void(name) && !is_foreign() {
            return true;
        }
        self.open < MAX_OPEN
            && (self.formatting < MAX_FORMATTING
                || !is_formatting(&LocalName::from(name.to_ascii_lowercase())))
    }

    fn attributes(&mut self, tag: &Tag) -> Vec<Attribute> {
        let is_root = ["html", "body"]
            .iter()
            .any(|root| tag.name.eq_ignore_ascii_case(root));
        let room = MAX_ATTRIBUTES - if is_root { self.of_root } else { 0 };
        let mut names = HashSet::new();
        let mut attributes = Vec::new();
        for (name, value) in tag.attributes() {
            if attributes.len() == room {
                self.whole = false;
                break;
            }
            let name = LocalName::from(name.to_ascii_lowercase());
            if names.insert(name.clone()) {
                attributes.push(Attribute {
                    name: QualName::new(None, ns!(), name),
                    value: StrTendril::from(decode(value).as_ref()),
                });
            }
        }
        if is_root {
            self.of_root += attributes.len();
        }
        attributes
    }

    fn end(&mut self, name: &str) {
        self.raw = None;
        self.left_out = false;
        self.feed(tokenizer::Token::TagToken(tokenizer::Tag {
            kind: TagKind::EndTag,
            name: LocalName::from(name.to_ascii_lowercase()),
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        }));
    }

    /// A doctype says how the tree is built; comments and the like say nothing.
    fn declaration(&mut self, markup: &str) {
        const DOCTYPE: &str = "<!doctype";
        if self.raw.is_none()
            && let Some((start, rest)) = markup.split_at_checked(DOCTYPE.len())
            && start.eq_ignore_ascii_case(DOCTYPE)
        {
            self.feed(tokenizer::Token::DoctypeToken(doctype(rest)));
        }
    }

    fn feed(&mut self, token: tokenizer::Token) -> Expects {
        let result = self.builder.process_token(token, 1);
        self.tokens += 1;
        let html = self.builder.sink.0.borrow();
        let values = html.tree.values();
        let nodes = values.len();
        // From the end: to skip some of the iterator would be to walk over them.
        let added: usize = values
            .rev()
            .take(nodes - self.nodes)
            .map(|node| 1 + node.as_element().map_or(0, |element| element.attrs.len()))
            .sum();
        self.nodes = nodes;
        self.parts += added;
        self.looks += self.open;
        if self.tokens >= COUNT_AFTER {
            let counted = Counted {
                html: &html,
                open: Cell::new(0),
                formatting: Cell::new(0),
            };
            self.builder.trace_handles(&counted);
            self.tokens = 0;
            self.open = counted.open.get();
            self.formatting = counted.formatting.get();
        }
        match result {
            TokenSinkResult::RawData(kind) => {
                self.raw = Some(kind);
                Expects::Raw
            }
            TokenSinkResult::Plaintext => Expects::Plaintext,
            // Scripts are not run, and the encoding is known.
            TokenSinkResult::Continue
            | TokenSinkResult::Script(_)
            | TokenSinkResult::EncodingIndicator(_) => Expects::Markup,
        }
    }

    fn finish(self) -> Tree {
        let _ = self.builder.process_token(tokenizer::Token::EOFToken, 1);
        Tree {
            document: self.builder.sink.finish(),
            whole: self.whole,
        }
    }
}

/// What a tree builder keeps in mind: what is open, and what waits to be repeated.
struct Counted<'a> {
    html: &'a Html,
    open: Cell<usize>,
    formatting: Cell<usize>,
}

impl Tracer for Counted<'_> {
    type Handle = <HtmlTreeSink as TreeSink>::Handle;

    fn trace_handle(&self, node: &Self::Handle) {
        self.open.set(self.open.get() + 1);
        let node = self.html.tree.get(*node);
        if let Some(Node::Element(element)) = node.map(|node| node.value())
            && is_formatting(&element.name.local)
        {
            self.formatting.set(self.formatting.get() + 1);
        }
    }
}

/// Whether a tree builder may repeat an element in each block that follows it (HTML, 13.2.4.3).
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

/// Line ends as `\n`, and no NUL (HTML, 13.2.3.5 and 13.2.6.4.7).
fn preprocessed(page: &str) -> Cow<'_, str> {
    if !page.contains(['\r', '\0']) {
        return Cow::Borrowed(page);
    }
    let mut page = page.replace("\r\n", "\n").replace('\r', "\n");
    page.retain(|c| c != '\0');
    Cow::Owned(page)
}

/// What follows `<!doctype`: a name and up to two quoted identifiers.
fn doctype(text: &str) -> Doctype {
    let text = text.trim_end_matches('>').trim_ascii();
    let (name, rest) = text
        .split_once(|c: char| c.is_ascii_whitespace())
        .unwrap_or((text, ""));
    let rest = rest.trim_ascii_start();
    let mut identifiers = rest
        .split(['"', '\''])
        .skip(1)
        .step_by(2)
        .map(StrTendril::from);
    let is_public = rest
        .get(..6)
        .is_some_and(|keyword| keyword.eq_ignore_ascii_case("public"));
    let public_id = is_public.then(|| identifiers.next()).flatten();
    Doctype {
        name: Some(StrTendril::from(name.to_ascii_lowercase().as_str())),
        public_id,
        system_id: identifiers.next(),
        force_quirks: name.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn each(times: usize, piece: impl Fn(usize) -> String) -> String {
        (0..times).map(piece).collect::<Vec<_>>().concat()
    }

    fn parts(html: &Html) -> usize {
        let element = |node: &Node| node.as_element().map_or(0, |e| e.attrs.len());
        html.tree.values().map(|node| 1 + element(node)).sum()
    }

    fn depth(html: &Html) -> usize {
        let nodes = html.tree.nodes();
        nodes
            .map(|node| node.ancestors().count())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn an_ordinary_page_is_what_a_browser_makes_of_it() {
        for page in [
            "",
            "plain & simple &eacute;",
            "\u{feff}<!DOCTYPE html><html lang=en><head><title>a &amp; <b></title></head><body class=x>b",
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\"><p>a<table><tr><td>b",
            "<p>a<table><td>b</table>c",
            "<!doctype html><p>a<table><td>b</table>c",
            "<ul><li>a<li>b<ul><li>c</ul></ul><dl><dt>d<dd>e</dl>",
            "<b><i>a</b>b</i><a href=1>c<a href=2>d",
            "<p><b>a<p>b</b>c",
            "<table>a<tr><b>c<td>d</table>e",
            "<script type='application/ld+json'>{\"a\": \"<b>&amp;\"}</script><style>p > a</style>x",
            "<noscript><img src=x></noscript><textarea>\n<b>&lt;</textarea><iframe/>a</iframe>b",
            "<svg><title>a<b>b</b></title><style>c<i>d</i></style><path d=m/><circle/></svg>e",
            "<svg><foreignObject><div><p>a</foreignObject></svg><math><mi>b<p>c</math>d",
            "<pre>\r\na\rb</pre>a\0b<plaintext>c</p>d",
            "<select><option>a<option>b</select><form><input name=a disabled><button>c</form>",
            "<DIV ID=a Class='b c' id=d>e</DIV></br></p><image src=f>",
            "<body a=1><body b=2><html lang=de>",
            "<frameset><frame src=a></frameset>",
            "<title>a</title><p>b<template><td>c</template>d",
        ] {
            let Tree { document, whole } = tree(page);
            assert!(whole, "{page}");
            assert_eq!(document, Html::parse_document(page), "{page}");
        }
    }

    /// Markup whose tree or whose costs grow faster than its length where nothing stops that.
    fn hostile() -> Vec<(&'static str, String)> {
        const TIMES: usize = 1_000;
        let many = |piece: &str| piece.repeat(TIMES);
        let numbered = |before: &str, after: &str| -> String {
            each(TIMES, |n| format!("{before}{n:x}{after}"))
        };
        let formatting = numbered("<b id=x", ">");
        let mut forms = vec![
            (
                "unclosed formatting",
                formatting.clone() + &many("</p><p>x"),
            ),
            (
                "formatting in every block",
                many("<p><b a=1><i><u><em><font>x"),
            ),
            (
                "formatting before tables",
                numbered("<b a=", "><table><td></b></table>x"),
            ),
            ("links in cells", numbered("<table><td><a href=", ">x")),
            ("adoption", formatting.clone() + "<div>" + &many("</b>x")),
            ("adoption of blocks", many("<b><div>") + &many("</b>")),
            ("nesting", many("<div>") + &many("</p>")),
            (
                "nesting in SVG",
                "<svg>".to_owned() + &many("<g>") + &many("</x>"),
            ),
            (
                "void elements that SVG nests",
                "<svg>".to_owned() + &many("<source>") + &many("</x>"),
            ),
            ("templates", many("<template>")),
            ("tables", many("<table>") + &many("x")),
            (
                "selects and their like",
                many("<select><option><button><object>"),
            ),
            ("attributes", format!("<div {}>x", numbered("a", " "))),
            (
                "attributes without an end",
                format!("<div {}", numbered("a", " ")),
            ),
            (
                "attributes of an end tag",
                format!("<div></div {}>x", numbered("a", " ")),
            ),
            (
                "one attribute again and again",
                format!("<div {}>x", many("a=1 ")),
            ),
            ("attributes of the body", numbered("<body a", "=1>")),
            ("attributes of the root", numbered("<html a", "=1>")),
            (
                "formatting with attributes",
                each(10, |b| {
                    format!("<b id={b} {}>", each(150, |n| format!("a{n} ")))
                }) + &many("</p><p>x"),
            ),
            ("comments", many("<!-- <b> -->") + &many("<!--")),
            ("sections", many("<svg><![CDATA[<b>")),
            ("frames", many("<frameset>")),
            ("forms", many("<form><input><p>")),
            ("texts", many("<br>x&amp;")),
            ("doctypes", many("<!doctype a \"b\" 'c'>")),
        ];
        for opened in [
            "<svg><title>",
            "<svg><style>",
            "<svg><desc>",
            "<svg><foreignObject>",
            "<svg><script>",
            "<math><mi>",
            "<math><annotation-xml encoding=text/html>",
            "<title/>",
            "<noscript>",
            "<textarea>",
            "<xmp>",
            "<select>",
            "<template>",
            "<frameset>",
            "<!-- <title> -->",
            "<style/>",
            "<iframe/>",
            "<noembed>",
            "<p title='<style>'>",
            "<a b=\"<svg>",
        ] {
            let start = format!("{opened}<p>");
            forms.push((opened, start.clone() + &formatting + &many("</p><p>x")));
            forms.push((opened, start + &many("<div>") + &many("</x>")));
            forms.push((opened, many(opened)));
        }
        forms
    }

    /// What one token may add: a formatting element of the most attributes for each that waits, and
    /// 32 more for an end tag (HTML, 13.2.6.4.7).
    const MOST_OF_A_TOKEN: usize = (MAX_FORMATTING + COUNT_AFTER + 32) * (MAX_ATTRIBUTES + 1);

    #[test]
    fn a_hostile_page_makes_a_tree_of_bounded_size_and_depth() {
        const PARTS: usize = 5_000;
        for (name, page) in hostile() {
            let Tree { document, .. } = tree_within(&page, PARTS, MAX_LOOKS);
            let (parts, depth) = (parts(&document), depth(&document));
            assert!(parts <= PARTS + MOST_OF_A_TOKEN, "{name}: {parts} parts");
            assert!(depth <= 2 * MAX_OPEN, "{name}: {depth} deep");
        }
    }

    #[test]
    fn a_page_whose_tags_are_all_looked_for_in_vain_is_not_read_to_its_end() {
        let page = "<svg>".to_owned() + &"<g>".repeat(150) + &"</x>".repeat(2_000) + "<p>end";
        assert!(tree(&page).whole);
        let Tree { document, whole } = tree_within(&page, MAX_PARTS, 100_000);
        assert!(!whole);
        assert_eq!(document.root_element().text().count(), 0);
    }

    #[test]
    fn what_is_left_out_leaves_its_text() {
        let Tree { document, whole } = tree(&("<div>".repeat(10_000) + "<b>text"));
        assert!(!whole);
        assert_eq!(document.root_element().text().collect::<String>(), "text");
        let long: String = each(1_000, |n| format!(" a{n}=x"));
        let Tree { document, whole } = tree(&format!("<p id=first{long}>text"));
        assert!(!whole);
        let paragraph = scraper::Selector::parse("p#first").unwrap();
        let found = document.select(&paragraph).next().unwrap();
        assert_eq!(found.text().collect::<String>(), "text");
        assert_eq!(found.value().attrs.len(), MAX_ATTRIBUTES);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: ProptestConfig::default().cases / 4,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_mix_of_tags_makes_much_of_little(
            pieces in prop::collection::vec(prop::sample::select(&PIECES), 1..100),
            times in 1..40_usize,
        ) {
            const PARTS: usize = 5_000;
            let page = pieces.concat().repeat(times);
            let Tree { document, .. } = tree_within(&page, PARTS, MAX_LOOKS);
            prop_assert!(parts(&document) <= PARTS + MOST_OF_A_TOKEN);
            prop_assert!(depth(&document) <= 2 * MAX_OPEN);
        }
    }

    const PIECES: [&str; 40] = [
        "<svg>",
        "</svg>",
        "<math>",
        "<mi>",
        "<title>",
        "</title>",
        "<style>",
        "</style>",
        "<desc>",
        "<foreignObject>",
        "<annotation-xml encoding=text/html>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<caption>",
        "<select>",
        "<option>",
        "<template>",
        "</template>",
        "<p>",
        "</p>",
        "<b id=1>",
        "<b id=2>",
        "</b>",
        "<a href=x>",
        "</a>",
        "<i><u><em>",
        "<nobr>",
        "<div>",
        "</div>",
        "<button>",
        "<li>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "x",
        "<body a=1 b=2>",
    ];
}
