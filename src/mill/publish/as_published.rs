//! Themes that are as they were published: their entries need not be read to know it. So they cost a pass the same,
//! whatever is stored.
//!
//! The store forgets such a theme with whatever may change its entries. What remains is compared here: the settings, the
//! moment, and the files.

use super::record::{EditionRecord, Records};
use crate::config::Config;
use crate::digest::Digest;
use crate::mill::Error;
use crate::model::{Theme, ThemeId};
use crate::publish;
use crate::store::{AsPublished, Store};
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
        common.add(env!("CARGO_PKG_VERSION"));
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

    /// The record of a theme that would be published as it was, with every file as it was written.
    pub(super) fn unchanged(
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

    /// Forgets the themes that are published now. Until that is finished, no file says how they are.
    pub(super) async fn begin(&self, themes: &[Arc<Theme>]) -> Result<(), Error> {
        let ids = themes.iter().map(|theme| &theme.id);
        let known: Vec<_> = ids.filter(|id| self.known.contains_key(id)).collect();
        if !known.is_empty() {
            let known = known.into_iter().cloned().collect();
            self.store.forget_as_published(known).await?;
        }
        Ok(())
    }

    /// Takes down a theme that is published now.
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

    /// Notes the themes that were published. Everything else must be finished.
    pub(super) async fn finish(self) -> Result<(), Error> {
        if !self.published.is_empty() {
            self.store.keep_as_published(self.published).await?;
        }
        Ok(())
    }

    /// Of all that shapes the files of a theme besides its entries.
    fn settings(&self, theme: &Theme, next_archive: u32) -> u64 {
        let mut digest = Digest::new("theme as published", 1);
        digest.add(&self.common).add(&next_archive).add(theme);
        digest.finish()
    }
}
