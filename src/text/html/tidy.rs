//! Markup of any kind -> well-nested markup of the allowed elements, in one pass without a tree.
//!
//! A real HTML parser follows and decides what is safe. This pass comes first for three reasons.
//! Parsers are quadratic in nesting and repeat formatting over misnested markup: a few kilobytes
//! can take minutes. They drop embedded players instead of linking them. And what they write is not
//! always what they would read back. The markup written here is: no paragraph contains a block,
//! tables have all their parts, every element is closed.

use super::elements::{EVERYWHERE, Element, Nesting, attributes, element};
use super::embed;
use super::tokens::{Tag, Token, tokens};
use crate::text::words::clip;
use crate::text::{bidi, entities, xml};
use crate::url::resolve;
use ::url::Url;
use std::borrow::Cow;

/// Bytes of one text as safe HTML; the rest is cut. Full-text items have 5-50 kB, and the time of a
/// parser for a text full of references grows with the square of its length.
pub const MAX_BYTES: usize = 1 << 19;

/// Depth of elements; deeper ones lose their tags, not their text.
pub const MAX_DEPTH: usize = 96;

/// Bytes reserved for the end tags of open elements.
const RESERVE: usize = MAX_DEPTH * "</blockquote>".len();

/// Bytes that are read of a text; it may consist mainly of comments and scripts.
const MAX_INPUT: usize = 8 * MAX_BYTES;

/// Writes the markup again, well nested.
pub(super) fn tidy(markup: &str, base: Option<&Url>) -> String {
    let markup = clip(markup, MAX_INPUT);
    let mut tidy = Tidy {
        out: String::with_capacity(markup.len().min(MAX_BYTES) + 64),
        open: Vec::new(),
        base,
        fresh_pre: false,
        full: false,
        last_image: None,
        fallback_image: None,
        last_player: None,
        is_played: None,
        resumes: false,
    };
    for token in tokens(markup) {
        match token {
            Token::Text(text) => tidy.text(&entities::decode(text)),
            Token::Start(tag) => tidy.start(&tag),
            Token::End(name) => tidy.end(name),
            Token::Raw(_) | Token::Other => {}
        }
        if tidy.full {
            break;
        }
    }
    tidy.close_to(0);
    tidy.out
}

struct Tidy<'a> {
    out: String,
    /// Open elements, outermost first.
    open: Vec<Element>,
    base: Option<&'a Url>,
    /// Nothing was written since `<pre>`: a parser would drop a newline here.
    fresh_pre: bool,
    /// Whether [`MAX_BYTES`] are reached.
    full: bool,
    /// The last picture, if no text came after it: pages with lazy loading repeat it in a
    /// `noscript`.
    last_image: Option<String>,
    /// The picture of a `source` in a `picture`, used when its `img` has no address of its own.
    fallback_image: Option<Url>,
    /// The last player, if no text came after it: pages nest one in another for old browsers.
    last_player: Option<Url>,
    /// In a film or a sound, whether it has its link: its other sources are the same in other formats.
    is_played: Option<bool>,
    /// Whether a player has ended a paragraph, which goes on with the next text.
    resumes: bool,
}

impl Tidy<'_> {
    fn text(&mut self, text: &str) {
        let text = visible(text);
        let mut text = &*text;
        if self.in_table_structure() {
            if text.trim().is_empty() {
                return;
            }
            self.open_cell();
        }
        if self.fresh_pre {
            text = text.trim_start_matches('\n');
        }
        if text.is_empty() {
            return;
        }
        let is_blank = text.trim().is_empty();
        if !is_blank {
            self.resume();
        }
        self.full = !escape(&mut self.out, text, MAX_BYTES - RESERVE);
        self.fresh_pre = false;
        if !is_blank {
            self.last_image = None;
            self.last_player = None;
        }
    }

    fn start(&mut self, tag: &Tag) {
        let Some(element) = element(tag.name) else {
            self.embedded(tag);
            return;
        };
        match element.nesting {
            Nesting::Inline | Nesting::Link | Nesting::Void | Nesting::Ruby => self.resume(),
            _ => self.resumes = false,
        }
        match element.nesting {
            Nesting::Void if element.name == "img" => self.image(tag),
            Nesting::Link => self.link(tag),
            _ => {
                let attributes = written_attributes(element.name, tag);
                self.open_element(element, &attributes);
            }
        }
    }

    fn end(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("br") {
            return self.start_plain("br");
        }
        let Some(element) = element(name) else {
            if is_medium(name) {
                self.is_played = None;
            }
            return;
        };
        self.resumes &= matches!(
            element.nesting,
            Nesting::Inline | Nesting::Link | Nesting::Ruby
        );
        // An end tag inside a cell closes nothing outside of it, unless it is the table's.
        let scope = if is_table_part(element.nesting) {
            self.innermost(|n| n == Nesting::Table).unwrap_or(0)
        } else {
            self.innermost(|n| matches!(n, Nesting::Cell | Nesting::Caption | Nesting::Table))
                .map_or(0, |at| at + 1)
        };
        if let Some(at) = self.open[scope..]
            .iter()
            .rposition(|e| e.name == element.name)
        {
            self.close_to(scope + at);
        }
    }

    /// Opens an element where it is allowed, after closing what it ends.
    fn open_element(&mut self, element: Element, attributes: &str) {
        match element.nesting {
            Nesting::Caption | Nesting::Section | Nesting::Row | Nesting::Cell => {
                if !self.prepare_table_part(element) {
                    return;
                }
            }
            nesting => {
                if self.in_table_structure() {
                    self.open_cell();
                }
                if !self.prepare(nesting) {
                    return;
                }
                // A table needs a section, a row and a cell inside.
                let levels = if nesting == Nesting::Table { 4 } else { 1 };
                if self.open.len() + levels > MAX_DEPTH {
                    return;
                }
            }
        }
        let length = element.name.len() + attributes.len() + "<>".len();
        if self.out.len() + length + RESERVE > MAX_BYTES {
            self.full = true;
            return;
        }
        self.out.push('<');
        self.out.push_str(element.name);
        self.out.push_str(attributes);
        self.out.push('>');
        self.fresh_pre = element.nesting == Nesting::Preformatted;
        if !matches!(element.nesting, Nesting::Void | Nesting::Rule) {
            self.open.push(element);
        }
    }

    fn start_plain(&mut self, name: &str) {
        if let Some(element) = element(name) {
            self.open_element(element, "");
        }
    }

    /// Closes what an element outside of table structure ends; false where it is not allowed.
    fn prepare(&mut self, nesting: Nesting) -> bool {
        match nesting {
            Nesting::Inline | Nesting::Void | Nesting::Ruby => return true,
            Nesting::Link => self.close_within_cell(|n| n == Nesting::Link),
            Nesting::RubyText => {
                let Some(ruby) = self.innermost(|n| n == Nesting::Ruby) else {
                    return false;
                };
                self.close_above(ruby, |n| n == Nesting::RubyText);
                return true;
            }
            Nesting::Definition => {
                let Some(list) = self.innermost(|n| n == Nesting::Definitions) else {
                    return false;
                };
                self.close_above(list, |n| n == Nesting::Definition);
            }
            Nesting::ListItem => {
                let list = self
                    .innermost(|n| matches!(n, Nesting::List | Nesting::Cell | Nesting::Caption));
                self.close_above(list.unwrap_or(0), |n| n == Nesting::ListItem);
            }
            Nesting::Heading => self.close_within_cell(|n| n == Nesting::Heading),
            _ => {}
        }
        if nesting != Nesting::Link {
            self.close_within_cell(|n| n == Nesting::Paragraph);
        }
        // A link around a table stays; one inside it would end the outer one and the table.
        nesting != Nesting::Link || self.innermost(|n| n == Nesting::Link).is_none()
    }

    /// Opens the parts around a part of a table; false outside of tables.
    fn prepare_table_part(&mut self, element: Element) -> bool {
        let Some(table) = self.innermost(|n| n == Nesting::Table) else {
            return false;
        };
        // An open caption ends before rows, and so does what is open in the part before.
        let above = match element.nesting {
            Nesting::Caption | Nesting::Section => 1,
            Nesting::Row => 2,
            _ => 3,
        };
        let captioned = self
            .open
            .get(table + 1)
            .is_some_and(|e| e.nesting == Nesting::Caption);
        self.close_to(table + if captioned { 1 } else { above });
        self.open_parts(table, above);
        true
    }

    /// Opens a cell in the innermost table, so that text is allowed.
    fn open_cell(&mut self) {
        if let Some(table) = self.innermost(|n| n == Nesting::Table) {
            self.open_parts(table, 4);
        }
    }

    /// Opens sections, rows and cells until so many elements are open, the table included.
    fn open_parts(&mut self, table: usize, until: usize) {
        for (depth, name) in ["tbody", "tr", "td"].into_iter().enumerate() {
            let missing = self.open.len() == table + 1 + depth && depth + 1 < until;
            if missing && let Some(part) = element(name) {
                self.out.push('<');
                self.out.push_str(name);
                self.out.push('>');
                self.open.push(part);
            }
        }
    }

    fn in_table_structure(&self) -> bool {
        self.open
            .last()
            .is_some_and(|e| matches!(e.nesting, Nesting::Table | Nesting::Section | Nesting::Row))
    }

    fn link(&mut self, tag: &Tag) {
        let target = tag
            .attribute("href")
            .and_then(|href| resolve(self.base, &href));
        let (Some(target), Some(element)) = (target, element("a")) else {
            return;
        };
        let mut attributes = String::new();
        write_attribute(&mut attributes, "href", target.as_str());
        if let Some(title) = tag.attribute("title") {
            write_attribute(&mut attributes, "title", &title);
        }
        self.open_element(element, &attributes);
    }

    fn image(&mut self, tag: &Tag) {
        let fallback = self.fallback_image.take();
        let fallback = fallback.filter(|_| tag.attribute("src").is_none());
        let image = embed::image(tag, self.base).or_else(|| fallback.map(embed::Picture::of));
        let Some(image) = image else {
            return;
        };
        if self.last_image.as_deref() == Some(image.url.as_str()) {
            return;
        }
        let mut attributes = String::new();
        write_attribute(&mut attributes, "src", image.url.as_str());
        for name in ["alt", "title"] {
            if let Some(value) = tag.attribute(name) {
                write_attribute(&mut attributes, name, &value);
            }
        }
        for (name, value) in [("width", image.width), ("height", image.height)] {
            if let Some(value) = value {
                write_attribute(&mut attributes, name, &value.to_string());
            }
        }
        self.last_image = Some(image.url.into());
        if let Some(element) = element("img") {
            self.open_element(element, &attributes);
        }
    }

    /// A player becomes a link to what it plays, in a paragraph of its own.
    fn embedded(&mut self, tag: &Tag) {
        if let Some(srcset) = tag.attribute("srcset") {
            self.fallback_image = embed::largest(&srcset, self.base).or(self.fallback_image.take());
            return;
        }
        if is_medium(tag.name) {
            self.is_played = Some(false);
        } else if self.is_played == Some(true) {
            return;
        }
        let page = embed::played(tag, self.base);
        let Some(page) = page.filter(|page| self.last_player.as_ref() != Some(page)) else {
            return;
        };
        if let Some(is_played) = &mut self.is_played {
            *is_played = true;
        }
        let is_linked = self.innermost(|n| n == Nesting::Link).is_some();
        let is_inline = is_linked || self.innermost(|n| n == Nesting::Ruby).is_some();
        let is_inside = self.innermost(|n| n == Nesting::Paragraph).is_some();
        let resumes = std::mem::take(&mut self.resumes) || is_inside;
        if !is_inline && !self.is_at_beginning_of_paragraph() {
            self.start_plain("p");
        }
        if !is_linked && let Some(element) = element("a") {
            let mut attributes = String::new();
            write_attribute(&mut attributes, "href", page.as_str());
            self.open_element(element, &attributes);
        }
        self.text(page.as_str());
        if !is_linked {
            self.end("a");
        }
        if !is_inline {
            self.close_within_cell(|n| n == Nesting::Paragraph);
            self.resumes = resumes;
        }
        self.last_player = Some(page);
    }

    fn is_at_beginning_of_paragraph(&self) -> bool {
        let is_innermost = self
            .open
            .last()
            .is_some_and(|e| e.nesting == Nesting::Paragraph);
        let written = self.out.trim_end();
        let last = written.rfind('<').map_or("", |at| &written[at..]);
        is_innermost && last.ends_with('>') && (last.starts_with("<p>") || last.starts_with("<p "))
    }

    /// Opens a paragraph for what follows a player in one.
    fn resume(&mut self) {
        if std::mem::take(&mut self.resumes) {
            self.start_plain("p");
        }
    }

    fn innermost(&self, wanted: impl Fn(Nesting) -> bool) -> Option<usize> {
        self.open.iter().rposition(|e| wanted(e.nesting))
    }

    /// Closes the innermost such element, if it is not outside of the innermost cell.
    fn close_within_cell(&mut self, wanted: impl Fn(Nesting) -> bool) {
        let cell = self.innermost(|n| matches!(n, Nesting::Cell | Nesting::Caption));
        self.close_above(cell.unwrap_or(0), wanted);
    }

    /// Closes the outermost such element from `floor` on.
    fn close_above(&mut self, floor: usize, wanted: impl Fn(Nesting) -> bool) {
        if let Some(at) = self.open[floor..].iter().position(|e| wanted(e.nesting)) {
            self.close_to(floor + at);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(element) = self.open.pop()
        {
            self.out.push_str("</");
            self.out.push_str(element.name);
            self.out.push('>');
            self.fresh_pre = false;
        }
    }
}

/// Whether an element plays one of several sources.
fn is_medium(name: &str) -> bool {
    ["video", "audio"]
        .iter()
        .any(|medium| name.eq_ignore_ascii_case(medium))
}

const fn is_table_part(nesting: Nesting) -> bool {
    matches!(
        nesting,
        Nesting::Table | Nesting::Caption | Nesting::Section | Nesting::Row | Nesting::Cell
    )
}

/// The attributes that an element may keep, as markup.
fn written_attributes(name: &str, tag: &Tag) -> String {
    let mut written = String::new();
    if !tag.has_attributes() {
        return written;
    }
    for &allowed in attributes(name).iter().chain(&EVERYWHERE) {
        if let Some(value) = tag
            .attribute(allowed)
            .filter(|value| is_valid(allowed, value))
        {
            write_attribute(&mut written, allowed, &value);
        }
    }
    written
}

/// Whether an attribute may have this value.
fn is_valid(attribute: &str, value: &str) -> bool {
    match attribute {
        "colspan" | "rowspan" | "start" | "value" => value.trim().parse::<i16>().is_ok(),
        "dir" => ["ltr", "rtl", "auto"].contains(&value),
        "lang" => {
            value.len() <= 35
                && value
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        }
        _ => true,
    }
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, &visible(value), usize::MAX);
    out.push('"');
}

/// A text without control characters, with `\n` as line end, that turns no direction but its own.
fn visible(text: &str) -> Cow<'_, str> {
    let text = match xml::clean(text) {
        Cow::Borrowed(text) => bidi::balanced(text),
        Cow::Owned(text) => bidi::balanced(&text).into_owned().into(),
    };
    if !text
        .chars()
        .any(|c| c == '\r' || matches!(c, '\u{7f}'..='\u{9f}'))
    {
        return text;
    }
    let mut plain = text.replace("\r\n", "\n").replace('\r', "\n");
    plain.retain(|c| !matches!(c, '\u{7f}'..='\u{9f}'));
    Cow::Owned(plain)
}

/// Escapes as the HTML serializer does, up to a length of `out`; false when that is reached.
fn escape(out: &mut String, text: &str, limit: usize) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest
            .find(['&', '<', '>', '"', '\u{a0}'])
            .unwrap_or(rest.len());
        let (plain, special) = rest.split_at(at);
        let room = limit.saturating_sub(out.len());
        out.push_str(clip(plain, room));
        let Some(c) = special.chars().next() else {
            return plain.len() <= room;
        };
        let escaped = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            _ => "&nbsp;",
        };
        if plain.len() + escaped.len() > room {
            return false;
        }
        out.push_str(escaped);
        rest = &special[c.len_utf8()..];
    }
    true
}
