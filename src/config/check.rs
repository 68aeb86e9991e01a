//! The parsed file -> the checked configuration.

use super::error::{Places, suggest};
use super::raw::{self, Word};
use super::rule_names::RuleNames;
use super::values::{language, title, web_url, zone};
use super::{Config, Error, Problem, paths, units};
use crate::model::{
    self, Delivery, EditorsChoice, Encoding, Formats, Redaction, Rule, Secret, Site, Source,
    SourceId, Theme, ThemeId,
};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use toml::{Spanned, Value};
use url::Url;

/// Stories in a feed, if `limit` is not set.
const LIMIT: u32 = 50;
/// The largest `limit`: feed readers download the whole document at each visit.
const MAX_LIMIT: u32 = 1000;
/// The shortest `max_age`: readers ask hourly, and would miss what is gone by then.
const LEAST_MAX_AGE: Duration = Duration::from_secs(60 * 60);

/// Entries in archive documents, if `archive` is not set. A reader that was away for weeks needs some hundred;
/// a theme that is read by its archive says so.
const ARCHIVE: u32 = 1000;

/// How long stories are kept, if `keep` is not set: a year, and what recurs after a year is still there to be
/// compared with it.
const KEEP: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Reads the text of a file and checks what is in it.
pub(super) fn check(places: &Places) -> Result<Config, Error> {
    let (file, refused) = raw::read(places.text);
    let folder = places.file.parent().unwrap_or(Path::new("")).to_owned();
    let mut check = Check {
        places,
        folder,
        errors: Vec::new(),
        warnings: Vec::new(),
        addresses: HashMap::new(),
    };
    for error in &refused {
        check.refused(error);
    }

    let top = file.top;
    let (state, output) = check.folders(top.state.as_ref(), top.output.as_ref());
    let store = check.store(top.store.as_ref(), &state);
    let templates = check.templates(file.site.as_ref(), &output);
    let hub = file
        .site
        .as_ref()
        .and_then(|site| site.get_ref().hub.clone());
    let archive = file.site.as_ref().map(Spanned::get_ref);
    let archive = archive.and_then(|site| site.archive.as_ref());
    let archive = check.bound(archive, "archive", 0, Some(ARCHIVE));
    let formats = file.site.as_ref().map(Spanned::get_ref);
    let formats = check.formats(formats.and_then(|site| site.formats.as_ref()));
    let site = check.site(file.site);
    let fetch = check.fetch(
        &file.fetch.map(Spanned::into_inner).unwrap_or_default(),
        &state,
    );
    if let (Some(hub), Some(url)) = (&hub, &site.hub) {
        check.doubt_address(&hub.span(), url, false, &fetch);
    }
    let heartbeat = check.address(top.heartbeat.as_ref());
    let keep = check.value(top.keep.as_ref(), units::age);
    let known: BTreeSet<_> = file.sources.names().map(str::to_owned).collect();
    check.addresses.reserve(known.len());
    let stories = file.stories.map(Spanned::into_inner).unwrap_or_default();
    let decisions = check.decisions(stories, &known);
    let rules = check.saved_rules(file.rules, &known);
    let mut sources = Vec::with_capacity(known.len());
    for (id, source) in file.sources.read() {
        let Some(raw): Option<raw::Source> = check.table(source) else {
            continue;
        };
        let at = raw.address().map_or(id.span(), Spanned::span);
        if let Some(source) = check.source(&id, raw, &rules) {
            check.doubt_source(&at, &source, &fetch);
            sources.push(Arc::new(source));
        }
    }
    let mut names: BTreeSet<_> = file.themes.names().map(str::to_owned).collect();
    let mut themes = Vec::new();
    for (id, theme) in file.themes.read() {
        let theme = check.table(theme).and_then(|raw| {
            check.aliases(&raw, &mut names);
            check.doubt_rule(&raw);
            check.theme(
                &id,
                raw,
                (&known, &rules),
                (&site, archive, formats.as_ref()),
            )
        });
        themes.extend(theme.map(Arc::new));
    }
    let mut deliveries = Vec::new();
    for (id, delivery) in file.deliver.read() {
        let delivery = check.table(delivery);
        let known = (&names, &rules);
        let read = delivery.and_then(|raw| check.delivery(&id, raw, known, (&themes, &site)));
        deliveries.extend(read);
    }
    if !check.errors.is_empty() {
        check.errors.sort_by_key(|p| p.line);
        return Err(Error::Invalid(check.errors));
    }
    check.warnings.sort_by_key(|warning| warning.line);
    let of_deliveries = deliveries
        .iter()
        .flat_map(|delivery: &Delivery| delivery.destination.hidden());
    let others = [&heartbeat, &fetch.proxy].into_iter().flatten();
    let others = others.chain(of_deliveries);
    let secrets = secrets(&sources, &site, others);
    Ok(Config {
        file: places.file.to_owned(),
        state,
        store,
        output,
        templates,
        site,
        fetch,
        heartbeat,
        keep: keep.unwrap_or(Some(KEEP)),
        sources,
        themes,
        deliveries,
        rules,
        decisions,
        secrets,
        warnings: check.warnings,
    })
}

/// Refuses a file with which nothing could be read, or nothing published.
pub(super) fn complete(places: &Places, config: Config) -> Result<Config, Error> {
    let missing = if config.sources.is_empty() {
        "no source; write `feedmill add https://...`, or a table [sources.NAME] with url = \"https://...\""
    } else if config.themes.is_empty() {
        "no theme; add a table [themes.NAME] with title = \"...\""
    } else {
        return Ok(config);
    };
    Err(Error::Invalid(vec![places.absent("", missing)]))
}

/// What is secret of all sources and other addresses, but for what the file itself says openly.
fn secrets<'a>(
    sources: &'a [Arc<Source>],
    site: &Site,
    addresses: impl Iterator<Item = &'a Secret>,
) -> Redaction {
    let shown = sources
        .iter()
        .filter_map(|source| source.public_url.as_ref());
    let open: Vec<&str> = shown
        .map(|url| url.as_str())
        .chain(site.base_url.as_ref().map(Url::as_str))
        .collect();
    let proxies = sources.iter().filter_map(|source| source.proxy.as_ref());
    let addresses = addresses.chain(proxies);
    let addresses = addresses.map(Secret::reveal);
    model::redaction(sources.iter().map(Arc::as_ref), addresses, &open)
}

pub(super) struct Check<'a> {
    places: &'a Places<'a>,
    /// The folder of `feeds.toml`.
    pub(super) folder: PathBuf,
    pub(super) errors: Vec<Problem>,
    warnings: Vec<Problem>,
    /// Of the sources so far: what is equal for one address, and the source that has it.
    pub(super) addresses: HashMap<String, String>,
}

impl Check<'_> {
    pub(super) fn error(&mut self, at: Range<usize>, text: impl Into<String>) {
        self.errors.push(self.places.problem(at, text));
    }

    pub(super) fn warn(&mut self, at: Range<usize>, text: impl Into<String>) {
        self.warnings.push(self.places.problem(at, text));
    }

    /// The text of the file.
    pub(super) fn text(&self) -> &str {
        self.places.text
    }

    /// Reports an error of the TOML parser.
    fn refused(&mut self, error: &toml::de::Error) {
        self.errors.push(self.places.refused(error));
    }

    /// A table; an invalid one is reported and counts as absent.
    pub(super) fn table<T>(&mut self, read: Result<T, toml::de::Error>) -> Option<T> {
        read.map_err(|error| self.refused(&error)).ok()
    }

    /// A value that may be absent or invalid; an invalid one is reported and counts as absent.
    pub(super) fn value<T>(
        &mut self,
        word: Option<&Word>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let word = word?;
        match read(word.get_ref()) {
            Ok(value) => Some(value),
            Err(text) => {
                self.error(word.span(), text);
                None
            }
        }
    }

    /// A number from `least` up, or `"all"`, which is none; `usual` if it is not given.
    pub(super) fn bound(
        &mut self,
        word: Option<&Spanned<Value>>,
        key: &str,
        least: u32,
        usual: Option<u32>,
    ) -> Option<u32> {
        let Some(word) = word else {
            return usual;
        };
        let number = match word.get_ref() {
            Value::String(text) if text == "all" => return None,
            Value::Integer(number) => u32::try_from(*number).ok(),
            _ => None,
        };
        let number = number.filter(|number| *number >= least);
        if number.is_none() {
            let text = format!("{key} must be a number, {least} at least, or \"all\"");
            self.error(word.span(), text);
        }
        number
    }

    /// The state and output folders. They must not overlap: all of `output` is served to the public.
    fn folders(&mut self, state: Option<&Word>, output: Option<&Word>) -> (PathBuf, PathBuf) {
        let folder = self.folder.clone();
        let place = |word: Option<&Word>, usual| {
            folder.join(word.map_or(usual, |word| word.get_ref().as_str()))
        };
        let (state_path, output_path) = (place(state, "state"), place(output, "output"));
        let private = if paths::is_within(&folder.join("."), &output_path) {
            Some("the folder of this file")
        } else if paths::is_within(&state_path, &output_path) {
            Some("the state folder")
        } else {
            None
        };
        if let Some(private) = private {
            let at = output.or(state).map_or(0..0, Spanned::span);
            let text = format!(
                "the output folder {} would publish {private}; give output a folder of its own",
                output_path.display()
            );
            self.error(at, text);
        }
        (state_path, output_path)
    }

    fn store(&mut self, word: Option<&Word>, state: &Path) -> PathBuf {
        self.value(word, |text| {
            text.strip_prefix("sqlite:")
                .map(|name| state.join(name))
                .filter(|file| paths::is_within(file, state) && !paths::is_within(state, file))
                .ok_or_else(|| {
                    format!("\"{text}\" is not a valid store; write \"sqlite:NAME.db\", a file below the state folder")
                })
        })
        .unwrap_or_else(|| state.join("feedmill.db"))
    }

    /// The folder of templates. It must not be in the output folder, where it would be published.
    fn templates(&mut self, site: Option<&Spanned<raw::Site>>, output: &Path) -> Option<PathBuf> {
        let folder = self.folder.clone();
        self.value(site?.get_ref().templates.as_ref(), |text| {
            let path = folder.join(text);
            if paths::is_within(&path, output) {
                return Err("the templates are in the output folder, where they would be published; give them a folder of their own".to_owned());
            }
            Ok(path)
        })
    }

    fn site(&mut self, raw: Option<Spanned<raw::Site>>) -> Site {
        let at = raw.as_ref().map(Spanned::span);
        let raw = raw.map(Spanned::into_inner).unwrap_or_default();
        let base_url = self.value(raw.base_url.as_ref(), |text| {
            let mut url = web_url(text)?;
            if url.query().is_some() || url.fragment().is_some() {
                return Err(format!(
                    "\"{text}\" has a query or a fragment; a base_url is a folder"
                ));
            }
            if !url.path().ends_with('/') {
                let path = format!("{}/", url.path());
                url.set_path(&path);
            }
            Ok(url)
        });
        if raw.base_url.is_none() {
            let text = "no base_url: feeds are written without links to themselves; set it to where the output folder is served";
            self.warnings.push(match at {
                Some(at) => self.places.problem(at, text),
                None => self.places.absent("site", text),
            });
        }
        let title = self.value(raw.title.as_ref(), title);
        let language = self.value(raw.language.as_ref(), language);
        Site {
            title: title.unwrap_or_else(|| "feedmill".to_owned()),
            description: raw.description,
            base_url,
            hub: self.value(raw.hub.as_ref(), web_url),
            language: language.unwrap_or_else(|| "en".to_owned()),
            noindex: raw.noindex.unwrap_or(true),
            story_pages: raw.story_pages.unwrap_or_default(),
            compress: Encoding::ALL
                .into_iter()
                .filter(|encoding| raw.compress.contains(encoding))
                .collect(),
            health: raw.health,
            search: raw.search,
        }
    }

    fn theme(
        &mut self,
        id: &Word,
        raw: raw::Theme,
        (known, rules): (&BTreeSet<String>, &RuleNames),
        (site, archive, formats): (&Site, Option<u32>, Option<&Formats>),
    ) -> Option<Theme> {
        let before = self.errors.len();
        self.stem(id, site);
        raw.aliases.iter().for_each(|alias| self.stem(alias, site));
        let aliases = raw.aliases.iter().map(|a| ThemeId::new(a.get_ref()));
        let aliases = aliases.collect();
        for word in &raw.sources {
            if !known.contains(word.get_ref()) {
                let hint = suggest(word.get_ref(), known.iter().map(String::as_str));
                self.error(
                    word.span(),
                    format!("unknown source \"{}\"{hint}", word.get_ref()),
                );
            }
        }
        let expression = self.rule(raw.rule.as_ref(), rules);
        let min_sources = self.stories("min_sources", raw.min_sources);
        let limit = self.stories("limit", raw.limit).unwrap_or(LIMIT);
        let per_source = self.stories("per_source", raw.per_source);
        let max_age = |text: &str| units::duration_from(LEAST_MAX_AGE, text);
        let max_age = self.value(raw.max_age.as_ref(), max_age);
        let archive = self.bound(raw.archive.as_ref(), "archive", 0, archive);
        let formats = self.formats(raw.formats.as_ref()).or(formats.cloned());
        let timezone = self
            .value(raw.timezone.as_ref(), zone)
            .unwrap_or(crate::date::Tz::UTC);
        let title = self.value(raw.title.as_ref(), title);
        let language = self.value(raw.language.as_ref(), language);
        let image = self.value(raw.image.as_ref(), |text| {
            web_url(text).map(|u| u.to_string())
        });
        let filter = self.filter(raw::Filter {
            command: raw.filter,
            environment: raw.filter_env,
            timeout: raw.filter_timeout,
            batch: raw.filter_batch,
        });
        (self.errors.len() == before).then(|| Theme {
            id: ThemeId::new(id.get_ref()),
            title: title.unwrap_or_else(|| id.get_ref().clone()),
            description: raw.description,
            rule: Rule {
                include: plain(raw.include),
                exclude: plain(raw.exclude),
                sources: raw
                    .sources
                    .iter()
                    .map(|s| SourceId::new(s.get_ref()))
                    .collect(),
                tags: plain(raw.tags),
                expression,
                min_sources,
            },
            editors_choice: EditorsChoice {
                tags: plain(raw.editors_choice.tags),
                include: plain(raw.editors_choice.include),
                pins: plain(raw.editors_choice.pins),
            },
            merge: raw.merge,
            order: raw.order,
            ids: raw.ids,
            byline: raw.byline,
            formats: formats.unwrap_or_default(),
            aliases,
            limit,
            archive,
            per_source,
            max_age,
            language: language.unwrap_or_else(|| site.language.clone()),
            timezone,
            image,
            rights: raw.rights,
            filter: filter.map(Box::new),
        })
    }

    /// A number of stories of a feed.
    fn stories(&mut self, key: &str, word: Option<Spanned<u32>>) -> Option<u32> {
        let word = word?;
        if !(1..=MAX_LIMIT).contains(word.get_ref()) {
            self.error(
                word.span(),
                format!("{key} must be between 1 and {MAX_LIMIT}"),
            );
        }
        Some(word.into_inner())
    }

    /// In which formats a theme is published.
    fn formats(&mut self, list: Option<&Spanned<Vec<Word>>>) -> Option<Formats> {
        let list = list?;
        let names = list.get_ref();
        if names.is_empty() {
            let text = format!(
                "formats is empty; name at least one of {}, or leave the key out for all",
                Formats::NAMES.join(", ")
            );
            self.error(list.span(), text);
        }
        let unknown = |name: &&Word| !Formats::NAMES.contains(&name.get_ref().as_str());
        for name in names.iter().filter(unknown) {
            let hint = suggest(&name.get_ref().to_lowercase(), Formats::NAMES.into_iter());
            self.error(
                name.span(),
                format!("unknown format \"{}\"{hint}", name.get_ref()),
            );
        }
        let names: Vec<&str> = names.iter().map(|name| name.get_ref().as_str()).collect();
        Some(Formats::named(&names))
    }

    /// The first part of the names of a theme's files.
    fn stem(&mut self, id: &Word, site: &Site) {
        self.id(id);
        let is_taken = match id.get_ref().as_str() {
            "index" | "feeds" | "sources" | "story" => true,
            "search" => site.search,
            _ => false,
        };
        if is_taken {
            self.error(
                id.span(),
                format!(
                    "\"{}\" is the name of a file that feedmill writes; choose another name for the theme",
                    id.get_ref()
                ),
            );
        }
    }

    /// Two themes must not write the same files.
    fn aliases(&mut self, theme: &raw::Theme, taken: &mut BTreeSet<String>) {
        for alias in &theme.aliases {
            if !taken.insert(alias.get_ref().clone()) {
                let text = format!(
                    "\"{}\" is the name of another theme, or its alias",
                    alias.get_ref()
                );
                self.error(alias.span(), text);
            }
        }
    }

    /// Ids become file names and parts of URIs, so they hold only characters that are safe in both.
    pub(super) fn id(&mut self, id: &Word) {
        let text = id.get_ref();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || text.len() > 64 || !text.bytes().all(plain) {
            self.error(
                id.span(),
                format!("\"{text}\" cannot be a name; use a-z, 0-9 and -, at most 64"),
            );
        }
    }
}

/// Texts without their places.
fn plain(words: Vec<Word>) -> Vec<String> {
    words.into_iter().map(Spanned::into_inner).collect()
}
