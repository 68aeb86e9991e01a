//! What `archive.html` and `month.html` show: all stories of a theme, by the date they were published.

use super::theme::{DayView, by_day};
use super::{Frame, Links, Listing, StoryView, ThemeLink};
use crate::model::{EditionLinks, ShownStory, Site, Theme};
use crate::publish::html::page_count;
use crate::publish::phrases::Phrases;
use crate::publish::{Month, MonthPart, checked, path};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The months of a theme.
#[derive(Serialize)]
pub(in crate::publish) struct MonthsPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    theme_title: String,
    links: Links,
    /// All, in the order of `feeds.toml`.
    themes: Vec<ThemeLink>,
    story_count: usize,
    /// Newest first.
    years: Vec<YearView>,
    rights: Option<String>,
}

#[derive(Serialize)]
struct YearView {
    year: i32,
    story_count: usize,
    /// Newest first, those with stories only.
    months: Vec<MonthView>,
}

#[derive(Serialize)]
struct MonthView {
    /// `June`
    name: String,
    /// `2024-06`
    date: String,
    /// Its newest stories, relative to this page.
    href: String,
    story_count: usize,
}

impl MonthsPage {
    pub(in crate::publish) fn new(
        theme: &Theme,
        months: &BTreeMap<Month, usize>,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Self {
        let theme = checked::theme(theme);
        let page = path::of_months(&theme.id);
        let phrases = Phrases::of(&theme.language);
        let mut years: Vec<YearView> = Vec::new();
        for (&month, &stories) in months.iter().rev() {
            if years.last().is_none_or(|year| year.year != month.year()) {
                years.push(YearView {
                    year: month.year(),
                    story_count: 0,
                    months: Vec::new(),
                });
            }
            if let Some(year) = years.last_mut() {
                year.story_count += stories;
                year.months.push(MonthView {
                    name: phrases.month(month.number()).to_owned(),
                    date: month.to_string(),
                    href: super::relative(&page, &month.path(&theme.id, page_count(stories))),
                    story_count: stories,
                });
            }
        }
        let title = format!("{}: {}", theme.title, phrases.archive);
        Self {
            frame: Frame::new(site, title, None, &theme.language, &page)
                .about(theme.description.clone()),
            links: Links::new(&EditionLinks::of(&theme), &theme, site, &page),
            themes: ThemeLink::all(themes, &theme.language, site, &page),
            story_count: months.values().sum(),
            years,
            rights: theme.rights,
            theme_title: theme.title,
        }
    }
}

/// A month of a theme, or a part of one.
#[derive(Serialize)]
pub(in crate::publish) struct MonthPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    theme_title: String,
    links: Links,
    /// `June 2024`
    month: String,
    /// `2024-06`
    date: String,
    /// On this page.
    story_count: usize,
    timezone: &'static str,
    /// Newest first.
    days: Vec<DayView>,
    /// 1 is the month's beginning.
    page: usize,
    /// Pages of the month, if there are several: the first, round numbers, and those beside this one.
    pages: Vec<PageLink>,
    /// What comes before and after this page, in this month or another.
    previous: Option<PageLink>,
    next: Option<PageLink>,
    rights: Option<String>,
}

#[derive(Serialize)]
struct PageLink {
    text: String,
    /// Relative to this page.
    href: String,
}

impl MonthPage {
    /// Of stories newest first.
    pub(in crate::publish) fn new(
        theme: &Theme,
        part: &MonthPart,
        stories: &[ShownStory],
        site: &Site,
    ) -> Self {
        let theme = checked::theme(theme);
        let phrases = Phrases::of(&theme.language);
        let own = part.month.path(&theme.id, part.page);
        let listing = Arc::new(Listing::new(&theme, &own));
        let link = |text: String, month: Month, page: usize| PageLink {
            text,
            href: super::relative(&own, &month.path(&theme.id, page)),
        };
        let name = |month: Month| phrases.month_of_year(month.number(), month.year());
        let numbered = |page: usize| format!("{} {page}", phrases.page);
        let story_count = stories.len();
        let stories = stories.iter().map(|story| {
            let local = story.date_published.with_timezone(&theme.timezone);
            (
                local.date_naive(),
                StoryView::value(&Arc::new(checked::story(story)), &listing),
            )
        });
        let month = name(part.month);
        let mut title = format!("{}: {month}", theme.title);
        let named = part.named_pages();
        if !named.is_empty() {
            title = format!("{title}, {}", numbered(part.page));
        }
        Self {
            frame: Frame::new(site, title.clone(), None, &theme.language, &own).about(Some(title)),
            links: Links::new(&EditionLinks::of(&theme), &theme, site, &own),
            month,
            date: part.month.to_string(),
            story_count,
            timezone: theme.timezone.name(),
            days: by_day(stories, phrases),
            page: part.page,
            pages: named
                .into_iter()
                .map(|page| link(page.to_string(), part.month, page))
                .collect(),
            previous: if part.page > 1 {
                Some(link(numbered(part.page - 1), part.month, part.page - 1))
            } else {
                part.previous
                    .map(|(month, last)| link(name(month), month, last))
            },
            next: if part.has_more {
                Some(link(numbered(part.page + 1), part.month, part.page + 1))
            } else {
                part.next.map(|month| link(name(month), month, 1))
            },
            rights: theme.rights.clone(),
            theme_title: theme.title.clone(),
        }
    }
}
