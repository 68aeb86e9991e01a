//! What is stored of a source -> its fetch state as `feeds.toml` is now. A source is due when a key that
//! matters to it was edited: whoever mends a mistake sees in the next pass whether that helped.

use crate::digest::Digest;
use crate::model::{FetchState, Location, Secret, Settings, Source, TitleEdit};
use crate::net::{Allow, Limits};
use crate::schedule;

/// The hash of the keys of `[fetch]`, which matter to every source.
pub(super) struct Recall {
    fetch: u64,
}

impl Recall {
    pub(super) fn new(limits: &Limits) -> Self {
        let Limits {
            contact,
            // How many requests at a time, and how fast: what comes is the same.
            in_flight: _,
            per_host: _,
            gap: _,
            max_pass: _,
            timeout,
            max_body,
            allow,
            proxy,
            authorities,
            // Where bodies wait.
            scratch: _,
        } = limits;
        let mut digest = Digest::new("fetch settings", 1);
        digest
            .add(contact)
            .add(&timeout.as_secs())
            .add(&timeout.subsec_nanos())
            .add(max_body)
            .add_all(allow.iter().map(allowed))
            .add(&revealed(proxy.as_ref()))
            .add(authorities.pem());
        Self {
            fetch: digest.finish(),
        }
    }

    /// The fetch state of a source. If its settings have changed since the last visit, it is due, unless
    /// its server demands otherwise (`Retry-After`). One that is gone is tried again when its own table
    /// was edited: no key of `[fetch]` brings it back. What an older version stored has no hashes: then
    /// nothing is known to have changed.
    pub(super) fn state(&self, source: &Source, stored: FetchState) -> FetchState {
        let state = schedule::recall(source, stored);
        let settings = Settings {
            source: of_source(source),
            fetch: self.fetch,
        };
        let is_edited = state.settings.is_some_and(|before| {
            before.source != settings.source || (before.fetch != settings.fetch && !state.gone)
        });
        let state = if is_edited {
            schedule::make_due(state)
        } else {
            state
        };
        FetchState {
            settings: Some(settings),
            ..state
        }
    }
}

/// Of all that decides whether a source can be fetched, when, and what its document gives.
fn of_source(source: &Source) -> u64 {
    let Source {
        id: _,
        location,
        title,
        kind,
        pages,
        max_items,
        // Pages of items are fetched whether or not their source is due.
        full_text: _,
        // Which member speaks for a story is decided without a visit.
        rank: _,
        language,
        as_of,
        every,
        timezone,
        date_order,
        tags,
        // What other programs are told of it.
        folder: _,
        home_page_url: _,
        // What becomes of items is decided when they are merged and matched.
        merge: _,
        enabled: _,
        rule: _,
        titles,
        // Stored items pass through another one without a visit.
        filter: _,
        robots,
        headers,
        proxy,
        public_url,
    } = source;
    let path = match location {
        Location::Http(_) => None,
        Location::File { path, .. } => Some(path.display().to_string()),
    };
    let headers = headers.iter().map(|(name, value)| (name, value.reveal()));
    let mut digest = Digest::new("source settings", 1);
    digest
        .add(&location.url())
        .add(&path)
        .add(title)
        .add(kind)
        .add(pages)
        .add(language)
        .add(as_of)
        .add(&every.map(|every| (every.as_secs(), every.subsec_nanos())))
        .add(timezone)
        .add(date_order)
        .add(tags)
        .add(robots)
        .add_all(headers)
        .add(&revealed(proxy.as_ref()))
        .add(public_url);
    add_max_items(*max_items, &mut digest);
    add_titles(titles, &mut digest);
    digest.finish()
}

/// Only where it was edited: the hashes of all other sources are those of older versions, so that an
/// update does not fetch everything at once.
pub(super) fn add_max_items(max_items: Option<u32>, digest: &mut Digest) {
    if max_items != Some(Source::MAX_ITEMS) {
        digest.add("max_items").add(&max_items);
    }
}

/// Likewise.
pub(super) fn add_titles(titles: &[TitleEdit], digest: &mut Digest) {
    if !titles.is_empty() {
        digest.add("titles").add_all(titles.iter());
    }
}

fn revealed(secret: Option<&Secret>) -> Option<String> {
    secret.map(|secret| secret.reveal().to_owned())
}

fn allowed(allow: &Allow) -> (&'static str, String) {
    match allow {
        Allow::Host(name) => ("host", name.clone()),
        Allow::Network(network) => ("network", network.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::source;
    use crate::model::{SourceId, SourceKind};
    use chrono::{DateTime, Utc};
    use std::time::Duration;

    fn limits() -> Limits {
        Limits {
            contact: Some("https://news.example/about".to_owned()),
            allow: vec![Allow::parse("10.0.0.0/8").unwrap()],
            ..Limits::default()
        }
    }

    fn settings(limits: &Limits, source: &Source) -> Settings {
        let state = Recall::new(limits).state(source, FetchState::default());
        state.settings.unwrap()
    }

    #[test]
    fn the_hashes_of_the_settings_last() {
        let Settings { source, fetch } = settings(&limits(), &source());
        assert_eq!(
            [source, fetch].map(|hash| format!("{hash:016x}")),
            ["cc4fb00ecf9bd011", "10f1d3009b4eedd1"]
        );
    }

    #[test]
    fn a_key_of_the_source_that_matters_changes_the_hash() {
        let edits: [fn(&mut Source); 12] = [
            |source| source.kind = SourceKind::Feed,
            |source| source.kind = SourceKind::List,
            |source| source.pages += 1,
            |source| source.max_items = None,
            |source| source.every = None,
            |source| source.robots = !source.robots,
            |source| source.headers.clear(),
            |source| source.headers[0].1 = Secret::new("another".to_owned()),
            |source| source.public_url = None,
            |source| source.language = None,
            |source| source.tags.clear(),
            |source| {
                source.titles.push(TitleEdit {
                    find: "a".to_owned(),
                    replace: String::new(),
                });
            },
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            let mut edited = source();
            edit(&mut edited);
            assert_ne!(
                settings(&limits(), &edited),
                settings(&limits(), &source()),
                "{n}"
            );
        }
    }

    #[test]
    fn a_key_of_fetch_that_matters_changes_the_hash() {
        let edits: [fn(&mut Limits); 6] = [
            |limits| limits.contact = None,
            |limits| limits.timeout = Duration::from_secs(60),
            |limits| limits.max_body += 1,
            |limits| limits.allow.clear(),
            |limits| limits.allow.push(Allow::parse("feeds.lan").unwrap()),
            |limits| limits.proxy = Some(Secret::new("http://proxy.lan/".to_owned())),
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            let mut edited = limits();
            edit(&mut edited);
            assert_ne!(
                settings(&edited, &source()),
                settings(&limits(), &source()),
                "{n}"
            );
        }
    }

    #[test]
    fn what_does_not_matter_to_a_visit_keeps_the_hash() {
        let (mut source_2, mut limits_2) = (source(), limits());
        source_2.id = SourceId::new("b");
        source_2.rank += 1;
        source_2.folder.clear();
        source_2.home_page_url = None;
        source_2.merge = !source_2.merge;
        source_2.enabled = false;
        limits_2.in_flight += 1;
        limits_2.per_host += 1;
        limits_2.gap = Duration::ZERO;
        limits_2.scratch.push("x");
        assert_eq!(
            settings(&limits_2, &source_2),
            settings(&limits(), &source())
        );
    }

    #[test]
    fn what_is_gone_is_not_asked_again_because_of_a_key_of_fetch() {
        let stored = FetchState {
            gone: true,
            ..Recall::new(&limits()).state(&source(), FetchState::default())
        };
        let other = Recall::new(&Limits::default());
        assert!(other.state(&source(), stored.clone()).gone);
        let mut edited = source();
        edited.pages += 1;
        assert!(!other.state(&edited, stored).gone);
    }

    #[test]
    fn an_edited_source_is_due_and_one_from_an_older_store_is_not() {
        let recall = Recall::new(&limits());
        let next = DateTime::<Utc>::MAX_UTC;
        let stored = FetchState {
            next_due: Some(next),
            gone: true,
            ..recall.state(&source(), FetchState::default())
        };
        let next_due = |source: &Source, stored: &FetchState| {
            let state = recall.state(source, stored.clone());
            (state.next_due, state.gone)
        };
        assert_eq!(next_due(&source(), &stored), (Some(next), true));
        let mut edited = source();
        edited.headers.clear();
        assert_eq!(next_due(&edited, &stored), (None, false));
        let old = FetchState {
            settings: None,
            ..stored
        };
        assert_eq!(next_due(&edited, &old), (Some(next), true));
    }
}
