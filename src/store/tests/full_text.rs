//! Articles from the pages of items, beside what their feeds gave.

use super::*;
use crate::model::Robots;
use crate::store::{Article, FullText, Saved};

fn given(html: &str) -> FullText {
    with_words(html, [0; 2])
}

fn with_words(html: &str, words: [u64; 2]) -> FullText {
    FullText {
        article: Some(Article {
            html: html.to_owned(),
            words,
        }),
        tries: 1,
        try_at: None,
    }
}

const FAILED: FullText = FullText {
    article: None,
    tries: 1,
    try_at: None,
};

async fn keep(store: &Store, item: u64, found: FullText) -> bool {
    store.keep_full_text(item, found, now()).await.unwrap()
}

/// What a story shows.
async fn shown(store: &Store, number: u64) -> Option<String> {
    let item = &story(store, number).await.members[0].item;
    item.content_html.as_ref().map(|raw| raw.html.clone())
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
    keep(&store, 2, given("<p>a</p>")).await;
    let failed = FullText {
        try_at: Some(day(1)),
        ..FAILED
    };
    keep(&store, 1, failed).await;
    assert_eq!(unread(&store, now(), 9).await, [(3, 0)]);
    assert_eq!(unread(&store, day(1), 9).await, [(1, 1), (3, 0)]);
    keep(&store, 1, FAILED).await;
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
    keep(&store, 1, given("<p>All</p>")).await;
    let after = story(&store, 1).await;
    let shown = after.members[0].item.content_html.as_ref().unwrap();
    assert_eq!(shown.html, "<p>All</p>");
    assert_eq!((after.rev, after.changed), (1, None));
    assert_eq!(
        (after.id, after.date_published, after.url),
        (before.id, before.date_published, before.url)
    );
    assert!(store.clean(vec![1]).await.unwrap().is_empty());
    assert_eq!(store.stories_to_match(0, 9, now()).await.unwrap().len(), 1);
    // What the feed says is what it said.
    let again = arrival("a", vec![item("a", "i1")]);
    let saved = store.save(vec![again], now()).await.unwrap();
    assert_eq!(saved, Saved::default());
}

#[tokio::test]
async fn two_items_with_one_page_have_no_articles() {
    for same in [[1, 9], [9, 2]] {
        let store = stories(3).await;
        for number in 1..=3 {
            enter(&store, "t", &[number]).await;
        }
        assert!(keep(&store, 1, with_words("<p>Wall for 1</p>", [1, 2])).await);
        assert!(keep(&store, 3, with_words("<p>Text</p>", [3, 4])).await);
        let rev = story(&store, 1).await.rev;
        assert!(!keep(&store, 2, with_words("<p>Wall for 2</p>", same)).await);
        for number in [1, 2] {
            assert_eq!(shown(&store, number).await, None, "{same:?}");
        }
        assert_eq!(story(&store, 1).await.rev, rev + 1);
        assert_eq!(shown(&store, 3).await.unwrap(), "<p>Text</p>");
        // Nor has a third, when neither is shown any more.
        let third = with_words("<p>Wall for 3</p>", [1, 2]);
        assert!(!keep(&store, 3, third).await);
        assert_eq!(shown(&store, 3).await, None);
    }
}

#[tokio::test]
async fn what_a_page_gives_without_words_of_its_own_is_like_no_other() {
    let store = stories(2).await;
    for number in [1, 2] {
        assert!(keep(&store, number, with_words("<p>Text</p>", [number, 0])).await);
    }
}

#[tokio::test]
async fn an_item_that_comes_again_keeps_its_article() {
    let store = store();
    let again = |id: &str, title: &str| Item {
        url: Some("https://a.example/1".to_owned()),
        title: Some(title.to_owned()),
        ..item("a", id)
    };
    let items = vec![again("1", "Quay closed"), again("2", "Quay closed")];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    for number in [1, 2] {
        assert!(keep(&store, number, with_words("<p>Text</p>", [1, 2])).await);
    }
    // With a corrected title, as a new item in place of the old.
    let items = vec![again("3", "Quay is closed")];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    assert!(keep(&store, 3, with_words("<p>Text</p>", [1, 2])).await);
    // Two titles side by side at one address: it is the page of neither.
    let items = vec![again("3", "Quay is closed"), again("4", "Quay opened")];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    assert!(!keep(&store, 4, with_words("<p>Text</p>", [1, 2])).await);
}

#[tokio::test]
async fn the_page_of_an_item_that_has_changed_is_read_again_after_an_hour() {
    let store = store();
    let says = |text: &str| {
        let item = Item {
            content_text: Some(text.to_owned()),
            ..item("a", "1")
        };
        vec![arrival("a", vec![item])]
    };
    store.save(says("The quay sank."), now()).await.unwrap();
    keep(&store, 1, given("<p>All</p>")).await;
    store.save(says("The quay sank."), day(1)).await.unwrap();
    assert_eq!(unread(&store, day(1), 9).await, []);
    let (soon, later) = (
        now() + TimeDelta::minutes(5),
        now() + TimeDelta::minutes(60),
    );
    store
        .save(says("The harbour is closed."), soon)
        .await
        .unwrap();
    assert_eq!(unread(&store, soon, 9).await, []);
    assert_eq!(unread(&store, later, 9).await, [(1, 0)]);
    let again = store.unread(SourceId::new("a"), later, 9).await.unwrap();
    assert_eq!(again[0].article, given("<p>All</p>").article);
}

#[tokio::test]
async fn a_text_that_a_filter_wrote_stands_before_the_article() {
    let store = stories(1).await;
    let own = store.own_items(vec![1]).await.unwrap().remove(0);
    let filtered = async |change: fn(&mut Item)| {
        let mut item = own.clone();
        change(&mut item);
        let items = vec![(1, Some(item))];
        store
            .keep_filtered(SourceId::new("a"), 5, items)
            .await
            .unwrap();
        let story = story(&store, 1).await;
        let item = &story.members[0].item;
        (item.title.clone(), item.content_html.is_some())
    };
    keep(&store, 1, given("<p>All</p>")).await;
    let titled = filtered(|item| item.title = Some("Kai gesperrt".to_owned())).await;
    assert_eq!(titled, (Some("Kai gesperrt".to_owned()), true));
    let translated = |item: &mut Item| item.content_text = Some("Der Kai sank.".to_owned());
    assert!(!filtered(translated).await.1);
    assert!(filtered(|_| ()).await.1);
    // The page is held against what the feed said.
    filtered(translated).await;
    let due = FullText {
        try_at: Some(day(0)),
        ..given("<p>All</p>")
    };
    keep(&store, 1, due).await;
    let unread = store.unread(SourceId::new("a"), day(9), 9).await.unwrap();
    assert_eq!(unread[0].item.content_text, own.content_text);
}

#[tokio::test]
async fn the_robots_txt_of_the_newest_sites_of_a_source_are_kept() {
    let store = store();
    let robots = |n: i64| Robots {
        site: format!("https://{n}.example"),
        at: now() + TimeDelta::minutes(n),
        rules: vec!["-/x".to_owned()],
    };
    let (a, b) = (SourceId::new("a"), SourceId::new("b"));
    store.keep_robots(b.clone(), robots(1)).await.unwrap();
    for n in 0..60 {
        store.keep_robots(a.clone(), robots(n)).await.unwrap();
    }
    let kept = store.robots(a).await.unwrap();
    assert_eq!(kept.len(), 50);
    assert!(kept.contains(&robots(59)) && !kept.contains(&robots(9)));
    assert_eq!(store.robots(b).await.unwrap(), [robots(1)]);
}
