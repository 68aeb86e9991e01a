//! Editions, files and the hub.

use super::*;
use crate::model::Encoding;
use crate::store::{Abandoned, ArchiveDocument, HtmlPage, StoredEdition};

fn edition(file: &str) -> StoredEdition {
    StoredEdition {
        rule: u64::MAX,
        fingerprint: 1,
        json: format!(r#"{{"files":[["{file}",1,2]]}}"#),
    }
}

async fn keep(store: &Store, theme: &str, edition: StoredEdition) {
    let editions = vec![(ThemeId::new(theme), edition)];
    store.keep_editions(editions).await.unwrap();
}

#[tokio::test]
async fn an_edition_replaces_the_one_before() {
    let store = store();
    keep(&store, "t", edition("old")).await;
    keep(&store, "t", edition("new")).await;
    let editions = store.editions().await.unwrap();
    assert_eq!(editions[&ThemeId::new("t")], edition("new"));
    store.forget_other_themes(Vec::new()).await.unwrap();
    assert!(store.editions().await.unwrap().is_empty());
}

#[tokio::test]
async fn published_files_are_those_of_editions_their_archives_and_pages() {
    let store = store();
    keep(&store, "t", edition("t.atom")).await;
    for theme in ["t", "u"] {
        let document = ArchiveDocument {
            entries: 1,
            newest: DateTime::UNIX_EPOCH,
            number: 1,
            merge: Merging::Identical,
            stale: false,
            json: edition(&format!("{theme}/1.atom")).json,
        };
        let theme = ThemeId::new(theme);
        let closed = store.close_archive_documents(&theme, vec![(document, Vec::new())]);
        closed.await.unwrap();
    }
    let page = |path: &str, fingerprint| HtmlPage {
        path: path.to_owned(),
        fingerprint,
        ..HtmlPage::default()
    };
    let pages = vec![page("written.html", 1), page("planned.html", 0)];
    store.keep_html_pages(pages).await.unwrap();
    let mut files = store.published().await.unwrap();
    files.sort();
    assert_eq!(files, ["t.atom", "t/1.atom", "written.html"]);
}

#[tokio::test]
async fn encodings_of_the_last_pass_are_kept() {
    let store = store();
    assert!(store.compressed().await.unwrap().is_empty());
    for encodings in [vec![Encoding::Gzip], Vec::new()] {
        store.keep_compressed(encodings.clone()).await.unwrap();
        assert_eq!(store.compressed().await.unwrap(), encodings);
    }
}

#[tokio::test]
async fn unused_files_are_listed_by_name_and_forgotten_with_other_archives() {
    let store = store();
    let file = |name: &str| Abandoned {
        file: name.to_owned(),
        len: 1,
        modified_ns: 2,
    };
    store.abandon(vec![file("b"), file("a")]).await.unwrap();
    store.abandon(vec![file("a")]).await.unwrap();
    assert_eq!(store.abandoned().await.unwrap(), [file("a"), file("b")]);
    for theme in ["t", "u"] {
        let document = ArchiveDocument {
            entries: 1,
            newest: DateTime::UNIX_EPOCH,
            number: 1,
            merge: Merging::Off,
            stale: true,
            json: String::new(),
        };
        let theme = ThemeId::new(theme);
        let closed = store.close_archive_documents(&theme, vec![(document, Vec::new())]);
        closed.await.unwrap();
    }
    store
        .forget_abandoned(vec![ThemeId::new("u")])
        .await
        .unwrap();
    assert!(store.abandoned().await.unwrap().is_empty());
    let themes: Vec<_> = store
        .published_archive_documents()
        .await
        .unwrap()
        .into_keys()
        .collect();
    assert_eq!(themes, [ThemeId::new("u")]);
}

#[tokio::test]
async fn a_feed_is_reported_to_the_hub_once() {
    let store = store();
    let topics = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    store.note_pings(topics(&["b", "a"])).await.unwrap();
    store.note_pings(topics(&["a"])).await.unwrap();
    assert_eq!(store.pings().await.unwrap(), ["a", "b"]);
    store.forget_pings(topics(&["a"])).await.unwrap();
    assert_eq!(store.pings().await.unwrap(), ["b"]);
}

#[tokio::test]
async fn failures_of_the_hub_are_counted_until_it_answers() {
    let store = store();
    for (well, failures) in [(true, 0), (false, 1), (false, 2), (true, 0), (false, 1)] {
        let counted = store.count_in_a_row("hub_failures", well).await.unwrap();
        assert_eq!(counted, failures);
        let noted = store.failures_in_a_row("hub_failures").await.unwrap();
        assert_eq!(noted, failures);
    }
}
