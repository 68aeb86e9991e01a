//! A table `[sources.NAME]` -> a checked source.

use super::check::Check;
use super::raw::{self, Word};
use super::rule_names::RuleNames;
use super::values::{language, open_url, title, web_url, zone};
use super::{secret, units};
use crate::model::{Location, PageRule, Secret, Source, SourceId, SourceKind, TitleEdit};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use toml::{Spanned, Value};
use url::Url;

/// The shortest `every`: less would load the server without pause.
const LEAST_EVERY: Duration = Duration::from_secs(1);
/// The largest `pages`: enough for recent items at the first visit, not for copying an archive.
const MAX_PAGES: u32 = 20;

impl Check<'_> {
    pub(super) fn source(
        &mut self,
        id: &Word,
        raw: raw::Source,
        names: &RuleNames,
    ) -> Option<Source> {
        let before = self.errors.len();
        self.id(id);
        let (location, public_url) = self.location(id, &raw)?;
        let as_of = self.value(raw.as_of.as_ref(), |text| {
            DateTime::parse_from_rfc3339(text)
                .map(|at| at.with_timezone(&Utc))
                .map_err(|_| {
                    format!("\"{text}\" is not a valid date and time; write e.g. \"2024-06-15T00:00:00Z\"")
                })
        });
        let every = self.value(raw.every.as_ref(), |text| {
            units::duration_from(LEAST_EVERY, text)
        });
        let timezone = self
            .value(raw.timezone.as_ref(), zone)
            .unwrap_or(crate::date::Tz::UTC);
        let title = self.value(raw.title.as_ref(), title);
        let language = self.value(raw.language.as_ref(), language);
        let rule = self.rule_of_source(&raw, names);
        let titles = self.titles(raw.titles);
        let filter = self.filter(raw::Filter {
            command: raw.filter,
            environment: raw.filter_env,
            timeout: raw.filter_timeout,
            batch: raw.filter_batch,
        });
        let mut headers = self.headers(&raw.headers);
        headers.extend(self.basic_auth(raw.basic_auth.as_ref()));
        let proxy = self.proxy(raw.proxy.as_ref());
        let kind = self.kind(raw.page, raw.opml);
        let pages = raw.pages.map_or(1, |word| {
            if !(1..=MAX_PAGES).contains(word.get_ref()) {
                let text = format!("pages must be between 1 and {MAX_PAGES}");
                self.error(word.span(), text);
            }
            word.into_inner()
        });
        let usual = Some(Source::MAX_ITEMS);
        let folder = self.folder_names(raw.folder.as_ref());
        let home_page_url = self.value(raw.home_page_url.as_ref(), open_url);
        let mut tags = raw.tags;
        for name in &folder {
            if !tags.contains(name) {
                tags.push(name.clone());
            }
        }
        let max_items = self.bound(raw.max_items.as_ref(), "max_items", 1, usual);
        (self.errors.len() == before).then(|| Source {
            id: SourceId::new(id.get_ref()),
            location,
            title,
            kind,
            pages,
            max_items,
            full_text: raw.full_text.unwrap_or(false),
            rank: raw.rank.unwrap_or(Source::RANK),
            language,
            as_of,
            every,
            timezone,
            date_order: raw.date_order.unwrap_or_default(),
            tags,
            folder,
            home_page_url: home_page_url.map(Into::into),
            merge: raw.merge.unwrap_or(true),
            enabled: raw.enabled.unwrap_or(true),
            rule,
            titles,
            filter: filter.map(Box::new),
            robots: raw.robots.unwrap_or(true),
            headers,
            proxy,
            public_url,
        })
    }

    /// A name, or names from the outermost folder in.
    fn folder_names(&mut self, word: Option<&Spanned<Value>>) -> Vec<String> {
        let Some(word) = word else {
            return Vec::new();
        };
        let name = |value: &Value| {
            let name = value
                .as_str()
                .map(str::trim)
                .filter(|name| !name.is_empty());
            name.map(str::to_owned)
        };
        let names = match word.get_ref() {
            Value::Array(names) => names.iter().map(name).collect(),
            one => name(one).map(|name| vec![name]),
        };
        names.unwrap_or_else(|| {
            let text = "folder must be a name, or a list of names from the outermost folder in";
            self.error(word.span(), text);
            Vec::new()
        })
    }

    fn titles(&mut self, raw: Vec<raw::TitleEdit>) -> Vec<TitleEdit> {
        let mut edits = Vec::with_capacity(raw.len());
        for raw::TitleEdit { find, replace } in raw {
            if find.get_ref().is_empty() {
                let text =
                    "this is empty, and would be found everywhere; write what is to be replaced";
                self.error(find.span(), text);
            }
            let find = find.into_inner();
            edits.push(TitleEdit { find, replace });
        }
        edits
    }

    fn kind(&mut self, page: Option<Spanned<PageRule>>, opml: Option<Spanned<bool>>) -> SourceKind {
        let opml = opml.filter(|opml| *opml.get_ref());
        let Some(page) = page else {
            return opml.map_or(SourceKind::Feed, |_| SourceKind::List);
        };
        let span = page.span();
        if opml.is_some() {
            let text = "a source is a page or an OPML list, not both; take one of them out";
            self.error(span.clone(), text);
        }
        let page = page.into_inner();
        for selector in page.selectors() {
            if scraper::Selector::parse(&selector.0).is_err() {
                self.error(
                    span.clone(),
                    format!("\"{}\" is not a valid CSS selector", selector.0),
                );
            }
        }
        SourceKind::Page(Box::new(page))
    }

    /// The location of a source, and the address that may be shown.
    fn location(&mut self, id: &Word, raw: &raw::Source) -> Option<(Location, Option<Arc<Url>>)> {
        let folder = self.folder.clone();
        let public_url = self.value(raw.public_url.as_ref(), open_url).map(Arc::new);
        match (&raw.path, &raw.url) {
            (Some(path), url) => {
                let url = self.value(url.as_ref(), open_url).map(Arc::new);
                let path = folder.join(path.get_ref());
                Some((
                    Location::File {
                        path,
                        url: url.clone(),
                    },
                    public_url.or(url),
                ))
            }
            (None, Some(word)) if secret::is_reference(word.get_ref()) => {
                let url = self.value(Some(word), |text| {
                    web_url(secret::resolve(text, &folder)?.reveal())
                        .map_err(|_| "the secret is not a valid http(s) address".to_owned())
                })?;
                Some((Location::Http(Arc::new(url)), public_url))
            }
            (None, Some(word)) => {
                let url = Arc::new(self.value(Some(word), open_url)?);
                Some((Location::Http(url.clone()), public_url.or(Some(url))))
            }
            (None, None) => {
                self.error(
                    id.span(),
                    "no address; add url = \"https://...\" or path = \"FILE\"",
                );
                None
            }
        }
    }

    /// `user:password` -> the header that carries it (RFC 7617).
    fn basic_auth(&mut self, word: Option<&Word>) -> Option<(String, Secret)> {
        let folder = self.folder.clone();
        let value = self.value(word, |text| {
            let secret = secret::resolve(text, &folder)?;
            if !secret.reveal().contains(':') {
                return Err("the secret is not of the form user:password".to_owned());
            }
            let encoded = BASE64_STANDARD.encode(secret.reveal());
            Ok(Secret::new(format!("Basic {encoded}")))
        })?;
        Some(("Authorization".to_owned(), value))
    }

    fn headers(&mut self, raw: &BTreeMap<Word, Word>) -> Vec<(String, Secret)> {
        let folder = self.folder.clone();
        let mut headers = Vec::new();
        for (name, value) in raw {
            if !name
                .get_ref()
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            {
                self.error(
                    name.span(),
                    format!("\"{}\" is not a valid header name", name.get_ref()),
                );
            } else if let Some(secret) =
                self.value(Some(value), |text| secret::resolve(text, &folder))
            {
                headers.push((name.get_ref().clone(), secret));
            }
        }
        headers
    }
}
