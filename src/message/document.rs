//! Safe HTML -> blocks. What a chat cannot show becomes text: headings are bold, cells of a row are
//! separated by bars, pictures are links to themselves.

use super::block::{Block, BlockKind, Span, Style};
use super::{clean, honest};
use crate::text::entities;
use crate::text::html::{SafeHtml, Tag, Token, is_void, tokens};

/// The blocks of a text, none of them empty.
pub(super) fn blocks(html: &SafeHtml) -> Vec<Block> {
    let mut builder = Builder::default();
    for token in tokens(html.as_str()) {
        match token {
            Token::Text(text) => builder.text(&entities::decode(text)),
            Token::Start(tag) => builder.start(&tag),
            Token::End(name) => builder.end(name),
            Token::Raw(_) | Token::Other => {}
        }
    }
    builder.flush();
    builder.blocks
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    /// The spans of the block that is not complete.
    spans: Vec<Span>,
    /// What the next block is.
    kind: BlockKind,
    is_tight: bool,
    link: Option<String>,
    /// The open lists, innermost last, each with the number of its next item.
    lists: Vec<Option<usize>>,
    quotes: usize,
    /// Of the table that is open.
    rows: usize,
    bold: usize,
    italic: usize,
    struck: usize,
    code: usize,
    preformatted: usize,
    /// Inside of what is for programs without ruby texts.
    fallbacks: usize,
}

impl Builder {
    fn text(&mut self, text: &str) {
        if self.fallbacks > 0 {
            return;
        }
        let text = clean::characters(text);
        if self.preformatted > 0 {
            self.push(&text);
            return;
        }
        let mut folded = String::with_capacity(text.len());
        for c in text.chars() {
            let is_space = c.is_whitespace();
            if !is_space {
                folded.push(c);
            } else if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        let last = self.spans.last();
        let is_at_space = last.is_none_or(|last| last.text.ends_with([' ', '\n']));
        self.push(if is_at_space {
            folded.trim_start()
        } else {
            &folded
        });
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let style = match self.link {
            // The text of a link is one piece.
            Some(_) => Style::default(),
            None => Style {
                bold: self.bold > 0,
                italic: self.italic > 0,
                struck: self.struck > 0,
                code: self.code > 0 && self.preformatted == 0,
            },
        };
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.link == self.link => {
                last.text.push_str(text);
            }
            _ => self.spans.push(Span {
                text: text.to_owned(),
                style,
                link: self.link.clone(),
            }),
        }
    }

    fn start(&mut self, tag: &Tag) {
        match tag.name {
            "a" => {
                self.link = tag
                    .attribute("href")
                    .and_then(|href| honest::address(&href));
            }
            "img" => self.picture(tag),
            "br" => self.line_break(),
            "td" | "th" => {
                if !self.spans.is_empty() {
                    self.push(" | ");
                }
            }
            "q" => self.push("“"),
            "rt" => self.push("("),
            name => {
                if is_block(name) {
                    self.flush();
                }
                match name {
                    "ul" => self.lists.push(None),
                    "ol" => {
                        let start = tag.attribute("start").and_then(|n| n.parse().ok());
                        self.lists.push(Some(start.unwrap_or(1)));
                    }
                    "li" => self.item(),
                    "table" => self.rows = 0,
                    "tr" => {
                        self.is_tight = self.rows > 0;
                        self.rows += 1;
                    }
                    "pre" => self.kind = BlockKind::Code,
                    _ => {}
                }
                if !is_void(name) {
                    self.count(name, |count| *count += 1);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "a" => {
                self.end_link();
                self.link = None;
            }
            "q" => self.push("”"),
            "rt" => self.push(")"),
            _ => {
                if is_block(name) {
                    self.flush();
                }
                match name {
                    "ul" | "ol" => drop(self.lists.pop()),
                    "li" | "pre" => self.kind = BlockKind::Paragraph,
                    "tr" => self.is_tight = false,
                    _ => {}
                }
                self.count(name, |count| *count = count.saturating_sub(1));
            }
        }
    }

    /// What an element does to the text in it.
    fn count(&mut self, name: &str, change: impl FnOnce(&mut usize)) {
        let count = match name {
            "b" | "strong" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" => &mut self.bold,
            "i" | "em" | "cite" | "dfn" | "var" => &mut self.italic,
            "s" | "del" => &mut self.struck,
            "code" | "kbd" | "samp" => &mut self.code,
            "pre" => &mut self.preformatted,
            "blockquote" => &mut self.quotes,
            "rp" => &mut self.fallbacks,
            _ => return,
        };
        change(count);
    }

    fn item(&mut self) {
        let number = self.lists.last_mut().and_then(|list| {
            let number = *list;
            *list = number.map(|number| number.saturating_add(1));
            number
        });
        self.kind = BlockKind::Item(number);
    }

    fn line_break(&mut self) {
        if let Some(last) = self.spans.last_mut() {
            if self.preformatted == 0 {
                last.text.truncate(last.text.trim_end_matches(' ').len());
            }
            last.text.push('\n');
        }
    }

    /// A picture that says what it shows is a link to it.
    fn picture(&mut self, tag: &Tag) {
        let alt = tag.attribute("alt").map(|alt| clean::line(&alt));
        let Some(alt) = alt.filter(|alt| !alt.is_empty()) else {
            return;
        };
        let outer = self.link.clone();
        if outer.is_none() {
            self.link = tag.attribute("src").and_then(|src| honest::address(&src));
        }
        self.push(&alt);
        self.link = outer;
    }

    /// A link whose text is its address, in short or in full, shows it as it is.
    fn end_link(&mut self) {
        if let Some(last) = self.spans.last_mut()
            && let Some(link) = &last.link
            && honest::address(last.text.trim()).as_ref() == Some(link)
        {
            last.text.clone_from(link);
        }
    }

    /// Completes the block.
    fn flush(&mut self) {
        self.end_link();
        if let Some(last) = self.spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        let mut spans = std::mem::take(&mut self.spans);
        spans.retain(|span| !span.text.is_empty());
        if spans.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        self.blocks.push(Block {
            kind: std::mem::take(&mut self.kind),
            spans,
            is_quote: self.quotes > 0,
            is_tight: std::mem::take(&mut self.is_tight),
        });
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "blockquote"
            | "caption"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::html::sanitize;

    /// Blocks in short: kind, quote, and spans with their styles and links.
    fn shown(html: &str) -> Vec<String> {
        let span = |span: &Span| {
            let style = span.style;
            let styles = [
                (style.bold, 'b'),
                (style.italic, 'i'),
                (style.struck, 's'),
                (style.code, 'c'),
            ];
            let styles: String = styles
                .iter()
                .filter(|(is_on, _)| *is_on)
                .map(|(_, c)| c)
                .collect();
            let mut text = span.text.clone();
            if !styles.is_empty() {
                text = format!("{styles}[{text}]");
            }
            match &span.link {
                Some(url) if span.is_address() => format!("<{url}>"),
                Some(url) => format!("{text}<{url}>"),
                None => text,
            }
        };
        let block = |block: &Block| {
            let kind = match block.kind {
                BlockKind::Paragraph => String::new(),
                BlockKind::Item(None) => "- ".to_owned(),
                BlockKind::Item(Some(number)) => format!("{number}. "),
                BlockKind::Code => "code: ".to_owned(),
            };
            let quote = if block.is_quote { "> " } else { "" };
            let tight = if block.is_tight { "^" } else { "" };
            let spans: String = block.spans.iter().map(span).collect();
            format!("{tight}{quote}{kind}{spans}")
        };
        blocks(&sanitize(html, None)).iter().map(block).collect()
    }

    #[test]
    fn each_element_becomes_what_a_chat_has() {
        let table: [(&str, &[&str]); 10] = [
            (
                "<h1>A</h1><p>b <i>c <b>d</b></i><br> e</p>",
                &["b[A]", "b i[c ]bi[d\n]e"],
            ),
            (
                "<ul><li>a<ol start=3><li>b<li>c</ol><li><p>d<p>e</ul>f",
                &["- a", "3. b", "4. c", "- d", "e", "f"],
            ),
            (
                "<blockquote>a<ul><li>b</ul></blockquote>c",
                &["> a", "> - b", "c"],
            ),
            (
                "<table><tr><th>a<th>b<tr><td>c<td>d</table>e",
                &["a | b", "^c | d", "e"],
            ),
            ("<pre>a\n  b<b>c</b></pre><p>d", &["code: a\n  bb[c]", "d"]),
            (
                "<p>a <code>b  c</code> <del>d</del> <q>e</q>",
                &["a c[b c] s[d] “e”"],
            ),
            (
                "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
                &["漢(kan)"],
            ),
            (
                "<img src=https://a.example/p.png alt='A boat'><img src=https://a.example/q.png>",
                &["A boat<https://a.example/p.png>"],
            ),
            ("<dl><dt>a<dd>b</dl><hr>c", &["b[a]", "b", "c"]),
            ("<p> </p><div></div><li></li><p>a</p>", &["a"]),
        ];
        for (html, expected) in table {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn links_are_one_piece_and_show_their_address_where_that_is_their_text() {
        let table: [(&str, &[&str]); 5] = [
            (
                "<a href=https://a.example/><b>a</b> <i>b</i></a> c",
                &["a b<https://a.example/> c"],
            ),
            (
                "<a href=https://a.example/>https://a.example</a>",
                &["<https://a.example/>"],
            ),
            (
                "<a href=mailto:a@b.example>a</a> <a href=/x>b</a>",
                &["a b"],
            ),
            (
                "<a href=https://a.example/><p>a<p>b</a>",
                &["a<https://a.example/>", "b<https://a.example/>"],
            ),
            (
                "<a href=https://a.example/><img src=https://b.example/ alt=c></a>",
                &["c<https://a.example/>"],
            ),
        ];
        for (html, expected) in table {
            assert_eq!(shown(html), expected, "{html}");
        }
    }
}
