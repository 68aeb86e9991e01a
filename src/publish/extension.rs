//! Elements of other vocabularies in RSS.

use rss::extension::{Extension, ExtensionMap};
use std::collections::BTreeMap;

/// An element without a text.
pub(super) fn element(name: &str, attributes: &[(&str, &str)]) -> Extension {
    Extension {
        name: name.to_owned(),
        attrs: attributes
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        value: Some(String::new()), // else the indentation would become its text
        ..Extension::default()
    }
}

/// Elements of one name, as the crate takes them.
pub(super) fn extensions(prefix: &str, name: &str, elements: Vec<Extension>) -> ExtensionMap {
    let mut map = ExtensionMap::new();
    add(&mut map, prefix, name, elements);
    map
}

/// Adds elements of one name.
pub(super) fn add(map: &mut ExtensionMap, prefix: &str, name: &str, elements: Vec<Extension>) {
    if !elements.is_empty() {
        let of_prefix: &mut BTreeMap<_, _> = map.entry(prefix.to_owned()).or_default();
        of_prefix.insert(name.to_owned(), elements);
    }
}
