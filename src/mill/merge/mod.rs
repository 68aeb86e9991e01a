//! Items without a story -> stories. Serial and in a fixed order (date, rank, id), so that the result
//! does not depend on which source answered first. [`crate::dedupe::Filter`] remembers the same of an
//! item, so that both come to the same stories.

mod again;

use super::{Error, Report};
use crate::config::Config;
use crate::dedupe::{
    Candidate, Fingerprint, Frequencies, Member, Merger, Placement, STANDING, WINDOW, source_number,
};
use crate::model::{SourceId, Why};
use crate::store::{Merged, Role, Store, Unmerged, Waiting, Wanted};
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

/// From one moment to another.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// New items of one source from which its standing text is learned.
const LEARNED: usize = 100;

/// Documents that are read together for that.
const DOCUMENTS: usize = 64;

/// How many items are handled together.
#[derive(Clone, Copy)]
struct Sizes {
    /// So many are in memory at the same time.
    batch: usize,
    /// The stories of so many are stored together, at least. Each time, most pages of the new items are written
    /// again.
    stored: usize,
}

const SIZES: Sizes = Sizes {
    batch: 20_000,
    stored: 100_000,
};

pub(super) async fn merge(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    merge_by(SIZES, config, store, now, report).await
}

async fn merge_by(
    sizes: Sizes,
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    again::refresh(store, now).await?;
    again::part(config, store, now).await?;
    let new = in_order(store.waiting().await?, config);
    let changed = store.merge_due().await?;
    if new.items.is_empty() && changed.is_empty() {
        return Ok(());
    }
    let sources = Participants::of(config);
    let batches = Batches::of(store, &new, sizes.batch).await?;
    let mut merger = earlier_items(store, &sources, &batches, &changed, now).await?;
    learn_documents(store, &mut merger, &new).await?;
    let mut next_story = store.next_story().await?;
    let mut merged = Vec::new();
    for batch in &batches.numbers {
        let items = batches.read(batch).await?;
        for item in items.iter() {
            let placed = place(&mut merger, &sources, item, next_story);
            if placed.why.is_some() {
                report.merged_items += 1;
            } else {
                report.new_stories += 1;
                next_story += 1;
            }
            merged.push(placed);
        }
        drop(items);
        if merged.len() >= sizes.stored {
            store_merged(store, &merger, std::mem::take(&mut merged), now).await?;
        }
    }
    store_merged(store, &merger, merged, now).await?;
    if !changed.is_empty() {
        let again = again::decide(&merger, &sources, changed);
        store.merge_again(again, now).await?;
    }
    Ok(())
}

/// Stores where items belong, with what was learned of them: a pass that ends here goes on with the others.
async fn store_merged(
    store: &Store,
    merger: &Merger,
    merged: Vec<Merged>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let frequencies = merger.frequencies().to_bytes();
    Ok(store.merge(merged, frequencies, now).await?)
}

/// The order in which items are placed.
fn in_order(mut new: Waiting, config: &Config) -> Waiting {
    let ranks = config.ranks();
    let ranks: Vec<i32> = new.sources.iter().map(|source| ranks.of(source)).collect();
    // Stable: of equal ranks they stay in order of their ids.
    new.items
        .sort_by_key(|item| (item.published, ranks.get(item.source as usize).copied()));
    new
}

/// The new items, some at a time.
struct Batches<'a> {
    store: &'a Store,
    numbers: Vec<Vec<u64>>,
    /// All of them, if that is one batch.
    only: Option<Vec<Unmerged>>,
}

impl<'a> Batches<'a> {
    async fn of(store: &'a Store, new: &Waiting, size: usize) -> Result<Self, Error> {
        let batches = new.items.chunks(size);
        let numbers = batches.map(|batch| batch.iter().map(|item| item.number).collect());
        let numbers: Vec<Vec<u64>> = numbers.collect();
        let only = match numbers.as_slice() {
            [only] => Some(store.unmerged(only.clone()).await?),
            _ => None,
        };
        Ok(Self {
            store,
            numbers,
            only,
        })
    }

    async fn read(&self, numbers: &[u64]) -> Result<Cow<'_, [Unmerged]>, Error> {
        Ok(match &self.only {
            Some(only) => Cow::Borrowed(only),
            None => Cow::Owned(self.store.unmerged(numbers.to_vec()).await?),
        })
    }
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

/// A merger that knows what earlier passes learned, and the earlier items that new and changed ones may
/// have to be compared with.
async fn earlier_items(
    store: &Store,
    sources: &Participants<'_>,
    new: &Batches<'_>,
    changed: &[(Unmerged, Role)],
    now: DateTime<Utc>,
) -> Result<Merger, Error> {
    let frequencies = store.frequencies().await?;
    let frequencies = frequencies.and_then(|bytes| Frequencies::from_bytes(&bytes));
    let mut merger = Merger::with_frequencies(frequencies.unwrap_or_default());
    if store.next_story().await? == 1 {
        return Ok(merger);
    }
    let mut wanted = Wanted {
        near: again::windows(changed),
        ..Wanted::default()
    };
    let mut dates = Vec::new();
    for batch in &new.numbers {
        want(
            &mut wanted,
            &mut dates,
            &merger,
            new.read(batch).await?.iter(),
        );
    }
    let changed = changed.iter().map(|(item, _)| item);
    want(&mut wanted, &mut dates, &merger, changed);
    wanted.windows = windows(dates);
    wanted.alike.sort_unstable();
    wanted.alike.dedup();
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
async fn learn_documents(store: &Store, merger: &mut Merger, new: &Waiting) -> Result<(), Error> {
    let mut by_source: BTreeMap<&SourceId, Vec<u64>> = BTreeMap::new();
    for item in new.items.iter().filter(|item| item.listed) {
        let Some(source) = new.sources.get(item.source as usize) else {
            continue;
        };
        let items = by_source.entry(source).or_default();
        if items.len() < LEARNED {
            items.push(item.number);
        }
    }
    // Of fewer, nothing is learned.
    by_source.retain(|_, items| items.len() > STANDING);
    let documents: Vec<Vec<u64>> = by_source.into_values().collect();
    for documents in documents.chunks(DOCUMENTS) {
        let mut known = store.fingerprints(documents.concat()).await?.into_iter();
        for items in documents {
            let known = known.by_ref().take(items.len());
            let known = known.map(|bytes| Fingerprint::from_bytes(&bytes).unwrap_or_default());
            merger.learn_document(&known.collect::<Vec<_>>());
        }
    }
    Ok(())
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

/// The time spans with items that items of these dates are compared with. They are several: one item dated 1970
/// must not load everything since.
fn windows(mut dates: Vec<DateTime<Utc>>) -> Vec<Span> {
    let mut windows: Vec<Span> = Vec::new();
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

/// Adds what some items may be one with.
fn want<'a>(
    wanted: &mut Wanted,
    dates: &mut Vec<DateTime<Utc>>,
    merger: &Merger,
    items: impl Iterator<Item = &'a Unmerged>,
) {
    for item in items {
        let candidate = candidate(item);
        dates.push(item.published);
        wanted.alike.extend(merger.similar_keys(&candidate));
        wanted.exact.extend(candidate.fingerprint.exact_keys());
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FetchState, Item, ItemSource};
    use crate::store::{Arrival, NewItem, Since};
    use chrono::TimeDelta;
    use std::path::Path;
    use std::sync::Arc;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_500_000, 0).unwrap()
    }

    /// The item of a source on one of several subjects, which all sources write about in the same words.
    fn item(source: &str, subject: usize) -> NewItem {
        const WORDS: &str = "harbour council ferry budget mayor bridge winter railway museum storm";
        let words: Vec<&str> = WORDS
            .split(' ')
            .cycle()
            .skip(subject)
            .step_by(subject + 1)
            .take(30)
            .collect();
        let of = ItemSource {
            id: SourceId::new(source),
            ..ItemSource::default()
        };
        let published = now() - TimeDelta::minutes(10 * i64::try_from(subject).unwrap());
        let item = Item {
            title: Some(format!("Number {subject}: {}", words[..6].join(" "))),
            content_text: Some(words.join(" ")),
            ..Item::new(
                format!("https://{source}.example/{subject}"),
                Arc::new(of),
                published,
            )
        };
        NewItem::of(item, false, &HashSet::new())
    }

    /// The members of each story, by their addresses, and what the report counts.
    async fn stories_of(sizes: Sizes) -> (Vec<Vec<String>>, [usize; 2]) {
        let store = Store::in_memory().unwrap();
        let arrivals = ["a", "b", "c"].map(|source| Arrival {
            source: SourceId::new(source),
            state: FetchState::default(),
            items: (1..6).map(|subject| item(source, subject)).collect(),
            is_whole: true,
            is_backlog: false,
            list: None,
        });
        store.save(arrivals.into(), now()).await.unwrap();
        let config = "[site]\ntitle = \"News\"\nbase_url = \"https://news.example/\"";
        let config = Config::parse_draft(Path::new("feeds.toml"), config).unwrap();
        let mut report = Report::default();
        merge_by(sizes, &config, &store, now(), &mut report)
            .await
            .unwrap();
        assert!(store.waiting().await.unwrap().items.is_empty());
        let numbers = store.since(Since::default()).await.unwrap();
        let stories = store.stories(numbers).await.unwrap().into_iter();
        let members = stories.map(|story| {
            let members = story.members.into_iter();
            members
                .map(|member| member.item.id.as_str().to_owned())
                .collect()
        });
        (members.collect(), [report.new_stories, report.merged_items])
    }

    #[tokio::test]
    async fn items_come_to_the_same_stories_however_many_are_handled_together() {
        let together = stories_of(SIZES).await;
        assert_eq!(together.1, [5, 10]);
        for (batch, stored) in [(1, 1), (2, 3), (4, 100), (15, 1)] {
            assert_eq!(
                stories_of(Sizes { batch, stored }).await,
                together,
                "{batch} {stored}"
            );
        }
    }
}
