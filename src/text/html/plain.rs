//! HTML -> plain text. And whether a text is HTML.

use super::elements::{Nesting, element};
use super::tokens::{Token, tokens};
use crate::text::{bidi, entities, xml};
use memchr::{memchr, memchr2};
use std::borrow::Cow;

/// The text of a piece of HTML: blocks and line breaks separated by single newlines, references
/// resolved, white space folded, scripts, styles and comments left out, clean for XML, each line with
/// its own direction.
///
/// Linear, without a tree. For matching, summaries and titles.
pub fn to_text(html: &str) -> String {
    text_until(html, usize::MAX)
}

/// The beginning of [`to_text`]: all of it, or more than so many bytes of it.
pub(crate) fn text_until(html: &str, bytes: usize) -> String {
    let mut text = Folded::with_capacity(bytes.min(html.len()));
    for token in tokens(html) {
        if text.out.len() > bytes {
            break;
        }
        match token {
            Token::Text(piece) => text.push(&entities::decode(piece)),
            Token::Start(tag) => text.part(gap_at(tag.name)),
            Token::End(name) => text.part(gap_at(name)),
            Token::Raw(_) | Token::Other => {}
        }
    }
    text.finish()
}

/// The text of a piece of HTML without preformatted text, tables and lists; all of it where there is nothing else.
/// A table that holds paragraphs only lays a page out, and stays.
///
/// For summaries.
pub fn to_prose(html: &str) -> String {
    let lays_out = has_layout_table(html);
    let is_left_out = |name: &str| {
        element(name).is_some_and(|element| match element.nesting {
            Nesting::Preformatted | Nesting::List | Nesting::Definitions => true,
            Nesting::Table => !lays_out,
            _ => false,
        })
    };
    let mut text = Folded::with_capacity(html.len());
    let mut depth = 0_usize;
    for token in tokens(html) {
        match token {
            Token::Text(piece) if depth == 0 => text.push(&entities::decode(piece)),
            Token::Start(tag) => {
                text.part(gap_at(tag.name));
                depth += usize::from(is_left_out(tag.name));
            }
            Token::End(name) => {
                text.part(gap_at(name));
                depth = depth.saturating_sub(usize::from(is_left_out(name)));
            }
            Token::Text(_) | Token::Raw(_) | Token::Other => {}
        }
    }
    let prose = text.finish();
    if prose.is_empty() {
        to_text(html)
    } else {
        prose
    }
}

/// Whether a table has blocks in it, as those have that lay a page out.
fn has_layout_table(html: &str) -> bool {
    let mut depth = 0_usize;
    tokens(html).any(|token| {
        let (name, is_start) = match token {
            Token::Start(tag) => (tag.name, true),
            Token::End(name) => (name, false),
            Token::Text(_) | Token::Raw(_) | Token::Other => return false,
        };
        match element(name).map(|element| element.nesting) {
            Some(Nesting::Table) if is_start => {
                depth += 1;
                depth > 1
            }
            Some(Nesting::Table) => {
                depth = depth.saturating_sub(1);
                false
            }
            Some(Nesting::Paragraph | Nesting::Heading | Nesting::Block) => is_start && depth > 0,
            _ => false,
        }
    })
}

/// Plain text on one line: white space folded, clean for XML. Borrowed when nothing changes.
pub fn fold_space(text: &str) -> Cow<'_, str> {
    if words_ahead(text.as_bytes()) == text.len() {
        return Cow::Borrowed(text);
    }
    let mut folded = Folded::with_capacity(text.len());
    folded.push(text);
    folded.finish().into()
}

/// Whether the text of a piece of HTML is certainly longer than so many bytes. The text is not
/// made: only the characters are counted that are not white space, which the text keeps.
pub(crate) fn is_surely_longer(html: &str, bytes: usize) -> bool {
    /// Bytes that are counted together: a byte must be able to hold the count.
    const BLOCK: usize = 128;
    let graphic = |block: &[u8]| {
        block
            .iter()
            .map(|b| u8::from(b.is_ascii_graphic()))
            .sum::<u8>()
    };
    let mut count = 0;
    tokens(html).any(|token| {
        let Token::Text(piece) = token else {
            return false;
        };
        // The characters of references may be shorter.
        let is_counted = memchr(b'&', piece.as_bytes()).is_none();
        is_counted
            && piece.as_bytes().chunks(BLOCK).any(|block| {
                count += usize::from(graphic(block));
                count > bytes
            })
    })
}

/// Whether a piece of HTML shows nothing: no text, no picture, no player.
pub(crate) fn is_empty(html: &str) -> bool {
    const SHOWN: [&str; 7] = ["img", "iframe", "video", "audio", "embed", "object", "svg"];
    tokens(html).all(|token| match token {
        Token::Text(piece) => entities::decode(piece).chars().all(is_space),
        Token::Start(tag) => !SHOWN.iter().any(|name| tag.name.eq_ignore_ascii_case(name)),
        Token::End(_) | Token::Raw(_) | Token::Other => true,
    })
}

/// Whether a text that may be either is HTML: it has a tag of HTML, a comment or a
/// character reference. `a < b`, `<stdio.h>`, `Q&A` are plain.
pub fn looks_like_html(text: &str) -> bool {
    match memchr2(b'<', b'&', text.as_bytes()) {
        Some(first) => has_markup(&text[first..]) || has_reference(&text[first..]),
        None => false,
    }
}

/// Whether a text has a tag of HTML or a comment.
pub(crate) fn has_markup(text: &str) -> bool {
    tokens(text).any(|token| match token {
        Token::Start(tag) => is_known(tag.name),
        Token::End(name) => is_known(name),
        Token::Text(_) | Token::Raw(_) => false,
        Token::Other => true,
    })
}

/// Whether a text that is said to be plain is evidently HTML: a whole page, or a text with a block
/// element that begins or ends with markup. A sentence that names `<p>` and `</p>` is plain.
pub(crate) fn is_evident(text: &str) -> bool {
    const END: &str = "</html>";
    let text = text.trim();
    let begins = |with: &str| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    let end = text.len().checked_sub(END.len());
    let end = end.and_then(|at| text.get(at..));
    if end.is_some_and(|end| end.eq_ignore_ascii_case(END)) && (begins("<html") || begins("<!doc"))
    {
        return true;
    }
    if !text.starts_with('<') && !text.ends_with('>') {
        return false;
    }
    let mut outer = None;
    // Each name once, so it is a short list.
    let mut opened: Vec<&str> = Vec::new();
    let mut has_block = false;
    let mut last = false;
    for token in tokens(text) {
        last = match token {
            Token::Start(tag) => {
                let name = tag.name;
                if gap_at(name) == Gap::Line && !opened.iter().any(|o| o.eq_ignore_ascii_case(name))
                {
                    opened.push(name);
                }
                is_known(tag.name)
            }
            Token::End(name) => {
                has_block |= opened.iter().any(|block| block.eq_ignore_ascii_case(name));
                is_known(name)
            }
            Token::Text(_) | Token::Raw(_) => false,
            Token::Other => true,
        };
        outer.get_or_insert(last);
    }
    has_block && (last || outer == Some(true))
}

fn has_reference(text: &str) -> bool {
    text.split('&').skip(1).any(|after| {
        let name = after.split(';').next().unwrap_or_default();
        name.len() < after.len() && name.len() < 32 && entities::resolve(name).is_some()
    })
}

/// Whether it is an element of HTML that is used in feeds, allowed in the output or not.
fn is_known(name: &str) -> bool {
    element(name).is_some()
        || [
            "audio", "big", "body", "button", "col", "colgroup", "embed", "font", "head", "html",
            "iframe", "input", "label", "link", "math", "meta", "nobr", "noscript", "object",
            "param", "path", "picture", "script", "source", "span", "style", "svg", "video", "wbr",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// What separates two pieces of text.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    #[default]
    None,
    Space,
    Line,
}

pub(super) fn gap_at(name: &str) -> Gap {
    match element(name).map(|e| (e.name, e.nesting)) {
        Some(("br", _)) => Gap::Line,
        Some((_, Nesting::Cell)) => Gap::Space,
        Some((
            _,
            Nesting::Inline | Nesting::Link | Nesting::Void | Nesting::Ruby | Nesting::RubyText,
        ))
        | None => Gap::None,
        Some(_) => Gap::Line,
    }
}

/// A text while its white space is folded.
#[derive(Default)]
pub(super) struct Folded {
    out: String,
    gap: Gap,
}

impl Folded {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            gap: Gap::None,
        }
    }

    /// Separates what comes next from what was pushed before.
    pub(super) fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    pub(super) fn push(&mut self, text: &str) {
        let (mut start, mut at) = (0, 0);
        loop {
            let ahead = &text.as_bytes()[at..];
            // After a word a single space belongs to the run of words; at the start it is a gap.
            let space = matches!(ahead, [b' ', next, ..] if at > start && KINDS[usize::from(*next)] == OF_WORD);
            at += usize::from(space) + words_ahead(&ahead[usize::from(space)..]);
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            if is_space(c) {
                self.words(&text[start..at]);
                self.gap = self.gap.max(Gap::Space);
                start = at + c.len_utf8();
            } else if !xml::is_char(c) {
                self.words(&text[start..at]);
                start = at + c.len_utf8();
            }
            at += c.len_utf8();
        }
        self.words(&text[start..]);
    }

    /// The text; what turns its direction ends with its line.
    pub(super) fn finish(self) -> String {
        match bidi::balanced(&self.out) {
            Cow::Owned(balanced) => balanced,
            Cow::Borrowed(_) => self.out,
        }
    }

    fn words(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        match self.gap {
            Gap::Space if !self.out.is_empty() => self.out.push(' '),
            Gap::Line if !self.out.is_empty() => self.out.push('\n'),
            _ => {}
        }
        self.out.push_str(word);
        self.gap = Gap::None;
    }
}

/// How many bytes at the start are words with single spaces between them, which is most of a text.
fn words_ahead(bytes: &[u8]) -> usize {
    // As if a space came before: a second one is one too many.
    let mut last = SPACE;
    let mut ahead = 0;
    for &b in bytes {
        let kind = KINDS[usize::from(b)];
        if last + kind > SPACE {
            break;
        }
        last = kind;
        ahead += 1;
    }
    ahead - usize::from(last == SPACE && ahead > 0)
}

/// A byte of a character that is certainly not a space.
const OF_WORD: u8 = 0;

/// A space.
const SPACE: u8 = 1;

/// A C0 control, or a byte that begins a character of the blocks that have spaces (U+0080,
/// U+1680, U+2000, U+3000, U+FEFF).
const CHECK: u8 = 2;

/// The kind of each byte.
static KINDS: [u8; 256] = {
    let mut kinds = [OF_WORD; 256];
    let mut b = 0;
    while b < b' ' {
        kinds[b as usize] = CHECK;
        b += 1;
    }
    kinds[b' ' as usize] = SPACE;
    let mut n = 0;
    let odd = [0x7f, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF];
    while n < odd.len() {
        kinds[odd[n]] = CHECK;
        n += 1;
    }
    kinds
};

/// White space, control characters and the byte order mark.
fn is_space(c: char) -> bool {
    if c.is_ascii() {
        c <= ' ' || c == '\u{7f}'
    } else {
        c.is_whitespace() || matches!(c, '\u{80}'..='\u{9f}' | '\u{feff}')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines() {
        assert_eq!(
            to_text("<p>One <b>two</b>\n three</p><p>four<br>five</p>  <ul><li>six<li>seven</ul>"),
            "One two three\nfour\nfive\nsix\nseven"
        );
    }

    #[test]
    fn html_is_evident_by_its_blocks_at_an_end_of_the_text() {
        for html in [
            "<p>One</p>",
            " <DIV class='a'><p>One<br>two</p></DIV>\n",
            "<br><b>One</b><p>two</p> more",
            "One <ul><li>two</ul>",
            "<!-- from a generator --><h2>One</h2> two",
            "<!DOCTYPE html><html>One</html>",
            "<html>One</HTML>",
        ] {
            assert!(is_evident(html), "{html}");
        }
        for plain in [
            "",
            "One",
            "a < b and <stdio.h>",
            "The <p> element ends with </p> or by itself",
            "<b>One</b> and <i>two</i>",
            "<br>",
            "<p>",
            "<html> is the root element",
        ] {
            assert!(!is_evident(plain), "{plain}");
        }
    }

    #[test]
    fn what_is_not_seen_is_left_out() {
        assert_eq!(
            to_text("a<script>var b = '<p>';</script><style>c{}</style><!-- d -->e"),
            "ae"
        );
    }

    #[test]
    fn references_are_resolved_once_and_space_folded() {
        assert_eq!(
            to_text(" a&nbsp;&amp;lt;b&gt; \t c\u{0}\u{b} "),
            "a &lt;b> c"
        );
    }

    #[test]
    fn cells_are_separated() {
        assert_eq!(
            to_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>"),
            "a b\nc"
        );
    }

    #[test]
    fn a_tag_inside_a_word_does_not_part_it() {
        assert_eq!(
            to_text("H<sub>2</sub>O and in<wbr>di<span>visible</span>"),
            "H2O and indivisible"
        );
    }

    #[test]
    fn prose_has_no_code_tables_and_lists() {
        let html = "<p>Call <code>tide()</code> so:</p><pre>let t = tide();</pre><ul><li>one<ol><li>two</ol></ul>\
                    <table><tr><td>3<td>4</table><dl><dt>five<dd>six</dl><p>Then wait.</p>";
        assert_eq!(to_prose(html), "Call tide() so:\nThen wait.");
        assert_eq!(to_prose("<ul><li>one<li>two</ul>"), "one\ntwo");
        assert_eq!(
            to_prose("<table><tr><td><h1>News</h1><p>The tide is late.</table>"),
            "News\nThe tide is late."
        );
    }

    #[test]
    fn html_is_told_from_plain_text() {
        for html in [
            "a <b>b</b>",
            "x<br/>y",
            "AT&amp;T",
            "&#8217;",
            "a<!-- b -->",
            "</p>",
            "<P>",
        ] {
            assert!(looks_like_html(html), "{html}");
        }
        for plain in [
            "a < b",
            "#include <stdio.h>",
            "Q&A",
            "R&D; x",
            "1 <2> 3",
            "&bogus;",
            "",
            "I <3 it",
            "<jane@example.org>",
        ] {
            assert!(!looks_like_html(plain), "{plain}");
        }
    }
}
