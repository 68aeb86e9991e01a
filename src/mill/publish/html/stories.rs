//! Stories -> one HTML page each, at a path that never changes.

use super::{HtmlPages, fingerprint_of, with_pageless};
use crate::date::Precision;
use crate::digest::Digest;
use crate::mill::Error;
use crate::mill::publish::safe_texts::SafeTexts;
use crate::mill::publish::stories;
use crate::mill::publish::writer::Writer;
use crate::model::{Formats, Merging, Site, Story, StoryPages, Theme};
use crate::publish;
use crate::publish::path::STORIES;
use crate::store::{DueStory, Entry, HtmlPage, Unaddressed};
use crate::text::html;
use crate::theme;
use std::collections::HashMap;
use std::sync::Arc;

/// Stories that are in memory at the same time.
const BATCH: u32 = 200;

impl HtmlPages<'_> {
    /// Writes the pages of stories that are new or changed. A story that no theme with pages shows any more gets a
    /// page that says so.
    pub(in crate::mill::publish) async fn stories(
        &mut self,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        let versions = [publish::FORMAT_VERSION, html::VERSION];
        let look = self.templates.fingerprint();
        let base = base_of_stories(&versions, &self.config.site, look);
        let base = with_pageless(base, self.config);
        let folder = self.folders.entry(STORIES.to_owned()).or_default();
        if folder.base != base || self.options.rebuild {
            folder.base = base;
            self.store.all_stories_due().await?;
        }
        let themes = &self.config.themes;
        if themes.iter().any(|theme| theme.merge == Merging::Coverage) {
            self.store.events_are_due().await?;
        }
        let mut after = 0;
        loop {
            let mut due = self.store.due_stories(after, BATCH).await?;
            let Some(last) = due.last() else {
                return Ok(());
            };
            let behind = std::mem::replace(&mut after, last.story);
            if self.config.site.story_pages == StoryPages::Off {
                self.remove_pages(due);
                continue;
            }
            if self.assign_paths(&due).await? {
                due = self.store.due_stories(behind, BATCH).await?;
            }
            self.batch(due, base, writer).await?;
        }
    }

    fn remove_pages(&mut self, due: Vec<DueStory>) {
        let written = |page: &HtmlPage| page.fingerprint != 0;
        let pages = due.into_iter().filter_map(|story| story.page);
        self.removed
            .extend(pages.filter(written).map(|page| page.path));
    }

    /// Gives each story without a path one. Returns whether there was such a story.
    async fn assign_paths(&self, due: &[DueStory]) -> Result<bool, Error> {
        let new = due
            .iter()
            .filter(|story| story.page.is_none() && !self.themes_of(story).is_empty());
        let new: Vec<u64> = new.map(|story| story.story).collect();
        if new.is_empty() {
            return Ok(false);
        }
        let stories = self.recent.read(&new).await?;
        let unaddressed = stories.iter().map(|story| Unaddressed {
            number: story.seq,
            id: story.id.clone(),
            url: story.url.clone(),
            published: has_own_date(story).then_some(story.date_published),
        });
        self.store.give_paths(unaddressed.collect()).await?;
        Ok(true)
    }

    async fn batch(
        &mut self,
        due: Vec<DueStory>,
        base: u64,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        let mut changed = Vec::new();
        for story in due {
            let themes = self.themes_of(&story);
            let others = self.others_of(&story, &themes).await?;
            let fingerprint = fingerprint(base, &story, &themes, &others);
            let Some(page) = story.page.clone() else {
                continue;
            };
            if page.fingerprint == fingerprint && !self.options.rebuild {
                continue;
            }
            let page = HtmlPage {
                fingerprint,
                ..page
            };
            if !themes.is_empty() {
                changed.push((story.story, themes, others, page));
            } else if story.page.is_some_and(|page| page.fingerprint != 0) {
                let successor = story.successor.as_deref();
                let html = self
                    .templates
                    .gone(&page.path, successor, &self.config.site)?;
                self.add(writer, page, html).await?;
            }
        }
        let numbers: Vec<u64> = changed.iter().map(|(story, ..)| *story).collect();
        let stories = self.recent.read(&numbers).await?;
        let stories: HashMap<u64, Arc<Story>> = stories.into_iter().map(|s| (s.seq, s)).collect();
        let is_full = self.config.site.story_pages == StoryPages::Full;
        let leads = stories.values().filter_map(|story| story.members.first());
        let leads = leads.filter(|_| is_full);
        let mut texts = SafeTexts::read(self.recent, leads).await?;
        for (number, themes, others, page) in changed {
            let Some((story, lead)) = stories
                .get(&number)
                .and_then(|story| Some((story, story.members.first()?)))
            else {
                continue;
            };
            let content = if is_full { texts.text(lead) } else { None };
            let mut shown = theme::shown_story(story, lead, content, false);
            stories::add_others(self.recent, &mut shown, &others).await?;
            let html = self
                .templates
                .story(&shown, &page.path, &themes, &self.config.site)?;
            self.add(writer, page, html).await?;
        }
        texts.keep().await
    }

    /// The other stories of its event, if a theme shows it that names them.
    async fn others_of(
        &self,
        story: &DueStory,
        themes: &[Arc<Theme>],
    ) -> Result<Vec<Entry>, Error> {
        let theme = themes.iter().find(|theme| theme.merge == Merging::Coverage);
        match theme {
            Some(theme) => Ok(self.store.related(Some(&theme.id), story.story).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The themes that show a story on their pages, in the order of `feeds.toml`.
    fn themes_of(&self, story: &DueStory) -> Vec<Arc<Theme>> {
        let with_pages = self.config.themes.iter().filter(|theme| theme.formats.html);
        with_pages
            .filter(|theme| story.themes.contains(&theme.id))
            .map(Arc::clone)
            .collect()
    }
}

/// Whether the date of a story comes from its source and does not depend on when it was fetched.
fn has_own_date(story: &Story) -> bool {
    let first = story.members.iter().find(|member| member.why.is_none());
    first.or(story.members.first()).is_some_and(|member| {
        matches!(
            member.item.date_precision,
            Precision::Exact | Precision::Day
        )
    })
}

/// Of all that the pages of stories have in common.
fn base_of_stories(versions: &[u32], site: &Site, templates: u64) -> u64 {
    let mut digest = Digest::new("pages of stories", 1);
    digest.add(versions).add(&templates).add(site);
    fingerprint_of(&digest)
}

/// Of everything that shapes a story's page.
fn fingerprint(base: u64, story: &DueStory, themes: &[Arc<Theme>], others: &[Entry]) -> u64 {
    let DueStory {
        // The page has the story's own address, which is never another story's.
        story: _,
        rev,
        lead,
        // Given as what the page says of them.
        themes: _,
        // Where the page is: it never moves.
        page: _,
        successor,
    } = story;
    let mut digest = Digest::new("page of a story", 1);
    digest.add(&base).add(rev).add(lead).add(successor);
    for theme in themes {
        add_theme(theme, &mut digest);
    }
    if !others.is_empty() {
        digest.add(others);
    }
    fingerprint_of(&digest)
}

/// What a story's page says of a theme that shows it.
fn add_theme(theme: &Theme, digest: &mut Digest) {
    let Theme {
        id,
        title,
        language,
        timezone,
        rights,
        formats,
        // These shape the pages of the theme.
        description: _,
        rule: _,
        editors_choice: _,
        merge: _,
        ids: _,
        order: _,
        byline: _,
        aliases: _,
        limit: _,
        archive: _,
        per_source: _,
        max_age: _,
        image: _,
        filter: _,
    } = theme;
    digest.add(id).add(title).add(language);
    digest.add(timezone).add(rights);
    // Only where it was set: the hashes of all other pages are those of older versions.
    if *formats != Formats::default() {
        digest.add(formats);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{site, theme};

    #[test]
    fn the_fingerprints_of_the_pages_of_stories_last() {
        let base = base_of_stories(&[3, 2], &site(), 5);
        let story = DueStory {
            story: 1,
            rev: 2,
            lead: 3,
            themes: Vec::new(),
            page: None,
            successor: Some("story/2024/06/x.html".to_owned()),
        };
        let page = fingerprint(5, &story, &[Arc::new(theme())], &[]);
        assert_eq!(
            [base, page].map(|hash| format!("{hash:016x}")),
            ["40eb1b7902982625", "a8c4c3a3c7f61e86"]
        );
    }
}
