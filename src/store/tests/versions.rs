//! Stores of every earlier version, with rows in them: migrated and read.

use super::*;
use crate::model::Merging;
use crate::store::{Wanted, migrate};
use std::path::Path;

/// The rows of each version, the first version first.
const ROWS: &[&str] = &[
    include_str!("versions/0001.sql"),
    include_str!("versions/0002.sql"),
    include_str!("versions/0003.sql"),
    include_str!("versions/0004.sql"),
    include_str!("versions/0005.sql"),
    include_str!("versions/0006.sql"),
    include_str!("versions/0007.sql"),
    include_str!("versions/0008.sql"),
    include_str!("versions/0009.sql"),
    include_str!("versions/0010.sql"),
    include_str!("versions/0011.sql"),
    include_str!("versions/0012.sql"),
    include_str!("versions/0013.sql"),
    include_str!("versions/0014.sql"),
    include_str!("versions/0015.sql"),
    include_str!("versions/0016.sql"),
    include_str!("versions/0017.sql"),
    include_str!("versions/0018.sql"),
    include_str!("versions/0019.sql"),
    include_str!("versions/0020.sql"),
    include_str!("versions/0021.sql"),
    include_str!("versions/0022.sql"),
    include_str!("versions/0023.sql"),
    include_str!("versions/0024.sql"),
];

/// A store of each version, migrated.
fn stores() -> impl Iterator<Item = (u32, Store)> {
    (1..).zip(ROWS).map(|(version, rows)| {
        let connection = migrate::of_version(version);
        connection.execute_batch(rows).unwrap();
        let store = Store::prepare(connection, Path::new("x.db")).unwrap();
        (version, store)
    })
}

#[tokio::test]
async fn every_version_before_this_one_has_rows() {
    let store = store();
    let version = store.transact(|t| {
        let version: u32 = t.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(version as usize)
    });
    let version = version.await.unwrap();
    assert!(
        ROWS.len() + 1 >= version,
        "the store is of version {version}, and only {} versions have rows: add \
         src/store/tests/versions/{:04}.sql with rows as that version writes them",
        ROWS.len(),
        ROWS.len() + 1
    );
}

#[tokio::test]
async fn sources_items_and_stories_of_every_version_are_read() {
    for (version, store) in stores() {
        let states = store.all_fetch_states().await.unwrap();
        let state = &states[&SourceId::new("a")];
        assert_eq!(state.etag.as_deref(), Some("\"1\""), "version {version}");
        assert_eq!(state.failures, 2, "version {version}");
        let holdings = store.holdings().await.unwrap();
        assert_eq!(holdings[&SourceId::new("a")].items, 1, "version {version}");
        let story = story(&store, 1).await;
        let item = &story.members[0].item;
        assert_eq!(story.id.as_str(), "https://a.example/1");
        assert_eq!(item.title.as_deref(), Some("Council agrees"));
        assert_eq!(item.source.title, "A", "version {version}");
        let clean = store.clean(vec![1]).await.unwrap().remove(&1);
        assert_eq!(clean, Some(("<p>Done.</p>".to_owned(), 2)));
        let wanted = Wanted {
            exact: vec![(-5_i64).cast_unsigned()],
            ..Wanted::default()
        };
        let found = store.comparable(wanted, now()).await.unwrap();
        assert_eq!(found[0].fingerprint, [7], "version {version}");
        let pass = store.last_pass().await.unwrap().unwrap();
        assert_eq!((pass.at, pass.clock), (now(), now()));
    }
}

#[tokio::test]
async fn entries_and_editions_of_every_version_are_read() {
    for (version, store) in stores() {
        let themes = vec![theme(Merging::Identical, 9)];
        let entries = store.entries(themes, now()).await.unwrap();
        let (item, choice) = (
            entries[0].entries[0].item,
            entries[0].entries[0].editors_choice,
        );
        assert_eq!((item, choice), (1, true), "version {version}");
        let due = store.stories_to_match(0, 9, now()).await.unwrap();
        assert!(due.is_empty(), "version {version}");
        let editions = store.editions().await.unwrap();
        let edition = &editions[&ThemeId::new("t")];
        assert_eq!((edition.rule, edition.fingerprint), (u64::MAX, 2));
        let due = store.due_stories(0, 9).await.unwrap();
        assert_eq!(due[0].themes, [ThemeId::new("t")], "version {version}");
    }
}

#[tokio::test]
async fn what_later_versions_added_is_read() {
    for (version, store) in stores() {
        let has = |since| usize::from(version >= since);
        assert_eq!(store.lists().await.unwrap().len(), has(2));
        let gists = store.gists(day(-9), day(9)).await.unwrap();
        assert_eq!(gists.len(), has(3), "version {version}");
        let wanted = Wanted {
            windows: vec![(day(-9), day(9))],
            alike: vec![9],
            exact: Vec::new(),
            near: Vec::new(),
        };
        assert_eq!(store.comparable(wanted, now()).await.unwrap().len(), has(3));
        let frequencies = store.frequencies().await.unwrap();
        assert_eq!(frequencies.is_some(), version >= 3);
        let themes = vec![theme(Merging::Identical, 9)];
        let left = store.entries_to_archive(themes).await.unwrap();
        assert_eq!(left[&ThemeId::new("t")].len(), 1 - has(4));
        assert_eq!(
            store
                .archive_documents(vec![ThemeId::new("t")])
                .await
                .unwrap()
                .len(),
            has(4)
        );
        let archived = store.archive_entries(&ThemeId::new("t"), 1, now()).await;
        assert_eq!(archived.unwrap().len(), has(4), "version {version}");
        assert_eq!(store.pings().await.unwrap().len(), has(5));
        let pages = store.html_pages("s/".to_owned()).await.unwrap();
        assert_eq!(pages.len(), has(6), "version {version}");
        assert_eq!(store.html_folders().await.unwrap().len(), has(6));
        let months = store.months(ThemeId::new("t")).await.unwrap();
        assert_eq!(months.len(), has(6), "version {version}");
        assert_eq!(store.abandoned().await.unwrap().len(), has(7));
    }
}
