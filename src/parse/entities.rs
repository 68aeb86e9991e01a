//! References in XML -> characters: HTML's names, numbers, and the few that a document declares.

use crate::text::entities::resolve;
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
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let end = reference.bytes().take(MAX_NAME).position(|b| b == b';');
        let found = end.and_then(|end| Some((end, resolve(reference.get(1..end)?)?)));
        if let Some((end, value)) = found {
            out.push_str(&value);
            rest = &reference[end + 1..];
        } else {
            out.push('&');
            rest = &reference[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
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

    /// What a reference stands for; none when nobody knows it or the document asks too much.
    pub(super) fn expand(&mut self, name: &str) -> Option<Cow<'static, str>> {
        // A declaration may not take a standard name over; nearly all documents declare nothing.
        if let Some(value) = resolve(name) {
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
            match resolve(inner) {
                Some(value) => out.push_str(&value),
                None => self.expand_into(inner, depth.checked_sub(1)?, out)?,
            }
            rest = after;
        }
        out.push_str(rest);
        Some(())
    }
}
