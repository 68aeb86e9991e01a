//! By what a stored item is compared with what its source says now.

use crate::digest::Digest;
use crate::model::{Attachment, Image, Item};
use crate::text::html;

/// Two hashes of an item, for an item that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemHashes {
    /// Of what a reader sees: an item whose content hash stays has not changed for readers.
    pub content: u64,
    /// Of what else counts: rules and links depend on it, but no reader needs to be told.
    pub metadata: u64,
}

impl ItemHashes {
    /// Rises with every change of the hashes of an item that has not changed: another field, or
    /// another text that [`html::to_text`] makes of the same HTML. The store then compares items
    /// whose hashes are of an earlier version by value, once.
    pub const VERSION: u32 = 3;

    /// Those of an item.
    pub fn of(item: &Item) -> Self {
        let html = item.content_html.as_ref();
        let text = html.map(|raw| html::to_text(&raw.html));
        Self::with_text(item, text.as_deref())
    }

    /// Likewise, with the text of its HTML ([`html::to_text`]), if it has some.
    pub fn with_text(item: &Item, text: Option<&str>) -> Self {
        let Item {
            // What the item is found by.
            id: _,
            url,
            external_url,
            title,
            // Its text counts. Links are no text, and some documents are found at another address each time.
            content_html: _,
            content_text,
            summary,
            image,
            // They are kept as they were when the item was first stored.
            date_published: _,
            date_precision: _,
            // Many sources move it although nothing has changed.
            date_modified: _,
            authors,
            tags,
            language,
            attachments,
            episode,
            // Kept beside the item: it changes with the feed.
            source: _,
        } = item;
        let image = image.as_ref().map(|image| {
            let Image {
                url,
                // Not worth a date of change.
                caption: _,
                width: _,
                height: _,
            } = image;
            url
        });
        let files = attachments.iter().map(|attachment| {
            let Attachment {
                url,
                // What is said of the same file; sources count it anew at each visit.
                mime_type: _,
                title: _,
                size_in_bytes: _,
                duration_in_seconds: _,
            } = attachment;
            url
        });
        let content = Digest::new("item content", Self::VERSION)
            .add(title)
            .add(summary)
            .add(&text)
            .add(content_text)
            .add(&image)
            .add_all(files)
            .finish();
        let metadata = Digest::new("item metadata", Self::VERSION)
            .add(url)
            .add(external_url)
            .add(tags)
            .add(authors)
            .add(language)
            .add(&episode.as_deref())
            .finish();
        Self { content, metadata }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Precision;
    use crate::model::{Author, Episode, ItemId, ItemSource, RawHtml, SourceId};
    use chrono::DateTime;
    use std::sync::Arc;

    fn item() -> Item {
        Item {
            id: ItemId::new("https://a.example/1"),
            url: Some("https://a.example/1".to_owned()),
            external_url: Some("https://b.example/".to_owned()),
            title: Some("Council agrees on budget".to_owned()),
            content_html: Some(RawHtml {
                html: "<p>The council &amp; the <b>mayor</b> agree.</p><ul><li>Bridges<li>Ferries</ul>\
                       <p>More<br>on <a href=\"/2\">page two</a>.<script>x()</script>"
                    .to_owned(),
                base: Some("https://a.example/".to_owned()),
            }),
            content_text: Some("The council agrees.".to_owned()),
            summary: Some("It agrees.".to_owned()),
            image: Some(Image {
                url: "https://a.example/1.jpg".to_owned(),
                caption: Some("The council".to_owned()),
                width: Some(3),
                height: Some(2),
            }),
            date_published: DateTime::UNIX_EPOCH,
            date_precision: Precision::Exact,
            date_modified: None,
            authors: vec![Author {
                name: Some("Ann".to_owned()),
                url: Some("https://a.example/ann".to_owned()),
                avatar: None,
            }],
            tags: vec!["Budget".to_owned()],
            language: Some("en".to_owned()),
            attachments: vec![Attachment {
                url: "https://a.example/1.mp3".to_owned(),
                mime_type: "audio/mpeg".to_owned(),
                title: None,
                size_in_bytes: Some(1),
                duration_in_seconds: None,
            }],
            episode: Some(Box::default()),
            source: Arc::default(),
        }
    }

    /// Every item of every store carries such hashes. Who changes them raises [`ItemHashes::VERSION`],
    /// also where it is the text that is made of HTML which changed.
    #[test]
    fn the_hashes_of_an_item_last() {
        let ItemHashes { content, metadata } = ItemHashes::of(&item());
        let hashes = format!("{} {content:016x} {metadata:016x}", ItemHashes::VERSION);
        assert_eq!(hashes, "3 c7a41478bcf4d6fb 9576bf2297dd783c");
    }

    #[test]
    fn each_thing_that_counts_changes_one_of_the_hashes() {
        let before = ItemHashes::of(&item());
        let after = |edit: fn(&mut Item)| {
            let mut item = item();
            edit(&mut item);
            ItemHashes::of(&item)
        };
        let content: [fn(&mut Item); 7] = [
            |item| item.title = None,
            |item| item.summary = None,
            |item| item.content_html = None,
            |item| item.content_html.as_mut().unwrap().html.push_str("<p>End"),
            |item| item.content_text = None,
            |item| item.image.as_mut().unwrap().url.push('g'),
            |item| item.attachments[0].url.push('4'),
        ];
        for (n, edit) in content.into_iter().enumerate() {
            let after = after(edit);
            assert_ne!(after.content, before.content, "{n}");
            assert_eq!(after.metadata, before.metadata, "{n}");
        }
        let metadata: [fn(&mut Item); 9] = [
            |item| item.url = None,
            |item| item.external_url = None,
            |item| item.tags.push("Bridges".to_owned()),
            |item| item.authors[0].name = None,
            |item| item.authors[0].url = None,
            |item| item.authors[0].avatar = Some(String::new()),
            |item| item.language = None,
            |item| item.episode = None,
            |item| {
                item.episode = Some(Box::new(Episode {
                    explicit: Some(true),
                    ..Episode::default()
                }));
            },
        ];
        for (n, edit) in metadata.into_iter().enumerate() {
            let after = after(edit);
            assert_eq!(after.content, before.content, "{n}");
            assert_ne!(after.metadata, before.metadata, "{n}");
        }
    }

    #[test]
    fn what_no_reader_sees_changes_neither() {
        let mut same = item();
        same.id = ItemId::new("https://a.example/2");
        same.date_published += chrono::TimeDelta::days(1);
        same.date_precision = Precision::Day;
        same.date_modified = Some(same.date_published);
        same.source = Arc::new(ItemSource {
            id: SourceId::new("b"),
            ..ItemSource::default()
        });
        let raw = same.content_html.as_mut().unwrap();
        raw.html = raw.html.replace("<b>mayor</b>", "mayor");
        raw.base = None;
        same.image.as_mut().unwrap().width = None;
        same.attachments[0].size_in_bytes = None;
        assert_eq!(ItemHashes::of(&same), ItemHashes::of(&item()));
    }
}
