//! What `theme.html` shows.

use super::{Frame, Links, Listing, Moment, StoryView, ThemeLink, relative, tags_of};
use crate::model::{Order, ShownStory, Site, Theme};
use crate::publish::checked::SharedEdition;
use crate::publish::phrases::Phrases;
use crate::publish::{page_of, path};
use chrono::{NaiveDate, TimeDelta};
use minijinja::Value;
use serde::Serialize;
use std::cmp::Reverse;
use std::sync::Arc;

/// The stories that stand first at most by a rule: two lines of two, so that the newest are seen below them.
const CHOICE: usize = 4;

/// How much older than the newest story they are at most: what was chosen a week ago has been seen.
const CHOICE_AGE: TimeDelta = TimeDelta::days(7);

/// The headlines that describe a theme without a description.
const DESCRIBING: usize = 3;

#[derive(Serialize)]
pub(in crate::publish) struct ThemePage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    links: Links,
    /// All, in the order of `feeds.toml`.
    themes: Vec<ThemeLink>,
    /// None where there are no stories.
    updated: Option<Value>,
    /// The zone that days and times are meant in.
    timezone: &'static str,
    story_count: usize,
    /// The page of the tags of these stories.
    tags_page: String,
    has_tags: bool,
    /// The newest of the editor's choice; these stories are not repeated below.
    choice: Vec<Value>,
    /// All others, the newest day first.
    days: Vec<DayView>,
    rights: Option<String>,
}

impl ThemePage {
    /// Of a checked edition.
    pub(in crate::publish) fn new(
        edition: &SharedEdition,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Self {
        let theme = &edition.theme;
        let page = page_of(edition);
        let phrases = Phrases::of(&theme.language);
        let listing = Arc::new(Listing::new(theme, page));
        let (choice, mut others) = by_choice(&edition.stories, &theme.editors_choice.pins);
        let day = |story: &Arc<ShownStory>| {
            let local = story.date_published.with_timezone(&theme.timezone);
            local.date_naive()
        };
        if theme.order == Order::Sources {
            // Stable: of equal numbers the newest stays first.
            others.sort_by_key(|story| Reverse((day(story), story.source_count())));
        }
        let stories = others
            .into_iter()
            .map(|story| (day(story), StoryView::value(story, &listing)));
        Self {
            frame: Frame::new(
                site,
                theme.title.clone(),
                theme.description.clone(),
                &theme.language,
                page,
            )
            .about(theme.description.clone().or_else(|| headlines(edition))),
            links: Links::new(&edition.links, theme, site, page),
            themes: ThemeLink::all(themes, &theme.language, site, page),
            updated: (!edition.stories.is_empty())
                .then(|| Moment::value(edition.updated, theme.timezone, phrases)),
            timezone: theme.timezone.name(),
            story_count: edition.stories.len(),
            tags_page: relative(page, &path::of_tags(&theme.id)),
            has_tags: edition
                .stories
                .iter()
                .any(|story| tags_of(story, phrases).next().is_some()),
            choice: choice
                .into_iter()
                .map(|story| StoryView::value(story, &listing))
                .collect(),
            days: by_day(stories, phrases),
            rights: theme.rights.clone(),
        }
    }
}

/// The stories that stand first, and all others. What a person pinned is always first. What a rule chooses
/// is bounded in number and age. The age counts from the newest story, so that a page stays as it is while
/// nothing new comes.
fn by_choice<'a>(
    stories: &'a [Arc<ShownStory>],
    pins: &[String],
) -> (Vec<&'a Arc<ShownStory>>, Vec<&'a Arc<ShownStory>>) {
    let newest = stories.iter().map(|story| story.date_published).max();
    let mut first = stories
        .iter()
        .filter(|story| is_pinned(story, pins))
        .count();
    stories.iter().partition(|story| {
        if is_pinned(story, pins) {
            return true;
        }
        let is_new = newest.is_some_and(|newest| newest - story.date_published <= CHOICE_AGE);
        let is_first = story.editors_choice && is_new && first < CHOICE;
        first += usize::from(is_first);
        is_first
    })
}

fn is_pinned(story: &ShownStory, pins: &[String]) -> bool {
    let also = story.also.iter().filter_map(|also| also.url.as_deref());
    let names = [Some(story.id.as_str()), story.url.as_deref()];
    names
        .into_iter()
        .flatten()
        .chain(also)
        .any(|name| pins.iter().any(|pin| pin == name))
}

/// The newest headlines in a line.
fn headlines(edition: &SharedEdition) -> Option<String> {
    let titles = edition.stories.iter().take(DESCRIBING);
    let titles: Vec<_> = titles.map(|story| story.title.as_str()).collect();
    (!titles.is_empty()).then(|| titles.join(" · "))
}

/// A day's stories, in the order given.
#[derive(Serialize)]
pub(super) struct DayView {
    /// `2024-06-14`
    date: NaiveDate,
    /// `Friday, 14 June 2024`
    text: String,
    stories: Vec<Value>,
}

pub(super) fn by_day(
    stories: impl Iterator<Item = (NaiveDate, Value)>,
    phrases: &Phrases,
) -> Vec<DayView> {
    let mut days: Vec<DayView> = Vec::new();
    for (date, story) in stories {
        match days.last_mut() {
            Some(day) if day.date == date => day.stories.push(story),
            _ => days.push(DayView {
                date,
                text: phrases.day(date),
                stories: vec![story],
            }),
        }
    }
    days
}
