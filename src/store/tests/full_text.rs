//! Articles from the pages of items, beside what their feeds gave.

use super::*;
use crate::store::{FullText, Saved};

fn given(html: &str) -> FullText {
    FullText {
        html: Some(html.to_owned()),
        tries: 1,
        try_at: None,
    }
}

async fn unread(store: &Store, at: DateTime<Utc>, limit: u32) -> Vec<(u64, u32)> {
    let unread = store.unread(SourceId::new("a"), at, limit).await.unwrap();
    unread.iter().map(|one| (one.number, one.tries)).collect()
}

#[tokio::test]
async fn a_page_is_due_until_it_was_tried_and_again_when_it_is_time() {
    let store = store();
    let mut items: Vec<_> = ["1", "2", "3", "4"].map(|id| item("a", id)).into();
    items[1].date_published = now();
    items[3].url = None;
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    assert_eq!(unread(&store, now(), 9).await, [(2, 0), (1, 0), (3, 0)]);
    assert_eq!(unread(&store, now(), 1).await, [(2, 0)]);
    store.keep_full_text(2, given("<p>a</p>")).await.unwrap();
    let failed = FullText {
        html: None,
        tries: 1,
        try_at: Some(day(1)),
    };
    store.keep_full_text(1, failed.clone()).await.unwrap();
    assert_eq!(unread(&store, now(), 9).await, [(3, 0)]);
    assert_eq!(unread(&store, day(1), 9).await, [(1, 1), (3, 0)]);
    let never = FullText {
        try_at: None,
        ..failed
    };
    store.keep_full_text(1, never).await.unwrap();
    assert_eq!(unread(&store, day(9), 9).await, [(3, 0)]);
    // What its source does not list any more is left alone.
    let rest = arrival("a", vec![item("a", "1")]);
    store.save(vec![rest], now()).await.unwrap();
    assert_eq!(unread(&store, day(9), 9).await, []);
}

#[tokio::test]
async fn a_text_that_comes_later_is_shown_and_is_no_update() {
    let store = stories(1).await;
    enter(&store, "t", &[1]).await;
    let html = vec![(1, "<p>old</p>".to_owned())];
    store.keep_clean(html, 3).await.unwrap();
    let before = story(&store, 1).await;
    store.keep_full_text(1, given("<p>All</p>")).await.unwrap();
    let after = story(&store, 1).await;
    let shown = after.members[0].item.content_html.as_ref().unwrap();
    assert_eq!(shown.html, "<p>All</p>");
    assert_eq!((after.rev, after.changed), (1, None));
    assert_eq!(
        (after.id, after.date_published, after.url),
        (before.id, before.date_published, before.url)
    );
    assert_eq!(store.clean(1).await.unwrap(), None);
    assert_eq!(store.stories_to_match(9, now()).await.unwrap().len(), 1);
    // What the feed says is what it said.
    let again = arrival("a", vec![item("a", "i1")]);
    let saved = store.save(vec![again], now()).await.unwrap();
    assert_eq!(saved, Saved::default());
}
