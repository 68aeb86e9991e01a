//! What stands in the subscription document today and will have to make room -> closed pages that
//! keep it (RFC 5005 section 4).
//!
//! A page takes what arrived in a theme, in that order. It closes when it is full, or as soon as
//! something that waits for it stands in the subscription document no longer; so each story is in
//! that document or on a page, at any time. What stands on a page is noted before its files are
//! written, and stays: later changes of stories and rules do not reach it. Only what is hidden leaves
//! it. A page that is closed costs a pass a `stat` of its files.

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

/// Entries of a full page.
const ENTRIES: usize = 50;

/// What waits for its page, by theme. Documents without an address cannot lead to others, so without a
/// `base_url` no page is closed, and nothing is asked for.
pub(super) async fn waiting(
    config: &Config,
    store: &Store,
) -> Result<HashMap<ThemeId, Vec<Entry>>, Error> {
    match config.site.base_url {
        Some(_) => Ok(store.entries_to_archive(config.themes.clone()).await?),
        None => Ok(HashMap::new()),
    }
}

/// Closes the pages of a theme that are due.
pub(super) async fn close(
    store: &Store,
    theme: &Theme,
    entries: &[Entry],
    mut waiting: &[Entry],
    pages: &mut Vec<ArchiveDocument>,
) -> Result<(), Error> {
    let entry = |place: &Entry| match theme.merge {
        Merging::Identical | Merging::Coverage => (place.story, 0),
        Merging::Off => (place.story, place.item),
    };
    let shown: HashSet<_> = entries.iter().map(entry).collect();
    while waiting.len() >= ENTRIES || waiting.iter().any(|place| !shown.contains(&entry(place))) {
        let (entries, rest) = waiting.split_at(ENTRIES.min(waiting.len()));
        let page = ArchiveDocument {
            number: pages.last().map_or(0, |page| page.number) + 1,
            merge: theme.merge,
            stale: true,
            json: String::new(),
        };
        store
            .close_archive_document(&theme.id, page.clone(), entries.to_vec())
            .await?;
        pages.push(page);
        waiting = rest;
    }
    Ok(())
}

/// Makes the files of a theme's pages that are missing, are not as they were left, or are to be made
/// anew.
pub(super) async fn write(
    config: &Config,
    store: &Store,
    options: &Options,
    theme: &Arc<Theme>,
    pages: &[ArchiveDocument],
    now: DateTime<Utc>,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    for page in pages {
        let links = EditionLinks::of_archive(&theme.id, page.number);
        let kept = serde_json::from_str::<ArchiveRecord>(&page.json).ok();
        let kept = kept.filter(|kept| {
            !page.stale && !options.rebuild && kept.base_url == config.site.base_url
        });
        let kept = kept.map(|kept| kept.files).unwrap_or_default();
        let is_there = |file| record::is_there(&config.output, file);
        let copies = &config.site.compress;
        let is_whole = kept.len() == FeedFormat::ALL.len() * (1 + copies.len());
        if is_whole && kept.iter().all(is_there) {
            writer.unchanged(kept.len());
            continue;
        }
        let checked = Checked::of(&edition(config, store, theme, page, now).await?);
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
        let note = Written::Archive(theme.id.clone(), page.number);
        writer.add(files, note).await?;
    }
    Ok(())
}

/// What stands on a page, as it is now.
async fn edition(
    config: &Config,
    store: &Store,
    theme: &Arc<Theme>,
    page: &ArchiveDocument,
    now: DateTime<Utc>,
) -> Result<Edition, Error> {
    let archived = store.archive_entries(&theme.id, page.number, now).await?;
    let visible = archived.iter().filter(|entry| entry.gone.is_none());
    let entries: Vec<_> = visible.map(|archived| archived.entry).collect();
    let hidden = archived.into_iter().filter_map(|entry| {
        Some(Hidden {
            id: StoryId::new(entry.id?),
            since: entry.gone?,
        })
    });
    let stories = stories::entries(store, &theme.id, page.merge, &entries).await?;
    let number = page.number;
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

/// The page before the one with this number; before the subscription document, whose number is that
/// of the page to come, is the last one that was closed.
pub(super) fn previous(theme: &Theme, number: u32) -> Option<EditionLinks> {
    (number > 1).then(|| EditionLinks::of_archive(&theme.id, number - 1))
}
