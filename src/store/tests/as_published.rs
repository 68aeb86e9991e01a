//! Whatever may change the documents of a theme forgets that it is as it was published.

use super::*;
use crate::store::AsPublished;

/// Says of the themes `t` and `u` that they are as they were published.
async fn publish(store: &Store) {
    let published = AsPublished {
        settings: u64::MAX,
        fingerprint: 2,
        since: now(),
        until: Some(day(1)),
    };
    let both = ["t", "u"].map(|theme| (ThemeId::new(theme), published));
    store.keep_as_published(both.to_vec()).await.unwrap();
    let read = store.as_published().await.unwrap();
    assert_eq!(read[&ThemeId::new("t")], published);
}

async fn left(store: &Store) -> Vec<ThemeId> {
    let left = store.as_published().await.unwrap();
    let mut left: Vec<_> = left.into_keys().collect();
    left.sort();
    left
}

/// Stories 1 and 2 are in the theme `t`, story 3 is in `u`, story 4 in none; each tells an event of its own.
async fn published() -> Store {
    let store = stories(4).await;
    enter(&store, "t", &[1, 2]).await;
    enter(&store, "u", &[3]).await;
    run(
        &store,
        "UPDATE story SET coverage = number;
         INSERT INTO theme_copy VALUES (1, 't', 1, 1, 0, 0, NULL);",
    )
    .await;
    publish(&store).await;
    store
}

async fn run(store: &Store, sql: &'static str) {
    let done = store.transact(move |t| Ok(t.execute_batch(sql)?));
    done.await.unwrap();
}

#[tokio::test]
async fn what_may_change_a_theme_forgets_this_theme_and_no_other() {
    for sql in [
        "INSERT INTO entry (theme, story, item, editors_choice) VALUES ('t', 4, 4, 0)",
        "DELETE FROM entry WHERE story = 1",
        "UPDATE entry SET item = 4 WHERE story = 1",
        "UPDATE entry SET editors_choice = 1 WHERE story = 1",
        "UPDATE entry SET arrived = 1 WHERE story = 1",
        "UPDATE entry SET archive_due = 1 WHERE story = 1",
        "UPDATE story SET rev = rev + 1 WHERE number = 1",
        "UPDATE story SET coverage = 2 WHERE number = 1",
        "UPDATE story SET coverage = NULL WHERE number = 1",
        "UPDATE story SET published = 1 WHERE number = 1",
        "INSERT INTO theme_copy VALUES (2, 't', 1, 1, 0, 0, NULL)",
        "UPDATE theme_copy SET changes = 1",
        "UPDATE theme_copy SET dropped = 1",
        "DELETE FROM theme_copy",
        "INSERT INTO html_due SELECT 2, 't', 0 WHERE NOT EXISTS (SELECT 1 FROM html_due WHERE story = 2 AND theme = 't')
             UNION ALL SELECT 4, 't', 0",
    ] {
        let store = published().await;
        if sql.contains("html_due") {
            store.nothing_is_due().await.unwrap();
        }
        run(&store, sql).await;
        assert_eq!(left(&store).await, [ThemeId::new("u")], "{sql}");
    }
}

#[tokio::test]
async fn what_changes_no_theme_forgets_none() {
    for sql in [
        "UPDATE story SET rev = rev + 1, coverage = 4 WHERE number = 4",
        "UPDATE story SET entries_due = 1, rematch_at = 5",
        "UPDATE item SET listed = 0, merge_due = 1",
        "INSERT INTO html_due VALUES (4, '', 0)",
        "DELETE FROM html_due",
        "UPDATE archive_document SET stale = 1",
    ] {
        let store = published().await;
        run(&store, sql).await;
        assert_eq!(left(&store).await.len(), 2, "{sql}");
    }
}

#[tokio::test]
async fn each_way_to_change_a_story_forgets_its_themes() {
    for (way, what) in [
        "an item joins it",
        "it is hidden",
        "it is united with another",
        "it is matched again",
        "its article comes",
        "it is deleted",
    ]
    .into_iter()
    .enumerate()
    {
        let store = published().await;
        match way {
            0 => {
                let new = arrival("b", vec![item("b", "i9")]);
                store.save(vec![new], now()).await.unwrap();
                let joined = decided(vec![joins(5, 1)]);
                store.merge(joined, nothing_learned(), now()).await.unwrap();
            }
            1 => hide(&store, &[1]).await,
            2 => store.fuse(vec![1, 4]).await.unwrap(),
            3 => enter(&store, "t", &[1]).await,
            4 => {
                let found = crate::store::FullText {
                    article: Some(crate::store::Article {
                        html: "<p>All.</p>".to_owned(),
                        words: [5, 6],
                    }),
                    tries: 1,
                    try_at: None,
                };
                store.keep_full_text(1, found, now()).await.unwrap();
            }
            _ => store.delete_stories(vec![1], now()).await.unwrap(),
        }
        assert_eq!(left(&store).await, [ThemeId::new("u")], "{what}");
    }
}

#[tokio::test]
async fn what_arrived_by_a_wrong_clock_forgets_its_theme() {
    let store = published().await;
    let themes = vec![theme(Merging::Identical, 9)];
    store.mend_arrivals(themes.clone(), now()).await.unwrap();
    assert_eq!(left(&store).await.len(), 2);
    store.mend_arrivals(themes, day(-1)).await.unwrap();
    assert_eq!(left(&store).await, [ThemeId::new("u")]);
}

#[tokio::test]
async fn a_theme_that_is_no_more_is_forgotten() {
    let store = published().await;
    let kept = vec![ThemeId::new("u")];
    store.forget_other_themes(kept.clone()).await.unwrap();
    assert_eq!(left(&store).await, kept);
    store.forget_as_published(kept).await.unwrap();
    assert!(left(&store).await.is_empty());
}

#[tokio::test]
async fn the_moment_is_known_at_which_an_entry_is_too_old() {
    let store = entries(3).await;
    let lately = |merge, hours: u64| {
        let theme = theme(merge, 9);
        let max_age = Some(std::time::Duration::from_secs(hours * 60 * 60));
        vec![Arc::new(Theme {
            max_age,
            ..Theme::clone(&theme)
        })]
    };
    for merge in [Merging::Identical, Merging::Coverage, Merging::Off] {
        // They are an hour old.
        let standing = store.entries(lately(merge, 3), now()).await.unwrap();
        let until = standing[0].until.unwrap();
        assert_eq!(until, now() + TimeDelta::hours(2) + TimeDelta::seconds(1));
        let before = until - TimeDelta::seconds(1);
        for (moment, stand) in [(before, 3), (until, 0)] {
            let standing = store.entries(lately(merge, 3), moment).await.unwrap();
            assert_eq!(standing[0].entries.len(), stand, "{moment}");
        }
        let standing = store.entries(vec![theme(merge, 9)], now()).await.unwrap();
        assert_eq!(standing[0].until, None, "nothing is ever too old");
    }
}
