//! Notices of streams, and their consumers.

use super::*;
use crate::model::NoticeKind;
use crate::store::{Acknowledged, Covered, Following, Protected};

/// Somebody who follows these themes, knows everything up to a notice and wants to know what changes.
fn following(themes: &[&str], after: u64) -> Following {
    let named = |id: &&str| {
        let mut theme = Theme::clone(&theme(Merging::Identical, 9));
        theme.id = ThemeId::new(*id);
        Arc::new(theme)
    };
    Following {
        themes: themes.iter().map(named).collect(),
        after,
        begun: 0,
        quiet_until: 0,
        changes: true,
        max_age: None,
    }
}

/// What they are told, as `number story kind`.
async fn told(store: &Store, following: Following) -> Vec<String> {
    let after = following.after;
    let told = store.notices(following, after, 99).await.unwrap();
    let shown = |n: &crate::model::Notice| format!("{} {} {}", n.number, n.story, n.kind);
    told.notices.iter().map(shown).collect()
}

/// Makes stories entries of these themes, each through the item that began it.
async fn enter_all(store: &Store, themes: &[&str], story: u64) {
    let entries = StoryEntries {
        until: None,
        story,
        lead: story,
        themes: themes
            .iter()
            .map(|id| (ThemeId::new(*id), story, false))
            .collect(),
    };
    let kept = store.keep_entries(vec![entries], Vec::new(), now());
    kept.await.unwrap();
}

/// A reader sees another text of a story now.
async fn retell(store: &Store, at: u32) {
    let sql = format!("UPDATE story SET rev = rev + 1, changed = {at} WHERE number = 1");
    store
        .transact(move |t| Ok(t.execute_batch(&sql)?))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_enters_a_theme_is_told_in_order_whenever_its_story_arrived() {
    let store = stories(3).await;
    enter(&store, "t", &[2, 3]).await;
    assert_eq!(
        told(&store, following(&["t"], 0)).await,
        ["1 2 entered", "2 3 entered"]
    );
    // Matched again, and nothing new.
    enter(&store, "t", &[2, 3]).await;
    enter(&store, "t", &[1]).await;
    assert_eq!(told(&store, following(&["t"], 2)).await, ["3 1 entered"]);
    assert_eq!(told(&store, following(&["u"], 0)).await, [""; 0]);
}

#[tokio::test]
async fn a_change_is_told_once_and_only_to_those_who_know_the_story() {
    let store = entries(1).await;
    for at in [5, 6, 7] {
        retell(&store, at).await;
        enter(&store, "t", &[1]).await;
    }
    assert_eq!(told(&store, following(&["t"], 0)).await, ["1 1 entered"]);
    assert_eq!(told(&store, following(&["t"], 1)).await, ["4 1 changed"]);
    assert_eq!(told(&store, following(&["t"], 4)).await, [""; 0]);
    let began_later = Following {
        begun: 1,
        ..following(&["t"], 1)
    };
    assert_eq!(told(&store, began_later).await, [""; 0]);
    let without_changes = Following {
        changes: false,
        ..following(&["t"], 1)
    };
    assert_eq!(told(&store, without_changes).await, [""; 0]);
}

#[tokio::test]
async fn a_story_that_left_is_told_to_those_who_know_it_and_its_return_is_no_entry() {
    let store = entries(1).await;
    enter_all(&store, &[], 1).await;
    assert_eq!(told(&store, following(&["t"], 0)).await, [""; 0]);
    assert_eq!(told(&store, following(&["t"], 1)).await, ["2 1 left"]);
    enter(&store, "t", &[1]).await;
    assert_eq!(told(&store, following(&["t"], 0)).await, ["1 1 entered"]);
    assert_eq!(told(&store, following(&["t"], 2)).await, ["3 1 changed"]);
}

#[tokio::test]
async fn a_hidden_story_is_told_as_hidden() {
    let store = entries(2).await;
    hide(&store, &[1]).await;
    assert_eq!(told(&store, following(&["t"], 2)).await, ["3 1 hidden"]);
    assert_eq!(told(&store, following(&["t"], 0)).await, ["2 2 entered"]);
}

#[tokio::test]
async fn a_story_in_several_themes_is_told_once() {
    let store = stories(2).await;
    enter_all(&store, &["t", "u"], 1).await;
    assert_eq!(
        told(&store, following(&["t", "u"], 0)).await,
        ["1 1 entered"]
    );
    assert_eq!(told(&store, following(&["u"], 0)).await, ["2 1 entered"]);
    retell(&store, 5).await;
    enter_all(&store, &["t", "u"], 1).await;
    assert_eq!(
        told(&store, following(&["t", "u"], 2)).await,
        ["4 1 changed"]
    );
    // It is still in one of them.
    enter_all(&store, &["u"], 1).await;
    assert_eq!(told(&store, following(&["t", "u"], 4)).await, [""; 0]);
    assert_eq!(told(&store, following(&["t"], 4)).await, ["5 1 left"]);
    enter_all(&store, &[], 1).await;
    assert_eq!(told(&store, following(&["t", "u"], 5)).await, ["6 1 left"]);
    // Entering a second theme is nothing new.
    enter_all(&store, &["u"], 2).await;
    enter_all(&store, &["t", "u"], 2).await;
    assert_eq!(
        told(&store, following(&["t", "u"], 6)).await,
        ["7 2 entered"]
    );
}

#[tokio::test]
async fn the_first_visit_of_a_source_is_no_news_except_for_who_asked_for_it() {
    let store = store();
    let first = Arrival {
        is_backlog: true,
        ..arrival("a", vec![item("a", "i1")])
    };
    store.save(vec![first], now()).await.unwrap();
    let merged = store.merge(decided(vec![begins(1, 1)]), nothing_learned(), now());
    merged.await.unwrap();
    enter(&store, "t", &[1]).await;
    assert_eq!(told(&store, following(&["t"], 0)).await, [""; 0]);
    let backfilled = Following {
        quiet_until: 1,
        ..following(&["t"], 0)
    };
    assert_eq!(told(&store, backfilled).await, ["1 1 entered"]);
    retell(&store, 5).await;
    enter(&store, "t", &[1]).await;
    assert_eq!(told(&store, following(&["t"], 1)).await, [""; 0]);
    // Somebody who came later tells it too: it is news for another theme.
    let second = arrival("b", vec![item("b", "i2")]);
    store.save(vec![second], now()).await.unwrap();
    let merged = store.merge(decided(vec![joins(2, 1)]), nothing_learned(), now());
    merged.await.unwrap();
    enter_all(&store, &["t", "u"], 1).await;
    assert_eq!(told(&store, following(&["t"], 0)).await, [""; 0]);
    assert_eq!(told(&store, following(&["u"], 0)).await, ["3 1 entered"]);
}

#[tokio::test]
async fn a_story_that_was_old_when_it_entered_is_left_out_on_request() {
    let store = entries(1).await;
    let no_older = |seconds| Following {
        max_age: Some(seconds),
        ..following(&["t"], 0)
    };
    // It is an hour old.
    assert_eq!(told(&store, no_older(3_599)).await, [""; 0]);
    assert_eq!(told(&store, no_older(3_600)).await, ["1 1 entered"]);
}

#[tokio::test]
async fn who_was_told_of_one_of_two_stories_is_not_told_when_they_become_one() {
    let store = entries(2).await;
    store.fuse(vec![1, 2]).await.unwrap();
    enter(&store, "t", &[1]).await;
    assert_eq!(told(&store, following(&["t"], 0)).await, ["1 1 entered"]);
    assert_eq!(told(&store, following(&["t"], 1)).await, [""; 0]);
    // The one that is left entered no theme, but the other one had.
    let store = stories(2).await;
    enter(&store, "t", &[2]).await;
    store.fuse(vec![1, 2]).await.unwrap();
    enter(&store, "t", &[1]).await;
    assert_eq!(told(&store, following(&["t"], 0)).await, ["1 1 entered"]);
    assert_eq!(told(&store, following(&["t"], 1)).await, [""; 0]);
}

#[tokio::test]
async fn an_event_is_told_once() {
    let store = entries(3).await;
    let covered = [(1, 1), (3, 1)].map(|(story, event)| Covered {
        story,
        published: now(),
        gist: Vec::new(),
        coverage: Some(event),
        began: now(),
    });
    store.cover(covered.to_vec(), Vec::new()).await.unwrap();
    let mut by_event = following(&["t"], 0);
    by_event.themes = vec![theme(Merging::Coverage, 9)];
    assert_eq!(told(&store, by_event).await, ["1 1 entered", "2 2 entered"]);
}

#[tokio::test]
async fn notices_are_read_piece_by_piece() {
    let store = entries(5).await;
    let mut from = 0;
    let mut stories = Vec::new();
    loop {
        let told = store.notices(following(&["t"], 0), from, 2).await.unwrap();
        stories.extend(told.notices.iter().map(|n| (n.story, n.kind)));
        from = told.until;
        if !told.is_cut {
            break;
        }
    }
    assert_eq!(from, 5);
    let all: Vec<_> = (1..=5).map(|n| (n, NoticeKind::Entered)).collect();
    assert_eq!(stories, all);
}

#[tokio::test]
async fn a_consumer_begins_at_the_end_or_so_many_stories_before() {
    let store = stories(3).await;
    for story in 1..=3 {
        enter_all(&store, &["t", "u"], story).await;
    }
    let begin = |name: &'static str, backfill| {
        let store = store.clone();
        async move {
            let themes = Some(vec![ThemeId::new("t")]);
            let new = store.begin_consumer(name, themes, backfill, now());
            let new = new.await.unwrap();
            (new.number, new.begun, new.quiet_until)
        }
    };
    assert_eq!(begin("a", 0).await, (6, 6, 6));
    assert_eq!(begin("b", 2).await, (2, 2, 6));
    assert_eq!(begin("c", 99).await, (0, 0, 6));
    let names =
        |all: Vec<crate::store::Consumer>| all.into_iter().map(|c| c.name).collect::<Vec<_>>();
    assert_eq!(names(store.consumers().await.unwrap()), ["a", "b", "c"]);
    assert!(store.forget_consumer("b").await.unwrap());
    assert!(!store.forget_consumer("b").await.unwrap());
}

#[tokio::test]
async fn an_acknowledgement_never_goes_back_or_ahead_of_the_streams() {
    let store = entries(3).await;
    let begun = store.begin_consumer("a", None, 9, now()).await.unwrap();
    assert_eq!(begun.number, 0);
    let ack = |number| store.acknowledge("a", number, day(1));
    assert_eq!(ack(2).await.unwrap(), Acknowledged::Yes);
    assert_eq!(ack(1).await.unwrap(), Acknowledged::Yes);
    assert_eq!(ack(4).await.unwrap(), Acknowledged::Ahead(3));
    let consumer = store.consumer("a").await.unwrap().unwrap();
    assert_eq!((consumer.number, consumer.used), (2, day(1)));
    let unknown = store.acknowledge("b", 1, now()).await.unwrap();
    assert_eq!(unknown, Acknowledged::Unknown);
}

#[tokio::test]
async fn what_a_consumer_has_not_acknowledged_is_not_deleted_for_its_age() {
    let store = entries(2).await;
    let themes = Some(vec![ThemeId::new("t")]);
    store.begin_consumer("a", themes, 9, now()).await.unwrap();
    store.acknowledge("a", 1, now()).await.unwrap();
    let old = |before| {
        let store = store.clone();
        async move {
            let swept = store.sweep(before, Arc::new(Protected::default()), 0);
            swept.await.unwrap().old
        }
    };
    execute(&store, "UPDATE consumer SET used = used + 999999")
        .await
        .unwrap();
    assert_eq!(old(day(9)).await, [1]);
    store.acknowledge("a", 2, day(20)).await.unwrap();
    assert_eq!(old(day(9)).await, [1, 2]);
    // One that has not been there for as long as stories are kept holds nothing.
    let themes = Some(vec![ThemeId::new("t")]);
    store
        .begin_consumer("gone", themes, 9, now())
        .await
        .unwrap();
    assert_eq!(old(day(9)).await, [1, 2]);
    store.delete_stories(vec![1, 2], day(9)).await.unwrap();
    assert_eq!(told(&store, following(&["t"], 0)).await, [""; 0]);
}
