//! Decoded text -> tags and texts. A lexer that never fails.
//!
//! An XML parser stops at the first error, but a feed with one odd byte still has items. So texts,
//! CDATA sections and tags are found here, by rules for the usual mistakes; quick-xml reads
//! comments, declarations and attributes. After an error reading continues, and some bytes may be
//! read twice. Those have a budget, so that the time is linear for every input.

use super::entities::unescape;
use memchr::{memchr, memmem};
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;
use std::borrow::Cow;

/// Bytes that may be read again after errors, as a multiple of the document's length.
const REREAD_FACTOR: usize = 8;

/// Bytes that may always be read again, so that small documents have enough.
const REREAD_FLOOR: usize = 1 << 20;

/// How a CDATA section begins.
const CDATA: &str = "<![CDATA[";

/// Where reading continues after an error: at the start or end of an item.
const LANDMARKS: [&str; 4] = ["<item", "<entry", "</item", "</entry"];

/// One piece of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::parse) enum Token<'a> {
    /// `<name ...>` or `<name .../>`.
    Open(Tag<'a>),
    /// `</name>`.
    Close(&'a str),
    /// Characters, references in them unresolved.
    Text(&'a str),
    /// The contents of a CDATA section.
    CData(&'a str),
    /// `<!DOCTYPE ...>`.
    DocType,
    /// Something was left out or repaired; the text of a warning.
    Malformed(&'static str),
    /// No more bytes.
    End,
}

/// A start tag as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::parse) struct Tag<'a> {
    /// The name with its prefix.
    pub(in crate::parse) name: &'a str,
    /// What follows the name.
    pub(in crate::parse) attributes: &'a str,
    /// `<name/>`.
    pub(in crate::parse) empty: bool,
}

impl<'a> Tag<'a> {
    /// A tag from the text between `<` and `>`.
    fn new(inner: &'a str) -> Self {
        let (inner, empty) = inner
            .strip_suffix('/')
            .map_or((inner, false), |rest| (rest, true));
        let end = inner
            .bytes()
            .position(|byte| byte.is_ascii_whitespace() || byte == b'/')
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(end);
        Self {
            name,
            attributes,
            empty,
        }
    }

    /// Names (with prefix) and values as written, references unresolved.
    pub(super) fn raw_attributes(self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let mut attributes = Attributes::html(self.attributes, 0);
        attributes.with_checks(false);
        attributes
            .flatten()
            .map(|attribute| (attribute.key.0, attribute.value))
    }

    /// The value of the first attribute with this local name.
    pub(in crate::parse) fn get(self, local: &str) -> Option<Cow<'a, str>> {
        let [value] = self.values([local]);
        value
    }

    /// The values of several attributes, by their local names in any case, in one pass.
    pub(in crate::parse) fn values<const N: usize>(
        self,
        names: [&str; N],
    ) -> [Option<Cow<'a, str>>; N] {
        let mut values = [const { None }; N];
        if self.attributes.is_empty() {
            return values;
        }
        for (name, value) in self.raw_attributes() {
            let local = local_name(name);
            let wanted = names
                .iter()
                .position(|name| local.eq_ignore_ascii_case(name));
            if let Some(at) = wanted
                && values[at].is_none()
            {
                values[at] = Some(match value {
                    Cow::Borrowed(value) => unescape(value),
                    Cow::Owned(value) => Cow::Owned(unescape(&value).into_owned()),
                });
            }
        }
        values
    }
}

/// `content` and `encoded` of `content:encoded`; the prefix may be empty.
pub(in crate::parse) fn split_name(name: &str) -> (&str, &str) {
    // Names are short: a plain loop is faster than a prepared search.
    match name.bytes().position(|byte| byte == b':') {
        Some(colon) => (&name[..colon], &name[colon + 1..]),
        None => ("", name),
    }
}

/// `encoded` of `content:encoded`.
pub(in crate::parse) fn local_name(name: &str) -> &str {
    split_name(name).1
}

/// The lexer.
pub(in crate::parse) struct Tokens<'a> {
    input: &'a str,
    /// Where in the input the next token begins.
    at: usize,
    /// How many bytes may still be read again.
    budget: usize,
    /// Find `<![CDATA[` and `]]>`; made once.
    cdata_start: memmem::Finder<'static>,
    cdata_end: memmem::Finder<'static>,
    /// A token that was found together with the one before it.
    next: Option<Token<'a>>,
}

impl<'a> Tokens<'a> {
    pub(in crate::parse) fn new(input: &'a str) -> Self {
        Self {
            input,
            at: 0,
            budget: input.len().saturating_mul(REREAD_FACTOR) + REREAD_FLOOR,
            cdata_start: memmem::Finder::new(CDATA),
            cdata_end: memmem::Finder::new("]]>"),
            next: None,
        }
    }

    /// Where in the input the next token begins.
    pub(in crate::parse) fn position(&self) -> usize {
        self.at
    }

    /// The next token. `open` is the element whose text is being read, if one is: an unclosed
    /// CDATA section ends where the element does.
    pub(in crate::parse) fn next(&mut self, open: Option<&str>) -> Token<'a> {
        if let Some(token) = self.next.take() {
            return token;
        }
        loop {
            let begin = self.at;
            if let Some(text) = self.text(begin) {
                return text;
            }
            let rest = &self.input.as_bytes()[begin..];
            return match rest.get(1) {
                None if rest.is_empty() => Token::End,
                None => self.recover(begin),
                Some(b'/') => self.close(begin),
                Some(b'!' | b'?') => {
                    if let Some(text) = self.cdata(begin, open) {
                        return text;
                    }
                    match self.other_markup(begin) {
                        Ok(Event::DocType(_)) => Token::DocType,
                        // Comments and instructions are skipped.
                        Ok(_) => continue,
                        Err(_) => self.recover(begin),
                    }
                }
                Some(_) => self.open(begin),
            };
        }
    }

    /// Markup that is neither a tag nor CDATA: a comment, an instruction, a document type.
    fn other_markup(&mut self, begin: usize) -> quick_xml::Result<Event<'a>> {
        let mut reader = Reader::from_str(&self.input[begin..]);
        let event = reader.read_event()?;
        self.at = self.input.len() - reader.get_ref().len();
        Ok(event)
    }

    /// Everything up to the next markup, with the references in it, and every `<` that begins no
    /// markup.
    fn text(&mut self, begin: usize) -> Option<Token<'a>> {
        let bytes = self.input.as_bytes();
        let mut end = begin;
        loop {
            let Some(bracket) = memchr(b'<', bytes.get(end..)?) else {
                end = bytes.len();
                break;
            };
            end += bracket;
            if begins_markup(&bytes[end..]) {
                break;
            }
            end += 1;
        }
        if end == begin {
            return None;
        }
        self.at = end;
        Some(Token::Text(&self.input[begin..end]))
    }

    /// A start tag, unless a missing quote or a stray `<` made it too long.
    fn open(&mut self, begin: usize) -> Token<'a> {
        let Some((length, has_bracket)) = tag_end(&self.input.as_bytes()[begin..]) else {
            return self.recover(begin);
        };
        let end = begin + length;
        self.at = end + 1;
        let inner = &self.input[begin + 1..end];
        if has_bracket {
            if let Some(bracket) = unquoted_bracket(inner) {
                // `a <b and c</title>`: the first bracket was text.
                return self.text_until(begin, begin + 1 + bracket, end + 1);
            }
            if LANDMARKS.iter().any(|mark| inner.contains(mark)) {
                // `<a href="x>...</item>`: a quote was left open.
                return self.forced_tag(begin, end + 1);
            }
        }
        Token::Open(Tag::new(inner))
    }

    /// An end tag; it may lack its `>` before the next tag (`</title<link>`).
    fn close(&mut self, begin: usize) -> Token<'a> {
        let rest = &self.input[begin + 2..];
        let Some(length) = rest.bytes().position(|b| matches!(b, b'>' | b'<')) else {
            return self.recover(begin);
        };
        let is_whole = rest.as_bytes()[length] == b'>';
        self.at = begin + 2 + length + usize::from(is_whole);
        Token::Close(name_of_close(&rest[..length]))
    }

    /// Continues after the markup at `begin`, which has no end.
    fn recover(&mut self, begin: usize) -> Token<'a> {
        let rest = self.input.get(begin..).unwrap_or("");
        if !self.spend(rest.len()) {
            self.at = self.input.len();
            return Token::End;
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return self.resume_at_landmark(begin + 1, "markup without end was left out");
        }
        if let Some(inner) = rest.strip_prefix("</") {
            self.at = self.input.len();
            self.next = Some(Token::End);
            return Token::Close(name_of_close(inner));
        }
        if rest.contains('>') {
            return self.forced_tag(begin, self.input.len());
        }
        self.at = self.input.len();
        Token::End
    }

    /// A CDATA section.
    fn cdata(&mut self, begin: usize, open: Option<&str>) -> Option<Token<'a>> {
        let (mark, rest) = self.input.get(begin..)?.split_at_checked(CDATA.len())?;
        if !mark.eq_ignore_ascii_case(CDATA) {
            return None;
        }
        let begin = begin + CDATA.len();
        let Some(length) = self.cdata_end.find(rest.as_bytes()) else {
            return Some(self.unclosed_cdata(begin, rest, open));
        };
        let text = &rest[..length];
        self.at = begin + length + 3;
        // Its own end may be missing, so that it includes the next section.
        if self.cdata_start.find(text.as_bytes()).is_some()
            && let Some(end) = open.and_then(|name| text.find(&format!("</{name}")))
            && text[end..].contains(CDATA)
            && self.spend(text.len())
        {
            self.at = begin + end;
            self.next = Some(Token::CData(&text[..end]));
            return Some(Token::Malformed("CDATA section without end"));
        }
        Some(Token::CData(text))
    }

    /// The text of a CDATA section without an end: up to the end of the element it is in,
    /// else of the item.
    fn unclosed_cdata(&mut self, at: usize, text: &'a str, open: Option<&str>) -> Token<'a> {
        if !self.spend(text.len()) {
            self.at = self.input.len();
            return Token::End;
        }
        let own_end = open.and_then(|name| text.find(&format!("</{name}")));
        let Some(end) = own_end.or_else(|| landmark(text)) else {
            self.at = self.input.len();
            self.next = Some(Token::End);
            return Token::CData(text);
        };
        self.at = at + end;
        self.next = Some(Token::CData(&text[..end]));
        Token::Malformed("CDATA section without end")
    }

    /// Skips everything up to the next item.
    fn resume_at_landmark(&mut self, from: usize, what: &'static str) -> Token<'a> {
        let rest = self.input.get(from..).unwrap_or("");
        if let Some(i) = landmark(rest) {
            self.at = from + i;
            return Token::Malformed(what);
        }
        self.at = self.input.len();
        Token::End
    }

    /// Reads `begin..end` as text and continues after it; `read_to` is how far was read already.
    fn text_until(&mut self, begin: usize, end: usize, read_to: usize) -> Token<'a> {
        let end = end.min(self.input.len());
        if self.spend(read_to.saturating_sub(end)) {
            self.at = end;
        }
        Token::Text(self.input.get(begin..end).unwrap_or(""))
    }

    /// Reads a start tag that ends at the first `>`, also inside quotes.
    fn forced_tag(&mut self, begin: usize, read_to: usize) -> Token<'a> {
        let rest = self.input.get(begin + 1..).unwrap_or("");
        let length = rest.find('>').unwrap_or(rest.len());
        let end = (begin + length + 2).min(self.input.len());
        if self.spend(read_to.saturating_sub(end)) {
            self.at = end;
        }
        self.next = Some(Token::Open(Tag::new(&rest[..length])));
        Token::Malformed("attribute without closing quote")
    }

    /// Spends bytes of the budget for reading again; false when it is used up.
    fn spend(&mut self, bytes: usize) -> bool {
        let left = self.budget.checked_sub(bytes);
        self.budget = left.unwrap_or(0);
        left.is_some()
    }
}

/// Where the `>` outside of quotes is that ends a tag, and whether another `<` comes before it. The
/// first byte is the `<` of the tag.
fn tag_end(tag: &[u8]) -> Option<(usize, bool)> {
    let mut at = 1;
    let mut has_bracket = false;
    loop {
        // Names are short: a plain loop is faster than a prepared search.
        at += (tag[at..].iter()).position(|b| matches!(b, b'>' | b'"' | b'\'' | b'<'))?;
        match tag[at] {
            b'>' => return Some((at, has_bracket)),
            b'<' => has_bracket = true,
            quote => {
                let value = &tag[at + 1..];
                let length = memchr(quote, value)?;
                has_bracket |= value[..length].contains(&b'<');
                at += 1 + length;
            }
        }
        at += 1;
    }
}

/// Whether these bytes begin markup; the first one is a `<`.
fn begins_markup(bytes: &[u8]) -> bool {
    match bytes.get(1) {
        Some(b'!') => {
            let begins = |start: &[u8]| {
                let length = start.len().min(bytes.len());
                bytes[..length].eq_ignore_ascii_case(&start[..length])
            };
            begins(b"<!--") || begins(CDATA.as_bytes()) || begins(b"<!DOCTYPE")
        }
        Some(byte) => {
            byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | b'?' | b'/' | 128..)
        }
        // A `<` at the very end is a cut-off tag, not a text.
        None => true,
    }
}

/// Where the first `<` outside of quotes is.
fn unquoted_bracket(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (i, byte) in inner.bytes().enumerate() {
        match (quote, byte) {
            (None, b'<') => return Some(i),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Where the next item begins or ends.
fn landmark(text: &str) -> Option<usize> {
    LANDMARKS.iter().filter_map(|mark| text.find(mark)).min()
}

/// `name` of `name foo="bar"`.
fn name_of_close(inner: &str) -> &str {
    inner.split_ascii_whitespace().next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &str) -> Vec<Token<'_>> {
        let mut tokens = Tokens::new(input);
        let mut all = Vec::new();
        loop {
            let token = tokens.next(Some("title"));
            all.push(token);
            if matches!(token, Token::End) {
                return all;
            }
        }
    }

    fn tag<'a>(name: &'a str, attributes: &'a str, empty: bool) -> Token<'a> {
        Token::Open(Tag {
            name,
            attributes,
            empty,
        })
    }

    #[test]
    fn a_bracket_that_begins_no_markup_is_text() {
        assert_eq!(
            all("<a>1 < 2 <3 <![if x]> <!x></a>"),
            [
                tag("a", "", false),
                Token::Text("1 < 2 <3 <![if x]> <!x>"),
                Token::Close("a"),
                Token::End,
            ]
        );
    }

    #[test]
    fn a_tag_that_swallowed_the_next_one_is_text() {
        assert_eq!(
            all("<title>a <b and c</title>"),
            [
                tag("title", "", false),
                Token::Text("a "),
                Token::Text("<b and c"),
                Token::Close("title"),
                Token::End,
            ]
        );
    }

    #[test]
    fn an_end_tag_that_swallowed_the_next_tag_gives_it_back() {
        assert_eq!(
            all("</title<link/>"),
            [Token::Close("title"), tag("link", "", true), Token::End,]
        );
    }

    #[test]
    fn an_open_cdata_section_ends_with_its_element() {
        assert_eq!(
            all("<title><![CDATA[a</title>"),
            [
                tag("title", "", false),
                Token::Malformed("CDATA section without end"),
                Token::CData("a"),
                Token::Close("title"),
                Token::End,
            ]
        );
    }

    #[test]
    fn attributes_are_found_by_local_name_in_any_case() {
        let tag = Tag::new("a rdf:About='1&amp;2' B=x c");
        assert_eq!(tag.get("about").as_deref(), Some("1&2"));
        assert_eq!(tag.get("b").as_deref(), Some("x"));
        assert_eq!(tag.get("d"), None);
    }
}
