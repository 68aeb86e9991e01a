//! A month of a theme's archive, and its pages.

use crate::date::Tz;
use crate::digest::{Digest, Encode};
use crate::model::ThemeId;
use crate::publish::path;
use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use std::fmt;

/// A month of a year, as the number of months since January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(pub i32);

/// Stories of a page.
const STORIES_OF_PAGE: usize = 100;

/// Earlier pages that stand beside a page where it names others.
const PAGES_BESIDE: usize = 3;

/// Round page numbers that a page names at most.
const ROUND_NUMBERS: usize = 20;

impl Month {
    /// The month of a moment, as the calendar of a zone has it.
    pub fn of(at: DateTime<Utc>, zone: Tz) -> Self {
        let local = at.with_timezone(&zone);
        Self(local.year() * 12 + i32::try_from(local.month0()).unwrap_or(0)) // 0 to 11
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 to 12.
    pub fn number(self) -> u32 {
        self.0.rem_euclid(12).unsigned_abs() + 1
    }

    /// The first moment of the month in a zone.
    pub fn begins(self, zone: Tz) -> DateTime<Utc> {
        let midnight = NaiveDate::from_ymd_opt(self.year(), self.number(), 1)
            .unwrap_or_default()
            .and_time(chrono::NaiveTime::MIN);
        match zone.from_local_datetime(&midnight).earliest() {
            Some(at) => at.to_utc(),
            // Clocks were put forward at midnight: the month begins where they then stood.
            None => zone
                .from_local_datetime(&(midnight + chrono::TimeDelta::hours(1)))
                .earliest()
                .map_or_else(|| midnight.and_utc(), |at| at.to_utc()),
        }
    }

    /// The first moment after it.
    pub fn ends(self, zone: Tz) -> DateTime<Utc> {
        Self(self.0 + 1).begins(zone)
    }

    /// One of its pages, relative to the output folder.
    pub fn path(self, theme: &ThemeId, page: usize) -> String {
        path::of_month(theme, self.year(), self.number(), page)
    }

    /// One of the files with the titles of its stories, relative to the output folder.
    pub fn titles_path(self, part: usize) -> String {
        path::of_titles(self.year(), self.number(), part)
    }
}

/// `2024-06`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// The stories of each page of a month, given oldest first. Pages are filled from the month's beginning, so that a
/// new story changes only the last one.
pub fn pages_of_month<T>(stories: &[T]) -> std::slice::Chunks<'_, T> {
    stories.chunks(STORIES_OF_PAGE)
}

/// How many pages a month with so many stories has; the last one has its newest stories.
pub fn page_count(stories: usize) -> usize {
    stories.div_ceil(STORIES_OF_PAGE)
}

/// One page of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthPart {
    /// The month.
    pub month: Month,
    /// Which page of it; 1 is its beginning.
    pub page: usize,
    /// There is another page of it after this one. How many there are is not known here: each would change with
    /// every hundredth story.
    pub has_more: bool,
    /// Before the first page: the month with stories before it, and the number of its last page, which has its newest
    /// stories.
    pub previous: Option<(Month, usize)>,
    /// After the last page: the month with stories after it.
    pub next: Option<Month>,
}

impl MonthPart {
    /// The pages of the month that this one names, itself among them; none if it is the only one. From any page a
    /// few steps lead to any other: the first, round numbers, and those beside it.
    pub fn named_pages(&self) -> Vec<usize> {
        let last = self.page + usize::from(self.has_more);
        if last == 1 {
            return Vec::new();
        }
        let mut step = 10;
        while self.page / step > ROUND_NUMBERS {
            step *= 10;
        }
        let beside = self.page.saturating_sub(PAGES_BESIDE).max(1);
        let round = (step..beside).step_by(step);
        let first = (beside > 1).then_some(1);
        first
            .into_iter()
            .chain(round)
            .chain(beside..=last)
            .collect()
    }
}

impl Encode for Month {
    fn encode(&self, to: &mut Digest) {
        to.add(&self.0);
    }
}

impl Encode for MonthPart {
    fn encode(&self, to: &mut Digest) {
        let Self {
            month,
            page,
            has_more,
            previous,
            next,
        } = self;
        let (before, last) = previous.unzip();
        to.add(month)
            .add(page)
            .add(has_more)
            .add(&before)
            .add(&last);
        to.add(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::at;

    #[test]
    fn months_are_those_of_the_calendar_where_the_theme_is() {
        let late = at("2024-06-30T23:30:00Z");
        assert_eq!(Month::of(late, Tz::UTC).to_string(), "2024-06");
        let july = Month::of(late, crate::date::Tz::known("Europe/Brussels"));
        assert_eq!(july.to_string(), "2024-07");
        assert_eq!(
            july.begins(crate::date::Tz::known("Europe/Brussels")),
            at("2024-06-30T22:00:00Z")
        );
        assert_eq!(july.ends(Tz::UTC), at("2024-08-01T00:00:00Z"));
    }

    #[test]
    fn a_page_names_the_first_round_numbers_and_those_beside_it() {
        let named = |page, has_more| {
            let part = MonthPart {
                month: Month(24_293),
                page,
                has_more,
                previous: None,
                next: None,
            };
            part.named_pages()
        };
        assert_eq!(named(1, false), [0; 0]);
        assert_eq!(named(1, true), [1, 2]);
        assert_eq!(named(4, false), [1, 2, 3, 4]);
        assert_eq!(named(5, true), [1, 2, 3, 4, 5, 6]);
        assert_eq!(named(13, false), [1, 10, 11, 12, 13]);
        assert_eq!(named(47, true), [1, 10, 20, 30, 40, 44, 45, 46, 47, 48]);
        assert_eq!(named(345, false), [1, 100, 200, 300, 342, 343, 344, 345]);
        for page in 1..3_000 {
            let pages = named(page, true);
            assert!(pages.is_sorted_by(|a, b| a < b), "{pages:?}");
            assert!(pages.len() < 30 && pages.contains(&page), "{pages:?}");
        }
    }

    #[test]
    fn every_moment_lies_in_the_month_it_is_of() {
        let zones = [
            Tz::UTC,
            Tz::known("America/Sao_Paulo"),
            Tz::known("Pacific/Apia"),
            Tz::known("Asia/Beirut"),
        ];
        for zone in zones {
            for day in 0..40_000 {
                let at = at("1930-01-01T00:30:00Z") + chrono::TimeDelta::days(day);
                let month = Month::of(at, zone);
                assert!(
                    month.begins(zone) <= at && at < month.ends(zone),
                    "{at} {zone}"
                );
            }
        }
    }
}
