//! Entries that leave the subscription document -> archive documents that keep them (RFC 5005
//! section 4).
//!
//! An archive document takes what arrived in a theme, in that order. It is closed when it is full, or
//! as soon as an entry that waits for it is no longer in the subscription document. So each story is
//! in that document or in an archive document at any time. The entries of an archive document are
//! stored before its files are written, and stay: later changes of stories and rules do not change it.
//! Only hidden stories leave it. A closed document costs a pass one `stat` of each of its files.
//!
//! A theme keeps the documents of its newest stories (`archive`). What is older is removed, and the oldest
//! document that is left no longer links to one before it, so that a reader who goes back comes to an end.

use super::compress;
use super::recent_stories::RecentStories;
use super::record::{self, ArchiveRecord};
use super::stories::{self, MadeHtml};
use super::writer::{Writer, Written};
use crate::config::Config;
use crate::mill::{Error, Options, Report};
use crate::model::{
    Archive, Edition, EditionLinks, Encoding, FeedFormat, Hidden, History, Merging, StoryId, Theme,
    ThemeId,
};
use crate::output;
use crate::publish::{self, FeedEdition};
use crate::store::{ArchiveDocument, Entry, Store};
use crate::theme;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use url::Url;

/// How many times `archive` the entries of all kept documents may be: old stories between new ones are kept too.
const MOST_BETWEEN: u32 = 4;

/// Entries of a full archive document.
const ENTRIES: usize = 50;

/// The entries of these themes that wait for an archive document. Documents without an address cannot link
/// to each other, so without a `base_url` none is closed, and the store is not read.
pub(super) async fn waiting(
    config: &Config,
    store: &Store,
    themes: Vec<Arc<Theme>>,
) -> Result<HashMap<ThemeId, Vec<Entry>>, Error> {
    match config.site.base_url {
        Some(_) => Ok(store.entries_to_archive(themes).await?),
        None => Ok(HashMap::new()),
    }
}

/// Closes the archive documents of a theme that are due.
pub(super) async fn close(
    store: &Store,
    theme: &Theme,
    entries: &[Entry],
    mut waiting: &[Entry],
    documents: &mut Vec<ArchiveDocument>,
) -> Result<(), Error> {
    let key = |entry: &Entry| match theme.merge {
        Merging::Identical | Merging::Coverage => (entry.story, 0),
        Merging::Off => (entry.story, entry.item),
    };
    let shown: HashSet<_> = entries.iter().map(key).collect();
    let mut last = documents.last().map_or(0, |document| document.number);
    let mut due = Vec::new();
    while waiting.len() >= ENTRIES || waiting.iter().any(|entry| !shown.contains(&key(entry))) {
        let (entries, rest) = waiting.split_at(ENTRIES.min(waiting.len()));
        let document = ArchiveDocument {
            number: last + 1,
            merge: theme.merge,
            entries: u32::try_from(entries.len()).unwrap_or(u32::MAX),
            stale: true,
            json: String::new(),
            newest: DateTime::UNIX_EPOCH,
        };
        last = document.number;
        due.push((document, entries.to_vec()));
        waiting = rest;
    }
    documents.extend(store.close_archive_documents(&theme.id, due).await?);
    Ok(())
}

/// The documents that a theme keeps: those that hold its newest stories, and all that were closed after the
/// first of them. So the old stories of a source that is added push nothing current out.
pub(super) fn kept<'a>(theme: &Theme, documents: &'a [ArchiveDocument]) -> &'a [ArchiveDocument] {
    let Some(most) = theme.archive else {
        return since_gap(documents, documents.len());
    };
    let mut by_date: Vec<&ArchiveDocument> = documents.iter().collect();
    by_date.sort_by_key(|document| Reverse((document.newest, document.number)));
    let first = first_of(&by_date, most).map(|needed| needed.number).min();
    let closed_later = |document: &&ArchiveDocument| first.is_some_and(|n| document.number >= n);
    let needed = documents.iter().filter(closed_later).count();
    let by_closing: Vec<&ArchiveDocument> = documents.iter().rev().collect();
    let bound = first_of(&by_closing, most.saturating_mul(MOST_BETWEEN)).count();
    since_gap(documents, needed.min(bound))
}

/// The number that the next document of a theme has.
pub(super) fn next(kept: &[ArchiveDocument]) -> u32 {
    kept.last().map_or(0, |document| document.number) + 1
}

/// The first documents of a list, so many that they have `most` entries.
fn first_of<'a>(
    documents: &'a [&ArchiveDocument],
    most: u32,
) -> impl Iterator<Item = &'a ArchiveDocument> {
    let mut before = 0_u32;
    documents.iter().copied().take_while(move |document| {
        let is_needed = before < most;
        before = before.saturating_add(document.entries);
        is_needed
    })
}

/// The last documents, at most so many, that follow one another: of what was dropped long ago, the stories
/// may be gone.
fn since_gap(documents: &[ArchiveDocument], most: usize) -> &[ArchiveDocument] {
    let mut expected = documents.last().map_or(0, |document| document.number);
    let newest = documents.iter().rev().take(most);
    let whole = newest.take_while(|document| {
        let is_next = document.number == expected && document.entries > 0;
        expected = expected.saturating_sub(1);
        is_next
    });
    &documents[documents.len() - whole.count()..]
}

/// Removes the files of documents that are not kept any more.
pub(super) async fn remove(
    config: &Config,
    store: &Store,
    dropped: Vec<(ThemeId, ArchiveDocument)>,
    report: &mut Report,
) -> Result<(), Error> {
    if dropped.is_empty() {
        return Ok(());
    }
    let copies = compress::encodings(config, store).await?;
    let mut names = Vec::new();
    for (_, document) in &dropped {
        let kept = serde_json::from_str::<ArchiveRecord>(&document.json);
        let files = kept.map(|kept| kept.files).unwrap_or_default().into_iter();
        for (name, _) in files.filter(|(name, _)| Encoding::original(name).is_none()) {
            names.extend(copies.iter().map(|encoding| encoding.name_of(&name)));
            names.push(name);
        }
    }
    let dropped = dropped.into_iter();
    let dropped = dropped
        .map(|(theme, document)| (theme, document.number))
        .collect();
    let removed = output::remove(&config.output, &names)?;
    report.removed.extend(removed);
    store.drop_archive_documents(dropped).await?;
    Ok(())
}

/// Whether a document has files, or is to get some.
pub(super) fn is_published(document: &ArchiveDocument) -> bool {
    document.stale || !document.json.is_empty()
}

/// Writes the files of a theme's archive documents that are missing or changed, or all with
/// `--rebuild`.
pub(super) async fn write(
    config: &Config,
    recent: &RecentStories<'_>,
    options: &Options,
    theme: &Arc<Theme>,
    documents: &[ArchiveDocument],
    now: DateTime<Utc>,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    let base_url = config.site.base_url.as_ref().map(Url::as_str);
    for (n, document) in documents.iter().enumerate() {
        let is_cut_off = n == 0 && document.number > 1;
        let formats = &theme.formats.feeds;
        let before = serde_json::from_str::<ArchiveRecord>(&document.json).ok();
        let is_same = before.as_ref().is_some_and(|kept| {
            !document.stale
                && !options.rebuild
                && kept.base_url.as_deref() == base_url
                && kept.is_cut_off == is_cut_off
                && kept.has_no_page != theme.formats.html
        });
        let before = before.map(|kept| kept.files).unwrap_or_default();
        let kept: &[_] = if is_same { &before } else { &[] };
        let is_there = |file| record::is_there(&config.output, file);
        let has = |format: &FeedFormat| {
            let mut ends = before.iter().map(|(name, _)| name.rsplit('.').next());
            ends.any(|end| end == Some(format.extension()))
        };
        let is_whole = before.len() == formats.len() * (1 + config.site.compress.len())
            && formats.iter().all(has);
        if is_whole && (is_same || formats.is_empty()) && before.iter().all(is_there) {
            writer.unchanged(before.len());
            continue;
        }
        let links = EditionLinks::of_archive(theme, document.number);
        let checked =
            FeedEdition::of(&edition(config, recent, theme, (document, is_cut_off), now).await?);
        let mut files = Vec::with_capacity(formats.len());
        for &format in formats {
            let name = links.feed(format);
            let left = kept.iter().find(|(kept, _)| *kept == name);
            let left = left.filter(|file| is_there(file));
            let left = left.and_then(|_| output::read(&config.output, &name));
            let bytes = match left {
                Some(bytes) => bytes,
                None => publish::write(format, &checked)?.into_bytes(),
            };
            files.push((name, bytes));
        }
        let written = Written::Archive {
            theme: theme.id.clone(),
            number: document.number,
            is_cut_off,
            has_no_page: !theme.formats.html,
            before,
        };
        writer.add(files, written).await?;
    }
    Ok(())
}

/// The edition of an archive document: its entries, with their stories as they are now.
async fn edition(
    config: &Config,
    recent: &RecentStories<'_>,
    theme: &Arc<Theme>,
    (document, is_cut_off): (&ArchiveDocument, bool),
    now: DateTime<Utc>,
) -> Result<Edition, Error> {
    let archived = recent
        .store
        .archive_entries(&theme.id, document.number, now)
        .await?;
    let visible = archived.iter().filter(|entry| entry.gone.is_none());
    let entries: Vec<_> = visible.map(|archived| archived.entry).collect();
    let hidden = archived.into_iter().filter_map(|entry| {
        Some(Hidden {
            id: StoryId::new(entry.id?),
            since: entry.gone?,
        })
    });
    let made = MadeHtml::Dropped;
    let stories = stories::entries(recent, &theme.id, document.merge, &entries, made).await?;
    let number = document.number;
    Ok(Edition {
        links: EditionLinks::of_archive(theme, number),
        history: History {
            previous: previous(theme, number).filter(|_| !is_cut_off),
            archive: Some(Archive {
                next: EditionLinks::of_archive(theme, number + 1),
                current: EditionLinks::of(theme),
                hidden: hidden.collect(),
            }),
        },
        ..theme::edition(theme, &config.site, stories)
    })
}

/// The archive document before the one with this number. The subscription document has the number of
/// the next archive document, so the last one that was closed is before it.
pub(super) fn previous(theme: &Theme, number: u32) -> Option<EditionLinks> {
    (number > 1).then(|| EditionLinks::of_archive(theme, number - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documents of 50 entries, each with the date of its newest story.
    fn documents(newest: impl IntoIterator<Item = i64>) -> Vec<ArchiveDocument> {
        let document = |(number, newest)| ArchiveDocument {
            number,
            merge: Merging::Identical,
            entries: 50,
            newest: DateTime::from_timestamp(newest, 0).unwrap(),
            stale: false,
            json: String::new(),
        };
        (1..).zip(newest).map(document).collect()
    }

    /// The numbers of the documents that a theme keeps which archives so many stories.
    fn kept_of(archive: u32, documents: &[ArchiveDocument]) -> Vec<u32> {
        let theme = Theme {
            archive: Some(archive),
            ..crate::mill::samples::theme()
        };
        let kept = kept(&theme, documents);
        kept.iter().map(|document| document.number).collect()
    }

    #[test]
    fn the_newest_stories_are_kept() {
        let in_order = documents(1..=6);
        assert_eq!(kept_of(100, &in_order), [5, 6]);
        assert_eq!(kept_of(101, &in_order), [4, 5, 6]);
        assert_eq!(kept_of(0, &in_order), [0; 0]);
        assert_eq!(kept_of(1000, &in_order), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn old_stories_of_an_added_source_push_no_newer_ones_out() {
        let added = documents([90, 91, 1, 2, 3, 92]);
        assert_eq!(kept_of(150, &added), [1, 2, 3, 4, 5, 6]);
        assert_eq!(kept_of(100, &added), [2, 3, 4, 5, 6]);
        let later = documents([90, 91, 1, 2, 3, 92, 93, 94]);
        assert_eq!(kept_of(150, &later), [6, 7, 8]);
    }

    #[test]
    fn what_is_between_has_a_bound() {
        let many = documents([90].into_iter().chain(1..=20).chain([91]));
        assert_eq!(kept_of(100, &many).len(), 8);
    }
}
