//! The status of the sources -> their HTML page, if `[site] health` is set. It changes with each pass.
//! The page is public, so it does not show secret or local addresses, nor the errors of such sources.

use super::HtmlPages;
use crate::config::Config;
use crate::mill::publish::record::EditionRecord;
use crate::mill::publish::writer::{Writer, Written};
use crate::mill::sources;
use crate::mill::{Error, Health, SourceStatus};
use crate::model::ThemeId;
use crate::net::Allow;
use crate::publish::html::Templates;
use crate::publish::{self, path};
use crate::publish::{SourceLine, SourceState};
use crate::store::Store;
use chrono::{DateTime, Utc};
use url::Url;

/// The key under which the store holds it; a theme must not have this id.
pub(in crate::mill) const ROW: &str = "sources";

pub(in crate::mill::publish) async fn write(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    (templates, pages): (&Templates, &HtmlPages<'_>),
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    if !config.site.health {
        return Ok(());
    }
    let status = sources::status(config, store, now).await?;
    let allow = &config.fetch.allow;
    let lines = status.sources.into_iter().map(|source| {
        let path = path::of_source(&source.source);
        SourceLine {
            stories_page: Some(path).filter(|path| pages.source_lists.contains(path)),
            ..line(source, allow)
        }
    });
    let lines: Vec<_> = lines.collect();
    let html = templates.sources(&lines, now, &config.site)?;
    let file = (publish::SOURCES.to_owned(), html.into_bytes());
    let note = Written::Edition {
        theme: ThemeId::new(ROW),
        rule_hash: 0,
        fingerprint: 0,
        record: EditionRecord::default(),
    };
    writer.add(vec![file], note).await
}

fn line(source: SourceStatus, allow: &[Allow]) -> SourceLine {
    let is_public = is_public(&source.url, allow);
    let may_be_told = is_public && !source.is_secret;
    // One failure of a source that was good is no news for readers, and one good visit of a source that
    // keeps failing is none either.
    let is_passing = source.failures == 1 && !source.is_reported && source.last_good.is_some();
    // That it failed before it was disabled is none.
    let is_told = !is_passing && source.health != Health::Disabled;
    SourceLine {
        name: source.source.to_string(),
        title: source.title,
        state: match source.health {
            Health::Gone => SourceState::Gone,
            Health::Failing if is_passing => SourceState::Fine,
            Health::Failing => SourceState::Failing,
            Health::Fine if source.is_reported => SourceState::Failing,
            Health::Stale => SourceState::Stale,
            Health::New => SourceState::New,
            Health::Fine => SourceState::Fine,
            Health::Disabled => SourceState::Disabled,
        },
        last_good: source.last_good,
        next_visit: source.next_visit,
        failures: if is_told { source.failures } else { 0 },
        error: source.error.filter(|_| is_told).map(|error| {
            if may_be_told {
                error
            } else {
                "could not be read".to_owned()
            }
        }),
        items: source.items,
        newest: source.newest,
        stories_page: None,
        url: Some(source.url).filter(|_| is_public),
    }
}

/// Whether an address is of the web: not a file, a secret, a bare number or a host of one's own.
fn is_public(address: &str, allow: &[Allow]) -> bool {
    let url = Url::parse(address).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    let host = url.as_ref().and_then(Allow::host_of);
    host.is_some_and(|host| {
        matches!(&host, Allow::Host(name) if name.contains('.')) && !allow.contains(&host)
    })
}
