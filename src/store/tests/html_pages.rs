//! Pages of stories and months, and which are due.

use super::*;
use crate::model::StoryId;
use crate::store::{HtmlFolder, HtmlPage, Unaddressed};
use std::collections::BTreeMap;

async fn due(store: &Store) -> Vec<u64> {
    let due = store.due_stories(0, 9).await.unwrap();
    due.iter().map(|due| due.story).collect()
}

fn page(path: &str, story: Option<u64>) -> HtmlPage {
    HtmlPage {
        path: path.to_owned(),
        story,
        fingerprint: u64::MAX,
        len: 3,
        modified_ns: 4,
    }
}

fn unaddressed(number: u64, id: &str) -> Unaddressed {
    Unaddressed {
        number,
        id: StoryId::new(id),
        url: None,
        published: None,
    }
}

#[tokio::test]
async fn a_new_entry_and_a_removed_entry_make_the_page_of_their_story_due() {
    let store = entries(2).await;
    assert_eq!(due(&store).await, [1, 2]);
    store.nothing_is_due().await.unwrap();
    assert!(due(&store).await.is_empty());
    hide(&store, &[1]).await;
    assert_eq!(due(&store).await, [1]);
    store.nothing_is_due().await.unwrap();
    store.forget_other_themes(Vec::new()).await.unwrap();
    assert_eq!(due(&store).await, [2]);
}

#[tokio::test]
async fn due_stories_come_after_a_number_and_up_to_a_limit() {
    let store = entries(3).await;
    let due = store.due_stories(1, 1).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].story, due[0].lead), (2, 2));
    assert_eq!(due[0].themes, [ThemeId::new("t")]);
    assert_eq!((&due[0].page, &due[0].successor), (&None, &None));
}

#[tokio::test]
async fn the_page_of_a_story_merged_by_hand_names_its_successor() {
    let store = entries(2).await;
    let stories = vec![unaddressed(1, "one"), unaddressed(2, "two")];
    store.give_paths(stories).await.unwrap();
    store.fuse(vec![1, 2]).await.unwrap();
    enter(&store, "t", &[1]).await;
    let paths = store.paths_of(vec![1]).await.unwrap();
    store.story_is_due(2).await.unwrap();
    let due = store.due_stories(1, 9).await.unwrap();
    assert_eq!(due[0].successor.as_ref(), paths.get(&1));
    assert!(due[0].successor.is_some());
}

#[tokio::test]
async fn every_entry_and_every_page_can_be_made_due() {
    let store = entries(1).await;
    store.nothing_is_due().await.unwrap();
    let pages = vec![page("s/9.html", Some(9)), page("t/index.html", None)];
    store.keep_html_pages(pages).await.unwrap();
    store.all_stories_due().await.unwrap();
    assert_eq!(due(&store).await, [1, 9]);
}

#[tokio::test]
async fn the_dates_of_due_entries_are_by_theme() {
    let store = entries(1).await;
    let published = item("a", "i1").date_published.timestamp();
    let dates = store.due_dates().await.unwrap();
    assert_eq!(dates[&ThemeId::new("t")], [published]);
    store.nothing_is_due().await.unwrap();
    store.story_is_due(1).await.unwrap();
    assert!(store.due_dates().await.unwrap().is_empty());
    let dates = store.archive_is_due(ThemeId::new("t")).await.unwrap();
    assert_eq!(dates, [published]);
}

#[tokio::test]
async fn months_are_replaced_and_forgotten_with_the_archive() {
    let store = store();
    let theme = || ThemeId::new("t");
    for months in [[(24_293, 2)], [(24_294, 1)]] {
        let months = BTreeMap::from(months);
        store.keep_months(theme(), months.clone()).await.unwrap();
        assert_eq!(store.months(theme()).await.unwrap(), months);
    }
    let folder = HtmlFolder {
        modified_ns: 1,
        base: u64::MAX,
    };
    let folders = vec![("t".to_owned(), folder), ("u".to_owned(), folder)];
    store.keep_html_folders(folders).await.unwrap();
    store
        .forget_html_archive("t".to_owned(), theme())
        .await
        .unwrap();
    assert!(store.months(theme()).await.unwrap().is_empty());
    let folders = store.html_folders().await.unwrap();
    assert_eq!(folders, BTreeMap::from([("u".to_owned(), folder)]));
}

#[tokio::test]
async fn the_months_of_an_archive_that_is_due_are_forgotten() {
    let store = store();
    let months = BTreeMap::from([(24_293, 2)]);
    store.keep_months(ThemeId::new("t"), months).await.unwrap();
    store.archive_is_due(ThemeId::new("t")).await.unwrap();
    assert!(store.months(ThemeId::new("t")).await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_are_found_by_the_start_of_their_path() {
    let store = store();
    let pages = vec![
        page("t/2.html", None),
        page("t/1.html", Some(1)),
        page("u/1.html", None),
    ];
    store.keep_html_pages(pages.clone()).await.unwrap();
    let found = store.html_pages("t/".to_owned()).await.unwrap();
    assert_eq!(found, [pages[1].clone(), pages[0].clone()]);
    let gone = vec!["t/1.html".to_owned()];
    store.forget_html_pages(gone).await.unwrap();
    let found = store.html_pages(String::new()).await.unwrap();
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn two_stories_never_share_a_path() {
    let store = stories(2).await;
    let stories = vec![unaddressed(1, "same"), unaddressed(2, "same")];
    store.give_paths(stories).await.unwrap();
    let paths = store.paths_of(vec![1, 2, 3]).await.unwrap();
    assert_eq!(paths.len(), 2);
    assert_ne!(paths[&1], paths[&2]);
}

#[tokio::test]
async fn the_path_of_a_story_that_was_merged_away_is_free() {
    let store = stories(2).await;
    store
        .give_paths(vec![unaddressed(2, "same")])
        .await
        .unwrap();
    let before = store.paths_of(vec![2]).await.unwrap();
    store.fuse(vec![1, 2]).await.unwrap();
    store
        .give_paths(vec![unaddressed(1, "same")])
        .await
        .unwrap();
    assert_eq!(store.paths_of(vec![1]).await.unwrap()[&1], before[&2]);
}

#[tokio::test]
async fn stories_of_a_stretch_of_time_are_ordered_by_date() {
    let store = store();
    let dated = |id: &str, days| Item {
        date_published: day(days),
        ..item("a", id)
    };
    let items = vec![dated("i1", -1), dated("i2", -3), dated("i3", -2)];
    store.save(vec![arrival("a", items)], now()).await.unwrap();
    let merged = (1..=3).map(|n| begins(n, n)).collect();
    store
        .merge(decided(merged), nothing_learned(), now())
        .await
        .unwrap();
    enter(&store, "t", &[1, 2, 3]).await;
    let (from, to) = (day(-3).timestamp(), day(-1).timestamp());
    let found = store.published_between(ThemeId::new("t"), from, to).await;
    assert_eq!(numbers(&found.unwrap()), [2, 3]);
}
