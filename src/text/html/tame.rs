//! A whole page -> a page that an HTML parser can read in bounded time. Tags that would cost too
//! much are left out; most pages stay as they are.
//!
//! Parsers search the stack of open elements, repeat unclosed formatting in every block, and
//! compare each attribute with all before it. All three are quadratic, so a hostile page of some
//! hundred kilobytes could block a thread for hours.

use super::elements::is_void;
use super::tokens::{Tag, Token, tokens};
use crate::text::words::clip;
use std::borrow::Cow;

/// Bytes of a page that are read; lists of news have 50-500 kB.
const MAX_PAGE: usize = 4 << 20;

/// Depth of elements; real pages stay below 60.
const MAX_DEPTH: usize = 200;

/// Formatting elements that are open or were never closed: a parser may repeat each one in every
/// block that follows.
const MAX_FORMATTING: usize = 12;

/// Attributes of one tag.
const MAX_ATTRIBUTES: usize = 200;

/// Formatting elements. `a` is not one of them: a second one closes the first.
const FORMATTING: [&str; 13] = [
    "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Makes a page safe to parse. Borrowed when nothing changes, which is nearly always so.
pub(crate) fn tame(page: &str) -> Cow<'_, str> {
    let page = clip(page, MAX_PAGE);
    let mut tamer = Tamer::default();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut tokens = tokens(page);
    while let Some(token) = tokens.next() {
        let end = page.len() - tokens.left();
        let kept = match token {
            Token::Start(tag) => tamer.opens(&tag),
            Token::End(name) => {
                tamer.closes(name);
                true
            }
            _ => true,
        };
        if !kept {
            out.push_str(&page[copied..at]);
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(page);
    }
    out.push_str(&page[copied..]);
    Cow::Owned(out)
}

/// The state that a parser would keep.
#[derive(Default)]
struct Tamer<'a> {
    /// Names of open elements.
    open: Vec<&'a str>,
    /// Formatting elements that no end tag of their own has closed.
    formatting: usize,
}

impl<'a> Tamer<'a> {
    /// Whether a start tag may stay.
    fn opens(&mut self, tag: &Tag<'a>) -> bool {
        if tag.attributes().nth(MAX_ATTRIBUTES).is_some() {
            return false;
        }
        if is_void(tag.name) {
            return true;
        }
        self.end_implied(tag.name);
        if self.open.len() >= MAX_DEPTH {
            return false;
        }
        if is_among(&FORMATTING, tag.name) {
            if self.formatting >= MAX_FORMATTING {
                return false;
            }
            self.formatting += 1;
        }
        self.open.push(tag.name);
        true
    }

    fn closes(&mut self, name: &str) {
        let is_table_part = is_among(
            &[
                "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
            ],
            name,
        );
        // An end tag inside a cell closes nothing outside.
        let found = (0..self.open.len())
            .rev()
            .take_while(|&at| {
                is_table_part || !is_among(&["td", "th", "caption", "table"], self.open[at])
            })
            .find(|&at| self.open[at].eq_ignore_ascii_case(name));
        if let Some(at) = found {
            self.open.truncate(at);
            if is_among(&FORMATTING, name) {
                self.formatting = self.formatting.saturating_sub(1);
            }
        }
    }

    /// Closes what a start tag ends implicitly: `<li>` ends `<li>`.
    fn end_implied(&mut self, name: &str) {
        let (ended, within): (&[&str], &[&str]) = match name.to_ascii_lowercase().as_str() {
            "li" => (&["li"], &["ul", "ol", "menu", "td", "th"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl", "td", "th"]),
            "option" | "optgroup" => (&["option"], &["select", "datalist"]),
            "tr" => (&["tr"], &["table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
            "p" => (
                &["p"],
                &[
                    "div",
                    "td",
                    "th",
                    "li",
                    "section",
                    "article",
                    "blockquote",
                    "dd",
                    "button",
                    "object",
                ],
            ),
            _ => return,
        };
        for at in (0..self.open.len()).rev() {
            if is_among(ended, self.open[at]) {
                return self.open.truncate(at);
            }
            if is_among(within, self.open[at]) {
                return;
            }
        }
    }
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|n| n.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(times: usize, piece: fn(usize) -> String) -> String {
        (0..times).map(piece).collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_tame_page_is_borrowed() {
        let page = "<html><body>".to_owned() + &"<p>a <b>b</b><ul><li>c<li>d</ul>".repeat(1_000);
        assert!(matches!(tame(&page), Cow::Borrowed(_)));
    }

    #[test]
    fn deep_nesting_is_levelled() {
        let page = "<div>".repeat(10_000) + "text";
        let tamed = tame(&page);
        assert_eq!(tamed.matches("<div>").count(), MAX_DEPTH);
        assert!(tamed.ends_with("text"));
    }

    #[test]
    fn formatting_that_never_closes_is_stopped() {
        let many = |piece| many(2_000, piece);
        for page in [
            many(|n| format!("<p><b a={n}>x</p>")),
            many(|n| format!("<b a={n}><table><td></b></table>x")),
            many(|n| format!("<div><i a={n}></div>x")),
            "<div>".to_owned()
                + &many(|n| format!("<u a={n}>"))
                + "</div>"
                + &"<p>x</p>".repeat(2_000),
        ] {
            let nodes = scraper::Html::parse_document(&tame(&page))
                .tree
                .nodes()
                .count();
            assert!(
                nodes <= 2_000 * (MAX_FORMATTING + 4),
                "{nodes}: {}",
                &page[..40]
            );
        }
    }

    #[test]
    fn a_tag_of_a_thousand_attributes_goes() {
        let attributes = many(1_000, |n| format!(" a{n}"));
        assert_eq!(tame(&format!("x<p{attributes}>y")), "xy");
    }
}
