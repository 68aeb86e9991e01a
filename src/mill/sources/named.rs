//! What a person calls a source -> the source.

use crate::model::{Source, SourceId};
use crate::url::comparison_key;
use std::sync::Arc;
use url::Url;

/// The source with this id, else with this address, else the only one with this title. An address that
/// is secret names nothing.
pub fn named<'a>(sources: &'a [Arc<Source>], name: &str) -> Option<&'a Arc<Source>> {
    let id = SourceId::new(name);
    if let Some(source) = sources.iter().find(|source| source.id == id) {
        return Some(source);
    }
    if let Some(key) = Url::parse(name).ok().as_ref().map(comparison_key) {
        let is_there = |source: &&Arc<Source>| {
            let public = source.public_url.as_deref();
            public.is_some_and(|url| comparison_key(url) == key)
        };
        return sources.iter().find(is_there);
    }
    let is_titled = |source: &&Arc<Source>| {
        let title = source.title.as_deref().unwrap_or_default();
        !name.is_empty() && title.to_lowercase() == name.to_lowercase()
    };
    let mut titled = sources.iter().filter(is_titled);
    titled.next().filter(|_| titled.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Location;

    fn source(id: &str, url: &str, title: &str) -> Arc<Source> {
        let url = Url::parse(url).unwrap();
        let mut source = Source::new(SourceId::new(id), Location::Http(Arc::new(url)));
        source.title = Some(title.to_owned());
        Arc::new(source)
    }

    #[test]
    fn a_source_is_named_by_id_address_or_title() {
        let mut sources = vec![
            source("friends/a-1", "https://a.example/feed", "Blog of A"),
            source("friends/b-2", "https://b.example/feed", "News"),
            source("friends/c-3", "https://c.example/feed", "News"),
        ];
        let mut secret = Source::clone(&source("d", "https://d.example/key", "D"));
        secret.public_url = None;
        sources.push(Arc::new(secret));
        let found = |name: &str| named(&sources, name).map(|source| source.id.to_string());
        for (name, id) in [
            ("friends/b-2", Some("friends/b-2")),
            ("http://www.a.example/feed/", Some("friends/a-1")),
            ("blog of a", Some("friends/a-1")),
            // It may be either.
            ("News", None),
            ("https://d.example/key", None),
            ("friends", None),
            ("", None),
        ] {
            assert_eq!(found(name).as_deref(), id, "{name}");
        }
    }
}
