//! Unmerged items -> stories. Serial and in a fixed order (date, rank, id), so that the outcome
//! does not depend on which source answered first. What is remembered of an item is what
//! [`crate::dedupe::Filter`] remembers of it, so that both come to the same stories.

use super::{Error, Report};
use crate::config::Config;
use crate::dedupe::{
    Candidate, Fingerprint, Frequencies, Member, Merger, Placement, WINDOW, source_number,
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
                is_first: old.begins_story,
                first_published: old.story_published.unwrap_or(old.published),
                // How far from its first an old member is, nobody noted: at least a step.
                steps: u8::from(!old.begins_story),
            };
            merger.restore(&candidate(&old), member);
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
        let (story, first_published, steps, why) = match placement {
            Placement::New => {
                next_story += 1;
                (next_story - 1, item.published, 0, None)
            }
            Placement::Joins {
                story,
                first_published,
                reason,
                score,
                steps,
                ..
            } => (story, first_published, steps, Some(Why { reason, score })),
        };
        let member = Member {
            story,
            is_first: why.is_none(),
            first_published,
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
            alike: merger.similar_keys(&candidate),
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

/// The stretches of time that the new items, in order of date, may have something in common with:
/// one item dated 1970 must not bring back everything since.
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
        wanted.alike.extend(merger.similar_keys(&candidate));
        wanted.exact.extend(candidate.fingerprint.exact_keys());
    }
    wanted.alike.sort_unstable();
    wanted.alike.dedup();
    wanted
}

/// What is compared of an item. Read each time it is needed: it takes eight times the room of what it is
/// read from, and a first pass has all items of all sources at once.
fn candidate(item: &Unmerged) -> Candidate {
    Candidate {
        number: item.number,
        source: source_number(item.source.as_str()),
        published: item.published,
        // An item that an older program fingerprinted is compared by what is still readable: nothing.
        fingerprint: Fingerprint::from_bytes(&item.fingerprint).unwrap_or_default(),
    }
}
