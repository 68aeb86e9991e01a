//! New and changed stories -> the themes they belong to.

use super::Error;
use crate::config::Config;
use crate::model::{Story, Theme};
use crate::store::{Filed, Store, StoredEdition};
use crate::theme::{self, Desk};
use std::collections::HashMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Stories that are in memory at once.
const BATCH: u32 = 500;

pub(super) async fn shelve(config: &Config, store: &Store) -> Result<(), Error> {
    let editions = store.editions().await?;
    let filed_by =
        |theme: &Arc<Theme>| editions.get(&theme.id).map(|e| e.rule) == Some(rule_hash(theme));
    let changed: Vec<_> = config
        .themes
        .iter()
        .filter(|theme| !filed_by(theme))
        .collect();
    if !changed.is_empty() {
        store.unfile_all().await?;
    }

    let desk = Desk::new(&config.themes)?;
    let ranks: HashMap<_, _> = config.sources.iter().map(|s| (&s.id, s.rank)).collect();
    loop {
        let mut stories = store.unfiled(BATCH).await?;
        if stories.is_empty() {
            break;
        }
        let filed = stories
            .iter_mut()
            .map(|story| {
                theme::shelf_order(&mut story.members, |item| {
                    ranks.get(&item.source.id).copied().unwrap_or(i32::MAX)
                });
                file(story, &desk)
            })
            .collect();
        store.file(filed).await?;
    }

    // Noted only now: a pass that died above starts this step again.
    let noted = changed.into_iter().map(|theme| {
        let edition = StoredEdition {
            rule: rule_hash(theme),
            fingerprint: 0,
            json: String::new(),
        };
        (theme.id.clone(), edition)
    });
    store.keep_editions(noted.collect()).await?;
    Ok(())
}

fn file(story: &Story, desk: &Desk) -> Filed {
    let places = desk.places(story).into_iter();
    Filed {
        story: story.seq,
        lead: story.members[0].number,
        themes: places
            .map(|place| (place.theme, place.member, place.choice))
            .collect(),
    }
}

/// Of all that decides whether a story belongs to a theme.
fn rule_hash(theme: &Theme) -> u64 {
    xxh3_64(format!("{:?}{:?}", theme.rule, theme.editors_choice).as_bytes())
}
