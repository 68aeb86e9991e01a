//! Due sources -> items in the store. Sources are asked side by side and each document is read as
//! it arrives, on all cores; saving happens in batches, each with the validators its items came
//! with, in one transaction.

use super::{Error, Failure, Options, Progress, Report};
use crate::config::Config;
use crate::dedupe::Fingerprint;
use crate::fetch::{self, Fetched, Outcome, Visit};
use crate::model::{Feed, Freshness, Item, Location, PageRule, Redirect, Seen, Source, SourceKind};
use crate::net::Client;
use crate::normalize::{self, Context};
use crate::parse::{self, Document};
use crate::schedule;
use crate::store::{Arrival, NewItem, Store};
use crate::text::html;
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Sources that may wait for their host's turn, per request that may be under way: a slow host then
/// holds back only itself.
const WAITING_PER_REQUEST: usize = 4;
/// Items that are gathered before they are saved together.
const BATCH: usize = 2_000;

pub(super) async fn gather(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    report: &mut Report,
) -> Result<(), Error> {
    let due = due(config, store, options, now).await?;
    let over_http = |(source, _): &(Arc<Source>, Seen)| matches!(source.location, Location::Http(_));
    let client = due.iter().any(over_http).then(|| Client::new(&config.fetch)).transpose()?;
    report.asked = due.len();
    progress(Progress::Asking(due.len()));

    let max_body = config.fetch.max_body;
    let mut visits = futures_util::stream::iter(due)
        .map(|(source, seen)| tokio::spawn(visit(source, seen, client.clone(), max_body, now)))
        .buffer_unordered(config.fetch.in_flight.saturating_mul(WAITING_PER_REQUEST));

    let mut batch = Batch::default();
    while let Some(visited) = visits.next().await {
        // A visit that panicked is a bug of ours; it must not take the other sources with it.
        let Ok(visited) = visited else { continue };
        progress(Progress::Asked(&visited.source.id));
        visited.tell(report);
        batch.add(visited);
        if batch.items >= BATCH {
            batch.save(store, now, report).await?;
        }
    }
    batch.save(store, now, report).await
}

/// The sources to ask, each with what we remember of it. Neighbours in the list are of different
/// hosts where possible, so that no host's queue holds back the others.
async fn due(
    config: &Config,
    store: &Store,
    options: &Options,
    now: DateTime<Utc>,
) -> Result<Vec<(Arc<Source>, Seen)>, Error> {
    let mut known = store.sources().await?;
    let mut rounds: HashMap<Option<String>, usize> = HashMap::new();
    let mut due = Vec::new();
    for source in &config.sources {
        let seen = schedule::recall(source, known.remove(&source.id).unwrap_or_default());
        let wanted = options.only.is_empty() || options.only.contains(&source.id);
        let asked_for = options.all || !options.only.is_empty();
        if wanted && schedule::is_due(source, &seen, now, asked_for) {
            let host = match &source.location {
                Location::Http(url) => url.host_str().map(str::to_owned),
                Location::File { .. } => None,
            };
            let round = rounds.entry(host).or_default();
            due.push((*round, Arc::clone(source), seen));
            *round += 1;
        }
    }
    due.sort_by_key(|(round, ..)| *round);
    Ok(due.into_iter().map(|(_, source, seen)| (source, seen)).collect())
}

/// A source after its visit.
struct Visited {
    source: Arc<Source>,
    seen: Seen,
    result: Result,
    warnings: Vec<String>,
    recovered: bool,
}

enum Result {
    Read(Vec<NewItem>),
    Unchanged,
    Failed { error: String, unreached: bool },
}

async fn visit(source: Arc<Source>, mut seen: Seen, client: Option<Client>, max_body: usize, now: DateTime<Utc>) -> Visited {
    let recovered = seen.failures >= Failure::THRESHOLD;
    let Visit { outcome, moved_to, max_age } = fetch::visit(&source, &seen, client.as_ref(), max_body, now).await;
    let mut warnings = Vec::new();
    let fail = |seen: &mut Seen, error: String, unreached, retry_after| {
        schedule::after_failure(&source, seen, now, error.clone(), retry_after);
        Result::Failed { error, unreached }
    };
    let result = match outcome {
        Outcome::NotModified => {
            schedule::after_success(&mut seen, now, schedule::wait(&source, max_age, &Freshness::default()));
            Result::Unchanged
        }
        Outcome::Gone => {
            seen.gone = true;
            let error = "it is gone for good (410); remove it or edit its URL in feeds.toml".to_owned();
            fail(&mut seen, error, false, None)
        }
        Outcome::Failed(error) => {
            let (unreached, retry_after) = match &error {
                fetch::Error::Status { retry_after, .. } => (false, *retry_after),
                fetch::Error::Net(_) | fetch::Error::File { .. } => (true, None),
                _ => (false, None),
            };
            fail(&mut seen, error.to_string(), unreached, retry_after)
        }
        Outcome::Modified(fetched) => {
            let hash = xxh3_64(&fetched.bytes);
            if seen.body_hash == Some(hash) && seen.parser_version == parse::VERSION && fetched.cut.is_none() {
                keep_validators(&mut seen, &fetched, hash);
                schedule::after_success(&mut seen, now, schedule::wait(&source, max_age, &Freshness::default()));
                Result::Unchanged
            } else {
                match read(&source, &fetched, now) {
                    Ok(document) => {
                        warnings = document.warnings;
                        if document.cut { forget_validators(&mut seen) } else { keep_validators(&mut seen, &fetched, hash) }
                        let wait = schedule::wait(&source, max_age, &document.freshness);
                        schedule::after_success(&mut seen, now, wait);
                        Result::Read(document.items)
                    }
                    Err(error) => fail(&mut seen, not_a_feed(&error), false, None),
                }
            }
        }
    };
    if !matches!(result, Result::Failed { .. }) {
        warnings.extend(remember_move(&mut seen, moved_to.map(String::from)));
    }
    let recovered = recovered && seen.failures == 0;
    Visited { source, seen, result, warnings, recovered }
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
    let redirect = seen.redirect.as_ref()?;
    (redirect.visits >= BELIEVED).then(|| format!("it has moved for good; write url = \"{}\" in feeds.toml", redirect.to))
}

fn keep_validators(seen: &mut Seen, fetched: &Fetched, hash: u64) {
    seen.url = fetched.url.as_ref().map(ToString::to_string);
    seen.etag.clone_from(&fetched.etag);
    seen.last_modified.clone_from(&fetched.last_modified);
    seen.body_hash = Some(hash);
    seen.parser_version = parse::VERSION;
}

/// Bytes are missing: the next visit must get all of them.
fn forget_validators(seen: &mut Seen) {
    seen.etag = None;
    seen.last_modified = None;
    seen.body_hash = None;
}

fn not_a_feed(error: &parse::Error) -> String {
    match error {
        parse::Error::NotAFeed { announced, .. } if !announced.is_empty() => {
            let feeds: Vec<_> = announced.iter().map(|feed| feed.url.as_str()).collect();
            format!("{error}; it announces {}: write that as url in feeds.toml", feeds.join(", "))
        }
        _ => format!("{error}; check its URL, or read it by selectors with a [sources.ID.page] table"),
    }
}

/// A document, read.
struct ReadDocument {
    items: Vec<NewItem>,
    warnings: Vec<String>,
    freshness: Freshness,
    cut: bool,
}

/// Bytes -> items ready for the store.
fn read(source: &Source, fetched: &Fetched, now: DateTime<Utc>) -> std::result::Result<ReadDocument, parse::Error> {
    let page: Option<&PageRule> = match &source.kind {
        SourceKind::Page(rule) => Some(rule),
        SourceKind::Feed => None,
    };
    let feed: Feed = parse::parse(&Document {
        bytes: &fetched.bytes,
        url: fetched.url.as_ref(),
        content_type: fetched.content_type.as_deref(),
        page,
    })?;
    let cut = feed.cut || fetched.cut.is_some();
    let freshness = feed.freshness.clone();
    let mut warnings: Vec<String> = feed.warnings.iter().map(ToString::to_string).collect();
    warnings.extend(fetched.cut.iter().map(|why| format!("the document is incomplete: {why}; whole items are kept")));
    let context = Context { source, document_url: fetched.url.as_ref(), now };
    let (items, odd) = normalize::normalize(feed, &context);
    warnings.extend(odd.iter().map(ToString::to_string));
    Ok(ReadDocument { items: items.into_iter().map(prepare).collect(), warnings, freshness, cut })
}

fn prepare(item: Item) -> NewItem {
    let fingerprint = Fingerprint::of(&item);
    NewItem { hash: visible_hash(&item), fingerprint: fingerprint.to_bytes(), exact: fingerprint.exact_keys(), item }
}

/// Of what a reader sees: an item whose hash stays has not changed, whatever else its source moved.
fn visible_hash(item: &Item) -> u64 {
    let mut seen = String::new();
    let text = item.content_html.as_ref().map(|raw| html::to_text(&raw.html));
    let image = item.image.as_ref().map(|image| image.url.as_str());
    let parts = [item.title.as_deref(), item.summary.as_deref(), text.as_deref(), item.content_text.as_deref(), image];
    for part in parts.into_iter().chain(item.attachments.iter().map(|a| Some(a.url.as_str()))) {
        seen.push_str(part.unwrap_or_default());
        seen.push('\0');
    }
    xxh3_64(seen.as_bytes())
}

impl Visited {
    /// Adds this visit to the report.
    fn tell(&self, report: &mut Report) {
        let id = &self.source.id;
        match &self.result {
            Result::Read(_) => report.modified += 1,
            Result::Unchanged => report.unchanged += 1,
            Result::Failed { error, unreached } => report.failed.push(Failure {
                source: id.clone(),
                error: error.clone(),
                failures: self.seen.failures,
                next_try: self.seen.next_due.filter(|_| !self.seen.gone).map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                unreached: *unreached,
            }),
        }
        report.odd.extend(self.warnings.iter().map(|text| (id.clone(), text.clone())));
        if self.recovered {
            report.recovered.push(id.clone());
        }
    }
}

/// Visits that wait to be saved together.
#[derive(Default)]
struct Batch {
    arrivals: Vec<Arrival>,
    items: usize,
}

impl Batch {
    fn add(&mut self, visited: Visited) {
        let items = match visited.result {
            Result::Read(items) => items,
            Result::Unchanged | Result::Failed { .. } => Vec::new(),
        };
        // A visit without items still costs a row.
        self.items += items.len().max(1);
        self.arrivals.push(Arrival { source: visited.source.id.clone(), seen: visited.seen, items });
    }

    async fn save(&mut self, store: &Store, now: DateTime<Utc>, report: &mut Report) -> std::result::Result<(), Error> {
        let saved = store.save(std::mem::take(&mut self.arrivals), now).await?;
        self.items = 0;
        report.new_items += saved.new;
        report.changed_items += saved.changed;
        Ok(())
    }
}
