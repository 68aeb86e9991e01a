//! Stories in the store -> stories in memory. Several files show each story, so those that were used last stay there, and
//! so does the safe HTML of their texts.

use super::recent::Recent;
use crate::mill::Error;
use crate::model::{Item, Story};
use crate::store::Store;
use crate::text::html::SafeHtml;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of stories that stay in memory, about, and of texts.
const LIMIT: usize = 8 << 20;

/// The stories of one pass, which do not change while it publishes.
pub(in crate::mill) struct RecentStories<'a> {
    pub(super) store: &'a Store,
    /// By the number of the story.
    stories: Mutex<Recent<Arc<Story>>>,
    /// By the number of the item.
    texts: Mutex<Recent<SafeText>>,
}

/// The safe HTML of an item.
#[derive(Clone)]
pub(super) struct SafeText {
    pub(super) html: SafeHtml,
    /// The store has it too.
    pub(super) is_stored: bool,
}

impl<'a> RecentStories<'a> {
    pub(in crate::mill) fn new(store: &'a Store) -> Self {
        Self {
            store,
            stories: Mutex::new(Recent::new(LIMIT, |story| size(story))),
            texts: Mutex::new(Recent::new(LIMIT, |text| text.html.as_str().len())),
        }
    }

    /// Stories by number, in the order asked for, as [`Store::stories`] gives them.
    pub(super) async fn read(&self, numbers: &[u64]) -> Result<Vec<Arc<Story>>, Error> {
        let mut found: HashMap<u64, Arc<Story>> = {
            let mut kept = lock(&self.stories);
            let kept = numbers.iter().filter_map(|n| Some((*n, kept.get(*n)?)));
            kept.collect()
        };
        let is_new = |number: &&u64| !found.contains_key(number);
        let unread: Vec<u64> = numbers.iter().filter(is_new).copied().collect();
        if !unread.is_empty() {
            let read = self.store.stories(unread).await?.into_iter().map(Arc::new);
            let mut kept = lock(&self.stories);
            for story in read {
                kept.keep(story.seq, Arc::clone(&story));
                found.insert(story.seq, story);
            }
        }
        let stories = numbers.iter().filter_map(|number| found.get(number));
        Ok(stories.cloned().collect())
    }

    /// The safe HTML of an item, if it was used last.
    pub(super) fn text(&self, item: u64) -> Option<SafeText> {
        lock(&self.texts).get(item)
    }

    pub(super) fn keep_text(&self, item: u64, text: SafeText) {
        lock(&self.texts).keep(item, text);
    }
}

fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a story takes in memory, about.
fn size(story: &Story) -> usize {
    let texts = |item: &Item| {
        let html = item.content_html.as_ref().map_or(0, |raw| raw.html.len());
        let text = item.content_text.as_ref().map_or(0, String::len);
        html + text + item.summary.as_ref().map_or(0, String::len)
    };
    let items = story.members.iter().map(|member| &member.item);
    let items = items.map(|item| size_of_val(item) + 500 + texts(item)); // 500: what is short
    items.sum()
}
