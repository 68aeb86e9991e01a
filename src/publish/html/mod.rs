//! What is published -> HTML pages. All but the search page need no scripts and can be read from disk and at any
//! address, because links between published files are relative.
//!
//! The templates get the structures of `view`, by the names of their fields. Each template can be
//! replaced, and a replacement can extend the built-in one. Text is escaped in all templates whose name
//! ends in `.html`.

mod month;
mod sample_data;
mod source_line;
mod view;

pub use month::{Month, MonthPart, page_count, pages_of_month};
pub use source_line::{SourceLine, SourceState};

use super::phrases::Phrases;
use super::{CheckedEdition, Error, STYLE, escape};
use crate::digest::Digest;
use crate::model::{ListedTheme, ShownStory, Site, SourceId, Theme};
use chrono::{DateTime, Utc};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, merge_maps};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};
use sample_data::SampleData;
use serde::Serialize;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;
use view::{
    Frame, GonePage, IndexPage, MonthPage, MonthsPage, SearchPage, SourceIndexPage, SourcePage,
    SourcesPage, StoryPage, TagsPage, ThemePage,
};

/// The built-in templates, by name.
const TEMPLATES: [(&str, &str); 13] = [
    ("archive.html", include_str!("templates/archive.html")),
    ("base.html", include_str!("templates/base.html")),
    ("gone.html", include_str!("templates/gone.html")),
    ("index.html", include_str!("templates/index.html")),
    ("macros.html", include_str!("templates/macros.html")),
    ("month.html", include_str!("templates/month.html")),
    ("search.html", include_str!("templates/search.html")),
    ("source.html", include_str!("templates/source.html")),
    (
        "source-index.html",
        include_str!("templates/source-index.html"),
    ),
    ("sources.html", include_str!("templates/sources.html")),
    ("story.html", include_str!("templates/story.html")),
    ("tags.html", include_str!("templates/tags.html")),
    ("theme.html", include_str!("templates/theme.html")),
];

/// The built-in style sheet.
const BUILT_IN_STYLE: &str = include_str!("templates/style.css");

/// The script of the search page, the only one that pages have.
pub const SEARCH_SCRIPT: &str = include_str!("templates/search.js");

/// The prefix of a built-in template's name, which finds it even if it is replaced:
/// `{% extends "feedmill/theme.html" %}`.
const BUILT_IN_PREFIX: &str = "feedmill/";

/// The page templates. Built-in ones are compiled when a page first needs them: a pass that publishes nothing needs none.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    style: String,
    fingerprint: u64,
}

impl Templates {
    /// Reads the templates; `overrides` are names (`theme.html`, `style.css`, or others that these
    /// include) and texts that replace the built-in ones.
    pub fn new(overrides: &[(String, String)]) -> Result<Self, Error> {
        let mut environment = Environment::new();
        // The same in each build: otherwise one for tests has other messages.
        environment.set_debug(false);
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .map_err(|error| template_error("syntax", "", &error))?,
        );
        environment.set_formatter(|out, state, value| match value.as_str() {
            // minijinja would escape every slash of every address.
            Some(text) if !value.is_safe() && *state.auto_escape() == AutoEscape::Html => out
                .write_str(&escape::escape(text))
                .map_err(minijinja::Error::from),
            _ => escape_formatter(out, state, value),
        });
        // Numbers with their noun, as the language of a page has it.
        environment.add_filter("stories", |count: usize, language: String| {
            Phrases::of(&language).stories(count)
        });
        environment.add_filter("sources", |count: usize, language: String| {
            Phrases::of(&language).sources(count)
        });
        environment.set_loader(|name| Ok(built_in(name)));
        let mut style = BUILT_IN_STYLE;
        let mut digest = Digest::new("templates", 1);
        for (name, text) in TEMPLATES {
            digest.add(name).add(text);
        }
        for (name, text) in TEMPLATES {
            digest.add(&format!("{BUILT_IN_PREFIX}{name}")).add(text);
        }
        for (name, text) in overrides {
            if name == STYLE {
                style = text;
                continue;
            }
            digest.add(name).add(text);
            environment
                .add_template_owned(name.clone(), text.clone())
                .map_err(|error| template_error(name, text, &error))?;
        }
        Ok(Self {
            environment,
            style: style.to_owned(),
            fingerprint: digest.finish(),
        })
    }

    /// A hash of all templates: a page that was made with other templates must be made again.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The style sheet that all pages share.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// The page of a theme, which leads to all themes.
    pub fn theme(
        &self,
        edition: &CheckedEdition,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Result<String, Error> {
        let page = ThemePage::new(edition.edition(), themes, site);
        self.render("theme.html", &page.frame, &page)
    }

    /// The page of the tags of a theme's newest stories.
    pub fn tags(
        &self,
        edition: &CheckedEdition,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Result<String, Error> {
        let page = TagsPage::new(edition.edition(), themes, site);
        self.render("tags.html", &page.frame, &page)
    }

    /// The page with the newest stories of a source, given newest first.
    pub fn source(
        &self,
        source: &SourceId,
        stories: &[ShownStory],
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Result<String, Error> {
        let page = SourcePage::new(source, stories, themes, site);
        self.render("source.html", &page.frame, &page)
    }

    /// The page that lists sources, given with their titles.
    pub fn source_index(
        &self,
        sources: &[(SourceId, String)],
        site: &Site,
    ) -> Result<String, Error> {
        let page = SourceIndexPage::new(sources, site);
        self.render("source-index.html", &page.frame, &page)
    }

    /// The page that searches titles, with the files that hold them, the newest first.
    pub fn search(&self, titles: &[String], site: &Site) -> Result<String, Error> {
        let page = SearchPage::new(titles, site);
        self.render("search.html", &page.frame, &page)
    }

    /// The page that lists all themes.
    pub fn index(&self, themes: &[ListedTheme], site: &Site) -> Result<String, Error> {
        let page = IndexPage::new(themes, site);
        self.render("index.html", &page.frame, &page)
    }

    /// The page of a story, at `path`, with the themes that show it.
    pub fn story(
        &self,
        story: &ShownStory,
        path: &str,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Result<String, Error> {
        let page = StoryPage::new(story, path, themes, site);
        self.render("story.html", &page.frame, &page)
    }

    /// The page that replaces that of a story that is no longer shown, or is part of another.
    pub fn gone(&self, path: &str, successor: Option<&str>, site: &Site) -> Result<String, Error> {
        let page = GonePage::new(path, successor, site);
        self.render("gone.html", &page.frame, &page)
    }

    /// The page that lists the months of a theme's archive, with how many stories each has; it
    /// leads to all themes.
    pub fn archive(
        &self,
        theme: &Theme,
        months: &BTreeMap<Month, usize>,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Result<String, Error> {
        let page = MonthsPage::new(theme, months, themes, site);
        self.render("archive.html", &page.frame, &page)
    }

    /// A page of a month, with its stories, newest first.
    pub fn month(
        &self,
        theme: &Theme,
        part: &MonthPart,
        stories: &[ShownStory],
        site: &Site,
    ) -> Result<String, Error> {
        let page = MonthPage::new(theme, part, stories, site);
        self.render("month.html", &page.frame, &page)
    }

    /// The page with the state of the sources at `now`.
    pub fn sources(
        &self,
        sources: &[SourceLine],
        now: DateTime<Utc>,
        site: &Site,
    ) -> Result<String, Error> {
        let page = SourcesPage::new(sources, now, site);
        self.render("sources.html", &page.frame, &page)
    }

    /// Renders every page with sample data, with all fields and with as few as possible, so that a
    /// mistake in a template is found before a story needs it.
    pub fn try_out(&self) -> Result<(), Error> {
        for full in [true, false] {
            let sample = SampleData::new(full);
            let (theme, site) = (&sample.edition.theme, &sample.site);
            let story = &sample.story;
            let themes = [Arc::clone(theme)];
            let edition = CheckedEdition::of(&sample.edition);
            self.theme(&edition, &themes, site)?;
            self.tags(&edition, &themes, site)?;
            self.source(&story.source.id, &sample.edition.stories, &themes, site)?;
            self.source_index(
                &[(story.source.id.clone(), story.source.title.clone())],
                site,
            )?;
            self.search(&sample.titles, site)?;
            self.index(&sample.themes, site)?;
            self.story(story, "story/2024/06/x.html", &themes, site)?;
            self.gone("story/x.html", full.then_some("story/y.html"), site)?;
            self.archive(theme, &sample.months, &themes, site)?;
            self.sources(&sample.sources, sample.edition.updated, site)?;
            self.month(theme, &sample.part, std::slice::from_ref(story), site)?;
        }
        Ok(())
    }

    fn render(&self, name: &str, frame: &Frame, page: &impl Serialize) -> Result<String, Error> {
        let fields = merge_maps([Value::from(Serde(page)), Value::from(Serde(frame))]);
        self.environment
            .get_template(name)
            .and_then(|template| template.render(fields))
            .map_err(|error| {
                let innermost = innermost(&error);
                let at = innermost.name().unwrap_or(name);
                let template = self.environment.get_template(at);
                let text = template.as_ref().map_or("", |template| template.source());
                template_error(name, text, innermost)
            })
    }
}

/// The text of a built-in template, by its name, with or without the prefix.
fn built_in(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix(BUILT_IN_PREFIX).unwrap_or(name);
    let found = TEMPLATES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}

/// The innermost cause: the error of a failed include says little about the reason.
fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    let mut innermost = error;
    while let Some(cause) = innermost.source().and_then(|cause| cause.downcast_ref()) {
        innermost = cause;
    }
    innermost
}

/// Names the place, and quotes the line from the template's text.
fn template_error(name: &str, text: &str, error: &minijinja::Error) -> Error {
    let reason = match error.detail() {
        Some(detail) => detail.to_owned(),
        None => error.kind().to_string(),
    };
    let line = error.line().and_then(|line| text.lines().nth(line - 1));
    Error::Template {
        place: match error.line() {
            Some(line) => format!("{}, line {line}", error.name().unwrap_or(name)),
            None => error.name().unwrap_or(name).to_owned(),
        },
        reason: match line.map(str::trim) {
            Some(line) if !line.is_empty() => format!("{reason} in `{line}`"),
            _ => reason,
        },
    }
}

#[cfg(test)]
mod tests;
