//! Documents whose items have ids, links and media of their own, and the stories that come of them.

use crate::common::{House, at};
use chrono::TimeDelta;
use feedmill::dedupe::Filter;
use feedmill::model::{Item, ItemSource, SourceId};
use serde_json::Value;

/// When [`House::pass`] makes its pass.
pub(super) const NOON: &str = "2024-06-15T12:00:00Z";

/// An item of a document.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry<'a> {
    /// Its guid; none if it is empty.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) link: &'a str,
    /// How long before [`NOON`] it was published.
    pub(super) hours_ago: i64,
    pub(super) text: &'a str,
    /// More elements.
    pub(super) more: &'a str,
}

/// An RSS document with these items.
pub(super) fn document<'a>(source: &str, entries: impl IntoIterator<Item = Entry<'a>>) -> String {
    use std::fmt::Write;
    let mut feed = format!(
        "<rss version=\"2.0\"><channel><title>{source}</title><link>https://{source}.example/</link>\n"
    );
    for entry in entries {
        let date = (at(NOON) - TimeDelta::hours(entry.hours_ago)).to_rfc2822();
        feed.push_str("<item>");
        let mut element = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = write!(feed, "<{name}>{value}</{name}>");
            }
        };
        element("title", entry.title);
        element("link", entry.link);
        element("pubDate", &date);
        element("description", entry.text);
        let id = entry.id;
        let guid = format!("<guid isPermaLink=\"false\">{id}</guid>");
        let guid = if id.is_empty() { "" } else { &guid };
        let _ = writeln!(feed, "{guid}{}</item>", entry.more);
    }
    feed + "</channel></rss>\n"
}

impl House {
    /// The published stories, each with its first address and then those of its other members.
    pub(super) fn stories(&self) -> Vec<Vec<String>> {
        let address = |item: &Value| item["url"].as_str().unwrap_or_default().to_owned();
        let mut stories: Vec<Vec<String>> = (self.items("all").iter())
            .map(|item| {
                let also = item["_feedmill"]["also"].as_array().into_iter().flatten();
                std::iter::once(item).chain(also).map(address).collect()
            })
            .collect();
        stories.sort();
        stories
    }

    /// The ids of the published stories.
    pub(super) fn story_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = (self.items("all").iter())
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }
}

/// An item of a publisher, so many hours before [`NOON`].
pub(super) fn told(publisher: &str, hours_ago: i64, title: &str, text: &str) -> Item {
    Item {
        url: Some(format!("https://{publisher}.example/{hours_ago}/item")),
        title: Some(title.to_owned()),
        content_text: Some(text.to_owned()).filter(|text| !text.is_empty()),
        ..Item::new(
            format!("{publisher}-{hours_ago}"),
            ItemSource {
                id: SourceId::new(publisher),
                ..ItemSource::default()
            }
            .into(),
            at(NOON) - TimeDelta::hours(hours_ago),
        )
    }
}

/// How many stories these items are, the earliest first.
pub(super) fn count_stories(items: &[Item]) -> usize {
    let mut filter = Filter::new();
    let placed = items.iter().map(|item| filter.place(item));
    placed
        .filter(|placed| placed.number == placed.story)
        .count()
}

/// Whether two publishers tell one story, the second an hour after the first.
pub(super) fn are_one(one: (&str, &str), other: (&str, &str)) -> bool {
    count_stories(&[
        told("one", 2, one.0, one.1),
        told("other", 1, other.0, other.1),
    ]) == 1
}
