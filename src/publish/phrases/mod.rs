//! The words that feeds and pages use, one file a language: in the theme's language if it is here, else
//! in English. Also dates as they are written in that language, and the direction of its script.

mod english;
mod french;
mod german;
mod spanish;

use crate::text::{language, words};
use chrono::{Datelike, NaiveDate};
use english::ENGLISH;
use french::FRENCH;
use german::GERMAN;
use serde::Serialize;
use spanish::SPANISH;

/// Why items are one story, as [`crate::model::Why`] says it.
const REASONS: [&str; 7] = [
    "same id",
    "same address",
    "same text",
    "similar text",
    "similar title",
    "merged by hand",
    "same event",
];

/// One language's words.
#[derive(Debug, Serialize)]
pub(super) struct Phrases {
    /// RFC 5646 tag of these words.
    pub language: &'static str,
    pub editors_choice: &'static str,
    /// Heads the list of the other sources of a story, in feeds.
    pub also_reported_by: &'static str,
    /// Comes before the names of the other sources, on pages.
    pub also_in: &'static str,
    pub subscribe: &'static str,
    pub updated: &'static str,
    pub all_themes: &'static str,
    pub all_feeds: &'static str,
    pub story: &'static str,
    pub stories: &'static str,
    pub no_stories: &'static str,
    pub no_themes: &'static str,
    /// Links that skip the beginning of a page, to its stories, themes, text or months.
    pub skip: &'static str,
    pub skip_to_themes: &'static str,
    pub skip_to_story: &'static str,
    pub skip_to_months: &'static str,
    pub rights: &'static str,
    /// The page of all stories by date.
    pub archive: &'static str,
    /// The page of the newest stories.
    pub latest: &'static str,
    /// Before the number of a page.
    pub page: &'static str,
    pub pages: &'static str,
    /// Before the name of the source that has the whole text.
    pub read_at: &'static str,
    /// A link from the beginning of a text to all of it.
    pub read_on: &'static str,
    /// Before the address of what the story is about.
    pub about: &'static str,
    pub files: &'static str,
    pub tags: &'static str,
    /// Before the themes that show the story.
    pub themes: &'static str,
    /// A link to the page of a story.
    pub permalink: &'static str,
    /// In place of a story that is no longer shown.
    pub gone: &'static str,
    pub gone_why: &'static str,
    /// In place of a story that became part of another.
    pub moved: &'static str,
    pub moved_to: &'static str,
    /// The page of the sources.
    pub sources: &'static str,
    pub source: &'static str,
    pub state: &'static str,
    /// After the number of sources that need attention.
    pub troubled: &'static str,
    pub source_gone: &'static str,
    pub source_failing: &'static str,
    pub source_stale: &'static str,
    pub source_new: &'static str,
    pub source_fine: &'static str,
    pub last_good: &'static str,
    pub next_visit: &'static str,
    /// When a source is fetched next.
    pub next_pass: &'static str,
    pub never: &'static str,
    pub items: &'static str,
    /// Before the date of the newest item.
    pub newest: &'static str,
    /// In the order of [`REASONS`].
    #[serde(skip)]
    reasons: [&'static str; REASONS.len()],
    #[serde(skip)]
    month_of: &'static str,
    #[serde(skip)]
    date: fn(weekday: &str, day: u32, month: &str, year: i32) -> String,
    #[serde(skip)]
    weekdays: [&'static str; 7],
    #[serde(skip)]
    months: [&'static str; 12],
}

impl Phrases {
    /// The phrases for a language, found by its first subtag.
    pub(super) fn of(language: &str) -> &'static Self {
        let primary = language::primary(language);
        [&GERMAN, &FRENCH, &SPANISH]
            .into_iter()
            .find(|phrases| phrases.language.eq_ignore_ascii_case(primary))
            .unwrap_or(&ENGLISH)
    }

    /// A date in words: `Friday, 14 June 2024`.
    pub(super) fn day(&self, day: NaiveDate) -> String {
        let weekday = self.weekdays[day.weekday().num_days_from_monday() as usize];
        let month = self.months[day.month0() as usize];
        (self.date)(weekday, day.day(), month, day.year())
    }

    /// The name of a month, 1 to 12.
    pub(super) fn month(&self, number: u32) -> &'static str {
        self.months[(number.max(1) as usize - 1) % 12]
    }

    /// A month in words: `June 2024`.
    pub(super) fn month_of_year(&self, number: u32, year: i32) -> String {
        format!("{}{}{year}", self.month(number), self.month_of)
    }

    /// The reason for a merge in this language. The score stays behind it.
    pub(super) fn reason(&self, why: &str) -> String {
        let known = REASONS
            .iter()
            .zip(self.reasons)
            .find_map(|(english, word)| Some((word, why.strip_prefix(english)?)));
        known.map_or_else(|| why.to_owned(), |(word, rest)| format!("{word}{rest}"))
    }

    /// Whether a tag says "editor's choice" already, in any case and punctuation.
    pub(super) fn names_choice(&self, tag: &str) -> bool {
        words::fold(tag) == words::fold(self.editors_choice)
    }
}

/// `rtl` for languages and scripts that are written from right to left, else `ltr`.
pub(super) fn direction(language: &str) -> &'static str {
    const LANGUAGES: [&str; 12] = [
        "ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi",
    ];
    const SCRIPTS: [&str; 7] = ["adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"];
    let language = language.to_ascii_lowercase();
    let mut subtags = language.split('-');
    let primary = subtags.next().unwrap_or_default();
    let script = subtags.find(|tag| tag.len() == 4 && tag.bytes().all(|b| b.is_ascii_alphabetic()));
    let rtl = match script {
        Some(script) => SCRIPTS.contains(&script),
        None => LANGUAGES.contains(&primary),
    };
    if rtl { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_we_have_speaks_for_its_regions_and_english_for_the_rest() {
        assert_eq!(Phrases::of("de-AT").editors_choice, "Auswahl der Redaktion");
        assert_eq!(Phrases::of("FR").language, "fr");
        assert_eq!(Phrases::of("fi").language, "en");
        assert_eq!(Phrases::of("").language, "en");
    }

    #[test]
    fn days_are_written_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2024, 6, 1).unwrap();
        assert_eq!(Phrases::of("en").day(day), "Saturday, 1 June 2024");
        assert_eq!(Phrases::of("de").day(day), "Samstag, 1. Juni 2024");
        assert_eq!(Phrases::of("fr").day(day), "samedi 1er juin 2024");
        assert_eq!(Phrases::of("es").day(day), "sábado, 1 de junio de 2024");
    }

    #[test]
    fn reasons_are_told_in_the_language_of_the_page() {
        let german = Phrases::of("de");
        assert_eq!(
            german.reason("similar text (0.93)"),
            "ähnlicher Text (0.93)"
        );
        assert_eq!(Phrases::of("en").reason("same id"), "same id");
        assert_eq!(german.reason("whim"), "whim");
    }

    #[test]
    fn direction_follows_the_script_before_the_language() {
        assert_eq!(direction("ar-EG"), "rtl");
        assert_eq!(direction("he"), "rtl");
        assert_eq!(direction("ku-Arab-IQ"), "rtl");
        assert_eq!(direction("ar-Latn"), "ltr");
        assert_eq!(direction("en"), "ltr");
    }
}
