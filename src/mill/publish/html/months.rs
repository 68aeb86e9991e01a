//! The stories of a theme -> archive pages by month of publication. The pages of a month are filled
//! from its beginning, so that a new story changes only the last page. Each page shows its newest first, and links to a
//! month lead to its last page.

use super::{HtmlPages, fingerprint_of};
use crate::digest::Digest;
use crate::mill::Error;
use crate::mill::publish::stories;
use crate::mill::publish::writer::Writer;
use crate::model::{Site, Theme};
use crate::publish::html::{page_count, pages_of_month};
use crate::publish::{self, Month, MonthPart, path};
use crate::store::{Entry, HtmlPage};
use chrono::DateTime;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl HtmlPages<'_> {
    /// Writes the pages of a theme's archive whose stories changed.
    pub(in crate::mill::publish) async fn archive(
        &mut self,
        theme: &Theme,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        let versions = [publish::FORMAT_VERSION];
        let base = base_of_archive(&versions, theme, &self.config.site, self.look);
        let folder = self.folders.entry(theme.id.to_string()).or_default();
        let is_new = folder.base != base || self.options.rebuild;
        let mut dates = self.due_dates.remove(&theme.id).unwrap_or_default();
        if is_new {
            folder.base = base;
            dates = self.store.archive_is_due(theme.id.clone()).await?;
        }
        if dates.is_empty() && !is_new {
            return Ok(());
        }
        let before = self.store.months(theme.id.clone()).await?;
        let mut counts = before.clone();
        let mut due = BTreeMap::new();
        for month in months_of(&dates, theme) {
            let stories = self.stories_of(theme, month).await?;
            match stories.len() {
                0 => counts.remove(&month.0),
                stories => counts.insert(month.0, stories),
            };
            due.insert(month, stories);
        }
        // If a month or its last page was added or removed, the months before and after it have new links.
        let last_page = |counts: &BTreeMap<i32, usize>, month: &Month| {
            counts.get(&month.0).map(|&stories| page_count(stories))
        };
        let turned = due
            .keys()
            .filter(|month| last_page(&before, month) != last_page(&counts, month));
        let beside = turned.flat_map(|month| neighbours(&counts, *month));
        let beside: BTreeSet<Month> = beside.flatten().collect();
        for month in beside {
            let stories = self.stories_of(theme, month).await?;
            due.insert(month, stories);
        }

        let old = self.store.html_pages(format!("{}/", theme.id)).await?;
        let old: HashMap<String, u64> = old.into_iter().map(|p| (p.path, p.fingerprint)).collect();
        let mut kept = vec![path::of_months(&theme.id)];
        for (month, stories) in &due {
            let pages = self.month(theme, *month, stories, &counts, base, &old, writer);
            kept.extend(pages.await?);
        }
        let is_of_due = |path: &str| {
            let mut months = due.keys().map(|month| month.path(&theme.id, 1));
            is_new || months.any(|first| path.starts_with(first.trim_end_matches(".html")))
        };
        let gone = old
            .keys()
            .filter(|path| !kept.contains(path) && is_of_due(path));
        self.removed.extend(gone.cloned());
        let page = HtmlPage {
            path: path::of_months(&theme.id),
            fingerprint: fingerprint_of_months(base, &counts),
            ..HtmlPage::default()
        };
        if old.get(&page.path) != Some(&page.fingerprint) || self.options.rebuild {
            let months = counts
                .iter()
                .map(|(&month, &n)| (Month(month), n))
                .collect();
            let html =
                self.templates
                    .archive(theme, &months, &self.config.themes, &self.config.site)?;
            self.add(writer, page, html).await?;
        }
        self.months.push((theme.id.clone(), counts));
        Ok(())
    }

    async fn stories_of(&self, theme: &Theme, month: Month) -> Result<Vec<Entry>, Error> {
        let from = month.begins(theme.timezone).timestamp();
        let to = month.ends(theme.timezone).timestamp();
        let id = theme.id.clone();
        Ok(self.store.published_between(id, from, to).await?)
    }

    /// Writes the pages of a month that changed; returns the paths of all its pages.
    #[expect(clippy::too_many_arguments, reason = "a month and what is around it")]
    async fn month(
        &mut self,
        theme: &Theme,
        month: Month,
        stories: &[Entry],
        counts: &BTreeMap<i32, usize>,
        base: u64,
        old: &HashMap<String, u64>,
        writer: &mut Writer<'_>,
    ) -> Result<Vec<String>, Error> {
        let [previous, next] = neighbours(counts, month);
        let last = |month: Month| counts.get(&month.0).map(|&stories| page_count(stories));
        let previous = previous.and_then(|month| Some((month, last(month)?)));
        let pages = page_count(stories.len());
        for (entries, page) in pages_of_month(stories).zip(1..) {
            let has_more = page < pages;
            let part = MonthPart {
                month,
                page,
                has_more,
                previous: previous.filter(|_| page == 1),
                next: next.filter(|_| !has_more),
            };
            let page = HtmlPage {
                path: month.path(&theme.id, page),
                fingerprint: fingerprint_of_month(base, &part, entries),
                ..HtmlPage::default()
            };
            if old.get(&page.path) == Some(&page.fingerprint) && !self.options.rebuild {
                continue;
            }
            let mut shown = stories::beginnings(self.recent, &theme.id, entries).await?;
            shown.reverse();
            self.add_paths(&mut shown).await?;
            let html = self
                .templates
                .month(theme, &part, &shown, &self.config.site)?;
            self.add(writer, page, html).await?;
        }
        let paths = (1..=pages).map(|page| month.path(&theme.id, page));
        Ok(paths.collect())
    }
}

/// Of all that the pages of an archive have in common.
fn base_of_archive(versions: &[u32], theme: &Theme, site: &Site, templates: u64) -> u64 {
    let mut digest = Digest::new("pages of an archive", 1);
    digest.add(versions).add(&templates);
    digest.add(theme).add(site);
    fingerprint_of(&digest)
}

/// Of everything that shapes the page that lists the months.
fn fingerprint_of_months(base: u64, counts: &BTreeMap<i32, usize>) -> u64 {
    fingerprint_of(Digest::new("months", 1).add(&base).add(counts))
}

/// Of everything that shapes a page of a month.
fn fingerprint_of_month(base: u64, part: &MonthPart, entries: &[Entry]) -> u64 {
    let mut digest = Digest::new("page of a month", 3);
    digest.add(&base).add(part).add(entries);
    fingerprint_of(&digest)
}

/// The months that these moments are in, in seconds since 1970.
fn months_of(dates: &[i64], theme: &Theme) -> BTreeSet<Month> {
    let moments = dates
        .iter()
        .filter_map(|&date| DateTime::from_timestamp(date, 0));
    moments.map(|at| Month::of(at, theme.timezone)).collect()
}

/// The months with stories before and after one.
fn neighbours(counts: &BTreeMap<i32, usize>, month: Month) -> [Option<Month>; 2] {
    let before = counts.range(..month.0).next_back();
    let after = counts.range(month.0 + 1..).next();
    [before, after].map(|near| near.map(|(&month, _)| Month(month)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{site, theme};

    #[test]
    fn the_fingerprints_of_an_archive_last() {
        let base = base_of_archive(&[3], &theme(), &site(), 5);
        let months = fingerprint_of_months(5, &BTreeMap::from([(24_293, 3), (24_294, 1)]));
        let part = MonthPart {
            month: Month(24_293),
            page: 1,
            has_more: true,
            previous: None,
            next: Some(Month(24_294)),
        };
        let place = Entry {
            story: 1,
            rev: 2,
            item: 3,
            editors_choice: true,
        };
        let month = fingerprint_of_month(5, &part, &[place]);
        assert_eq!(
            [base, months, month].map(|hash| format!("{hash:016x}")),
            ["b7a7e91275b1585d", "f3ba47718bb208a6", "551868895077cb7b"]
        );
    }
}
