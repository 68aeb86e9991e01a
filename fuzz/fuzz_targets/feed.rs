//! Any bytes -> a feed or an error that says what it was; a feed -> items that a store can take.

#![no_main]

use chrono::{DateTime, Utc};
use feedmill::model::{Location, PageRule, Selector, Source, SourceId};
use feedmill::normalize::{Context, normalize};
use feedmill::parse::{Document, opml, parse};
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

const TYPES: [Option<&str>; 4] = [
    None,
    Some("application/rss+xml; charset=utf-8"),
    Some("text/xml; charset=koi8-r"),
    Some("text/html; charset=shift_jis"),
];

fuzz_target!(|data: &[u8]| {
    let (&[how], bytes) = data.split_first_chunk().unwrap_or((&[0], data));
    let url = Url::parse("https://site.example/news/feed").ok();
    let selector = |text: &str| Some(Selector(text.to_owned()));
    let rule = PageRule {
        item: Selector("li, article, .entry".to_owned()),
        date: selector("time, .date"),
        image: selector("img"),
        summary: selector("p"),
        ..PageRule::default()
    };
    let _ = opml::parse(bytes);
    let Ok(feed) = parse(&Document {
        bytes,
        url: url.as_ref(),
        content_type: TYPES[usize::from(how % 4)],
        page: (how & 4 != 0).then_some(&rule),
    }) else {
        return;
    };
    let source = source();
    let now = DateTime::<Utc>::from_timestamp(1_718_366_400, 0).unwrap_or_default();
    let given = feed.items.len();
    let (items, _) = normalize(
        feed,
        &Context {
            source: &source,
            document_url: url.as_ref(),
            now,
            ids_as_given: false,
        },
    );
    assert!(items.len() <= given);
    let ids: HashSet<_> = items.iter().map(|item| &item.id).collect();
    assert_eq!(ids.len(), items.len(), "two items of one id");
    for item in &items {
        assert!(!item.id.as_str().is_empty());
        assert!(item.date_published <= now, "{item:?} is of the future");
        for address in item.url.iter().chain(&item.external_url) {
            assert!(Url::parse(address).is_ok(), "{address} is not absolute");
        }
    }
});

fn source() -> Source {
    Source::new(
        SourceId::new("fuzz"),
        Location::File {
            path: "feed".into(),
            url: Url::parse("https://site.example/news/feed")
                .ok()
                .map(Arc::new),
        },
    )
}
