//! Editions -> pages for people: one a theme, and an index of all. Without scripts, readable from
//! disk and below any address, since files of ours are linked relative to the page.
//!
//! The templates see the structures of `view.rs`, by the names of their fields. They can be replaced
//! one by one; text is escaped in all that are named `*.html`.

use super::view::{IndexPage, ThemePage};
use super::{Error, body, fit};
use crate::model::{Edition, ListedTheme, Site};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};
use serde::Serialize;
use std::error::Error as _;

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
                .map_err(|error| template_error("syntax", &error))?,
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
                .map_err(|error| template_error(&name, &error))?;
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
            .map_err(|error| template_error(name, &error))
    }
}

/// Names the place of the innermost error: an include that fails says little about why.
fn template_error(name: &str, error: &minijinja::Error) -> Error {
    let mut innermost = error;
    while let Some(cause) = innermost.source().and_then(|cause| cause.downcast_ref()) {
        innermost = cause;
    }
    let name = innermost.name().unwrap_or(name);
    Error::Template {
        place: match innermost.line() {
            Some(line) => format!("{name}, line {line}"),
            None => name.to_owned(),
        },
        reason: match innermost.detail() {
            Some(detail) => detail.to_owned(),
            None => innermost.kind().to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ShownStory;
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
