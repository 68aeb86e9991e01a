//! One source, asked and read: what it brought, and what we now remember of it.

use super::document;
use super::next_pages::follow;
use super::opml_lists;
use crate::date::Precision;
use crate::dedupe::Fingerprint;
use crate::digest::Digest;
use crate::fetch::{self, Fetched, Outcome, Visit};
use crate::mill::advice;
use crate::mill::{Failure, Report, log};
use crate::model::{FetchState, Item, Redirect, Source, SourceKind, Subscription};
use crate::net::Client;
use crate::normalize::{self, Context, ItemHashes};
use crate::parse::{self, opml};
use crate::schedule;
use crate::store::{Arrival, NewItem};
use chrono::{DateTime, SecondsFormat, Utc};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of what reads documents.
const READER_VERSIONS: [u32; 2] = [parse::VERSION, normalize::VERSION];
/// Oddities of a document that are remembered.
const MAX_ODDITIES: usize = 20;

/// A source after its visit.
pub(super) struct Visited {
    pub source: Arc<Source>,
    state: FetchState,
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
    mut state: FetchState,
    client: Option<Client>,
    max_body: usize,
    now: DateTime<Utc>,
    large: Arc<Semaphore>,
) -> Visited {
    let mut turn = None;
    let was_reported = state.failures >= Failure::THRESHOLD;
    let reader = reader(&source, READER_VERSIONS);
    if state.reader != reader {
        forget_validators(&mut state);
        state.reader = reader;
    }
    let Visit {
        outcome,
        moved_to,
        fresh_for,
        robots,
    } = fetch::visit_watched(&source, &state, client.as_ref(), max_body, now, &|hop| {
        log::request(&source, hop);
    })
    .await;
    state.robots = robots;
    let mut retry_after = None;
    let brought = match outcome {
        Outcome::NotModified => Brought::Nothing,
        Outcome::Gone => {
            // Where it has moved to may be gone while it is back at its own place.
            state.gone = !state.redirect.as_ref().is_some_and(Redirect::is_believed);
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
            if state.body_hash == Some(fetched.body.hash()) && fetched.cut.is_none() {
                keep_validators(&mut state, &fetched);
                Brought::Nothing
            } else if opml_lists::is_list(&source) {
                digest_list(&mut state, &fetched)
            } else {
                let asked = (client.as_ref(), max_body, now);
                // Boxed: most visits bring nothing, and need not keep room for it.
                Box::pin(digest(&source, &mut state, &fetched, asked)).await
            }
        }
    };
    let mut warnings = match &brought {
        Brought::Items(_) | Brought::List(_) => state.oddities.clone(),
        Brought::Nothing | Brought::Failure { .. } => Vec::new(),
    };
    state.oddities.truncate(MAX_ODDITIES);
    if let Brought::Failure { error, .. } = &brought {
        state.redirect = None;
        schedule::after_failure(&source, &mut state, now, error.clone(), retry_after);
    } else {
        let next = schedule::next(&source, &state, fresh_for, now);
        schedule::after_success(&mut state, now, next);
        let told = remember_move(&mut state, moved_to.map(String::from));
        // Where a secret address leads is as secret.
        warnings.extend(told.filter(|_| source.public_url.is_some()));
    }
    let recovered = was_reported && state.failures == 0;
    Visited {
        source,
        state,
        brought,
        warnings,
        recovered,
        turn,
    }
}

/// A body -> items, with those of the pages that follow.
async fn digest(
    source: &Source,
    state: &mut FetchState,
    fetched: &Fetched,
    (client, max_body, now): (Option<&Client>, usize, DateTime<Utc>),
) -> Brought {
    let document_url = document::url(source, fetched);
    let mut feed = match document::parse(source, fetched, document_url) {
        Ok(feed) => feed,
        Err(error) => {
            return Brought::unusable(match &fetched.cut {
                Some(why) => format!("the answer cannot be used: {why}"),
                None => document::no_feed(&error),
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
    follow(source, state, fetched, &mut feed, (client, max_body, now)).await;
    if feed.cut {
        // Bytes are missing: the next visit must get all of them.
        forget_validators(state);
    } else {
        keep_validators(state, fetched);
    }
    state.freshness = std::mem::take(&mut feed.freshness);
    state.oddities = feed.warnings.iter().map(ToString::to_string).collect();
    if let Some(why) = &fetched.cut {
        state.oddities.push(format!(
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
    state.oddities.extend(odd.iter().map(ToString::to_string));
    note_rhythm(state, &items);
    // What has nothing to show or to open is no news.
    let all = items.len();
    items.retain(|item| !item.is_bare());
    if items.len() < all {
        let bare = all - items.len();
        state
            .oddities
            .push(format!("{bare} of {all} items have nothing to show"));
    }
    Brought::Items(items.into_iter().map(prepare).collect())
}

/// How often it has something new. A document with fewer items than a rhythm takes (a delta, a quiet
/// month) leaves what was known.
pub(in crate::mill) fn note_rhythm(state: &mut FetchState, items: &[Item]) {
    let dated = items
        .iter()
        .filter(|item| item.date_precision != Precision::Unknown);
    let (usual, newest) = schedule::rhythm(dated.map(|item| item.date_published));
    if let Some(usual) = usual {
        state.rhythm_seconds = u64::try_from(usual.num_seconds()).ok();
    }
    state.newest = newest.max(state.newest);
}

/// A body -> the feeds that a list names. Half a list is none: the other half would seem to have
/// been taken off it.
fn digest_list(state: &mut FetchState, fetched: &Fetched) -> Brought {
    let list = match opml::parse(&fetched.body.bytes()) {
        Ok(list) => list,
        Err(error) => return Brought::unusable(format!("{error}; check its URL or path")),
    };
    if list.cut || fetched.cut.is_some() {
        return Brought::unusable(
            "the list is cut off or too long; the one that was known stays".to_owned(),
        );
    }
    keep_validators(state, fetched);
    state.oddities = opml_lists::oddities(&list.subscriptions)
        .into_iter()
        .collect();
    Brought::List(list.subscriptions)
}

/// Of all that decides how a source's documents are read.
fn reader(source: &Source, versions: [u32; 2]) -> u64 {
    let Source {
        // Under another id or at another place, nothing is remembered of it (`schedule::recall`).
        id: _,
        location,
        title,
        kind,
        pages,
        // Which member speaks for a story is decided when it is filed.
        rank: _,
        language,
        as_of,
        // When to ask, whether one may, and with what.
        every: _,
        robots: _,
        headers: _,
        timezone,
        date_order,
        tags,
        // What becomes of items is decided when they are merged.
        merge: _,
        public_url,
    } = source;
    Digest::new("reader", 1)
        .add(versions.as_slice())
        // What relative links and made ids begin with.
        .add(&location.url())
        .add(public_url)
        .add(title)
        .add(kind)
        .add(pages)
        .add(language)
        .add(as_of)
        .add(timezone)
        .add(date_order)
        .add(tags)
        .finish()
}

pub(in crate::mill) fn keep_validators(state: &mut FetchState, fetched: &Fetched) {
    state.url = fetched.url.as_ref().map(ToString::to_string);
    state.etag.clone_from(&fetched.etag);
    state.last_modified.clone_from(&fetched.last_modified);
    state.body_hash = Some(fetched.body.hash());
}

fn forget_validators(state: &mut FetchState) {
    state.etag = None;
    state.last_modified = None;
    state.body_hash = None;
}

/// A permanent redirect is told from the third good visit on, with the line to change.
fn remember_move(state: &mut FetchState, to: Option<String>) -> Option<String> {
    let visits = match &state.redirect {
        Some(redirect) if to.as_ref() == Some(&redirect.to) => redirect.visits.saturating_add(1),
        _ => 1,
    };
    state.redirect = to.map(|to| Redirect { to, visits });
    let redirect = state
        .redirect
        .as_ref()
        .filter(|redirect| redirect.is_believed())?;
    Some(format!(
        "it has moved for good; write url = \"{}\" in feeds.toml",
        redirect.to
    ))
}

fn prepare(item: Item) -> NewItem {
    let fingerprint = Fingerprint::of(&item);
    let hashes = ItemHashes::of(&item);
    NewItem {
        content_hash: hashes.content,
        metadata_hash: hashes.metadata,
        fingerprint: fingerprint.to_bytes(),
        exact: fingerprint.exact_keys(),
        item,
    }
}

impl Visited {
    /// Adds this visit to the report.
    pub(super) fn tell(&self, report: &mut Report) {
        let id = &self.source.id;
        match &self.brought {
            Brought::Items(_) | Brought::List(_) => report.modified += 1,
            Brought::Nothing => report.unchanged += 1,
            Brought::Failure { error, unreached } => {
                let next = self.state.next_due.filter(|_| !self.state.gone);
                report.failed.push(Failure {
                    source: id.clone(),
                    error: error.clone(),
                    failures: self.state.failures,
                    next_try: next.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                    unreached: *unreached,
                    gone: self.state.gone,
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
            state: self.state,
            items,
            list,
        };
        (arrival, self.turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::source;
    use crate::model::{DateOrder, Location, PageRule, Selector, SourceId};
    use url::Url;

    fn url(text: &str) -> Arc<Url> {
        Arc::new(Url::parse(text).unwrap())
    }

    #[test]
    fn the_hash_of_a_reader_lasts() {
        let hash = reader(&source(), [2, 2]);
        assert_eq!(format!("{hash:016x}"), "d3ec597ded6808e8");
    }

    #[test]
    fn whatever_decides_how_a_document_is_read_changes_the_hash_of_its_reader() {
        let edits: [fn(&mut Source); 12] = [
            |source| {
                source.location = Location::File {
                    path: "/a.xml".into(),
                    url: Some(url("https://b.example/")),
                }
            },
            |source| source.public_url = None,
            |source| source.title = None,
            |source| source.kind = SourceKind::Feed,
            |source| {
                source.kind = SourceKind::Page(Box::new(PageRule {
                    item: Selector("article".to_owned()),
                    next: Some(Selector("a.next".to_owned())),
                    ..PageRule::default()
                }));
            },
            |source| source.pages += 1,
            |source| source.language = None,
            |source| source.as_of = None,
            |source| source.timezone = chrono_tz::UTC,
            |source| source.date_order = DateOrder::DayFirst,
            |source| source.tags.clear(),
            |source| source.tags.push("more".to_owned()),
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            let mut edited = source();
            edit(&mut edited);
            assert_ne!(reader(&edited, [2, 2]), reader(&source(), [2, 2]), "{n}");
        }
        assert_ne!(reader(&source(), [3, 2]), reader(&source(), [2, 2]));
        assert_ne!(reader(&source(), [2, 3]), reader(&source(), [2, 2]));
    }

    #[test]
    fn what_does_not_change_the_reading_keeps_the_hash_of_the_reader() {
        let mut same = source();
        same.id = SourceId::new("b");
        same.rank += 1;
        same.every = None;
        same.robots = !same.robots;
        same.merge = !same.merge;
        same.headers.clear();
        assert_eq!(reader(&same, [2, 2]), reader(&source(), [2, 2]));
    }
}
