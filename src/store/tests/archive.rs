//! Archive documents (RFC 5005) and what is not in one yet.

use super::*;
use crate::store::ArchiveDocument;

fn document(number: u32, merge: Merging) -> ArchiveDocument {
    ArchiveDocument {
        number,
        merge,
        entries: 2,
        newest: DateTime::UNIX_EPOCH,
        stale: false,
        json: "{}".to_owned(),
    }
}

/// The documents of the theme.
async fn documents(store: &Store) -> Vec<ArchiveDocument> {
    let theme = ThemeId::new("t");
    let mut documents = store.archive_documents(vec![theme.clone()]).await.unwrap();
    documents.remove(&theme).unwrap_or_default()
}

async fn left(store: &Store, merge: Merging) -> Vec<Entry> {
    let themes = vec![theme(merge, 9)];
    let mut left = store.entries_to_archive(themes).await.unwrap();
    left.remove(&ThemeId::new("t")).unwrap()
}

/// Closes a document with all entries that are in none.
async fn close(store: &Store, merge: Merging) {
    let entries = left(store, merge).await;
    let theme = ThemeId::new("t");
    let document = document(1, merge);
    let closed = store.close_archive_documents(&theme, vec![(document, entries)]);
    closed.await.unwrap();
}

async fn hidden_since(store: &Store, at: DateTime<Utc>) -> Vec<Option<DateTime<Utc>>> {
    let entries = store.archive_entries(&ThemeId::new("t"), 1, at).await;
    entries.unwrap().iter().map(|entry| entry.gone).collect()
}

async fn is_stale(store: &Store) -> bool {
    documents(store).await[0].stale
}

#[tokio::test]
async fn an_entry_is_archived_once() {
    let store = entries(2).await;
    assert_eq!(numbers(&left(&store, Merging::Identical).await), [1, 2]);
    close(&store, Merging::Identical).await;
    assert!(left(&store, Merging::Identical).await.is_empty());
    enter(&store, "t", &[1, 2]).await;
    assert!(left(&store, Merging::Identical).await.is_empty());
    let expected = ArchiveDocument {
        newest: "2024-06-14T23:00:00Z".parse().unwrap(),
        ..document(1, Merging::Identical)
    };
    assert_eq!(documents(&store).await, [expected]);
}

#[tokio::test]
async fn a_document_that_was_dropped_is_not_published_whatever_is_hidden() {
    let store = entries(2).await;
    close(&store, Merging::Identical).await;
    let published = async || store.published_archive_documents().await.unwrap();
    assert_eq!(
        published().await[&ThemeId::new("t")],
        documents(&store).await
    );
    let dropped = vec![(ThemeId::new("t"), 1)];
    store.drop_archive_documents(dropped).await.unwrap();
    hide(&store, &[1]).await;
    assert!(published().await.is_empty());
    assert!(!is_stale(&store).await);
}

#[tokio::test]
async fn without_merging_each_item_is_archived_once() {
    let store = stories(2).await;
    store.fuse(vec![1, 2]).await.unwrap();
    enter(&store, "t", &[1]).await;
    assert_eq!(left(&store, Merging::Off).await.len(), 2);
    close(&store, Merging::Off).await;
    assert!(left(&store, Merging::Off).await.is_empty());
}

#[tokio::test]
async fn a_hidden_entry_makes_its_document_stale_and_keeps_the_first_moment() {
    let store = entries(2).await;
    close(&store, Merging::Identical).await;
    assert!(!is_stale(&store).await);
    hide(&store, &[1]).await;
    assert!(is_stale(&store).await);
    assert_eq!(hidden_since(&store, day(1)).await, [Some(day(1)), None]);
    assert_eq!(hidden_since(&store, day(2)).await, [Some(day(1)), None]);
}

#[tokio::test]
async fn an_entry_that_is_shown_again_makes_its_document_stale_again() {
    let store = entries(1).await;
    close(&store, Merging::Identical).await;
    hide(&store, &[1]).await;
    hidden_since(&store, day(1)).await;
    let written = vec![(ThemeId::new("t"), 1, "{}".to_owned())];
    store.keep_archive_documents(written).await.unwrap();
    assert!(!is_stale(&store).await);
    hide(&store, &[]).await;
    assert!(is_stale(&store).await);
    assert_eq!(hidden_since(&store, day(2)).await, [None]);
}

#[tokio::test]
async fn an_archived_story_that_was_merged_away_has_no_id() {
    let store = entries(2).await;
    close(&store, Merging::Identical).await;
    store.fuse(vec![1, 2]).await.unwrap();
    let entries = store.archive_entries(&ThemeId::new("t"), 1, now()).await;
    let ids: Vec<_> = entries.unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [Some("i1".to_owned()), None]);
}

#[tokio::test]
async fn an_archived_item_follows_to_the_story_that_it_moves_to() {
    let store = entries(2).await;
    close(&store, Merging::Off).await;
    store.fuse(vec![1, 2]).await.unwrap();
    let entries = store.archive_entries(&ThemeId::new("t"), 1, now()).await;
    let entries: Vec<_> = entries.unwrap().iter().map(|e| e.entry).collect();
    assert_eq!(numbers(&entries), [1, 1]);
}
