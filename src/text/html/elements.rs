//! The elements and attributes that safe HTML may have, and how elements nest.

/// How an element nests. Stricter than HTML where that costs nothing: every HTML parser reads
/// markup that follows these rules exactly as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nesting {
    /// Text level.
    Inline,
    /// Text level, never inside another of its kind.
    Link,
    /// Text level, has no content.
    Void,
    /// Ends an open paragraph.
    Block,
    /// A block without content.
    Rule,
    /// Ends an open paragraph, holds text level elements only.
    Paragraph,
    /// Ends an open heading.
    Heading,
    /// A block whose first newline is dropped by parsers.
    Preformatted,
    /// `ul`, `ol`.
    List,
    /// `li`: ends an open one of the same list.
    ListItem,
    /// `dl`.
    Definitions,
    /// `dt`, `dd`: only in a `dl`, ends an open one.
    Definition,
    /// `table`.
    Table,
    /// `caption`: directly in a table.
    Caption,
    /// `thead`, `tbody`, `tfoot`: directly in a table.
    Section,
    /// `tr`: directly in a section.
    Row,
    /// `td`, `th`: directly in a row.
    Cell,
    /// `ruby`.
    Ruby,
    /// `rt`, `rp`: only in a `ruby`, ends an open one.
    RubyText,
}

/// An allowed element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name as written out.
    pub(super) name: &'static str,
    pub(super) nesting: Nesting,
}

/// The names of all allowed elements, sorted.
pub(super) const NAMES: [&str; 58] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
];

/// Elements that have no content and no end tag (HTML Living Standard, 13.1.2), and the
/// obsolete `param`, which has neither.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Whether an element of this name, in any case, is void: it has no end tag.
pub(crate) fn is_void(name: &str) -> bool {
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

/// Attributes that any element may have: the direction and the language of its text.
pub(super) const EVERYWHERE: [&str; 2] = ["dir", "lang"];

/// The other allowed attributes of an element.
pub(super) fn attributes(name: &str) -> &'static [&'static str] {
    match name {
        "a" => &["href", "title"],
        "abbr" | "dfn" => &["title"],
        "img" => &["src", "alt", "title", "width", "height"],
        "li" => &["value"],
        "ol" => &["start", "reversed"],
        "td" | "th" => &["colspan", "rowspan"],
        "del" | "ins" | "time" => &["datetime"],
        _ => &[],
    }
}

/// The allowed element for a name in any case. Obsolete names become current ones; none where only
/// the contents stay.
pub(super) fn element(name: &str) -> Option<Element> {
    use Nesting::{
        Block, Caption, Cell, Definition, Definitions, Heading, Inline, Link, List, ListItem,
        Paragraph, Preformatted, Row, Ruby, RubyText, Rule, Section, Table, Void,
    };
    let mut lower = [0_u8; 12];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let (name, nesting) = match &*lower {
        b"a" => ("a", Link),
        b"abbr" | b"acronym" => ("abbr", Inline),
        b"b" => ("b", Inline),
        b"bdi" => ("bdi", Inline),
        b"bdo" => ("bdo", Inline),
        b"cite" => ("cite", Inline),
        b"code" | b"tt" => ("code", Inline),
        b"del" => ("del", Inline),
        b"dfn" => ("dfn", Inline),
        b"em" => ("em", Inline),
        b"i" => ("i", Inline),
        b"ins" => ("ins", Inline),
        b"kbd" => ("kbd", Inline),
        b"mark" => ("mark", Inline),
        b"q" => ("q", Inline),
        b"s" | b"strike" => ("s", Inline),
        b"samp" => ("samp", Inline),
        b"small" => ("small", Inline),
        b"strong" => ("strong", Inline),
        b"sub" => ("sub", Inline),
        b"sup" => ("sup", Inline),
        b"time" => ("time", Inline),
        b"u" => ("u", Inline),
        b"var" => ("var", Inline),
        b"br" => ("br", Void),
        b"img" | b"image" => ("img", Void),
        b"blockquote" => ("blockquote", Block),
        b"details" => ("details", Block),
        b"summary" => ("summary", Block),
        b"div" | b"section" | b"article" | b"aside" | b"header" | b"footer" | b"main" | b"nav"
        | b"center" | b"address" | b"form" | b"fieldset" | b"dialog" | b"hgroup" => ("div", Block),
        b"figcaption" => ("figcaption", Block),
        b"figure" => ("figure", Block),
        b"hr" => ("hr", Rule),
        b"p" => ("p", Paragraph),
        b"h1" => ("h1", Heading),
        b"h2" => ("h2", Heading),
        b"h3" => ("h3", Heading),
        b"h4" => ("h4", Heading),
        b"h5" => ("h5", Heading),
        b"h6" => ("h6", Heading),
        b"pre" | b"listing" => ("pre", Preformatted),
        b"ul" | b"menu" | b"dir" => ("ul", List),
        b"ol" => ("ol", List),
        b"li" => ("li", ListItem),
        b"dl" => ("dl", Definitions),
        b"dt" => ("dt", Definition),
        b"dd" => ("dd", Definition),
        b"table" => ("table", Table),
        b"caption" => ("caption", Caption),
        b"thead" => ("thead", Section),
        b"tbody" => ("tbody", Section),
        b"tfoot" => ("tfoot", Section),
        b"tr" => ("tr", Row),
        b"td" => ("td", Cell),
        b"th" => ("th", Cell),
        b"ruby" => ("ruby", Ruby),
        b"rt" => ("rt", RubyText),
        b"rp" => ("rp", RubyText),
        _ => return None,
    };
    Some(Element { name, nesting })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_an_element_of_its_own() {
        assert!(NAMES.is_sorted());
        for name in NAMES {
            assert_eq!(element(name).map(|e| e.name), Some(name));
        }
    }

    #[test]
    fn what_is_written_without_content_is_void() {
        for name in NAMES {
            let nesting = element(name).map(|e| e.nesting);
            let has_none = matches!(nesting, Some(Nesting::Void | Nesting::Rule));
            assert_eq!(is_void(name), has_none, "{name}");
        }
        assert!(is_void("WBR"));
        assert!(!is_void("script"));
    }

    #[test]
    fn old_names_become_todays() {
        assert_eq!(element("STRIKE").map(|e| e.name), Some("s"));
        assert_eq!(element("script"), None);
        assert_eq!(element("a-very-long-custom-element"), None);
    }
}
