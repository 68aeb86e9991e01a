//! HTML -> tags and texts, in one pass without a tree, as a browser's tokenizer does it.
//!
//! Linear in the length of every input: nothing is searched twice. Where a browser drops the rest
//! of the document (a tag that never ends), the `<` is text here.

use crate::text::words::clip;
use memchr::memchr;
use std::borrow::Cow;

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text with its references unresolved.
    Text(&'a str),
    /// The contents of `script`, `style`, `title` and similar elements, in which markup is text.
    Raw(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag, by its name as written.
    End(&'a str),
    /// Comments, doctypes, processing instructions.
    Other,
}

/// Elements with raw text.
const RAW: [&str; 8] = [
    "script", "style", "iframe", "title", "textarea", "noembed", "noframes", "xmp",
];

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// As written; compare without case.
    pub(crate) name: &'a str,
    /// Everything after the name.
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Names as written and values with references unresolved, in order.
    pub(crate) fn attributes(&self) -> Attributes<'a> {
        Attributes {
            rest: self.attributes,
        }
    }

    pub(crate) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    pub(super) fn is_self_closing(&self) -> bool {
        is_self_closing(self.attributes)
    }

    /// The first value of an attribute, references resolved.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| crate::text::entities::decode(value))
    }
}

/// Splits markup into tokens.
///
/// An element with raw text that nothing closes takes all that follows only where that looks like a
/// script or a style that was cut off. Otherwise somebody wrote of it, `use the <script> element`: its
/// tag is text, or a tag without raw text.
pub(crate) fn tokens(markup: &str) -> Tokens<'_> {
    Tokens {
        rest: markup,
        raw: None,
        quotes: true,
        ends: true,
        closes: [Close::Unknown; RAW.len()],
        is_title: false,
    }
}

/// Splits the markup of a title: nothing without an end takes what follows.
pub(super) fn title_tokens(markup: &str) -> Tokens<'_> {
    Tokens {
        is_title: true,
        ..tokens(markup)
    }
}

/// See [`tokens`].
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    /// The length of the raw text that comes next.
    raw: Option<usize>,
    /// False once a tag was found whose quotes never close: tags then end at the next `>`.
    quotes: bool,
    /// False once no `>` is left: nothing is a tag then.
    ends: bool,
    /// The next end tag of each name in [`RAW`].
    closes: [Close; RAW.len()],
    is_title: bool,
}

impl<'a> Tokens<'a> {
    /// The number of bytes that are not read yet.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Says whether raw text follows, and of which element, where a tree builder knows it.
    pub(super) fn expect_raw(&mut self, name: Option<&str>) {
        self.raw = name.map(|name| find_tag(self.rest, "</", name).unwrap_or(self.rest.len()));
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn text(&mut self) -> Token<'a> {
        // The first character is text in any case: markup was tried before.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let mut end = first;
        while let Some(at) = memchr(b'<', &self.rest.as_bytes()[end..]) {
            end += at;
            if opens_markup(&self.rest.as_bytes()[end + 1..]) {
                return Token::Text(self.take(end));
            }
            end += 1;
        }
        Token::Text(self.take(self.rest.len()))
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        match self.rest.as_bytes() {
            [b'<', b'a'..=b'z' | b'A'..=b'Z', ..] => self.start_tag(),
            [b'<', b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let end = self.next_end()?;
                let tag = self.take(end + 1);
                let name = &tag[2..end];
                Some(Token::End(&name[..name_length(name)]))
            }
            [b'<', b'!', b'-', b'-', ..] => {
                let length = comment_length(self.rest);
                if self.is_title && length == self.rest.len() && !self.rest.ends_with('>') {
                    return None;
                }
                self.take(length);
                Some(Token::Other)
            }
            // A CDATA section inside HTML is a feed's mistake: its text is meant to be visible.
            [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
                self.take("<![CDATA[".len());
                Some(Token::Other)
            }
            [b'<', b'!' | b'?' | b'/', ..] => {
                let end = self.next_end()?;
                self.take(end + 1);
                Some(Token::Other)
            }
            _ => None,
        }
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        let end = self.tag_end()?;
        let tag = self.take(end + 1);
        let inside = &tag[1..end];
        let (name, attributes) = inside.split_at(name_length(inside));
        // For a browser `<iframe/>` is open and takes all that follows; XHTML feeds mean it closed.
        let raw = RAW.iter().position(|raw| raw.eq_ignore_ascii_case(name));
        if let Some(element) = raw
            && !is_self_closing(attributes)
        {
            let is_prose = is_prose(attributes, self.rest);
            // The end tag may be that of a real script further on.
            self.raw = self.raw_length(element).filter(|&length| {
                !is_prose || find_tag(&self.rest[..length], "<", RAW[element]).is_none()
            });
            let is_cut = matches!(RAW[element], "script" | "style") && !self.is_title && !is_prose;
            if self.raw.is_none() && is_cut {
                self.raw = Some(self.rest.len());
            } else if self.raw.is_none() && attributes.is_empty() {
                return Some(Token::Text(tag));
            }
        }
        Some(Token::Start(Tag { name, attributes }))
    }

    /// Position of the `>` that ends the tag at the start of the rest.
    fn tag_end(&mut self) -> Option<usize> {
        if self.quotes {
            let end = quoted_tag_end(self.rest.as_bytes());
            if end.is_some() {
                return end;
            }
            self.quotes = false;
        }
        self.next_end()
    }

    fn next_end(&mut self) -> Option<usize> {
        let end = (self.ends.then(|| memchr(b'>', self.rest.as_bytes()))).flatten();
        self.ends = end.is_some();
        end
    }

    /// The length of the raw text at the start of the rest, up to the end tag of its element. Each
    /// end tag is searched once.
    fn raw_length(&mut self, element: usize) -> Option<usize> {
        let left = match self.closes[element] {
            Close::Never => return None,
            Close::At(left) if left <= self.rest.len() => left,
            _ => {
                let found = find_tag(self.rest, "</", RAW[element]);
                self.closes[element] =
                    found.map_or(Close::Never, |at| Close::At(self.rest.len() - at));
                self.rest.len() - found?
            }
        };
        Some(self.rest.len() - left)
    }
}

/// Where the end tag of an element with raw text is.
#[derive(Clone, Copy, Debug)]
enum Close {
    /// Not searched yet.
    Unknown,
    /// Where so many bytes are left.
    At(usize),
    Never,
}

/// The first tag of this name that begins with `<` or `</`.
fn find_tag(text: &str, opening: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(opening)?;
        from = at + opening.len();
        let after = &text.as_bytes()[from..];
        let is_named = after
            .get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
            && !after.get(name.len()).is_some_and(u8::is_ascii_alphanumeric);
        if is_named {
            return Some(at);
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(length) = self.raw.take() {
            return Some(Token::Raw(self.take(length)));
        }
        let token = self.markup();
        Some(token.unwrap_or_else(|| self.text()))
    }
}

/// See [`Tag::attributes`].
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self
            .rest
            .trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        // A `=` at the start belongs to the name, as in browsers.
        let name_end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '/' | '='))
            .map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at(name_end);
        let Some(value) = after.trim_ascii_start().strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_ascii_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let quoted = quote.and_then(|q| value[1..].split_once(q));
        let (value, rest) = quoted.unwrap_or_else(|| {
            value.split_at(
                value
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(value.len()),
            )
        });
        self.rest = rest;
        Some((name, value))
    }
}

/// Position of the first `>` that is not in a quoted value.
fn quoted_tag_end(tag: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += tag[at..].iter().position(|b| matches!(b, b'>' | b'='))?;
        if tag[at] == b'>' {
            return Some(at);
        }
        at += 1;
        at += tag[at..]
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        if let Some(&quote @ (b'"' | b'\'')) = tag.get(at) {
            at += tag[at + 1..].iter().position(|&b| b == quote)? + 2;
        }
    }
}

fn opens_markup(after: &[u8]) -> bool {
    matches!(after, [b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?' | b'/', ..])
}

fn name_length(tag: &str) -> usize {
    tag.find(|c: char| c.is_ascii_whitespace() || c == '/')
        .unwrap_or(tag.len())
}

fn comment_length(text: &str) -> usize {
    if text.starts_with("<!-->") {
        return "<!-->".len();
    }
    // `<!--->` is a whole comment, and `--!>` closes one too.
    let mut end = 2;
    while let Some(at) = text[end..].find("--") {
        end += at;
        let after = &text[end + 2..];
        if after.starts_with('>') {
            return end + 3;
        }
        if after.starts_with("!>") && end > 2 {
            return end + 4;
        }
        end += 1;
    }
    text.len()
}

/// A slash at the end; one that ends an unquoted address does not count.
fn is_self_closing(attributes: &str) -> bool {
    attributes.strip_suffix('/').is_some_and(|before| {
        before.is_empty()
            || before.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''))
    })
}

/// Whether a `<script>` or `<style>` that nothing closes is a word of a sentence: it has no values, a
/// word or a mark follows on the same line, and the sentence has none of the marks of code.
fn is_prose(attributes: &str, rest: &str) -> bool {
    /// Bytes that are looked at; scripts and styles have marks of code in their first words.
    const SENTENCE: usize = 80;
    let sentence = clip(rest, SENTENCE);
    let sentence = sentence.split(['<', '\n']).next().unwrap_or_default();
    let continues = rest
        .chars()
        .next()
        .is_none_or(|c| !(c.is_alphanumeric() || "\n\r\t{}/".contains(c)));
    !attributes.contains('=') && continues && !sentence.contains(['=', '{', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markup: &str) -> String {
        tokens(markup)
            .map(|token| match token {
                Token::Text(text) => format!("text({text})"),
                Token::Raw(text) => format!("raw({text})"),
                Token::Start(tag) => {
                    format!("{}{:?}", tag.name, tag.attributes().collect::<Vec<_>>())
                }
                Token::End(name) => format!("/{name}"),
                Token::Other => "aside".to_owned(),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn tags_and_text_are_cut() {
        assert_eq!(shown("a<b>c</b >d"), "text(a) b[] text(c) /b text(d)");
        assert_eq!(
            shown("<br/><IMG src=a alt='x > y' hidden>"),
            r#"br[] IMG[("src", "a"), ("alt", "x > y"), ("hidden", "")]"#
        );
        assert_eq!(
            shown(r#"<a href = "x" / b=c/d>"#),
            r#"a[("href", "x"), ("b", "c/d")]"#
        );
    }

    #[test]
    fn a_bare_less_than_is_text() {
        assert_eq!(shown("a < b <3 <é <"), "text(a < b <3 <é <)");
        assert_eq!(shown("x <b and no end"), "text(x ) text(<b and no end)");
    }

    #[test]
    fn comments_and_their_like_are_asides() {
        assert_eq!(
            shown("a<!-- <b> -->c<!doctype html><?php x?>d<!-->e<!--->f"),
            "text(a) aside text(c) aside aside text(d) aside text(e) aside text(f)"
        );
        assert_eq!(shown("<!-- never ends"), "aside");
        assert_eq!(shown("<![CDATA[x]]>"), "aside text(x]]>)");
    }

    #[test]
    fn scripts_hold_no_markup() {
        assert_eq!(
            shown("<script>if (a</b) '</scripts>'</SCRIPT>x"),
            "script[] raw(if (a</b) '</scripts>') /SCRIPT text(x)"
        );
    }

    #[test]
    fn a_script_that_nothing_closes_is_a_word_or_was_cut() {
        assert_eq!(
            shown("Use the <script> element <b>x</b>"),
            "text(Use the ) text(<script>) text( element ) b[] text(x) /b"
        );
        assert_eq!(
            shown("<code><style></code>, <script async> and <iframe src=x> too"),
            "code[] text(<style>) /code text(, ) script[(\"async\", \"\")] text( and ) \
             iframe[(\"src\", \"x\")] text( too)"
        );
        for cut in ["\nvar a = 1", "var a", " if (a) { b }", ""] {
            let markup = format!("a<script src=x>{cut}");
            let raw = if cut.is_empty() { "" } else { " raw" };
            let expected = format!("text(a) script[(\"src\", \"x\")]{raw}");
            assert!(shown(&markup).starts_with(&expected), "{cut}");
        }
        assert_eq!(
            shown("A <script> here. <script>b()</script>"),
            "text(A ) text(<script>) text( here. ) script[] raw(b()) /script"
        );
        assert_eq!(
            shown("a<style>b{c:d}<p>e"),
            "text(a) style[] raw(b{c:d}<p>e)"
        );
        assert_eq!(
            shown("<script>a</script>b<script> c"),
            "script[] raw(a) /script text(b) text(<script>) text( c)"
        );
    }

    #[test]
    fn a_quote_that_never_closes_ends_with_its_tag() {
        assert_eq!(
            shown("<a href=\"x>y</a>"),
            "a[(\"href\", \"\\\"x\")] text(y) /a"
        );
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        for piece in [
            "<a b=\"><a \"b='",
            "<a ",
            "</a ",
            "<!--",
            "<title>",
            "<script> <style> <xmp> </",
            "<script> a",
            "<script> a</script><style> ",
            "<a b=",
            "<",
            "<a b='\">",
            "--!",
        ] {
            let markup = piece.repeat(50_000);
            let _ = tokens(&markup).count();
            let _ = tokens(&(markup + "</script>")).count();
        }
    }
}
