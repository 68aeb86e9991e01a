//! What `sources.html` shows: the state of each source. It is the one page about this installation, so it
//! is made only if the configuration asks for it.

use super::{Frame, Moment};
use crate::model::Site;
use crate::publish::html::source_line;
use crate::publish::phrases::Phrases;
use crate::publish::{SOURCES, SourceLine, SourceState, address, checked};
use chrono::{DateTime, Utc};
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::publish) struct SourcesPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    updated: Value,
    /// How many need attention.
    troubled: usize,
    /// Sources with problems first.
    sources: Vec<SourceView>,
}

#[derive(Serialize)]
struct SourceView {
    /// Its key in `feeds.toml`.
    name: String,
    /// Its `id` on the page.
    anchor: String,
    title: String,
    /// Its feed, where that may be shown.
    url: Option<String>,
    /// `gone`, `failing`, `stale`, `new`, `fine` or `disabled`.
    state: &'static str,
    /// The same in the page's language.
    state_text: &'static str,
    last_good: Option<Value>,
    /// None: at the next pass, or never when it is gone.
    next_visit: Option<Value>,
    /// In a row.
    failures: u32,
    /// What was said, in English.
    error: Option<String>,
    items: u64,
    newest: Option<Value>,
    /// The page with its newest stories, where there is one.
    stories_page: Option<String>,
}

impl SourcesPage {
    pub(in crate::publish) fn new(sources: &[SourceLine], now: DateTime<Utc>, site: &Site) -> Self {
        let language = checked::language(&site.language);
        let phrases = Phrases::of(&language);
        let title = phrases.sources.to_owned();
        let is_troubled = |line: &&SourceLine| {
            let state = line.state;
            !matches!(
                state,
                SourceState::New | SourceState::Fine | SourceState::Disabled
            )
        };
        Self {
            frame: Frame::new(site, title, None, &language, SOURCES),
            updated: Moment::value(now, crate::date::Tz::UTC, phrases),
            troubled: sources.iter().filter(is_troubled).count(),
            sources: sources
                .iter()
                .map(|line| SourceView::new(line, phrases))
                .collect(),
        }
    }
}

impl SourceView {
    fn new(line: &SourceLine, phrases: &'static Phrases) -> Self {
        let moment = |at: Option<DateTime<Utc>>| {
            at.map(|at| Moment::value(at, crate::date::Tz::UTC, phrases))
        };
        let (state, state_text) = match line.state {
            SourceState::Gone => ("gone", phrases.source_gone),
            SourceState::Failing => ("failing", phrases.source_failing),
            SourceState::Stale => ("stale", phrases.source_stale),
            SourceState::New => ("new", phrases.source_new),
            SourceState::Fine => ("fine", phrases.source_fine),
            SourceState::Disabled => ("disabled", phrases.source_disabled),
        };
        let name = checked::line(&line.name);
        let title = line.title.as_deref().map(checked::line);
        Self {
            title: title
                .filter(|title| !title.is_empty())
                .unwrap_or_else(|| name.clone()),
            anchor: source_line::anchor(&name),
            name,
            url: line.url.as_deref().and_then(address::checked),
            state,
            state_text,
            last_good: moment(line.last_good),
            next_visit: moment(line.next_visit),
            failures: line.failures,
            error: line.error.as_deref().map(checked::line),
            items: line.items,
            stories_page: line.stories_page.clone(),
            newest: moment(line.newest),
        }
    }
}
