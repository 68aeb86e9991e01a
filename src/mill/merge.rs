//! Unmerged items -> stories. Serial and in a fixed order (date, rank, id), so that the outcome
//! does not depend on which source answered first. The merger keeps of an item the same as
//! [`crate::dedupe::Filter`] does, so that both find the same stories.

use super::{Error, Report};
use crate::config::Config;
use crate::dedupe::{
    Candidate, Fingerprint, Frequencies, Member, Merger, Placement, WINDOW, number_of,
};
use crate::model::{SourceId, Why};
use crate::store::{Merged, Store, Unmerged, Wanted};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

pub(super) async fn merge(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut new = store.unmerged().await?;
    let ranks = config.ranks();
    let alone = config.sources.iter().filter(|source| !source.merge);
    let alone: HashSet<&str> = alone.map(|source| source.id.as_str()).collect();
    let merges = |source: &SourceId| !alone.contains(source.table());
    let rank = |item: &Unmerged| ranks.of(&item.source);
    new.sort_by_cached_key(|item| {
        (
            item.published,
            rank(item),
            item.id.clone(),
            item.source.clone(),
        )
    });

    if new.is_empty() {
        return Ok(());
    }
    let frequencies = store.frequencies().await?;
    let frequencies = frequencies.and_then(|bytes| Frequencies::from_bytes(&bytes));
    let mut merger = Merger::with_frequencies(frequencies.unwrap_or_default());
    for old in store.comparable(wanted(&merger, &new)).await? {
        if let Some(story) = old.story.filter(|_| merges(&old.source)) {
            let member = Member {
                story,
                begins: old.begins_story,
                since: old.story_published.unwrap_or(old.published),
                // The store does not hold how many steps an old member is from the first item: at least one.
                steps: u8::from(!old.begins_story),
            };
            merger.recall(&candidate(&old), member);
        }
    }

    let mut next_story = store.next_story().await?;
    let mut merged = Vec::with_capacity(new.len());
    for item in &new {
        let candidate = candidate(item);
        let placement = if merges(&item.source) {
            merger.place(&candidate)
        } else {
            Placement::New
        };
        let (story, since, steps, why) = match placement {
            Placement::New => {
                next_story += 1;
                (next_story - 1, item.published, 0, None)
            }
            Placement::Joins {
                story,
                since,
                reason,
                score,
                steps,
                ..
            } => (story, since, steps, Some(Why { reason, score })),
        };
        let member = Member {
            story,
            begins: why.is_none(),
            since,
            steps,
        };
        if why.is_some() {
            report.merged_items += 1;
        } else {
            report.new_stories += 1;
        }
        merged.push(Merged {
            item: item.number,
            story,
            id: item.id.clone(),
            page: item.url.clone().unwrap_or_default(),
            why,
            exact: candidate.fingerprint.exact_keys(),
            alike: merger.alike_keys(&candidate),
            published: item.published,
        });
        if merges(&item.source) {
            merger.remember(&candidate, member);
        }
    }
    store
        .merge(merged, merger.frequencies().to_bytes(), now)
        .await?;
    Ok(())
}

/// The time spans with items that the new items, sorted by date, are compared with. They are several:
/// one item dated 1970 must not load everything since.
fn windows(new: &[Unmerged]) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut windows: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    for item in new {
        let (from, to) = (item.published - WINDOW, item.published + WINDOW);
        match windows.last_mut() {
            Some(last) if from <= last.1 => last.1 = to,
            _ => windows.push((from, to)),
        }
    }
    windows
}

fn wanted(merger: &Merger, new: &[Unmerged]) -> Wanted {
    let mut wanted = Wanted {
        windows: windows(new),
        ..Wanted::default()
    };
    for item in new {
        let candidate = candidate(item);
        wanted.alike.extend(merger.alike_keys(&candidate));
        wanted.exact.extend(candidate.fingerprint.exact_keys());
    }
    wanted.alike.sort_unstable();
    wanted.alike.dedup();
    wanted
}

/// What is compared of an item. Decoded each time it is needed: it takes eight times the memory of its
/// bytes, and a first pass holds all items of all sources at the same time.
fn candidate(item: &Unmerged) -> Candidate {
    Candidate {
        number: item.number,
        source: number_of(item.source.as_str()),
        published: item.published,
        // A fingerprint of an older version cannot be read; it then has nothing in common with any other.
        fingerprint: Fingerprint::from_bytes(&item.fingerprint).unwrap_or_default(),
    }
}
