//! Shelves -> editions -> files. A theme whose stories and settings are as they were costs a few
//! rows and a stat per file; the rest is written in one go, so that readers see one moment.

pub(super) mod compress;
mod feed_archive;
pub(super) mod html;
pub(super) mod prune;
pub(super) mod record;
mod stories;
mod websub;
mod writer;

pub use html::templates;
pub use stories::since;
pub use websub::ping;

use super::{Error, Options, Report, log};
use crate::config::Config;
use crate::digest::Digest;
use crate::model::{
    Edition, EditionLinks, FeedFormat, Headline, ListedTheme, Site, Theme, ThemeId,
};
use crate::publish;
use crate::publish::html::Templates;
use crate::store::{Entry, Store, StoredEdition};
use crate::text::html::VERSION as SANITIZER_VERSION;
use crate::theme;
use chrono::{DateTime, Utc};
use html::{HtmlPages, sources};
use record::EditionRecord;
use std::sync::Arc;
use writer::{Writer, Written};

/// The row under which the index page and the list of feeds are kept; no theme may be called so.
pub(super) const INDEX: &str = "index";
/// Headlines of a theme on the index page.
const HEADLINES: usize = 5;

/// Publishes what changed since the last pass.
pub(super) async fn publish(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    let known = store.editions().await?;
    let mut closed = store.archive_documents().await?;
    let templates = templates(config)?;
    let mut listed = Vec::new();
    let mut writer = Writer::new(config, store, report);
    let mut html = HtmlPages::new(config, store, options, &templates).await?;
    html.stories(&mut writer).await?;
    let known = |id: &ThemeId, fingerprint: u64| {
        let edition = known.get(id);
        let same = edition.filter(|e| e.fingerprint == fingerprint && !options.rebuild);
        let kept = same.and_then(|e| still_there(config, e));
        let before = edition.and_then(|e| serde_json::from_str::<EditionRecord>(&e.json).ok());
        let before = before.map(|kept| kept.files).unwrap_or_default();
        (edition.map_or(0, |e| e.rule), before, kept)
    };

    let all_entries = store.entries(config.themes.clone()).await?;
    let mut waiting = feed_archive::waiting(config, store).await?;
    for (theme, entries) in config.themes.iter().zip(all_entries) {
        let mut pages = closed.remove(&theme.id).unwrap_or_default();
        let waiting = waiting.remove(&theme.id).unwrap_or_default();
        feed_archive::close(store, theme, &entries, &waiting, &mut pages).await?;
        feed_archive::write(config, store, options, theme, &pages, now, &mut writer).await?;

        html.archive(theme, &mut writer).await?;

        let next_page = pages.last().map_or(0, |page| page.number) + 1;
        let shape = (entries.as_slice(), next_page, templates.fingerprint());
        let versions = [publish::FORMAT_VERSION, SANITIZER_VERSION];
        let fingerprint = fingerprint(&versions, theme, &config.site, shape);
        let (rule, before, kept) = known(&theme.id, fingerprint);
        if let Some(kept) = kept {
            writer.unchanged(kept.files.len());
            listed.push(list(theme, &kept));
            continue;
        }
        let mut stories = stories::entries(store, &theme.id, theme.merge, &entries).await?;
        html.address(&mut stories).await?;
        let mut edition = theme::edition(theme, &config.site, stories);
        edition.history.previous = feed_archive::previous(theme, next_page);
        let kept = EditionRecord {
            files: before,
            updated: edition.updated,
            stories: edition.stories.len(),
            headlines: edition
                .stories
                .iter()
                .take(HEADLINES)
                .map(Headline::of)
                .collect(),
        };
        listed.push(list(theme, &kept));
        let files = make(&edition, config, &templates)?;
        log::edition(&theme.id, edition.stories.len(), files.len());
        let note = Written::Edition(theme.id.clone(), rule, fingerprint, kept);
        writer.add(files, note).await?;
    }

    let index = ThemeId::new(INDEX);
    let look = (templates.fingerprint(), templates.style());
    let versions = [publish::FORMAT_VERSION];
    let fingerprint = index_fingerprint(&versions, &listed, &config.site, look);
    if let (.., Some(kept)) = known(&index, fingerprint) {
        writer.unchanged(kept.files.len());
    } else {
        let files = vec![
            (
                publish::INDEX.to_owned(),
                templates.index(&listed, &config.site)?.into_bytes(),
            ),
            (
                publish::FEEDS_OPML.to_owned(),
                publish::opml::write(&listed, &config.site)?.into_bytes(),
            ),
            (
                publish::STYLE.to_owned(),
                templates.style().as_bytes().to_vec(),
            ),
        ];
        let note = Written::Edition(index, 0, fingerprint, EditionRecord::default());
        writer.add(files, note).await?;
    }
    sources::write(config, store, now, &templates, &mut writer).await?;
    writer.flush().await?;
    html.settle(report).await
}

/// What was kept, if every file is still as we left it.
fn still_there(config: &Config, edition: &StoredEdition) -> Option<EditionRecord> {
    let kept: EditionRecord = serde_json::from_str(&edition.json).ok()?;
    let files = &kept.files;
    files
        .iter()
        .all(|file| record::is_there(&config.output, file))
        .then_some(kept)
}

/// Every format of an edition.
fn make(
    edition: &Edition,
    config: &Config,
    pages: &Templates,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let links = &edition.links;
    let checked = publish::Checked::of(&publish::size_limit::edition(edition));
    let mut files = Vec::with_capacity(FeedFormat::ALL.len() + 1);
    for format in FeedFormat::ALL {
        let text = publish::write(format, &checked)?;
        files.push((links.feed(format), text.into_bytes()));
    }
    let page = pages.theme(edition, &config.site)?;
    files.push((links.html.clone(), page.into_bytes()));
    let own = files.clone();
    for alias in &edition.theme.aliases {
        let renamed = |name: &str| name.replacen(edition.theme.id.as_str(), alias.as_str(), 1);
        files.extend(
            own.iter()
                .map(|(name, bytes)| (renamed(name), bytes.clone())),
        );
    }
    Ok(files)
}

fn list(theme: &Arc<Theme>, kept: &EditionRecord) -> ListedTheme {
    ListedTheme {
        theme: Arc::clone(theme),
        links: EditionLinks::of(&theme.id),
        updated: kept.updated,
        stories: kept.stories,
        headlines: kept.headlines.clone(),
    }
}

/// Of everything that shapes a theme's files: the theme, with its entries, the number of its next closed
/// page, and the templates.
fn fingerprint(versions: &[u32], theme: &Theme, site: &Site, shape: (&[Entry], u32, u64)) -> u64 {
    let (entries, next_page, templates) = shape;
    let mut digest = Digest::new("edition", 1);
    digest.add(versions);
    digest.add(entries).add(&next_page).add(&templates);
    digest.add(theme).add(site);
    digest.finish()
}

/// Of everything that shapes the index page, the list of feeds and the style sheet.
fn index_fingerprint(
    versions: &[u32],
    listed: &[ListedTheme],
    site: &Site,
    look: (u64, &str),
) -> u64 {
    let (templates, style) = look;
    let mut digest = Digest::new("index", 1);
    digest.add(versions);
    digest.add(&templates).add(style);
    digest.add(listed).add(site);
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{site, theme};

    #[test]
    fn the_fingerprints_of_editions_last() {
        let place = Entry {
            story: 1,
            rev: 2,
            item: 3,
            editors_choice: true,
        };
        let edition = fingerprint(&[3, 2], &theme(), &site(), (&[place], 4, 5));
        let listed = ListedTheme {
            theme: Arc::new(theme()),
            links: EditionLinks::of(&ThemeId::new("defence")),
            updated: DateTime::UNIX_EPOCH,
            stories: 1,
            headlines: vec![Headline {
                title: "Council agrees".to_owned(),
                url: Some("https://a.example/1".to_owned()),
                path: None,
            }],
        };
        let index = index_fingerprint(&[3], &[listed], &site(), (5, "body {}"));
        assert_eq!(
            [edition, index].map(|hash| format!("{hash:016x}")),
            ["7ea593caefe7aa6e", "835f7f1bc11de38e"]
        );
    }
}
