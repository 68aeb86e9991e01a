//! Old stories that go, and what goes with them.

use super::*;
use crate::store::{Covered, HtmlPage, Protected, Swept};

/// The stories that are old on a day when nothing is protected.
async fn old(store: &Store, before: DateTime<Utc>, protected: Protected) -> Vec<u64> {
    let swept = store.sweep(before, Arc::new(protected), 0).await.unwrap();
    swept.old
}

/// The source `a` lists these items and no others.
async fn list(store: &Store, ids: &[&str]) -> usize {
    let items = ids.iter().map(|id| item("a", id)).collect();
    let arrival = arrival("a", items);
    store.save(vec![arrival], day(1)).await.unwrap().new
}

#[tokio::test]
async fn nothing_refers_to_a_deleted_story() {
    let store = entries(3).await;
    let page = HtmlPage {
        path: "story/1.html".to_owned(),
        story: Some(1),
        fingerprint: 1,
        ..HtmlPage::default()
    };
    store.keep_html_pages(vec![page]).await.unwrap();
    store
        .keep_clean(vec![(1, "x".to_owned())], 1)
        .await
        .unwrap();
    execute(
        &store,
        "INSERT INTO full_text (item, html, tries) VALUES (1, 'x', 1)",
    )
    .await
    .unwrap();
    execute(&store, "INSERT INTO exact_key VALUES (5, 1), (6, 2)")
        .await
        .unwrap();
    list(&store, &["i2"]).await;
    store.delete_stories(vec![1, 3], day(2)).await.unwrap();
    store.finish_sweep(day(1), true).await.unwrap();
    let count = |sql: &'static str| {
        store.transact(move |t| Ok(t.query_row(sql, [], |row| row.get::<_, u32>(0))?))
    };
    for (sql, rows) in [
        ("SELECT count(*) FROM pragma_foreign_key_check", 0),
        ("SELECT count(*) FROM story", 1),
        ("SELECT count(*) FROM item", 1),
        ("SELECT count(*) FROM body", 1),
        ("SELECT count(*) FROM full_text", 0),
        ("SELECT count(*) FROM exact_key", 1),
        ("SELECT count(*) FROM html_page", 0),
        ("SELECT count(*) FROM entry", 1),
        ("SELECT count(*) FROM seen_item", 2),
        ("PRAGMA foreign_keys", 1),
    ] {
        assert_eq!(count(sql).await.unwrap(), rows, "{sql}");
    }
    // What was deleted is not new, but another item with its id is.
    assert_eq!(list(&store, &["i1", "i2", "i3", "i4"]).await, 1);
    let mut other = item("a", "i1");
    other.url = Some("https://example.org/other".to_owned());
    let saved = store.save(vec![arrival("a", vec![other])], day(3)).await;
    assert_eq!(saved.unwrap().new, 1);
    store.finish_sweep(day(9), false).await.unwrap();
    assert_eq!(count("SELECT count(*) FROM seen_item").await.unwrap(), 0);
}

#[tokio::test]
async fn a_story_is_looked_at_once_it_is_old() {
    let store = stories(2).await;
    assert_eq!(
        store.sweep(now(), Arc::default(), 0).await.unwrap(),
        Swept::default()
    );
    assert_eq!(old(&store, day(1), Protected::default()).await, [1, 2]);
    let listed = Protected {
        sources: [SourceId::new("a")].into(),
        stories: [2].into(),
    };
    list(&store, &["i2"]).await;
    assert_eq!(old(&store, day(1), listed).await, [1]);
}

#[tokio::test]
async fn an_event_goes_as_a_whole() {
    let store = stories(3).await;
    let covered = [1, 2].map(|story| Covered {
        story,
        coverage: Some(1),
        published: now(),
        began: now(),
        gist: Vec::new(),
    });
    store.cover(covered.to_vec(), Vec::new()).await.unwrap();
    let shown = Protected {
        stories: [2].into(),
        ..Protected::default()
    };
    assert_eq!(old(&store, day(1), shown).await, [3]);
}

#[tokio::test]
async fn what_is_old_is_looked_for_once_a_day() {
    let store = stories(1).await;
    let pass = crate::store::LastPass {
        at: day(99),
        clock: day(99),
    };
    store.finish_pass(pass).await.unwrap();
    let keep = TimeDelta::days(30);
    let before = store.old_before(keep, day(99)).await.unwrap().unwrap();
    assert!(before <= day(69) && before > day(68));
    store.finish_sweep(before, false).await.unwrap();
    assert_eq!(store.old_before(keep, day(99)).await.unwrap(), None);
    assert_eq!(
        store
            .old_before(TimeDelta::days(31), day(99))
            .await
            .unwrap(),
        None
    );
    assert!(
        store
            .old_before(TimeDelta::days(29), day(99))
            .await
            .unwrap()
            .is_some()
    );
}
