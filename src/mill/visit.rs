//! One source, asked and read: what it brought, and what we now remember of it.

use super::{Failure, Report};
use crate::dedupe::Fingerprint;
use crate::fetch::{self, Fetched, Outcome, Visit};
use crate::model::{Feed, Freshness, Item, Location, PageRule, Redirect, Seen, Source, SourceKind};
use crate::net::Client;
use crate::normalize::{self, Context};
use crate::parse::{self, Document};
use crate::schedule;
use crate::store::{Arrival, NewItem};
use crate::text::html;
use chrono::{DateTime, SecondsFormat, Utc};
use std::sync::Arc;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// A source after its visit.
pub(super) struct Visited {
    pub source: Arc<Source>,
    seen: Seen,
    brought: Brought,
    warnings: Vec<String>,
    recovered: bool,
}

/// What a visit brought, in the end.
enum Brought {
    Items(Vec<NewItem>),
    Nothing,
    Failure { error: String, unreached: bool },
}

/// A document, read.
struct Reading {
    items: Vec<NewItem>,
    warnings: Vec<String>,
    freshness: Freshness,
    cut: bool,
}

pub(super) async fn visit(
    source: Arc<Source>,
    mut seen: Seen,
    client: Option<Client>,
    max_body: usize,
    now: DateTime<Utc>,
) -> Visited {
    let was_reported = seen.failures >= Failure::THRESHOLD;
    let reader = reader(&source);
    if seen.reader != reader {
        forget_validators(&mut seen);
        seen.reader = reader;
    }
    let Visit {
        outcome,
        moved_to,
        max_age,
    } = fetch::visit(&source, &seen, client.as_ref(), max_body, now).await;
    let mut warnings = Vec::new();
    let mut retry_after = None;
    let brought = match outcome {
        Outcome::NotModified => Brought::Nothing,
        Outcome::Gone => {
            seen.gone = true;
            let error = "it is gone for good (410); remove it or edit its URL in feeds.toml";
            Brought::Failure {
                error: error.to_owned(),
                unreached: false,
            }
        }
        Outcome::Failed(error) => {
            if let fetch::Error::Status {
                retry_after: at, ..
            } = &error
            {
                retry_after = *at;
            }
            let unreached = matches!(error, fetch::Error::Net(_) | fetch::Error::File { .. });
            Brought::Failure {
                error: error.to_string(),
                unreached,
            }
        }
        Outcome::Modified(fetched) => digest(&source, &mut seen, &fetched, now, &mut warnings),
    };
    if let Brought::Failure { error, .. } = &brought {
        schedule::after_failure(&source, &mut seen, now, error.clone(), retry_after);
    } else {
        let wait = schedule::wait(&source, max_age, &seen.freshness);
        schedule::after_success(&mut seen, now, wait);
        let told = remember_move(&mut seen, moved_to.map(String::from));
        // Where a secret address leads is as secret.
        warnings.extend(told.filter(|_| source.public_url.is_some()));
    }
    let recovered = was_reported && seen.failures == 0;
    Visited {
        source,
        seen,
        brought,
        warnings,
        recovered,
    }
}

/// A body -> items, unless it is the one we know.
fn digest(
    source: &Source,
    seen: &mut Seen,
    fetched: &Fetched,
    now: DateTime<Utc>,
    warnings: &mut Vec<String>,
) -> Brought {
    let hash = xxh3_64(&fetched.bytes);
    if seen.body_hash == Some(hash) && fetched.cut.is_none() {
        keep_validators(seen, fetched, hash);
        return Brought::Nothing;
    }
    let reading = match read(source, fetched, now) {
        Ok(reading) => reading,
        Err(error) => {
            let incomplete = |why| format!("the answer is incomplete: {why}");
            let error = fetched
                .cut
                .as_ref()
                .map_or_else(|| no_feed(&error), incomplete);
            return Brought::Failure {
                error,
                unreached: false,
            };
        }
    };
    if reading.cut {
        // Bytes are missing: the next visit must get all of them.
        forget_validators(seen);
    } else {
        keep_validators(seen, fetched, hash);
    }
    seen.freshness = reading.freshness;
    *warnings = reading.warnings;
    Brought::Items(reading.items)
}

/// Of all that decides how a source's documents are read.
fn reader(source: &Source) -> u64 {
    let Source {
        title,
        kind,
        language,
        as_of,
        timezone,
        date_order,
        tags,
        ..
    } = source;
    let options = (title, kind, language, as_of, timezone, date_order, tags);
    xxh3_64(format!("{} {} {options:?}", parse::VERSION, normalize::VERSION).as_bytes())
}

fn keep_validators(seen: &mut Seen, fetched: &Fetched, hash: u64) {
    seen.url = fetched.url.as_ref().map(ToString::to_string);
    seen.etag.clone_from(&fetched.etag);
    seen.last_modified.clone_from(&fetched.last_modified);
    seen.body_hash = Some(hash);
}

fn forget_validators(seen: &mut Seen) {
    seen.etag = None;
    seen.last_modified = None;
    seen.body_hash = None;
}

/// A permanent redirect is told from the third good visit on, with the line to change.
fn remember_move(seen: &mut Seen, to: Option<String>) -> Option<String> {
    /// Good visits until a redirect is believed.
    const BELIEVED: u32 = 3;
    let visits = match &seen.redirect {
        Some(redirect) if to.as_ref() == Some(&redirect.to) => redirect.visits.saturating_add(1),
        _ => 1,
    };
    seen.redirect = to.map(|to| Redirect { to, visits });
    let redirect = seen
        .redirect
        .as_ref()
        .filter(|redirect| redirect.visits >= BELIEVED)?;
    Some(format!(
        "it has moved for good; write url = \"{}\" in feeds.toml",
        redirect.to
    ))
}

fn no_feed(error: &parse::Error) -> String {
    let advice = match error {
        parse::Error::NotAFeed { announced, .. } if !announced.is_empty() => {
            "write that as url in feeds.toml"
        }
        _ => "check its URL, or read it by selectors in a [sources.ID.page] table",
    };
    format!("{error}; {advice}")
}

/// Bytes -> items ready for the store.
fn read(source: &Source, fetched: &Fetched, now: DateTime<Utc>) -> Result<Reading, parse::Error> {
    let page: Option<&PageRule> = match &source.kind {
        SourceKind::Page(rule) => Some(rule),
        SourceKind::Feed => None,
    };
    let document_url = document_url(source, fetched);
    let feed: Feed = parse::parse(&Document {
        bytes: &fetched.bytes,
        url: document_url,
        content_type: fetched.content_type.as_deref(),
        page,
    })?;
    let cut = feed.cut || fetched.cut.is_some();
    let freshness = feed.freshness.clone();
    let mut warnings: Vec<String> = feed.warnings.iter().map(ToString::to_string).collect();
    if let Some(why) = &fetched.cut {
        warnings.push(format!(
            "the document is incomplete: {why}; its whole items are kept"
        ));
    }
    let context = Context {
        source,
        document_url,
        now,
        ids_as_given: false,
    };
    let (mut items, odd) = normalize::normalize(feed, &context);
    warnings.extend(odd.iter().map(ToString::to_string));
    // What has nothing to show or to open is no news.
    let all = items.len();
    items.retain(|item| !item.is_bare());
    if items.len() < all {
        let bare = all - items.len();
        warnings.push(format!("{bare} of {all} items have nothing to show"));
    }
    Ok(Reading {
        items: items.into_iter().map(prepare).collect(),
        warnings,
        freshness,
        cut,
    })
}

/// What a document's links are relative to: where it was found, unless that is a secret, which would
/// come to light in every link.
fn document_url<'a>(source: &'a Source, fetched: &'a Fetched) -> Option<&'a Url> {
    match (&source.location, &source.public_url) {
        (Location::Http(url), public) if public.as_ref() != Some(url) => public.as_ref(),
        _ => fetched.url.as_ref(),
    }
}

fn prepare(item: Item) -> NewItem {
    let fingerprint = Fingerprint::of(&item);
    NewItem {
        seen: hash_of_seen(&item),
        rest: hash_of_rest(&item),
        fingerprint: fingerprint.to_bytes(),
        exact: fingerprint.exact_keys(),
        item,
    }
}

/// Of what a reader sees: an item whose hash stays has not changed for readers.
fn hash_of_seen(item: &Item) -> u64 {
    let text = item
        .content_html
        .as_ref()
        .map(|raw| html::to_text(&raw.html));
    let image = item.image.as_ref().map(|image| &image.url);
    let files: Vec<_> = item
        .attachments
        .iter()
        .map(|attachment| &attachment.url)
        .collect();
    let seen = (
        &item.title,
        &item.summary,
        &text,
        &item.content_text,
        image,
        files,
    );
    xxh3_64(format!("{seen:?}").as_bytes())
}

/// Of what else an item carries: rules and links hang on it, but nobody wants to be told.
fn hash_of_rest(item: &Item) -> u64 {
    let rest = (
        &item.url,
        &item.external_url,
        &item.tags,
        &item.authors,
        &item.language,
    );
    xxh3_64(format!("{rest:?}").as_bytes())
}

impl Visited {
    /// Adds this visit to the report.
    pub(super) fn tell(&self, report: &mut Report) {
        let id = &self.source.id;
        match &self.brought {
            Brought::Items(_) => report.modified += 1,
            Brought::Nothing => report.unchanged += 1,
            Brought::Failure { error, unreached } => {
                let next = self.seen.next_due.filter(|_| !self.seen.gone);
                report.failed.push(Failure {
                    source: id.clone(),
                    error: error.clone(),
                    failures: self.seen.failures,
                    next_try: next.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                    unreached: *unreached,
                    gone: self.seen.gone,
                });
            }
        }
        report
            .odd
            .extend(self.warnings.iter().map(|text| (id.clone(), text.clone())));
        if self.recovered {
            report.recovered.push(id.clone());
        }
    }

    /// What the store is to keep of it.
    pub(super) fn into_arrival(self) -> Arrival {
        let items = match self.brought {
            Brought::Items(items) => items,
            Brought::Nothing | Brought::Failure { .. } => Vec::new(),
        };
        Arrival {
            source: self.source.id.clone(),
            seen: self.seen,
            items,
        }
    }
}
