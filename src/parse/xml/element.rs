//! The text of one element as it is read: characters, references, CDATA, and markup that should
//! have been escaped but was not.

use super::entities::{Flaw, flaw, unescape_into};
use super::notation::Notation;
use super::tokens::{Tag, local_name, split_name};
use crate::text::html;
use crate::text::words::clip;
use memchr::memchr;
use std::borrow::Cow;

/// Bytes of the longest text kept; a longer one is cut.
pub(in crate::parse) const MAX_TEXT: usize = 4 << 20;

/// Depth of elements inside a text whose names are kept; deeper ones are only counted.
const MAX_INLINE_DEPTH: usize = 256;

/// What the namespace URI of XHTML contains.
const XHTML: &str = "w3.org/1999/xhtml";

/// An element that is being read, and after its end tag one that was read.
#[derive(Debug)]
pub(in crate::parse) struct Element<'a> {
    /// Its start tag.
    pub(in crate::parse) tag: Tag<'a>,
    /// Its contents so far.
    pub(in crate::parse) text: Cow<'a, str>,
    /// Whether there were elements in it; they are in `text` as markup.
    pub(in crate::parse) has_markup: bool,
    /// How the text is encoded.
    pub(in crate::parse) notation: Notation,
    /// Names of the elements that are open inside.
    open: Vec<&'a str>,
    /// The number of elements open inside for which `open` has no room.
    deeper: usize,
    /// A prefix that an element inside bound to XHTML.
    html_prefix: Option<&'a str>,
    /// A `div` around everything else.
    wrapper: Wrapper,
    /// The start tag of that `div`.
    wrapper_tag: Option<Tag<'a>>,
}

/// What is known of a `div` around the whole text (RFC 4287, 3.1.1.3 requires one around XHTML).
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wrapper {
    /// Nothing but white space so far.
    Unknown,
    /// Its contents begin at this byte.
    Open(usize),
    /// Its contents are this range of bytes.
    Closed(usize, usize),
    /// There is none.
    Absent,
}

/// What an end tag inside a text closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Closed {
    /// An element inside the text.
    Inside,
    /// Nothing that is open inside.
    Nothing,
}

impl<'a> Element<'a> {
    pub(in crate::parse) fn new(tag: Tag<'a>, notation: Notation) -> Self {
        Self {
            tag,
            text: Cow::Borrowed(""),
            has_markup: false,
            notation,
            open: Vec::new(),
            deeper: 0,
            html_prefix: None,
            wrapper: Wrapper::Unknown,
            wrapper_tag: None,
        }
    }

    /// Adds characters with references, and says what is wrong with these. The first piece is
    /// borrowed where possible, so that most texts are copied once.
    pub(in crate::parse) fn push(&mut self, piece: &'a str) -> Option<Flaw> {
        // References in markup stay: the markup is read as HTML later.
        if self.is_xml() || memchr(b'&', piece.as_bytes()).is_none() {
            self.push_plain(piece);
            return flaw(piece);
        }
        if self.text.len() >= MAX_TEXT {
            return None;
        }
        let text = self.text.to_mut();
        text.reserve(piece.len());
        let flaw = unescape_into(piece, text);
        let end = clip(text, MAX_TEXT).len();
        text.truncate(end);
        flaw
    }

    fn push_plain(&mut self, piece: &'a str) {
        if self.text.is_empty() && self.wrapper == Wrapper::Unknown {
            self.text = Cow::Borrowed(clip(piece, MAX_TEXT));
        } else {
            self.append(piece);
        }
    }

    /// Adds a CDATA section.
    pub(in crate::parse) fn push_cdata(&mut self, piece: &'a str) {
        if self.is_xml() {
            self.append(&piece.replace('&', "&amp;").replace('<', "&lt;"));
        } else {
            self.push_plain(piece);
        }
    }

    /// Adds a start tag inside the text; one that is known to be HTML loses its prefix.
    pub(in crate::parse) fn push_open(&mut self, tag: Tag<'a>, is_html: bool) {
        if tag.attributes.contains(XHTML) {
            self.html_prefix = Some(split_name(tag.name).0);
        }
        let name = self.html_name(tag.name, is_html);
        let outermost = self.open.is_empty();
        let blank = self.wrapper == Wrapper::Unknown && self.text.trim().is_empty();
        self.has_markup = true;
        self.append("<");
        self.append(name);
        self.append(tag.attributes);
        if tag.empty && is_void(name) {
            self.append("/>");
        } else {
            self.append(">");
        }
        if outermost {
            self.wrapper = if name == "div" && blank && !tag.empty {
                self.wrapper_tag = Some(tag);
                Wrapper::Open(self.text.len())
            } else {
                Wrapper::Absent
            };
        }
        if tag.empty {
            if !is_void(name) {
                self.append_end(name);
            }
        } else if self.open.len() < MAX_INLINE_DEPTH {
            self.open.push(tag.name);
        } else {
            self.deeper += 1;
        }
    }

    /// Adds an end tag inside the text: it closes the nearest element of that name and all within
    /// it.
    pub(in crate::parse) fn push_close(&mut self, name: &'a str, is_html: bool) -> Closed {
        let html_name = self.html_name(name, is_html);
        if self.deeper > 0 && !self.tag.name.eq_ignore_ascii_case(name) {
            self.deeper -= 1;
            self.append_end(html_name);
            return Closed::Inside;
        }
        let found = self
            .open
            .iter()
            .rposition(|opened| opened.eq_ignore_ascii_case(name));
        let Some(at) = found else {
            return Closed::Nothing;
        };
        self.open.truncate(at);
        if at == 0
            && let Wrapper::Open(start) = self.wrapper
        {
            self.wrapper = Wrapper::Closed(start, self.text.len());
        }
        if !is_void(html_name) {
            self.append_end(html_name);
        }
        Closed::Inside
    }

    /// The text, without the `div` around everything.
    pub(in crate::parse) fn into_text(self) -> Cow<'a, str> {
        match (self.wrapper, &self.text) {
            (Wrapper::Closed(start, end), text) if self.is_wrapped_whole(end) => {
                Cow::Owned(text.get(start..end).unwrap_or("").to_owned())
            }
            (_, Cow::Borrowed(text)) => Cow::Borrowed(without_cdata_marks(text)),
            (_, Cow::Owned(text)) => match without_cdata_marks(text) {
                inner if inner.len() == text.len() => self.text,
                inner => Cow::Owned(inner.to_owned()),
            },
        }
    }

    /// The `xml:base` of the `div` around everything (XML Base).
    pub(in crate::parse) fn wrapper_base(&self) -> Option<Cow<'a, str>> {
        let mut attributes = self.wrapper_tag?.raw_attributes();
        attributes.find_map(|(name, base)| (name == "xml:base").then_some(base))
    }

    /// Whether elements are open inside.
    pub(in crate::parse) fn has_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether the contents are inline markup, in which references stay as they are.
    pub(in crate::parse) fn is_xml(&self) -> bool {
        self.notation == Notation::Xml
    }

    fn is_wrapped_whole(&self, end: usize) -> bool {
        self.text
            .get(end..)
            .and_then(|rest| rest.split_once('>'))
            .is_some_and(|(_, rest)| rest.trim().is_empty())
    }

    /// The name without a prefix that means HTML.
    fn html_name(&self, name: &'a str, is_html: bool) -> &'a str {
        let (prefix, local) = split_name(name);
        if is_html || self.html_prefix == Some(prefix) {
            local
        } else {
            name
        }
    }

    fn append_end(&mut self, name: &str) {
        self.append("</");
        self.append(name);
        self.append(">");
    }

    fn append(&mut self, piece: &str) {
        let room = MAX_TEXT.saturating_sub(self.text.len());
        self.text.to_mut().push_str(clip(piece, room));
    }
}

/// The contents of a CDATA section that was escaped: its marks are no part of the text.
pub(in crate::parse) fn without_cdata_marks(text: &str) -> &str {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix("<![CDATA[");
    inner
        .and_then(|inner| inner.strip_suffix("]]>"))
        .unwrap_or(text)
}

/// Whether it is a void element of HTML, with any prefix.
fn is_void(name: &str) -> bool {
    html::is_void(local_name(name))
}
