//! References in XML -> characters: HTML's names, numbers, and the few that a document declares.

use crate::text::entities::{numeric, resolve};
use crate::text::words::clip;
use memchr::{memchr, memchr_iter, memchr2, memmem};
use std::borrow::Cow;
use std::collections::HashMap;

/// Bytes at the start of a document in which its document type is searched.
const MAX_HEAD: usize = 4 * 1024;

/// Bytes of a document type.
const MAX_DOCTYPE: usize = 256 * 1024;

/// Entities that a document may declare.
const MAX_DECLARED: usize = 256;

/// Bytes that all uses of declared entities together may become. An entity is a shorthand for a
/// name or an address; a document that needs more is an attack.
const MAX_EXPANSION: usize = 64 * 1024;

/// Depth of entities in entities.
const MAX_NESTING: usize = 4;

/// Bytes of the longest name of a reference; a longer one is an ampersand and some text.
const MAX_NAME: usize = 40;

/// Resolves `&name;` and `&#1;`; what is not a reference stays as it is.
pub(in crate::parse) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    unescape_into(text, &mut out);
    Cow::Owned(out)
}

/// What is wrong with the references of a text. It stays as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::parse) enum Flaw {
    /// An ampersand that begins no reference (XML 1.0, 2.4).
    Ampersand,
    /// A reference to an entity that nobody declared.
    Unknown,
}

/// Appends a text with its references resolved; the worst of its flaws.
pub(in crate::parse) fn unescape_into(text: &str, out: &mut String) -> Option<Flaw> {
    let mut flaw = None;
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        rest = &reference[1..];
        match value(rest) {
            Ok((value, length)) => {
                out.push_str(&value);
                rest = &rest[length..];
            }
            Err(found) => {
                flaw = flaw.max(Some(found));
                out.push('&');
            }
        }
    }
    out.push_str(rest);
    flaw
}

/// The first flaw of a text whose references stay in it.
pub(in crate::parse) fn flaw(text: &str) -> Option<Flaw> {
    memchr_iter(b'&', text.as_bytes()).find_map(|at| value(&text[at + 1..]).err())
}

/// What a reference means, without its ampersand, and its length.
fn value(rest: &str) -> Result<(Cow<'static, str>, usize), Flaw> {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '#' | '.' | '-' | '_' | ':');
    let name = name(rest)
        .filter(|name| !name.is_empty() && name.chars().all(is_of_name))
        .ok_or(Flaw::Ampersand)?;
    if let Some(value) = standard(name) {
        return Ok((value, name.len() + 1));
    }
    numeric(rest)
        .filter(|_| resolve(name).is_some())
        .ok_or(Flaw::Unknown)
}

/// The name between an ampersand and its semicolon; none where that cannot be a name.
fn name(rest: &str) -> Option<&str> {
    let end = rest.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    rest.get(..end).filter(|name| !name.contains(['&', ' ']))
}

/// An entity of HTML. The five names of XML come first: nearly all references are one of them.
fn standard(name: &str) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" | "#39" => "'",
        _ if name.starts_with('#') => return None,
        _ => return resolve(name),
    }))
}

/// Replaces the references that the document type of a document declares (XML 1.0, 4.4), in texts
/// and attributes but not in CDATA sections. External and parameter entities are never opened.
/// Borrowed when nothing is declared, which is nearly always so.
pub(in crate::parse) fn expand_declared(input: &str) -> Cow<'_, str> {
    let Some((declared, begin)) = Declared::of(input) else {
        return Cow::Borrowed(input);
    };
    let mut budget = MAX_EXPANSION;
    let mut out = String::with_capacity(input.len() + MAX_EXPANSION);
    out.push_str(&input[..begin]);
    let mut rest = &input[begin..];
    while let Some(at) = memchr2(b'&', b'<', rest.as_bytes()) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let kept = if found.starts_with("<![CDATA[") {
            found.find("]]>").unwrap_or(found.len())
        } else {
            1
        };
        let value = name(&found[1..])
            .filter(|_| found.starts_with('&'))
            .and_then(|name| {
                let value = declared.value(name, MAX_NESTING, &mut budget)?;
                Some((value, name.len() + 2))
            });
        if let Some((value, length)) = value {
            out.push_str(&value);
            rest = &found[length..];
        } else {
            out.push_str(&found[..kept]);
            rest = &found[kept..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The length of an internal subset, up to the bracket that closes it. A bracket in a comment, an
/// instruction or a quoted text does not close it.
fn length_of_subset(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        let found = rest.find(['<', ']', '"', '\''])?;
        let rest = &rest[found..];
        at += found;
        let end = match rest.as_bytes()[0] {
            b']' => return Some(at),
            b'<' if rest.starts_with("<!--") => rest.find("-->")? + 3,
            b'<' if rest.starts_with("<?") => rest.find("?>")? + 2,
            b'<' => 1,
            quote => rest[1..].find(char::from(quote))? + 2,
        };
        at += end;
    }
}

/// What the internal subset of a document type declares.
struct Declared<'a>(HashMap<&'a str, &'a str>);

impl<'a> Declared<'a> {
    /// What a document declares, and where its document type ends.
    fn of(input: &'a str) -> Option<(Self, usize)> {
        let begin = memmem::find(clip(input, MAX_HEAD).as_bytes(), b"<!DOCTYPE")?;
        let head = clip(input, begin + MAX_DOCTYPE);
        let begin = begin
            + head[begin..]
                .find(['[', '>'])
                .filter(|at| head[begin + at..].starts_with('['))?;
        let end = begin + length_of_subset(&head[begin..])?;
        let mut values = HashMap::new();
        for declaration in input[begin..end]
            .split("<!ENTITY")
            .skip(1)
            .take(MAX_DECLARED)
        {
            let declaration = declaration.trim_start();
            let Some((name, rest)) = declaration.split_once(|c: char| c.is_ascii_whitespace())
            else {
                continue;
            };
            let rest = rest.trim_start();
            let quoted = rest
                .strip_prefix('"')
                .and_then(|rest| rest.split_once('"'))
                .or_else(|| rest.strip_prefix('\'').and_then(|r| r.split_once('\'')));
            // A declaration must not redefine a standard name.
            if let Some((value, _)) = quoted
                && standard(name).is_none()
            {
                values.entry(name).or_insert(value);
            }
        }
        (!values.is_empty()).then_some((Self(values), end))
    }

    /// The value of a declared entity, fit for a text and for an attribute; none when it is not
    /// declared or the document exceeds its budget.
    fn value(&self, name: &str, depth: usize, budget: &mut usize) -> Option<String> {
        let mut rest = *self.0.get(name)?;
        *budget = budget.checked_sub(rest.len())?;
        let mut out = String::new();
        while let Some(at) = memchr2(b'&', b'"', rest.as_bytes()) {
            let (before, found) = rest.split_at(at);
            out.push_str(before);
            rest = &found[1..];
            if found.starts_with('"') {
                out.push_str("&quot;");
                continue;
            }
            out.push('&');
            let Some(inner) = self::name(rest).filter(|inner| self.0.contains_key(inner)) else {
                continue;
            };
            out.pop();
            out.push_str(&self.value(inner, depth.checked_sub(1)?, budget)?);
            rest = &rest[inner.len() + 1..];
        }
        out.push_str(rest);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ampersand_without_a_reference_stays() {
        assert_eq!(
            unescape("R&D & a=1&b=2; &; &lt;&#x41;"),
            "R&D & a=1&b=2; &; <A"
        );
    }

    #[test]
    fn an_ampersand_is_told_from_an_unknown_reference() {
        assert_eq!(flaw("a&amp;b &#65; &nbsp;"), None);
        assert_eq!(flaw("?a=1&b=2"), Some(Flaw::Ampersand));
        assert_eq!(flaw("?a=1&b=2;c=3"), Some(Flaw::Ampersand));
        assert_eq!(flaw("R & D; AT&T"), Some(Flaw::Ampersand));
        assert_eq!(flaw("&bogus; &"), Some(Flaw::Unknown));
        let mut out = String::new();
        assert_eq!(unescape_into("&bogus; &", &mut out), Some(Flaw::Unknown));
        assert_eq!(out, "&bogus; &");
    }

    #[test]
    fn references_are_resolved_once() {
        assert_eq!(unescape("&amp;lt;"), "&lt;");
    }

    fn expanded(declarations: &str, text: &str) -> String {
        let head = format!("<!DOCTYPE rss [{declarations}]>");
        expand_declared(&format!("{head}{text}"))[head.len()..].to_owned()
    }

    #[test]
    fn entities_that_refer_to_themselves_stay_closed() {
        let declared = "<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">";
        assert_eq!(expanded(declared, "x &a; y"), "x &a; y");
    }

    #[test]
    fn a_document_may_not_redefine_html() {
        assert_eq!(expanded("<!ENTITY lt \"no\">", "&lt;"), "&lt;");
    }

    #[test]
    fn what_a_document_declares_may_hold_quotes_and_is_not_looked_for_in_cdata() {
        let declared = "<!ENTITY a 'say \"&amp;b\"'><!ENTITY b SYSTEM \"file:///etc/passwd\">";
        let text = "<x y=\"&a;\"><![CDATA[&a;]]>&a;&b;";
        let said = "say &quot;&amp;b&quot;";
        assert_eq!(
            expanded(declared, text),
            format!("<x y=\"{said}\"><![CDATA[&a;]]>{said}&b;")
        );
    }

    #[test]
    fn what_asks_for_too_much_stays_closed_from_there_on() {
        let declared = format!("<!ENTITY a \"{}\">", "x".repeat(MAX_EXPANSION / 2 + 1));
        let out = expanded(&declared, "&a; &a; &a;");
        assert!(out.ends_with("x &a; &a;"));
        assert!(out.len() < MAX_EXPANSION);
    }
}
