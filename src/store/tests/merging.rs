//! What the merger and people decide, and what later items are compared with.

use super::*;
use crate::store::{Covered, Error, LastPass, Named, Since, Wanted};
use std::collections::HashSet;

/// A story among those that tell an event.
fn covered(story: u64, coverage: u64, published: DateTime<Utc>) -> Covered {
    Covered {
        story,
        published,
        gist: vec![1, 2],
        coverage: Some(coverage),
        began: published,
    }
}

async fn cover(store: &Store, stories: &[(u64, u64)]) {
    let stories = stories.iter().map(|&(s, event)| covered(s, event, now()));
    store.cover(stories.collect(), Vec::new()).await.unwrap();
}

async fn pass(store: &Store, at: DateTime<Utc>) {
    store.finish_pass(LastPass { at, clock: at }).await.unwrap();
}

fn named(number: u64, story: u64) -> Named {
    Named {
        number,
        id: format!("i{number}"),
        url: None,
        story,
        begins: false,
    }
}

#[tokio::test]
async fn a_new_story_takes_the_date_and_page_of_its_first_item() {
    let store = stories(1).await;
    let story = story(&store, 1).await;
    assert_eq!(story.id.as_str(), "i1");
    assert_eq!(story.date_published, item("a", "i1").date_published);
    assert_eq!(story.url.as_deref(), Some("https://example.org/i1"));
    assert_eq!((story.first_seen, story.rev), (now(), 0));
    assert!(unmerged(&store).await.is_empty());
}

#[tokio::test]
async fn an_item_that_joins_a_story_changes_it() {
    let store = stories(1).await;
    let second = arrival("b", vec![item("b", "i2")]);
    store.save(vec![second], now()).await.unwrap();
    store
        .merge(decided(vec![joins(2, 1)]), nothing_learned(), now())
        .await
        .unwrap();
    let story = story(&store, 1).await;
    assert_eq!((members(&story), story.rev), (vec![1, 2], 1));
    let why = story.members[1].why.as_ref().unwrap();
    assert_eq!(why.reason, Reason::SameText);
}

#[tokio::test]
async fn what_was_learned_is_kept_in_order_until_all_of_it_is_stored_again() {
    let store = store();
    let all = Learned::All;
    let added = Learned::Added;
    let empty = Vec::new;
    for (learned, kept) in [
        (added(empty()), None),
        (all(vec![5]), Some((vec![5], empty()))),
        (added(vec![2, 1]), Some((vec![5], vec![2, 1]))),
        (added(empty()), Some((vec![5], vec![2, 1]))),
        (added(vec![0]), Some((vec![5], vec![2, 1, 0]))),
        (all(vec![6]), Some((vec![6], empty()))),
        (added(vec![3]), Some((vec![6], vec![3]))),
    ] {
        let decided = Decisions::default();
        store.merge(decided, learned, now()).await.unwrap();
        assert_eq!(store.frequencies().await.unwrap(), kept);
    }
}

#[tokio::test]
async fn two_stories_never_have_one_id() {
    let store = stories(1).await;
    let others = ["b", "c"].map(|source| arrival(source, vec![item(source, "i1")]));
    store.save(others.into(), now()).await.unwrap();
    let taken = decided(vec![begins(2, 2), begins(3, 3)]);
    store.merge(taken, nothing_learned(), now()).await.unwrap();
    let mut ids = HashSet::new();
    for number in 1..=3 {
        ids.insert(story(&store, number).await.id);
    }
    assert_eq!(ids.len(), 3);
    assert_eq!(story(&store, 1).await.id.as_str(), "i1");
}

#[tokio::test]
async fn a_merge_that_fails_changes_nothing() {
    let store = store();
    let items = vec![item("a", "i1"), item("a", "i2")];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    execute(
        &store,
        "CREATE TRIGGER refuse BEFORE INSERT ON story WHEN new.number = 2
         BEGIN SELECT raise(ABORT, 'refused'); END",
    )
    .await
    .unwrap();
    let merged = vec![begins(1, 1), begins(2, 2)];
    let error = store
        .merge(decided(merged), Learned::All(vec![1]), now())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Database(_)), "{error}");
    assert_eq!(unmerged(&store).await.len(), 2);
    assert_eq!(store.frequencies().await.unwrap(), None);
}

#[tokio::test]
async fn the_number_of_a_story_is_never_used_again() {
    let store = stories(2).await;
    assert_eq!(store.next_story().await.unwrap(), 3);
    store.fuse(vec![1, 2]).await.unwrap();
    assert_eq!(store.next_story().await.unwrap(), 3);
    assert_eq!(super::store().next_story().await.unwrap(), 1);
}

#[tokio::test]
async fn fused_stories_are_the_first_of_them() {
    let store = entries(2).await;
    store.fuse(vec![1, 2]).await.unwrap();
    assert!(store.stories(vec![2]).await.unwrap().is_empty());
    let story = story(&store, 1).await;
    assert_eq!((members(&story), story.rev), (vec![1, 2], 1));
    let by_hand = store.joined_by_hand().await.unwrap();
    assert_eq!((by_hand.len(), by_hand[0].number), (1, 2));
    let left = store.themes_of(vec![2]).await.unwrap();
    assert!(left[&2].is_empty());
}

#[tokio::test]
async fn fusing_nothing_changes_nothing() {
    let store = stories(1).await;
    store.fuse(Vec::new()).await.unwrap();
    assert_eq!(story(&store, 1).await.rev, 0);
}

#[tokio::test]
async fn a_parted_item_takes_along_what_came_with_it() {
    let store = stories(2).await;
    let third = arrival("b", vec![item("b", "i3")]);
    store.save(vec![third], now()).await.unwrap();
    store
        .merge(decided(vec![joins(3, 2)]), nothing_learned(), now())
        .await
        .unwrap();
    store.fuse(vec![1, 2]).await.unwrap();
    assert_eq!(members(&story(&store, 1).await), [1, 2, 3]);
    store.part(named(2, 1), now()).await.unwrap();
    assert_eq!(members(&story(&store, 1).await), [1]);
    let parted = story(&store, 3).await;
    assert_eq!((members(&parted), parted.id.as_str()), (vec![2, 3], "i2"));
    assert!(store.joined_by_hand().await.unwrap().is_empty());
}

#[tokio::test]
async fn items_are_found_by_an_exact_key_or_the_id_of_their_story() {
    let store = stories(2).await;
    let third = arrival("b", vec![item("b", "i3")]);
    store.save(vec![third], now()).await.unwrap();
    let third = keyed(vec![begins(3, 3)], now(), &[u64::MAX], &[]);
    store.merge(third, nothing_learned(), now()).await.unwrap();
    let found = store.named(vec![u64::MAX], "i2".to_owned()).await;
    let found = found.unwrap();
    let numbers: Vec<_> = found.iter().map(|n| (n.number, n.begins)).collect();
    assert_eq!(numbers, [(2, true), (3, true)]);
    assert!(
        store
            .named(vec![1], String::new())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_hidden_story_is_not_an_entry_until_it_is_shown_again() {
    let store = entries(2).await;
    hide(&store, &[1]).await;
    assert!(store.stories(vec![1]).await.unwrap().is_empty());
    let themes = vec![theme(Merging::Identical, 9)];
    let left = store.entries(themes, now()).await;
    assert_eq!(numbers(&left.unwrap()[0].entries), [2]);
    assert!(
        store
            .stories_to_match(0, 9, now())
            .await
            .unwrap()
            .is_empty()
    );
    hide(&store, &[]).await;
    let due = store.stories_to_match(0, 9, now()).await.unwrap();
    assert_eq!(due.iter().map(|s| s.seq).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn all_items_of_a_hidden_source_are_hidden() {
    let store = entries(2).await;
    let sources = vec![SourceId::new("a")];
    store.hide_only(Vec::new(), sources).await.unwrap();
    assert!(store.stories(vec![1, 2]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_story_whose_first_item_is_hidden_has_no_page() {
    let store = stories(2).await;
    store.fuse(vec![1, 2]).await.unwrap();
    hide(&store, &[1]).await;
    let story = story(&store, 1).await;
    assert_eq!((members(&story), story.url), (vec![2], None));
}

#[tokio::test]
async fn stories_are_given_in_the_order_requested() {
    let store = stories(3).await;
    let stories = store.stories(vec![3, 9, 1]).await.unwrap();
    assert_eq!(stories.iter().map(|s| s.seq).collect::<Vec<_>>(), [3, 1]);
}

#[tokio::test]
async fn since_gives_what_arrived_after_a_moment_or_the_last_of_it() {
    let store = stories(3).await;
    let later = arrival("b", vec![item("b", "i4")]);
    store.save(vec![later], day(1)).await.unwrap();
    store
        .merge(decided(vec![begins(4, 4)]), nothing_learned(), day(1))
        .await
        .unwrap();
    let since = |moment, limit| Since {
        moment,
        limit,
        ..Since::default()
    };
    assert_eq!(store.since(since(now(), None)).await.unwrap(), [1, 2, 3, 4]);
    assert_eq!(store.since(since(day(1), None)).await.unwrap(), [4]);
    assert_eq!(store.since(since(now(), Some(2))).await.unwrap(), [3, 4]);
    hide(&store, &[3]).await;
    assert_eq!(store.since(since(now(), Some(2))).await.unwrap(), [2, 4]);
}

#[tokio::test]
async fn since_gives_the_stories_of_a_theme_and_each_event_once() {
    let store = stories(4).await;
    enter(&store, "t", &[2, 3, 4]).await;
    cover(&store, &[(1, 1), (2, 1), (3, 1)]).await;
    let since = |events_once| Since {
        theme: Some(ThemeId::new("t")),
        events_once,
        ..Since::default()
    };
    assert_eq!(store.since(since(false)).await.unwrap(), [2, 3, 4]);
    assert_eq!(store.since(since(true)).await.unwrap(), [2, 4]);
}

/// One item with a key of similar items, published on a day, merged at [`now`].
async fn with_key(published: DateTime<Utc>) -> Store {
    let store = store();
    let items = vec![item("a", "i1")];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    let merged = keyed(vec![begins(1, 1)], published, &[], &[u32::MAX]);
    store.merge(merged, nothing_learned(), now()).await.unwrap();
    store
}

async fn found_by_key(store: &Store, from: i64, to: i64) -> usize {
    let wanted = Wanted {
        windows: vec![(day(from), day(to))],
        alike: vec![u32::MAX],
        exact: Vec::new(),
        near: Vec::new(),
    };
    store.comparable(wanted, now()).await.unwrap().len()
}

#[tokio::test]
async fn similar_items_are_found_by_the_days_around_them() {
    let store = with_key(day(-2)).await;
    assert_eq!(found_by_key(&store, -3, -1).await, 1);
    assert_eq!(found_by_key(&store, -2, -2).await, 1);
    assert_eq!(found_by_key(&store, -1, 0).await, 0);
    assert_eq!(found_by_key(&store, -9, -3).await, 0);
}

#[tokio::test]
async fn keys_of_similar_items_are_forgotten_after_thirty_days() {
    let store = with_key(day(-2)).await;
    for (passed, found) in [(28, 1), (29, 0)] {
        pass(&store, day(passed)).await;
        store
            .merge(Decisions::default(), nothing_learned(), day(passed))
            .await
            .unwrap();
        assert_eq!(found_by_key(&store, -3, -1).await, found, "day {passed}");
    }
    assert_eq!(found_by_key(&with_key(day(-31)).await, -40, 0).await, 0);
}

#[tokio::test]
async fn a_clock_that_is_ahead_for_one_pass_forgets_nothing() {
    let store = with_key(day(-2)).await;
    pass(&store, now()).await;
    store
        .merge(Decisions::default(), nothing_learned(), day(900))
        .await
        .unwrap();
    assert_eq!(found_by_key(&store, -3, -1).await, 1);
}

#[tokio::test]
async fn a_key_leads_to_the_newest_sixteen_items_of_a_day() {
    let store = store();
    let items = (1..=17).map(|n| item("a", &format!("i{n}"))).collect();
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    let merged = (1..=17).map(|n| begins(n, n)).collect();
    let merged = keyed(merged, now(), &[], &[u32::MAX]);
    store.merge(merged, nothing_learned(), now()).await.unwrap();
    assert_eq!(found_by_key(&store, 0, 0).await, 16);
}

#[tokio::test]
async fn an_exact_key_finds_an_item_at_any_time() {
    let store = store();
    let items = vec![item("a", "i1")];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    let merged = keyed(vec![begins(1, 1)], now(), &[u64::MAX], &[]);
    store.merge(merged, nothing_learned(), now()).await.unwrap();
    let wanted = Wanted {
        exact: vec![u64::MAX],
        ..Wanted::default()
    };
    let found = store.comparable(wanted, now()).await.unwrap();
    assert_eq!((found.len(), found[0].story), (1, Some(1)));
    assert!(found[0].begins_story);
}

#[tokio::test]
async fn stories_without_an_event_are_those_that_arrived_since_a_moment() {
    let store = stories(3).await;
    cover(&store, &[(2, 2)]).await;
    assert_eq!(store.uncovered(now()).await.unwrap(), [1, 3]);
    assert!(store.uncovered(day(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn gists_are_read_by_date_and_forgotten_by_age() {
    let store = stories(2).await;
    let stories = vec![covered(1, 1, day(-5)), covered(2, 2, day(-1))];
    store.cover(stories.clone(), Vec::new()).await.unwrap();
    assert_eq!(store.gists(day(-5), day(-5)).await.unwrap(), stories[..1]);
    assert_eq!(store.gists(day(-9), day(0)).await.unwrap().len(), 2);
    store.forget_gists(TimeDelta::days(3), now()).await.unwrap();
    assert_eq!(store.gists(day(-9), day(0)).await.unwrap(), stories[1..]);
}

#[tokio::test]
async fn an_event_that_is_part_of_another_takes_its_stories_along() {
    let store = stories(3).await;
    cover(&store, &[(1, 1), (2, 2), (3, 2)]).await;
    store.cover(Vec::new(), vec![(2, 1)]).await.unwrap();
    let related = store.related(None, 1).await.unwrap();
    assert_eq!(numbers(&related), [2, 3]);
    enter(&store, "t", &[3]).await;
    let theme = ThemeId::new("t");
    let related = store.related(Some(&theme), 1).await.unwrap();
    assert_eq!(numbers(&related), [3]);
}
