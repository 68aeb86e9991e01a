//! The words that feeds and pages use, one file a language: in the theme's language if it is here, else
//! in English. Also dates as they are written in that language, and the direction of its script.

mod arabic;
mod chinese;
mod dutch;
mod english;
mod french;
mod german;
mod greek;
mod italian;
mod japanese;
mod korean;
mod plural;
mod polish;
mod portuguese;
mod russian;
mod spanish;
mod turkish;
mod ukrainian;

use crate::text::{language, words};
use chrono::{Datelike, NaiveDate};
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;
use std::sync::OnceLock;

/// All languages.
static ALL: [&Phrases; 16] = [
    &arabic::ARABIC,
    &chinese::CHINESE,
    &dutch::DUTCH,
    &english::ENGLISH,
    &french::FRENCH,
    &german::GERMAN,
    &greek::GREEK,
    &italian::ITALIAN,
    &japanese::JAPANESE,
    &korean::KOREAN,
    &polish::POLISH,
    &portuguese::PORTUGUESE,
    &russian::RUSSIAN,
    &spanish::SPANISH,
    &turkish::TURKISH,
    &ukrainian::UKRAINIAN,
];

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
    /// What to do with the addresses of a theme's feeds.
    pub subscribe_how: &'static str,
    /// What to do with the list of all feeds.
    pub opml_how: &'static str,
    pub updated: &'static str,
    /// Before the zone that times are meant in.
    pub times_in: &'static str,
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
    /// At the end of the newest stories, the way to the others.
    pub older: &'static str,
    /// Before the number of a page.
    pub page: &'static str,
    pub pages: &'static str,
    /// Before the name of the source that has the whole text.
    pub read_at: &'static str,
    /// A link from the beginning of a text to all of it.
    pub read_on: &'static str,
    /// Before the address of what the story is about.
    pub about: &'static str,
    /// Before the names of the other sources that have the same text.
    pub same_text: &'static str,
    /// A link to a sound file.
    pub listen: &'static str,
    /// A link to a film.
    pub watch: &'static str,
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
    /// A link to the site of a source.
    pub website: &'static str,
    pub state: &'static str,
    /// After the number of sources that need attention.
    pub troubled: &'static str,
    pub source_gone: &'static str,
    pub source_failing: &'static str,
    pub source_stale: &'static str,
    pub source_new: &'static str,
    pub source_fine: &'static str,
    /// It is not fetched, because feeds.toml says so.
    pub source_disabled: &'static str,
    pub last_good: &'static str,
    pub next_visit: &'static str,
    /// When a source is fetched next.
    pub next_pass: &'static str,
    pub never: &'static str,
    pub items: &'static str,
    /// Before the date of the newest item.
    pub newest: &'static str,
    /// The page that finds stories by their titles.
    pub search: &'static str,
    /// Beside the field for words.
    pub search_titles: &'static str,
    /// Where a browser runs no scripts, or the page is read from disk.
    pub search_needs: &'static str,
    pub nothing_found: &'static str,
    /// Where the list of titles could not be read.
    pub no_index: &'static str,
    #[serde(skip)]
    in_messages: InMessages,
    /// In the order of [`REASONS`].
    #[serde(skip)]
    reasons: [&'static str; REASONS.len()],
    #[serde(skip)]
    count_stories: fn(usize) -> String,
    #[serde(skip)]
    count_sources: fn(usize) -> String,
    #[serde(skip)]
    date: fn(weekday: &str, day: u32, month: &str, year: i32) -> String,
    /// A day without words that take room, the month as 1 to 12.
    #[serde(skip)]
    short_date: fn(day: u32, month: u32, year: i32) -> String,
    #[serde(skip)]
    month_year: fn(month: &str, year: i32) -> String,
    #[serde(skip)]
    weekdays: [&'static str; 7],
    #[serde(skip)]
    months: [&'static str; 12],
    /// Where a month has another form behind the number of a day.
    #[serde(skip)]
    months_of_days: Option<[&'static str; 12]>,
}

/// The words of messages in one language.
#[derive(Clone, Copy, Debug)]
pub struct InMessages {
    /// Between a source and the others that have the story, in a sentence.
    pub also_in: &'static str,
    /// The text of a link to a picture.
    pub picture: &'static str,
    /// At the end of a list: `and 4 more`.
    pub and_more: fn(usize) -> String,
    /// Before the first story: `4 earlier stories are left out`.
    pub left_out: fn(usize) -> String,
}

impl InMessages {
    /// Those of a language, or English.
    pub fn of(language: &str) -> Self {
        Phrases::of(language).in_messages
    }
}

impl Phrases {
    /// The phrases for a language, found by its first subtag.
    pub(super) fn of(language: &str) -> &'static Self {
        let primary = language::primary(language);
        ALL.into_iter()
            .find(|phrases| phrases.language.eq_ignore_ascii_case(primary))
            .unwrap_or(&english::ENGLISH)
    }

    /// These words as templates take them, made once.
    pub(super) fn value(&'static self) -> Value {
        static MADE: [OnceLock<Value>; ALL.len()] = [const { OnceLock::new() }; ALL.len()];
        let make = || Value::from(Serde(self));
        let languages = ALL.iter().zip(&MADE);
        let mut own = languages.filter(|(phrases, _)| phrases.language == self.language);
        own.next()
            .map_or_else(make, |(_, made)| made.get_or_init(make).clone())
    }

    /// A date in words: `Friday, 14 June 2024`.
    pub(super) fn day(&self, day: NaiveDate) -> String {
        let weekday = self.weekdays[day.weekday().num_days_from_monday() as usize];
        let months = self.months_of_days.as_ref().unwrap_or(&self.months);
        let month = months[day.month0() as usize];
        (self.date)(weekday, day.day(), month, day.year())
    }

    /// A date in few characters: `14 Jun 2024`.
    pub(super) fn short_day(&self, day: NaiveDate) -> String {
        (self.short_date)(day.day(), day.month(), day.year())
    }

    /// `3 stories`
    pub(super) fn stories(&self, count: usize) -> String {
        (self.count_stories)(count)
    }

    /// `3 sources`
    pub(super) fn sources(&self, count: usize) -> String {
        (self.count_sources)(count)
    }

    /// The name of a month, 1 to 12.
    pub(super) fn month(&self, number: u32) -> &'static str {
        self.months[(number.max(1) as usize - 1) % 12]
    }

    /// A month in words: `June 2024`.
    pub(super) fn month_of_year(&self, number: u32, year: i32) -> String {
        (self.month_year)(self.month(number), year)
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
        // Nearly all tags begin with another letter, which is seen without folding them.
        let [own, given] = [self.editors_choice, tag].map(|text| text.as_bytes().first());
        let is_other = matches!((own, given), (Some(own), Some(given))
            if own.is_ascii_alphanumeric() && given.is_ascii_alphanumeric() && !own.eq_ignore_ascii_case(given));
        !is_other && words::fold(tag) == words::fold(self.editors_choice)
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
        assert_eq!(Phrases::of("pl").day(day), "sobota, 1 czerwca 2024");
        assert_eq!(Phrases::of("ru").day(day), "суббота, 1 июня 2024 г.");
        assert_eq!(Phrases::of("ja").day(day), "2024年6月1日土曜日");
        assert_eq!(Phrases::of("tr").day(day), "1 Haziran 2024 Cumartesi");
        assert_eq!(Phrases::of("en").short_day(day), "1 Jun 2024");
        assert_eq!(Phrases::of("de").short_day(day), "01.06.2024");
        assert_eq!(Phrases::of("ko").short_day(day), "2024. 6. 1.");
    }

    #[test]
    fn a_month_by_itself_is_named_as_in_a_calendar() {
        let name = |language| Phrases::of(language).month_of_year(6, 2024);
        assert_eq!(name("pl"), "czerwiec 2024");
        assert_eq!(name("el"), "Ιούνιος 2024");
        assert_eq!(name("zh-Hant"), "2024年6月");
        assert_eq!(name("pt-BR"), "junho de 2024");
    }

    #[test]
    fn numbers_have_their_noun_in_its_form() {
        let stories = |language, count| Phrases::of(language).stories(count);
        assert_eq!(stories("en", 1), "1 story");
        assert_eq!(stories("fr", 0), "0 article");
        assert_eq!(stories("pl", 22), "22 artykuły");
        assert_eq!(stories("uk", 11), "11 новин");
        assert_eq!(stories("ar", 2), "خبران");
        assert_eq!(stories("ja", 3), "記事3件");
        let sources = |language, count| Phrases::of(language).sources(count);
        assert_eq!(sources("ru", 21), "21 источник");
        assert_eq!(sources("ar", 12), "12 مصدرًا");
        assert_eq!(sources("tr", 12), "12 kaynak");
    }

    #[test]
    fn every_language_has_all_words_and_a_tag_of_its_own() {
        for phrases in ALL {
            assert!(std::ptr::eq(Phrases::of(phrases.language), phrases));
            let words = serde_json::to_value(phrases).unwrap();
            for (name, word) in words.as_object().unwrap() {
                assert!(
                    word.as_str().is_some_and(|word| !word.trim().is_empty()),
                    "{name}"
                );
            }
            let messages = phrases.in_messages;
            for text in [(messages.and_more)(7), (messages.left_out)(7)] {
                assert!(text.contains('7') && !text.contains('{'), "{text}");
            }
            for word in [messages.also_in, messages.picture] {
                assert!(!word.is_empty(), "{}", phrases.language);
            }
            for reason in phrases.reasons.iter().chain(&phrases.months) {
                assert!(!reason.is_empty(), "{}", phrases.language);
            }
        }
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
