//! One source, fetched and read: what the visit brought for the store, and what it means for the report.

use super::document;
use super::next_pages::follow;
use super::opml_lists;
use crate::date::Precision;
use crate::dedupe::Fingerprint;
use crate::fetch::{self, Fetched, Outcome, Visit};
use crate::mill::advice;
use crate::mill::{Failure, Report};
use crate::model::{FailureKind, FetchState, Item, Robots, Source, SourceKind, Subscription};
use crate::net::Client;
use crate::normalize::{self, Context};
use crate::parse::{self, opml};
use crate::schedule::{
    self, Change, DocumentFacts, Event, Validators, VisitFailure, VisitOutcome, VisitSummary,
};
use crate::store::{Arrival, NewItem};
use crate::text::html;
use chrono::{DateTime, SecondsFormat, Utc};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xxhash_rust::xxh3::xxh3_64;

/// A source after its visit.
pub(super) struct Visited {
    pub source: Arc<Source>,
    state: FetchState,
    brought: Brought,
    event: Event,
    warnings: Vec<String>,
    /// Held until its items are saved.
    turn: Option<Turn>,
}

/// The turn of a large document.
pub(super) type Turn = OwnedSemaphorePermit;

/// What a visit brought for the store.
enum Brought {
    Items(Vec<NewItem>),
    List(Vec<Subscription>),
    Nothing,
}

/// A document that was read: what it says of its source, and what it brought.
type Reading = Result<(DocumentFacts, Brought), VisitFailure>;

pub(super) async fn visit(
    source: Arc<Source>,
    state: FetchState,
    client: Option<Client>,
    max_body: usize,
    now: DateTime<Utc>,
    large: Arc<Semaphore>,
) -> Visited {
    let mut turn = None;
    let state = schedule::before_visit(state, reader(&source));
    let Visit {
        outcome,
        moved_to,
        fresh_for,
        robots,
    } = fetch::visit(&source, &state, client.as_ref(), max_body, now).await;
    let mut brought = Brought::Nothing;
    let outcome = match outcome {
        Outcome::NotModified => VisitOutcome::NotModified,
        Outcome::Gone => VisitOutcome::Failed(gone()),
        Outcome::Failed(error) => VisitOutcome::Failed(unfetched(&error)),
        Outcome::Modified(fetched) => {
            if fetched.body.is_large() {
                turn = large.acquire_owned().await.ok();
            }
            if state.body_hash == Some(fetched.body.hash()) && fetched.cut.is_none() {
                VisitOutcome::SameBytes(validators(&fetched))
            } else {
                let reading = if opml_lists::is_list(&source) {
                    read_list(&fetched)
                } else {
                    let fetching = (client.as_ref(), max_body, now);
                    // Boxed: most visits bring nothing, and need not keep room for it.
                    Box::pin(read_feed(&source, robots.as_ref(), &fetched, fetching)).await
                };
                match reading {
                    Ok((facts, read)) => {
                        brought = read;
                        VisitOutcome::Read(facts)
                    }
                    Err(failure) => VisitOutcome::Failed(failure),
                }
            }
        }
    };
    let mut warnings = match &outcome {
        VisitOutcome::Read(facts) => facts.oddities.clone(),
        _ => Vec::new(),
    };
    let summary = VisitSummary {
        outcome,
        moved_to: moved_to.map(String::from),
        fresh_for,
        robots,
    };
    let (state, event) = schedule::after_visit(&source, state, summary, now);
    // Where a secret address leads is as secret.
    if let Some(to) = event
        .moved_to
        .as_ref()
        .filter(|_| source.public_url.is_some())
    {
        warnings.push(format!(
            "it has moved for good; write url = \"{to}\" in feeds.toml"
        ));
    }
    Visited {
        source,
        state,
        brought,
        event,
        warnings,
        turn,
    }
}

/// A body -> items, with those of the pages that follow.
async fn read_feed(
    source: &Source,
    robots: Option<&Robots>,
    fetched: &Fetched,
    (client, max_body, now): (Option<&Client>, usize, DateTime<Utc>),
) -> Reading {
    let document_url = document::url(source, fetched);
    let mut feed =
        document::parse(source, fetched, document_url).map_err(|error| match &fetched.cut {
            Some(why) => unusable(
                FailureKind::Cut,
                format!("the answer cannot be used: {why}"),
            ),
            None => unusable(error.kind(), document::no_feed(&error)),
        })?;
    if let SourceKind::Page(rule) = &source.kind
        && feed.items.is_empty()
    {
        // A site with a new layout would otherwise be silent for ever.
        return Err(unusable(
            FailureKind::SelectorFindsNothing,
            format!(
                "the selector \"{}\" finds nothing on the page: it has changed, or is not the page that was meant; edit [sources.{}.page]",
                rule.item.0, source.id
            ),
        ));
    }
    feed.cut |= fetched.cut.is_some();
    follow(source, robots, fetched, &mut feed, (client, max_body, now)).await;
    let mut facts = DocumentFacts {
        validators: (!feed.cut).then(|| validators(fetched)),
        freshness: std::mem::take(&mut feed.freshness),
        oddities: feed.warnings.iter().map(ToString::to_string).collect(),
        dates: Vec::new(),
    };
    if let Some(why) = &fetched.cut {
        facts.oddities.push(format!(
            "the document may be incomplete: {why}; its whole items are kept"
        ));
    }
    let context = Context {
        source,
        document_url,
        now,
        ids_as_given: false,
    };
    let (mut items, odd) = normalize::normalize(feed, &context);
    facts.oddities.extend(odd.iter().map(ToString::to_string));
    facts.dates = dates(&items);
    // What has nothing to show or to open is not news.
    let all = items.len();
    items.retain(|item| !item.is_bare());
    if items.len() < all {
        let bare = all - items.len();
        facts
            .oddities
            .push(format!("{bare} of {all} items have nothing to show"));
    }
    let items = items.into_iter().map(prepare).collect();
    Ok((facts, Brought::Items(items)))
}

/// A body -> the feeds that a list names. Half a list is not used: the feeds of the other half would
/// seem to have been taken off it.
fn read_list(fetched: &Fetched) -> Reading {
    let list = opml::parse(&fetched.body.bytes())
        .map_err(|error| unusable(error.kind(), format!("{error}; check its URL or path")))?;
    if list.cut || fetched.cut.is_some() {
        return Err(unusable(
            FailureKind::Cut,
            "the list is cut off or too long; the one that was known stays".to_owned(),
        ));
    }
    let facts = DocumentFacts {
        validators: Some(validators(fetched)),
        oddities: opml_lists::oddities(&list.subscriptions)
            .into_iter()
            .collect(),
        ..DocumentFacts::default()
    };
    Ok((facts, Brought::List(list.subscriptions)))
}

/// 410 from the source's own address.
fn gone() -> VisitFailure {
    unusable(
        FailureKind::Gone,
        "it is gone for good (410); remove it, edit its URL in feeds.toml, or try once more with `feedmill retry`".to_owned(),
    )
}

/// No document.
fn unfetched(error: &fetch::Error) -> VisitFailure {
    VisitFailure {
        kind: error.kind(),
        error: advice::on_visit(error),
        retry_after: error.retry_after(),
    }
}

/// An answer, but nothing that can be used.
fn unusable(kind: FailureKind, error: String) -> VisitFailure {
    VisitFailure {
        kind,
        error,
        retry_after: None,
    }
}

/// What the next request says of this document.
pub(in crate::mill) fn validators(fetched: &Fetched) -> Validators {
    Validators {
        url: fetched.url.as_ref().map(ToString::to_string),
        etag: fetched.etag.clone(),
        last_modified: fetched.last_modified.clone(),
        body_hash: fetched.body.hash(),
    }
}

/// Dates that the items' source gave them.
pub(in crate::mill) fn dates(items: &[Item]) -> Vec<DateTime<Utc>> {
    items
        .iter()
        .filter(|item| item.date_precision != Precision::Unknown)
        .map(|item| item.date_published)
        .collect()
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
        pages,
        ..
    } = source;
    let options = (
        title, kind, language, as_of, timezone, date_order, tags, pages,
    );
    xxh3_64(format!("{} {} {options:?}", parse::VERSION, normalize::VERSION).as_bytes())
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
    let state = (
        &item.title,
        &item.summary,
        &text,
        &item.content_text,
        image,
        files,
    );
    xxh3_64(format!("{state:?}").as_bytes())
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
        match self.event.change {
            Change::Modified => report.modified += 1,
            Change::Unchanged => report.unchanged += 1,
            Change::Failed(kind) => {
                let next = self.state.next_due.filter(|_| !self.state.gone);
                report.failed.push(Failure {
                    source: id.clone(),
                    kind,
                    error: self.state.last_error.clone().unwrap_or_default(),
                    failures: self.state.failures,
                    next_try: next.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                    unreached: kind.is_unreached(),
                    gone: self.state.gone,
                });
            }
        }
        report
            .odd
            .extend(self.warnings.iter().map(|text| (id.clone(), text.clone())));
        if self.event.recovered {
            report.recovered.push(id.clone());
        }
    }

    /// What the store is to keep of it, and the turn to give back then.
    pub(super) fn into_arrival(self) -> (Arrival, Option<Turn>) {
        let (items, list) = match self.brought {
            Brought::Items(items) => (items, None),
            Brought::List(list) => (Vec::new(), Some(list)),
            Brought::Nothing => (Vec::new(), None),
        };
        let arrival = Arrival {
            source: self.source.id.clone(),
            state: self.state,
            items,
            list,
        };
        (arrival, self.turn)
    }
}
