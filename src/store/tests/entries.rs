//! Which stories belong to which themes, by what a theme merges.

use super::*;
use crate::store::Covered;

async fn of(store: &Store, merge: Merging, limit: u32) -> Vec<Entry> {
    let themes = vec![theme(merge, limit)];
    store
        .entries(themes, now())
        .await
        .unwrap()
        .remove(0)
        .entries
}

#[tokio::test]
async fn stories_are_matched_in_order_of_arrival_up_to_a_limit() {
    let store = stories(3).await;
    let due = store.stories_to_match(0, 2, now()).await.unwrap();
    assert_eq!(due.iter().map(|s| s.seq).collect::<Vec<_>>(), [1, 2]);
    enter(&store, "t", &[1, 2, 3]).await;
    assert!(
        store
            .stories_to_match(0, 9, now())
            .await
            .unwrap()
            .is_empty()
    );
    store.match_all_again().await.unwrap();
    assert_eq!(store.stories_to_match(0, 9, now()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn entries_of_a_story_replace_its_earlier_ones() {
    let store = entries(1).await;
    enter(&store, "u", &[1]).await;
    let themes = store.themes_of(vec![1]).await.unwrap();
    assert_eq!(themes[&1], [ThemeId::new("u")]);
}

#[tokio::test]
async fn the_last_arrivals_come_first_up_to_the_limit_of_the_theme() {
    let store = entries(3).await;
    assert_eq!(numbers(&of(&store, Merging::Identical, 2).await), [3, 2]);
}

#[tokio::test]
async fn the_lead_of_a_story_and_the_choice_of_the_editor_are_kept() {
    let store = stories(2).await;
    store.fuse(vec![1, 2]).await.unwrap();
    let kept = StoryEntries {
        until: None,
        story: 1,
        lead: 2,
        themes: vec![(ThemeId::new("t"), 2, true)],
    };
    let kept = store.keep_entries(vec![kept], Vec::new(), now());
    kept.await.unwrap();
    assert_eq!(members(&story(&store, 1).await), [2, 1]);
    let entry = of(&store, Merging::Identical, 9).await[0];
    assert_eq!((entry.item, entry.editors_choice), (2, true));
}

#[tokio::test]
async fn an_event_is_one_entry_through_its_first_story() {
    let store = entries(3).await;
    let covered = [(1, 1), (3, 1)].map(|(story, event)| Covered {
        story,
        published: now(),
        gist: Vec::new(),
        coverage: Some(event),
        began: now(),
    });
    store.cover(covered.to_vec(), Vec::new()).await.unwrap();
    let events = of(&store, Merging::Coverage, 9).await;
    assert_eq!(numbers(&events), [2, 1]);
    assert_eq!(
        events[1].rev, 1,
        "another story of an event is a change of it"
    );
    assert_eq!(numbers(&of(&store, Merging::Identical, 9).await), [3, 2, 1]);
}

#[tokio::test]
async fn without_merging_each_item_is_an_entry() {
    let store = stories(2).await;
    store.fuse(vec![1, 2]).await.unwrap();
    enter(&store, "t", &[1]).await;
    let items: Vec<_> = of(&store, Merging::Off, 9).await;
    let items: Vec<_> = items.iter().map(|entry| entry.item).collect();
    assert_eq!(items, [2, 1]);
    assert_eq!(of(&store, Merging::Off, 1).await.len(), 1);
    hide(&store, &[2]).await;
    assert_eq!(of(&store, Merging::Off, 9).await.len(), 1);
}

#[tokio::test]
async fn entries_of_some_stories_are_in_the_order_requested() {
    let store = entries(3).await;
    let theme = ThemeId::new("t");
    let found = store.entries_of(&theme, vec![3, 9, 1]).await.unwrap();
    assert_eq!(numbers(&found), [3, 1]);
    let theme = ThemeId::new("u");
    assert!(store.entries_of(&theme, vec![1]).await.unwrap().is_empty());
}

#[tokio::test]
async fn entries_of_other_themes_are_forgotten() {
    let store = stories(2).await;
    enter(&store, "t", &[1]).await;
    enter(&store, "u", &[2]).await;
    let kept = vec![ThemeId::new("u")];
    store.forget_other_themes(kept).await.unwrap();
    let themes = store.themes_of(vec![1, 2]).await.unwrap();
    assert!(themes[&1].is_empty());
    assert_eq!(themes[&2], [ThemeId::new("u")]);
}
