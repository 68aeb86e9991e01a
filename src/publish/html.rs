//! Editions -> pages for people: one a theme, and an index of all. Without scripts, readable from
//! disk and below any address, since files of ours are linked relative to the page.
//!
//! The templates see the structures below, by the names of their fields. They can be replaced one
//! by one; text is escaped in all that are named `*.html`.

use super::phrases::{Phrases, direction};
use super::{Error, FEEDS_OPML, INDEX, body, fit};
use crate::model::{Edition, EditionLinks, Image, ItemSource, ListedTheme, ShownStory, Site};
use crate::text::{html, words};
use chrono::{DateTime, NaiveDate, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};
use serde::Serialize;
use std::collections::HashSet;

/// How much of a story a page shows, in characters.
const SUMMARY_CHARS: usize = 300;

/// How many tags of a story a page shows.
const TAGS_SHOWN: usize = 6;

const TEMPLATES: [(&str, &str); 5] = [
    ("base.html", include_str!("templates/base.html")),
    ("index.html", include_str!("templates/index.html")),
    ("story.html", include_str!("templates/story.html")),
    ("style.css", include_str!("templates/style.css")),
    ("theme.html", include_str!("templates/theme.html")),
];

/// The page templates, read and ready.
#[derive(Debug)]
pub struct Pages {
    environment: Environment<'static>,
}

impl Pages {
    /// Reads the templates; `overrides` are names (`theme.html`, `index.html`, `story.html`,
    /// `base.html`, `style.css`, or others that these include) and texts that replace ours.
    pub fn new(overrides: &[(String, String)]) -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .map_err(|error| template_error("syntax", error))?,
        );
        environment.set_formatter(|out, state, value| match value.as_str() {
            // minijinja would write every slash of every address as a reference.
            Some(text) if !value.is_safe() && *state.auto_escape() == AutoEscape::Html => out
                .write_str(&body::escape(text))
                .map_err(minijinja::Error::from),
            _ => escape_formatter(out, state, value),
        });
        let ours = TEMPLATES.map(|(name, text)| (name.to_owned(), text.to_owned()));
        for (name, text) in ours.into_iter().chain(overrides.iter().cloned()) {
            environment
                .add_template_owned(name.clone(), text)
                .map_err(|error| template_error(&name, error))?;
        }
        Ok(Self { environment })
    }

    /// The page of a theme.
    pub fn theme(&self, edition: &Edition, site: &Site) -> Result<String, Error> {
        self.render("theme.html", &ThemePage::new(&fit::edition(edition), site))
    }

    /// The page that lists all themes.
    pub fn index(&self, themes: &[ListedTheme], site: &Site) -> Result<String, Error> {
        self.render("index.html", &IndexPage::new(themes, site))
    }

    fn render(&self, name: &str, page: &impl Serialize) -> Result<String, Error> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(Serde(page)))
            .map_err(|error| template_error(name, error))
    }
}

fn template_error(name: &str, source: minijinja::Error) -> Error {
    Error::Template {
        name: source.name().unwrap_or(name).to_owned(),
        line: source.line(),
        source,
    }
}

/// What `base.html` needs to know of any page.
#[derive(Serialize)]
struct Frame {
    title: String,
    description: Option<String>,
    language: String,
    dir: &'static str,
    noindex: bool,
    site_title: String,
    phrases: &'static Phrases,
    /// Relative to this page.
    index: String,
    /// Relative to this page.
    opml: String,
}

impl Frame {
    fn new(
        site: &Site,
        title: String,
        description: Option<String>,
        language: &str,
        page: &str,
    ) -> Self {
        Self {
            title,
            description,
            language: language.to_owned(),
            dir: direction(language),
            noindex: site.noindex,
            site_title: site_title(site),
            phrases: Phrases::of(language),
            index: relative(page, INDEX),
            opml: relative(page, FEEDS_OPML),
        }
    }
}

#[derive(Serialize)]
struct ThemePage {
    #[serde(flatten)]
    frame: Frame,
    /// Relative to this page.
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
    /// Of an edition that went through [`fit::edition`].
    fn new(edition: &Edition, site: &Site) -> Self {
        let theme = &edition.theme;
        let phrases = Phrases::of(&theme.language);
        let view = |story| StoryView::new(story, theme.timezone, &theme.language, phrases);
        let (choice, others): (Vec<_>, Vec<_>) = edition
            .stories
            .iter()
            .partition(|story| story.editors_choice);
        let mut days: Vec<DayView> = Vec::new();
        for story in others {
            let date = story
                .date_published
                .with_timezone(&theme.timezone)
                .date_naive();
            match days.last_mut() {
                Some(day) if day.date == date => day.stories.push(view(story)),
                _ => days.push(DayView {
                    date,
                    text: phrases.day(date),
                    stories: vec![view(story)],
                }),
            }
        }
        Self {
            frame: Frame::new(
                site,
                theme.title.clone(),
                theme.description.clone(),
                &theme.language,
                &edition.links.html,
            ),
            links: Links::new(&edition.links, &edition.links.html),
            updated: (!edition.stories.is_empty())
                .then(|| Moment::new(edition.updated, theme.timezone, phrases)),
            timezone: theme.timezone.name(),
            story_count: edition.stories.len(),
            choice: choice.into_iter().map(view).collect(),
            days,
            rights: theme.rights.clone(),
        }
    }
}

#[derive(Serialize)]
struct DayView {
    /// `2024-06-14`
    date: NaiveDate,
    /// `Friday, 14 June 2024`
    text: String,
    stories: Vec<StoryView>,
}

#[derive(Serialize)]
struct StoryView {
    title: String,
    url: Option<String>,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    published: Moment,
    /// Plain text.
    summary: Option<String>,
    image: Option<Image>,
    tags: Vec<String>,
    source: Reference,
    also: Vec<Reference>,
}

impl StoryView {
    fn new(story: &ShownStory, zone: Tz, page_language: &str, phrases: &Phrases) -> Self {
        let language = story.language.as_deref().unwrap_or(page_language);
        Self {
            title: story.title.clone(),
            url: story.url.clone().or_else(|| story.external_url.clone()),
            language: (language != page_language).then(|| language.to_owned()),
            dir: direction(language),
            published: Moment::new(story.date_published, zone, phrases),
            summary: summary(story),
            image: story.image.clone(),
            tags: tags(story, phrases),
            source: Reference {
                title: story.source.title.clone(),
                url: site_of(&story.source),
            },
            also: other_sources(story),
        }
    }
}

/// A name that is a link where we know where to.
#[derive(Serialize)]
struct Reference {
    title: String,
    url: Option<String>,
}

/// The other sources that carry the story, each once: a page says who, a feed says it all.
fn other_sources(story: &ShownStory) -> Vec<Reference> {
    let mut named = HashSet::from([&story.source.id]);
    story
        .also
        .iter()
        .filter(|member| named.insert(&member.source.id))
        .map(|member| Reference {
            title: member.source.title.clone(),
            url: member.url.clone().or_else(|| site_of(&member.source)),
        })
        .collect()
}

/// The first tags, without one that says what the heading above says.
fn tags(story: &ShownStory, phrases: &Phrases) -> Vec<String> {
    let tags = story.tags.iter().filter(|tag| !phrases.names_choice(tag));
    tags.take(TAGS_SHOWN).cloned().collect()
}

fn site_of(source: &ItemSource) -> Option<String> {
    source
        .home_page_url
        .clone()
        .or_else(|| source.feed_url.clone())
}

/// The beginning of the story in plain text.
fn summary(story: &ShownStory) -> Option<String> {
    let text = match (&story.summary, &story.content) {
        (Some(summary), _) => fit::line(summary),
        (None, Some(content)) => fit::line(&html::to_text(content.as_str())),
        (None, None) => return None,
    };
    let text = words::first_words(&text, SUMMARY_CHARS);
    (!text.is_empty() && text != story.title).then_some(text)
}

#[derive(Serialize)]
struct IndexPage {
    #[serde(flatten)]
    frame: Frame,
    themes: Vec<ThemeView>,
}

impl IndexPage {
    fn new(themes: &[ListedTheme], site: &Site) -> Self {
        let language = fit::language(&site.language).unwrap_or_else(|| "en".to_owned());
        let description = site.description.as_deref().map(fit::line);
        Self {
            frame: Frame::new(site, site_title(site), description, &language, INDEX),
            themes: themes
                .iter()
                .map(|listed| ThemeView::new(listed, &language))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct ThemeView {
    title: String,
    description: Option<String>,
    /// Where it is not the page's.
    language: Option<String>,
    dir: &'static str,
    /// Relative to the index.
    links: Links,
    story_count: usize,
    /// None where there are no stories.
    updated: Option<Moment>,
    headlines: Vec<String>,
}

impl ThemeView {
    fn new(listed: &ListedTheme, page_language: &str) -> Self {
        let theme = fit::theme(&listed.theme);
        Self {
            language: (theme.language != page_language).then(|| theme.language.clone()),
            dir: direction(&theme.language),
            links: Links::new(&listed.links, INDEX),
            story_count: listed.stories,
            updated: (listed.stories > 0)
                .then(|| Moment::new(listed.updated, theme.timezone, Phrases::of(page_language))),
            headlines: listed
                .headlines
                .iter()
                .map(|title| fit::line(title))
                .collect(),
            title: theme.title,
            description: theme.description,
        }
    }
}

fn site_title(site: &Site) -> String {
    fit::line(&site.title)
}

/// An edition's files, relative to a page.
#[derive(Serialize)]
struct Links {
    rss: String,
    atom: String,
    json: String,
    html: String,
}

impl Links {
    fn new(links: &EditionLinks, page: &str) -> Self {
        Self {
            rss: relative(page, &links.rss),
            atom: relative(page, &links.atom),
            json: relative(page, &links.json),
            html: relative(page, &links.html),
        }
    }
}

/// The way from a page to a file, both given relative to the output folder.
fn relative(page: &str, file: &str) -> String {
    "../".repeat(page.matches('/').count()) + file
}

/// A moment as a page shows it.
#[derive(Serialize)]
struct Moment {
    /// RFC 3339, with the zone's offset.
    iso: String,
    /// `Friday, 14 June 2024`
    day: String,
    /// `09:30`; none at midnight, which is how a date without a time is stored.
    time: Option<String>,
}

impl Moment {
    fn new(at: DateTime<Utc>, zone: Tz, phrases: &Phrases) -> Self {
        let local = at.with_timezone(&zone);
        let midnight = |hour: u32, minute: u32| hour == 0 && minute == 0;
        let day_only = midnight(at.hour(), at.minute()) || midnight(local.hour(), local.minute());
        Self {
            iso: local.to_rfc3339_opts(SecondsFormat::Secs, true),
            day: phrases.day(local.date_naive()),
            time: (!day_only).then(|| local.format("%H:%M").to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{edition, full_story, listed, site, story};
    use std::sync::Arc;

    fn page(edition: &Edition) -> String {
        Pages::new(&[]).unwrap().theme(edition, &site()).unwrap()
    }

    fn at(published: &str) -> ShownStory {
        story(published, &format!("At {published}"), published)
    }

    #[test]
    fn days_are_cut_in_the_themes_time_zone() {
        let mut edition = edition(vec![at("2024-06-14T01:30:00Z"), at("2024-06-13T23:30:00Z")]);
        assert_eq!(page(&edition).matches(r#"<section class="day""#).count(), 2);
        Arc::make_mut(&mut edition.theme).timezone = chrono_tz::Europe::Brussels;
        let page = page(&edition);
        assert_eq!(page.matches(r#"<section class="day""#).count(), 1);
        assert!(page.contains(r#"<time datetime="2024-06-14">Friday, 14 June 2024</time>"#));
        assert!(page.contains(r#"<time datetime="2024-06-14T01:30:00+02:00">01:30</time>"#));
    }

    #[test]
    fn a_date_without_a_time_shows_none() {
        let page = page(&edition(vec![at("2024-06-14T00:00:05Z")]));
        assert!(!page.contains("00:00<"), "{page}");
    }

    #[test]
    fn the_editors_choice_stands_first_and_once() {
        let page = page(&edition(vec![at("2024-06-15T09:00:00Z"), full_story()]));
        let choice = page.find("Ministers agree").unwrap();
        assert!(choice < page.find("At 2024-06-15").unwrap());
        assert_eq!(page.matches("Ministers agree").count(), 1);
    }

    #[test]
    fn a_story_shows_its_picture_summary_tags_and_sources() {
        let page = page(&edition(vec![full_story()]));
        for part in [
            r#"<img src="https://nato.example/p.jpg?w=1&amp;h=2" alt="" loading="lazy""#,
            r#"width="1200" height="800""#,
            "<figcaption>The table</figcaption>",
            r#"<p class="summary">Ministers met &amp; agreed.</p>"#,
            "<li>R&amp;D</li>",
            r#"<a href="https://nato.example/" rel="noopener">NATO</a>"#,
            r#"Also in <a href="https://reuters.example/1?a=1&amp;b=2" rel="noopener">Reuters &amp; Co</a>"#,
            r#"lang="de" dir="ltr""#,
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn other_sources_are_named_once_and_the_storys_own_not_again() {
        let mut story = full_story();
        let mut second = story.also[0].clone();
        second.url = Some("https://reuters.example/2".to_owned());
        let mut own = second.clone();
        own.source = Arc::clone(&story.source);
        story.also.extend([second, own]);
        let page = page(&edition(vec![story]));
        assert_eq!(page.matches("reuters.example").count(), 1);
        assert_eq!(page.matches(">NATO<").count(), 1);
    }

    #[test]
    fn a_tag_that_says_editors_choice_is_not_shown_below_that_heading() {
        let mut story = full_story();
        story.tags.insert(0, "EDITOR’s Choice".to_owned());
        assert!(!page(&edition(vec![story])).contains("EDITOR"));
    }

    #[test]
    fn pages_speak_the_themes_language_in_its_direction() {
        let mut edition = edition(vec![full_story()]);
        Arc::make_mut(&mut edition.theme).language = "fr-BE".to_owned();
        let french = page(&edition);
        assert!(
            french.contains("Le choix de la rédaction") && french.contains("vendredi 14 juin 2024")
        );
        Arc::make_mut(&mut edition.theme).language = "he".to_owned();
        assert!(page(&edition).contains(r#"<html lang="he" dir="rtl">"#));
    }

    #[test]
    fn our_own_files_are_linked_relative_to_the_page() {
        let mut edition = edition(Vec::new());
        edition.links.html = "2024/06/defence.html".to_owned();
        let page = page(&edition);
        for link in ["../../defence.rss", "../../index.html", "../../feeds.opml"] {
            assert!(
                page.contains(&format!(r#"href="{link}""#)),
                "{link} in {page}"
            );
        }
    }

    #[test]
    fn search_engines_are_asked_to_stay_away_unless_told_otherwise() {
        let pages = Pages::new(&[]).unwrap();
        let robots = r#"<meta name="robots" content="noindex">"#;
        let open = Site {
            noindex: false,
            ..site()
        };
        assert!(pages.index(&[], &site()).unwrap().contains(robots));
        assert!(!pages.index(&[], &open).unwrap().contains(robots));
    }

    #[test]
    fn the_index_lists_themes_with_their_headlines_and_feeds() {
        let theme = listed(&edition(vec![full_story()]));
        let index = Pages::new(&[]).unwrap().index(&[theme], &site()).unwrap();
        for part in [
            r#"<a href="defence.html">Defence</a>"#,
            "<li>Ministers agree</li>",
            "1 story · Updated",
            r#"href="defence.atom""#,
        ] {
            assert!(index.contains(part), "{part} in {index}");
        }
    }

    #[test]
    fn a_template_can_be_replaced_and_is_still_escaped() {
        let own = (
            "theme.html".to_owned(),
            "{{ title }}: {{ days[0].stories[0].title }}".to_owned(),
        );
        let pages = Pages::new(&[own]).unwrap();
        let stories = vec![story("tag:a,2024:1", "<b>&", "2024-06-14T09:30:00Z")];
        assert_eq!(
            pages.theme(&edition(stories), &site()).unwrap(),
            "Defence: &lt;b&gt;&amp;"
        );
    }

    #[test]
    fn a_wrong_template_is_named_with_its_line() {
        let broken = ("theme.html".to_owned(), "\n{% if %}".to_owned());
        let error = Pages::new(&[broken]).unwrap_err().to_string();
        assert!(
            error.starts_with("template theme.html, line 2: "),
            "{error}"
        );
        let misspelt = ("index.html".to_owned(), "\n\n{{ titel }}".to_owned());
        let pages = Pages::new(&[misspelt]).unwrap();
        let error = pages.index(&[], &site()).unwrap_err().to_string();
        assert!(
            error.starts_with("template index.html, line 3: "),
            "{error}"
        );
    }
}
