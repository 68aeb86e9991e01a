//! Entries of themes -> editions -> files. A theme of which nothing has changed costs a row and a `stat` per file. The rest is
//! written together, so that readers see one moment.

mod as_published;
pub(super) mod compress;
mod copies;
mod edition;
mod feed_archive;
pub(super) mod html;
mod index;
pub(super) mod prune;
mod recent;
mod recent_stories;
pub(super) mod record;
mod safe_texts;
mod stories;
mod websub;
mod writer;

pub use html::templates;
pub(super) use recent_stories::RecentStories;
pub use stories::since;
pub(super) use stories::{MadeHtml, entries};
pub use websub::ping;

use super::{Error, Options, Report, log};
use crate::config::Config;
use crate::store::{Standing, Store};
use as_published::{Found, PublishedThemes};
use chrono::{DateTime, Utc};
use html::{HtmlPages, sources};
use record::Records;
use std::sync::Arc;
use writer::Writer;

pub(super) use index::ROW as INDEX;

/// Publishes what has changed since the last pass.
pub(super) async fn publish(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
    report: &mut Report,
) -> Result<(), Error> {
    let records = Records::read(config, store, options.rebuild).await?;
    let mut published_archives = store.published_archive_documents().await?;
    let templates = templates(config)?;
    let recent = RecentStories::new(store);
    let mut writer = Writer::new(config, store, report);
    let mut html = HtmlPages::new(config, &recent, options, &templates).await?;
    html.stories(&mut writer).await?;
    html.source_lists(&mut writer).await?;
    let titles = html.titles(&mut writer).await?;

    let mut published = PublishedThemes::read(config, store, html.look, now).await?;
    let found = published
        .find(&config.themes, &published_archives, &records)
        .await?;
    let read = config.themes.iter().zip(&found);
    let read = read.filter(|(_, found)| matches!(found, Found::Read(_)));
    let read: Vec<_> = read.map(|(theme, _)| Arc::clone(theme)).collect();
    let ids = read.iter().map(|theme| theme.id.clone());
    let mut archives = store.archive_documents(ids.collect()).await?;
    let mut waiting = feed_archive::waiting(config, store, read).await?;

    let (mut listed, mut dropped) = (Vec::new(), Vec::new());
    for (theme, found) in config.themes.iter().zip(found) {
        let archive = match &found {
            // What it keeps is what has files.
            Found::Unchanged(_) => published_archives.remove(&theme.id),
            Found::Read(_) => archives.remove(&theme.id),
        };
        let mut archive = archive.unwrap_or_default();
        let kept = match &found {
            Found::Unchanged(_) => &archive[..],
            Found::Read(standing) => {
                let waiting = waiting.remove(&theme.id).unwrap_or_default();
                let entries = &standing.entries;
                feed_archive::close(store, theme, entries, &waiting, &mut archive).await?;
                feed_archive::kept(theme, &archive)
            }
        };
        feed_archive::write(config, &recent, options, theme, kept, now, &mut writer).await?;
        let old = archive[..archive.len() - kept.len()].iter();
        let old = old.filter(|document| feed_archive::is_published(document));
        dropped.extend(old.map(|document| (theme.id.clone(), document.clone())));

        let next = feed_archive::next(kept);
        let record = match found {
            Found::Unchanged(record) => {
                writer.unchanged(record.files.len());
                record
            }
            Found::Read(Standing { entries, until }) => {
                if theme.formats.html {
                    html.archive(theme, &mut writer).await?;
                }
                let look = html.look;
                let current = edition::Current::of(config, &templates, theme, &entries, next, look);
                published.add(theme, next, current.fingerprint, until);
                match records.unchanged(&theme.id, current.fingerprint) {
                    Some(record) => {
                        writer.unchanged(record.files.len());
                        record
                    }
                    None => current.write(&recent, &html, &records, &mut writer).await?,
                }
            }
        };
        listed.push(record.listed(theme));
    }
    index::write(
        config,
        &templates,
        (&listed, &titles),
        &records,
        &mut writer,
    )
    .await?;
    sources::write(config, store, now, (&templates, &html), &mut writer).await?;
    writer.flush().await?;
    feed_archive::remove(config, store, dropped, report).await?;
    html.finish(report).await?;
    published.finish().await
}
