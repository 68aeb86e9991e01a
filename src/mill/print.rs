//! Shelves -> editions -> files. A theme whose stories and settings are as they were costs a few
//! rows and a stat per file; the rest is written in one go, so that readers see one moment.

use super::{Error, Report, show};
use crate::config::Config;
use crate::model::{Edition, ListedTheme, Merging, Theme, ThemeId};
use crate::output::{self, FileStamp};
use crate::publish::{self, html::Pages};
use crate::store::{Shelved, Store, StoredEdition};
use crate::text::html;
use crate::theme;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// The row under which the index page and the list of feeds are kept; no theme may be called so.
pub(super) const INDEX: &str = "index";
/// Headlines of a theme on the index page.
const HEADLINES: usize = 5;

/// What is kept of an edition, as JSON.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Kept {
    pub files: Vec<(String, Option<FileStamp>)>,
    updated: DateTime<Utc>,
    stories: usize,
    headlines: Vec<String>,
}

pub(super) async fn print(
    config: &Config,
    store: &Store,
    report: &mut Report,
) -> Result<(), Error> {
    let known = store.editions().await?;
    let pages = Pages::new(&[])?;
    let mut files = Vec::new();
    let mut editions: Vec<(ThemeId, u64, u64, Kept)> = Vec::new();
    let mut listed = Vec::new();

    for theme in &config.themes {
        let shelf = match theme.merge {
            Merging::Coverage => store.shelf_of_events(&theme.id, theme.limit).await?,
            Merging::Identical | Merging::Off => store.shelf(&theme.id, theme.limit).await?,
        };
        let fingerprint = fingerprint(config, theme, &shelf);
        let old = known.get(&theme.id);
        if let Some(kept) = old
            .filter(|e| e.fingerprint == fingerprint)
            .and_then(|e| still_there(config, e))
        {
            report.unchanged_files += kept.files.len();
            listed.push(list(theme, config, &kept));
            continue;
        }
        let stories = show::edition(store, theme, &shelf).await?;
        let edition = theme::edition(theme, &config.site, stories);
        let made = make(&edition, config, &pages)?;
        let kept = Kept {
            files: made.iter().map(|(name, _)| (name.clone(), None)).collect(),
            updated: edition.updated,
            stories: edition.stories.len(),
            headlines: edition
                .stories
                .iter()
                .take(HEADLINES)
                .map(|s| s.title.clone())
                .collect(),
        };
        listed.push(list(theme, config, &kept));
        files.extend(made);
        editions.push((
            theme.id.clone(),
            old.map_or(0, |e| e.rule),
            fingerprint,
            kept,
        ));
    }

    let index_id = ThemeId::new(INDEX);
    let index_fingerprint = index_fingerprint(config, &listed);
    let index = known
        .get(&index_id)
        .filter(|e| e.fingerprint == index_fingerprint)
        .and_then(|e| still_there(config, e));
    if let Some(kept) = index {
        report.unchanged_files += kept.files.len();
    } else {
        let made = [
            (
                publish::INDEX.to_owned(),
                pages.index(&listed, &config.site)?.into_bytes(),
            ),
            (
                publish::FEEDS_OPML.to_owned(),
                publish::opml::write(&listed, &config.site)?.into_bytes(),
            ),
        ];
        let stamps = made.iter().map(|(name, _)| (name.clone(), None)).collect();
        editions.push((
            index_id,
            0,
            index_fingerprint,
            Kept {
                files: stamps,
                ..Kept::default()
            },
        ));
        files.extend(made);
    }

    let written = output::write(&config.output, files)?;
    report.written = written.written;
    report.unchanged_files += written.unchanged;
    keep(config, store, editions).await
}

/// What was kept, if every file is still as we left it.
fn still_there(config: &Config, edition: &StoredEdition) -> Option<Kept> {
    let kept: Kept = serde_json::from_str(&edition.json).ok()?;
    let same = |(name, stamp): &(String, Option<FileStamp>)| {
        stamp.is_some() && output::stat(&config.output, name) == *stamp
    };
    kept.files.iter().all(same).then_some(kept)
}

/// Every format of an edition.
fn make(
    edition: &Edition,
    config: &Config,
    pages: &Pages,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let links = &edition.links;
    Ok(vec![
        (
            links.rss.clone(),
            publish::rss::write(edition)?.into_bytes(),
        ),
        (
            links.atom.clone(),
            publish::atom::write(edition)?.into_bytes(),
        ),
        (
            links.json.clone(),
            publish::json_feed::write(edition)?.into_bytes(),
        ),
        (
            links.html.clone(),
            pages.theme(edition, &config.site)?.into_bytes(),
        ),
    ])
}

fn list(theme: &Arc<Theme>, config: &Config, kept: &Kept) -> ListedTheme {
    ListedTheme {
        theme: Arc::clone(theme),
        links: theme::edition(theme, &config.site, Vec::new()).links,
        updated: kept.updated,
        stories: kept.stories,
        headlines: kept.headlines.clone(),
    }
}

/// Of everything that shapes a theme's files.
fn fingerprint(config: &Config, theme: &Theme, shelf: &[Shelved]) -> u64 {
    let mut hash = Xxh3::new();
    (publish::FORMAT_VERSION, html::VERSION, shelf).hash(&mut hash);
    format!("{theme:?}{:?}", config.site).hash(&mut hash);
    hash.finish()
}

fn index_fingerprint(config: &Config, listed: &[ListedTheme]) -> u64 {
    let mut hash = Xxh3::new();
    publish::FORMAT_VERSION.hash(&mut hash);
    format!("{listed:?}{:?}", config.site).hash(&mut hash);
    hash.finish()
}

/// Notes what was published, with the stamps that the files now have.
async fn keep(
    config: &Config,
    store: &Store,
    editions: Vec<(ThemeId, u64, u64, Kept)>,
) -> Result<(), Error> {
    let mut rows = Vec::with_capacity(editions.len());
    for (theme, rule, fingerprint, mut kept) in editions {
        for (name, stamp) in &mut kept.files {
            *stamp = output::stat(&config.output, name);
        }
        let json = serde_json::to_string(&kept).map_err(crate::store::Error::from)?;
        rows.push((
            theme,
            StoredEdition {
                rule,
                fingerprint,
                json,
            },
        ));
    }
    store.keep_editions(rows).await?;
    Ok(())
}
