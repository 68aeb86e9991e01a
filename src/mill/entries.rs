//! New and changed stories -> the themes they belong to.

use super::publish::INDEX;
use super::publish::html::sources;
use super::publish::prune;
use super::publish::record::{ArchiveRecord, EditionRecord};
use super::{Error, Report};
use crate::config::Config;
use crate::model::{Story, Theme, ThemeId};
use crate::store::{Store, StoredEdition, StoryEntries};
use crate::theme::{self, Matcher};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Stories that are in memory at once.
const BATCH: u32 = 500;

pub(super) async fn update(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    let editions = forget_old_themes(config, store, report).await?;
    let filed_by = |theme: &Arc<Theme>| {
        editions.get(&theme.id).map(|e| e.rule) == Some(rule_hash(config, theme))
    };
    let changed: Vec<_> = config
        .themes
        .iter()
        .filter(|theme| !filed_by(theme))
        .collect();
    if !changed.is_empty() {
        store.match_all_again().await?;
    }

    let matcher = Matcher::new(&config.themes)?;
    let ranks = config.ranks();
    loop {
        let mut stories = store.stories_to_match(BATCH).await?;
        if stories.is_empty() {
            break;
        }
        let found = stories.iter_mut().map(|story| {
            theme::rank_members(&mut story.members, |item| ranks.of(&item.source.id));
            file(story, &matcher)
        });
        let found: Vec<_> = found.collect();
        let both = stories.iter().zip(&found);
        for (_, of_story) in both.filter(|(story, _)| story.first_seen == now) {
            for (theme, ..) in &of_story.themes {
                *report.new_by_theme.entry(theme.clone()).or_default() += 1;
            }
        }
        store.keep_entries(found).await?;
    }

    // Noted only now: a pass that died above starts this step again.
    let noted = changed.into_iter().map(|theme| {
        let edition = StoredEdition {
            rule: rule_hash(config, theme),
            fingerprint: 0,
            // Its files are still ours.
            json: editions
                .get(&theme.id)
                .map(|e| e.json.clone())
                .unwrap_or_default(),
        };
        (theme.id.clone(), edition)
    });
    store.keep_editions(noted.collect()).await?;
    Ok(())
}

fn file(story: &Story, matcher: &Matcher) -> StoryEntries {
    let places = matcher.matches_of(story).into_iter();
    StoryEntries {
        story: story.seq,
        lead: story.members[0].number,
        themes: places
            .map(|place| (place.theme, place.member, place.editors_choice))
            .collect(),
    }
}

/// A theme that was taken out of `feeds.toml` starts afresh if it comes back: what arrived meanwhile
/// was never matched. Its files stay, and are reported.
async fn forget_old_themes(
    config: &Config,
    store: &Store,
    report: &mut Report,
) -> Result<HashMap<ThemeId, StoredEdition>, Error> {
    let mut editions = store.editions().await?;
    let mut known: Vec<ThemeId> = config.themes.iter().map(|theme| theme.id.clone()).collect();
    known.push(ThemeId::new(INDEX));
    if config.site.health {
        known.push(ThemeId::new(sources::ROW));
    }
    let (known_editions, old): (HashMap<_, _>, HashMap<_, _>) =
        editions.drain().partition(|(id, _)| known.contains(id));
    if old.is_empty() {
        return Ok(known_editions);
    }
    let mut files = Vec::new();
    for edition in old.values() {
        let kept: EditionRecord = serde_json::from_str(&edition.json).unwrap_or_default();
        files.extend(kept.files);
    }
    let mut pages = store.archive_documents().await?;
    for page in old.keys().filter_map(|theme| pages.remove(theme)).flatten() {
        let kept = serde_json::from_str::<ArchiveRecord>(&page.json);
        files.extend(kept.map(|kept| kept.files).unwrap_or_default());
    }
    prune::abandon(config, store, files, report).await?;
    store.forget_other_themes(known).await?;
    Ok(known_editions)
}

/// Of all that decides whether a story belongs to a theme, through which member, and as what.
fn rule_hash(config: &Config, theme: &Theme) -> u64 {
    let ranks: Vec<_> = config
        .sources
        .iter()
        .map(|source| (&source.id, source.rank))
        .collect();
    let rule = (&theme.rule, &theme.editors_choice, theme.merge);
    xxh3_64(format!("{rule:?}{ranks:?}").as_bytes())
}
