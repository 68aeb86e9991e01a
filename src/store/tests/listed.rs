//! What lists of sources and of titles hold.

use super::*;

/// Three stories of three days, two of the source `a`; the source `b` joins the oldest. The theme shows all but the
/// newest.
async fn told() -> Store {
    let store = store();
    let dated = |source: &str, id: &str, days| Item {
        date_published: day(days),
        ..item(source, id)
    };
    let arrivals = vec![
        arrival("a", vec![dated("a", "i1", -3), dated("a", "i2", -1)]),
        arrival("b", vec![dated("b", "i3", -2)]),
        arrival("c", vec![dated("c", "i4", -2)]),
    ];
    store.save(arrivals, now()).await.unwrap();
    let merged = vec![begins(1, 1), begins(2, 2), joins(3, 1), begins(4, 4)];
    store
        .merge(decided(merged), nothing_learned(), now())
        .await
        .unwrap();
    enter(&store, "t", &[1, 4]).await;
    store
}

async fn newest(store: &Store, source: &str, most: usize) -> Option<Vec<u64>> {
    let newest = store.newest_of_source(SourceId::new(source), most).await;
    newest.unwrap().map(|entries| numbers(&entries))
}

#[tokio::test]
async fn a_source_has_the_stories_that_it_begins_or_joins_and_a_theme_shows() {
    let store = told().await;
    enter(&store, "t", &[2]).await;
    assert_eq!(newest(&store, "a", 9).await, Some(vec![2, 1]));
    assert_eq!(newest(&store, "a", 1).await, Some(vec![2]));
    assert_eq!(newest(&store, "b", 9).await, Some(vec![1]));
    assert_eq!(newest(&store, "x", 9).await, None, "nobody knows it");
    hide(&store, &[3]).await;
    assert_eq!(newest(&store, "b", 9).await, Some(Vec::new()));
}

#[tokio::test]
async fn a_new_entry_and_a_removed_entry_make_the_lists_of_their_sources_due() {
    let store = told().await;
    let due = async || store.due_sources().await.unwrap();
    let ids = |ids: &[&str]| ids.iter().map(|id| SourceId::new(*id)).collect::<Vec<_>>();
    assert_eq!(due().await, ids(&["a", "b", "c"]));
    store.nothing_is_due().await.unwrap();
    assert!(due().await.is_empty());
    enter(&store, "t", &[4]).await;
    assert_eq!(due().await, ids(&["c"]));
    store.delete_stories(vec![1], now()).await.unwrap();
    assert_eq!(due().await, ids(&["a", "b", "c"]), "it is no longer there");
    store.nothing_is_due().await.unwrap();
    store.all_sources_due().await.unwrap();
    assert_eq!(due().await, ids(&["c"]), "of those that a theme shows");
}

#[tokio::test]
async fn sources_have_the_titles_of_their_newest_items() {
    let store = told().await;
    let sources = ["b", "x", "a"].map(SourceId::new).to_vec();
    let titles = store.titles_of_sources(sources).await.unwrap();
    let titles: Vec<_> = titles
        .iter()
        .map(|(id, title)| (id.as_str(), title.as_str()))
        .collect();
    assert_eq!(titles, [("b", "Source b"), ("a", "Source a")]);
}

#[tokio::test]
async fn stories_that_a_theme_shows_are_found_by_their_dates() {
    let store = told().await;
    let before = |days| day(days).timestamp();
    assert_eq!(store.shown_before(before(0)).await.unwrap(), Some(day(-2)));
    assert_eq!(store.shown_before(before(-2)).await.unwrap(), Some(day(-3)));
    assert_eq!(store.shown_before(before(-3)).await.unwrap(), None);
    let found = store.shown_between(before(-9), before(0)).await.unwrap();
    assert_eq!(numbers(&found), [1, 4]);
    let found = store.shown_between(before(-3), before(-2)).await.unwrap();
    assert_eq!(numbers(&found), [1]);
}
