//! What feeds and pages say of themselves, in the theme's language where we have it, else in
//! English; dates as people of that language write them; and which way their script runs.

use crate::text::{language, words};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

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
    /// Links over what stands first on a page, to its stories, themes, text or months.
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
    /// Behind the number of sources that want to be looked at.
    pub troubled: &'static str,
    pub source_gone: &'static str,
    pub source_failing: &'static str,
    pub source_stale: &'static str,
    pub source_new: &'static str,
    pub source_fine: &'static str,
    pub last_good: &'static str,
    pub next_visit: &'static str,
    /// When a source is asked next.
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

    /// The reason for a merge in this language; how alike items are stays behind it.
    pub(super) fn reason(&self, why: &str) -> String {
        let known = REASONS
            .iter()
            .zip(self.reasons)
            .find_map(|(english, word)| Some((word, why.strip_prefix(english)?)));
        known.map_or_else(|| why.to_owned(), |(word, rest)| format!("{word}{rest}"))
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
    skip_to_themes: "Skip to the themes",
    skip_to_story: "Skip to the story",
    skip_to_months: "Skip to the months",
    rights: "Texts and pictures belong to the sources named beside them.",
    archive: "Archive",
    latest: "Latest stories",
    page: "Page",
    pages: "Pages",
    read_at: "Read it at",
    about: "About",
    files: "Files",
    tags: "Tags",
    themes: "Themes",
    permalink: "This story’s page",
    gone: "This story is no longer here",
    gone_why: "It was taken down, or no theme shows it any more.",
    moved: "This story is told elsewhere",
    moved_to: "It has become part of another story",
    sources: "Sources",
    source: "Source",
    state: "State",
    troubled: "want to be looked at",
    source_gone: "gone for good",
    source_failing: "failing",
    source_stale: "nothing new for long",
    source_new: "not asked yet",
    source_fine: "fine",
    last_good: "Last answered",
    next_visit: "Asked next",
    next_pass: "at the next run",
    never: "never",
    items: "Items",
    newest: "newest:",
    reasons: REASONS,
    month_of: " ",
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
    skip_to_themes: "Zu den Themen springen",
    skip_to_story: "Zur Meldung springen",
    skip_to_months: "Zu den Monaten springen",
    rights: "Texte und Bilder gehören den Quellen, die neben ihnen genannt sind.",
    archive: "Archiv",
    latest: "Neueste Meldungen",
    page: "Seite",
    pages: "Seiten",
    read_at: "Zu lesen bei",
    about: "Es geht um",
    files: "Dateien",
    tags: "Stichwörter",
    themes: "Themen",
    permalink: "Seite dieser Meldung",
    gone: "Diese Meldung steht nicht mehr hier",
    gone_why: "Sie wurde entfernt, oder kein Thema zeigt sie mehr.",
    moved: "Diese Meldung steht an anderer Stelle",
    moved_to: "Sie ist Teil einer anderen Meldung geworden",
    sources: "Quellen",
    source: "Quelle",
    state: "Zustand",
    troubled: "brauchen einen Blick",
    source_gone: "endgültig fort",
    source_failing: "gestört",
    source_stale: "lange nichts Neues",
    source_new: "noch nicht gefragt",
    source_fine: "in Ordnung",
    last_good: "Antwortete zuletzt",
    next_visit: "Nächste Anfrage",
    next_pass: "beim nächsten Lauf",
    never: "nie",
    items: "Beiträge",
    newest: "neuester:",
    reasons: [
        "gleiche Kennung",
        "gleiche Adresse",
        "gleicher Text",
        "ähnlicher Text",
        "ähnlicher Titel",
        "von Hand zusammengelegt",
        "gleiches Ereignis",
    ],
    month_of: " ",
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
    skip_to_themes: "Aller aux thèmes",
    skip_to_story: "Aller à l’article",
    skip_to_months: "Aller aux mois",
    rights: "Les textes et les images appartiennent aux sources nommées à côté.",
    archive: "Archives",
    latest: "Derniers articles",
    page: "Page",
    pages: "Pages",
    read_at: "À lire sur",
    about: "À propos de",
    files: "Fichiers",
    tags: "Mots-clés",
    themes: "Thèmes",
    permalink: "Page de cet article",
    gone: "Cet article n’est plus ici",
    gone_why: "Il a été retiré, ou aucun thème ne le montre plus.",
    moved: "Cet article se trouve ailleurs",
    moved_to: "Il fait désormais partie d’un autre article",
    sources: "Sources",
    source: "Source",
    state: "État",
    troubled: "demandent attention",
    source_gone: "disparue",
    source_failing: "en panne",
    source_stale: "rien de neuf depuis longtemps",
    source_new: "pas encore interrogée",
    source_fine: "en ordre",
    last_good: "Dernière réponse",
    next_visit: "Prochaine visite",
    next_pass: "au prochain passage",
    never: "jamais",
    items: "Articles",
    newest: "le plus récent :",
    reasons: [
        "même identifiant",
        "même adresse",
        "même texte",
        "texte semblable",
        "titre semblable",
        "réunis à la main",
        "même événement",
    ],
    month_of: " ",
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
    skip_to_themes: "Ir a los temas",
    skip_to_story: "Ir a la noticia",
    skip_to_months: "Ir a los meses",
    rights: "Los textos y las imágenes pertenecen a las fuentes que se citan a su lado.",
    archive: "Archivo",
    latest: "Últimas noticias",
    page: "Página",
    pages: "Páginas",
    read_at: "Leer en",
    about: "Sobre",
    files: "Archivos adjuntos",
    tags: "Etiquetas",
    themes: "Temas",
    permalink: "Página de esta noticia",
    gone: "Esta noticia ya no está aquí",
    gone_why: "Se ha retirado, o ningún tema la muestra ya.",
    moved: "Esta noticia se cuenta en otro lugar",
    moved_to: "Ahora forma parte de otra noticia",
    sources: "Fuentes",
    source: "Fuente",
    state: "Estado",
    troubled: "requieren atención",
    source_gone: "desaparecida",
    source_failing: "con fallos",
    source_stale: "sin novedades desde hace tiempo",
    source_new: "aún no consultada",
    source_fine: "en orden",
    last_good: "Última respuesta",
    next_visit: "Próxima visita",
    next_pass: "en la próxima pasada",
    never: "nunca",
    items: "Entradas",
    newest: "la más reciente:",
    reasons: [
        "mismo identificador",
        "misma dirección",
        "mismo texto",
        "texto parecido",
        "título parecido",
        "unidas a mano",
        "mismo suceso",
    ],
    month_of: " de ",
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
