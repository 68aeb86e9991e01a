//! Entries that leave the subscription document -> archive documents that keep them (RFC 5005
//! section 4).
//!
//! An archive document takes what arrived in a theme, in that order. It is closed when it is full, or
//! as soon as an entry that waits for it is no longer in the subscription document. So each story is
//! in that document or in an archive document at any time. The entries of an archive document are
//! stored before its files are written, and stay: later changes of stories and rules do not change it.
//! Only hidden stories leave it. A closed document costs a pass one `stat` of each of its files.

use super::record::{self, ArchiveRecord};
use super::stories;
use super::writer::{Writer, Written};
use crate::config::Config;
use crate::mill::{Error, Options};
use crate::model::{
    Archive, Edition, EditionLinks, FeedFormat, Hidden, History, Merging, StoryId, Theme, ThemeId,
};
use crate::output;
use crate::publish::{self, Checked};
use crate::store::{ArchiveDocument, Entry, Store};
use crate::theme;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Entries of a full archive document.
const ENTRIES: usize = 50;

/// The entries that wait for an archive document, by theme. Documents without an address cannot link
/// to each other, so without a `base_url` none is closed, and the store is not read.
pub(super) async fn waiting(
    config: &Config,
    store: &Store,
) -> Result<HashMap<ThemeId, Vec<Entry>>, Error> {
    match config.site.base_url {
        Some(_) => Ok(store.entries_to_archive(config.themes.clone()).await?),
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
    while waiting.len() >= ENTRIES || waiting.iter().any(|entry| !shown.contains(&key(entry))) {
        let (entries, rest) = waiting.split_at(ENTRIES.min(waiting.len()));
        let document = ArchiveDocument {
            number: documents.last().map_or(0, |document| document.number) + 1,
            merge: theme.merge,
            stale: true,
            json: String::new(),
        };
        store
            .close_archive_document(&theme.id, document.clone(), entries.to_vec())
            .await?;
        documents.push(document);
        waiting = rest;
    }
    Ok(())
}

/// Writes the files of a theme's archive documents that are missing or changed, or all with
/// `--rebuild`.
pub(super) async fn write(
    config: &Config,
    store: &Store,
    options: &Options,
    theme: &Arc<Theme>,
    documents: &[ArchiveDocument],
    now: DateTime<Utc>,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    for document in documents {
        let links = EditionLinks::of_archive(&theme.id, document.number);
        let kept = serde_json::from_str::<ArchiveRecord>(&document.json).ok();
        let kept = kept.filter(|kept| {
            !document.stale && !options.rebuild && kept.base_url == config.site.base_url
        });
        let kept = kept.map(|kept| kept.files).unwrap_or_default();
        let is_there = |file| record::is_there(&config.output, file);
        let copies = &config.site.compress;
        let is_whole = kept.len() == FeedFormat::ALL.len() * (1 + copies.len());
        if is_whole && kept.iter().all(is_there) {
            writer.unchanged(kept.len());
            continue;
        }
        let checked = Checked::of(&edition(config, store, theme, document, now).await?);
        let mut files = Vec::with_capacity(FeedFormat::ALL.len());
        for format in FeedFormat::ALL {
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
        let written = Written::Archive(theme.id.clone(), document.number);
        writer.add(files, written).await?;
    }
    Ok(())
}

/// The edition of an archive document: its entries, with their stories as they are now.
async fn edition(
    config: &Config,
    store: &Store,
    theme: &Arc<Theme>,
    document: &ArchiveDocument,
    now: DateTime<Utc>,
) -> Result<Edition, Error> {
    let archived = store
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
    let stories = stories::entries(store, &theme.id, document.merge, &entries).await?;
    let number = document.number;
    Ok(Edition {
        links: EditionLinks::of_archive(&theme.id, number),
        history: History {
            previous: previous(theme, number),
            archive: Some(Archive {
                next: EditionLinks::of_archive(&theme.id, number + 1),
                current: EditionLinks::of(&theme.id),
                hidden: hidden.collect(),
            }),
        },
        ..theme::edition(theme, &config.site, stories)
    })
}

/// The archive document before the one with this number. The subscription document has the number of
/// the next archive document, so the last one that was closed is before it.
pub(super) fn previous(theme: &Theme, number: u32) -> Option<EditionLinks> {
    (number > 1).then(|| EditionLinks::of_archive(&theme.id, number - 1))
}
