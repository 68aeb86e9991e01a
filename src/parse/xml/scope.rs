//! What an element inherits from its ancestors: `xml:base`, `xml:lang`, namespace prefixes.

use super::entities::unescape;
use super::namespaces::{Namespace, lower_case};
use super::tokens::Tag;
use std::sync::Arc;
use url::Url;

/// Prefixes that may be bound at the same time; a feed needs about a dozen.
const MAX_BINDINGS: usize = 256;

/// The stack of what is inherited.
#[derive(Debug)]
pub(in crate::parse) struct Scopes<'a> {
    document: Option<&'a Url>,
    stack: Vec<Scope>,
    bindings: Vec<(&'a str, Namespace)>,
    /// The default namespace, kept because nearly every tag needs it.
    default: Namespace,
}

/// What one element changes for those inside it.
#[derive(Debug)]
struct Scope {
    base: Option<(Url, Arc<str>)>,
    language: Option<String>,
    /// The number of bindings before this element.
    bindings: usize,
}

impl<'a> Scopes<'a> {
    pub(in crate::parse) fn new(document: Option<&'a Url>) -> Self {
        Self {
            document,
            stack: Vec::new(),
            bindings: Vec::new(),
            default: Namespace::Rss,
        }
    }

    /// Enters an element and reads what its start tag declares; true when [`Scopes::leave`] must be
    /// called at its end.
    pub(in crate::parse) fn enter(&mut self, tag: Tag<'a>) -> bool {
        if !tag.attributes.contains("xml") && !tag.attributes.contains("XML") {
            return false;
        }
        let mut scope = Scope {
            base: None,
            language: None,
            bindings: self.bindings.len(),
        };
        for (name, value) in tag.raw_attributes() {
            let value = unescape(&value);
            match &*lower_case(name) {
                "xml:base" => scope.base = self.rebase(&value),
                "xml:lang" => scope.language = Some(value.trim().to_owned()),
                "xmlns" => self.bind("", &value),
                _ => {
                    if let Some(prefix) = name.strip_prefix("xmlns:") {
                        self.bind(prefix, &value);
                    }
                }
            }
        }
        self.stack.push(scope);
        true
    }

    /// Leaves the innermost element that declared something.
    pub(in crate::parse) fn leave(&mut self) {
        if let Some(scope) = self.stack.pop() {
            self.bindings.truncate(scope.bindings);
            self.default = self.bound("").unwrap_or(Namespace::Rss);
        }
    }

    /// The vocabulary of a prefix; the empty prefix is the default namespace.
    pub(in crate::parse) fn namespace(&self, prefix: &str) -> Namespace {
        if prefix.is_empty() {
            return self.default;
        }
        self.bound(prefix)
            .unwrap_or_else(|| Namespace::of_prefix(prefix))
    }

    /// Binds a prefix to a vocabulary from here on, also beyond the limit: the prefix of a root
    /// element `r:rss`.
    pub(in crate::parse) fn bind_to(&mut self, prefix: &'a str, namespace: Namespace) {
        self.bindings.push((prefix, namespace));
        self.default = self.bound("").unwrap_or(Namespace::Rss);
    }

    /// The `xml:base` in force, where there is one.
    pub(in crate::parse) fn base(&self) -> Option<Arc<str>> {
        self.innermost_base().map(|(_, text)| Arc::clone(text))
    }

    /// The base of a text that is wrapped into an element with an `xml:base` of its own.
    pub(in crate::parse) fn base_within(&self, reference: Option<&str>) -> Option<Arc<str>> {
        let own = reference.and_then(|reference| self.rebase(reference));
        own.map_or_else(|| self.base(), |(_, text)| Some(text))
    }

    /// The innermost `xml:lang`; an empty one means that the language is not known.
    pub(in crate::parse) fn language(&self) -> Option<&str> {
        self.stack
            .iter()
            .rev()
            .find_map(|scope| scope.language.as_deref())
            .filter(|language| !language.is_empty())
    }

    /// A reference made absolute where that is possible, else as written; none when it is empty or
    /// has a scheme that must not be followed.
    pub(in crate::parse) fn resolve(&self, reference: &str) -> Option<String> {
        let reference = reference.trim();
        if reference.is_empty() {
            return None;
        }
        if is_plainly_absolute(reference) {
            return Some(reference.to_owned());
        }
        let base = self.innermost_base().map(|(url, _)| url).or(self.document);
        match crate::url::resolve(base, reference) {
            Some(url) => Some(url.into()),
            // A scheme that must not be followed, such as `javascript:`.
            None if Url::parse(reference).is_ok() => None,
            None => Some(reference.to_owned()),
        }
    }

    fn innermost_base(&self) -> Option<&(Url, Arc<str>)> {
        self.stack
            .iter()
            .rev()
            .find_map(|scope| scope.base.as_ref())
    }

    fn rebase(&self, reference: &str) -> Option<(Url, Arc<str>)> {
        let around = self.innermost_base().map(|(url, _)| url).or(self.document);
        let url = crate::url::resolve(around, reference).filter(Url::has_host)?;
        let text = Arc::from(url.as_str());
        Some((url, text))
    }

    fn bind(&mut self, prefix: &'a str, uri: &str) {
        if self.bindings.len() < MAX_BINDINGS {
            let meant = Namespace::of_uri(uri).unwrap_or_else(|| Namespace::of_prefix(prefix));
            self.bind_to(prefix, meant);
        }
    }

    fn bound(&self, prefix: &str) -> Option<Namespace> {
        let mut bindings = self.bindings.iter().rev();
        bindings
            .find(|(bound, _)| *bound == prefix)
            .map(|&(_, meant)| meant)
    }
}

/// An http address in plain ASCII is not resolved: that would not change it.
fn is_plainly_absolute(reference: &str) -> bool {
    (reference.starts_with("https://") || reference.starts_with("http://"))
        && reference.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::xml::tokens::{Token, Tokens};

    fn tag(markup: &str) -> Tag<'_> {
        match Tokens::new(markup).next(None) {
            Token::Open(tag) => tag,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bases_are_relative_to_each_other_and_end_with_their_element() {
        let url = Url::parse("https://site.example/feed").expect("a URL");
        let mut scopes = Scopes::new(Some(&url));
        assert!(scopes.enter(tag("<a xml:base='/x/'>")));
        assert!(scopes.enter(tag("<a xml:base='y/'>")));
        assert_eq!(
            scopes.resolve("z").as_deref(),
            Some("https://site.example/x/y/z")
        );
        scopes.leave();
        assert_eq!(
            scopes.resolve("z").as_deref(),
            Some("https://site.example/x/z")
        );
        scopes.leave();
        assert_eq!(scopes.base(), None);
        assert_eq!(
            scopes.resolve("z").as_deref(),
            Some("https://site.example/z")
        );
    }

    #[test]
    fn a_script_is_no_link_and_a_lone_path_stays_one() {
        let scopes = Scopes::new(None);
        assert_eq!(scopes.resolve("javascript:alert(1)"), None);
        assert_eq!(scopes.resolve("/x").as_deref(), Some("/x"));
        assert_eq!(scopes.resolve("  "), None);
    }

    #[test]
    fn a_prefix_means_what_it_is_bound_to_where_it_is_bound() {
        let mut scopes = Scopes::new(None);
        assert_eq!(scopes.namespace("dc"), Namespace::Dublin);
        scopes.enter(tag(
            "<a xmlns:dc='http://www.w3.org/2005/Atom' xmlns='http://www.w3.org/1999/xhtml'>",
        ));
        assert_eq!(scopes.namespace("dc"), Namespace::Atom);
        assert_eq!(scopes.namespace(""), Namespace::Xhtml);
        scopes.leave();
        assert_eq!(scopes.namespace("dc"), Namespace::Dublin);
        assert_eq!(scopes.namespace(""), Namespace::Rss);
    }
}
