//! Items without a story -> stories. Serial and in a fixed order (date, rank, id), so that the result
//! does not depend on which source answered first. [`crate::dedupe::Filter`] remembers the same of an
//! item, so that both come to the same stories.

mod again;

use super::{Error, Report};
use crate::config::Config;
use crate::dedupe::{
    Candidate, Fingerprint, Frequencies, Member, Merger, Placement, WINDOW, source_number,
};
use crate::model::{SourceId, Why};
use crate::store::{Merged, Store, Unmerged, Wanted};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashSet};

/// From one moment to another.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// New items of one source from which its standing text is learned.
const LEARNED: usize = 100;

pub(super) async fn merge(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    again::refresh(store, now).await?;
    again::part(config, store, now).await?;
    let new = in_order(store.unmerged().await?, config);
    let changed = store.merge_due().await?;
    if new.is_empty() && changed.is_empty() {
        return Ok(());
    }
    let sources = Participants::of(config);
    let compared: Vec<&Unmerged> = new
        .iter()
        .chain(changed.iter().map(|(item, _)| item))
        .collect();
    let near = again::windows(&changed);
    let mut merger = earlier_items(store, &sources, &compared, (near, now)).await?;
    learn_documents(&mut merger, &new);
    let mut next_story = store.next_story().await?;
    let mut merged = Vec::with_capacity(new.len());
    for item in &new {
        let placed = place(&mut merger, &sources, item, next_story);
        if placed.why.is_some() {
            report.merged_items += 1;
        } else {
            report.new_stories += 1;
            next_story += 1;
        }
        merged.push(placed);
    }
    let frequencies = merger.frequencies().to_bytes();
    store.merge(merged, frequencies, now).await?;
    if !changed.is_empty() {
        let again = again::decide(&merger, &sources, changed);
        store.merge_again(again, now).await?;
    }
    Ok(())
}

/// The order in which items are placed.
fn in_order(mut new: Vec<Unmerged>, config: &Config) -> Vec<Unmerged> {
    let ranks = config.ranks();
    new.sort_by_cached_key(|item| {
        (
            item.published,
            ranks.of(&item.source),
            item.id.clone(),
            item.source.clone(),
        )
    });
    new
}

/// Which sources take part in merging: all but those with `merge = false`.
struct Participants<'a> {
    apart: HashSet<&'a str>,
}

impl<'a> Participants<'a> {
    fn of(config: &'a Config) -> Self {
        let apart = config.sources.iter().filter(|source| !source.merge);
        Self {
            apart: apart.map(|source| source.id.as_str()).collect(),
        }
    }

    fn includes(&self, source: &SourceId) -> bool {
        !self.apart.contains(source.table())
    }
}

/// A merger that knows what earlier passes learned, and the earlier items that the new ones may have
/// to be compared with.
async fn earlier_items(
    store: &Store,
    sources: &Participants<'_>,
    new: &[&Unmerged],
    (near, now): (Vec<Span>, DateTime<Utc>),
) -> Result<Merger, Error> {
    let frequencies = store.frequencies().await?;
    let frequencies = frequencies.and_then(|bytes| Frequencies::from_bytes(&bytes));
    let mut merger = Merger::with_frequencies(frequencies.unwrap_or_default());
    let wanted = Wanted {
        near,
        ..wanted(&merger, new)
    };
    for old in store.comparable(wanted, now).await? {
        if let Some(story) = old.story.filter(|_| sources.includes(&old.source)) {
            let member = Member {
                story,
                is_first: old.begins_story,
                first_published: old.story_published.unwrap_or(old.published),
                // How far an old member is from the first is not stored: at least one step.
                steps: u8::from(!old.begins_story),
            };
            merger.restore(&candidate(&old), member);
        }
    }
    Ok(merger)
}

/// Learns what each source says below several of its new items, before any is placed.
fn learn_documents(merger: &mut Merger, new: &[Unmerged]) {
    let mut by_source: BTreeMap<&SourceId, Vec<Fingerprint>> = BTreeMap::new();
    for item in new.iter().filter(|item| item.listed) {
        let items = by_source.entry(&item.source).or_default();
        if items.len() < LEARNED {
            items.push(candidate(item).fingerprint);
        }
    }
    for items in by_source.values() {
        merger.learn_document(items);
    }
}

/// The story of one item: an earlier one, or a new one with the number `next_story`.
fn place(merger: &mut Merger, sources: &Participants, item: &Unmerged, next_story: u64) -> Merged {
    let candidate = candidate(item);
    let takes_part = sources.includes(&item.source);
    let placement = if takes_part {
        merger.place(&candidate)
    } else {
        Placement::New
    };
    let why = why(&placement);
    let (story, first_published, steps) = match placement {
        Placement::New => (next_story, item.published, 0),
        Placement::Joins {
            story,
            first_published,
            steps,
            ..
        } => (story, first_published, steps),
    };
    let member = Member {
        story,
        is_first: why.is_none(),
        first_published,
        steps,
    };
    let merged = Merged {
        item: item.number,
        story,
        id: item.id.clone(),
        page: item.url.clone().unwrap_or_default(),
        why,
        exact: candidate.fingerprint.exact_keys(),
        alike: merger.similar_keys(&candidate),
        published: item.published,
    };
    if takes_part {
        merger.remember(&candidate, member);
    }
    merged
}

/// Why an item joins a story; none if it begins one.
fn why(placement: &Placement) -> Option<Why> {
    match *placement {
        Placement::New => None,
        Placement::Joins { reason, score, .. } => Some(Why { reason, score }),
    }
}

/// The time spans with items that the new items are compared with. They are several:
/// one item dated 1970 must not load everything since.
fn windows(new: &[&Unmerged]) -> Vec<Span> {
    let mut windows: Vec<Span> = Vec::new();
    let mut dates: Vec<DateTime<Utc>> = new.iter().map(|item| item.published).collect();
    dates.sort_unstable();
    for published in dates {
        let (from, to) = (published - WINDOW, published + WINDOW);
        match windows.last_mut() {
            Some(last) if from <= last.1 => last.1 = to,
            _ => windows.push((from, to)),
        }
    }
    windows
}

fn wanted(merger: &Merger, new: &[&Unmerged]) -> Wanted {
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

/// What is compared of an item. Decoded each time it is needed: it takes eight times the memory of its
/// bytes, and a first pass holds all items of all sources at the same time.
fn candidate(item: &Unmerged) -> Candidate {
    Candidate {
        number: item.number,
        source: source_number(item.source.as_str()),
        listed: item.listed,
        published: item.published,
        // A fingerprint of an older version cannot be read; it then has nothing in common with any other.
        fingerprint: Fingerprint::from_bytes(&item.fingerprint).unwrap_or_default(),
    }
}
