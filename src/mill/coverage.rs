//! New stories -> the events they cover, for themes that show each event once. The gists of earlier
//! stories come from the store, so a pass costs only the new stories and what they are compared with.

use super::Error;
use crate::config::Config;
use crate::dedupe::{Coverage, Gist, WINDOW, source_number};
use crate::model::Merging;
use crate::store::{Covered, Store};
use crate::theme;
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Stories that are in memory at the same time.
const BATCH: usize = 500;

pub(super) async fn update(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let is_needed = config.themes.iter().any(|t| t.merge == Merging::Coverage);
    if !is_needed {
        return Ok(());
    }
    let mut new = gists_of_new(config, store, now).await?;
    let (Some(first), Some(last)) = (new.first(), new.last()) else {
        return Ok(());
    };
    let (from, to) = (first.published - WINDOW, last.published);
    let old = store.gists(from, to).await?.into_iter();
    new.extend(old);
    new.sort_by_key(|candidate| {
        (
            candidate.published,
            candidate.coverage.is_none(),
            candidate.story,
        )
    });

    let mut coverage = Coverage::new();
    // Read twice, because a window of gists takes much less memory as bytes.
    for told in &new {
        coverage.count(&gist(told));
    }
    let mut found: HashMap<u64, Covered> = HashMap::new();
    let mut absorbed = Vec::new();
    for mut candidate in new {
        let gist = gist(&candidate);
        coverage.forget_before(candidate.published);
        if let Some(known) = candidate.coverage {
            coverage.remember(known, candidate.began, candidate.published, &gist);
            continue;
        }
        let covered = coverage.place(candidate.story, candidate.published, &gist);
        candidate.coverage = Some(covered.coverage);
        let into = covered.coverage;
        absorbed.extend(covered.absorbed.into_iter().map(|small| (small, into)));
        found.insert(candidate.story, candidate);
    }
    store.cover(found.into_values().collect(), absorbed).await?;
    store.forget_gists(WINDOW + WINDOW, now).await?;
    Ok(())
}

/// What a story says; nothing if another version wrote it.
fn gist(told: &Covered) -> Gist {
    Gist::from_bytes(&told.gist).unwrap_or_default()
}

/// The gists of the stories that arrived since the last pass and within the window, in order of date.
async fn gists_of_new(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<Covered>, Error> {
    let ranks = config.ranks();
    let uncovered = store.uncovered(now - WINDOW).await?;
    let mut new = Vec::with_capacity(uncovered.len());
    for batch in uncovered.chunks(BATCH) {
        for mut story in store.stories(batch.to_vec()).await? {
            theme::rank_members(&mut story.members, |item| ranks.of(&item.source.id));
            let lead = &story.members[0].item;
            let source = source_number(lead.source.id.as_str());
            let published = story.date_published.min(now);
            new.push(Covered {
                story: story.seq,
                published,
                gist: Gist::of(lead, source).to_bytes(),
                coverage: None,
                began: published,
            });
        }
    }
    // Within a pass, story numbers already follow date, rank and id.
    new.sort_by_key(|candidate| (candidate.published, candidate.story));
    Ok(new)
}
