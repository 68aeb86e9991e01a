//! Sources -> a page each, with the newest stories that themes show of it. A pass writes those of the sources whose
//! stories changed.

use super::{HtmlPages, fingerprint_of, with_pageless};
use crate::digest::Digest;
use crate::mill::publish::stories;
use crate::mill::publish::writer::Writer;
use crate::mill::{Error, gather};
use crate::model::{Site, SourceId, StoryPages, Theme};
use crate::publish::{self, path};
use crate::store::{Entry, HtmlPage};
use std::collections::HashMap;
use std::sync::Arc;

/// Stories of a page: more are in the archives of the themes.
const STORIES: usize = 30;

impl HtmlPages<'_> {
    /// Writes the pages of sources whose stories changed. There are none without pages of stories.
    pub(in crate::mill::publish) async fn source_lists(
        &mut self,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        let old = self.store.html_pages(format!("{}/", path::SOURCES)).await?;
        let site = &self.config.site;
        if site.story_pages == StoryPages::Off {
            self.removed.extend(old.into_iter().map(|page| page.path));
            self.folders.remove(path::SOURCES);
            return Ok(());
        }
        let old: HashMap<String, u64> = old.into_iter().map(|p| (p.path, p.fingerprint)).collect();
        let look = self.templates.fingerprint();
        let base = base_of_lists(&[publish::FORMAT_VERSION], site, &self.config.themes, look);
        let base = with_pageless(base, self.config);
        let folder = self.folders.entry(path::SOURCES.to_owned()).or_default();
        let is_new = folder.base != base || self.options.rebuild;
        if is_new {
            folder.base = base;
            self.store.all_sources_due().await?;
        }
        self.source_lists.extend(old.keys().cloned());
        let due = self.store.due_sources().await?;
        if due.is_empty() && !is_new {
            return Ok(());
        }
        for source in due {
            let path = path::of_source(&source);
            let newest = self.store.newest_of_source(source.clone(), STORIES).await?;
            let Some(newest) = newest else {
                if old.contains_key(&path) {
                    self.source_lists.remove(&path);
                    self.removed.push(path);
                }
                continue;
            };
            let page = HtmlPage {
                fingerprint: fingerprint_of_list(base, &newest),
                path,
                ..HtmlPage::default()
            };
            self.source_lists.insert(page.path.clone());
            if old.get(&page.path) == Some(&page.fingerprint) && !self.options.rebuild {
                continue;
            }
            let mut shown = stories::headlines(self.recent, &newest).await?;
            self.add_paths(&mut shown).await?;
            let html = self
                .templates
                .source(&source, &shown, &self.config.themes, site)?;
            self.add(writer, page, html).await?;
        }
        self.source_index(&old, base, writer).await
    }

    /// Writes the page that lists those of `feeds.toml` that have a page.
    async fn source_index(
        &mut self,
        old: &HashMap<String, u64>,
        base: u64,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        let own = self.config.sources.iter().map(|source| source.id.clone());
        let listed = gather::listed(self.config, self.store).await?;
        let all = own.chain(listed.into_iter().map(|source| source.id.clone()));
        let with_page = all.filter(|id| self.source_lists.contains(&path::of_source(id)));
        let titles = self.store.titles_of_sources(with_page.collect()).await?;
        let page = HtmlPage {
            path: path::of_sources(),
            fingerprint: fingerprint_of_index(base, &titles),
            ..HtmlPage::default()
        };
        if old.get(&page.path) == Some(&page.fingerprint) && !self.options.rebuild {
            return Ok(());
        }
        let html = self.templates.source_index(&titles, &self.config.site)?;
        self.add(writer, page, html).await
    }
}

/// Of everything that shapes the list of sources.
fn fingerprint_of_index(base: u64, titles: &[(SourceId, String)]) -> u64 {
    let mut digest = Digest::new("index of sources", 1);
    digest.add(&base);
    for (id, title) in titles {
        digest.add(id).add(title);
    }
    fingerprint_of(&digest)
}

/// Of all that the pages of sources have in common.
fn base_of_lists(versions: &[u32], site: &Site, themes: &[Arc<Theme>], templates: u64) -> u64 {
    let mut digest = Digest::new("lists of sources", 1);
    digest.add(versions).add(&templates).add(site);
    for theme in themes {
        digest.add(&theme.timezone);
    }
    fingerprint_of(&digest)
}

/// Of everything that shapes the page of a source.
fn fingerprint_of_list(base: u64, newest: &[Entry]) -> u64 {
    fingerprint_of(Digest::new("list of a source", 1).add(&base).add(newest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{site, theme};

    #[test]
    fn the_fingerprints_of_the_lists_of_sources_last() {
        let base = base_of_lists(&[3], &site(), &[Arc::new(theme())], 5);
        let entry = Entry {
            story: 1,
            rev: 2,
            item: 3,
            editors_choice: false,
        };
        let list = fingerprint_of_list(5, &[entry]);
        let index = fingerprint_of_index(5, &[(SourceId::new("a"), "A".to_owned())]);
        assert_eq!(
            [base, list, index].map(|hash| format!("{hash:016x}")),
            ["33ed23fb9172cf65", "4d5e69abda814e03", "39a66a763049fa9a"]
        );
    }
}
