//! What `theme.html` shows.

use super::{Frame, Links, Listing, Moment, StoryView};
use crate::model::{Edition, Site};
use crate::publish::phrases::Phrases;
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::publish) struct ThemePage {
    #[serde(flatten)]
    frame: Frame,
    links: Links,
    /// None where there are no stories.
    updated: Option<Moment>,
    /// The zone that days and times are meant in.
    timezone: &'static str,
    story_count: usize,
    /// The editor's choice, newest first; these stories are not repeated below.
    choice: Vec<StoryView>,
    /// All others, newest first.
    days: Vec<DayView>,
    rights: Option<String>,
}

impl ThemePage {
    /// Of an edition that went through [`super::fit::edition`].
    pub(in crate::publish) fn new(edition: &Edition, site: &Site) -> Self {
        let theme = &edition.theme;
        let page = &edition.links.html;
        let phrases = Phrases::of(&theme.language);
        let listing = Listing::new(site, theme, page);
        let (choice, others): (Vec<_>, Vec<_>) = edition
            .stories
            .iter()
            .partition(|story| story.editors_choice);
        let stories = others.into_iter().map(|story| {
            let local = story.date_published.with_timezone(&theme.timezone);
            (local.date_naive(), StoryView::new(story, &listing))
        });
        Self {
            frame: Frame::new(
                site,
                theme.title.clone(),
                theme.description.clone(),
                &theme.language,
                page,
            ),
            links: Links::new(&edition.links, theme, page),
            updated: (!edition.stories.is_empty())
                .then(|| Moment::new(edition.updated, theme.timezone, phrases)),
            timezone: theme.timezone.name(),
            story_count: edition.stories.len(),
            choice: choice
                .into_iter()
                .map(|story| StoryView::new(story, &listing))
                .collect(),
            days: by_day(stories, phrases),
            rights: theme.rights.clone(),
        }
    }
}

/// A day's stories, in the order given.
#[derive(Serialize)]
pub(super) struct DayView {
    /// `2024-06-14`
    date: NaiveDate,
    /// `Friday, 14 June 2024`
    text: String,
    stories: Vec<StoryView>,
}

pub(super) fn by_day(
    stories: impl Iterator<Item = (NaiveDate, StoryView)>,
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
