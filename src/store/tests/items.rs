//! What visits bring, and what is kept of sources.

use super::*;
use crate::model::Subscription;
use crate::store::{Error, Saved};

async fn save(store: &Store, item: Item) -> Saved {
    let arrival = arrival(item.source.id.clone().as_str(), vec![item]);
    store.save(vec![arrival], now()).await.unwrap()
}

#[tokio::test]
async fn an_item_is_new_once() {
    let store = store();
    assert_eq!(
        save(&store, item("a", "1")).await,
        Saved { new: 1, changed: 0 }
    );
    assert_eq!(save(&store, item("a", "1")).await, Saved::default());
    let unmerged = unmerged(&store).await;
    assert_eq!(unmerged.len(), 1);
    assert_eq!(unmerged[0].story, None);
    assert_eq!(unmerged[0].fingerprint, [7]);
}

#[tokio::test]
async fn the_same_id_in_two_sources_is_two_items() {
    let store = store();
    save(&store, item("a", "1")).await;
    assert_eq!(save(&store, item("b", "1")).await.new, 1);
}

#[tokio::test]
async fn a_changed_title_changes_the_story_and_forgets_the_safe_html() {
    let store = stories(1).await;
    enter(&store, "t", &[1]).await;
    let html = vec![(1, "<p>old</p>".to_owned())];
    store.keep_clean(html, 3).await.unwrap();
    let mut other = item("a", "i1");
    other.title = Some("Another title".to_owned());
    other.date_published = day(-3);
    assert_eq!(save(&store, other).await, Saved { new: 0, changed: 1 });
    let story = story(&store, 1).await;
    assert_eq!((story.rev, story.changed), (1, Some(now())));
    let stored = &story.members[0].item;
    assert_eq!(stored.title.as_deref(), Some("Another title"));
    assert_eq!(stored.date_published, item("a", "i1").date_published);
    assert!(store.clean(vec![1]).await.unwrap().is_empty());
    assert_eq!(store.stories_to_match(0, 9, now()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn changed_metadata_is_matched_again_but_is_not_a_change_for_readers() {
    let store = stories(1).await;
    enter(&store, "t", &[1]).await;
    let mut other = item("a", "i1");
    other.tags.push("budget".to_owned());
    assert_eq!(save(&store, other).await, Saved::default());
    let story = story(&store, 1).await;
    assert_eq!((story.rev, story.changed), (1, None));
    assert_eq!(store.stories_to_match(0, 9, now()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_page_title_and_date_under_one_id_are_another_item() {
    let store = store();
    save(&store, item("a", "1")).await;
    let mut other = item("a", "1");
    other.url = Some("https://example.org/other".to_owned());
    other.title = Some("Something else".to_owned());
    other.date_published = now();
    for new in [1, 0] {
        assert_eq!(save(&store, other.clone()).await, Saved { new, changed: 0 });
    }
    assert_eq!(unmerged(&store).await.len(), 2);
}

#[tokio::test]
async fn another_page_under_the_same_title_is_the_same_item() {
    let store = store();
    save(&store, item("a", "1")).await;
    let mut moved = item("a", "1");
    moved.url = Some("https://example.org/moved".to_owned());
    // Its page is not what a reader reads: nothing to report.
    assert_eq!(save(&store, moved).await, Saved { new: 0, changed: 0 });
    let merged = decided(vec![begins(1, 1)]);
    store.merge(merged, nothing_learned(), now()).await.unwrap();
    let stories = store.stories(vec![1, 2]).await.unwrap().into_iter();
    let pages: Vec<_> = stories.map(|story| story.url).collect();
    assert_eq!(pages, [Some("https://example.org/moved".to_owned())]);
    assert!(unmerged(&store).await.is_empty());
}

#[tokio::test]
async fn validators_are_never_stored_without_their_items() {
    let store = store();
    execute(
        &store,
        "CREATE TRIGGER refuse BEFORE INSERT ON item WHEN new.id = 'bad'
         BEGIN SELECT raise(ABORT, 'refused'); END",
    )
    .await
    .unwrap();
    let good = Arrival {
        state: FetchState {
            etag: Some("\"1\"".to_owned()),
            ..FetchState::default()
        },
        ..arrival("a", vec![item("a", "good")])
    };
    let bad = arrival("b", vec![item("b", "bad")]);
    let error = store.save(vec![good, bad], now()).await.unwrap_err();
    assert!(matches!(error, Error::Database(_)), "{error}");
    assert!(store.all_fetch_states().await.unwrap().is_empty());
    assert!(unmerged(&store).await.is_empty());
}

#[tokio::test]
async fn the_feeds_of_a_list_are_those_that_it_named_last() {
    let store = store();
    let feed = |url: &str| Subscription {
        url: url.to_owned(),
        ..Subscription::default()
    };
    for list in [
        Some(vec![feed("x"), feed("y")]),
        Some(vec![feed("z")]),
        None,
    ] {
        let arrival = Arrival {
            list,
            ..arrival("opml", Vec::new())
        };
        store.save(vec![arrival], now()).await.unwrap();
    }
    let lists = store.lists().await.unwrap();
    assert_eq!(lists[&SourceId::new("opml")], [feed("z")]);
}

#[tokio::test]
async fn holdings_count_items_and_name_the_source_as_the_newest_item_does() {
    let store = store();
    save(&store, item("a", "1")).await;
    let mut second = item("a", "2");
    let source = ItemSource {
        title: "New name".to_owned(),
        ..(*second.source).clone()
    };
    second.source = source.into();
    let arrival = arrival("a", vec![second]);
    store.save(vec![arrival], day(1)).await.unwrap();
    let holdings = store.holdings().await.unwrap();
    let holding = &holdings[&SourceId::new("a")];
    assert_eq!((holding.items, holding.last_new), (2, Some(day(1))));
    assert_eq!(holding.title.as_deref(), Some("New name"));
}

#[tokio::test]
async fn safe_html_is_kept_with_the_version_of_the_sanitiser() {
    let store = stories(1).await;
    for version in [3, 4] {
        let html = vec![(1, format!("<p>{version}</p>"))];
        store.keep_clean(html, version).await.unwrap();
    }
    let kept = store.clean(vec![1]).await.unwrap().remove(&1);
    assert_eq!(kept, Some(("<p>4</p>".to_owned(), 4)));
    assert!(store.clean(vec![2]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_damaged_item_says_what_to_do() {
    let store = stories(1).await;
    execute(&store, "UPDATE body SET json = 'x'").await.unwrap();
    let error = store.stories(vec![1]).await.unwrap_err();
    assert!(matches!(error, Error::Damaged(_)), "{error}");
}
