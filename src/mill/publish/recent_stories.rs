//! Stories in the store -> stories in memory. Several files show each story, so those that were read last stay there.

use crate::mill::Error;
use crate::model::{Item, Story};
use crate::store::Store;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of stories that stay in memory, about: two generations of half as many.
const LIMIT: usize = 8 << 20;

/// The stories of one pass, which do not change while it publishes.
pub(in crate::mill) struct RecentStories<'a> {
    pub(super) store: &'a Store,
    kept: Mutex<Kept>,
}

/// A story that is asked for moves to the newer generation. When that is full, the older one is dropped.
#[derive(Default)]
struct Kept {
    newer: HashMap<u64, Arc<Story>>,
    older: HashMap<u64, Arc<Story>>,
    /// Of the newer ones.
    bytes: usize,
}

impl<'a> RecentStories<'a> {
    pub(in crate::mill) fn new(store: &'a Store) -> Self {
        Self {
            store,
            kept: Mutex::default(),
        }
    }

    /// Stories by number, in the order asked for, as [`Store::stories`] gives them.
    pub(super) async fn read(&self, numbers: &[u64]) -> Result<Vec<Arc<Story>>, Error> {
        let mut found: HashMap<u64, Arc<Story>> = {
            let mut kept = self.lock();
            let kept = numbers.iter().filter_map(|n| Some((*n, kept.get(*n)?)));
            kept.collect()
        };
        let is_new = |number: &&u64| !found.contains_key(number);
        let unread: Vec<u64> = numbers.iter().filter(is_new).copied().collect();
        if !unread.is_empty() {
            let read = self.store.stories(unread).await?.into_iter().map(Arc::new);
            let mut kept = self.lock();
            found.extend(read.map(|story| (story.seq, kept.keep(story))));
        }
        let stories = numbers.iter().filter_map(|number| found.get(number));
        Ok(stories.cloned().collect())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn get(&mut self, number: u64) -> Option<Arc<Story>> {
        if let Some(story) = self.newer.get(&number) {
            return Some(Arc::clone(story));
        }
        let story = self.older.remove(&number)?;
        Some(self.keep(story))
    }

    fn keep(&mut self, story: Arc<Story>) -> Arc<Story> {
        self.bytes += size(&story);
        if self.bytes > LIMIT / 2 {
            self.older = std::mem::take(&mut self.newer);
            self.bytes = size(&story);
        }
        self.newer.insert(story.seq, Arc::clone(&story));
        story
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemSource, Member, StoryId};
    use chrono::DateTime;

    fn story(seq: u64, summary: usize) -> Arc<Story> {
        let member = Member {
            number: seq,
            item: Item {
                summary: Some("x".repeat(summary)),
                ..Item::new("1", ItemSource::default().into(), DateTime::UNIX_EPOCH)
            },
            first_seen: DateTime::UNIX_EPOCH,
            why: None,
        };
        Arc::new(Story {
            id: StoryId::new(seq.to_string()),
            date_published: DateTime::UNIX_EPOCH,
            url: None,
            members: vec![member],
            seq,
            rev: 1,
            first_seen: DateTime::UNIX_EPOCH,
            changed: None,
            event_sources: 0,
        })
    }

    #[test]
    fn the_stories_asked_for_last_stay() {
        let mut kept = Kept::default();
        for seq in 0..20 {
            kept.keep(story(seq, LIMIT / 10));
            assert!(kept.get(0).is_some(), "asked for each time");
        }
        assert!(kept.get(19).is_some() && kept.get(1).is_none());
        let all = kept.newer.values().chain(kept.older.values());
        assert!(all.map(|story| size(story)).sum::<usize>() <= LIMIT);
    }

    #[test]
    fn a_story_larger_than_all_that_may_stay_is_given() {
        let mut kept = Kept::default();
        for seq in 0..3 {
            assert_eq!(kept.keep(story(seq, LIMIT)).seq, seq);
        }
        assert!(kept.newer.len() + kept.older.len() <= 2);
    }
}
