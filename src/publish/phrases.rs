//! What feeds and pages say of themselves, in the theme's language where we have it, else in
//! English; dates as people of that language write them; and which way their script runs.

use crate::text::words;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

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
    pub skip: &'static str,
    pub rights: &'static str,
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
        let primary = language.split('-').next().unwrap_or_default();
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

    /// Whether a tag says "editor's choice" already, in whatever case and punctuation.
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

static ENGLISH: Phrases = Phrases {
    language: "en",
    editors_choice: "Editor’s choice",
    also_reported_by: "Also reported by",
    also_in: "Also in",
    subscribe: "Subscribe",
    updated: "Updated",
    all_themes: "All themes",
    all_feeds: "All feeds (OPML)",
    story: "story",
    stories: "stories",
    no_stories: "No stories yet.",
    no_themes: "No themes yet.",
    skip: "Skip to the stories",
    rights: "Texts and pictures belong to the sources named beside them.",
    date: |weekday, day, month, year| format!("{weekday}, {day} {month} {year}"),
    weekdays: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

static GERMAN: Phrases = Phrases {
    language: "de",
    editors_choice: "Auswahl der Redaktion",
    also_reported_by: "Auch berichtet von",
    also_in: "Auch in",
    subscribe: "Abonnieren",
    updated: "Stand",
    all_themes: "Alle Themen",
    all_feeds: "Alle Feeds (OPML)",
    story: "Meldung",
    stories: "Meldungen",
    no_stories: "Noch keine Meldungen.",
    no_themes: "Noch keine Themen.",
    skip: "Zu den Meldungen springen",
    rights: "Texte und Bilder gehören den Quellen, die neben ihnen genannt sind.",
    date: |weekday, day, month, year| format!("{weekday}, {day}. {month} {year}"),
    weekdays: [
        "Montag",
        "Dienstag",
        "Mittwoch",
        "Donnerstag",
        "Freitag",
        "Samstag",
        "Sonntag",
    ],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
};

static FRENCH: Phrases = Phrases {
    language: "fr",
    editors_choice: "Le choix de la rédaction",
    also_reported_by: "Également rapporté par",
    also_in: "Aussi dans",
    subscribe: "S’abonner",
    updated: "Mis à jour",
    all_themes: "Tous les thèmes",
    all_feeds: "Tous les flux (OPML)",
    story: "article",
    stories: "articles",
    no_stories: "Pas encore d’articles.",
    no_themes: "Pas encore de thèmes.",
    skip: "Aller aux articles",
    rights: "Les textes et les images appartiennent aux sources nommées à côté.",
    date: |weekday, day, month, year| {
        let day = if day == 1 {
            "1er".to_owned()
        } else {
            day.to_string()
        };
        format!("{weekday} {day} {month} {year}")
    },
    weekdays: [
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
};

static SPANISH: Phrases = Phrases {
    language: "es",
    editors_choice: "Selección de la redacción",
    also_reported_by: "También informan",
    also_in: "También en",
    subscribe: "Suscribirse",
    updated: "Actualizado",
    all_themes: "Todos los temas",
    all_feeds: "Todos los canales (OPML)",
    story: "noticia",
    stories: "noticias",
    no_stories: "Todavía no hay noticias.",
    no_themes: "Todavía no hay temas.",
    skip: "Ir a las noticias",
    rights: "Los textos y las imágenes pertenecen a las fuentes que se citan a su lado.",
    date: |weekday, day, month, year| format!("{weekday}, {day} de {month} de {year}"),
    weekdays: [
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
    ],
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
};

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
    fn direction_follows_the_script_before_the_language() {
        assert_eq!(direction("ar-EG"), "rtl");
        assert_eq!(direction("he"), "rtl");
        assert_eq!(direction("ku-Arab-IQ"), "rtl");
        assert_eq!(direction("ar-Latn"), "ltr");
        assert_eq!(direction("en"), "ltr");
    }
}
