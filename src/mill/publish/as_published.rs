//! Themes that are as they were published: their entries need not be read to know it. So they cost a pass the same,
//! whatever is stored.
//!
//! The store deletes the row of a theme when something changes that its files may show. What remains is compared here: the
//! settings, the moment, and the files.

use super::feed_archive;
use super::record::{EditionRecord, Records};
use crate::config::Config;
use crate::digest::Digest;
use crate::mill::Error;
use crate::model::{Theme, ThemeId};
use crate::publish;
use crate::store::{ArchiveDocument, AsPublished, ENTRIES_VERSION, Standing, Store};
use crate::text::html::VERSION as SANITIZER_VERSION;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// The themes that were published, while a pass finds out which have to be again.
pub(super) struct PublishedThemes<'a> {
    store: &'a Store,
    now: DateTime<Utc>,
    /// Of what shapes the files of every theme.
    common: u64,
    known: HashMap<ThemeId, AsPublished>,
    /// Those of this pass.
    published: Vec<(ThemeId, AsPublished)>,
}

/// What is known of a theme before it is published.
pub(super) enum Found {
    /// Nothing has changed, and every file is as it was written.
    Unchanged(EditionRecord),
    /// Its entries had to be read.
    Read(Standing),
}

impl<'a> PublishedThemes<'a> {
    /// Reads them. `look` is a hash of what pages look like.
    pub(super) async fn read(
        config: &Config,
        store: &'a Store,
        look: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let mut common = Digest::new("every theme as published", 1);
        // Another version may find other entries in the same store.
        common.add(env!("CARGO_PKG_VERSION")).add(&ENTRIES_VERSION);
        common.add(&publish::FORMAT_VERSION).add(&SANITIZER_VERSION);
        common.add(&look).add(&config.site);
        Ok(Self {
            store,
            now,
            common: common.finish(),
            known: store.as_published().await?,
            published: Vec::new(),
        })
    }

    /// Finds out which of these themes are as they were, by their published archive documents as well, and reads the entries
    /// of the others. Their rows are deleted: if the pass dies, the next one reads their entries again.
    pub(super) async fn find(
        &self,
        themes: &[Arc<Theme>],
        documents: &HashMap<ThemeId, Vec<ArchiveDocument>>,
        records: &Records<'_>,
    ) -> Result<Vec<Found>, Error> {
        let unchanged = themes.iter().map(|theme| {
            let documents = documents.get(&theme.id).map_or(&[][..], Vec::as_slice);
            self.unchanged(theme, feed_archive::next(documents), records)
        });
        let unchanged: Vec<_> = unchanged.collect();
        let changed = themes.iter().zip(&unchanged);
        let changed = changed.filter(|(_, record)| record.is_none());
        let changed: Vec<_> = changed.map(|(theme, _)| Arc::clone(theme)).collect();
        let known = changed.iter().map(|theme| &theme.id);
        let known = known.filter(|id| self.known.contains_key(id));
        let known: Vec<ThemeId> = known.cloned().collect();
        if !known.is_empty() {
            self.store.forget_as_published(known).await?;
        }
        let mut read = self.store.entries(changed, self.now).await?.into_iter();
        let found = unchanged.into_iter().map(|record| match record {
            Some(record) => Found::Unchanged(record),
            None => Found::Read(read.next().unwrap_or_default()), // one for each theme
        });
        Ok(found.collect())
    }

    /// The record of a theme that would be published as it was, with every file as it was written.
    fn unchanged(
        &self,
        theme: &Theme,
        next_archive: u32,
        records: &Records<'_>,
    ) -> Option<EditionRecord> {
        let known = self.known.get(&theme.id)?;
        let is_now = known.since <= self.now && known.until.is_none_or(|until| self.now < until);
        let is_same = is_now && known.settings == self.settings(theme, next_archive);
        let record = is_same.then(|| records.unchanged(&theme.id, known.fingerprint));
        record.flatten()
    }

    /// Notes a theme that this pass publishes.
    pub(super) fn add(
        &mut self,
        theme: &Theme,
        next_archive: u32,
        fingerprint: u64,
        until: Option<DateTime<Utc>>,
    ) {
        let published = AsPublished {
            settings: self.settings(theme, next_archive),
            fingerprint,
            since: self.now,
            until,
        };
        self.published.push((theme.id.clone(), published));
    }

    /// Writes the rows of the themes that were published. Everything else must be finished.
    pub(super) async fn finish(self) -> Result<(), Error> {
        if !self.published.is_empty() {
            self.store.keep_as_published(self.published).await?;
        }
        Ok(())
    }

    /// Of all that shapes the files of a theme besides its entries.
    fn settings(&self, theme: &Theme, next_archive: u32) -> u64 {
        let mut digest = Digest::new("theme as published", 1);
        digest.add(&self.common).add(theme);
        // What decides which archive documents it keeps is not in the digest of a theme.
        digest.add(&next_archive).add(&theme.archive);
        digest.finish()
    }
}
