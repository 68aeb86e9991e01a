//! Texts of items -> safe HTML: made when it is needed first, and kept in the store where it is needed again.

use super::recent_stories::{RecentStories, SafeText};
use crate::mill::Error;
use crate::model::{Item, Member};
use crate::text::html::{self, SafeHtml};
use std::collections::HashMap;
use url::Url;

/// The safe HTML of some items.
pub(super) struct SafeTexts<'a> {
    recent: &'a RecentStories<'a>,
    /// By the number of the item.
    found: HashMap<u64, SafeText>,
    unstored: Vec<(u64, SafeHtml)>,
}

impl<'a> SafeTexts<'a> {
    /// Finds what was made of these members: in memory if it was used last, else in the store.
    pub(super) async fn read(
        recent: &'a RecentStories<'a>,
        members: impl Iterator<Item = &Member>,
    ) -> Result<Self, Error> {
        let (mut found, mut unread) = (HashMap::new(), Vec::new());
        for member in members.filter(|member| member.item.content_html.is_some()) {
            match recent.text(member.number) {
                Some(text) => {
                    found.insert(member.number, text);
                }
                None => unread.push(member.number),
            }
        }
        for (item, (html, version)) in recent.store.clean(unread).await? {
            if let Some(html) = SafeHtml::from_stored(html, version) {
                let is_stored = true;
                found.insert(item, SafeText { html, is_stored });
            }
        }
        Ok(Self {
            recent,
            found,
            unstored: Vec::new(),
        })
    }

    /// The text of one of them; none if it has none.
    pub(super) fn text(&mut self, member: &Member) -> Option<SafeHtml> {
        if member.item.content_html.is_none() {
            return of_item(&member.item);
        }
        let text = match self.found.remove(&member.number) {
            Some(text) => text,
            None => SafeText {
                html: of_item(&member.item)?,
                is_stored: false,
            },
        };
        if !text.is_stored {
            self.unstored.push((member.number, text.html.clone()));
        }
        self.recent.keep_text(member.number, text.clone());
        Some(text.html)
    }

    /// Keeps in the store what it does not have.
    pub(super) async fn keep(self) -> Result<(), Error> {
        let texts = self.unstored.iter();
        let texts = texts.map(|(item, html)| (*item, html.as_str().to_owned()));
        let store = self.recent.store;
        store.keep_clean(texts.collect(), html::VERSION).await?;
        for (item, html) in self.unstored {
            let is_stored = true;
            self.recent.keep_text(item, SafeText { html, is_stored });
        }
        Ok(())
    }
}

/// The text of an item that the store does not keep.
pub(super) fn of_item(item: &Item) -> Option<SafeHtml> {
    let Some(raw) = &item.content_html else {
        return item.content_text.as_deref().map(html::from_text);
    };
    let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
    Some(html::sanitize(&raw.html, base.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FetchState, ItemSource, RawHtml, SourceId};
    use crate::store::{Arrival, NewItem, Store};
    use chrono::DateTime;
    use std::collections::HashSet;
    use std::sync::Arc;

    /// A stored item with HTML, as a member of a story.
    async fn member(store: &Store) -> Member {
        let now = DateTime::UNIX_EPOCH;
        let source = ItemSource {
            id: SourceId::new("a"),
            ..ItemSource::default()
        };
        let html = RawHtml {
            html: "<p onclick=x>Ferries</p>".to_owned(),
            base: None,
        };
        let item = Item {
            content_html: Some(html),
            ..Item::new("1", Arc::new(source), now)
        };
        let arrival = Arrival {
            source: SourceId::new("a"),
            state: FetchState::default(),
            items: vec![NewItem::of(item.clone(), false, &HashSet::new())],
            is_whole: true,
            is_backlog: false,
            list: None,
        };
        store.save(vec![arrival], now).await.unwrap();
        Member {
            number: 1,
            item,
            first_seen: now,
            why: None,
        }
    }

    #[tokio::test]
    async fn what_was_made_for_a_file_that_is_written_once_is_stored_when_it_is_needed_again() {
        let store = Store::in_memory().unwrap();
        let member = member(&store).await;
        let recent = RecentStories::new(&store);
        let read = || SafeTexts::read(&recent, std::iter::once(&member));
        let is_stored = || async { !store.clean(vec![1]).await.unwrap().is_empty() };

        let mut once = read().await.unwrap();
        assert_eq!(once.text(&member).unwrap().as_str(), "<p>Ferries</p>");
        drop(once);
        assert!(!is_stored().await);

        let mut again = read().await.unwrap();
        assert_eq!(again.text(&member).unwrap().as_str(), "<p>Ferries</p>");
        again.keep().await.unwrap();
        assert!(is_stored().await);

        let mut last = read().await.unwrap();
        last.text(&member).unwrap();
        assert!(last.unstored.is_empty(), "it is not written twice");
    }
}
