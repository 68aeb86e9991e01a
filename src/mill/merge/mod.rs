//! Items without a story -> stories. Serial and in a fixed order (date, rank, id), so that the result
//! does not depend on which source answered first. [`crate::dedupe::Filter`] remembers the same of an
//! item, so that both come to the same stories.

mod again;

use super::Report;
use crate::config::{Config, Ranks};
use crate::dedupe::{
    Candidate, Fingerprint, Frequencies, Member, Merger, Placement, STANDING, WINDOW, source_number,
};
use crate::model::{SourceId, Why};
use crate::store::{Decisions, Error, Merged, Role, Store, Unmerged, Waiting, Wanted};
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
    batch: 4_000,
    stored: 100_000,
};

pub(super) async fn merge(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), super::Error> {
    merge_by(SIZES, config, store, now, report).await
}

async fn merge_by(
    sizes: Sizes,
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), super::Error> {
    again::refresh(store, now).await?;
    again::part(config, store, now).await?;
    let (sources, ranks) = (Participants::of(config), config.ranks());
    // On a thread that has read documents: it takes the memory again that was freed there.
    let merge = merge_new_and_changed(sizes, sources, ranks, store.clone(), now);
    let merged = match tokio::spawn(merge).await {
        Ok(merged) => merged?,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => return Err(Error::Stopped.into()),
    };
    report.new_stories += merged.new_stories;
    report.merged_items += merged.items;
    Ok(())
}

/// What became of new items.
#[derive(Debug, Default)]
struct Counts {
    new_stories: usize,
    /// Those that joined a story.
    items: usize,
}

async fn merge_new_and_changed(
    sizes: Sizes,
    sources: Participants,
    ranks: Ranks,
    store: Store,
    now: DateTime<Utc>,
) -> Result<Counts, Error> {
    let store = &store;
    let mut counts = Counts::default();
    let waiting = store.waiting(move |source| ranks.of(source)).await?;
    let changed = store.merge_due().await?;
    if waiting.items.is_empty() && changed.is_empty() {
        return Ok(counts);
    }
    let documents = documents(&waiting);
    let batches = Batches::of(store, waiting, sizes.batch).await?;
    let mut merger = earlier_items(store, &sources, &batches, &changed, now).await?;
    learn_documents(store, &mut merger, documents).await?;
    merger.keep_all_so_far();
    // Items that changed are compared with all that are near them.
    let first_changed = changed.iter().map(|(item, _)| item.published).min();
    let mut next_story = store.next_story().await?;
    let mut decided = Decisions::default();
    for batch in batches.numbers() {
        let items = batches.read(batch).await?;
        give_back(store, &mut merger, items.iter()).await?;
        for item in items.iter() {
            let past = first_changed.map_or(item.published, |at| at.min(item.published));
            merger.put_aside_before(past);
            if place(&mut merger, &sources, item, next_story, &mut decided) {
                counts.new_stories += 1;
                next_story += 1;
            } else {
                counts.items += 1;
            }
        }
        drop(items);
        if decided.len() >= sizes.stored {
            store_decided(store, &mut merger, std::mem::take(&mut decided), now).await?;
        }
    }
    store_decided(store, &mut merger, decided, now).await?;
    if !changed.is_empty() {
        give_back(store, &mut merger, changed.iter().map(|(item, _)| item)).await?;
        let again = again::decide(&merger, &sources, changed);
        store.merge_again(again, now).await?;
    }
    Ok(counts)
}

/// Stores where items belong, with what was learned of them: a pass that ends here goes on with the others.
async fn store_decided(
    store: &Store,
    merger: &mut Merger,
    decided: Decisions,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let learned = merger.learned();
    store.merge(decided, learned, now).await
}

/// Gives the merger what these items may have to be compared with, of what it has put aside. All else that it
/// has put aside takes little memory from here on.
async fn give_back(
    store: &Store,
    merger: &mut Merger,
    items: impl IntoIterator<Item = &Unmerged>,
) -> Result<(), Error> {
    merger.clear_aside();
    let items = items.into_iter();
    let exact = items.flat_map(|item| Fingerprint::exact_keys_of(&item.fingerprint));
    let wanted = merger.wanted(exact);
    let numbers = wanted.values().copied().collect();
    let fingerprints = store.fingerprints(numbers).await?;
    for (position, bytes) in wanted.into_keys().zip(fingerprints) {
        merger.give_back(
            position,
            Fingerprint::from_bytes(&bytes).unwrap_or_default(),
        );
    }
    Ok(())
}

/// The new items, some at a time.
struct Batches<'a> {
    store: &'a Store,
    /// The numbers of all, in order.
    numbers: Vec<u64>,
    size: usize,
    /// All of them, if that is one batch.
    only: Option<Vec<Unmerged>>,
}

impl<'a> Batches<'a> {
    async fn of(store: &'a Store, new: Waiting, size: usize) -> Result<Self, Error> {
        let numbers: Vec<u64> = new.items.iter().map(|item| item.number).collect();
        let only = if numbers.len() <= size {
            Some(store.unmerged(numbers.clone()).await?)
        } else {
            None
        };
        Ok(Self {
            store,
            numbers,
            size,
            only,
        })
    }

    fn numbers(&self) -> impl Iterator<Item = &[u64]> {
        self.numbers.chunks(self.size)
    }

    async fn read(&self, numbers: &[u64]) -> Result<Cow<'_, [Unmerged]>, Error> {
        Ok(match &self.only {
            Some(only) => Cow::Borrowed(only),
            None => Cow::Owned(self.store.unmerged(numbers.to_vec()).await?),
        })
    }
}

/// Which sources take part in merging: all but those with `merge = false`.
struct Participants {
    apart: HashSet<String>,
}

impl Participants {
    fn of(config: &Config) -> Self {
        let apart = config.sources.iter().filter(|source| !source.merge);
        Self {
            apart: apart.map(|source| source.id.as_str().to_owned()).collect(),
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
    sources: &Participants,
    new: &Batches<'_>,
    changed: &[(Unmerged, Role)],
    now: DateTime<Utc>,
) -> Result<Merger, Error> {
    let frequencies = store.frequencies().await?;
    let frequencies = frequencies.and_then(|(all, added)| Frequencies::from_stored(&all, &added));
    let mut merger = Merger::with_frequencies(frequencies.unwrap_or_default());
    if store.next_story().await? == 1 {
        return Ok(merger);
    }
    let mut wanted = Wanted {
        near: again::windows(changed),
        ..Wanted::default()
    };
    let mut dates = Vec::new();
    for batch in new.numbers() {
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

/// The new items of each source from which its standing text is learned.
fn documents(new: &Waiting) -> Vec<Vec<u64>> {
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
    by_source.into_values().collect()
}

/// Learns what each source says below several of its new items, before any is placed.
async fn learn_documents(
    store: &Store,
    merger: &mut Merger,
    documents: Vec<Vec<u64>>,
) -> Result<(), Error> {
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

/// Decides which story one item belongs to: an earlier one, or a new one with the number `next_story`. Says
/// whether it is a new one.
fn place(
    merger: &mut Merger,
    sources: &Participants,
    item: &Unmerged,
    next_story: u64,
    decided: &mut Decisions,
) -> bool {
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
    let is_new = why.is_none();
    let member = Member {
        story,
        is_first: is_new,
        first_published,
        steps,
    };
    let merged = Merged {
        item: item.number,
        story,
        why,
    };
    let exact = candidate.fingerprint.exact_keys();
    let alike = merger.similar_keys(&candidate);
    decided.add(merged, item.published, &exact, &alike);
    if takes_part {
        merger.remember(&candidate, member);
    }
    is_new
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

    /// Days between two subjects: those of the first are put aside when the third comes.
    const DAYS: i64 = 2;

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
        let number = i64::try_from(subject).unwrap();
        let published = now() - TimeDelta::days(DAYS * number) + TimeDelta::minutes(number);
        let item = Item {
            url: Some(format!("https://{source}.example/{subject}")),
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

    /// The same page weeks later, from another source.
    fn found_again(subject: usize) -> NewItem {
        let mut again = item("d", subject).item;
        let original = item("a", subject).item;
        again.url = original.url;
        again.date_published = now();
        NewItem::of(again, false, &HashSet::new())
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
        let late = Arrival {
            source: SourceId::new("d"),
            state: FetchState::default(),
            items: vec![found_again(5)],
            is_whole: true,
            is_backlog: false,
            list: None,
        };
        store.save(arrivals.into(), now()).await.unwrap();
        store.save(vec![late], now()).await.unwrap();
        let config = "[site]\ntitle = \"News\"\nbase_url = \"https://news.example/\"";
        let config = Config::parse_draft(Path::new("feeds.toml"), config).unwrap();
        let mut report = Report::default();
        merge_by(sizes, &config, &store, now(), &mut report)
            .await
            .unwrap();
        assert!(store.waiting(|_| 0).await.unwrap().items.is_empty());
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
        assert_eq!(together.1, [5, 11]);
        for (batch, stored) in [(1, 1), (2, 3), (4, 100), (15, 1)] {
            assert_eq!(
                stories_of(Sizes { batch, stored }).await,
                together,
                "{batch} {stored}"
            );
        }
    }
}
