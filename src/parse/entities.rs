//! References in XML -> characters: HTML's names, numbers, and the few that a document declares.

use crate::text::entities::resolve;
use memchr::memchr;
use std::borrow::Cow;
use std::collections::HashMap;

/// Entities that a document may declare.
const MAX_DECLARED: usize = 256;

/// Bytes that all uses of declared entities together may become. An entity is a shorthand for a
/// name or an address; a document that needs more is an attack.
const MAX_EXPANSION: usize = 64 * 1024;

/// Entities within entities within entities.
const MAX_NESTING: usize = 4;

/// Longest name of a reference; anything longer is an ampersand and some text.
const MAX_NAME: usize = 40;

/// Resolves `&name;` and `&#1;`; what is no reference stays as it is.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    replace(text, &mut out, standard);
    Cow::Owned(out)
}

/// Appends a text with its references replaced; false when nobody knows one of them.
fn replace(
    text: &str,
    out: &mut String,
    mut lookup: impl FnMut(&str) -> Option<Cow<'static, str>>,
) -> bool {
    let mut all_known = true;
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        rest = &reference[1..];
        let end = rest.bytes().take(MAX_NAME).position(|byte| byte == b';');
        let name = end.and_then(|end| rest.get(..end));
        if let Some(name) = name.filter(|name| !name.contains(['&', ' '])) {
            if let Some(value) = lookup(name) {
                out.push_str(&value);
                rest = &rest[name.len() + 1..];
                continue;
            }
            all_known = false;
        }
        out.push('&');
    }
    out.push_str(rest);
    all_known
}

/// What HTML and numbers say; the five names of XML first, they are nearly all there is.
fn standard(name: &str) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" | "#39" => "'",
        _ => return resolve(name),
    }))
}

/// What the internal subset of a document type declares.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    values: HashMap<&'a str, &'a str>,
    budget: usize,
}

impl Default for Declared<'_> {
    fn default() -> Self {
        Self {
            values: HashMap::new(),
            budget: MAX_EXPANSION,
        }
    }
}

impl<'a> Declared<'a> {
    /// Notes `<!ENTITY name "value">`; external and parameter entities are passed over.
    pub(super) fn declare(&mut self, doctype: &'a str) {
        for declaration in doctype.split("<!ENTITY").skip(1).take(MAX_DECLARED) {
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
            if let Some((value, _)) = quoted {
                self.values.entry(name).or_insert(value);
            }
        }
    }

    /// Appends a text with its references replaced; false when nobody knows one of them.
    pub(super) fn replace(&mut self, text: &str, out: &mut String) -> bool {
        replace(text, out, |name| self.expand(name))
    }

    /// Appends a text with only those references replaced that are nobody's but the document's:
    /// the others are left for whoever reads the text as HTML.
    pub(super) fn replace_own(&mut self, text: &str, out: &mut String) {
        if self.values.is_empty() {
            out.push_str(text);
        } else {
            replace(text, out, |name| match standard(name) {
                Some(_) => Some(Cow::Owned(format!("&{name};"))),
                None => self.expand(name),
            });
        }
    }

    /// What a reference stands for; none when nobody knows it or the document asks too much.
    fn expand(&mut self, name: &str) -> Option<Cow<'static, str>> {
        // A declaration may not take a standard name over; nearly all documents declare nothing.
        if let Some(value) = standard(name) {
            return Some(value);
        }
        let mut out = String::new();
        self.expand_into(name, MAX_NESTING, &mut out)?;
        Some(Cow::Owned(out))
    }

    fn expand_into(&mut self, name: &str, depth: usize, out: &mut String) -> Option<()> {
        let mut rest = *self.values.get(name)?;
        self.budget = self.budget.checked_sub(rest.len())?;
        while let Some((before, reference)) = rest.split_once('&') {
            out.push_str(before);
            let (inner, after) = reference.split_once(';')?;
            match standard(inner) {
                Some(value) => out.push_str(&value),
                None => self.expand_into(inner, depth.checked_sub(1)?, out)?,
            }
            rest = after;
        }
        out.push_str(rest);
        Some(())
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
    fn references_are_resolved_once() {
        assert_eq!(unescape("&amp;lt;"), "&lt;");
    }

    #[test]
    fn entities_that_refer_to_themselves_stay_closed() {
        let mut declared = Declared::default();
        declared.declare("rss [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]");
        let mut out = String::new();
        assert!(!declared.replace("x &a; y", &mut out));
        assert_eq!(out, "x &a; y");
    }

    #[test]
    fn a_document_may_not_redefine_html() {
        let mut declared = Declared::default();
        declared.declare("rss [<!ENTITY lt \"no\">]");
        let mut out = String::new();
        declared.replace("&lt;", &mut out);
        assert_eq!(out, "<");
    }
}
