//! A title as HTML -> plain text. Titles name elements (`How <iframe> works`) as often as they use
//! them, and few feeds escape the names once more. What is used is closed (`<b>new</b>`), breaks the
//! line, or stands close to the text that it formats; anything else is named, and stays as written.

use super::elements::element;
use super::plain::{Folded, gap_at};
use super::tokens::{Tag, Token, title_tokens};
use crate::text::entities;
use crate::text::words::clip;

/// Bytes of a title that are read; a longer one is a text in the wrong element.
const MAX_MARKUP: usize = 16 * 1024;

/// Elements that format text, beside those that are allowed in the output.
const FORMATTING: [&str; 6] = ["big", "center", "font", "label", "nobr", "span"];

/// Attributes of elements that format or link; one that is only named rarely has them.
const PRESENTATION: [&str; 6] = ["class", "href", "id", "name", "src", "style"];

/// The text of a title, as [`to_text`](super::to_text) makes it, but with the elements that it names.
pub fn title_to_text(html: &str) -> String {
    let html = clip(html, MAX_MARKUP);
    let mut pieces = Vec::new();
    let mut tokens = title_tokens(html);
    let mut at = 0;
    while let Some(token) = tokens.next() {
        let end = html.len() - tokens.left();
        pieces.push((token, &html[at..end], Around::of(html, at, end)));
        at = end;
    }
    let is_closed = closed(pieces.iter().map(|(token, ..)| token));
    let mut text = Folded::default();
    for ((token, written, around), closed) in pieces.into_iter().zip(is_closed) {
        let is_named = match token {
            Token::Text(piece) => {
                text.push(&entities::decode(piece));
                continue;
            }
            Token::Raw(_) => continue,
            Token::Start(tag) => !closed && is_named(&tag, around),
            Token::End(_) => !closed && around.stands_alone(),
            Token::Other => !written.starts_with("<![CDATA[") && around.stands_alone(),
        };
        match token {
            _ if is_named => text.push(written),
            Token::Start(Tag { name, .. }) | Token::End(name) => text.part(gap_at(name)),
            _ => {}
        }
    }
    text.finish()
}

/// Whether a start tag that nothing closes is named only.
fn is_named(tag: &Tag, around: Around) -> bool {
    let is = |names: &[&str]| names.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
    if is(&["br", "wbr"]) {
        return false;
    }
    if is(&["embed", "iframe", "img"]) {
        return tag.attribute("src").is_none();
    }
    let formats = element(tag.name).is_some() || is(&FORMATTING);
    let is_used = around.text_follows()
        || tag.attributes().any(|(name, _)| {
            PRESENTATION
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        });
    !(formats && is_used)
}

/// For each token whether it is a start tag with an end tag, or an end tag with a start tag. Pairs
/// need not nest well. A start tag is closed, too, where another one of its name is: `<li>a<li>b</li>`.
fn closed<'a>(tokens: impl Iterator<Item = &'a Token<'a>>) -> Vec<bool> {
    let mut closed = Vec::new();
    // Names, and how many are open and closed.
    let mut names: Vec<(&str, usize, bool)> = Vec::new();
    let tokens: Vec<_> = tokens.collect();
    for token in &tokens {
        let (name, is_start) = match token {
            Token::Start(tag) => (tag.name, true),
            Token::End(name) => (*name, false),
            _ => {
                closed.push(false);
                continue;
            }
        };
        let known = names
            .iter()
            .position(|(known, ..)| known.eq_ignore_ascii_case(name));
        let at = known.unwrap_or_else(|| {
            names.push((name, 0, false));
            names.len() - 1
        });
        let (_, open, has_pair) = &mut names[at];
        let closes = !is_start && *open > 0;
        *open = if is_start {
            *open + 1
        } else {
            open.saturating_sub(1)
        };
        *has_pair |= closes;
        closed.push(closes);
    }
    for (token, closed) in tokens.iter().zip(&mut closed) {
        if let Token::Start(tag) = token {
            *closed = names
                .iter()
                .any(|(name, _, has_pair)| *has_pair && name.eq_ignore_ascii_case(tag.name));
        }
    }
    closed
}

/// The characters beside a piece of markup.
#[derive(Clone, Copy)]
struct Around {
    before: Option<char>,
    after: Option<char>,
}

impl Around {
    fn of(html: &str, start: usize, end: usize) -> Self {
        Self {
            before: html[..start].chars().next_back(),
            after: html[end..].chars().next(),
        }
    }

    fn text_follows(self) -> bool {
        self.after.is_some_and(|c| c.is_alphanumeric() || c == '<')
    }

    /// Whether spaces, brackets or quotes are around it, as around a word.
    fn stands_alone(self) -> bool {
        let opens = |c: char| c.is_whitespace() || "([{\"'`“‘„«/".contains(c);
        let closes = |c: char| !(c.is_alphanumeric() || c == '<');
        self.before.is_none_or(opens) && self.after.is_none_or(closes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_are_named_stay() {
        for title in [
            "How <iframe> sandboxing works",
            "Async <script> loading",
            "[CSS] <style> scoping",
            "When to use <b> and when <strong>",
            "<svg> vs <canvas>",
            "The <title>, the <textarea> and the <xmp>",
            "<noscript>: a farewell to <plaintext>",
            "Fun with <template>, <select>, <video> and <object>",
            "<math> is back",
            "A guide to <head> parts",
            "<!DOCTYPE html> and quirks",
            "Use of <!-- comments --> in HTML",
            "Comments begin with <!-- in HTML",
            "The <?php tag ?> explained",
            "<Image /> in a framework",
            "std::vector<a> of things",
            "Release without <blink>",
            "List<String> or <ul>?",
            "<input type=\"date\"> is harmful",
            "<script async> or <script defer>",
            "Where does </body> go?",
            "<script>",
        ] {
            assert_eq!(title_to_text(title), title);
        }
    }

    #[test]
    fn markup_that_is_used_goes() {
        for (title, text) in [
            ("<b>New</b> and <i>old", "New and old"),
            ("<p>One<p>Two</p>", "One\nTwo"),
            ("One<br>two<br/>three", "One\ntwo\nthree"),
            ("<a href=/x>A link</a> to <span class=y> it", "A link to it"),
            ("A<script>x < y</script> b<style>c{}</style>", "A b"),
            ("<SCRIPT src=x></SCRIPT>a", "a"),
            ("Hello</b> world.</p>", "Hello world."),
            ("<!--:en-->Title<!--:-->", "Title"),
            ("<![CDATA[Title", "Title"),
            ("<img src=x.png> A picture <img> ", "A picture <img>"),
            ("<li>a<li> b</li>", "a\nb"),
            ("H<sub>2</sub>O &amp; <iframe>", "H2O & <iframe>"),
        ] {
            assert_eq!(title_to_text(title), text, "{title}");
        }
    }

    #[test]
    fn a_hostile_title_takes_bounded_time() {
        for piece in ["<script>", "<!--", "<a><b>", "</a", "<style>x", "<a1>"] {
            let title = piece.repeat(100_000);
            assert!(title_to_text(&title).len() <= MAX_MARKUP);
        }
    }
}
