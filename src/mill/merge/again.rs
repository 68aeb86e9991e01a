//! Items that have a story, compared with others again: an item that changed may now be another's
//! copy, or no longer be one. A newer program compares all items of the window again, so that it
//! parts what an older one joined wrongly.

use super::{Participants, Span, candidate, why};
use crate::config::Config;
use crate::dedupe::{Fingerprint, Merger, Placement, TEXT_WINDOW, WINDOW};
use crate::store::{Again, Change, Error, Refreshed, Role, Store, Unmerged};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Changed items of a pass, long past, whose neighbours are read without keys.
const MOST_CHANGED: usize = 100;

/// Makes the fingerprints anew that an older program made, of all items that are still compared.
pub(super) async fn refresh(store: &Store, now: DateTime<Utc>) -> Result<(), Error> {
    loop {
        let outdated = store
            .outdated(Fingerprint::VERSION, now - TEXT_WINDOW)
            .await?;
        if outdated.is_empty() {
            return Ok(());
        }
        let refreshed = outdated.iter().map(|(item, read)| {
            let fingerprint = Fingerprint::of(read);
            Refreshed {
                item: *item,
                fingerprint: fingerprint.to_bytes(),
                exact: fingerprint.exact_keys(),
            }
        });
        store.refresh(refreshed.collect()).await?;
    }
}

/// The times of the items that each of these is compared with.
pub(super) fn windows(items: &[(Unmerged, Role)]) -> Vec<Span> {
    let around = |(item, _): &(Unmerged, Role)| (item.published - WINDOW, item.published + WINDOW);
    items.iter().take(MOST_CHANGED).map(around).collect()
}

/// Decides where each of these items belongs now. Each comes with what it is in its story.
pub(super) fn decide(
    merger: &Merger,
    sources: &Participants,
    items: Vec<(Unmerged, Role)>,
) -> Vec<Again> {
    // Stories that were united with an earlier one.
    let mut united: HashMap<u64, u64> = HashMap::new();
    let mut decided = Vec::with_capacity(items.len());
    for (mut item, role) in items {
        let current = |mut story: u64| {
            while let Some(&earlier) = united.get(&story) {
                story = earlier;
            }
            story
        };
        item.story = item.story.map(current);
        let candidate = candidate(&item);
        let change = match (merger.place(&candidate), item.story) {
            _ if !sources.includes(&item.source) => Change::Stays,
            // What its source edits stays what it was, whatever id it has now.
            (Placement::New, _) if role == Role::Successor => Change::Stays,
            (Placement::New, _) if !item.begins_story => Change::Leaves,
            (placement @ Placement::Joins { story, .. }, Some(own)) => {
                let (other, why) = (current(story), why(&placement));
                match why {
                    Some(why) if other != own && role == Role::Alone => Change::Unites(other, why),
                    Some(why) if other != own && !item.begins_story => Change::Moves(other, why),
                    _ => Change::Stays,
                }
            }
            _ => Change::Stays,
        };
        if let (Change::Unites(other, _), Some(own)) = (&change, item.story) {
            united.insert(own.max(*other), own.min(*other));
        }
        decided.push(Again {
            alike: merger.similar_keys(&candidate),
            item,
            change,
        });
    }
    decided
}

/// Gives items a story of their own whose source does not take part in merging any more.
pub(super) async fn part(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<(), Error> {
    let apart = config.sources.iter().filter(|source| !source.merge);
    let apart = apart.map(|source| source.id.clone()).collect();
    store.part_sources(apart, now).await
}
