//! One source, asked and read: what it brought, and what we now remember of it.

use super::follow::follow;
use super::{Failure, Report, advice, lists};
use crate::date::Precision;
use crate::dedupe::Fingerprint;
use crate::fetch::{self, Fetched, Outcome, Visit};
use crate::model::{Feed, Item, Location, Redirect, Seen, Source, SourceKind, Subscription};
use crate::net::Client;
use crate::normalize::{self, Context};
use crate::parse::{self, Document, opml};
use crate::schedule;
use crate::store::{Arrival, NewItem};
use crate::text::html;
use chrono::{DateTime, SecondsFormat, Utc};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// Oddities of a document that are remembered.
const MAX_ODDITIES: usize = 20;

/// A source after its visit.
pub(super) struct Visited {
    pub source: Arc<Source>,
    seen: Seen,
    brought: Brought,
    warnings: Vec<String>,
    recovered: bool,
    /// Held until its items are saved.
    turn: Option<Turn>,
}

/// The turn of a large document.
pub(super) type Turn = OwnedSemaphorePermit;

/// What a visit brought, in the end.
enum Brought {
    Items(Vec<NewItem>),
    List(Vec<Subscription>),
    Nothing,
    Failure { error: String, unreached: bool },
}

impl Brought {
    /// An answer, but nothing that can be used.
    fn unusable(error: String) -> Self {
        Self::Failure {
            error,
            unreached: false,
        }
    }
}

pub(super) async fn visit(
    source: Arc<Source>,
    mut seen: Seen,
    client: Option<Client>,
    max_body: usize,
    now: DateTime<Utc>,
    large: Arc<Semaphore>,
) -> Visited {
    let mut turn = None;
    let was_reported = seen.failures >= Failure::THRESHOLD;
    let reader = reader(&source);
    if seen.reader != reader {
        forget_validators(&mut seen);
        seen.reader = reader;
    }
    let Visit {
        outcome,
        moved_to,
        fresh_for,
        robots,
    } = fetch::visit(&source, &seen, client.as_ref(), max_body, now).await;
    seen.robots = robots;
    let mut retry_after = None;
    let brought = match outcome {
        Outcome::NotModified => Brought::Nothing,
        Outcome::Gone => {
            // Where it has moved to may be gone while it is back at its own place.
            seen.gone = !seen.redirect.as_ref().is_some_and(Redirect::is_believed);
            Brought::unusable(
                "it is gone for good (410); remove it, edit its URL in feeds.toml, or try once more with `feedmill retry`".to_owned(),
            )
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
                error: advice::on_visit(&error),
                unreached,
            }
        }
        Outcome::Modified(fetched) => {
            if fetched.body.is_large() {
                turn = large.acquire_owned().await.ok();
            }
            if seen.body_hash == Some(fetched.body.hash()) && fetched.cut.is_none() {
                keep_validators(&mut seen, &fetched);
                Brought::Nothing
            } else if lists::is_list(&source) {
                digest_list(&mut seen, &fetched)
            } else {
                let asked = (client.as_ref(), max_body, now);
                // Boxed: most visits bring nothing, and need not keep room for it.
                Box::pin(digest(&source, &mut seen, &fetched, asked)).await
            }
        }
    };
    let mut warnings = match &brought {
        Brought::Items(_) | Brought::List(_) => seen.oddities.clone(),
        Brought::Nothing | Brought::Failure { .. } => Vec::new(),
    };
    seen.oddities.truncate(MAX_ODDITIES);
    if let Brought::Failure { error, .. } = &brought {
        seen.redirect = None;
        schedule::after_failure(&source, &mut seen, now, error.clone(), retry_after);
    } else {
        let next = schedule::next(&source, &seen, fresh_for, now);
        schedule::after_success(&mut seen, now, next);
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
        turn,
    }
}

/// A body -> items, with those of the pages that follow.
async fn digest(
    source: &Source,
    seen: &mut Seen,
    fetched: &Fetched,
    (client, max_body, now): (Option<&Client>, usize, DateTime<Utc>),
) -> Brought {
    let document_url = document_url(source, fetched);
    let mut feed = match parse(source, fetched, document_url) {
        Ok(feed) => feed,
        Err(error) => {
            return Brought::unusable(match &fetched.cut {
                Some(why) => format!("the answer cannot be used: {why}"),
                None => no_feed(&error),
            });
        }
    };
    if let SourceKind::Page(rule) = &source.kind
        && feed.items.is_empty()
    {
        // A site that was made anew would otherwise fall silent for ever.
        return Brought::unusable(format!(
            "the selector \"{}\" finds nothing on the page: it has changed, or is not the page that was meant; mend [sources.{}.page]",
            rule.item.0, source.id
        ));
    }
    feed.cut |= fetched.cut.is_some();
    follow(source, seen, fetched, &mut feed, (client, max_body, now)).await;
    if feed.cut {
        // Bytes are missing: the next visit must get all of them.
        forget_validators(seen);
    } else {
        keep_validators(seen, fetched);
    }
    seen.freshness = std::mem::take(&mut feed.freshness);
    seen.oddities = feed.warnings.iter().map(ToString::to_string).collect();
    if let Some(why) = &fetched.cut {
        seen.oddities.push(format!(
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
    seen.oddities.extend(odd.iter().map(ToString::to_string));
    note_rhythm(seen, &items);
    // What has nothing to show or to open is no news.
    let all = items.len();
    items.retain(|item| !item.is_bare());
    if items.len() < all {
        let bare = all - items.len();
        seen.oddities
            .push(format!("{bare} of {all} items have nothing to show"));
    }
    Brought::Items(items.into_iter().map(prepare).collect())
}

/// How often it has something new. A document with fewer items than a rhythm takes (a delta, a quiet
/// month) leaves what was known.
pub(super) fn note_rhythm(seen: &mut Seen, items: &[Item]) {
    let dated = items
        .iter()
        .filter(|item| item.date_precision != Precision::Unknown);
    let (usual, newest) = schedule::rhythm(dated.map(|item| item.date_published));
    if let Some(usual) = usual {
        seen.rhythm_seconds = u64::try_from(usual.num_seconds()).ok();
    }
    seen.newest = newest.max(seen.newest);
}

/// A body -> the feeds that a list names. Half a list is none: the other half would seem to have
/// been taken off it.
fn digest_list(seen: &mut Seen, fetched: &Fetched) -> Brought {
    let list = match opml::parse(&fetched.body.bytes()) {
        Ok(list) => list,
        Err(error) => return Brought::unusable(format!("{error}; check its URL or path")),
    };
    if list.cut || fetched.cut.is_some() {
        return Brought::unusable(
            "the list is cut off or too long; the one that was known stays".to_owned(),
        );
    }
    keep_validators(seen, fetched);
    seen.oddities = lists::oddities(&list.subscriptions).into_iter().collect();
    Brought::List(list.subscriptions)
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

pub(super) fn keep_validators(seen: &mut Seen, fetched: &Fetched) {
    seen.url = fetched.url.as_ref().map(ToString::to_string);
    seen.etag.clone_from(&fetched.etag);
    seen.last_modified.clone_from(&fetched.last_modified);
    seen.body_hash = Some(fetched.body.hash());
}

fn forget_validators(seen: &mut Seen) {
    seen.etag = None;
    seen.last_modified = None;
    seen.body_hash = None;
}

/// A permanent redirect is told from the third good visit on, with the line to change.
fn remember_move(seen: &mut Seen, to: Option<String>) -> Option<String> {
    let visits = match &seen.redirect {
        Some(redirect) if to.as_ref() == Some(&redirect.to) => redirect.visits.saturating_add(1),
        _ => 1,
    };
    seen.redirect = to.map(|to| Redirect { to, visits });
    let redirect = seen
        .redirect
        .as_ref()
        .filter(|redirect| redirect.is_believed())?;
    Some(format!(
        "it has moved for good; write url = \"{}\" in feeds.toml",
        redirect.to
    ))
}

pub(super) fn no_feed(error: &parse::Error) -> String {
    let advice = match error {
        parse::Error::NotAFeed { announced, .. } if !announced.is_empty() => {
            "write that as url in feeds.toml"
        }
        parse::Error::NotAFeed { found, .. } if found.starts_with("a login page") => {
            "it wants a login: write basic_auth or headers for this source"
        }
        parse::Error::NotAFeed { found, .. } if found.contains("OPML") => {
            "write opml = true to take its feeds as sources"
        }
        _ => "check its URL, or read it by selectors in a [sources.ID.page] table",
    };
    format!("{error}; {advice}")
}

/// Bytes -> what the source says.
pub(super) fn parse(
    source: &Source,
    fetched: &Fetched,
    document_url: Option<&Url>,
) -> Result<Feed, parse::Error> {
    parse::parse(&Document {
        bytes: &fetched.body.bytes(),
        url: document_url,
        content_type: fetched.content_type.as_deref(),
        page: match &source.kind {
            SourceKind::Page(rule) => Some(rule),
            SourceKind::Feed | SourceKind::List => None,
        },
    })
}

/// What a document's links are relative to: where it was found, unless that is a secret, which would
/// come to light in every link.
pub(super) fn document_url<'a>(source: &'a Source, fetched: &'a Fetched) -> Option<&'a Url> {
    match (&source.location, &source.public_url) {
        (Location::Http(url), public) if public.as_ref() != Some(url) => public.as_deref(),
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
            Brought::Items(_) | Brought::List(_) => report.modified += 1,
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

    /// What the store is to keep of it, and the turn to give back then.
    pub(super) fn into_arrival(self) -> (Arrival, Option<Turn>) {
        let (items, list) = match self.brought {
            Brought::Items(items) => (items, None),
            Brought::List(list) => (Vec::new(), Some(list)),
            Brought::Nothing | Brought::Failure { .. } => (Vec::new(), None),
        };
        let arrival = Arrival {
            source: self.source.id.clone(),
            seen: self.seen,
            items,
            list,
        };
        (arrival, self.turn)
    }
}
