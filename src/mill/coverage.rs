//! New stories -> the events they tell, where a theme shows each event once. What was found before
//! is told to the comparison again, so that a pass costs what is new and what that is compared with.

use super::Error;
use crate::config::Config;
use crate::dedupe::{Coverage, Gist, WINDOW};
use crate::model::Merging;
use crate::store::{Covered, Store};
use crate::theme;
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Stories that are in memory at once.
const BATCH: usize = 500;

pub(super) async fn cover(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<(), Error> {
    let is_asked = config.themes.iter().any(|t| t.merge == Merging::Coverage);
    if !is_asked {
        return Ok(());
    }
    let mut new = gists_of_new(config, store, now).await?;
    let (Some(first), Some(last)) = (new.first(), new.last()) else {
        return Ok(());
    };
    let (from, to) = (first.published - WINDOW, last.published);
    let old = store.gists(from, to).await?.into_iter();
    new.extend(old);
    new.sort_by_key(|told| (told.published, told.coverage.is_none(), told.story));

    let mut coverage = Coverage::new();
    let mut found: HashMap<u64, Covered> = HashMap::new();
    let mut absorbed = Vec::new();
    for mut told in new {
        let gist = Gist::from_bytes(&told.gist).unwrap_or_default();
        coverage.forget_before(told.published);
        if let Some(known) = told.coverage {
            coverage.remember(known, told.published, &gist);
            continue;
        }
        let covered = coverage.place(told.story, told.published, &gist);
        told.coverage = Some(covered.coverage);
        absorbed.extend(covered.absorbed.map(|small| (small, covered.coverage)));
        found.insert(told.story, told);
    }
    store.cover(found.into_values().collect(), absorbed).await?;
    store.forget_gists(WINDOW + WINDOW, now).await?;
    Ok(())
}

/// What the stories say that arrived since the last time and within the window, in order of date.
async fn gists_of_new(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<Covered>, Error> {
    let ranks = config.ranks();
    let numbers = store.uncovered(now - WINDOW).await?;
    let mut new = Vec::with_capacity(numbers.len());
    for batch in numbers.chunks(BATCH) {
        for mut story in store.stories(batch.to_vec()).await? {
            theme::rank_members(&mut story.members, |item| ranks.of(&item.source.id));
            let lead = &story.members[0].item;
            new.push(Covered {
                story: story.seq,
                published: story.date_published.min(now),
                gist: Gist::of(lead).to_bytes(),
                coverage: None,
            });
        }
    }
    // The order of arrival within a pass is by date, rank and id already.
    new.sort_by_key(|told| (told.published, told.story));
    Ok(new)
}
