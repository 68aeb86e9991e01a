//! Stories -> one HTML page each, archives by month, a list for each source, and titles to search. These files stay, so
//! a pass handles only those whose stories changed, however many there are.
//!
//! The store holds which stories became entries of a theme or left it (`html_due`), and the written
//! pages with their fingerprints. If a folder's modification time is unchanged, its files are not
//! checked; otherwise each file is.

mod months;
mod source_lists;
pub(in crate::mill) mod sources;
mod stories;
mod templates;
mod titles;

pub use templates::read as templates;

use super::record::WrittenFiles;
use super::writer::Writer;
use super::{compress, prune};
use crate::config::Config;
use crate::digest::Digest;
use crate::mill::publish::recent_stories::RecentStories;
use crate::mill::{Error, Options, Report};
use crate::model::{Encoding, ShownStory, ThemeId};
use crate::output::{self, FileStamp};
use crate::publish::html::Templates;
use crate::publish::path::{self, STORIES};
use crate::store::{HtmlFolder, HtmlPage, Store};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The pages of one pass.
pub(super) struct HtmlPages<'a> {
    config: &'a Config,
    store: &'a Store,
    recent: &'a RecentStories<'a>,
    options: &'a Options,
    templates: &'a Templates,
    /// A hash of what pages of a theme look like: the templates, and the themes that they lead to.
    pub(super) look: u64,
    /// As the last pass left them, then as this one leaves them.
    folders: BTreeMap<String, HtmlFolder>,
    /// The dates of the stories that an archive does not show as they are now, by theme.
    due_dates: HashMap<ThemeId, Vec<i64>>,
    /// How many stories each theme now has in which month, of themes where that changed.
    months: Vec<(ThemeId, BTreeMap<i32, usize>)>,
    /// The pages of sources that there are.
    source_lists: HashSet<String>,
    /// Pages that no longer exist.
    removed: Vec<String>,
}

impl<'a> HtmlPages<'a> {
    /// Loads what the last pass wrote, and checks folders that another program changed.
    pub(in crate::mill::publish) async fn new(
        config: &'a Config,
        recent: &'a RecentStories<'a>,
        options: &'a Options,
        templates: &'a Templates,
    ) -> Result<Self, Error> {
        let store = recent.store;
        let mut pages = Self {
            config,
            store,
            recent,
            options,
            templates,
            look: look(config, templates),
            folders: store.html_folders().await?,
            due_dates: HashMap::new(),
            months: Vec::new(),
            source_lists: HashSet::new(),
            removed: Vec::new(),
        };
        let mut lost = Vec::new();
        for (name, folder) in &pages.folders {
            if output::stat_folder(&config.output, name) != Some(folder.modified_ns)
                && pages.check_folder(name).await?
            {
                lost.push(name.clone());
            }
        }
        // Of these, nothing but all is known to be due.
        for name in [path::SOURCES, path::TITLES] {
            if lost.iter().any(|lost| lost == name) {
                pages.folders.entry(name.to_owned()).or_default().base = 0;
            }
        }
        pages.due_dates = store.due_dates().await?;
        Ok(pages)
    }

    /// Marks the pages of a folder that are missing or changed, so that they are written again. Returns whether there
    /// were any.
    async fn check_folder(&self, folder: &str) -> Result<bool, Error> {
        let (root, copies) = (&self.config.output, &self.config.site.compress);
        let mut lost = Vec::new();
        for page in self.store.html_pages(format!("{folder}/")).await? {
            let is_inside = folder_of(&page.path) == folder;
            let stamp = output::stat(root, &page.path);
            let as_left =
                stamp.is_some_and(|s| (s.len, s.modified_ns) == (page.len, page.modified_ns));
            let has_copy =
                |copy: &Encoding| output::stat(root, &copy.name_of(&page.path)).is_some();
            if is_inside && page.fingerprint != 0 && !(as_left && copies.iter().all(has_copy)) {
                lost.push(HtmlPage {
                    fingerprint: 0,
                    ..page
                });
            }
        }
        if lost.iter().any(|page| page.story.is_none()) {
            self.store.archive_is_due(ThemeId::new(folder)).await?;
        }
        for story in lost.iter().filter_map(|page| page.story) {
            self.store.story_is_due(story).await?;
        }
        let has_lost = !lost.is_empty();
        self.store.keep_html_pages(lost).await?;
        Ok(has_lost)
    }

    /// Adds to stories the paths of their pages.
    pub(in crate::mill::publish) async fn add_paths(
        &self,
        stories: &mut [ShownStory],
    ) -> Result<(), Error> {
        if self.config.site.story_pages == crate::model::StoryPages::Off {
            return Ok(());
        }
        let numbers: Vec<u64> = stories.iter().map(|story| story.seq).collect();
        let mut paths = self.store.paths_of(numbers.clone()).await?;
        let pageless: Vec<_> = pageless(self.config).collect();
        if !pageless.is_empty() {
            // The page of a story that only these show says that it is gone.
            let themes = self.store.themes_of(numbers).await?;
            paths.retain(|story, _| {
                let themes = themes.get(story);
                themes.is_some_and(|of| of.iter().any(|theme| !pageless.contains(&theme)))
            });
        }
        for story in stories {
            story.path = paths.get(&story.seq).cloned();
        }
        Ok(())
    }

    /// Runs after all files are published: removes pages that no longer exist, and stores the state of
    /// the folders.
    pub(in crate::mill::publish) async fn finish(
        mut self,
        report: &mut Report,
    ) -> Result<(), Error> {
        let root = &self.config.output;
        let copies = compress::encodings(self.config, self.store).await?;
        self.forget_archives(&copies, report).await?;
        let copies = copies.iter().flat_map(|encoding| {
            let names = self.removed.iter();
            names.map(|name| encoding.name_of(name))
        });
        let gone: Vec<_> = self.removed.iter().cloned().chain(copies).collect();
        report.removed.extend(output::remove(root, &gone)?);
        self.store.forget_html_pages(self.removed).await?;
        for (theme, months) in self.months {
            self.store.keep_months(theme, months).await?;
        }
        let folders = self.folders.into_iter().map(|(name, folder)| {
            let modified_ns = output::stat_folder(root, &name).unwrap_or(0);
            let folder = HtmlFolder {
                modified_ns,
                ..folder
            };
            (name, folder)
        });
        self.store.keep_html_folders(folders.collect()).await?;
        self.store.nothing_is_due().await?;
        Ok(())
    }

    /// The archives of themes that are no longer in `feeds.toml`, or have no pages any more: their files stay and are
    /// reported.
    async fn forget_archives(
        &mut self,
        copies: &[Encoding],
        report: &mut Report,
    ) -> Result<(), Error> {
        let root = &self.config.output;
        let is_searched = self.config.site.search;
        let is_ours = |name: &str| {
            name == STORIES
                || name.starts_with("story/")
                || name == path::SOURCES
                || (name == path::TITLES && is_searched)
        };
        let themes = &self.config.themes;
        let known = |name: &str| {
            let mut with_pages = themes.iter().filter(|theme| theme.formats.html);
            with_pages.any(|theme| theme.id.as_str() == name)
        };
        let old = self
            .folders
            .keys()
            .filter(|name| !is_ours(name) && !known(name));
        for name in old.cloned().collect::<Vec<_>>() {
            let pages = self.store.html_pages(format!("{name}/")).await?;
            let mut files = WrittenFiles::new();
            for page in &pages {
                let stamp = FileStamp {
                    len: page.len,
                    modified_ns: page.modified_ns,
                };
                files.push((page.path.clone(), Some(stamp)));
                let copies = copies.iter().map(|encoding| encoding.name_of(&page.path));
                files.extend(copies.map(|name| (name.clone(), output::stat(root, &name))));
            }
            prune::abandon(self.config, self.store, files, report).await?;
            let paths = pages.into_iter().map(|page| page.path).collect();
            self.store.forget_html_pages(paths).await?;
            self.store
                .forget_html_archive(name.clone(), ThemeId::new(&name))
                .await?;
            self.folders.remove(&name);
        }
        Ok(())
    }

    /// Passes a finished page to the writer.
    async fn add(
        &mut self,
        writer: &mut Writer<'_>,
        page: HtmlPage,
        html: String,
    ) -> Result<(), Error> {
        let folder = folder_of(&page.path).to_owned();
        self.folders.entry(folder).or_default();
        let file = (page.path.clone(), html.into_bytes());
        writer
            .add(vec![file], super::writer::Written::Html(page))
            .await
    }
}

/// See [`HtmlPages::look`].
fn look(config: &Config, templates: &Templates) -> u64 {
    let mut digest = Digest::new("look of pages", 1);
    digest.add(&templates.fingerprint());
    for theme in config.themes.iter().filter(|theme| theme.formats.html) {
        digest.add(&theme.id).add(&theme.title).add(&theme.language);
    }
    digest.finish()
}

/// The themes without pages.
fn pageless(config: &Config) -> impl Iterator<Item = &ThemeId> {
    let pageless = config.themes.iter().filter(|theme| !theme.formats.html);
    pageless.map(|theme| &theme.id)
}

/// A hash of what pages of stories and lists of them have in common, which is as well whether the stories of a theme
/// have pages. Without such themes it is as it was.
fn with_pageless(base: u64, config: &Config) -> u64 {
    let themes: Vec<_> = pageless(config).collect();
    if themes.is_empty() {
        return base;
    }
    let mut digest = Digest::new("themes without pages", 1);
    digest.add(&base).add_all(themes.into_iter());
    fingerprint_of(&digest)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A hash that is not the 0 of a page that was not written.
fn fingerprint_of(digest: &Digest) -> u64 {
    digest.finish().max(1)
}
