//! The titles of stories -> files that the search page reads, by month of publication. The files of a month are filled
//! from its beginning, so that a new story changes only the last one.

use super::{HtmlPages, fingerprint_of, with_pageless};
use crate::date::Tz;
use crate::digest::Digest;
use crate::mill::Error;
use crate::mill::publish::stories;
use crate::mill::publish::writer::Writer;
use crate::model::Site;
use crate::publish::{self, Month, path, titles};
use crate::store::{Entry, HtmlPage};
use std::collections::BTreeMap;

/// Titles of a file: some tens of kilobytes, which is what a pass writes again for a new story.
const TITLES_OF_FILE: usize = 500;

/// Titles that can be found, the newest: a search reads some megabytes at most. So a pass also looks at no more
/// stories than these and the others of the oldest month.
const TITLES: usize = 20_000;

impl HtmlPages<'_> {
    /// Writes the files whose titles changed. Gives all that there are, the newest first.
    pub(in crate::mill::publish) async fn titles(
        &mut self,
        writer: &mut Writer<'_>,
    ) -> Result<Vec<String>, Error> {
        if !self.config.site.search {
            return Ok(Vec::new());
        }
        let old = self.store.html_pages(format!("{}/", path::TITLES)).await?;
        let old: BTreeMap<String, u64> = old.into_iter().map(|p| (p.path, p.fingerprint)).collect();
        let base = base_of_titles(&[publish::FORMAT_VERSION], &self.config.site);
        let base = with_pageless(base, self.config);
        let folder = self.folders.entry(path::TITLES.to_owned()).or_default();
        let is_new = folder.base != base || self.options.rebuild;
        folder.base = base;
        if self.due_dates.is_empty() && !is_new {
            return Ok(old.into_keys().rev().collect());
        }
        let (mut kept, mut titles, mut before) = (Vec::new(), 0, i64::MAX);
        while titles < TITLES
            && let Some(newest) = self.store.shown_before(before).await?
        {
            let month = Month::of(newest, Tz::UTC);
            before = month.begins(Tz::UTC).timestamp();
            let end = month.ends(Tz::UTC).timestamp();
            let entries = self.store.shown_between(before, end).await?;
            // Filled from the month's beginning; its last part has the newest.
            let parts: Vec<_> = (1..).zip(entries.chunks(TITLES_OF_FILE)).collect();
            for (part, entries) in parts.into_iter().rev() {
                if titles >= TITLES {
                    break;
                }
                titles += entries.len();
                let page = HtmlPage {
                    path: month.titles_path(part),
                    fingerprint: fingerprint_of_titles(base, entries),
                    ..HtmlPage::default()
                };
                kept.push(page.path.clone());
                if old.get(&page.path) == Some(&page.fingerprint) && !self.options.rebuild {
                    continue;
                }
                let mut shown = stories::headlines(self.recent, entries).await?;
                shown.reverse();
                self.add_paths(&mut shown).await?;
                self.add(writer, page, titles::write(&shown)?).await?;
            }
        }
        let gone = old.into_keys().filter(|path| !kept.contains(path));
        self.removed.extend(gone);
        Ok(kept)
    }
}

/// Of all that the files have in common.
fn base_of_titles(versions: &[u32], site: &Site) -> u64 {
    fingerprint_of(Digest::new("titles", 1).add(versions).add(site))
}

/// Of everything that shapes a file.
fn fingerprint_of_titles(base: u64, entries: &[Entry]) -> u64 {
    fingerprint_of(Digest::new("titles of a month", 1).add(&base).add(entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::site;

    #[test]
    fn the_fingerprints_of_titles_last() {
        let base = base_of_titles(&[3], &site());
        let titles = fingerprint_of_titles(5, &[Entry::default()]);
        assert_eq!(
            [base, titles].map(|hash| format!("{hash:016x}")),
            ["d336317c6d6ff56e", "b9626067cb2c35f0"]
        );
    }
}
