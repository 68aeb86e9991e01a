//! An element of a page -> the line, text, date or caption that people see in it.

use super::{MAX_CANDIDATES, Page};
use crate::date::{self, Precision};
use crate::text::html::{fold_space, to_text};
use chrono::{TimeZone, Utc};
use scraper::ElementRef;

/// Words of a line that are searched for a date.
const MAX_WORDS: usize = 24;

/// Words of the longest date: `Friday, the 14th of June 2024 at 10:20:30 p.m. (Central European
/// Summer Time)`.
const LONGEST_DATE: usize = 15;

/// The element's text on one line.
pub(super) fn line(page: &Page, element: ElementRef) -> String {
    fold_space(&text(page, element)).into_owned()
}

/// The element's text, one line for each block.
pub(super) fn text(page: &Page, element: ElementRef) -> String {
    to_text(&page.inner_markup(element))
}

/// The date of an element, as text: its `datetime`, `content` or `title` where that is a date, else
/// the part of its text that is one. A list may show a date and a file name in one line.
pub(super) fn date(page: &Page, element: ElementRef) -> Option<String> {
    ["datetime", "content", "title"]
        .iter()
        .filter_map(|name| element.attr(name))
        .find(|value| is_date(value))
        .map(str::to_owned)
        .or_else(|| date_in(&line(page, element)))
}

/// The first date that one of these elements shows.
pub(super) fn first_date<'a>(
    page: &Page,
    elements: impl Iterator<Item = ElementRef<'a>>,
) -> Option<String> {
    elements.take(MAX_CANDIDATES).find_map(|at| date(page, at))
}

/// The first run of words that is a date, and the longest that begins there. One with a time of day
/// is better: words after it that are not understood cost the time.
fn date_in(line: &str) -> Option<String> {
    if precision(line) == Some(Precision::Exact) {
        return Some(line.to_owned());
    }
    let words: Vec<&str> = line.split(' ').take(MAX_WORDS).collect();
    let found = (0..words.len()).find_map(|start| {
        let longest = words.len().min(start + LONGEST_DATE);
        let runs = (start + 1..=longest).rev();
        let mut coarse = None;
        for run in runs.map(|end| words[start..end].join(" ")) {
            match precision(&run) {
                Some(Precision::Exact) => return Some(run),
                Some(_) => coarse = coarse.or(Some(run)),
                None => {}
            }
        }
        coarse
    });
    found.or_else(|| is_date(line).then(|| line.to_owned()))
}

fn is_date(text: &str) -> bool {
    precision(text).is_some()
}

/// How exact the date is that a text is; none when it cannot be read as one. A year alone is not
/// enough: it may be any number.
fn precision(text: &str) -> Option<Precision> {
    let context = date::Context {
        now: Utc.with_ymd_and_hms(9000, 1, 1, 0, 0, 0).single()?,
        timezone: crate::date::Tz::UTC,
        month_first: false,
    };
    // A month with a year, among other words, is not a date of publication; an age is.
    let is_age = || {
        let is_year = text.ends_with(|c: char| c.is_ascii_digit());
        text.chars().any(char::is_alphabetic) && !is_year
    };
    date::parse(text, &context)
        .map(|reading| reading.precision)
        .filter(|&precision| precision != Precision::Approximate || is_age())
}

/// A caption without the file name before it and the size after it, which media libraries add:
/// `240614d-009.jpg - The ministers meet, 100.97KB`.
pub(super) fn caption(line: &str) -> Option<String> {
    let is_file = |word: &str| {
        let word = word.trim_end_matches(',').to_ascii_lowercase();
        [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"]
            .iter()
            .any(|end| word.ends_with(end))
    };
    let mut rest = line.trim();
    if let Some(file) = rest.split(' ').find(|word| is_file(word)) {
        let (_, after) = rest.split_once(file)?;
        rest = after.trim_start_matches([' ', '-', '–', '—', ',', ':']);
    }
    let size = rest
        .rsplit([',', '('])
        .next()
        .unwrap_or_default()
        .trim_end_matches(')')
        .trim();
    if is_size(size) {
        let end = rest.rfind(size).unwrap_or(rest.len());
        rest = rest[..end].trim_end_matches([' ', ',', '(', '-']);
    }
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// `100.97KB`, `1,2 MB`.
fn is_size(text: &str) -> bool {
    let number_ends = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .unwrap_or(0);
    let unit = text[number_ends..].trim().to_ascii_lowercase();
    number_ends > 0
        && matches!(
            unit.as_str(),
            "b" | "kb" | "mb" | "gb" | "kib" | "mib" | "ko" | "mo"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_among_other_words() {
        assert_eq!(
            date_in("14 Jun. 2024 240614d-009.jpg - Ministers meet, 100.97KB").as_deref(),
            Some("14 Jun. 2024")
        );
        assert_eq!(
            date_in("By Jane Doe on June 14, 2024 at 3:20 PM").as_deref(),
            Some("on June 14, 2024 at 3:20 PM")
        );
        assert_eq!(
            date_in("1 month 3 weeks ago").as_deref(),
            Some("1 month 3 weeks ago")
        );
        assert_eq!(
            date_in("14 June 2024 10:20 Ministers meet").as_deref(),
            Some("14 June 2024 10:20")
        );
        assert_eq!(date_in("60 Entries in 2024"), None);
        assert_eq!(date_in("News"), None);
    }

    #[test]
    fn captions_lose_file_names_and_sizes() {
        assert_eq!(
            caption("240614d-009.jpg - Ministers meet - Brussels, 100.97KB").as_deref(),
            Some("Ministers meet - Brussels")
        );
        assert_eq!(
            caption("14 Jun. 2024 a.JPG - Ministers, 1.2 MB").as_deref(),
            Some("Ministers")
        );
        assert_eq!(caption("240523-logistics-com.jpg, 59.20KB"), None);
        assert_eq!(
            caption("Ministers meet in Brussels, 2024").as_deref(),
            Some("Ministers meet in Brussels, 2024")
        );
    }
}
